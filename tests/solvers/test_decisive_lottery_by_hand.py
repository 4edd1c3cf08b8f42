"""Lotteries with an exponent above 1 by hand: who stays idle, by a search over her bids; atoms above 2."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats
from scipy.optimize import brentq

import contests as ct
from contests.solvers import lottery_decisive
from contests.solvers.lottery_atoms import atoms
from contests.solvers.lottery_decisive import (
    SOLVER,
    _effective,
    _efforts,
    _equilibrium,
    _pair,
    _powers,
    _pure,
    _share,
    _sizes,
)


def lottery(exponent: float, value: Any = None, n: int = 2, **parts: Any) -> ct.Contest:
    weights = parts.pop("weights", None)
    contestants = parts.pop("contestants", ct.Identical(n) if value is None else ct.Known(value=value))
    return ct.Contest(
        contestants=contestants, prizes=1.0, success=ct.Lottery(exponent=exponent, weights=weights), **parts
    )


def best_gain(value: float, aggregate: float, exponent: float) -> float:
    """The most that whoever is idle gains by any bid, against the others' sum of bids to the power R."""
    bids = value * np.geomspace(1e-6, 1.0, 20_001)
    return float(np.max(value * bids**exponent / (bids**exponent + aggregate) - bids))


@pytest.mark.parametrize("exponent", [1.2, 1.5, 1.8])
def test_who_is_idle_has_no_bid_that_pays(exponent: float) -> None:
    """Two of value 1 bid R/4 each; a third of value w stays out up to the w at which some bid breaks even."""
    aggregate = 2 * (exponent / 4) ** exponent
    even = brentq(lambda value: best_gain(value, aggregate, exponent) - 1e-9, 0.05, 3.0, xtol=1e-8)
    for value, stays in ((even * 0.999, True), (even * 1.001, False)):
        found = _equilibrium(np.array([1.0, value]), np.array([2, 0]), np.array([2, 1]), exponent)
        assert (found is not None) == stays
        if found is not None:
            assert found == pytest.approx([exponent / 4, 0.0], rel=1e-12)


@pytest.mark.parametrize("exponent", [1.05, 1.2, 1.34, 1.5, 2.0])
def test_numbers_of_the_alike_who_may_be_active(exponent: float) -> None:
    """m active bid R (m - 1)/m^2; none loses if R (m - 1) <= m, and a further one finds no bid that pays."""
    for n in (2, 4, 7):
        possible = []
        for m in range(2, n + 1):
            bid = exponent * (m - 1) / m**2
            idle_stays = m == n or best_gain(1.0, m * bid**exponent, exponent) <= 1e-9
            if 1 / m - bid >= -1e-12 and idle_stays:
                possible.append(m)
        assert _sizes(exponent, n) == possible


def test_two_who_differ_satisfy_their_conditions() -> None:
    """R y^R Y^R / (y^R + Y^R)^2 / y, times the value, is one for both, and shares are on the upper branch."""
    exponent, values = 1.3, np.array([1.0, 0.8])
    for bids in (
        _pair(1.0, 0.8, exponent),
        _equilibrium(values, np.array([1, 1]), np.array([1, 1]), exponent),
    ):
        assert bids is not None
        power = bids**exponent
        slope = exponent * values * power.prod() / power.sum() ** 2 / bids
        assert slope == pytest.approx([1.0, 1.0], rel=1e-10)
    # A rival whose value is a tenth cannot be held in by sure bids: her share would be off her branch.
    assert _equilibrium(np.array([1.0, 0.1]), np.array([1, 1]), np.array([1, 1]), 1.9) is None


def test_the_exponent_on_spending() -> None:
    """Output e^a and cost e^b make r an exponent r a / b on spending."""
    root_output = ct.Exact(output=ct.Power(0.5, scale=3.0))
    assert _powers(lottery(3.0)) == 3.0
    assert _powers(lottery(3.0, cost=ct.Power(2))) == 1.5
    assert _powers(lottery(3.0, technology=root_output)) == 1.5
    assert _powers(lottery(3.0, technology=root_output, cost=ct.Power(1.5))) == 1.0
    assert _powers(lottery(3.0, cost=ct.Linear(2.0))) == 3.0
    assert _powers(lottery(3.0, cost=ct.Exponential())) is None


