"""The symmetric first-order condition, shared by the rooms of alike contestants.

At a symmetric profile of sure efforts nobody's location differs, so the marginal
expected prize in one's own location is a number B that effort does not move (with
an award contingent on quality it is affine in the location). Effort e solves

    location'(e) v B(e) = k cost'(e),

the largest such root at which the marginal payoff falls through zero. Whether it
is an equilibrium is for the certificate to say.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from contests import numerics
from contests.contest import Contest
from contests.payoffs import share_is_smooth
from contests.profile import Profile
from contests.strategy import Pure

__all__ = ["first_order_effort", "first_order_efforts", "first_order_together"]

Array = NDArray[np.float64]
#: Efforts looked at, in units of the largest that the prize could pay for.
_GRID = np.geomspace(1e-30, 1e9, 313)


def first_order_effort(contest: Contest) -> float:
    """Return the candidate effort of a symmetric contest.

    Parameters
    ----------
    contest : Contest
        Alike contestants and a race with noise.

    Returns
    -------
    float
        The largest effort at which the marginal payoff falls through zero; zero if there is none;
        the largest effort worth while if it never falls.
    """
    roots = first_order_efforts(contest)
    return roots[-1] if roots else 0.0


def first_order_efforts(contest: Contest) -> list[float]:
    """Return every effort at which the marginal payoff of a symmetric profile falls through zero.

    Parameters
    ----------
    contest : Contest
        Alike contestants and a race with noise.

    Returns
    -------
    list of float
        In increasing order.
    """
    top = float(contest.largest_effort(0))
    if top <= 0:
        return []
    marginal = _marginal(contest, top)
    # Beyond the largest effort worth while too: a candidate that costs more than the prize is still
    # the first-order candidate, and the certificate says what is wrong with it.
    grid = np.minimum(_GRID * top, contest.cost.domain[1])
    if contest.prizes.share:
        grid = _with_peaks(marginal, grid)
    values = marginal(grid)
    positive = values > 0
    falls = np.flatnonzero(positive[:-1] & ~positive[1:])
    factor = float(np.asarray(contest.contestants.trait("cost", 0)))

    def excess(log: float) -> float:
        """The log of gain over pain: linear in the log of effort if cost and output are powers."""
        effort = np.array([np.exp(log)])
        pain = factor * float(contest.cost.derivative(effort)[0])
        net = float(marginal(effort)[0])
        # Where nothing is gained, or nothing is lost, the sign tells which way to go.
        return float(np.log1p(net / pain)) if net > -pain and pain > 0 else float(np.sign(net))

    found = [numerics.root(excess, np.log(grid[k]), np.log(grid[k + 1])) for k in falls]
    efforts = [float(np.exp(log)) for log in found]
    return [*efforts, top] if positive[-1] else efforts


def first_order_together(contests: Sequence[Contest]) -> Array | None:
    """Return the candidate efforts of many lotteries that differ in number and prize alone.

    What a little more effort adds over what it costs is the same function of effort in all of them
    but for a factor: where it falls, each has one root, and all are found at once.

    Parameters
    ----------
    contests : sequence of Contest
        Alike contestants, one fixed prize and the same race with noise.

    Returns
    -------
    ndarray, shape (contests,), or None
        None where that function is not known to fall, or falls through a root in no effort allowed:
        `first_order_effort` then tells.
    """
    first = contests[0]
    race, traits = first.race, first.contestants
    assert race is not None
    assert race.noise is not None
    noise = race.noise
    ability, value, factor = (
        float(np.asarray(traits.trait(name, 0))) for name in ("ability", "value", "cost")
    )
    # A cap has no effort that costs more: far enough then, and within floats when scaled below.
    top = np.minimum(first.cost.inverse(np.array([c.prizes.top for c in contests]) * value / factor), 1e290)
    base = np.array([numerics.prize_slope(noise, c.n, c.prizes.by_rank()) for c in contests]) * value
    low, high = _GRID[0] * top, np.minimum(_GRID[-1] * top, first.cost.domain[1])

    def excess(log: Array, gain_level: Array) -> Array:
        """The log of gain over pain, as exactly as they differ."""
        effort = np.exp(log)
        gain = gain_level * race.slope(0, effort, ability)
        pain = factor * first.cost.derivative(effort)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):  # zero or infinite slopes
            net = gain - pain
            return np.where(np.abs(net) < pain / 2, np.log1p(net / pain), np.log(gain) - np.log(pain))

    if not np.all(low > 0):
        return None
    tried = excess(np.log(np.geomspace(low.min(), high.max(), _GRID.size)), np.ones(_GRID.size))
    if not (np.isfinite(tried).all() and np.all(np.diff(tried) < 0)):
        return None
    ends = excess(np.log(low), base), excess(np.log(high), base)
    if not (np.all(ends[0] > 0) and np.all(ends[1] < 0)):
        return None
    return np.exp(numerics.root_vectorised(excess, np.log(low), np.log(high), (base,)))


def _with_peaks(marginal: Callable[[Array], Array], grid: Array) -> Array:
    """Add the peaks of the marginal payoff: with a share of quality it may rise above zero only briefly."""
    from scipy import optimize

    values = marginal(grid) * grid
    inner = values[1:-1]
    peaks = np.flatnonzero((inner > values[:-2]) & (inner > values[2:]) & (inner <= 0)) + 1
    found = [
        optimize.minimize_scalar(
            lambda log: -float(marginal(np.array([np.exp(log)]))[0] * np.exp(log)),
            bounds=(np.log(grid[k - 1]), np.log(grid[k + 1])),
            method="bounded",
            options={"xatol": 1e-12},
        ).x
        for k in peaks
    ]
    return np.unique(np.concatenate([grid, np.exp(np.array(found, dtype=float))]))


def _marginal(contest: Contest, top: float) -> Callable[[Array], Array]:
    """Marginal payoff at a symmetric profile as a function of the common effort."""
    race, prizes = contest.race, contest.prizes
    assert race is not None
    assert race.noise is not None
    traits = contest.contestants
    ability = float(np.asarray(traits.trait("ability", 0)))
    value, factor = float(np.asarray(traits.trait("value", 0))), float(np.asarray(traits.trait("cost", 0)))

    if (
        np.isfinite(race.nature)
        or getattr(prizes, "floored", False)
        or (prizes.share and not share_is_smooth(contest))
    ):

        def general(effort: Array) -> Array:
            result = np.empty(effort.size)
            for k, one in enumerate(effort):
                profile = Profile.symmetric(Pure(float(one)), contest.n)
                slope = contest.marginal_payoff(0, one, profile)
                result[k] = _numeric(contest, float(one), profile) if slope is None else float(slope)
            return result

        return general

    values = prizes.by_rank()[: contest.n]
    base = numerics.prize_slope(race.noise, contest.n, values)
    winning = numerics.prize_slope(race.noise, contest.n, np.array([1.0])) if prizes.share else 0.0
    drift = contingent_drift(contest) if prizes.share else 0.0

    def marginal(effort: Array) -> Array:
        slope = race.slope(0, effort, ability)
        level: float | Array = base
        if prizes.share:
            level = base + prizes.share * (winning * race.location(0, effort, ability) + drift)
        return np.asarray(value * level * slope - factor * contest.cost.derivative(effort))

    return marginal


def _numeric(contest: Contest, effort: float, profile: Profile) -> float:
    step = 1e-4
    u = contest.payoff(0, effort * (1 + step * np.array([-2.0, -1.0, 1.0, 2.0])), profile)
    return float((u[0] - 8 * u[1] + 8 * u[2] - u[3]) / (12 * step * effort))


def contingent_drift(contest: Contest) -> float:
    """Return E[shock x density of winning] + Pr(win): what a share of quality adds in ``contest``."""
    race = contest.race
    assert race is not None
    assert race.noise is not None
    grid = race.noise.node_grid()
    slope = numerics.prize_of_level_slope(np.array([1.0]), contest.n, grid.u, grid.v)
    return float(np.sum(grid.w * slope * grid.density * grid.x)) + 1.0 / contest.n
