"""Write the API reference: every public name of the package, by topic, so that none is forgotten."""

from __future__ import annotations

from pathlib import Path

import contests
from contests import models

# Names by topic; what is public and not listed here comes at the end.
TOPICS = {
    "Compose": "Contest Game Model Plan PlanGame",
    "Contestants": "Identical Known Private CARA CRRA",
    "Technology and curves": (
        "Exact Additive Trials Technology Linear Power Log Exponential Curve Capped BaseCurve"
    ),
    "Success and prizes": "Highest Lottery Race Success WinnerTakeAll ByRank QualityShare Prizes",
    "Entry": "AllEnter Invite Fee FreeEntry RandomEntry EntryAuction Reserve Entry StableSet stable_entry",
    "Solve and certify": (
        "solve explain available_solvers certify Equilibrium Certificate Candidate Solver play"
        " check_part explore"
    ),
    "Strategies": "Profile Strategy Pure Mixed Monotone",
    "Theory": "Theory Proposition",
    "The sponsor": (
        "Objective BestQuality AverageQuality WinnerQuality TopQuality ProbabilityAbove TotalEffort"
        " ContestantSurplus Surplus PrizesPaid FeesCollected PerEntrant"
    ),
    "Design": (
        "design optimal_prizes optimal_award optimal_size optimal_reserve optimal_fee optimal_contingency"
        " optimal_bias compare Comparison Design Sensitivity Interval Constraint AtLeast AtMost Budget"
        " Participation"
    ),
    "Sweeps": "sweep Sweep",
    "Errors": (
        "ContestError InvalidPartError NotEquilibriumError NoEquilibriumError UnsolvableError"
        " ConvergenceError MissingDependencyError"
    ),
}


def topics() -> dict[str, list[str]]:
    """Return the public names by topic, each once."""
    public = list(contests.__all__)
    found = {topic: [n for n in names.split() if n in public] for topic, names in TOPICS.items()}
    listed = {name for names in found.values() for name in names}
    found["More"] = [name for name in public if name not in listed]
    return {topic: names for topic, names in found.items() if names}


def table(module: str, names: list[str]) -> str:
    """Return a table of names with their one-line descriptions."""
    lines = "\n".join(f"   {name}" for name in names)
    return (
        f"```{{eval-rst}}\n.. currentmodule:: {module}\n\n.. autosummary::\n   :toctree: .\n\n{lines}\n```\n"
    )


def write(folder: Path) -> None:
    """Write ``index.md`` in the folder, unless it says the same already."""
    parts = [
        "# API reference\n",
        "What users import. `import contests as ct` loads numpy and nothing heavier; names load when used.\n",
    ]
    for topic, names in topics().items():
        parts += [f"## {topic}\n", table("contests", names)]
    parts += ["## Models\n", table("contests.models", list(models.__all__))]
    text, target = "\n".join(parts), folder / "index.md"
    if not target.exists() or target.read_text(encoding="utf-8") != text:
        folder.mkdir(exist_ok=True)
        target.write_text(text, encoding="utf-8")
