"""The executed pages of the documentation run without Sphinx too; their numbers are asserted in them."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
PAGES = [page for page in sorted(DOCS.rglob("*.md")) if "{code-cell}" in page.read_text(encoding="utf-8")]
QUICK = {"getting_started", "errors", "terwiesch_xu"}


@pytest.mark.parametrize(
    "page", [pytest.param(p, id=p.stem, marks=[] if p.stem in QUICK else pytest.mark.slow) for p in PAGES]
)
def test_page(page, capsys):
    cells = re.findall(r"```\{code-cell\}.*\n((?:.*\n)*?)```", page.read_text(encoding="utf-8"))
    code = "\n".join(cells)
    assert "assert" in code, "an executed page must assert its numbers"
    exec(compile(code, str(page), "exec"), {"__name__": page.stem})


def test_every_paper_cited_has_an_entry_once():
    entries = re.findall(r"@\w+\{([^,]+),", (DOCS / "references.bib").read_text(encoding="utf-8"))
    assert len(entries) == len(set(entries))
    pages = " ".join(p.read_text(encoding="utf-8") for p in DOCS.rglob("*.md"))
    cited = {
        key.strip() for group in re.findall(r"\{cite:[pt]\}`([^`]+)`", pages) for key in group.split(",")
    }
    assert cited <= set(entries)
    assert len(cited) > 20


def test_every_public_name_is_in_the_reference():
    import contests

    found = runpy.run_path(str(DOCS / "reference_page.py"))["topics"]()
    listed = [name for names in found.values() for name in names]
    assert sorted(listed) == sorted(contests.__all__)
