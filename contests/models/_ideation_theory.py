r"""Terwiesch and Xu's ideation projects in closed form, derived by SymPy from the primitives.

**Primitives.** Each of n solvers exerts effort e at cost c e; her idea has quality
:math:`v = \kappa + \delta\ln e + \xi` with a Gumbel shock of mean zero and scale
:math:`\mu`. The best idea wins the award A, or rank k the prize v_k. The seeker gets
:math:`\rho E[\max v] + (1-\rho) E[\bar v]` minus what it pays.

**From the shock to a lottery.** Write :math:`w = e^{\delta/\mu}` and
:math:`u = \exp(-(v - \kappa)/\mu - \gamma)`: since :math:`\exp(-\xi/\mu - \gamma)` is
exponential with mean one (that is what a Gumbel law is), u is exponential with rate w,
and the best idea is the one with the *smallest* u. So a contest of ideas is a race of
exponential clocks. Measure time in units of the own clock and let each of n-1 rivals run
at 1/t of its speed, t = w/W: the own clock rings first with probability
:math:`\int_0^\infty e^{-s}\, e^{-(n-1)s/t} ds = t/(t+n-1)`, which is the lottery
:math:`e^R/(e^R + (n-1)E^R)` with exponent :math:`R = \delta/\mu`. Exponential clocks have
no memory, so when the first has rung the others race on as before: rank k comes with
probability :math:`\prod_{j<k} \frac{n-j}{n-j+t} \cdot \frac{t}{n-k+t}` (Plackett-Luce; Clark
and Riis's lottery of several prizes).

**Existence.** With one award the symmetric pure equilibrium exists if and only if
solvers do not lose by taking part, :math:`\delta(n-1) \le \mu n` (the known bound on a
lottery's exponent: Perez-Castrillo and Verdier 1992). With several prizes taking part is
necessary; that it suffices was found in drawn contests and is not proved, so the library
certifies every solution. A lone solver (n = 1) exerts no effort, and with log output her
quality has no lower bound: that is outside the region.

**Limits.** No shock: R grows without bound and no field has a pure equilibrium. Returns to
effort near zero: effort vanishes and every field is feasible.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from contests.errors import InvalidPartError
from contests.models._ideation_propositions import SOURCE, ideation_propositions
from contests.theory import (
    ComparativeStatic,
    Expression,
    SymmetricSolution,
    Table,
    Theory,
    comparative_static,
    sign_of,
    solve_symmetric,
    sympy,
)
from contests.validation import count, finite, fraction, positive, vector

__all__ = ["ideation_theory"]

_ONE_AWARD = (
    "necessary and sufficient: participation; the bound on a lottery's exponent, "
    "Perez-Castrillo and Verdier (1992)"
)
_SEVERAL_PRIZES = "participation: necessary; sufficient in every contest drawn, not proved"

# Beyond this many prizes SymPy takes seconds to write a rank's marginal probability as one fraction.
_TIDY = 3


def ideation_theory(
    *,
    returns: float,
    shock: float,
    baseline: float = 0.0,
    solvers: int,
    prizes: float | Sequence[float],
    unit_cost: float = 1.0,
    weight_best: float = 1.0,
) -> Theory:
    """Return the closed forms of an ideation contest (Terwiesch and Xu 2008).

    Parameters
    ----------
    returns : float
        Quality gained by raising the log of effort by one (delta).
    shock : float
        Scale of the Gumbel shock (mu), in units of quality.
    baseline : float
        Quality at effort one, before the shock (kappa).
    solvers : int
        Number of solvers; at least as many as prizes.
    prizes : float or sequence of float
        One award, or prizes by rank from the first, none rising.
    unit_cost : float
        Cost of a unit of effort.
    weight_best : float
        The seeker's weight on the best rather than the average quality, in [0, 1] (rho).

    Returns
    -------
    Theory
        Its quantities: ``expected_best``, ``expected_average``, ``total_effort``,
        ``sponsor_profit``, ``first_best_effort``, ``first_best_ratio``, ``internal_effort``,
        ``internal_profit``; with one award also ``best_award``, ``best_size``,
        ``largest_field``; with several prizes ``best_budget`` (their sum, in given proportions).

    Raises
    ------
    InvalidPartError
        If a parameter is out of its range, or there are more prizes than solvers.

    Examples
    --------
    >>> theory = ideation_theory(returns=1.0, shock=2.0, solvers=20, prizes=10.0)
    >>> theory.effort
    A*delta*(n - 1)/(c*mu*n**2)
    >>> theory.value("effort"), theory.holds(), theory.sign("effort", "solvers")
    (0.2375, True, -1)
    """
    by_rank = vector("Ideation prizes", [prizes] if isinstance(prizes, (int, float)) else prizes)
    ranked = _check_prizes([float(prize) for prize in by_rank], count("Ideation solvers", solvers))
    derived = _derive(len(ranked))
    names = _prize_names(len(ranked))
    values = {
        **dict(zip(names, ranked, strict=True)),
        "solvers": float(solvers),
        "returns": positive("Ideation.returns", returns),
        "shock": positive("Ideation.shock", shock),
        "baseline": finite("Ideation.baseline", baseline),
        "unit_cost": positive("Ideation unit_cost", unit_cost),
        "weight_best": fraction("Ideation weight_best", weight_best),
    }
    return derived.theory(values)


def _check_prizes(prizes: list[float], solvers: int) -> list[float]:
    """Drop ranks that pay nothing at the end; refuse prizes that rise or outnumber the solvers."""
    while len(prizes) > 1 and prizes[-1] == 0.0:
        prizes = prizes[:-1]
    if prizes[0] <= 0 or prizes[-1] < 0 or any(b > a for a, b in pairwise(prizes)):
        raise InvalidPartError("Ideation prizes", prizes, "positive, and none above the one before")
    if len(prizes) > solvers and len(prizes) > 1:
        raise InvalidPartError("Ideation prizes", prizes, f"at most as many as the {solvers} solvers")
    return prizes


def _prize_names(number: int) -> list[str]:
    return ["award"] if number == 1 else [f"prize_{rank}" for rank in range(1, number + 1)]


class _Derived:
    """Everything SymPy derives for a number of prizes; the numbers are put in by `theory`."""

    def __init__(self, number: int) -> None:
        self.symbols, self.prizes = _symbols(number)
        self.payoff = _payoff(self.symbols, self.prizes)
        self.solution = _solve(self.symbols, self.prizes, self.payoff)
        self.quantities = _quantities(self.symbols, self.prizes, self.solution)
        self.statics: tuple[ComparativeStatic, ...] = ()
        if number == 1:
            self.quantities |= _one_award(self.symbols, self.solution, self.quantities)
            self.statics = _statics(self.symbols, self.solution, self.quantities)
        self.region = _region(self.symbols, self.prizes, self.solution)

    def theory(self, values: dict[str, float]) -> Theory:
        """Return the theory at the model's numbers (``values`` by readable name)."""
        one = len(self.prizes) == 1
        return Theory(
            name="Terwiesch-Xu ideation",
            source=SOURCE,
            symbols=self.symbols,
            values=values,
            payoff=self.payoff,
            first_order_condition=self.solution.first_order_condition,
            second_order_condition=self.solution.second_order_condition,
            effort=self.solution.effort,
            equilibrium_payoff=self.solution.payoff,
            region=self.region,
            region_source=_ONE_AWARD if one else _SEVERAL_PRIZES,
            quantities=self.quantities,
            comparative_statics=self.statics,
            propositions=ideation_propositions(),
        )


