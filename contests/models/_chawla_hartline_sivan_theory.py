"""Closed forms of Chawla, Hartline and Sivan for uniform values, and propositions checked by the solver."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from contests.propositions import Parameters, Proposition
from contests.theory import Theory, sympy

__all__ = ["chawla_hartline_sivan_theory"]

SOURCE = "Chawla, Hartline and Sivan (2012, 2019)"


def chawla_hartline_sivan_theory(model: Any) -> Theory:
    """Return the theory of a `ChawlaHartlineSivan` model.

    Parameters
    ----------
    model : ChawlaHartlineSivan
        The model.

    Returns
    -------
    Theory
    """
    sp = sympy()
    symbols = {
        "contestants": sp.Symbol("n", integer=True, positive=True),
        "prize": sp.Symbol("V", positive=True),
        "top": sp.Symbol("h", positive=True),
        "value": sp.Symbol("v", positive=True),
    }
    values: dict[str, float] = {"contestants": model.contestants}
    forms: dict[str, Any] = {}
    if model.has_closed_form:
        values |= {"prize": float(np.asarray(model.prizes)[0]), "top": float(model.value.support[1])}
        effort, payoff, quantities = _derive()
        forms = {"effort": effort, "equilibrium_payoff": payoff, "quantities": quantities}
    return Theory(
        name="Chawla-Hartline-Sivan",
        source=SOURCE,
        symbols=symbols,
        values=values,
        propositions=_propositions(),
        **forms,
    )


@lru_cache(maxsize=1)
def _derive() -> tuple[Any, Any, dict[str, Any]]:
    """Effort and payoff by value, and what follows, for one prize and values uniform on [0, h]."""
    sp = sympy()
    n = sp.Symbol("n", integer=True, positive=True)
    prize, top, own = (sp.Symbol(name, positive=True) for name in "Vhv")
    t, x = sp.Symbol("t", positive=True), sp.Symbol("x", positive=True)
    # A type does what rivals below her would have paid: the integral of t dF^(n-1).
    effort = sp.simplify(prize * sp.integrate(t * (n - 1) * t ** (n - 2) / top ** (n - 1), (t, 0, own)))
    payoff = sp.simplify(prize * own * (own / top) ** (n - 1) - effort)
    best = sp.simplify(sp.integrate(effort.subs(own, t) * n * t ** (n - 1) / top**n, (t, 0, top)))
    total = sp.simplify(n * sp.integrate(effort.subs(own, t) / top, (t, 0, top)))
    # The virtual value for the maximum, in units of the prize, and where it vanishes.
    virtual = x * (x / top) ** (n - 1) - (1 - (x / top) ** n) * top / n
    weakest = top * (n + 1) ** (-1 / n)
    assert sp.simplify(virtual.subs(x, weakest)) == 0
    reserve = sp.simplify(prize * weakest * (weakest / top) ** (n - 1))
    quantities = {
        "expected_best": best,
        "total_effort": total,
        "max_to_total": sp.simplify(best / total),
        "best_reserve_type": weakest,
        "best_reserve": reserve,
    }
    return effort, payoff, quantities


def _model(point: Parameters, **changes: Any) -> Any:
    from scipy import stats

    from contests.models.chawla_hartline_sivan import ChawlaHartlineSivan

    law = stats.powerlaw(point["power"])
    return ChawlaHartlineSivan(contestants=int(point["contestants"]), value=law, **changes)


def _half(point: Parameters) -> tuple[bool, str]:
    ratio = _model(point).max_to_total()
    return bool(ratio >= 0.5), f"the best is {ratio:.6g} of the total"


def _one_prize(point: Parameters) -> tuple[bool, str]:
    share = point["second_share"]
    alone = _model(point).solve().expected_best
    split = _model(point, prizes=(1.0 - share, share)).solve().expected_best
    return bool(alone >= split * (1 - 1e-10)), f"one prize {alone:.6g}, two prizes {split:.6g}"


def _reserve(point: Parameters) -> tuple[bool, str]:
    free = _model(point)
    best = free.best_reserve()
    found = [_model(point, reserve=best * factor).solve().expected_best for factor in (1.0, point["other"])]
    return bool(found[0] >= found[1] * (1 - 1e-9)), f"best reserve {found[0]:.9g}, other {found[1]:.9g}"


@lru_cache(maxsize=1)
def _propositions() -> tuple[Proposition, ...]:
    field: dict[str, Any] = {"contestants": range(2, 7), "power": (0.6, 3.0)}
    return (
        Proposition(
            name="half",
            statement="With one prize the expected best effort is at least half of expected total effort.",
            source=SOURCE,
            domain=field,
            test=_half,
        ),
        Proposition(
            name="one prize",
            statement="Of fixed prizes by rank one prize calls forth the best expected best effort.",
            source=SOURCE,
            domain={**field, "contestants": range(3, 7), "second_share": (0.05, 0.5)},
            test=_one_prize,
        ),
        Proposition(
            name="best reserve",
            statement="Where values are powers of uniform ones no other reserve calls forth more of the best "
            "than that at which the virtual value for the maximum vanishes.",
            source=f"{SOURCE}; virtual value derived for this library",
            domain={**field, "power": (1.0, 3.0), "other": [0.0, 0.5, 0.9, 1.1, 1.5]},
            test=_reserve,
        ),
    )
