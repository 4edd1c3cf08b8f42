"""The limit of Archak and Sundararajan (2009) in closed form, and propositions checked by the solver."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from contests.propositions import Parameters, Proposition
from contests.theory import Theory, sympy

__all__ = ["archak_sundararajan_theory"]

SOURCE = "Archak and Sundararajan (2009)"
_RANKS = 5  # ranks whose expected efforts are listed


def archak_sundararajan_theory(model: Any) -> Theory:
    """Return the theory of an `ArchakSundararajan` model: its limit of many contestants.

    Parameters
    ----------
    model : ArchakSundararajan
        The model.

    Returns
    -------
    Theory
    """
    sp = sympy()
    names = [f"prize_{rank}" for rank in range(1, len(model.prizes) + 1)]
    symbols = {name: sp.Symbol(f"v{rank}", nonnegative=True) for rank, name in enumerate(names, 1)}
    symbols |= {"top": sp.Symbol("h", positive=True), "better_rivals": sp.Symbol("tau", nonnegative=True)}
    values = {name: float(prize) for name, prize in zip(names, model.prizes, strict=True)}
    values["top"] = float(model.value.support[1])
    effort, quantities = _derive(len(names))
    return Theory(
        name="Archak-Sundararajan",
        source=f"{SOURCE}; efforts by rank derived for this library",
        symbols=symbols,
        values=values,
        effort=effort,
        quantities=quantities,
        propositions=_propositions(),
    )


@lru_cache(maxsize=32)
def _derive(prizes: int) -> tuple[Any, dict[str, Any]]:
    """Effort by the expected number of better rivals, and expected efforts by rank.

    Near the top values are all nearly h and better rivals are a Poisson number of mean tau, so that a
    type bids all her expected prize; the k-th best has a tau of the gamma law of k.
    """
    sp = sympy()
    top, tau = sp.Symbol("h", positive=True), sp.Symbol("tau", nonnegative=True)
    values = [sp.Symbol(f"v{rank}", nonnegative=True) for rank in range(1, prizes + 1)]
    poisson = [tau**j * sp.exp(-tau) / sp.factorial(j) for j in range(prizes)]
    effort = top * sum(value * chance for value, chance in zip(values, poisson, strict=True))

    def expected(rank: int) -> Any:
        density = tau ** (rank - 1) * sp.exp(-tau) / sp.factorial(rank - 1)
        return sp.expand(sp.integrate(sp.expand(effort * density), (tau, 0, sp.oo)))

    quantities = {f"effort_of_rank_{rank}": expected(rank) for rank in range(1, _RANKS + 1)}
    quantities["total_effort"] = sp.integrate(sp.expand(effort), (tau, 0, sp.oo))
    quantities["budget"] = sum(values)
    return effort, quantities


def _model(point: Parameters, contestants: int, prizes: tuple[float, ...] = (0.7, 0.3)) -> Any:
    from scipy import stats

    from contests.models.archak_sundararajan import ArchakSundararajan

    law = stats.powerlaw(point["power"])
    return ArchakSundararajan(contestants=contestants, prizes=prizes, value=law)


def _order(point: Parameters) -> tuple[bool, str]:
    n, rank = int(point["contestants"]), int(point["rank"])
    few, many = (_model(point, m).error(rank) for m in (n, 4 * n))
    return bool(abs(many) <= abs(few) / 3.0), f"errors {few:.3g} among {n} and {many:.3g} among {4 * n}"


def _any_law(point: Parameters) -> tuple[bool, str]:
    rank, n = int(point["rank"]), 20_000
    exact = _model(point, n).exact_ranked_effort(rank)
    uniform = _model({**point, "power": 1.0}, n).exact_ranked_effort(rank)
    return bool(abs(exact / uniform - 1.0) <= 5e-3), f"{exact:.6g}, with uniform values {uniform:.6g}"


def _any_split(point: Parameters) -> tuple[bool, str]:
    share, n = point["second_share"], 5000
    totals = [_model(point, n, prizes).solve().total_effort for prizes in ((1.0,), (1.0 - share, share))]
    return bool(abs(totals[1] / totals[0] - 1.0) <= 5e-3), f"one prize {totals[0]:.6g}, two {totals[1]:.6g}"


@lru_cache(maxsize=1)
def _propositions() -> tuple[Proposition, ...]:
    law: dict[str, Any] = {"power": (0.5, 3.0)}
    return (
        Proposition(
            name="order of the error",
            statement="Four times as many contestants bring expected efforts by rank at least three times "
            "as close to the limit.",
            source=f"{SOURCE}; order worked out for this library",
            domain={**law, "contestants": [100, 200, 500], "rank": range(1, 4)},
            test=_order,
        ),
        Proposition(
            name="any law",
            statement="Among many contestants efforts by rank depend on the law of values by its top only.",
            source=SOURCE,
            domain={**law, "rank": range(1, 4)},
            test=_any_law,
        ),
        Proposition(
            name="any split",
            statement="Among many contestants total effort is the budget times the highest value, however "
            "the budget is split.",
            source=SOURCE,
            domain={**law, "second_share": (0.05, 0.5)},
            test=_any_split,
        ),
    )
