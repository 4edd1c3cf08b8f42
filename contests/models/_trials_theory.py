r"""Terwiesch and Xu's trial-and-error projects in closed form, derived by SymPy from the primitives.

**Primitives.** Each of n solvers makes m trials at cost c each; quality is the best of
them, each drawn from one continuous law. The best idea wins the award A.

**From trials to a lottery.** In the level u of a draw the best of m trials has density
m u^(m-1), and the rivals' (n-1) M trials are all below with chance u^((n-1) M): the
chance of winning is their integral, m/(m + (n-1) M), whatever the law (Fullerton and
McAfee 1999). Payoffs are concave in own trials, so every field takes part.

**Quality.** The best of N Gumbel draws of scale mu is a Gumbel draw moved by mu ln N;
the best of N uniform draws has mean N/(N+1) of the way. Limits: no award, no trials; a
cost near zero, trials without bound.
"""

from __future__ import annotations

from functools import lru_cache

from contests.laws import Law
from contests.models._trials_propositions import SOURCE, trials_propositions
from contests.theory import (
    ComparativeStatic,
    Expression,
    Table,
    Theory,
    comparative_static,
    solve_symmetric,
    sympy,
)

__all__ = ["trials_theory"]


def trials_theory(
    *, draw: Law, solvers: int, award: float, unit_cost: float = 1.0, weight_best: float = 1.0
) -> Theory:
    """Return the closed forms of a contest of trials.

    Parameters
    ----------
    draw : Law
        The law of a trial. Quality has a closed form for Gumbel and uniform draws.
    solvers : int
        Number of solvers.
    award : float
        Money for the best.
    unit_cost : float
        Cost of a trial.
    weight_best : float
        The seeker's weight on the best rather than the average quality, in [0, 1].

    Returns
    -------
    Theory
        ``quantities``: ``total_effort`` and, for Gumbel and uniform draws, ``expected_best``,
        ``expected_average``, ``sponsor_profit``; for Gumbel draws also ``best_award``, ``best_size``,
        ``internal_effort``, ``internal_profit``, ``loss_against_internal``.

    Examples
    --------
    >>> from contests.laws import gumbel
    >>> theory = trials_theory(draw=gumbel(1.0), solvers=2, award=10.0)
    >>> theory.effort, theory.value("effort")
    (A*(n - 1)/(c*n**2), 2.5)
    """
    kind = {"gumbel_r": "gumbel", "uniform": "uniform"}.get(draw.name, "any")
    values = {
        "award": float(award),
        "solvers": float(solvers),
        "unit_cost": float(unit_cost),
        "weight_best": float(weight_best),
    }
    if kind != "any":
        values |= {"spread": float(draw.scale), "baseline": float(draw.loc)}
    derived = _derive(kind)
    symbols, payoff, solution, quantities, statics = derived
    return Theory(
        name="Terwiesch-Xu trial-and-error",
        source=SOURCE,
        symbols=symbols,
        values=values,
        payoff=payoff,
        first_order_condition=solution.first_order_condition,
        second_order_condition=solution.second_order_condition,
        effort=solution.effort,
        equilibrium_payoff=solution.payoff,
        region=symbols["solvers"] >= 2,
        region_source="payoffs are concave in own trials (a lottery with exponent one)",
        quantities=quantities,
        comparative_statics=statics,
        propositions=trials_propositions(),
    )


@lru_cache(maxsize=3)
def _derive(
    kind: str,
) -> tuple[
    Table[str, Expression], Expression, Expression, dict[str, Expression], tuple[ComparativeStatic, ...]
]:
    """Derive once for each kind of draw."""
    sp = sympy()
    letters = {"own_effort": "m", "rival_effort": "M", "award": "A", "unit_cost": "c", "spread": "mu"}
    symbols = {name: sp.Symbol(letter, positive=True) for name, letter in letters.items()}
    symbols["solvers"] = sp.Symbol("n", positive=True, integer=True)
    symbols["baseline"] = sp.Symbol("kappa", real=True)
    symbols["weight_best"] = sp.Symbol("rho", nonnegative=True)
    own, rivals, n = symbols["own_effort"], symbols["rival_effort"], symbols["solvers"]
    level, trials = sp.Symbol("u", positive=True), sp.Symbol("N", positive=True)
    chance = own * sp.integrate(level ** (trials - 1), (level, 0, 1)).subs(trials, own + (n - 1) * rivals)
    payoff = symbols["award"] * chance - symbols["unit_cost"] * own
    solution = solve_symmetric(payoff, own, rivals)
    total = n * solution.effort
    quantities: dict[str, Expression] = {"total_effort": total}
    best = _best(kind, symbols, trials)
    if best is not None:
        rho = symbols["weight_best"]
        top, each = best.subs(trials, total), best.subs(trials, solution.effort)
        quantities |= {
            "expected_best": top,
            "expected_average": each,
            "sponsor_profit": rho * top + (1 - rho) * each - symbols["award"],
        }
    if kind == "gumbel":
        quantities |= _gumbel(symbols, quantities, best, trials)
    inside = ((n, 2 + sp.Symbol("k", nonnegative=True, integer=True)),)
    statics = [
        comparative_static(name, form, parameter, symbols[parameter], inside, step=parameter == "solvers")
        for name, form in (("effort", solution.effort), ("payoff", solution.payoff), ("total_effort", total))
        for parameter in ("solvers", "award", "unit_cost")
    ]
    return Table(symbols), payoff, solution, quantities, tuple(statics)


def _best(kind: str, symbols: dict[str, Expression], trials: Expression) -> Expression | None:
    """Expected best of a number of trials, from the law of the maximum."""
    sp = sympy()
    spread, start = symbols["spread"], symbols["baseline"]
    if kind == "uniform":
        level = sp.Symbol("u", positive=True)
        return start + spread * trials * sp.integrate(level**trials, (level, 0, 1))
    if kind == "gumbel":
        return start + spread * (sp.EulerGamma + sp.log(trials))
    return None


def _gumbel(
    symbols: dict[str, Expression], quantities: dict[str, Expression], best: Expression, trials: Expression
) -> dict[str, Expression]:
    """Best award and size, and the internal team, for Gumbel draws."""
    sp = sympy()
    award, n, rho, cost = (symbols[name] for name in ("award", "solvers", "weight_best", "unit_cost"))
    size = sp.Symbol("size", positive=True)
    profit = sp.expand_log(quantities["sponsor_profit"], force=True)
    (best_award,) = sp.solve(sp.diff(profit, award), award)
    (best_size,) = sp.solve(sp.diff(profit.subs(n, size), size), size)
    (internal,) = sp.solve(sp.diff(best - cost * trials, trials), trials)
    alone = best.subs(trials, internal) - cost * internal
    contest = quantities["sponsor_profit"].subs({award: best_award, rho: 1})
    return {
        "best_award": best_award,
        "best_size": sp.Piecewise((sp.factor(best_size), rho < 1), (sp.oo, True)),
        "internal_effort": internal,
        "internal_profit": alone,
        "loss_against_internal": sp.simplify(sp.expand_log(alone - contest, force=True)),
    }
