"""Participation by chance among contestants who differ: effort, and the probabilities of entry.

Effort when it is not seen who came: one first-order condition for each kind, in the log of
gain over pain, from damped steps and then Newton's method; kinds for whom no effort pays
exert none.

Probabilities of entry: if all would enter against all they do, if nobody would against nobody
nobody does. Else which kinds surely enter, surely stay out or randomise is tried, most
randomising first; those who randomise are indifferent, which is solved together with the
efforts. With contestants of one kind entering alike an equilibrium exists (Nash 1951).

Sources: Fu, Lu and Zhang (2016); Fu, Jiao and Lu (2015).
"""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contests.entry_sets import Fields
from contests.entry_unequal import SeenEntryGame, UnequalEntryGame, UnequalEntryProfile
from contests.errors import ConvergenceError, NoEquilibriumError
from contests.game import Game
from contests.solving import Candidate
from contests.strategy import Pure

__all__ = ["SOLVER", "UnequalEntrySolver"]

Array = NDArray[np.float64]
_SEEN = 128  # rosters solved one by one
_DEPTH = 40.0  # logs below the largest effort worth while at which an effort counts as none
_FAR = 15.0  # logs below it at which one that falls and falls is taken to be none
_KINDS, _KINDS_SEEN = 3, 5  # kinds of contestants whose ways to enter are all tried
_START = 0.5  # probability of entry at which the search begins
_STEPS, _LONGEST, _CLOSE = 12, 2.0, 1e-9
_NOTHING = -60.0  # log of gain over pain where there is nothing to gain


class UnequalEntrySolver:
    """Efforts, and where it is chosen entry, of contestants who differ and come by chance."""

    name = "random entry, different contestants"
    source = "Fu, Lu and Zhang (2016); Fu, Jiao and Lu (2015)"

    def refuses(self, game: Game) -> str | None:
        """Return why ``game`` is not for this solver, or None."""
        if not isinstance(game, UnequalEntryGame):
            return "takes known differences with ct.RandomEntry(each=...) or ct.FreeEntry(mixed=True)"
        contest = game.contest
        if getattr(contest.success, "draw", 0.0):
            return "nobody may win; a lottery without a draw would work"
        most = _KINDS_SEEN if isinstance(game, SeenEntryGame) else _KINDS
        if game.endogenous and game.rosters.sizes.size > most:
            return (
                f"there are {game.rosters.sizes.size} kinds of contestants, whose ways to enter are too many "
                f"to try; at most {most} kinds, or ct.FreeEntry in pure strategies, would work"
            )
        if isinstance(game, SeenEntryGame):
            if game.rosters.number > _SEEN:
                return (
                    f"{game.rosters.number:.0f} rosters may turn out, each a contest to solve; at most "
                    f"{_SEEN}, or ct.FreeEntry(mixed=True, observed=False), would work"
                )
            return None
        if contest.race is None:
            return f"{type(contest.success).__name__} is not a race; ct.Highest() would work"
        if contest.race.noise is None:
            return (
                "quality is certain, so that efforts would be random too, which is not worked out when entry "
                "is random among contestants who differ; a shock or a lottery would work"
            )
        if contest.contestants.utility is not None:
            return "contestants are averse to risk; risk-neutral ones would work"
        if contest.prizes.share:
            return "the award depends on quality; fixed prizes would work"
        return None

    def solve(self, game: Any) -> Candidate:
        """Return the candidate of ``game``."""
        if isinstance(game, SeenEntryGame):
            return _settle(game, _Seen(game))
        efforts = _Efforts(game)
        if game.endogenous:
            return _settle(game, efforts)
        rosters = game.rosters
        p = np.asarray(game.entry.probabilities(game.n))[rosters.representatives]
        return Candidate(
            profile=efforts.profile(p), selection="alike contestants do the same; others may exist"
        )


