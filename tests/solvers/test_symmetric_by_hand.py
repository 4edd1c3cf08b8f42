"""The symmetric first-order condition, piece by piece: peaks, slopes by differences, drift, many at once."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import integrate, optimize, special, stats

import contests as ct
from contests.curve_base import BaseCurve
from contests.profile import Profile
from contests.solvers import symmetric
from contests.solvers.symmetric import (
    _marginal,
    _numeric,
    _with_peaks,
    contingent_drift,
    first_order_effort,
    first_order_efforts,
    first_order_together,
)


def tournament(n: int = 3, prizes: Any = 1.0, scale: float = 1.0, **parts: Any) -> ct.Contest:
    return ct.Contest(
        **{
            "contestants": ct.Identical(n),
            "prizes": prizes,
            "technology": ct.Additive(stats.norm(scale=scale)),
            "cost": ct.Power(2),
            **parts,
        }
    )


def test_peaks_that_the_grid_steps_over() -> None:
    """A marginal payoff above zero only between two efforts of the grid: its summit is added."""
    grid = np.geomspace(1e-3, 1e3, 41)
    summit = np.log(grid[20]) + 0.4 * np.log(grid[21] / grid[20])

    def marginal(effort: Any) -> Any:
        return (1e-4 - np.abs(np.log(effort) - summit) ** 1.3) / effort

    found = _with_peaks(marginal, grid)
    assert found.size == 42 and (np.diff(found) > 0).all() and set(grid) <= set(found)
    added = next(iter(set(found) - set(grid)))
    assert np.log(added) == pytest.approx(summit, abs=1e-7)
    # A peak that the grid sees above zero, a slope, and summits at its ends ask for nothing.
    for plain in (
        lambda e: (3.0 - (np.log(e) - summit) ** 2) / e,
        lambda e: -1.0 - e,
        lambda e: -1.0 / e**3,
        lambda e: (np.abs(np.log(e)) - 20.0) / e,
    ):
        assert _with_peaks(plain, grid).tolist() == grid.tolist()


def test_slopes_by_differences() -> None:
    """As the marginal payoff of the game itself, to nine digits, at efforts small and large."""
    game = tournament(prizes=[1.0, 0.3])
    for effort in (1e-3, 0.3, 2.0):
        profile = Profile.symmetric(ct.Pure(effort), 3)
        assert _numeric(game, effort, profile) == pytest.approx(
            float(game.marginal_payoff(0, effort, profile)), rel=1e-8
        )


@pytest.mark.parametrize("law", [stats.norm(scale=0.7), stats.gumbel_r(scale=0.5), stats.logistic(loc=0.3)])
@pytest.mark.parametrize("n", [2, 4])
def test_what_a_share_of_quality_adds(law: Any, n: int) -> None:
    """E[shock times the density of winning] + 1 / n, by quad."""
    game = tournament(n, technology=ct.Additive(law))

    def piece(x: float) -> float:
        return x * (n - 1) * law.cdf(x) ** (n - 2) * law.pdf(x) ** 2

    exact = integrate.quad(piece, *law.interval(1 - 1e-15), limit=200)[0] + 1 / n
    assert contingent_drift(game) == pytest.approx(exact, rel=1e-9)


def slope_of_equals(law: Any, n: int, prizes: Any) -> float:
    """The marginal prize among n at one place: sum over ranks of the drop in prize there, by quad."""
    drops = -np.diff(np.append(prizes, [0.0] * (n - len(prizes)))[:n])

    def piece(x: float) -> float:
        up, down = law.cdf(x), law.sf(x)
        chances = stats.binom(n - 2, down).pmf(np.arange(n - 1)) if up < 1 else np.eye(n - 1)[0]
        return (n - 1) * float(drops @ chances) * law.pdf(x) ** 2

    return float(integrate.quad(piece, *law.interval(1 - 1e-14), limit=200)[0])


@pytest.mark.parametrize(("n", "prizes"), [(2, [1.0]), (4, [2.0, 1.0]), (5, [1.0, 1.0, 0.5])])
def test_efforts_of_equals(n: int, prizes: list[float]) -> None:
    """v B = k c'(e) with B by quad; values and costs of all scale both sides."""
    law = stats.norm(scale=0.8)
    level = slope_of_equals(law, n, prizes)
    contestants = ct.Identical(n, value=3.0, cost=0.5)
    for cost in (ct.Power(2), ct.Power(1.3, scale=2.0), ct.Exponential()):
        game = tournament(n, prizes, 0.8, contestants=contestants, cost=cost)
        exact = optimize.brentq(
            lambda e, cost=cost: 3.0 * level - 0.5 * float(cost.derivative(e)), 1e-12, 1e6, xtol=1e-14
        ) if 3.0 * level > 0.5 * float(cost.derivative(1e-12)) else 0.0  # fmt: skip
        assert first_order_effort(game) == pytest.approx(exact, rel=1e-9)
        marginal = _marginal(game, 1.0)(np.array([0.4]))[0]
        assert marginal == pytest.approx(3.0 * level - 0.5 * float(cost.derivative(0.4)), rel=1e-9)


