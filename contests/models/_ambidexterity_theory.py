"""Ambidexterity in closed form, derived by SymPy, and its propositions.

Linear output a x, spread u (sigma_0 + s sqrt(y)), cost c e^2/2. With I and J the slopes of the chance to
win per unit of prize, SymPy solves the two first-order conditions

    A I a/(u (sigma_0 + s w)) = c (x + w^2) = A J s/(2 w (sigma_0 + s w)),    w = sqrt(y).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contests.curves import Linear, Power
from contests.errors import UnsolvableError
from contests.propositions import Parameters, Proposition
from contests.theory import Theory, comparative_static, sympy

if TYPE_CHECKING:
    from contests.models.ambidexterity import Ambidexterity, Mix

__all__ = ["propositions", "theory_of"]

SOURCE = "derived for this library"


def theory_of(model: Ambidexterity) -> Theory:
    """Return the closed forms of an ambidexterity ``model``."""
    curves = isinstance(model.output, Linear) and isinstance(model.exploring, Power)
    powers = curves and model.exploring.exponent == 0.5  # type: ignore[attr-defined]
    quadratic = isinstance(model.cost, Power) and model.cost.exponent == 2
    if not (powers and quadratic):
        raise UnsolvableError(
            "Closed forms are known for linear output, square-root exploring and quadratic cost; use solve()."
        )
    sp = sympy()
    x, w = sp.symbols("x w", positive=True)
    a, c, s, base, u, prize = sp.symbols("a c s sigma_0 u A", positive=True)
    i, j = sp.symbols("I J", positive=True)
    width = u * (base + s * w)
    in_mean = prize * i * a / width - c * (x + w**2)
    in_spread = prize * j * u * s / (2 * w) / width - c * (x + w**2)
    root = sp.solve(sp.numer(sp.together(in_mean - in_spread)), w)[0]
    explore = sp.simplify(root**2)
    exploit = sp.simplify(sp.solve(in_mean, x)[0].subs(w, root))
    total = sp.simplify(explore + exploit)
    slopes, top = model.slopes, model.prizes.top
    parameters = {"prize": prize, "uncertainty": u, "slope_in_mean": i, "slope_in_spread": j}
    statics = [comparative_static("explore", explore, name, symbol) for name, symbol in parameters.items()]
    statics += [
        comparative_static("effort", total, name, parameters[name]) for name in ("prize", "uncertainty")
    ]
    return Theory(
        name="Ambidexterity",
        source=SOURCE,
        symbols={
            **parameters,
            "returns": a,
            "unit_cost": c,
            "exploring": s,
            "base_spread": base,
        },
        values={
            "prize": top,
            "uncertainty": model.uncertainty,
            "slope_in_mean": slopes.mean / top,
            "slope_in_spread": slopes.spread / top,
            "returns": float(model.output.derivative(1.0)),
            "unit_cost": 2.0 * float(model.cost(1.0)),
            "exploring": float(model.exploring(1.0)),
            "base_spread": model.base_spread,
        },
        first_order_condition=in_mean,
        effort=total,
        region=sp.And(exploit >= 0, j > 0),
        region_source="both efforts positive: necessary; the certificate checks sufficiency",
        quantities={"exploit": exploit, "explore": explore, "pull": j / i},
        comparative_statics=tuple(statics),
        propositions=propositions(),
    )


_DOMAIN: dict[str, Any] = {
    "contestants": [3, 4, 6, 10],
    "prize": (0.5, 2.0),
    "exploring": (0.1, 0.4),
    "unit_cost": (1.0, 2.0),
}


def _model(point: Parameters, **changes: Any) -> Ambidexterity:
    from contests.models.ambidexterity import Ambidexterity

    parts = {
        "contestants": int(point["contestants"]),
        "prizes": point["prize"],
        "exploring": Power(0.5, scale=point["exploring"]),
        "cost": Power(2, scale=0.5 * point["unit_cost"]),
        **changes,
    }
    return Ambidexterity(**parts)


def _mix(model: Ambidexterity) -> Mix:
    return model.mix(model.solve())


def _two_do_not_explore(point: Parameters) -> tuple[bool, str]:
    from scipy import stats

    laws = {"normal": stats.norm(), "logistic": stats.logistic()}
    explored = {name: _mix(_model(point, contestants=2, shock=law)).explore for name, law in laws.items()}
    return all(y <= 1e-12 for y in explored.values()), f"exploring {explored}"


def _more_explore_more(point: Parameters) -> tuple[bool, str]:
    few, many = _mix(_model(point)), _mix(_model(point, contestants=point["contestants"] + 1))
    return many.explore > few.explore and many.share > few.share, f"share {few.share:.4g} -> {many.share:.4g}"


def _imitation(point: Parameters) -> tuple[bool, str]:
    safe, copied = _mix(_model(point)), _mix(_model(point, imitation=point["imitation"]))
    same = abs(copied.explore - safe.explore) <= 1e-6 * safe.explore
    held = same and copied.exploit < safe.exploit
    return (
        held,
        f"exploit {safe.exploit:.6g} -> {copied.exploit:.6g}, explore {safe.explore:.6g} -> same: {same}",
    )


def _too_little(point: Parameters) -> tuple[bool, str]:
    model = _model(point)
    chosen = _mix(model)
    wanted = model.sponsor_mix(chosen.exploit + chosen.explore)
    return wanted.explore > chosen.explore, f"explore {chosen.explore:.6g}, wanted {wanted.explore:.6g}"


def propositions() -> tuple[Proposition, ...]:
    """Return what the model says, as statements that can be checked."""
    return (
        Proposition(
            name="two do not explore",
            statement="Two contestants with a symmetric shock do not explore, whatever the prize.",
            source=SOURCE,
            domain=_DOMAIN,
            test=_two_do_not_explore,
        ),
        Proposition(
            name="more contestants explore more",
            statement="With normal shocks and linear output one more contestant raises exploring and its "
            "share.",
            source=SOURCE,
            domain=_DOMAIN,
            test=_more_explore_more,
        ),
        Proposition(
            name="imitation blunts exploiting",
            statement="With linear output imitation lowers exploiting and leaves exploring as it is.",
            source=SOURCE,
            domain={**_DOMAIN, "imitation": (0.05, 0.3)},
            test=_imitation,
        ),
        Proposition(
            name="too little exploring",
            statement="With normal shocks and one prize contestants explore less than a sponsor of the best "
            "idea wants at the same effort.",
            source=SOURCE,
            domain=_DOMAIN,
            test=_too_little,
        ),
    )
