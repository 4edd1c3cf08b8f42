"""The pages on tournaments for ideas, co-creation and ambidexterity: their code runs and its claims hold."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGES = Path(__file__).parents[2] / "docs" / "models"
CELL = re.compile(r"^```\{code-cell\} python3\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", ["morgan_wang", "co_creation", "ambidexterity"])
def test_code_cells_run_in_order(page):
    cells = CELL.findall((PAGES / f"{page}.md").read_text(encoding="utf-8"))
    assert len(cells) >= 2
    assert sum(cell.count("assert ") for cell in cells) >= 5
    names: dict[str, object] = {}
    for cell in cells:
        exec(compile(cell, page, "exec"), names)
