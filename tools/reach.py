"""Which tests reach which functions of the package, for `tools/mutation.py`.

    python tools/reach.py                       # the test folders that reach solvers
    python tools/reach.py tests/solvers         # these again, after tests were added

Runs the tests once, in one process, and writes `.mutation/reach.json`: for each test its seconds of
processor time and the functions it calls, by module. `tools/mutation.py` then tries the mutants of a
module on the tests that reach it, wherever these are. The file is of one machine and one day: it is
ignored by git, and may be thrown away.
"""

from __future__ import annotations

import inspect
import json
import os
import sys
import time
from collections import defaultdict
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
REACH = ROOT / ".mutation" / "reach.json"
FOLDERS = ["solvers", "parts", "certificates", "messages", "invariance", "replication", "referee", "theory"]


class Tracer:
    """A pytest plugin that notes what each test calls."""

    def __init__(self) -> None:
        self.found: dict[str, Any] = {}
        self.called: set[CodeType] = set()
        self.failed = False

    def pytest_runtest_logreport(self, report: Any) -> None:
        self.failed |= bool(report.failed)

    def pytest_runtestloop(self, session: Any) -> bool:
        def trace(frame: FrameType, event: str, argument: Any) -> None:
            self.called.add(frame.f_code)

        for item in session.items:
            self.called, self.failed = set(), False
            started = time.process_time()
            sys.settrace(trace)
            try:
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
            finally:
                sys.settrace(None)
            if not self.failed:
                self.found[item.nodeid] = {
                    "seconds": round(time.process_time() - started, 4),
                    "calls": self.calls(),
                }
        return True

    def calls(self) -> dict[str, list[str]]:
        """Functions called, by module (``solvers/lottery``)."""
        package = f"{ROOT}{os.sep}contests{os.sep}"
        names = defaultdict(set)
        for code in self.called:
            function = code.co_flags & inspect.CO_OPTIMIZED and not code.co_name.startswith("<")
            if function and code.co_filename.startswith(package):
                names[code.co_filename[len(package) : -3]].add(code.co_qualname)
        return {name: sorted(functions) for name, functions in names.items()}


def tests_that_reach(module: str, limit: float) -> list[str]:
    """Tests that call a function of a module other than its ``refuses``: the quickest, to so many seconds.

    Every solver is asked whether it takes a contest, so that ``refuses`` alone says little: of the tests
    that reach no more than that, those of `tests/messages` are taken.
    """
    if not REACH.exists():
        return []
    chosen, spent = [], 0.0
    found = json.loads(REACH.read_text())
    for test, facts in sorted(found.items(), key=lambda pair: pair[1]["seconds"]):
        functions = facts["calls"].get(module, [])
        only = all(name.rpartition(".")[2].startswith("refuses") for name in functions)
        if functions and (not only or test.startswith("tests/messages")):
            spent += facts["seconds"]
            if spent > limit:
                break
            chosen.append(test)
    return chosen


def main() -> None:
    import pytest

    sys.path.insert(0, str(ROOT))
    os.chdir(ROOT)
    for folder in sys.argv[1:] or [f"tests/{name}" for name in FOLDERS]:
        tracer = Tracer()
        arguments = ["-q", "--numprocesses=0", "-p", "no:cacheprovider", "--rootdir", str(ROOT)]
        pytest.main([*arguments, folder], [tracer])
        found = json.loads(REACH.read_text()) if REACH.exists() else {}
        kept = {test: facts for test, facts in found.items() if not test.startswith(folder)}
        REACH.parent.mkdir(exist_ok=True)
        REACH.write_text(json.dumps({**kept, **tracer.found}, indent=0) + "\n")


if __name__ == "__main__":
    main()
