"""The wisdom of crowds: how likely noisy judges are to pick the best idea.

With quality law F (density f) and law G of the error in the mean mark, at equal efforts

    P(best wins) = n int int f(x) g(y) H(x, x + y)^(n-1) dx dy,

H(a, b) = P(quality <= a, mark <= b) = int_{-inf}^a G(b - s) dF(s). For two contestants with normal
quality and error it is 1/2 + arcsin(r)/pi, r the correlation of quality and mark.
"""

from __future__ import annotations

import numpy as np

from contests.laws import Law
from contests.quadrature import quantile_nodes

__all__ = ["chance_best_wins"]


def chance_best_wins(shock: Law, error: Law, n: int) -> float:
    """Return the probability that the best idea has the best mark, at equal efforts.

    Parameters
    ----------
    shock : Law
        Law of qualities around their common mean.
    error : Law
        Law of the error in the mean mark of one idea.
    n : int
        Number of contestants.

    Returns
    -------
    float

    Examples
    --------
    >>> from contests.laws import normal
    >>> round(chance_best_wins(normal(1.0), normal(1.0), 2), 10)
    0.75
    """
    u, v, w = quantile_nodes(step=0.4, reach=36.0)
    x = np.where(u < 0.5, shock.ppf(np.minimum(u, 0.5)), shock.isf(np.minimum(v, 0.5)))
    y = np.where(u < 0.5, error.ppf(np.minimum(u, 0.5)), error.isf(np.minimum(v, 0.5)))
    total = 0.0
    for k in range(u.size):
        # Rivals' qualities below x_k: levels u_k times those of the nodes.
        below = u[k] * u
        above = v[k] + u[k] * v
        s = np.where(below < 0.5, shock.ppf(np.minimum(below, 0.5)), shock.isf(np.minimum(above, 0.5)))
        joint = u[k] * (error.cdf((x[k] + y)[:, None] - s[None, :]) @ w)
        total += w[k] * float(w @ joint ** (n - 1))
    return float(n * total)
