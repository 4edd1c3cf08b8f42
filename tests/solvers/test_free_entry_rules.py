"""Who comes under free entry, on tables of payoffs instead of contests, against the definitions.

A set of entrants is stable if no member's payoff is negative and nobody outside would have a positive
one. Here payoffs are drawn at random, so that stable sets are many, one or none, contests may fail, and
those who came in one after the other may leave again; what the solver says is compared with each
definition tried on every set.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import contests as ct
from contests.entry_sets import Fields, Members
from contests.solvers import entry_free
from contests.solvers.entry_free import _alike, _different, _first_outside, _profile, _sequential

LARGEST = "the largest number of entrants at which entry pays "
WHO = "; which of the alike contestants enter is not determined"


class Table(Fields):
    """Payoffs by a function of the members; None where the contest among them fails."""

    def __init__(self, kinds: Any, payoffs: Any, private: str | None = None) -> None:
        kinds = np.asarray(kinds, dtype=np.intp)
        contest = SimpleNamespace(
            kind_of=lambda: kinds, contestants=SimpleNamespace(private_trait=private), is_symmetric=False
        )
        game: Any = SimpleNamespace(n=kinds.size, contest=contest)
        self.game, self.room = game, 1e-12
        self.solved, self.failed = {}, {(): "what failed first", (0,): "what failed next"}
        self._payoffs, self.asked = payoffs, 0

    def payoff(self, members: Members) -> Any:
        self.asked += 1
        return self._payoffs(members)


def by_number(worth: list[float | None]) -> Any:
    """Payoffs of alike contestants: worth[m] for each of m."""

    def payoffs(members: Members) -> Any:
        each = worth[len(members)]
        return None if each is None else np.full(len(members), each)

    return payoffs


def undecided(worth: list[float | None], m: int) -> bool:
    """Whether the contest of m fails, or that of one more does and m would stay."""
    here = worth[m] if m else 0.0
    stays = here is None or here >= -1e-12
    return (m > 0 and here is None) or (stays and m + 1 < len(worth) and worth[m + 1] is None)


@pytest.mark.parametrize("seed", range(12))
def test_the_largest_number_that_is_stable(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 9))
    worth = [
        None if rng.random() < 0.15 else float(rng.choice([-1.0, 0.0, 5e-13, 1.0])) for _ in range(n + 1)
    ]
    stable = []
    for m in range(n + 1):
        stays = m == 0 or (worth[m] is not None and worth[m] >= -1e-12)
        alone = m == n or (worth[m + 1] is not None and worth[m + 1] <= 1e-12)
        stable += [m] if stays and alone else []
    fields = Table(np.zeros(n), by_number(worth))
    unknown = [m for m in range(n + 1) if m not in stable and undecided(worth, m)]
    if not stable:
        with pytest.raises(ct.UnsolvableError if unknown else ct.NoEquilibriumError) as caught:
            _alike(fields)
        words = (
            "is not known: " if unknown else f"No number of entrants up to {n} is stable in pure strategies."
        )
        assert words in str(caught.value)
        return
    members, words = _alike(fields)
    assert members == tuple(range(stable[-1]))
    others = f"; {stable[:-1]} are stable too" if stable[:-1] else ""
    who = "" if stable[-1] in (0, n) else WHO
    if len(unknown) > 3:
        others += f"; whether {len(unknown)} numbers from {unknown[0]} to {unknown[-1]} are is not known"
    elif unknown:
        others += f"; whether {' or '.join(map(str, unknown))} are is not known"
    assert words == f"{LARGEST}(all numbers tried){others}{who}"


@pytest.mark.parametrize("n", [1, 2, 5, 41, 64, 100])
def test_bisection_finds_where_entry_ceases_to_pay(n: int) -> None:
    """With few questions: twice the digits of the number, not the number."""
    for largest in sorted({0, min(1, n), min(2, n), min(3, n), n // 2, n - 1, n}):
        worth: list[float | None] = [1.0 if m <= largest else -1.0 for m in range(n + 1)]
        fields = Table(np.zeros(n), by_number(worth), private="value" if n <= 40 else None)
        members, words = _alike(fields)
        assert members == tuple(range(largest))
        assert words == f"{LARGEST}(found by bisection){'' if largest in (0, n) else WHO}"
        assert fields.asked <= 2 * np.ceil(np.log2(largest + 1)) + 2


def test_up_to_forty_all_numbers_are_tried() -> None:
    """Entry pays for one, not for two, and again for three or more: bisection would stop at one."""
    for n, how, number in ((40, "all numbers tried", 40), (41, "found by bisection", 1)):
        worth: list[float | None] = [1.0, 1.0, -1.0, *[1.0] * (n - 2)]
        members, words = _alike(Table(np.zeros(n), by_number(worth)))
        assert len(members) == number and how in words


@pytest.mark.parametrize("seed", range(6))
def test_the_first_of_each_kind_outside(seed: int) -> None:
    rng = np.random.default_rng(seed)
    kinds = rng.integers(0, 4, 9)
    members = tuple(int(i) for i in rng.permutation(9)[: rng.integers(0, 9)])
    outside = [i for i in range(9) if i not in members]
    first = [i for i in outside if not any(kinds[j] == kinds[i] for j in outside if j < i)]
    assert _first_outside(kinds, members) == first


def one_by_one(kinds: Any, payoffs: Any, room: float) -> Members | None:
    """Whoever gains most comes in; then losers leave, the worst first; None if that never ends."""
    members: list[int] = []
    seen: list[Members] = []
    while True:
        if tuple(members) in seen:
            return None
        seen.append(tuple(members))
        gains = {}
        for j in range(len(kinds)):
            if j not in members:
                worth = payoffs((*members, j))
                if worth is not None and worth[-1] > room:
                    gains.setdefault(float(worth[-1]), j)
        if not gains:
            return tuple(members)
        members.append(gains[max(gains)])
        while members:
            worth = payoffs(tuple(members))
            if worth is None or min(worth) >= -room:
                break
            del members[int(np.argmin(worth))]


def random_payoffs(seed: int, n: int, alike: bool) -> Any:
    rng = np.random.default_rng(seed)
    base, hurt = rng.uniform(0.5, 3.0, n), rng.uniform(0.0, 1.5, (n, n))
    if alike:
        base, hurt = np.full(n, 2.0), np.full((n, n), 0.45)
    fails = {tuple(sorted(rng.permutation(n)[:2].tolist())) for _ in range(seed % 3)}

    def payoffs(members: Members) -> Any:
        if tuple(sorted(members)) in fails:
            return None
        who = np.array(members, dtype=int)
        return base[who] - (hurt[np.ix_(who, who)] * (1 - np.eye(who.size))).sum(axis=1) if who.size else who

    return payoffs


def test_one_after_the_other() -> None:
    """Including those who leave again; where it goes round in circles it says so."""
    settled = left = circles = 0
    for seed in range(60):
        kinds = np.zeros(7) if seed % 5 == 0 else np.arange(7)
        payoffs = random_payoffs(seed, 7, alike=seed % 5 == 0)
        expected = one_by_one(kinds, payoffs, 1e-12)
        fields = Table(kinds, payoffs)
        if expected is None:
            circles += 1
            with pytest.raises(ct.NoEquilibriumError) as caught:
                _sequential(fields)
            assert str(caught.value) == (
                "Sequential entry returns to a set of entrants it has left: it never settles."
            )
            continue
        assert _sequential(fields) == expected
        settled += 1
        left += fields.asked > 7 * (len(expected) + 1)
    assert settled > 30 and left > 3


def test_who_would_gain_nothing_stays_out_and_who_loses_nothing_stays_in() -> None:
    """A payoff within rounding of zero is zero, on both sides."""
    for worth, number in ((5e-13, 0), (1e-12, 0), (2e-12, 1)):
        assert len(_sequential(Table([0], by_number([0.0, worth])))) == number
    for loss, who in (
        (-5e-13, (0, 1)),
        (-1e-12, (0, 1)),
        (-2e-12, (1,)),
    ):  # the first loses when the second comes
        payoffs = {(0,): [1.0], (1,): [0.5], (0, 1): [loss, 1.0], (1, 0): [1.0, loss]}
        fields = Table([0, 1], lambda members, payoffs=payoffs: np.array(payoffs.get(members, []), float))
        assert _sequential(fields) == who


def test_one_who_comes_may_drive_out_several() -> None:
    """The third hurts both who are in, and nobody hurts her: they leave one after the other."""
    base, hurt = np.array([3.0, 2.0, 1.0]), np.array([5.0, 5.0, 0.0])

    def payoffs(members: Members) -> Any:
        who = np.array(members, dtype=int)
        return base[who] - hurt[who] * (2 in members)

    assert _sequential(Table([0, 1, 2], payoffs)) == (2,)


def test_circles_are_told() -> None:
    """Two who chase each other away: whoever is alone gains, the second to come drives the first out."""
    payoffs = {(0,): [1.0], (1,): [0.5], (0, 1): [-1.0, 1.0], (1, 0): [-1.0, 1.0]}
    fields = Table([0, 1], lambda members: np.array(payoffs.get(members, []), float))
    with pytest.raises(ct.NoEquilibriumError) as caught:
        _sequential(fields)
    assert str(caught.value) == (
        "Sequential entry returns to a set of entrants it has left: it never settles."
    )


def test_what_would_follow_must_be_known() -> None:
    """The contest with one more entrant fails: its words are handed on."""

    class Failing(Table):
        def equilibrium(self, members: Members) -> Any:
            return None

    fields = Failing([0, 0, 1], by_number([0.0] * 4))
    fields.failed[(0, 2, 1)] = "ConvergenceError: it failed"
    with pytest.raises(ct.UnsolvableError) as caught:
        _profile(fields, (0, 2))
    assert str(caught.value) == (
        "With 2 entrants, whether one more would enter is not known: the contest of 3 was not solved. "
        "ConvergenceError: it failed"
    )


def test_of_different_ones_the_largest_surplus(monkeypatch: pytest.MonkeyPatch) -> None:
    stable = [SimpleNamespace(entrants=(0, 1), copies=2), SimpleNamespace(entrants=(2,), copies=3)]
    fields = Table([0, 1, 2], by_number([0.0] * 4))
    unknown = [0]
    monkeypatch.setattr(
        entry_free, "stable_sets", lambda asked: (stable, unknown[0]) if asked is fields else ([], 0)
    )
    assert _different(fields) == ((0, 1), "largest surplus of 5 stable sets")
    stable[:] = [SimpleNamespace(entrants=(2,), copies=1)]
    assert _different(fields) == ((2,), "the only stable set of entrants")
    unknown[0] = 4
    words = "a stable set of entrants; whether 4 other sets are is not known"
    assert _different(fields) == ((2,), words)
    stable.clear()
    with pytest.raises(ct.UnsolvableError) as caught:
        _different(fields)
    assert str(caught.value) == (
        "Which set of entrants is stable is not known: the contest of the entrants [] was not solved, nor "
        "was that of one other set. what failed first"
    )
    unknown[0] = 0
    with pytest.raises(ct.NoEquilibriumError) as none:
        _different(fields)
    assert str(none.value) == "No set of entrants is stable in pure strategies."
