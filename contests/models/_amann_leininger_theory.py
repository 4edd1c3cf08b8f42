"""Closed forms of Amann and Leininger (1996) for uniform values, and propositions checked by the solver."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from contests.propositions import Parameters, Proposition
from contests.theory import Theory, sympy

__all__ = ["amann_leininger_theory"]

SOURCE = "Amann and Leininger (1996)"


def amann_leininger_theory(model: Any) -> Theory:
    """Return the theory of an `AmannLeininger` model.

    Parameters
    ----------
    model : AmannLeininger
        The model.

    Returns
    -------
    Theory
    """
    sp = sympy()
    symbols = {
        name: sp.Symbol(letter, positive=True)
        for name, letter in (("prize", "V"), ("top_1", "h1"), ("top_2", "h2"), ("value", "v"))
    }
    values, forms = {"prize": float(model.prize)}, {}
    if model.has_closed_form:
        values |= {f"top_{i}": float(one.support[1]) for i, one in enumerate(model.values, 1)}
        effort, quantities = _derive()
        forms = {"effort": effort, "quantities": quantities}
    return Theory(
        name="Amann-Leininger",
        source=SOURCE,
        symbols=symbols,
        values=values,
        propositions=_propositions(),
        **forms,
    )


@lru_cache(maxsize=1)
def _derive() -> tuple[Any, dict[str, Any]]:
    """Effort of contestant 1 by value and what follows, for values uniform on [0, h1] and [0, h2]."""
    sp = sympy()
    prize, first, second, own = (sp.Symbol(name, positive=True) for name in ("V", "h1", "h2", "v"))
    t = sp.Symbol("t", positive=True)

    def effort_of(top: Any, rival_top: Any) -> Any:
        # The tie of types: log(t / top) / top = log(rival / rival_top) / rival_top.
        tied = rival_top * (t / top) ** (rival_top / top)
        return sp.simplify(prize * sp.integrate(tied / top, (t, 0, own)))

    efforts = effort_of(first, second), effort_of(second, first)
    means = [
        sp.simplify(sp.integrate(effort / top, (own, 0, top)))
        for effort, top in zip(efforts, (first, second), strict=True)
    ]
    level = (own / first) ** (second / first)  # of the rival who is tied
    quantities = {
        "effort_2": efforts[1],
        "mean_effort_1": means[0],
        "mean_effort_2": means[1],
        "total_effort": sp.factor(sp.simplify(means[0] + means[1])),
        "top_effort": sp.simplify(efforts[0].subs(own, first)),
        "win_probability_1": sp.simplify(sp.integrate(level / first, (own, 0, first))),
    }
    return efforts[0], quantities


def _solved(tops: tuple[float, float], power: float = 1.0) -> Any:
    from scipy import stats

    from contests.models.amann_leininger import AmannLeininger

    laws = (stats.uniform(0, tops[0]), stats.powerlaw(power, 0, tops[1]))
    return AmannLeininger(values=laws).solve()


def _same_top(point: Parameters) -> tuple[bool, str]:
    equilibrium = _solved((1.0, point["top"]), point["power"])
    ends = [equilibrium.strategy(i).support[1] for i in (0, 1)]
    efforts = [float(equilibrium.strategy(i)([top])[0]) for i, top in enumerate((1.0, point["top"]))]
    same = abs(efforts[0] - efforts[1]) <= 1e-9 * efforts[0]
    return bool(
        same
    ), f"the best types exert {efforts[0]:.9g} and {efforts[1]:.9g}, of at most {max(ends):.9g}"


def _one_idles(point: Parameters) -> tuple[bool, str]:
    equilibrium = _solved((1.0, point["top"]), point["power"])
    shares = [float(equilibrium.strategy(i).cdf(0.0)) for i in (0, 1)]
    return bool(min(shares) <= 1e-3), f"shares of idle types {shares[0]:.4g} and {shares[1]:.4g}"


def _cross(point: Parameters) -> tuple[bool, str]:
    equilibrium = _solved((1.0, point["top"]))
    weak, strong = (equilibrium.strategy(i)(np.array([0.05, 0.99])) for i in (0, 1))
    words = f"low value: {weak[0]:.4g} against {strong[0]:.4g}, high: {weak[1]:.4g} against {strong[1]:.4g}"
    return bool(weak[0] < strong[0] and weak[1] > strong[1]), words


def _lesser_total(point: Parameters) -> tuple[bool, str]:
    # The two tops add to two.
    high = 2.0 * point["top"] / (1.0 + point["top"])
    unequal, equal = _solved((2.0 - high, high)).total_effort, 1.0 / 3.0
    return bool(unequal <= equal * (1 + 1e-9)), f"unequal {unequal:.6g}, equal {equal:.6g}"


@lru_cache(maxsize=1)
def _propositions() -> tuple[Proposition, ...]:
    general: dict[str, Any] = {"top": (0.5, 3.0), "power": (0.7, 3.0)}
    return (
        Proposition(
            name="same top",
            statement="The best types of both contestants exert the same effort.",
            source=SOURCE,
            domain=general,
            test=_same_top,
        ),
        Proposition(
            name="one idles",
            statement="At most one contestant has types who do nothing.",
            source=SOURCE,
            domain=general,
            test=_one_idles,
        ),
        Proposition(
            name="efforts cross",
            statement="The contestant of the higher values does more than the other at the same low value, "
            "and less at the same high value.",
            source=f"{SOURCE}; uniform laws worked out for this library",
            domain={"top": (1.05, 3.0)},
            test=_cross,
        ),
        Proposition(
            name="unlike contestants, less effort",
            statement="Of two uniform laws from zero whose tops add to the same, equal ones call forth the "
            "most total effort.",
            source="worked out for this library from the closed form",
            domain={"top": (1.0, 4.0)},
            test=_lesser_total,
        ),
    )
