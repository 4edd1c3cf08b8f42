"""Engagement: effort of a period in closed form, and propositions, checked by solving."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from contests.models.engagement_game import poisson_chances
from contests.propositions import Parameters, Proposition
from contests.theory import Theory, sympy

if TYPE_CHECKING:
    from contests.models.engagement import Engagement

__all__ = ["propositions", "theory_of"]

_SOURCE = "derived for this library"
_DOMAIN: dict[str, Any] = {"arrivals": (5.0, 30.0), "prize": (2.0, 8.0), "stickiness": (0.1, 0.6)}


def theory_of(model: Engagement) -> Theory:
    """Return effort and the community's balance in symbols, at the stationary community."""
    sp = sympy()
    names = "prize slope winning use_value own_use shock scale exponent trials retention"
    a, b1, win, b, w, mu, s, gamma, trials, stay = sp.symbols(names, positive=True)
    community = model.community()
    j, chance = poisson_chances(community.members)
    values = {
        "prize": model.prize,
        "slope": float(chance @ (j / (j + 1.0) ** 2)),
        "winning": float(chance @ (1.0 / (j + 1.0))),
        "use_value": model.use_value,
        "own_use": model.own_use,
        "shock": model.shock,
        "scale": model.cost.scale,
        "exponent": model.cost.exponent,
        "trials": community.trials,
        "retention": community.retention,
    }
    return Theory(
        name="Engagement",
        source=_SOURCE,
        symbols=dict(zip(names.split(), (a, b1, win, b, w, mu, s, gamma, trials, stay), strict=True)),
        values=values,
        effort=((a * b1 / mu + b * win + w) / (s * gamma)) ** (1 / (gamma - 1)),
        quantities={"members": trials / (1 - stay)},
        propositions=propositions(),
    )


def _model(point: Parameters, **changes: Any) -> Engagement:
    from contests.models.engagement import Engagement

    return Engagement(**{**{name: point[name] for name in _DOMAIN}, **changes})


def _sticky(point: Parameters) -> tuple[bool, str]:
    loose = _model(point).community()
    tight = _model(point, stickiness=point["stickiness"] + 0.1).community()
    held = tight.members > loose.members and tight.payoff < loose.payoff
    return held, f"members {loose.members:.6g} -> {tight.members:.6g}"


def _settles(point: Parameters) -> tuple[bool, str]:
    model = _model(point)
    last, members = float(model.path(400)[-1]), model.community().members
    return abs(last / members - 1.0) < 1e-6, f"path {last:.8g}, stationary {members:.8g}"


def _subsidy(point: Parameters) -> tuple[bool, str]:
    plain, paid = _model(point).community(), _model(point, subsidy=0.3).community()
    held = paid.members > plain.members and paid.retention < plain.retention and paid.effort < plain.effort
    words = f"members {plain.members:.6g} -> {paid.members:.6g}"
    return held, f"{words}, effort {plain.effort:.6g} -> {paid.effort:.6g}"


def _crowded(point: Parameters) -> bool:
    """Whether there are enough members for more of them to lower effort."""
    return bool(np.isfinite(point["prize"]) and _model(point).community().members > 4.0)


def propositions() -> tuple[Proposition, ...]:
    """Return three statements about communities."""
    return (
        Proposition(
            name="stickiness",
            statement="A stickier community is larger, and each period pays its members less.",
            source=_SOURCE,
            domain=_DOMAIN,
            test=_sticky,
        ),
        Proposition(
            name="the path settles",
            statement="Starting from nobody, the community grows into the stationary one.",
            source=_SOURCE,
            domain=_DOMAIN,
            test=_settles,
        ),
        Proposition(
            name="subsidised trial",
            statement="A trial subsidy brings more members of whom fewer stay and each tries less hard.",
            source=_SOURCE,
            domain=_DOMAIN,
            conditions="no use of the best idea, and more than four members without the subsidy",
            inside=_crowded,
            test=_subsidy,
        ),
    )
