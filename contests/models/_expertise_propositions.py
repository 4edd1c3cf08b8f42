"""What Terwiesch and Xu (2008) and Korpeoglu and Cho (2018) say about expertise projects, as checks.

Each test solves the contest with the library, certified, and looks at the equilibrium; none evaluates
the formula that the statement was derived with. The papers' numbering is not cited: we could not see it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contests.laws import gumbel, normal, uniform
from contests.propositions import Parameters, Proposition

__all__ = ["SOURCE", "expertise_propositions"]

SOURCE = "Terwiesch and Xu (2008), expertise projects"
_CORRECTED = "Korpeoglu and Cho (2018), Management Science 64"
_DERIVED = "derived for this library"
_LAWS = {"uniform": uniform(), "normal": normal(0.5), "Gumbel": gumbel(0.5)}
_DOMAIN: dict[str, Any] = {
    "ability": tuple(_LAWS),
    "returns": (0.4, 3.0),
    "award": (0.5, 10.0),
    "unit_cost": (0.2, 3.0),
    "solvers": range(2, 7),
}
_TWO_UNIFORM = {"ability": "uniform", "award": 1.0, "unit_cost": 1.0, "solvers": 2}
_LEVELS = np.concatenate([[0.02, 0.05], np.linspace(0.1, 0.95, 18), [0.98, 0.995, 0.9999]])


def _model(point: Parameters, **changes: Any) -> Any:
    """The model at a point; loaded here, when a check first runs."""
    from contests.models import Expertise, TerwieschXu

    p = {**point, **changes}
    project = Expertise(ability=_LAWS[p["ability"]], returns=p["returns"])
    return TerwieschXu(project=project, solvers=int(p["solvers"]), award=p["award"], unit_cost=p["unit_cost"])


def _efforts(point: Parameters, **changes: Any) -> NDArray[np.float64]:
    """Certified efforts at fixed quantiles of ability."""
    law = _LAWS[point["ability"]]
    found = _model(point, **changes).solve().strategy(0)(law.ppf(_LEVELS))
    return np.asarray(found, dtype=float)


def _ratio(point: Parameters) -> NDArray[np.float64]:
    return np.asarray(_efforts(point, solvers=point["solvers"] + 1) / _efforts(point))


def _crosses_once(point: Parameters) -> tuple[bool, str]:
    ratio = _ratio(point)
    rises = bool(np.all(np.diff(ratio) > 0))
    able = int(np.sum(ratio > 1))
    detail = (
        f"effort ratio from {ratio[0]:.4g} to {ratio[-1]:.4g}, above one at {able} of {ratio.size} quantiles"
    )
    return rises and ratio[0] < 1 < ratio[-1], detail


def _everyone_cuts(point: Parameters) -> tuple[bool, str]:
    ratio = _ratio(point)
    return bool(np.all(ratio < 1)), f"the most able exert {ratio[-1]:.6g} times as much with one more solver"


def _award(point: Parameters) -> tuple[bool, str]:
    returns, weight = point["returns"], point["weight_best"]
    at_returns = _model(point, award=returns).profit(weight)
    better = [f for f in (0.5, 0.97, 1.03) if _model(point, award=f * returns).profit(weight) >= at_returns]
    return not better, f"awards better than the returns: {better}" if better else "no award tried is better"


def _falls_then_rises(point: Parameters) -> tuple[bool, str]:
    best = {n: float(_model(point, solvers=n).solve().expected_best) for n in (2, 3, 6)}
    return best[3] < best[2] and best[3] < best[6], ", ".join(
        f"{n} solvers: {q:.6g}" for n, q in best.items()
    )


def _rises(point: Parameters) -> tuple[bool, str]:
    best = {n: float(_model(point, solvers=n).solve().expected_best) for n in (2, 3)}
    return best[3] > best[2], ", ".join(f"{n} solvers: {q:.6g}" for n, q in best.items())


def _underinvests(point: Parameters) -> tuple[bool, str]:
    share = _efforts(point, award=point["returns"]) * point["unit_cost"] / point["returns"]
    chance = _LEVELS ** (point["solvers"] - 1)
    return bool(np.all(share < chance)), f"largest effort/first best {share.max():.6g}"


def _efforts_of_types() -> tuple[Proposition, ...]:
    """On the efforts of the able and the less able."""
    return (
        Proposition(
            name="entry and effort",
            statement="One more solver raises the effort of the most able and lowers that of the rest: the "
            "ratio of efforts increases in ability and crosses one exactly once.",
            source=_CORRECTED,
            domain=_DOMAIN,
            test=_crosses_once,
            claimed="One more solver lowers the effort of every solver.",
            correction=f"Only of the less able; the most able raise theirs ({_CORRECTED}).",
            claim_test=_everyone_cuts,
            counterexample={**_TWO_UNIFORM, "returns": 1.0},
        ),
        Proposition(
            name="underinvestment",
            statement="At the best award a solver's effort is less than her winning probability times the "
            "first-best effort of the best solver, returns/cost.",
            source=f"{SOURCE} (underinvestment); {_DERIVED} (the bound)",
            domain=_DOMAIN,
            test=_underinvests,
        ),
    )


def _choices_of_the_seeker() -> tuple[Proposition, ...]:
    """On the award and the number of solvers."""
    return (
        Proposition(
            name="best award",
            statement="The best award equals the returns, whatever the law of ability, the number of solvers "
            "and the weight on the best quality.",
            source=SOURCE,
            domain={**_DOMAIN, "weight_best": (0.0, 1.0)},
            test=_award,
        ),
        Proposition(
            name="best quality is not monotone in solvers",
            statement="With abilities uniform on [0, 1] and returns near one (from .971 to 1.242), the "
            "expected best quality falls from two solvers to three and is higher with six.",
            source=_DERIVED,
            domain={**_DOMAIN, "ability": ("uniform",), "returns": (0.975, 1.24)},
            test=_falls_then_rises,
            claimed="The expected best quality rises with the number of solvers.",
            correction=f"It may fall, rise, or fall and then rise ({_DERIVED}; {_CORRECTED} on open entry).",
            claim_test=_rises,
            counterexample={**_TWO_UNIFORM, "returns": 3.0},
        ),
    )


@lru_cache(maxsize=1)
def expertise_propositions() -> tuple[Proposition, ...]:
    """Return the propositions on expertise projects.

    Returns
    -------
    tuple of Proposition

    Examples
    --------
    >>> expertise_propositions()[0].name
    'entry and effort'
    """
    return (*_efforts_of_types(), *_choices_of_the_seeker())