@lru_cache(maxsize=32)
def _derive(number: int) -> _Derived:
    """Derive once for each number of prizes: SymPy needs tenths of a second."""
    return _Derived(number)


def _symbols(number: int) -> tuple[Table[str, Expression], list[Expression]]:
    """The readable names with their symbols, and the prizes' symbols by rank."""
    sp = sympy()

    def positive_symbol(letter: str) -> Expression:
        return sp.Symbol(letter, positive=True)

    letters = ["A"] if number == 1 else [f"v{rank}" for rank in range(1, number + 1)]
    prizes = [positive_symbol(letter) for letter in letters]
    symbols = {
        "own_effort": positive_symbol("e"),
        "rival_effort": positive_symbol("E"),
        **dict(zip(_prize_names(number), prizes, strict=True)),
        "solvers": sp.Symbol("n", positive=True, integer=True),
        "returns": positive_symbol("delta"),
        "shock": positive_symbol("mu"),
        "baseline": sp.Symbol("kappa", real=True),
        "unit_cost": positive_symbol("c"),
        "weight_best": sp.Symbol("rho", nonnegative=True),
    }
    return Table(symbols), prizes


def _rank_probabilities(n: Expression, t: Expression, number: int) -> list[Expression]:
    """The probabilities of the first ranks in the race of the module's docstring, at speed ratio t."""
    sp = sympy()
    time, rate = sp.symbols("s r", positive=True)
    first = sp.integrate(sp.exp(-rate * time), (time, 0, sp.oo))  # own clock rings first
    still_racing, probabilities = sp.Integer(1), []
    for rank in range(1, number + 1):
        win = sp.together(first.subs(rate, 1 + (n - rank) / t))  # n - rank rivals are left
        probabilities.append(still_racing * win)
        still_racing *= sp.factor(1 - win)
    return probabilities