def test_nothing_to_win_and_effort_too_dear() -> None:
    assert (
        first_order_efforts(tournament(prizes=0.0)) == []
        and first_order_effort(tournament(prizes=0.0)) == 0.0
    )
    level = slope_of_equals(stats.norm(), 3, [1.0])
    assert first_order_effort(tournament(cost=ct.Linear(level * 1.001))) == 0.0


def test_a_cap_below_what_pays_is_the_effort() -> None:
    """The marginal payoff is still above zero there: the largest effort worth while."""
    capped = tournament(cost=ct.Capped(ct.Power(2), at=0.05))
    assert first_order_effort(capped) == 0.05
    level = slope_of_equals(stats.norm(), 3, [1.0])
    wide = tournament(cost=ct.Capped(ct.Power(2), at=0.9))
    assert first_order_effort(wide) == pytest.approx(level / 2, rel=1e-10)


def lotteries(**parts: Any) -> list[ct.Contest]:
    return [
        ct.Contest(
            **{
                "contestants": ct.Identical(n, value=2.0, cost=3.0),
                "prizes": prize,
                "success": ct.Lottery(exponent=0.8),
                "cost": ct.Power(1.7),
                **parts,
            }
        )
        for n, prize in ((2, 1.0), (3, 1e6), (50, 1e-6), (1000, 5.0))
    ]


def test_many_lotteries_at_once() -> None:
    """r (n - 1) / n^2 v V = k e c'(e): the effort of each, in closed form."""
    found = first_order_together(lotteries())
    for game, effort in zip(lotteries(), found, strict=True):
        n, prize = game.n, game.prizes.top
        spent = 0.8 * (n - 1) / n**2 * 2.0 * prize / 3.0
        assert effort == pytest.approx((spent / 1.7) ** (1 / 1.7), rel=1e-12)
        assert effort == pytest.approx(first_order_effort(game), rel=1e-12)


def test_what_is_not_solved_at_once() -> None:
    """Nothing to win; a root beyond the efforts allowed."""
    assert first_order_together(lotteries(prizes=0.0)) is None
    assert first_order_together(lotteries(cost=ct.Capped(ct.Power(1.7), at=1e-3))) is None


def test_one_contest_is_a_list_too() -> None:
    found = first_order_together(lotteries()[:1])
    assert found is not None and found == pytest.approx([first_order_effort(lotteries()[0])], rel=1e-12)
    (known,) = lotteries(contestants=ct.Known(value=np.full(3, 2.0), cost=np.full(3, 3.0)))[1:2]
    assert first_order_efforts(known) == pytest.approx([first_order_effort(lotteries()[1])], rel=1e-12)


TERMS = np.polynomial.Polynomial([0.0, 2.75, -2.0, 0.75, -0.04, 0.003])


