"""Which closed forms a Terwiesch-Xu contest has: the door between the model and its theories."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from contests.curves import Linear
from contests.entry import AllEnter
from contests.errors import UnsolvableError
from contests.models.terwiesch_xu_projects import ContingentAward, Expertise, Ideation

if TYPE_CHECKING:
    from contests.models.terwiesch_xu import TerwieschXu
    from contests.theory import Theory

__all__ = ["theory_of"]


def theory_of(model: TerwieschXu) -> Theory:
    """Return the closed forms of a model.

    Parameters
    ----------
    model : TerwieschXu
        One award (or, for ideation, several prizes), linear cost, output ln e, solvers alike.

    Returns
    -------
    Theory

    Raises
    ------
    UnsolvableError
        If the model has none; the message says which part is in the way.
    """
    obstacle = _obstacle(model)
    if obstacle is not None:
        raise UnsolvableError("This contest has no closed forms; use solve():", {"theory": obstacle})
    unit_cost = float(model.unit_cost) * float(model.cost(1.0))
    project = model.project
    if isinstance(project, Ideation):
        from contests.models._contingent_propositions import contingent_propositions
        from contests.models._ideation_theory import ideation_theory

        assert project.log_returns is not None
        assert project.gumbel_scale is not None
        at_one = float(project.technology().location(1.0))
        theory = ideation_theory(
            returns=project.log_returns,
            shock=project.gumbel_scale,
            baseline=at_one + (project.law.mean() if project.law is project.shock else 0.0),
            solvers=model.solvers,
            prizes=model.award,
            unit_cost=unit_cost,
        )
        return replace(theory, propositions=(*theory.propositions, *contingent_propositions()))
    if isinstance(project, Expertise):
        from contests.models._expertise_theory import expertise_theory

        assert project.log_returns is not None
        return expertise_theory(
            ability=project.ability,
            returns=project.log_returns,
            solvers=model.solvers,
            award=model.award,
            unit_cost=unit_cost,
        )
    from contests.models._trials_theory import trials_theory

    return trials_theory(draw=project.draw, solvers=model.solvers, award=model.award, unit_cost=unit_cost)


def _obstacle(model: TerwieschXu) -> str | None:
    """Which part stands in the way of closed forms, in words; None if none does."""
    project = model.project
    if isinstance(model.award, ContingentAward):
        return "the award depends on quality; a fixed award would work"
    if not isinstance(model.unit_cost, float) or project.abilities is not None:
        return "solvers are given one by one; one unit cost and one baseline would work"
    if not isinstance(model.cost, Linear):
        return f"cost {model.cost!r} is not linear"
    if model.entry != AllEnter():
        return f"entry is {model.entry!r}; ct.AllEnter() would work"
    if isinstance(project, Ideation):
        if project.gumbel_scale is None:
            return f"the shock {project.law!r} is not Gumbel"
        return None if project.log_returns is not None else "output is not a logarithm"
    if isinstance(model.award, tuple):
        return "there are several prizes; one award would work"
    if isinstance(project, Expertise):
        return None if project.log_returns is not None else "output is not a logarithm"
    return "trials come whole; real numbers would work" if project.whole else None
