"""The README shows what happened, not what was hoped for: its code is run and its output compared."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

README = Path(__file__).parents[2] / "README.md"
BLOCK = r"^```python\n(?P<code>.*?)^```\n\n```text\n(?P<output>.*?)^```$"
SHOWN = re.compile(BLOCK, re.MULTILINE | re.DOTALL)


def without_rounding(text: str) -> str:
    """The text with numbers below 1e-13, which differ between machines, made alike."""
    return re.sub(r"\b\d\.\d+e-(1[4-9]|[2-9]\d)\b|\b0\.0e\+00\b", "<rounding>", text).rstrip()


def test_readme_code_prints_what_the_readme_shows():
    shown = list(SHOWN.finditer(README.read_text(encoding="utf-8")))
    assert shown, "README.md must show a ```python block and, right after it, its ```text output"
    for block in shown:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(block["code"], str(README), "exec"), {"__name__": "__main__"})
        assert without_rounding(printed.getvalue()) == without_rounding(block["output"])


def test_every_block_runs_on_its_own():
    """Whoever pastes one block has pasted no other."""
    blocks = re.findall(
        r"^```python\n(.*?)^```$", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    assert len(blocks) >= 3
    for block in blocks:
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(block, str(README), "exec"), {"__name__": "__main__"})


def test_readme_shows_the_two_set_up_commands_that_ci_runs():
    lines = README.read_text(encoding="utf-8").splitlines()
    commands = [line for line in lines if line.startswith("python3 -m venv .venv && ")]
    assert [line.split(" && ")[-1] for line in commands] == [
        ".venv/bin/python examples/quickstart.py",
        ".venv/bin/python -m pytest",
    ]
