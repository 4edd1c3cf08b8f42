"""The lesson, the replications and the classroom page run, and their prose says what is computed.

The independent routes are inside the scripts: published numbers, formulas by hand, simulation.
"""

from __future__ import annotations

import base64
import re
import runpy
import shutil
import subprocess
from html.parser import HTMLParser
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


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """The classroom page, built once."""
    pytest.importorskip("matplotlib")
    target = tmp_path_factory.mktemp("classroom") / "page.html"
    build = runpy.run_path(str(EXAMPLES / "classroom" / "build_page.py"))
    target.write_text(build["page"](), encoding="utf-8")
    return target


class Links(HTMLParser):
    """What a page would load or point to, and the tags that are left open."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.tags: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        if tag not in {"meta", "img"}:
            self.open.append(tag)
        self.loaded += [value for name, value in attributes if name in {"src", "href", "srcset", "data"}]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_classroom_page_needs_no_other_file(page):
    text = page.read_text(encoding="utf-8")
    found = Links()
    found.feed(text)
    assert found.open == []
    assert found.tags.count("img") == 5
    assert len(found.loaded) == 5 and all(
        one.startswith("data:image/svg+xml;base64,") for one in found.loaded
    )
    assert not {"script", "link", "iframe", "object"} & set(found.tags)
    assert "@import" not in text and "url(" not in text and "$" not in text
    for one in found.loaded:
        drawing = base64.b64decode(one.split(",", 1)[1]).decode("utf-8")
        assert drawing.rstrip().endswith("</svg>")
    # Tullock (1980): (n-1) A / n^2 and (n-1)/n; Terwiesch and Xu (2008): (A/mu) (n-1)/n^2; Che and Gale
    # (1998): twice the cap.
    for said in ("<strong>30</strong>", "75 %", "<strong>0.2375</strong>", "<strong>0.50</strong>"):
        assert said in text


@pytest.mark.slow
def test_the_classroom_page_opens_offline_in_chromium(page, tmp_path):
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if browser is None:
        pytest.skip("no Chromium")
    shot = tmp_path / "page.png"
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}"]
    offline = ["--proxy-server=127.0.0.1:9"]  # nothing answers there: whatever is not in the file is missing
    command = [browser, *options, *offline, f"--screenshot={shot}", "--window-size=900,4200", page.as_uri()]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stderr[-2000:]
    from matplotlib.image import imread

    pixels = imread(shot)[..., :3]
    assert pixels.shape[:2] == (4200, 900)
    rows = (pixels.std(axis=1).max(axis=1) > 0.01).mean()  # rows with something on them
    assert rows > 0.3
