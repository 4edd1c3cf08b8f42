"""Without an optional package the error says which extra brings it; importing the library needs none."""

from __future__ import annotations

import builtins
import subprocess
import sys
from pathlib import Path

import pytest

import contests as ct


@pytest.fixture(scope="module")
def equilibrium():
    return ct.Contest(contestants=ct.Identical(2), prizes=1.0, success=ct.Lottery()).solve()


@pytest.fixture(scope="module")
def table():
    def build(n):
        return ct.Contest(contestants=ct.Identical(n), prizes=1.0, success=ct.Lottery())

    return ct.sweep(build, ct.TotalEffort(), n=[2, 3])


@pytest.mark.parametrize(
    ("package", "extra", "call"),
    [
        ("pandas", "table", lambda eq, table: eq.to_frame()),
        ("pandas", "table", lambda eq, table: table.to_frame()),
        ("xarray", "table", lambda eq, table: table.to_xarray()),
        ("matplotlib", "plot", lambda eq, table: table.plot()),
        (
            "tqdm",
            "notebook",
            lambda eq, table: ct.sweep(eq.game, ct.TotalEffort(), progress=True, prizes=[1.0]),
        ),
    ],
)
def test_the_extra_is_told(package, extra, call, equilibrium, table, monkeypatch):
    real = builtins.__import__

    def without(name, *args, **kwargs):
        if name.split(".")[0] == package:
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ct.MissingDependencyError, match=rf"needs {package}.*contests\[{extra}\]"):
        call(equilibrium, table)


def test_solving_and_showing_load_no_optional_package():
    code = (
        "import sys, contests as ct\n"
        "eq = ct.Contest(contestants=ct.Identical(2), prizes=1.0, success=ct.Lottery()).solve()\n"
        "eq.summary(); eq.to_dict(); eq.to_latex(); eq._repr_html_()\n"
        "import contests.plotting\n"
        "print(*{'matplotlib', 'pandas', 'xarray', 'ipywidgets', 'tqdm'} & set(sys.modules))\n"
    )
    root = Path(ct.__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, cwd=root, timeout=120, capture_output=True, text=True
    )
    assert done.stdout.split() == []