def _payoff(symbols: Table[str, Expression], prizes: list[Expression]) -> Expression:
    """Expected prize at own effort e against rivals' E, minus the cost of effort."""
    t = sympy().Symbol("t", positive=True)
    ranks = _rank_probabilities(symbols["solvers"], t, len(prizes))
    won = sum(prize * chance for prize, chance in zip(prizes, ranks, strict=True))
    own, rivals = symbols["own_effort"], symbols["rival_effort"]
    ratio = (own / rivals) ** (symbols["returns"] / symbols["shock"])
    return won.subs(t, ratio) - symbols["unit_cost"] * own


def _solve(
    symbols: Table[str, Expression], prizes: list[Expression], payoff: Expression
) -> SymmetricSolution:
    """Solve the symmetric first-order condition.

    With several prizes the payoff near equal efforts is written as a parabola in ln t with its true
    coefficients put in afterwards: first and second derivatives are the same, and SymPy's work does
    not grow with the number of prizes.
    """
    sp = sympy()
    own, rivals = symbols["own_effort"], symbols["rival_effort"]
    if len(prizes) == 1:
        return solve_symmetric(payoff, own, rivals)
    x, level, slope, bend = sp.symbols("x level slope bend", positive=True)
    ranks = _rank_probabilities(symbols["solvers"], sp.exp(x), len(prizes))
    logs = [sp.expand_log(sp.log(chance), force=True) for chance in ranks]
    first = [sp.diff(log, x).subs(x, 0) for log in logs]
    second = [sp.diff(log, x, 2).subs(x, 0) for log in logs]
    share = 1 / symbols["solvers"]  # of equals, each takes each rank equally often
    tidy = sp.factor if len(prizes) <= _TIDY else (lambda form: form)
    coefficients = {
        level: share * sum(prizes),
        slope: share * sum(v * tidy(d) for v, d in zip(prizes, first, strict=True)),
        bend: share * sum(v * tidy(d**2 + b) for v, d, b in zip(prizes, first, second, strict=True)),
    }
    log_ratio = symbols["returns"] / symbols["shock"] * sp.log(own / rivals)
    local = level + slope * log_ratio + bend * log_ratio**2 / 2 - symbols["unit_cost"] * own
    return SymmetricSolution(*(part.subs(coefficients) for part in solve_symmetric(local, own, rivals)))


def _quantities(
    symbols: Table[str, Expression], prizes: list[Expression], solution: SymmetricSolution
) -> dict[str, Expression]:
    """Qualities, profit, first best and the internal team."""
    sp = sympy()
    own, n, delta, mu = (symbols[name] for name in ("own_effort", "solvers", "returns", "shock"))
    c, rho = symbols["unit_cost"], symbols["weight_best"]
    average = symbols["baseline"] + delta * sp.log(solution.effort)
    # The best of n Gumbel shocks is a Gumbel shock moved by `gain`: F(x)^n = F(x - gain).
    x, gain = sp.symbols("x gain", real=True)
    (moved,) = sp.solve(n * sp.exp(-x / mu) - sp.exp(-(x - gain) / mu), gain)
    best = average + sp.simplify(moved)
    planned = symbols["baseline"] + delta * sp.log(own)
    (first_best,) = sp.solve(sp.diff(planned - n * c * own, own), own)
    (internal,) = sp.solve(sp.diff(planned - c * own, own), own)
    profit = rho * best + (1 - rho) * average - sum(prizes)
    scale = sp.Symbol("scale", positive=True)  # all prizes times scale: effort is proportional to them
    (best_scale,) = sp.solve(
        sp.diff(delta * sp.log(scale * solution.effort) - scale * sum(prizes), scale), scale
    )
    budget = "best_award" if len(prizes) == 1 else "best_budget"
    return {
        "expected_best": best,
        "expected_average": average,
        "total_effort": n * solution.effort,
        "sponsor_profit": profit,
        "first_best_effort": first_best,
        "first_best_ratio": sp.cancel(solution.effort / first_best)
        if len(prizes) == 1
        else solution.effort / first_best,
        "internal_effort": internal,
        "internal_profit": planned.subs(own, internal) - c * internal,
        budget: sp.simplify(best_scale * sum(prizes)),
    }


