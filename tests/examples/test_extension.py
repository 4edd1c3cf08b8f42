"""The worked extension is a package of its own: copied to a temporary folder, its tests pass there.

Independent routes are in its own tests: theory, the library's solver, its own solver, simulation.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import contests

ROOT = Path(__file__).parents[2]
EXTENSION = ROOT / "examples" / "extension"


def test_the_extension_passes_its_own_tests_as_another_package(tmp_path):
    home = tmp_path / "extension"
    shutil.copytree(EXTENSION, home, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    library = Path(contests.__file__).parents[1]
    environment = {**os.environ, "PYTHONPATH": f"{home}{os.pathsep}{library}", "MPLBACKEND": "Agg"}
    warnings = ["-W", "error", "-W", "ignore:This process:DeprecationWarning"]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *warnings, "tests"],
        cwd=home,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-2000:]
    assert re.search(r"\b1\d passed", run.stdout), run.stdout[-500:]


def test_the_page_shows_the_code_that_is_tested():
    page = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")
    shown = re.findall(r"\{literalinclude\} (\S+)\n((?::.*\n)*)", page)
    assert len(shown) >= 6
    for path, options in shown:
        code = (ROOT / "docs" / path).resolve().read_text(encoding="utf-8")
        for marker in re.findall(r":(?:start-after|end-before): \"(.*)\"", options):
            assert marker in code, f"{path} has no {marker}"