def test_effective_values_and_the_bids_in_money() -> None:
    """A weight m is worth m^(1/R) of spending; effort e costs k c(e)."""
    contest = lottery(
        1.5,
        contestants=ct.Known(value=[2.0, 1.0], cost=[1.0, 4.0]),
        weights=[8.0, 1.0],
        cost=ct.Power(1, scale=0.5),
    )
    value, unit = _effective(contest, 1.5)
    assert unit == pytest.approx([8.0 ** (-1 / 1.5), 4.0], rel=1e-14)
    assert value == pytest.approx([2.0 * 8.0 ** (1 / 1.5), 0.25], rel=1e-14)
    assert _efforts(contest, np.array([3.0, 2.0])) == pytest.approx([6.0, 1.0], rel=1e-14)


@pytest.mark.parametrize(("exponent", "values"), [(1.9, [1.0, 0.4]), (2.0, [1.0, 0.5]), (4.0, [1.0, 0.6])])
def test_mixing_makes_all_that_is_done_worth_the_same(exponent: float, values: list[float]) -> None:
    """The weak one earns nothing with any of her bids or another; the strong one the same with all of his."""
    found = SOLVER.solve(lottery(exponent, values))
    strategies = [found.profile.strategy(i).atoms for i in (0, 1)]
    assert found.selection.startswith("semi-mixed; " if exponent <= 2 else "mixed; ")
    for i, worth in ((1, 0.0), (0, values[0] - values[1])):
        own, rival = strategies[i], strategies[1 - i]
        if exponent <= 2 and i == 0:
            worth = None  # one bid only
        bids = np.concatenate([own[0], np.linspace(0.0, 1.2 * values[1], 400)])
        power, other = bids[:, None] ** exponent, rival[0][None, :] ** exponent
        chance = np.where(power + other > 0, power / np.where(power + other > 0, power + other, 1.0), 0.5)
        pays = values[i] * chance @ rival[1] - bids
        done = pays[: own[0].size]
        assert done == pytest.approx(np.full(done.size, done[0] if worth is None else worth), abs=1e-9)
        assert pays.max() <= done[0] + 1e-9


@pytest.mark.parametrize("exponent", [2.05, 3.0, 30.0])
def test_atoms_earn_nothing_and_their_mean_is_half_the_prize(exponent: float) -> None:
    """All pay in expectation what they win, and fall in order; what is handed out is a copy."""
    efforts, chances = atoms(exponent)
    assert (np.diff(efforts) < 0).all() and (chances > 0).all() and chances.sum() == pytest.approx(1.0)
    log = exponent * np.log(efforts)
    wins = (1.0 / (1.0 + np.exp(np.clip(log[None, :] - log[:, None], -700.0, 700.0)))) @ chances
    assert wins == pytest.approx(efforts, abs=1e-9)
    assert efforts @ chances == pytest.approx(0.5, abs=1e-9)
    efforts[:] = 0.0
    chances[:] = 0.0
    assert atoms(exponent)[0][0] > 0.1 and atoms(exponent)[1].sum() == pytest.approx(1.0)


def pays(value: float, bid: Any, aggregate: float, exponent: float) -> Any:
    power = np.asarray(bid) ** exponent
    return value * power / (power + aggregate) - bid


@pytest.mark.parametrize("seed", range(8))
def test_all_equilibria_in_sure_efforts_are_found(seed: int) -> None:
    """Every set of active kinds: conditions by a search of its own, then every bid of everybody is tried."""
    rng = np.random.default_rng(seed)
    exponent, n = float(rng.uniform(1.05, 1.9)), int(rng.integers(2, 5))
    values = np.sort(1.0 - 0.5 * rng.random(n))[::-1]
    contest = lottery(exponent, values)
    found = {tuple((one.bids > 0).astype(int)): one.bids for one in _pure(contest, values, exponent)}
    kinds = values[np.unique(contest.kind_of(), return_index=True)[1]]
    for mask in np.ndindex(*[2] * n):
        active = np.array(mask, dtype=bool)
        if active.sum() < 2:
            continue
        bids = np.where(active, kinds * exponent / 4, 0.0)
        for _ in range(600):  # replies, a little at a time, along the first-order conditions
            power = bids[active] ** exponent
            share = power / power.sum()
            bids[active] *= (exponent * kinds[active] * share * (1 - share) / bids[active]) ** 0.25
            bids = np.where(active, np.maximum(bids, 1e-9), 0.0)
        grid = np.geomspace(1e-5, 1.2, 1000)
        power = np.where(active, bids, 0.0) ** exponent
        others = power.sum() - power
        own = [float(pays(kinds[i], bids[i], others[i], exponent)) if active[i] else 0.0 for i in range(n)]
        best = [max(pays(kinds[i], grid, others[i], exponent).max(), 0.0) for i in range(n)]
        stable = bids[active].min() > 1e-6 and all(b <= o + 1e-7 for b, o in zip(best, own, strict=True))
        assert (tuple(mask) in found) == stable
        if stable:
            assert found[tuple(mask)] == pytest.approx(bids, rel=1e-7)


