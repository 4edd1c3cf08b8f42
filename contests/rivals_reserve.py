"""A field in which ideas of random quality must reach a reserve to win anything.

The prize of a score x is what it is worth among all scores if x reaches the reserve t, nothing if not:
whoever is above a score that passes has passed too. Standing at L a contestant expects

    P(L) = int over x > t of p(x) f(x - L) dx,    P'(L) = p(t) f(t - L) + int over x > t of p'(x) f(x - L) dx,

p(x) being the prize that a score x takes from the rivals: a little more effort passes the reserve, and
passes a rival (Drugov, Ryvkin and Zhang 2024). With normal, logistic or Gumbel noise one set of Gauss
points from t up serves all deviations; other noise is integrated by the quantiles of one's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from contests.errors import InvalidPartError
from contests.laws import Law
from contests.laws_known import GumbelLeft, GumbelRight, Logistic, Normal
from contests.own_scores import own_scores, score_of_quality, splits
from contests.rivals import Rivals
from contests.worth import prize_at, prize_slope_at, ranks_at

if TYPE_CHECKING:
    from contests.contest import Contest
    from contests.profile import Profile
    from contests.success import Race

__all__ = ["ReserveRivals", "passing_score", "rivals_of", "score_nodes"]

Array = NDArray[np.float64]
_GAUSS = np.polynomial.legendre.leggauss(16)
_TAIL = 1e-19
_PANELS = 600
_ROWS = 200_000


def rivals_of(contest: Contest, race: Race, profile: Profile) -> Rivals:
    """Return the field of a contest under a profile.

    Parameters
    ----------
    contest : Contest
        The parts.
    race : Race
        How it ranks.
    profile : Profile
        What everyone does.
    """
    if np.isfinite(contest.entry.least_quality) and contest.technology.noise is not None:
        return ReserveRivals(contest, race, profile)
    return Rivals(contest, race, profile)


def passing_score(contest: Contest) -> float:
    """Return the score that an idea of exactly the reserve has in ``contest``.

    Raises
    ------
    InvalidPartError
        If ranks do not tell the quality, or one shock lifts all ideas together.
    """
    reserve, technology = float(contest.entry.least_quality), contest.technology
    race = contest.race
    if race is None or not race.scores_are_qualities:
        raise InvalidPartError(
            "Contest.entry",
            contest.entry,
            "without a reserve where marks differ from random qualities",
            "What the judges see does not tell whether the reserve is reached: drop error and handicaps.",
        )
    if getattr(technology, "common", None) is not None:
        raise InvalidPartError(
            "Contest.entry",
            contest.entry,
            "without a reserve under a common shock",
            "It lifts all ideas over the reserve together; a shock of each contestant's own would work.",
        )
    return score_of_quality(technology, reserve)


class Nodes(NamedTuple):
    """Gauss points of scores from the reserve up to where nobody else reaches."""

    x: Array
    w: Array
    low: float
    high: float


def score_nodes(noise: Law, points: Array, least: float) -> Nodes | None:
    """Return Gauss points on the scores that matter, or None for noise or places that they do not serve.

    Parameters
    ----------
    noise : Law
        Law of everybody's noise.
    points : ndarray
        Finite locations of the rivals.
    least : float
        The reserve, as a score.
    """
    if not isinstance(noise.shape, (Normal, Logistic, GumbelRight, GumbelLeft)) or points.size == 0:
        return None
    low = max(least, float(points.min() + noise.ppf(_TAIL)))
    high = float(points.max() + noise.isf(_TAIL))
    number = int(np.ceil((high - low) / (0.6 * noise.scale))) if high > low else 0
    if number > _PANELS or not np.isfinite(low):
        return None
    if number == 0:
        return Nodes(np.zeros(0), np.zeros(0), max(low, high), max(low, high))
    edges = np.linspace(low, high, number + 1)
    x, w = _GAUSS
    half = np.diff(edges)[:, None] / 2
    return Nodes((edges[:-1, None] + half * (x + 1)).ravel(), (half * w).ravel(), low, high)


class ReserveRivals(Rivals):
    """The field of a contest with random quality and a reserve.

    Parameters
    ----------
    contest : Contest
        The parts.
    race : Race
        How it ranks.
    profile : Profile
        What everyone does.
    """

    def __init__(self, contest: Contest, race: Race, profile: Profile) -> None:
        super().__init__(contest, race, profile)
        self.least = passing_score(contest)
        self._kept: dict[Any, tuple[Nodes, Array] | None] = {}

    def _sums(self, i: int, what: Any, key: Any) -> tuple[Nodes, Array] | None:
        """Nodes, and the worth of each of their scores to contestant ``i``; kept by her class."""
        key = (int(self.member[i]), key)
        if key not in self._kept:
            scores, counts = self.groups(i)
            noise = self.race.noise
            assert noise is not None
            places = [s.points[np.isfinite(s.points)] for s in scores]  # type: ignore[attr-defined]
            nodes = score_nodes(noise, np.concatenate(places), self.least) if places else None
            self._kept[key] = None if nodes is None else (nodes, self._values(nodes, scores, counts, what))
        found: tuple[Nodes, Array] | None = self._kept[key]
        return found

    def _values(self, nodes: Nodes, scores: Any, counts: Any, what: Any) -> Array:
        """The worth of each node, of the lowest score that counts, and of the highest."""
        x = np.concatenate([nodes.x, [nodes.low, nodes.high]])
        step = max(1, _ROWS // max(np.size(s.points) for s in scores))
        parts = [what(x[k : k + step], scores, counts) for k in range(0, x.size, step)]
        return np.asarray(np.concatenate(parts, axis=0), float)

    def _expect(self, i: int, location: Array, what: Any, key: Any, lone: Any) -> Array:
        """The expectation over one's own score of ``what(x, scores, counts)`` where it passes.

        ``lone`` is what a score that passes is worth without rivals.
        """
        noise = self.race.noise
        assert noise is not None
        scores, counts = self.groups(i)
        finite = ~np.isneginf(location)
        if not scores:
            passes = np.where(finite, noise.sf(self.least - np.where(finite, location, 0.0)), 0.0)
            return np.asarray(np.multiply.outer(passes, np.asarray(lone, float)), float)
        kept = self._sums(i, what, key)
        if kept is None:
            return self._by_quantiles(location, scores, counts, what, np.shape(lone))
        nodes, worth = kept
        result = np.zeros((location.size, *np.shape(lone)))
        there = np.flatnonzero(finite)
        rows = max(1, _ROWS // max(nodes.x.size, 1))
        for start in range(0, there.size, rows):
            part = there[start : start + rows]
            place = location[part]
            inside = (noise.pdf(nodes.x - place[:, None]) * nodes.w) @ worth[:-2]
            # Beyond the nodes the worth is constant.
            below = noise.cdf(nodes.low - place) - noise.cdf(self.least - place)
            above = noise.sf(nodes.high - place)
            result[part] = (
                inside
                + np.multiply.outer(np.maximum(below, 0.0), worth[-2])
                + np.multiply.outer(above, worth[-1])
            )
        return result

    def _by_quantiles(
        self, location: Array, scores: Any, counts: Any, what: Any, shape: tuple[int, ...]
    ) -> Array:
        noise = self.race.noise
        cuts = np.append(splits(noise, scores, counts), self.least)
        result = np.zeros((location.size, *shape))
        for rows, x, w in own_scores(noise, location, cuts[np.isfinite(cuts)]):
            worth = what(x, scores, counts)
            passes = np.where(x >= self.least, w, 0.0)
            result[rows] = np.einsum("em...,em->e...", worth, passes)
        return result

    def rank_probabilities(self, i: int, location: Array, ranks: int) -> Array:
        """Return the probabilities of the first ranks, see `Rivals.rank_probabilities`.

        Parameters
        ----------
        i, location, ranks
            As there; an idea that falls short has no rank.
        """
        return self._expect(
            i,
            location,
            lambda x, scores, counts: ranks_at(x, scores, counts, ranks),
            ("ranks", ranks),
            np.eye(1, ranks)[0],
        )

    def expected_prize(self, i: int, location: Array, quality: Array | None = None) -> Array:
        """Return the expected prize of each deviation, see `Rivals.expected_prize`.

        Parameters
        ----------
        i, location, quality
            As there; an idea that falls short wins nothing.
        """
        prizes, n = self.contest.prizes, self.contest.n
        if prizes.share:
            raise InvalidPartError("Contest.prizes", prizes, "fixed prizes when a shock decides on a reserve")
        values = prizes.by_rank()[:n]
        return self._expect(
            i,
            location,
            lambda x, scores, counts: prize_at(x, scores, counts, values, sum(counts) + 1),
            "prize",
            values[0],
        )

    def marginal_prize(self, i: int, location: Array) -> Array:
        """Return the derivative of the expected prize in one's own location.

        Parameters
        ----------
        i, location
            As in `Rivals.marginal_prize`.
        """
        values, noise = self.contest.prizes.by_rank()[: self.contest.n], self.race.noise
        assert noise is not None
        scores, counts = self.groups(i)
        at = np.array([self.least])
        there = float(values[0])
        if scores and np.isfinite(self.least):
            there = float(prize_at(at, scores, counts, values, sum(counts) + 1)[0])
        passing = there * noise.pdf(self.least - location)
        if not scores:
            return np.asarray(passing)
        return np.asarray(
            passing
            + self._expect(
                i,
                location,
                lambda x, scores, counts: prize_slope_at(x, scores, counts, values, sum(counts) + 1),
                "slope",
                0.0,
            )
        )
