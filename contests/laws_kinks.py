"""Where densities are not smooth: found by trying, once for a shape.

Integrals over a quantile of noise converge geometrically where the density is smooth. Kinks
and jumps inside the support (the middle of a Laplace law, the corners of a triangle) are
where they have to be split, for one's own noise and for every rival's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from contests.laws_shape import Array

if TYPE_CHECKING:
    from contests.laws import Law

__all__ = ["is_smooth", "standard_kinks"]


def is_smooth(law: Law) -> bool:
    """Return whether the trapezoid rule in log-odds resolves the density: closed forms do; others are tried.

    The test integrals E f and E f * (u - v) change by less than rounding when the step is halved.

    Parameters
    ----------
    law : Law
        The law.

    Returns
    -------
    bool
    """
    from contests.laws import worked_out
    from contests.quadrature import quantile_nodes

    known = law.shape.is_smooth()
    if known is not None:
        return known
    kept = worked_out(law.shape)
    if "smooth" not in kept:
        sums = []
        for step in (0.25, 0.125):
            u, v, w = quantile_nodes(step=step)
            f = law.density_of_quantile(u, v)[0] * w
            sums.append([np.sum(f), np.sum(f * (u - v)), np.sum(f * u**20), np.sum(f * v**20)])
        coarse, fine = np.array(sums)
        kept["smooth"] = bool(np.all(np.abs(coarse - fine) <= 1e-13 * fine[0]))
    return bool(kept["smooth"])


def standard_kinks(law: Law) -> Array:
    """Return the places inside the support at which the density has a kink or a jump.

    Parameters
    ----------
    law : Law
        The law; its location and scale do not matter.

    Returns
    -------
    ndarray
        In units of the standard law, in increasing order; empty where the density is smooth.
    """
    from contests.laws import worked_out

    if law.shape.has_no_kinks() or is_smooth(law):
        return np.array([])
    kept = worked_out(law.shape)
    if "kinks" not in kept:
        from scipy.special import expit

        from contests.quadrature import rough_places

        y = rough_places(law.density_of_quantile)
        kept["kinks"] = law._quantiles(expit(y), expit(-y))
    return np.asarray(kept["kinks"], float)
