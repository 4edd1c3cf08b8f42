"""How many printed predictions the tests compare: `python tools/published.py`.

Runs the tests that read `tests/data/published.json` and counts once each printed number that a test looks up
in order to compare; a row of five efforts is five numbers. Lists what is in the file and compared by no test.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]


def numbers(value: Any) -> int:
    """How many numbers a published value consists of; words and truths are none."""
    if isinstance(value, list):
        return sum(numbers(each) for each in value)
    return int(isinstance(value, (int, float)) and not isinstance(value, bool))


def main() -> int:
    import pytest

    import cases

    compared: set[tuple[str, str]] = set()

    class Published(dict[str, Any]):
        """What is printed in one source, remembering what was asked for."""

        def __getitem__(self, quantity: str) -> Any:
            compared.add((self.source, quantity))
            return super().__getitem__(quantity)

    sys.modules["tests.cases"] = cases  # some tests import it by this name
    for case in cases._load("published"):
        case["published"] = Published(case["published"])
        case["published"].source = case["id"]
    files = [
        str(file)
        for file in sorted((ROOT / "tests" / "replication").glob("test_*.py"))
        if '"published"' in file.read_text(encoding="utf-8")
    ]
    arguments = ["-q", "--numprocesses=0", "-p", "no:cacheprovider", "-m", "slow or not slow"]
    verdict = int(pytest.main([*arguments, "--rootdir", str(ROOT), *files]))
    found = json.loads((ROOT / "tests" / "data" / "published.json").read_text(encoding="utf-8"))["cases"]
    printed = {
        (case["id"], name): numbers(value) for case in found for name, value in case["published"].items()
    }
    total = sum(printed[each] for each in compared)
    sources = {case["source"] for case in found if any(case["id"] == name for name, _ in compared)}
    out = sys.stdout.write
    out(f"\n{total} printed numbers of {sum(printed.values())} compared, from {len(sources)} sources\n")
    for name, quantity in sorted(set(printed) - compared):
        out(f"  not compared: {name}: {quantity} ({printed[name, quantity]})\n")
    return verdict


if __name__ == "__main__":
    sys.exit(main())
