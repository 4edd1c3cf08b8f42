"""Many contests at once: solvers of private skill choose where to go (DiPalantino and Vojnovic 2009).

n solvers draw skills v from a law F. Each sees all awards R_1 >= R_2 >= ..., goes to one contest and exerts
effort b; the highest effort in a contest takes its award, worth v R_j to a solver of skill v. (Skill
scales the worth of the award; dividing by v gives cost b/v.)

**Equilibrium.** Let e = 1/(n-1) and let c(v) solve sum_j max(0, 1 - c R_j^(-e)) = 1 - F(v). A solver of
skill v goes to contest j with R_j^e > c(v) with probability proportional to R_j^(-e), and exerts the same

    b(v) = v X(v) - a X(a) - int_a^v X(s) ds,   X = c^(n-1),

in each (the all-pay formula; a is the lowest skill). So contest l+1 is used by skills below v_l with
F(v_l) = 1 - l + R_{l+1}^e sum_{j<=l} R_j^(-e): high skills go to high awards, low skills everywhere.
Expected participants are n (1 - c(a) R_j^(-e)): for many solvers they grow with the log of
the award, by (1 - 1/J) of it where J contests are used.

**Existence and certificate.** The distribution of efforts has no atom but at absence, and R_j (chance to
win) falls from contest to contest above each threshold, so nobody gains elsewhere. The certificate
checks it from the strategy alone: every effort in every contest for each type, and every contest gone to.

**Limits.** One contest: the all-pay contest of `PrivateValueAllPay`. Equal awards: even mixing.

Source: DiPalantino and Vojnovic (2009), Crowdsourcing and all-pay auctions, EC'09, Theorems 3.1 and 4.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contests.equilibrium import Equilibrium
from contests.errors import InvalidPartError
from contests.game import Game
from contests.laws import law, uniform
from contests.model import Model
from contests.models.platform_skills_game import ManyContestsGame, Spread
from contests.profile import Profile
from contests.solving import Candidate
from contests.validation import count, vector

__all__ = ["ManyContests"]

Array = NDArray[np.float64]


class _Water:
    """Fills contests with types from the top: thresholds, shares and the all-pay effort."""

    name = "many contests, private skills"
    source = "DiPalantino and Vojnovic (2009)"

    def refuses(self, game: Game) -> str | None:
        return None if isinstance(game, ManyContestsGame) else "takes solvers who choose one of many contests"

    def solve(self, game: Any) -> Candidate:
        model: ManyContests = game.model
        strategy = Spread(types=model.skill, function=model.effort, levels=model.levels, shares=model.shares)
        return Candidate(
            profile=Profile.symmetric(strategy, game.n),
            selection="symmetric, the only one of its kind: thresholds and mixing follow from the awards",
        )


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ManyContests(Model):
    """Contests with different awards and solvers with different skills.

    Parameters
    ----------
    solvers : int
        Number of solvers n, at least 2.
    awards : sequence of float
        Award of each contest in money; kept from the largest down.
    skill : SciPy distribution
        Law of skills, zero or above; uniform on [0, 1] if absent.

    Examples
    --------
    >>> model = ManyContests(solvers=2, awards=(1.0, 0.5))
    >>> model.thresholds().tolist(), [round(float(x), 9) for x in model.participants()]
    ([1.0, 0.5], [1.333333333, 0.666666667])
    """

    solvers: int
    awards: Sequence[float]
    skill: Any = field(default_factory=uniform)

    def __post_init__(self) -> None:
        object.__setattr__(self, "solvers", count("ManyContests.solvers", self.solvers, least=2))
        awards = vector("ManyContests.awards", self.awards, positive=True)
        object.__setattr__(self, "awards", tuple(sorted(awards.tolist(), reverse=True)))
        object.__setattr__(self, "skill", law(self.skill, part="ManyContests.skill"))
        if self.skill.support[0] < 0:
            raise InvalidPartError("ManyContests.skill", self.skill, "a law of skills that are zero or more")

    @cached_property
    def _inverse(self) -> Array:
        """R_j^(-e)/R_1^(-e): relative weights of the contests, from 1 up."""
        awards = np.array(self.awards)
        return np.asarray((awards[0] / awards) ** (1.0 / (self.solvers - 1)))

    @cached_property
    def levels(self) -> Array:
        """Levels F at which contests come into use, from 1 down: one for each contest used."""
        sums = np.cumsum(self._inverse)
        number = np.arange(1, self._inverse.size)
        below = 1.0 - number + sums[:-1] / self._inverse[1:]
        levels = np.concatenate([[1.0], below])
        return np.asarray(levels[levels > 0])

    @cached_property
    def shares(self) -> Array:
        """Row l: probabilities of each contest for skills between levels l+1 and l+2."""
        used, weights = self.levels.size, self._inverse
        rows = np.zeros((used, weights.size))
        for k in range(used):
            rows[k, : k + 1] = weights[: k + 1] / weights[: k + 1].sum()
        return rows

    @property
    def contests_used(self) -> int:
        """Number of contests to which somebody may go."""
        return int(self.levels.size)

    def thresholds(self) -> Array:
        """Return, for each contest used, the skill below which solvers go there."""
        return np.asarray(self.skill.ppf(self.levels))

    def participants(self) -> Array:
        """Return the expected number of solvers in each contest."""
        widths = self.levels - np.append(self.levels[1:], 0.0)
        return np.asarray(self.solvers * (widths @ self.shares))

    def worth_of_winning(self, skill: Any) -> Array:
        """Return X: the chance to win times the award, the same wherever a solver goes, in money.

        Parameters
        ----------
        skill : array_like
            Skills.
        """
        level = np.asarray(self.skill.cdf(skill))
        at = np.searchsorted(-self.levels, -level, side="right")  # contests in use
        at = np.clip(at, 1, self.levels.size)
        c = (level + at - 1) / np.cumsum(self._inverse)[at - 1]
        return np.asarray(self.awards[0] * c ** (self.solvers - 1))

    @cached_property
    def effort(self) -> _Effort:
        """Effort as a function of skill."""
        return _Effort(self)

    def contest(self) -> ManyContestsGame:
        """Return the game of going somewhere and exerting effort."""
        return ManyContestsGame(model=self)

    def solve(self, **options: Any) -> Equilibrium:
        """Return the certified equilibrium.

        Parameters
        ----------
        **options
            As in `contests.solve`.
        """
        from contests.solving import solve

        return solve(self, **{"solver": _Water(), **options})

    def effort_per_contest(self) -> Array:
        """Return the expected sum of efforts in each contest."""
        nodes, weights = np.polynomial.legendre.leggauss(64)
        edges = np.append(self.levels, 0.0)
        total = np.zeros(len(self.awards))
        for k, share in enumerate(self.shares):
            # The square crowds nodes at both ends of the piece, where quantiles may be steep.
            t = 0.5 * (nodes + 1.0)
            level = edges[k + 1] + (edges[k] - edges[k + 1]) * t * t * (3 - 2 * t)
            mass = (edges[k] - edges[k + 1]) * 0.5 * weights * 6 * t * (1 - t)
            total += share * float(mass @ self.effort(self.skill.ppf(level)))
        return self.solvers * total

    def theory(self) -> Any:
        """Return closed forms of participation and propositions."""
        from contests.models._platform_skills_theory import theory_of

        return theory_of(self)


class _Effort:
    """The all-pay effort of a skill, int s dX(s), piece by piece so that nothing cancels."""

    def __init__(self, model: ManyContests) -> None:
        self.model = model
        nodes, weights = np.polynomial.legendre.leggauss(24)
        self.nodes, self.weights = 0.5 * (nodes + 1.0), 0.5 * weights
        low, high = model.skill.support
        high = high if np.isfinite(high) else float(model.skill.isf(1e-18))
        cuts = model.skill.ppf(np.unique(np.concatenate([model.levels[1:], np.linspace(0, 1, 33)[1:-1]])))
        first = cuts[0] if cuts[0] > low else high
        near = low + (first - low) * np.geomspace(1e-6, 1.0, 25)[:-1]
        far = high - (high - cuts[-1]) * np.geomspace(1.0, 1e-6, 25)[1:]
        self.edges = np.unique(np.concatenate([[low], near, cuts, far, [high]]))
        pieces = self._from(self.edges[:-1], self.edges[1:])
        self.sums = np.concatenate([[0.0], np.cumsum(pieces)])

    def _from(self, low: Array, high: Array) -> Array:
        """The integral of s X'(F(s)) f(s) between skills within one piece."""
        model = self.model
        s = low[..., None] + (high - low)[..., None] * self.nodes
        middle = model.skill.cdf(0.5 * (low + high))
        at = np.clip(np.searchsorted(-model.levels, -middle, side="right"), 1, model.levels.size)
        width = np.cumsum(model._inverse)[at - 1][..., None]
        c = (model.skill.cdf(s) + at[..., None] - 1) / width
        n = model.solvers
        slope = model.awards[0] * (n - 1) * c ** (n - 2) / width
        return np.asarray((s * slope * model.skill.pdf(s) * self.weights).sum(axis=-1) * (high - low))

    def __call__(self, skill: Array) -> Array:
        v = np.clip(np.asarray(skill, float), self.edges[0], self.edges[-1])
        k = np.clip(np.searchsorted(self.edges, v, side="right") - 1, 0, self.edges.size - 2)
        return np.asarray(self.sums[k] + self._from(self.edges[k], v))

    def inverse(self, effort: Array) -> Array:
        """Skills that exert the efforts: Newton's method within a piece, kept inside by bisection."""
        b = np.asarray(effort, float)
        k = np.clip(np.searchsorted(self.sums, b, side="right") - 1, 0, self.edges.size - 2)
        low, high = self.edges[k], self.edges[k + 1]
        start = low
        rest, width = b - self.sums[k], self.sums[k + 1] - self.sums[k]
        part = np.clip(rest, 0.0, width) / np.where(width > 0, width, 1.0)
        v = low + (high - low) * np.sqrt(part)
        for _ in range(60):
            gap = self.sums[k] + self._from(start, v) - b
            low, high = np.where(gap > 0, low, v), np.where(gap > 0, v, high)
            slope = self.slope(v)
            with np.errstate(divide="ignore", invalid="ignore"):  # flat at the lowest skill: bisect
                newton = v - gap / slope
            inside = np.isfinite(newton) & (newton >= low) & (newton <= high)
            new = np.where(inside, newton, 0.5 * (low + high))
            done = np.abs(new - v) <= 4e-16 * np.abs(v)
            v = new
            if done.all():
                break
        return np.asarray(v)

    def slope(self, v: Array) -> Array:
        """The derivative of effort in skill."""
        model, n = self.model, self.model.solvers
        level = model.skill.cdf(v)
        at = np.clip(np.searchsorted(-model.levels, -level, side="right"), 1, model.levels.size)
        width = np.cumsum(model._inverse)[at - 1]
        c = (level + at - 1) / width
        return np.asarray(v * model.awards[0] * (n - 1) * c ** (n - 2) / width * model.skill.pdf(v))
