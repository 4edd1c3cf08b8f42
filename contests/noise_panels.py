"""A shock cut into panels: where its density bends, and how fine a panel must be.

Kinks and jumps of the density (the ends of a uniform law, the middle of a Laplace law)
split every integral over it; between them the density is resolved by polynomials. Long
tails are panels that grow with the distance.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from contests.laws import Law, worked_out
from contests.piecewise import fitted, spread_edges

__all__ = ["NoisePanels", "noise_panels"]

Array = NDArray[np.float64]
_TAIL = 1e-15  # probability left out at either end
_NARROW = 0.02  # of the distance between quartiles: panels narrower than this hide a root or a pole
_MOST = 200


class NoisePanels(NamedTuple):
    """Where to cut integrals over a shock.

    Parameters
    ----------
    edges : ndarray
        Places between which the density is a polynomial of degree 15.
    kinks : ndarray
        Places at which it bends or jumps, ends of the support included.
    width : float
        Of panels of locations against which sixteen points resolve the shock.
    """

    edges: Array
    kinks: Array
    width: float


def noise_panels(noise: Law) -> NoisePanels | None:
    """Return the panels of a shock, or None where polynomials do not resolve its density.

    Parameters
    ----------
    noise : Law
        The shock.

    Returns
    -------
    NoisePanels or None
        None for densities that are infinite or rise like a root at an end, or have too many corners.

    Examples
    --------
    >>> from contests.laws import uniform
    >>> noise_panels(uniform(-1, 1)).kinks.tolist()
    [-1.0, 1.0]
    """
    kept = worked_out(noise.shape)
    if "panels" not in kept:
        kept["panels"] = _standard(Law(noise.shape))
    found: NoisePanels | None = kept["panels"]
    if found is None:
        return None
    a, b = noise.loc, noise.scale
    return NoisePanels(a + b * found.edges, a + b * found.kinks, b * found.width)


def _standard(noise: Law) -> NoisePanels | None:
    """The panels of the standard law."""
    quartiles = float(noise.ppf(0.25)), float(noise.isf(0.25))
    unit = quartiles[1] - quartiles[0]
    support = np.array(noise.support)
    ends = float(max(noise.ppf(_TAIL), support[0])), float(min(noise.isf(_TAIL), support[1]))
    if not np.isfinite(ends).all():
        return None
    # A support of bounded length is the whole of it; its quantiles may miss the ends by rounding.
    ends = tuple(np.where(np.isfinite(support) & (np.abs(support - ends) < unit), support, ends))
    kinks = np.concatenate([support[np.isfinite(support)], noise.kinks])
    edges = spread_edges(quartiles, ends, kinks, 0.5 * unit)

    def weighed(z: Array) -> Array:
        # In the tails an error counts with the width of the panel: they are that many units wide.
        far = 1.0 + np.maximum(np.maximum(quartiles[0] - z, z - quartiles[1]), 0.0) / unit
        return np.asarray((noise.pdf(z) * far)[None])

    panels = fitted(weighed, edges, unit=unit, accuracy=1e-14, most=_MOST)
    if panels is None or np.diff(panels.edges).min() < _NARROW * min(unit, np.diff(edges).min() / unit):
        return None
    kinks = np.unique(kinks)
    gaps = np.diff(kinks)
    width = 0.75 * unit if gaps.size == 0 else min(0.75 * unit, 0.999 * float(gaps.min()))
    return NoisePanels(panels.edges, kinks, width)