class _Efforts:
    """What kinds do, and what taking part is worth, when it is not seen who came.

    Parameters
    ----------
    game : UnequalEntryGame
        The game.
    """

    def __init__(self, game: UnequalEntryGame) -> None:
        self.game, self.rosters = game, game.rosters
        self._who = self.rosters.representatives
        top = np.broadcast_to(game.largest_effort(self._who), self._who.shape).astype(float)
        self._futile = not top.any()  # prizes are equal, and as many as contestants
        self._top = np.log(np.where(top > 0, top, 1.0))
        self._factor = np.broadcast_to(game.contest.contestants.trait("cost", self._who), self._who.shape)
        self._last = self._top - 1.5

    def profile(self, p: Array) -> UnequalEntryProfile:
        """Return the equilibrium in efforts when kinds take part with probabilities ``p``."""
        log = self._solved(p)
        return self._profile(np.where(log > self._top - _DEPTH, np.exp(log), 0.0), p)

    def together(self, p: Array, mixing: NDArray[np.bool_]) -> tuple[UnequalEntryProfile, Array] | None:
        """Return efforts and entry at which the kinds ``mixing`` are indifferent, with all kinds' worth.

        Parameters
        ----------
        p : ndarray, shape (kinds,)
            Probabilities of entry: those who mix begin there, the others keep theirs.
        mixing : ndarray of bool, shape (kinds,)
            Who is to be indifferent.
        """
        log = self._solved(p)
        active = np.flatnonzero(log > self._top - _DEPTH)
        scale = max(self.game.stakes, self.game.price)

        def at(x: Array) -> tuple[Array, Array, UnequalEntryProfile]:
            whole = log.copy()
            whole[active] = np.minimum(x[: active.size], self._top[active] + 20.0)
            chance = _with_part(p, mixing, x[active.size :])
            return (
                whole,
                chance,
                self._profile(np.where(whole > self._top - _DEPTH, np.exp(whole), 0.0), chance),
            )

        def residual(x: Array) -> Array:
            whole, chance, profile = at(x)
            worth = self.game.worth(profile)[self._who]
            even = _even(worth[mixing] / scale, x[active.size :])
            return np.concatenate([self._excess(whole, chance)[active], even])

        x = np.concatenate([log[active], p[mixing]])
        found = _common_root(residual, x, int(mixing.sum())) if mixing.any() else x
        if found is None:
            return None
        profile = at(found)[2]
        return profile, self.game.worth(profile)[self._who]

    def _profile(self, effort: Array, p: Array) -> UnequalEntryProfile:
        kind = self.rosters.kind
        strategies = [Pure(float(one)) for one in effort]
        return UnequalEntryProfile([strategies[k] for k in kind], p[kind])

    def _excess(self, log: Array, p: Array) -> Array:
        """The log of gain over pain of each kind at the log of its effort."""
        effort = np.exp(log)
        net = self.game.marginal_payoff(self._who, effort, self._profile(effort, p))
        assert net is not None
        pain = self._factor * self.game.contest.cost.derivative(effort)
        return np.asarray(np.log1p(np.maximum(net / pain, np.expm1(_NOTHING) + 1e-16)))

    def _solved(self, p: Array) -> Array:
        """Logs of efforts; far below the largest where a kind exerts none."""
        from scipy.optimize import root

        if self._futile:
            return self._top - 2 * _DEPTH
        log, idle = self._last.copy(), np.zeros(self._top.size, dtype=bool)
        for _ in range(200):
            excess = self._excess(log, p)
            log = np.where(idle, log, np.minimum(log + np.clip(0.5 * excess, -3.0, 1.0), self._top + 20.0))
            idle |= (log < self._top - _FAR) & (excess < 0)
            log = np.where(idle, self._top - 2 * _DEPTH, log)
            if np.all(idle | (np.abs(excess) < 1e-2)):
                break
        active = np.flatnonzero(~idle)
        if active.size:

            def residual(part: Array) -> Array:
                whole = log.copy()
                whole[active] = part
                return self._excess(whole, p)[active]

            found = root(residual, log[active], method="hybr", options={"xtol": 1e-14})
            if not np.all(np.abs(found.fun) < 1e-9):
                raise ConvergenceError(
                    f"Efforts with the entry probabilities {np.round(p, 6).tolist()} were not found: the "
                    "first-order conditions may have no common solution. Less decisive success would help.",
                    np.exp(log),
                )
            log[active] = found.x
        self._last = np.where(idle, self._top - 1.5, log)
        return np.asarray(log)


