"""Write what each model's ``theory()`` knows, for its page to include: the page cannot fall behind."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from scipy import stats

from contests import models as m

# Page to a model whose theory has propositions; their statements do not depend on its numbers.
MODELS: dict[str, Callable[[], Any]] = {
    "all_pay": m.AllPay,
    "all_pay_known": m.AllPayKnown,
    "ambidexterity": lambda: m.Ambidexterity(contestants=4),
    "clark_riis": m.ClarkRiis,
    "co_creation": lambda: m.CoCreation(contestants=4, prize=8.0),
    "collaboration_modes": m.CollaborationModes,
    "engagement": m.Engagement,
    "lazear_rosen": m.LazearRosen,
    "many_contests": lambda: m.ManyContests(solvers=3, awards=(1.0, 0.8)),
    "moldovanu_sela": m.MoldovanuSela,
    "morgan_wang": lambda: m.MorganWang(contestants=2),
    "platform": m.Platform,
    "terwiesch_xu": lambda: m.TerwieschXu(project=m.Ideation(returns=1.0, shock=2.0), solvers=20, award=10.0),
    "terwiesch_xu_expertise": lambda: m.TerwieschXu(
        project=m.Expertise(ability=stats.uniform()), solvers=3, award=1.0
    ),
    "terwiesch_xu_trials": lambda: m.TerwieschXu(
        project=m.TrialAndError(draw=stats.gumbel_r()), solvers=5, award=10.0
    ),
    "tullock": m.Tullock,
}


def text(model: Any) -> str:
    """Return the propositions of a model as a list in Markdown."""
    lines = []
    for claim in model.theory().propositions:
        lines.append(f"- **{_plain(claim.name)}.** {_plain(claim.statement)}")
        if claim.conditions:
            lines.append(f"  *If* {_plain(claim.conditions)}.")
        lines.append(f"  *Source:* {_plain(claim.source)}.")
    return "\n".join(lines) + "\n"


def _plain(words: str) -> str:
    """Words with what Markdown would read as a sign written out."""
    return re.sub(r"([\\*_\[\]<>$])", r"\\\1", words).rstrip(".") + ("." if words.endswith(".") else "")


def write(folder: Path) -> None:
    """Write one file a page in the folder, unless it says the same already."""
    folder.mkdir(exist_ok=True)
    for page, make in MODELS.items():
        target, found = folder / f"{page}.md", text(make())
        if not target.exists() or target.read_text(encoding="utf-8") != found:
            target.write_text(found, encoding="utf-8")
