"""Every exported model has a page of its own, with all its sections, and its example gives what it shows."""

from __future__ import annotations

import doctest
import inspect
import re
import runpy
from pathlib import Path

import pytest

import contests.models
from contests.model import Model

PAGES = Path(__file__).parents[2] / "docs" / "models"
WRITTEN = runpy.run_path(str(PAGES.parent / "propositions_page.py"))
SECTIONS = ["Assumptions", "Equilibrium", "Existence", "Propositions", "Example", "What is refused", "Source"]
# Models of behaviour, of decisions without rivals, and those whose strategies are laws in closed form:
# no contest() of their own, and a page all the same.
WITHOUT_GAME = {
    *("ContestArchitecture", "ExploreExploit", "GamblingContest", "IdeaRedundancy", "InnovationAuction"),
    *(
        "LargeContest",
        "OptimalTariff",
        "ParallelTests",
        "PooledAllPay",
        "QuantalResponse",
        "RiskTaking",
        "TugOfWar",
    ),
}
OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
SHOWN = re.compile(r"^```pycon\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def models():
    named = {name: getattr(contests.models, name) for name in contests.models.__all__}
    games = {name for name, one in named.items() if inspect.isclass(one) and issubclass(one, Model)}
    return sorted(games | WITHOUT_GAME)


def page_of(name):
    """AllPayKnown is on the page all_pay_known."""
    return PAGES / f"{WRITTEN['page_of'](name)}.md"


def headings(page):
    return re.findall(r"^## (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("name", models())
def test_every_model_has_a_page_with_all_sections(name):
    page = page_of(name)
    assert page.exists(), f"write docs/models/{page.name}"
    text = page.read_text(encoding="utf-8")
    assert f"`contests.models.{name}`" in text
    found = headings(page)
    missing = [section for section in SECTIONS if section not in found]
    assert not missing, f"{page.name} lacks {missing}"
    # A source is an entry of the bibliography, and an example shows a number and asserts it.
    assert re.search(r"\{cite:[pt]\}`", text.split("## Source")[1])
    assert SHOWN.search(text) or ("{code-cell}" in text and "assert " in text)


@pytest.mark.parametrize("name", [name for name in models() if name not in WITHOUT_GAME])
def test_the_propositions_of_a_model_are_written_to_its_page(name):
    """When the pages are built, from ``theory()``: the page only has to include them."""
    page = page_of(name)
    included = re.findall(r"\{include\} propositions/(\w+)\.md", page.read_text(encoding="utf-8"))
    assert page.stem in included
    assert set(included) <= set(WRITTEN["pages"]())
    assert isinstance(WRITTEN["pages"]()[page.stem](), getattr(contests.models, name))


def test_propositions_are_written_with_conditions_and_source():
    model = WRITTEN["pages"]()["tullock"]()
    text = WRITTEN["text"](model)
    for claim in model.theory().propositions:
        assert claim.name in text
    assert text.count("*Source:*") == len(model.theory().propositions)
    assert "*If* exponent at most n/(n - 1)." in text
    assert WRITTEN["text"](Silent()) == WRITTEN["NONE"]


class Silent:
    """A model without closed forms."""

    def theory(self):
        raise contests.UnsolvableError("none")


def test_every_page_is_reached_and_exists():
    listed = {
        line.strip()
        for page in PAGES.glob("*.md")
        for tree in re.findall(r"```\{toctree\}\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
        for line in tree.splitlines()
        if line.strip() and not line.startswith(":")
    }
    assert listed == {page.stem for page in PAGES.glob("*.md")} - {"index"}


SMALL = [page for page in sorted(PAGES.glob("*.md")) if SHOWN.search(page.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("page", SMALL, ids=lambda page: page.stem)
def test_examples_give_what_the_page_shows(page):
    code = "\n".join(SHOWN.findall(page.read_text(encoding="utf-8")))
    test = doctest.DocTestParser().get_doctest(code, {}, page.stem, str(page), 0)
    assert len(test.examples) >= 3
    said: list[str] = []
    doctest.DocTestRunner(optionflags=OPTIONS, verbose=False).run(test, out=said.append)
    assert not said, "".join(said)
