"""Write what each model's ``theory()`` knows, for its page to include: the page cannot fall behind."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from scipy import stats

from contests import models as m
from contests.errors import UnsolvableError
from contests.model import Model

# Models that cannot be made without fields; the statements of propositions do not depend on their numbers.
MADE: dict[str, Callable[[], Any]] = {
    "AmannLeininger": lambda: m.AmannLeininger(values=(stats.uniform(), stats.powerlaw(2))),
    "Ambidexterity": lambda: m.Ambidexterity(contestants=4),
    "CoCreation": lambda: m.CoCreation(contestants=4, prize=8.0),
    "ManyContests": lambda: m.ManyContests(solvers=3, awards=(1.0, 0.8)),
    "MorganWang": lambda: m.MorganWang(contestants=2),
    "PrivateLottery": lambda: m.PrivateLottery(contestants=2, value=stats.uniform(1, 1)),
    "TerwieschXu": lambda: m.TerwieschXu(project=m.Ideation(returns=1.0, shock=2.0), solvers=20, award=10.0),
}
# Further parts of a page.
MORE: dict[str, Callable[[], Any]] = {
    "terwiesch_xu_expertise": lambda: m.TerwieschXu(
        project=m.Expertise(ability=stats.uniform()), solvers=3, award=1.0
    ),
    "terwiesch_xu_trials": lambda: m.TerwieschXu(
        project=m.TrialAndError(draw=stats.gumbel_r()), solvers=5, award=10.0
    ),
}
NONE = "The library has no `theory()` for this model; what follows is known of it or asserted below.\n"


def page_of(name: str) -> str:
    """Return the name of a model's page: AllPayKnown is on all_pay_known."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def pages() -> dict[str, Callable[[], Any]]:
    """Return for each page of a model with a ``theory`` method how to make the model."""
    named = {name: getattr(m, name) for name in m.__all__}
    games = {name: one for name, one in named.items() if inspect.isclass(one) and issubclass(one, Model)}
    return {page_of(name): MADE.get(name, one) for name, one in games.items()} | MORE


def text(model: Any) -> str:
    """Return the propositions of a model as a list in Markdown, or a line that there are none."""
    try:
        claims = model.theory().propositions
    except UnsolvableError:
        return NONE
    lines = []
    for claim in claims:
        lines.append(f"- **{_plain(claim.name)}.** {_plain(claim.statement)}")
        if claim.conditions:
            lines.append(f"  *If* {_plain(claim.conditions)}.")
        lines.append(f"  *Source:* {_plain(claim.source)}.")
    return "\n".join(lines) + "\n" if lines else NONE


def _plain(words: str) -> str:
    """Words with what Markdown would read as a sign written out."""
    return re.sub(r"([\\*_\[\]<>$])", r"\\\1", words).rstrip(".") + ("." if words.endswith(".") else "")


def write(folder: Path) -> None:
    """Write one file a page in the folder, unless it says the same already."""
    folder.mkdir(exist_ok=True)
    for page, make in pages().items():
        target, found = folder / f"{page}.md", text(make())
        if not target.exists() or target.read_text(encoding="utf-8") != found:
            target.write_text(found, encoding="utf-8")