class Quintic(BaseCurve):
    """A cost whose slope falls and rises again."""

    def __call__(self, effort: Any) -> Any:
        return TERMS(np.asarray(effort, float))

    def derivative(self, effort: Any, order: int = 1) -> Any:
        return TERMS.deriv(order)(np.asarray(effort, float))


@pytest.mark.parametrize("slope", [0.5, 0.95, 1.2, 1.4, 2.0, 3.0])
def test_every_effort_at_which_the_marginal_payoff_falls(slope: float) -> None:
    """v / (2 sqrt(pi)) is the gain of two under normal shocks; the slope of cost meets it up to thrice."""
    prize = slope * 2.0 * np.sqrt(np.pi)
    game = tournament(2, prize, cost=Quintic())
    roots = (TERMS.deriv() - slope).roots()
    roots = np.sort(roots.real[(abs(roots.imag) < 1e-9) & (roots.real > 0)])
    falls = [float(r) for r in roots if TERMS.deriv(2)(r) > 0]
    assert first_order_efforts(game) == pytest.approx(falls, rel=1e-10)
    assert first_order_effort(game) == pytest.approx(falls[-1] if falls else 0.0, rel=1e-10)


@pytest.mark.parametrize("n", [2, 50, 10**6, 10**9])
def test_what_a_share_adds_among_very_many(n: int) -> None:
    """Gumbel shocks: the integral of -ln(t) t e^(-n t) is (ln n - psi(2)) / n^2."""
    game = tournament(n, technology=ct.Additive(stats.gumbel_r()))
    exact = (n - 1) / n**2 * (np.log(n) - special.digamma(2)) + 1 / n
    assert contingent_drift(game) == pytest.approx(exact, rel=1e-12)


def test_awards_that_are_never_negative() -> None:
    """d/dL of the integral of max(b + s x, 0) F(x - e) f(x - L) at L = e is 2 e: by quad and brentq."""
    law, base, share = stats.norm(), -1.0, 0.8

    def gain(e: float) -> float:
        return float(
            integrate.quad(
                lambda x: (base + share * x) * law.cdf(x - e) * law.pdf(x - e) * (x - e),
                -base / share,
                e + 12.0,
                points=[max(e, 1.3)],
                limit=200,
            )[0]
        )

    exact = optimize.brentq(lambda e: gain(e) - 2.0 * e, 1e-3, 3.0)
    game = tournament(2, ct.QualityShare(base=base, share=share, floored=True))
    assert first_order_effort(game) == pytest.approx(exact, rel=1e-8)


def test_the_lottery_that_nobody_may_win_by_its_marginal_payoff() -> None:
    """v r e^(r - 1) ((n - 1) e^r + z) / (n e^r + z)^2 = k c'(e), among four."""
    z, r, value, factor = 0.3, 0.9, 2.0, 1.5
    for n in (4,):
        game = ct.Contest(
            contestants=ct.Identical(n, value=value, cost=factor),
            prizes=1.0,
            success=ct.Lottery(exponent=r, draw=z),
            cost=ct.Power(1.5),
        )

        def net(e: float, n: int = n) -> float:
            others = (n - 1) * e**r + z
            return value * r * e ** (r - 1) * others / (n * e**r + z) ** 2 - factor * 1.5 * e**0.5

        exact = optimize.brentq(net, 1e-9, 1.0, xtol=1e-15)
        assert first_order_effort(game) == pytest.approx(exact, rel=1e-9)
        assert _marginal(game, 1.0)(np.array([0.1, 0.5])) == pytest.approx([net(0.1), net(0.5)], rel=1e-9)


