"""What the tournament for ideas says, as statements that are checked with the library's solver."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contests.propositions import Parameters, Proposition

if TYPE_CHECKING:
    from contests.models.morgan_wang import MorganWang

__all__ = ["SOURCE", "propositions"]

SOURCE = "derived for this library after Morgan and Wang (2010)"

_DOMAIN: dict[str, Any] = {"contestants": [4, 6, 8], "shock": (1.0, 3.0), "unit_cost": (1.0, 3.0)}


def _model(point: Parameters, **changes: Any) -> MorganWang:
    from contests.curves import Power
    from contests.laws import normal
    from contests.models.morgan_wang import MorganWang

    parts = {
        "contestants": int(point["contestants"]),
        "shock": normal(point["shock"]),
        "cost": Power(2, scale=0.5 * point["unit_cost"]),
        **changes,
    }
    return MorganWang(**parts)


def _immune(point: Parameters) -> tuple[bool, str]:
    from contests.laws import normal
    from contests.utility import CARA

    calm = _model(point, utility=CARA(1.0)).schemes()
    stormy = _model(point, utility=CARA(1.0), common=normal(point["common"])).schemes()
    profit = {name: (calm[name].profit, stormy[name].profit) for name in calm}
    same = abs(profit["tournament"][0] - profit["tournament"][1]) <= 1e-9 * abs(profit["tournament"][0])
    worse = all(profit[name][1] < profit[name][0] for name in ("piece rate", "standard"))
    return same and worse, "; ".join(f"{name} {a:.6g} -> {b:.6g}" for name, (a, b) in profit.items())


def _tie(point: Parameters) -> tuple[bool, str]:
    profits = {name: scheme.profit for name, scheme in _model(point).schemes().items()}
    first_best = point["contestants"] / (2.0 * point["unit_cost"])
    held = all(abs(profit - first_best) <= 1e-8 * first_best for profit in profits.values())
    return held, f"first best {first_best:.9g}; " + ", ".join(f"{k} {v:.9g}" for k, v in profits.items())


def _calm(point: Parameters) -> bool:
    """First-best prizes small against the noise: v/c below half the shock."""
    return bool(1.0 / point["unit_cost"] < 0.5 * point["shock"])


def _diversity(point: Parameters) -> tuple[bool, str]:
    from contests.models.morgan_wang_parts import Network

    rho = point["correlation"]
    few = _model(point, prizes=0.3, network=Network(2, correlation=rho))
    many = _model(point, prizes=0.3, network=Network(point["contestants"] // 2, correlation=rho))
    ideas = few.effective_number(), many.effective_number()
    effort = float(few.solve().effort[0]), float(many.solve().effort[0])
    held = 2 <= ideas[0] <= ideas[1] <= point["contestants"] and effort[0] >= effort[1]
    return held, f"ideas {ideas[0]:.4g} -> {ideas[1]:.4g}, effort {effort[0]:.6g} -> {effort[1]:.6g}"


def _judging(point: Parameters) -> tuple[bool, str]:
    from contests.laws import normal
    from contests.models.morgan_wang_parts import Judges

    one, many = (_model(point).judged_by(Judges(m, error=normal(point["error"]))) for m in (1, 9))
    held = (
        many.chance_best_wins > one.chance_best_wins
        and many.effort > one.effort
        and many.winner_quality > one.winner_quality
    )
    return held, f"chance {one.chance_best_wins:.4g} -> {many.chance_best_wins:.4g}"


def _crowding_out(point: Parameters) -> tuple[bool, str]:
    from contests.models.morgan_wang_parts import Love

    crowding, slope = point["crowding"], _model(point).winning_slope
    reward = point["excess"] * slope / crowding
    model = _model(point, love=Love(reward, crowding=crowding))
    found = model.crowding_range()
    if found is None:
        return point["excess"] <= 1.0, "no range"
    alone, between = (float(model.replace(prizes=p).solve().effort[0]) for p in (0.0, 0.5 * found[1]))
    return between < alone, f"effort {alone:.6g} without, {between:.6g} with a prize of {0.5 * found[1]:.4g}"


def _love_is_fragile(point: Parameters) -> bool:
    return bool(point["excess"] > 1.0)


def _standard(point: Parameters) -> tuple[bool, str]:
    from contests.models.morgan_wang_parts import Standard

    free = _model(point, contestants=2)
    effort = float(free.solve().effort[0])
    # Modal performance is where effort with the standard equals the standard: effort is flat in the
    # standard there, so that a few solutions find it.
    mark = effort
    for _ in range(4):
        mark = float(free.replace(rules=(Standard(mark),)).solve(on_fail="return").effort[0])
    modal = float(free.replace(rules=(Standard(mark),)).solve().effort[0])
    beside = [
        float(free.replace(rules=(Standard(mark + shift * point["shock"]),)).solve().effort[0])
        for shift in (-1.0, 1.0)
    ]
    return modal > max(effort, *beside), f"without {effort:.6g}, modal {modal:.6g}, beside {beside}"


def propositions() -> tuple[Proposition, ...]:
    """Return what the model says, as statements that can be checked."""
    return (
        Proposition(
            name="immune to the common shock",
            statement="With CARA contestants a common shock lowers the sponsor's profit under a piece rate "
            "and a standard and leaves the tournament's where it is.",
            source="Green and Stokey (1983); Nalebuff and Stiglitz (1983)",
            domain={**_DOMAIN, "common": (0.5, 2.0)},
            conditions="first-best quality small against the shock, so that equilibria exist",
            inside=_calm,
            test=_immune,
        ),
        Proposition(
            name="three schemes tie",
            statement="With risk-neutral contestants tournament, piece rate and standard all give the "
            "first best.",
            source="Lazear and Rosen (1981)",
            domain=_DOMAIN,
            conditions="first-best quality small against the shock, so that equilibria exist",
            inside=_calm,
            test=_tie,
        ),
        Proposition(
            name="diversity",
            statement="With one number of contestants, more domains mean more independent ideas, and less "
            "effort.",
            source=SOURCE,
            domain={**_DOMAIN, "correlation": (0.1, 0.6)},
            test=_diversity,
        ),
        Proposition(
            name="wisdom of crowds",
            statement="More judges make the best idea likelier to win, the winner better, and effort higher.",
            source=SOURCE,
            domain={**_DOMAIN, "error": (0.5, 3.0)},
            test=_judging,
        ),
        Proposition(
            name="paying more buys less",
            statement="Small prizes lower effort if love is fragile: reward times crowding above the slope "
            "of winning.",
            source=SOURCE,
            domain={**_DOMAIN, "crowding": (0.2, 1.0), "excess": (0.3, 3.0)},
            conditions="reward x crowding > slope of winning",
            inside=_love_is_fragile,
            test=_crowding_out,
        ),
        Proposition(
            name="standard at modal performance",
            statement="A standard at modal performance beside the tournament raises effort more than none, "
            "or one a standard deviation above or below.",
            source="Drugov, Ryvkin and Zhang (2022)",
            domain=_DOMAIN,
            conditions="first-best quality small against the shock, so that equilibria exist",
            inside=_calm,
            test=_standard,
        ),
    )