def test_equilibria_in_order_and_in_words() -> None:
    """Most active first, then most spent; alike ones are counted once."""
    found = SOLVER.solve(lottery(1.25, n=6))
    sizes = _sizes(1.25, 6)
    assert len(sizes) > 1
    rest = ", ".join(str(m) for m in sorted(sizes)[:-1][::-1])
    assert found.selection == (
        f"one of {len(sizes)} equilibria in sure efforts; here {sizes[-1]} of 6 are active, in the others "
        + rest
    )
    all_of_them = SOLVER.solve(lottery(1.2, n=2))
    assert all_of_them.selection == (
        "the only equilibrium in sure efforts up to who of the alike is active; all are active"
    )
    bids = _pure(lottery(1.2, [1.0, 0.99, 0.98]), np.array([1.0, 0.99, 0.98]), 1.2)
    keys = [(one.active, one.bids.sum()) for one in bids]
    assert keys == sorted(keys, reverse=True)


def test_pure_up_to_two_and_semi_mixed_beyond_what_values_allow() -> None:
    """Alike: pure up to R = 2, that included. Values 4 and 2: pure up to 1 + 2^-R only, in any money."""
    assert SOLVER.refuses(lottery(2.0)) is None
    even = SOLVER.solve(lottery(2.0))
    assert even.selection.startswith("the only equilibrium in sure efforts")
    assert [even.profile.strategy(i) for i in (0, 1)] == [ct.Pure(0.5)] * 2
    for money in (1.0, 1e6, 1e-6):
        found = SOLVER.solve(lottery(1.9, [4.0 * money, 2.0 * money]))
        assert found.selection.startswith("semi-mixed; ")
        pure = SOLVER.solve(lottery(1.2, [4.0 * money, 2.0 * money]))
        assert pure.selection.startswith("the only equilibrium in sure efforts")


@pytest.mark.parametrize("exponent", [1.1, 1.7])
def test_shares_on_the_upper_branch(exponent: float) -> None:
    values = np.array([1.0, 0.7, 2.0])
    branch = 1 - 1 / exponent
    target = 0.9 * values.min() * branch**branch
    share = _share(target, values, exponent)
    assert (share > branch).all() and (share < 1).all()
    assert exponent * values * (1 - share) * share**branch == pytest.approx(np.full(3, target), rel=1e-12)


@pytest.mark.parametrize(("exponent", "size"), [(1.5, 3), (1.25, 5), (2.0, 2), (4 / 3, 4)])
def test_equilibria_count_where_they_begin_and_end(exponent: float, size: int) -> None:
    """With R = m / (m - 1) the m active earn exactly nothing: that still is an equilibrium."""
    assert _sizes(exponent, size)[-1] == size
    just_above = exponent * (1 + 1e-6)
    assert size not in _sizes(just_above, size)
    alike = np.full(2, 1.0)
    assert (_equilibrium(alike[:1], np.array([size]), np.array([size]), exponent) is not None) == (size >= 2)
    # Two kinds of one value each are the same field.
    if size > 2:
        mixed = _equilibrium(alike, np.array([1, size - 1]), np.array([1, size - 1]), exponent)
        assert mixed == pytest.approx(np.full(2, exponent * (size - 1) / size**2), rel=1e-6)
    # The idle are just indifferent at this value; a hair more and they come in.
    bid = exponent / 4
    aggregate = 2 * bid**exponent
    even = exponent / (exponent - 1) * (aggregate * (exponent - 1)) ** (1 / exponent)
    for factor, stays in ((1 - 1e-9, True), (1.0, True), (1 + 1e-9, False)):
        pair = _equilibrium(np.array([1.0, factor * even]), np.array([2, 0]), np.array([2, 1]), exponent)
        assert (pair is not None) == stays


