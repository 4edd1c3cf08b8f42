"""Chances and expected qualities in a field of domains: normal by quadrature, Gumbel in closed form."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = ["Field", "GumbelField", "NormalField"]

Array = NDArray[np.float64]
_REACH = 9.0  # standard deviations: the normal tail beyond holds 1e-19


class Field(Protocol):
    """A field of alike rivals: chances of the best mark, and expected qualities at equal locations."""

    def chance(self, gap: Array) -> Array:
        """Return the chance of the best mark at a lead of ``gap``, shape (m,)."""
        ...

    def slope(self, gap: Array) -> Array:
        """Return its derivative at ``gap``."""
        ...

    def best(self) -> float:
        """Return the expected largest shock, from its mean."""
        ...

    def winner(self) -> float:
        """Return the expected shock of the idea with the best mark, from its mean."""
        ...

    def draw(self, size: int, rng: np.random.Generator) -> Array:
        """Draw shocks of mean zero, shape (``size``, domains, members), from ``rng``."""
        ...


class GumbelField:
    """Nested logit: Gumbel shocks, correlation 1 - tau^2 within a domain.

    Parameters
    ----------
    domains, members : int
        Domains, and contestants in each.
    correlation : float
        Below one.
    scale : float
        Scale of the shocks.
    """

    def __init__(self, domains: int, members: int, correlation: float, scale: float) -> None:
        self.domains, self.members, self.scale = domains, members, scale
        self.dissimilarity = float(np.sqrt(1.0 - correlation)) if members > 1 else 1.0

    def _parts(self, gap: Array) -> tuple[Array, Array]:
        """Chance within the domain, and chance that the domain has the best idea."""
        tau, v = self.dissimilarity, gap / self.scale
        with np.errstate(divide="ignore"):  # alone in the domain, or only one domain
            mates, others = np.log(self.members - 1.0), np.log(self.domains - 1.0)
        inclusive = np.logaddexp(v / tau, mates)
        within = np.exp(v / tau - inclusive)
        domain = np.exp(-np.logaddexp(0.0, others + tau * (np.log(self.members) - inclusive)))
        return within, domain

    def chance(self, gap: Array) -> Array:
        """Return the chance of the best idea at a lead of ``gap``."""
        within, domain = self._parts(gap)
        return np.asarray(within * domain)

    def slope(self, gap: Array) -> Array:
        """Return its derivative at ``gap``: log chances differentiated."""
        within, domain = self._parts(gap)
        rise = (1.0 - within) / self.dissimilarity + within * (1.0 - domain)
        return np.asarray(within * domain * rise / self.scale)

    def best(self) -> float:
        """Return the expected largest shock, from its mean."""
        return float(self.scale * np.log(self.domains * self.members**self.dissimilarity))

    def winner(self) -> float:
        """Return the same: nobody errs."""
        return self.best()

    def draw(self, size: int, rng: np.random.Generator) -> Array:
        """Draw shocks: Gumbel plus the log of a positive stable variable common to the domain.

        ``size`` contests from ``rng``, by the method of Chambers, Mallows and Stuck (1976).
        """
        tau = self.dissimilarity
        own = -np.log(rng.exponential(size=(size, self.domains, self.members)))
        if tau < 1.0:
            angle = rng.uniform(0.0, np.pi, size=(size, self.domains, 1))
            waiting = rng.exponential(size=(size, self.domains, 1))
            log_stable = (
                np.log(np.sin(tau * angle))
                - np.log(np.sin(angle)) / tau
                + (1.0 / tau - 1.0) * (np.log(np.sin((1.0 - tau) * angle)) - np.log(waiting))
            )
            own = own + log_stable
        return np.asarray(self.scale * (tau * own - np.euler_gamma))


class NormalField:
    """Normal shocks with equal correlation within a domain, and normal errors of judgement.

    Parameters
    ----------
    domains, members : int
        Domains, and contestants in each.
    correlation : float
        In [0, 1].
    scale : float
        Standard deviation of a shock.
    error : float
        Standard deviation of the error in a mark.
    """

    def __init__(self, domains: int, members: int, correlation: float, scale: float, error: float) -> None:
        self.domains, self.members, self.scale, self.error = domains, members, scale, error
        self.correlation = correlation if members > 1 else 0.0
        self._shared = scale * float(np.sqrt(self.correlation))
        self._own = float(np.sqrt((1.0 - self.correlation) * scale**2 + error**2))

    @cached_property
    def _marks(self) -> DomainBest:
        return DomainBest(self.members, self._shared, self._own)

    @cached_property
    def _qualities(self) -> DomainBest:
        own = self.scale * float(np.sqrt(1.0 - self.correlation))
        return DomainBest(self.members, self._shared, own)

    @cached_property
    def _nodes(self) -> tuple[Array, Array, Array, Array]:
        """Own and shared parts of a mark, with weights."""
        fine = min(0.15, 0.3 * self._own / self.scale)
        z, wz = _normal_nodes(0.15)
        # With one domain its part of the shock cancels from ranks.
        several = self._shared > 0 and self.domains > 1
        a, wa = _normal_nodes(fine) if several else (np.zeros(1), np.ones(1))
        return z, wz, a, wa

    def _integrand(self, gap: float, *, sloped: bool) -> tuple[Array, Array]:
        """Chances given the own part (rows) and the shared part (columns), or their slopes; and marks."""
        from scipy.special import log_ndtr

        z, _, a, _ = self._nodes
        mark = self._shared * a[None, :] + self._own * z[:, None] + gap
        lead = z + gap / self._own
        mates, others = self.members - 1, self.domains - 1
        log_within = mates * log_ndtr(lead)
        below, density = self._marks(mark)
        with np.errstate(divide="ignore", under="ignore"):  # far below: no chance
            log_below = np.log(below)
            chance = np.exp(log_within[:, None] + (others * log_below if others else np.zeros_like(mark)))
            if not sloped:
                return chance, mark
            first = np.zeros_like(chance)
            if mates:
                pdf = np.exp(-0.5 * lead**2) / np.sqrt(2.0 * np.pi) / self._own
                log_others = others * log_below if others else np.zeros_like(mark)
                first = (mates * pdf * np.exp((mates - 1) * log_ndtr(lead)))[:, None] * np.exp(log_others)
            second = np.zeros_like(chance)
            if others:
                log_rest = (others - 1) * log_below if others > 1 else np.zeros_like(mark)
                second = others * density * np.exp(log_within[:, None] + log_rest)
        return first + second, mark

    def chance(self, gap: Array) -> Array:
        """Return the chance of the best mark at a lead of ``gap``."""
        _, wz, _, wa = self._nodes
        return np.array([float(wz @ self._integrand(float(g), sloped=False)[0] @ wa) for g in gap])

    def slope(self, gap: Array) -> Array:
        """Return its derivative at ``gap``."""
        _, wz, _, wa = self._nodes
        return np.array([float(wz @ self._integrand(float(g), sloped=True)[0] @ wa) for g in gap])

    def best(self) -> float:
        """Return the expected largest shock."""
        return self._qualities.expected_best_of(self.domains)

    def winner(self) -> float:
        """Return the expected shock of the idea with the best mark.

        Of the own part of a mark the share (1 - rho) sigma^2 / own variance is quality.
        """
        z, wz, a, wa = self._nodes
        chance, _ = self._integrand(0.0, sloped=False)
        part = (1.0 - self.correlation) * self.scale**2 / self._own**2
        quality = self._shared * a[None, :] + part * self._own * z[:, None]
        return float(self.domains * self.members * (wz @ (chance * quality) @ wa))

    def draw(self, size: int, rng: np.random.Generator) -> Array:
        """Draw shocks of ``size`` contests from ``rng``."""
        domain = rng.standard_normal((size, self.domains, 1))
        own = rng.standard_normal((size, self.domains, self.members))
        rho = self.correlation
        return np.asarray(self.scale * (np.sqrt(rho) * domain + np.sqrt(1.0 - rho) * own))


class DomainBest:
    """The law of the best mark in a domain, tabulated once: distribution and density.

    Parameters
    ----------
    members : int
        Contestants in the domain.
    shared, own : float
        Standard deviations of the shared and the own part of a mark.
    """

    def __init__(self, members: int, shared: float, own: float) -> None:
        self.members, self.shared, self.own = members, shared, own
        self.spread = float(np.hypot(shared, own))

    @cached_property
    def _table(self) -> tuple[Any, Any]:
        from scipy.interpolate import CubicSpline

        span = 2.5 * _REACH * self.spread
        step = min(0.01 * self.spread, 0.05 * self.own) if self.own else 0.01 * self.spread
        x = np.linspace(-span, span, min(2 * int(span / step) + 1, 40001))
        below, density = self.exact(x)
        return CubicSpline(x, below), CubicSpline(x, density)

    def exact(self, x: Array) -> tuple[Array, Array]:
        """Return distribution and density at ``x`` by quadrature over the shared part."""
        from scipy.special import log_ndtr, ndtr

        m = self.members
        if self.own == 0.0:
            density = np.exp(-0.5 * (x / self.shared) ** 2) / (self.shared * np.sqrt(2.0 * np.pi))
            return np.asarray(ndtr(x / self.shared)), density
        fine = min(0.15, 0.25 * self.own / self.shared) if self.shared else 1.0
        b, w = _normal_nodes(fine) if self.shared else (np.zeros(1), np.ones(1))
        below, density = np.empty(x.size), np.empty(x.size)
        room = max(1, 400_000 // b.size)
        for start in range(0, x.size, room):
            z = (x[start : start + room, None] - self.shared * b) / self.own
            log = log_ndtr(z)
            below[start : start + room] = np.exp(m * log) @ w
            pdf = np.exp(-0.5 * z**2 + (m - 1) * log) / (self.own * np.sqrt(2.0 * np.pi))
            density[start : start + room] = m * pdf @ w
        return below, density

    def __call__(self, x: Array) -> tuple[Array, Array]:
        """Return distribution and density at ``x``."""
        if not self.shared:
            below, density = self.exact(x.ravel())
            return below.reshape(x.shape), density.reshape(x.shape)
        table, slope = self._table
        inside = np.clip(x, table.x[0], table.x[-1])
        return np.clip(table(inside), 0.0, 1.0), np.maximum(slope(inside), 0.0)

    def expected_best_of(self, domains: int) -> float:
        """Return the expected best of so many ``domains``."""
        # The density of the maximum is smooth and falls like a normal one: the trapezoid rule is exact.
        fine = min(0.02 * self.spread, 0.1 * self.own) if self.own else 0.02 * self.spread
        x = np.arange(-1.5 * _REACH * self.spread, 1.5 * _REACH * self.spread, fine)
        below, density = self.exact(x)
        with np.errstate(divide="ignore", under="ignore"):  # far below: nobody's best is there
            power = np.exp((domains - 1) * np.log(below)) if domains > 1 else np.ones(x.size)
        return float(np.sum(x * domains * power * density) * fine)


def _normal_nodes(step: float) -> tuple[Array, Array]:
    """Nodes and weights of the trapezoid rule for a standard normal: it converges geometrically."""
    half = int(np.ceil(_REACH / step))
    z: Array = np.arange(-half, half + 1, dtype=float) * step
    weight = np.exp(-0.5 * z**2)
    return z, np.asarray(weight / weight.sum())
