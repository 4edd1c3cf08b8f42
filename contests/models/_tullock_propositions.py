"""What is known of Tullock's lottery contest, as statements checked through the solver."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from contests.errors import NotEquilibriumError
from contests.propositions import Parameters, Proposition

__all__ = ["tullock_propositions"]


def _model(**parameters: Any) -> Any:
    from contests.models.tullock import Tullock

    return Tullock(**parameters)


def _field(point: Parameters, **changes: Any) -> Any:
    p = {**point, **changes}
    return _model(contestants=int(p["contestants"]), prize=p["prize"], exponent=p["exponent"])


def _exists(point: Parameters) -> bool:
    n = point["contestants"]
    return bool(n >= 2 and point["exponent"] <= n / (n - 1))


def _one_more(point: Parameters) -> bool:
    n = point["contestants"]
    return bool(n >= 2 and point["exponent"] <= (n + 1) / n)


def _entry(point: Parameters) -> tuple[bool, str]:
    few, more = _field(point).solve(), _field(point, contestants=point["contestants"] + 1).solve()
    rises = more.total_effort > few.total_effort
    falls = more.effort[0] < few.effort[0] + 1e-12 * few.effort[0]
    return rises and falls, f"each {few.effort[0]:.6g} to {more.effort[0]:.6g}, total {more.total_effort:.6g}"


def _dissipation(point: Parameters) -> tuple[bool, str]:
    total, n = _field(point).solve().total_effort, point["contestants"]
    share = total / point["prize"]
    return share <= 1 + 1e-12 and abs(share - point["exponent"] * (n - 1) / n) < 1e-9, f"share {share:.8g}"


def _bound(point: Parameters) -> tuple[bool, str]:
    try:
        found = bool(_field(point).solve().effort.min() > 0)
    except NotEquilibriumError:
        found = False
    return found == _exists(point), f"all compete: {found}"


def _pair(point: Parameters, **changes: Any) -> Any:
    p = {**point, **changes}
    return _model(values=(1.0, p["second"]), exponent=p["exponent"], weights=p.get("weights")).solve()


def _pair_is_pure(point: Parameters) -> bool:
    return bool(point["exponent"] <= 1 + point["second"] ** point["exponent"])


def _proportional(point: Parameters) -> tuple[bool, str]:
    first, second = _pair(point).effort
    return abs(second / first - point["second"]) < 1e-8, f"efforts in ratio {second / first:.8g}"


def _level(point: Parameters) -> tuple[bool, str]:
    r = point["exponent"]
    even = (point["second"] ** r, 1.0)
    fair = _pair(point, weights=even).total_effort
    others = [_pair(point, weights=(even[0] * tilt, 1.0)).total_effort for tilt in (0.8, 1.25)]
    best = max(others)
    return fair > best, f"level {fair:.8g}, tilted {best:.8g}"


@lru_cache(maxsize=1)
def tullock_propositions() -> tuple[Proposition, ...]:
    """Return the propositions on lottery contests.

    Returns
    -------
    tuple of Proposition
        Each with a numerical check through the solver.

    Examples
    --------
    >>> [claim.name for claim in tullock_propositions()][:2]
    ['entry', 'dissipation']
    """
    field = {"contestants": range(2, 9), "prize": (0.5, 100.0), "exponent": (0.2, 2.0)}
    pair = {"second": (0.2, 0.95), "exponent": (0.3, 1.9)}
    return (
        Proposition(
            name="entry",
            statement="One more alike contestant lowers each one's effort and raises the total.",
            source="Tullock (1980)",
            domain={**field, "contestants": range(3, 9)},
            test=_entry,
            conditions="exponent at most (n + 1)/n, so that one more takes part; n at least 3",
            inside=_one_more,
        ),
        Proposition(
            name="dissipation",
            statement="Alike contestants dissipate the share r (n - 1)/n of the prize, never more than all.",
            source="Tullock (1980)",
            domain=field,
            test=_dissipation,
            conditions="exponent at most n/(n - 1)",
            inside=_exists,
        ),
        Proposition(
            name="existence",
            statement="All alike contestants compete in sure efforts iff the exponent is at most n/(n - 1).",
            source="Perez-Castrillo and Verdier (1992)",
            domain=field,
            test=_bound,
        ),
        Proposition(
            name="efforts in proportion to values",
            statement="Two contestants exert efforts in proportion to their values, whatever the exponent.",
            source="Nti (1999)",
            domain=pair,
            test=_proportional,
            conditions="exponent at most 1 + (V_2/V_1)^r",
            inside=_pair_is_pure,
        ),
        Proposition(
            name="level field",
            statement="Of two contestants' weights those that level the field call forth the most effort.",
            source="Nti (1999); Franke (2012) for exponent 1",
            domain={"second": (0.4, 0.9), "exponent": (0.3, 1.0)},
            test=_level,
        ),
    )
