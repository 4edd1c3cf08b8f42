r"""Terwiesch and Xu's expertise projects in closed form.

**Primitives.** Solver i knows her ability b, drawn from a law F known to all; effort e
at cost c e gives quality b + delta ln e for certain. The best idea wins the award A.

**Equilibrium.** With quality increasing in ability, a solver of ability b who hands in
the quality of type x wins with chance F(x)^(n-1) and spends c e(x) exp((x - b)/delta).
That this is best at x = b gives, with s = c e exp(b/delta),

    ds/db = A exp(b/delta) d F(b)^(n-1)/db,   s(lowest) = 0,

the first-order condition held here; single crossing makes it sufficient (Moldovanu and
Sela 2001 with ability exp(b/delta)). So e(b) = (A/c) times the integral of
exp((x - b)/delta) dF(x)^(n-1).

**Two laws in closed form.** Uniform on [lo, lo + w]: integrating the exponential's
power series term by term gives Kummer's function. Gumbel: with t = -ln F^(n-1), which
is exponential in the highest rival's ability, exp(x/delta) is a power of t and the
integral an incomplete gamma function.

Limits: delta large, effort (A/c) F^(n-1): the whole expected prize is spent; delta near
zero, only the last step counts and effort vanishes.
"""

from __future__ import annotations

from functools import lru_cache

from contests.laws import Law
from contests.models._expertise_propositions import SOURCE, expertise_propositions
from contests.theory import Expression, Table, Theory, sympy

__all__ = ["expertise_theory"]


def expertise_theory(
    *, ability: Law, returns: float, solvers: int, award: float, unit_cost: float = 1.0
) -> Theory:
    """Return the closed forms of a contest of expertise.

    Parameters
    ----------
    ability : Law
        The law of ability. Effort has a closed form for uniform and Gumbel laws.
    returns : float
        Quality gained by raising the log of effort by one.
    solvers : int
        Number of solvers.
    award : float
        Money for the best.
    unit_cost : float
        Cost of a unit of effort.

    Returns
    -------
    Theory
        ``effort`` is an expression in the symbol ``theory.symbols["ability"]``; ``quantities`` has
        ``best_award`` and ``first_best_effort`` (of the best solver, for the best quality).

    Examples
    --------
    >>> from contests.laws import uniform
    >>> theory = expertise_theory(ability=uniform(), returns=1.0, solvers=2, award=1.0)
    >>> round(theory.value(theory.effort.subs(theory.symbols["ability"], 0.5)), 10)
    0.3934693403
    """
    kind = {"gumbel_r": "gumbel", "uniform": "uniform"}.get(ability.name, "any")
    symbols, condition, effort, quantities = _derive(kind)
    values = {
        "returns": float(returns),
        "solvers": float(solvers),
        "award": float(award),
        "unit_cost": float(unit_cost),
    }
    if kind != "any":
        values |= {"spread": float(ability.scale), "lowest": float(ability.loc)}
    return Theory(
        name="Terwiesch-Xu expertise",
        source=SOURCE,
        symbols=symbols,
        values=values,
        first_order_condition=condition,
        effort=effort,
        region=symbols["solvers"] >= 2,
        region_source="single crossing: Moldovanu and Sela (2001)",
        quantities=quantities,
        propositions=expertise_propositions(),
    )


@lru_cache(maxsize=3)
def _derive(kind: str) -> tuple[Table[str, Expression], Expression, Expression, dict[str, Expression]]:
    """Derive once for each kind of law."""
    sp = sympy()
    letters = {"award": "A", "unit_cost": "c", "returns": "delta", "spread": "w"}
    symbols = {name: sp.Symbol(letter, positive=True) for name, letter in letters.items()}
    symbols["solvers"] = sp.Symbol("n", positive=True, integer=True)
    symbols["ability"] = sp.Symbol("b", real=True)
    symbols["lowest"] = sp.Symbol("b_0", real=True)
    award, cost, delta, n, b = (symbols[k] for k in ("award", "unit_cost", "returns", "solvers", "ability"))
    x, wins, effort_of = sp.Symbol("x", real=True), sp.Function("F"), sp.Function("e")
    mimic = award * wins(x) ** (n - 1) - cost * effort_of(x) * sp.exp((x - b) / delta)
    condition = sp.diff(mimic, x).subs(x, b).doit()
    scale = sp.Symbol("scale", positive=True)  # all efforts are proportional to the award
    (best_award,) = sp.solve(sp.diff(delta * sp.log(scale) - scale, scale), scale)
    own = sp.Symbol("own", positive=True)
    (first_best,) = sp.solve(sp.diff(delta * sp.log(own) - cost * own, own), own)
    effort = _effort(kind, symbols)
    return Table(symbols), condition, effort, {"best_award": best_award, "first_best_effort": first_best}


def _effort(kind: str, symbols: dict[str, Expression]) -> Expression | None:
    """The integral of exp((x - b)/delta) dF(x)^(n-1), times A/c."""
    sp = sympy()
    award, cost, delta, n, b = (symbols[k] for k in ("award", "unit_cost", "returns", "solvers", "ability"))
    start, spread = symbols["lowest"], symbols["spread"]
    if kind == "uniform":
        # Sum over k of (w/delta)^k/k! times (n-1)/(n-1+k) u^(n-1+k) is u^(n-1) 1F1(n-1; n; w u/delta).
        u = (b - start) / spread
        series = u ** (n - 1) * sp.hyper([n - 1], [n], spread * u / delta)
        return award / cost * sp.exp(-spread * u / delta) * series
    if kind == "gumbel":
        t = (n - 1) * sp.exp(-(b - start) / spread)
        power = spread / delta
        return award / cost * t**power * sp.uppergamma(1 - power, t)
    return None
