"""How prizes move effort: the linear map from prizes to the marginal incentive, and its adjoint.

*Alike contestants with a shock*: effort solves r'(e) v S = k c'(e) with
S = sum over k of (v_k - v_(k+1)) g_k, g_k the expected density at the k-th best of
n - 1 rivals. Effort rises in S, and S is linear in the prizes.

*Private costs or values without shock*: the cost of the effort of quantile u is
gamma(e(u)) = integral over t < u of (value/cost)(t) dPi(t), Pi(t) the expected prize
of quantile t, linear in the prizes too (Moldovanu and Sela 2001).

In both cases prizes matter through the steps s_L = v_L - v_(L+1): a step pays L equal
prizes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contests import numerics
from contests.contest import Contest
from contests.contestants import Private
from contests.curves import Linear
from contests.errors import InvalidPartError
from contests.technology import Exact

__all__ = ["PrivateMap", "private_map", "shock_steps"]

Array = NDArray[np.float64]
_PANEL = 48
_MOST_RANKS = 2000  # the weight of each is an integral of its own


def _listed(ranks: int) -> int:
    """The number of ranks, if it is one that can be weighed in seconds."""
    if ranks > _MOST_RANKS:
        raise InvalidPartError(
            "optimal_prizes.most",
            ranks,
            f"at most {_MOST_RANKS} ranks",
            f"Contestants may be more: say how many ranks may be paid, such as most={_MOST_RANKS}.",
        )
    return ranks


def shock_steps(contest: Contest, ranks: int) -> Array | None:
    """Return the incentive S of a unit step at each rank, or None where it is not what moves effort.

    Parameters
    ----------
    contest : Contest
        The parts; its prizes do not matter.
    ranks : int
        How many ranks may be paid.

    Returns
    -------
    ndarray, shape (ranks,), or None
        Per unit of location; the step at rank n is worth zero.
    """
    race, traits = contest.race, contest.contestants
    if race is None or race.noise is None or isinstance(traits, Private) or traits.utility is not None:
        return None
    if not contest.is_symmetric or np.isfinite(race.nature) or contest.n < 2:
        return None
    below = min(_listed(ranks), contest.n - 1)
    steps = numerics.expected_densities(race.noise, contest.n, np.arange(1, below + 1))
    return np.append(steps, 0.0) if ranks == contest.n else steps


@dataclass(frozen=True)
class PrivateMap:
    """From steps of prizes to the cost of effort of every quantile.

    Attributes
    ----------
    level : ndarray, shape (m,)
        Quantiles of quality, from the worst type.
    weight : ndarray, shape (m,)
        Their quadrature weights.
    paid : ndarray, shape (m, ranks)
        gamma(e) at each quantile for a unit step at each rank.
    first : bool
        Whether the law of quantiles is that of the best contestant rather than of each.
    """

    level: Array
    weight: Array
    paid: Array

    def mean_weights(self, n: int) -> Array:
        """Return weights of the expected sum over ``n`` contestants."""
        return n * self.weight

    def best_weights(self, n: int) -> Array:
        """Return weights of the expected value of the best of ``n`` contestants."""
        return n * self.level ** (n - 1) * self.weight


def private_map(contest: Contest, ranks: int) -> PrivateMap | None:
    """Return the map for contestants with private costs or values and certain quality, or None.

    Parameters
    ----------
    contest : Contest
        The parts; its prizes do not matter.
    ranks : int
        How many ranks may be paid.

    Returns
    -------
    PrivateMap or None
        None where contestants differ in law or in private ability, or quality is random.
    """
    traits = contest.contestants
    if not isinstance(traits, Private) or traits.utility is not None or not contest.is_symmetric:
        return None
    plain = isinstance(contest.technology, Exact) and contest.technology.output == Linear()
    if (
        traits.private_trait == "ability"
        or contest.race is None
        or contest.race.noise is not None
        or not plain
    ):
        return None
    level, width = _panels(contest.n)
    # e(u) = integral from 0 to u of ratio(t) Pi'(t) dt, cumulated panel by panel with the exact
    # integrals of the interpolating polynomials: the nodes are those of Gauss and Legendre.
    ratio = _ratio(contest, level.ravel()).reshape(level.shape)
    below = min(_listed(ranks), contest.n - 1)
    k = np.arange(below)
    slope = (contest.n - 1) * numerics.binomial(
        k, contest.n - 2, (1.0 - level.ravel())[:, None], level.ravel()[:, None]
    )
    density = (ratio.ravel()[:, None] * slope).reshape(*level.shape, below)
    within, full = _cumulation(level.shape[1])
    inner = np.einsum("ij,pjk->pik", within, density) * width[:, None, None]
    whole = np.einsum("j,pjk->pk", full, density) * width[:, None]
    before = np.concatenate([np.zeros((1, below)), np.cumsum(whole, axis=0)[:-1]])
    paid = (inner + before[:, None, :]).reshape(-1, below)
    if ranks == contest.n:
        paid = np.column_stack([paid, np.zeros(paid.shape[0])])
    return PrivateMap(level.ravel(), (full * width[:, None]).ravel(), paid)


def _panels(n: int) -> tuple[Array, Array]:
    """Gauss points on panels that crowd toward both ends of the unit interval, and panel widths."""
    x, _ = np.polynomial.legendre.leggauss(_PANEL)
    inner = np.array([0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98])
    fine = 1.0 - np.array([8.0, 2.0, 0.3]) / max(n, 20)
    edges = np.unique(np.concatenate([[0.0, 1e-6, 1e-3], inner, fine, [1.0 - 1e-9 / n, 1.0]]))
    width = np.diff(edges)
    return edges[:-1, None] + width[:, None] * (x + 1) / 2, width


def _cumulation(size: int) -> tuple[Array, Array]:
    """Weights on [0, 1] of the integrals up to each Gauss point, and of the whole."""
    x, w = np.polynomial.legendre.leggauss(size)
    degree = np.arange(size)
    basis = np.polynomial.legendre.legvander(x, size)
    # The coefficients of the interpolant are its Gauss sums against the basis; the integral of P_j
    # from -1 is (P_(j+1) - P_(j-1)) / (2j + 1).
    fit = ((2 * degree + 1) / 2)[:, None] * basis[:, :size].T * w
    integral = np.column_stack(
        [x + 1, *((basis[:, j + 1] - basis[:, j - 1]) / (2 * j + 1) for j in range(1, size))]
    )
    return integral @ fit / 2, w / 2


def _ratio(contest: Contest, level: Array) -> Array:
    """Value over cost of the type at each quantile of quality."""
    traits: Any = contest.contestants
    law = traits.law_of(0)
    if traits.private_trait == "value":
        return np.asarray(law.ppf(level))
    return np.asarray(1.0 / law.isf(level))