def test_where_nothing_pure_is_found_the_pair_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its certificate then names who would come in."""
    monkeypatch.setattr(lottery_decisive, "_pure", lambda *_: [])
    found = SOLVER.solve(lottery(1.3, [0.5, 1.0, 0.9], weights=[1.0, 2.0, 1.0]))
    assert found.selection == "none found"
    assert found.profile.strategy(0).mean() == 0.0
    worth = 2.0 ** (1 / 1.3)
    first, second = _pair(worth, 0.9, 1.3)
    assert found.profile.strategy(1).mean() == pytest.approx(first / worth)
    assert found.profile.strategy(2).mean() == pytest.approx(second)


def test_the_others_stay_out_of_a_mixture() -> None:
    for exponent, kind in ((1.95, "semi-mixed"), (3.0, "mixed")):
        found = SOLVER.solve(lottery(exponent, [0.3, 1.0, 0.2]))
        assert found.selection == (
            f"{kind}; all equilibria of two contestants have these payoffs (Ewerhart 2017); the others stay "
            "out, others may exist"
        )
        assert found.profile.strategy(2).mean() == 0.0
        assert found.profile.strategy(0).mean() > 0.0
        pair = SOLVER.solve(lottery(exponent, [0.3, 1.0]))
        assert (
            pair.selection == f"{kind}; all equilibria of two contestants have these payoffs (Ewerhart 2017)"
        )
    with pytest.raises(ct.ConvergenceError) as caught:
        SOLVER.solve(lottery(100.5, [0.3, 1.0]))
    assert str(caught.value) == (
        "The mixed equilibrium with exponent 100.5 on spending has more atoms than can be certified in "
        "sensible time; an exponent of at most 100 would work, or success=ct.Highest(), an all-pay contest "
        "with the same payoffs."
    )


HELD = "there is a draw or a head start; neither would work"
REFUSED = [
    ({"success": ct.Highest()}, "takes contests whose success is ct.Lottery"),
    (
        {"contestants": ct.Private(3, value=stats.uniform(1, 1))},
        "contestants have private types; known or identical ones would work",
    ),
    (
        {"contestants": ct.Identical(3, utility=ct.CARA(1.0))},
        "contestants are averse to risk; risk-neutral ones would work",
    ),
    ({"entry": ct.Fee(0.1)}, "entry is Fee(0.1); ct.AllEnter() or ct.Invite(k) would work"),
    ({"prizes": [1.0, 0.5]}, "takes one fixed prize; ct.WinnerTakeAll would work"),
    ({"success": ct.Lottery(exponent=1.5, draw=0.1)}, HELD),
    ({"success": ct.Lottery(exponent=1.5, head_starts=[0.1, 0.0, 0.0])}, HELD),
    (
        {"contestants": ct.Known(ability=[0.1, 0.0, 0.0])},
        "abilities act as head starts; differences of cost or value would work",
    ),
    ({"cost": ct.Exponential()}, "takes ct.Linear or ct.Power output and cost, zero at zero effort"),
    ({"prizes": 0.0}, "there is nothing to win or nobody to beat"),
    ({"contestants": ct.Identical(1)}, "there is nothing to win or nobody to beat"),
    (
        {"success": ct.Lottery()},
        "the exponent on spending, 1, is at most 1; the other lottery solvers would work",
    ),
]


@pytest.mark.parametrize(("parts", "words"), REFUSED)
def test_refusals(parts: dict[str, Any], words: str) -> None:
    plain = lottery(1.5, n=3)
    assert SOLVER.refuses(plain) is None
    assert SOLVER.refuses(plain.replace(**parts)) == words


def test_how_many_sets_are_tried() -> None:
    """Three kinds, of each none to 16 or 17: 17^3 = 4913 sets, or 18^3 = 5832."""
    for number, words in (
        (16, None),
        (17, "more than 5000 sets of active contestants; fewer kinds would work"),
    ):
        values = np.repeat([1.0, 0.9, 0.8], number)
        assert SOLVER.refuses(lottery(1.02, values)) == words
    assert SOLVER.refuses(lottery(2.5, np.linspace(1.0, 2.0, 30))) is None  # a pair that mixes is no set