@pytest.mark.parametrize("share", [0.2, 0.6])
def test_a_share_of_quality_under_a_skewed_shock(share: float) -> None:
    """(V + s (location)) beta + s drift meets the marginal cost, of a value, a cost factor and an ability."""
    law, n = stats.gumbel_l(scale=0.5), 3
    who = ct.Identical(n, value=1.2, cost=0.8, ability=0.3)
    game = tournament(
        n,
        ct.QualityShare(base=1.0, share=share),
        contestants=who,
        technology=ct.Additive(law),
        cost=ct.Power(2),
    )
    winning = slope_of_equals(law, n, [1.0])
    drift = contingent_drift(game)
    exact = 1.2 * (winning * (1.0 + share * 0.3) + share * drift) / (0.8 * 2 - 1.2 * share * winning)
    assert first_order_effort(game) == pytest.approx(exact, rel=1e-8)
    at = np.array([0.05, 2.0])
    net = 1.2 * (winning * (1.0 + share * (0.3 + at)) + share * drift) - 1.6 * at
    assert _marginal(game, 1.0)(at) == pytest.approx(net, rel=1e-8)


class Level(BaseCurve):
    """An output that stays where it is from one half on."""

    def __call__(self, effort: Any) -> Any:
        return np.minimum(effort, 0.5)

    def derivative(self, effort: Any, order: int = 1) -> Any:
        return np.where(np.asarray(effort) < 0.5, 1.0 if order == 1 else 0.0, 0.0)


@pytest.mark.parametrize(("prize", "effort"), [(0.9, None), (40.0, 0.5)])
def test_where_a_little_more_effort_brings_nothing_more(prize: float, effort: float | None) -> None:
    """Beyond the end of output the gain is zero and the pain is all there is: effort ends there."""
    game = tournament(2, prize, technology=ct.Additive(stats.norm(), output=Level()))
    exact = prize / (4.0 * np.sqrt(np.pi)) if effort is None else effort
    assert first_order_effort(game) == pytest.approx(exact, rel=1e-9)


def test_peaks_are_of_effort_times_the_marginal_payoff() -> None:
    """-(1 + d^2 / 2) / e has no peak of its own, nor over e, and one times e: at d = 0."""
    grid = np.geomspace(1e-3, 1e3, 41)
    summit = float(np.log(grid[20]) + 0.4 * np.log(grid[21] / grid[20]))
    found = _with_peaks(lambda e: -(1.0 + (np.log(e) - summit) ** 2 / 2) / e, grid)
    (added,) = set(found) - set(grid)
    assert np.log(added) == pytest.approx(summit, abs=1e-6)


@pytest.mark.parametrize("above", [1.02, 1.2, 1.6])
def test_a_cap_just_above_what_a_share_of_quality_is_worth(above: float) -> None:
    """A cap that does not bind changes nothing, however near to the last effort looked at; below it does."""
    prizes = ct.QualityShare(base=1.0, share=0.4)
    free = first_order_effort(tournament(2, prizes))
    beta = 1.0 / (2.0 * np.sqrt(np.pi))
    assert free == pytest.approx((beta + 0.4 / 2) / (2.0 - 0.4 * beta), rel=1e-9)
    for cap, effort in ((free * above, free), (free / above, free / above)):
        game = tournament(2, prizes, cost=ct.Capped(ct.Power(2), at=cap))
        assert first_order_effort(game) == pytest.approx(effort, rel=1e-9)
        assert len(first_order_efforts(game)) == 1


def test_the_condition_of_powers_is_solved_in_a_few_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """In logs gain over pain is a straight line: Brent's method is there at once, in any money."""
    for prize in (1.0, 1e9, 1e-9):
        asked: list[float] = []

        def counted(contest: Any, top: float, asked: Any = asked) -> Any:
            marginal = _marginal(contest, top)

            def watched(effort: Any) -> Any:
                asked.append(float(effort[0]))
                return marginal(effort)

            return watched

        monkeypatch.setattr(symmetric, "_marginal", counted)
        first_order_effort(tournament(3, prize, cost=ct.Power(2, scale=prize)))
        assert len(asked) <= 8
        asked.clear()
        first_order_effort(tournament(3, prize, cost=Quintic().scaled(prize)))
        assert len(asked) <= 16


def test_who_is_alone_and_known_has_nobody_to_beat() -> None:
    alone = tournament(
        contestants=ct.Known(value=np.array([2.0]), cost=np.array([3.0]), ability=np.array([0.5]))
    )
    assert first_order_effort(alone) == 0.0