def _one_award(
    symbols: Table[str, Expression], solution: SymmetricSolution, quantities: dict[str, Expression]
) -> dict[str, Expression]:
    """The best number of solvers (as a real number) and the largest field that takes part."""
    sp = sympy()
    n, delta, mu = symbols["solvers"], symbols["returns"], symbols["shock"]
    rho, size = symbols["weight_best"], sp.Symbol("size", positive=True)
    slope = sp.diff(sp.expand_log(quantities["sponsor_profit"], force=True).subs(n, size), size)
    (best,) = sp.solve(slope, size)
    (largest,) = sp.solve(solution.payoff.subs(n, size), size)
    return {
        "best_size": sp.Piecewise((sp.factor(best), delta > rho * mu), (sp.oo, True)),
        "largest_field": sp.Piecewise((sp.floor(largest), delta > mu), (sp.oo, True)),
    }


def _region(
    symbols: Table[str, Expression], prizes: list[Expression], solution: SymmetricSolution
) -> Expression:
    """Where the symmetric effort is an equilibrium: where solvers do not lose by taking part."""
    sp = sympy()
    n, delta = symbols["solvers"], symbols["returns"]
    if len(prizes) == 1:
        (highest,) = sp.solve(solution.payoff, delta)
        top, bottom = sp.fraction(highest)
        return sp.And(n >= 2, delta * bottom <= top)
    # Without effort one comes last, and is paid for that only if there is a prize for every rank.
    last = sp.Piecewise((prizes[-1], sp.Eq(n, len(prizes))), (0, True))
    return sp.And(n >= max(2, len(prizes)), solution.payoff - last >= 0)


def _inside(
    symbols: Table[str, Expression], largest: Expression
) -> tuple[tuple[Expression, Expression], ...]:
    """The region's interior for fields of up to ``largest``, as substitutions (see `sign_of`)."""
    sp = sympy()
    spare = sp.Symbol("spare", positive=True)
    more = sp.Symbol("k", nonnegative=True, integer=True)
    bound = symbols["returns"] * (largest - 1) / largest
    return ((symbols["shock"], bound + spare), (symbols["solvers"], 2 + more))


def _statics(
    symbols: Table[str, Expression], solution: SymmetricSolution, quantities: dict[str, Expression]
) -> tuple[ComparativeStatic, ...]:
    """Prove the signs of comparative statics inside the region.

    The region shrinks as n grows, so that a derivative in n which is positive throughout it says
    that the quantity rises up to the largest field.
    """
    n = symbols["solvers"]
    forms = {"effort": solution.effort, "payoff": solution.payoff}
    forms |= {name: quantities[name] for name in ("total_effort", "expected_average", "expected_best")}
    forms["sponsor_profit"] = quantities["sponsor_profit"]
    statics = []
    for quantity, form in forms.items():
        step = quantity not in ("expected_best", "sponsor_profit")  # sums of logs: no sign by steps
        inside = _inside(symbols, n + 1 if step else n)
        statics.append(comparative_static(quantity, form, "solvers", n, inside, step=step))
        for name in ("award", "unit_cost", "returns", "shock"):
            inside = _inside(symbols, n)
            statics.append(comparative_static(quantity, form, name, symbols[name], inside))
    # The best size is finite where the returns exceed rho times the shock; at rho = 0 it is 2.
    spare, weight = sympy().symbols("spare weight", positive=True)
    finite_size = (
        (symbols["returns"], symbols["weight_best"] * symbols["shock"] + spare),
        (symbols["weight_best"], weight),
    )
    size = quantities["best_size"].args[0][0]
    for name in ("returns", "shock", "weight_best"):
        statics.append(comparative_static("best_size", size, name, symbols[name], finite_size))
    return tuple(statics)


def second_order_sign() -> int | None:
    """Return the sign SymPy proves for the second-order condition with one award: -1, a maximum.

    Examples
    --------
    >>> second_order_sign()
    -1
    """
    derived = _derive(1)
    inside = _inside(derived.symbols, derived.symbols["solvers"])
    return sign_of(derived.solution.second_order_condition, inside)
