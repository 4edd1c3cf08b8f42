"""The lesson, the replications and the classroom page run, and their prose says what is computed.

The independent routes are inside the scripts: published numbers, formulas by hand, simulation.
"""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
LESSON = EXAMPLES / "lesson_innovation_contests.py"
REPLICATIONS = sorted((EXAMPLES / "replications").glob("*.py"))
SLOW = {"archak_sundararajan_2009", "moldovanu_sela_2001"}  # several contests with private types


def cells(script: str) -> list[tuple[str, str]]:
    """The cells of a percent script: kind and text."""
    parts = re.split(r"(?m)^# %%(.*)\n", script)[1:]
    kinds = ["markdown" if "[markdown]" in header else "code" for header in parts[::2]]
    return list(zip(kinds, parts[1::2], strict=True))


def test_the_lesson_runs(capsys):
    runpy.run_path(str(LESSON))
    assert "best idea" in capsys.readouterr().out


def test_every_bold_number_of_the_lesson_is_in_an_assertion_below_it():
    found = cells(LESSON.read_text(encoding="utf-8"))
    numbers = 0
    for at, (kind, text) in enumerate(found):
        if kind != "markdown":
            continue
        code = []
        for below, body in found[at + 1 :]:
            if below == "markdown":
                break
            code.append(body)
        asserted = {float(x) for line in code for x in re.findall(r"\d+(?:\.\d+)?", line)}
        for said, percent in re.findall(r"\*\*[−-]?(\d+(?:\.\d+)?)( %)?\*\*", text):
            value = float(said) / 100 if percent else float(said)
            assert any(abs(value - x) < 1e-12 for x in asserted), f"{said}{percent} is asserted nowhere"
            numbers += 1
    assert numbers > 20


def test_at_least_eight_papers_are_replicated():
    assert len(REPLICATIONS) >= 8


@pytest.mark.parametrize(
    "script",
    [pytest.param(p, id=p.stem, marks=[pytest.mark.slow] if p.stem in SLOW else []) for p in REPLICATIONS],
)
def test_replication(script):
    runpy.run_path(str(script))["check"]()


@pytest.mark.slow
@pytest.mark.parametrize("script", REPLICATIONS, ids=lambda p: p.stem)
def test_figure_of_a_replication(script, tmp_path):
    pyplot = pytest.importorskip("matplotlib.pyplot")
    figure, axes = pyplot.subplots()
    runpy.run_path(str(script))["draw"](axes)
    assert axes.get_xlabel() and axes.get_ylabel() and axes.lines
    figure.savefig(tmp_path / "figure.png")
    pyplot.close(figure)