class _Seen:
    """What taking part is worth when it is seen who came: every roster solved once.

    Parameters
    ----------
    game : SeenEntryGame
        The game.
    """

    def __init__(self, game: SeenEntryGame) -> None:
        self.game, rosters = game, game.rosters
        fields: Any = Fields(game)  # type: ignore[arg-type]
        self._by_roster: dict[Any, Any] = {}
        payoffs = np.zeros(rosters.counts.shape)
        for roster, count in enumerate(rosters.counts):
            members = rosters.members(roster)
            found = fields.equilibrium(members)
            if found is None:
                raise fields.unknown("What entering is worth")
            self._by_roster[members] = found.profile
            for k in np.flatnonzero(count):
                payoffs[roster, k] = found.payoff[rosters.place(roster, int(k))]
        self._payoffs = payoffs

    def profile(self, p: Array) -> UnequalEntryProfile:
        """Return the profile in which kinds take part with probabilities ``p``."""
        rosters = self.game.rosters
        everyone = rosters.members(len(rosters.counts) - 1)
        played = self._by_roster[everyone]
        strategies = [played.strategy(everyone.index(i)) for i in range(self.game.n)]
        return UnequalEntryProfile(strategies, p[rosters.kind], self._by_roster)

    def together(self, p: Array, mixing: NDArray[np.bool_]) -> tuple[UnequalEntryProfile, Array] | None:
        """Return entry at which the kinds ``mixing`` are indifferent, with all kinds' worth (from ``p``)."""
        scale = max(self.game.stakes, self.game.price)

        def residual(x: Array) -> Array:
            return _even(self._worth(_with_part(p, mixing, x))[mixing] / scale, x)

        found = _common_root(residual, p[mixing], int(mixing.sum()))
        if found is None:
            return None
        chance = _with_part(p, mixing, found)
        return self.profile(chance), self._worth(chance)

    def _worth(self, p: Array) -> Array:
        given = [self.game.rosters.chances_given(k, p) @ self._payoffs[:, k] for k in range(p.size)]
        return np.array(given) - self.game.price


def _with_part(p: Array, mixing: NDArray[np.bool_], part: Array) -> Array:
    whole = p.copy()
    whole[mixing] = np.clip(part, 0.0, 1.0)
    return whole


def _even(worth: Array, x: Array) -> Array:
    """What is to be zero for who mixes; outside [0, 1] the worth at the corner, less what leads back."""
    return np.asarray(worth - (x - np.clip(x, 0.0, 1.0)))


def _common_root(residual: Any, start: Array, chances: int) -> Array | None:
    """A common root whose last ``chances`` entries are inside (0, 1), by Newton's method, or None."""
    x, value = start.copy(), residual(start)
    for _ in range(_STEPS):
        size = float(np.abs(value).max(initial=0.0))
        part = x[x.size - chances :]
        if size <= _CLOSE * 1e-4 or np.any(np.abs(part - 0.5) > 1.0):
            break
        slopes = np.empty((x.size, x.size))
        for k in range(x.size):
            moved = x.copy()
            moved[k] += -1e-6 if x[k] > 0.5 else 1e-6  # inwards, so that no corner is crossed
            slopes[:, k] = (residual(moved) - value) / (moved[k] - x[k])
        step = np.clip(np.linalg.lstsq(slopes, -value, rcond=1e-12)[0], -_LONGEST, _LONGEST)
        for share in (1.0, 0.4, 0.1, 0.02):
            tried = residual(x + share * step)
            if np.abs(tried).max() < size * (1 - 0.1 * share):
                break
        else:
            break
        x, value = x + share * step, tried
    part = x[x.size - chances :]
    good = np.all((part > 0) & (part < 1)) and np.all(np.abs(value) <= _CLOSE)
    return x if good else None


def _settle(game: UnequalEntryGame, kinds: _Efforts | _Seen) -> Candidate:
    """The probabilities of entry at which nobody would rather do otherwise."""
    room = 1e-10 * max(game.stakes, game.price)
    number, failure = game.rosters.sizes.size, ""
    ways = sorted(product(("some", "in", "out"), repeat=number), key=lambda one: -one.count("some"))
    # Whoever would enter against all, or would not against nobody, need not be asked about chances.
    for way in [("in",) * number, ("out",) * number, *ways]:
        mixing = np.array([one == "some" for one in way])
        p = np.array([1.0 if one == "in" else _START if one == "some" else 0.0 for one in way])
        try:
            found = kinds.together(p, mixing)
        except ConvergenceError as error:
            failure = str(error)
            continue
        if found is None:
            continue
        profile, worth = found
        good = {"some": np.abs(worth) <= 100 * room, "in": worth >= -room, "out": worth <= room}
        if all(good[one][k] for k, one in enumerate(way)):
            how = "as many kinds at random as were found to" if mixing.any() else "none at random"
            words = f"contestants of one kind enter with one probability, {how}; others may exist"
            return Candidate(profile=profile, selection=words)
    raise NoEquilibriumError(
        "No probabilities of entry were found at which nobody would rather do otherwise. "
        + (failure or "Entry in pure strategies, ct.FreeEntry(cost=...), may have stable sets of entrants.")
    )


SOLVER = UnequalEntrySolver()
