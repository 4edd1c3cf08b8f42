"""The open modes in closed form, and propositions on all four modes, checked by solving."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from contests.propositions import Parameters, Proposition
from contests.theory import Theory, sympy

if TYPE_CHECKING:
    from contests.models.collaboration_modes import CollaborationModes

__all__ = ["propositions", "theory_of"]

_SOURCE = "derived for this library after Pisano and Verganti (2008)"
_DOMAIN: dict[str, Any] = {"spread": (0.3, 2.0), "screening_cost": (0.0, 0.2), "sponsor_error": (0.5, 2.0)}


def theory_of(model: CollaborationModes) -> Theory:
    """Return the winning slope and the quality chosen of an open mode (the mall unless a flat mode)."""
    from contests.laws import normal
    from contests.order_statistics import expected_order_statistic

    sp = sympy()
    names = "award contestants spread luck error best_draw"
    a, n, s, lucky, err, top = sp.symbols(names, positive=True)
    total = sp.sqrt(s**2 + lucky**2 + err**2)
    flat = model.mode in ("innovation community", "consortium")
    mode = "innovation community" if flat else "innovation mall"
    values = {
        "award": model.award,
        "contestants": float(model.open_entrants),
        "spread": model.spread,
        "luck": model.luck,
        "error": model.error(mode),
        "best_draw": expected_order_statistic(normal(), model.open_entrants, 1),
    }
    return Theory(
        name=f"CollaborationModes ({mode})",
        source=_SOURCE,
        symbols=dict(zip(names.split(), (a, n, s, lucky, err, top), strict=True)),
        values=values,
        quantities={
            "marginal_cost": a * top / (n * total),
            "quality_chosen_before_effort": (s**2 + lucky**2) / total * top,
        },
        propositions=propositions(),
    )


def _model(point: Parameters, **changes: Any) -> CollaborationModes:
    from contests.models.collaboration_modes import CollaborationModes

    return CollaborationModes(**{**{name: point[name] for name in _DOMAIN}, **changes})


def _screening(point: Parameters) -> tuple[bool, str]:
    model = _model(point)
    _, winner = model.map(np.linspace(0.0, 1.0, 41), model.spread)
    is_closed = winner[:, 0] >= 2
    held = bool((np.diff(is_closed.astype(int)) >= 0).all() and is_closed[-1])
    return held, f"closed from the cost at place {int(np.argmax(is_closed))} of 41"


def _judgement(point: Parameters) -> tuple[bool, str]:
    model = _model(point)
    held = True
    for hierarchical, flat in (("innovation mall", "innovation community"), ("elite circle", "consortium")):
        better = model.worth(hierarchical) > model.worth(flat)
        held = held and better == (model.error(hierarchical) < model.error(flat))
    return held, f"errors {model.sponsor_error:.4g}, {model.error('innovation community'):.4g}"


def _seats(point: Parameters) -> tuple[bool, str]:
    few, many = _model(point, candidates=3), _model(point, candidates=12)
    qualities = [m.replace(mode="elite circle").results["elite circle"].quality for m in (few, many)]
    return qualities[1] > qualities[0], f"quality {qualities[0]:.6g} -> {qualities[1]:.6g}"


def propositions() -> tuple[Proposition, ...]:
    """Return three statements about the modes."""
    return (
        Proposition(
            name="dear screening closes the door",
            statement="As screening cost rises the best mode turns from open to closed once, and stays so.",
            source=_SOURCE,
            domain=_DOMAIN,
            test=_screening,
        ),
        Proposition(
            name="the better judge chooses",
            statement="Given entry, the choice that is worth more is the one with the smaller error.",
            source=_SOURCE,
            domain=_DOMAIN,
            test=_judgement,
        ),
        Proposition(
            name="the more known, the better the circle",
            statement="More candidates for each seat raise the quality chosen in an elite circle.",
            source=_SOURCE,
            domain=_DOMAIN,
            test=_seats,
        ),
    )
