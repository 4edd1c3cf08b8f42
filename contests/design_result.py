"""The result of a design: the choice, what it is worth, and how that is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contests.errors import MissingDependencyError
from contests.part import Part
from contests.trials import Trial

__all__ = ["Design", "Sensitivity"]

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Sensitivity:
    """How the sponsor's value moves with one lever at the optimum.

    Attributes
    ----------
    lever : str
        Its name.
    position : str
        ``"interior"``, ``"at the lower bound"``, ``"at the upper bound"``, ``"at the edge of what is
        feasible"``, ``"at a kink"`` or ``"at a jump"`` of the value, ``"only value"`` or, for levers
        that are not numbers, ``"choice"``.
    slope : float or None
        Derivative of the value in a continuous lever, by central differences inside (near zero at an
        interior optimum) and one-sided at a bound or edge; None at a kink or jump.
    curvature : float or None
        Second derivative in a continuous lever, inside.
    to_previous, to_next : float or None
        Change of the value on moving a discrete lever one step down or up; None at an end or where
        that candidate is rejected.
    slope_below, slope_above : float or None
        One-sided derivatives at a kink; at a jump that on the side from which the optimum is reached.
    """

    lever: str
    position: str
    slope: float | None = None
    curvature: float | None = None
    to_previous: float | None = None
    to_next: float | None = None
    slope_below: float | None = None
    slope_above: float | None = None


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Design(Part):
    """What the sponsor should choose.

    Attributes
    ----------
    choice : dict
        The levers.
    value : float
        The objective there (over scenarios: by the criterion; for regret, minus the largest regret).
    equilibrium : Equilibrium
        The certified equilibrium there (in the first scenario).
    equilibria : tuple of Equilibrium
        One for each scenario.
    objective : object
        What was maximised.
    evidence : str
        Of what kind the proof of optimality is: exact linear programme, concave programme with a
        duality gap, enumeration, or a global grid with polishing.
    sensitivity : dict of str to Sensitivity
        For each lever.
    trials : tuple of Trial
        Every candidate evaluated, in order.
    duals : dict of str to float
        Shadow values of the constraints of a linear programme.
    binding : tuple of str
        Which constraints bind: of a linear programme in words, else those given that the chosen
        equilibrium (of the first scenario) meets with nothing to spare.
    """

    choice: dict[str, Any]
    value: float
    equilibrium: Any
    equilibria: tuple[Any, ...]
    objective: Any
    evidence: str
    sensitivity: dict[str, Sensitivity]
    trials: tuple[Trial, ...]
    duals: dict[str, float]
    binding: tuple[str, ...] = ()

    @property
    def rejected(self) -> tuple[Trial, ...]:
        """The candidates that failed, each with its reason."""
        return tuple(trial for trial in self.trials if trial.rejected)

    @property
    def prizes(self) -> Array:
        """The prizes by rank of the chosen contest, in money."""
        contest = getattr(self.equilibrium.game, "contest", self.equilibrium.game)
        return np.asarray(contest.prizes.by_rank())

    def to_frame(self) -> Any:
        """Return every candidate as a pandas DataFrame: levers, value, whether rejected, and why."""
        rows = [
            {
                **trial.point,
                "value": trial.value if not trial.rejected else float("nan"),
                "total_effort": trial.total_effort,
                "max_gain": trial.max_gain,
                "rejected": trial.rejected,
                "reason": trial.reason or "",
            }
            for trial in self.trials
        ]
        return frame(rows)

    def plot(self, *, ax: Any = None, **options: Any) -> Any:
        """Draw the value over the levers with the choice marked.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw.
        **options
            Passed to `contests.plotting.plot_design`.

        Returns
        -------
        matplotlib Axes
        """
        from importlib import import_module

        return import_module("contests.plotting").plot_design(self, ax=ax, **options)

    def _rows(self) -> list[tuple[str, str]]:
        """What a summary says, as (name, text)."""
        rows = [("choice", _words(self.choice)), ("value", f"{self.value:.8g}  ({self.objective!r})")]
        rows += [("lever", f"{one.lever}: {one.position}{_slopes(one)}") for one in self.sensitivity.values()]
        rows += [("shadow value", f"{name}: {price:.6g}") for name, price in self.duals.items()]
        if self.binding:
            rows.append(("binding", ", ".join(self.binding)))
        rows.append(("evidence", self.evidence))
        rows.append(("candidates", f"{len(self.trials)} evaluated, {len(self.rejected)} rejected"))
        rows.append(("equilibrium", repr(self.equilibrium)))
        return rows

    def summary(self) -> str:
        """Return the result in words and numbers, as aligned text."""
        return "\n".join(f"{name:<12} {text}" for name, text in self._rows())

    def to_dict(self) -> dict[str, Any]:
        """Return plain, JSON-safe data: choice, value, sensitivities, every candidate, the equilibrium."""
        from dataclasses import asdict

        from contests.plain_parts import plain, to_plain

        return {
            "choice": to_plain(self.choice),
            "value": plain(self.value),
            "objective": repr(self.objective),
            "evidence": self.evidence,
            "sensitivity": {name: plain(asdict(one)) for name, one in self.sensitivity.items()},
            "duals": plain(self.duals),
            "binding": list(self.binding),
            "candidates": [
                {"point": to_plain(one.point), "value": plain(one.value), "reason": one.reason}
                for one in self.trials
            ],
            "equilibrium": self.equilibrium.to_dict(),
        }

    def to_latex(self) -> str:
        """Return the summary as a booktabs table, escaped."""
        from contests.present import sections_to_latex

        return sections_to_latex({"Design": self._rows()})

    def _repr_html_(self) -> str:
        from contests.present import sections_to_html

        return sections_to_html({"Design": self._rows()})

    __str__ = summary

    def __repr__(self) -> str:
        return f"<Design {_words(self.choice)}: value {self.value:.6g}, {self.evidence}>"


def frame(rows: list[dict[str, Any]]) -> Any:
    """Return ``rows`` as a pandas DataFrame, or say what brings pandas."""
    try:
        import pandas
    except ImportError:
        raise MissingDependencyError("pandas", "table", "A table") from None
    return pandas.DataFrame(rows)


def _words(choice: dict[str, Any]) -> str:
    with np.printoptions(precision=6, threshold=8):
        return ", ".join(
            f"{name}={value:.8g}" if isinstance(value, float) else f"{name}={value}"
            for name, value in choice.items()
        )


def _slopes(one: Sensitivity) -> str:
    parts = [
        ("slope", one.slope),
        ("slope below", one.slope_below),
        ("slope above", one.slope_above),
        ("one step down", one.to_previous),
        ("one step up", one.to_next),
    ]
    shown = [f"{name} {value:+.3g}" for name, value in parts if value is not None]
    return f" ({', '.join(shown)})" if shown else ""
