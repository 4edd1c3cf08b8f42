"""The quickstart runs as a stranger would run it, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "examples" / "quickstart.py"


def run(source: str | None = None) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"}
    command = [sys.executable, str(SCRIPT)] if source is None else [sys.executable, "-c", source]
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120, check=False)


def test_quickstart_agrees_with_every_printed_prediction() -> None:
    finished = run()
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert "14 of 14 agree to the digits printed." in finished.stdout
    assert "largest gain" in finished.stdout
    assert "MISSED" not in finished.stdout


def test_quickstart_fails_when_a_printed_value_is_missed() -> None:
    """One digit changed in the table: the exit status says so."""
    text = SCRIPT.read_text(encoding="utf-8")
    wrong = text.replace("12.5, 1, read=True", "12.6, 1, read=True")
    assert wrong != text
    finished = run(wrong)
    assert finished.returncode == 1
    assert "MISSED" in finished.stdout
    assert "13 of 14" in finished.stdout
