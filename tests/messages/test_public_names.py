"""Every public name is there, stays what it is whatever is imported, and is known to type checkers."""

import ast
import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import contests
import contests.models


@pytest.mark.parametrize("package", [contests, contests.models], ids=lambda p: p.__name__)
def test_every_name_loads(package):
    for name in package.__all__:
        assert getattr(package, name) is not None
    assert set(package.__all__) <= set(dir(package))


@pytest.mark.parametrize("package", [contests, contests.models], ids=lambda p: p.__name__)
def test_no_submodule_shadows_a_name(package):
    """Importing ``contests.solve`` would replace ``ct.solve`` by a module, so there is none."""
    modules = {module.name for module in pkgutil.iter_modules(package.__path__)}
    assert not modules & set(package.__all__)


@pytest.mark.parametrize("package", [contests, contests.models], ids=lambda p: p.__name__)
def test_type_checkers_see_the_same_names(package):
    tree = ast.parse(Path(package.__file__).read_text(encoding="utf-8"))
    block = next(
        node
        for node in tree.body
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING"
    )
    seen = {alias.name for node in block.body for alias in node.names}
    assert seen == set(package.__all__)


def test_import_loads_numpy_and_nothing_heavier():
    program = "import sys, contests; print(*sorted({m.split('.')[0] for m in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not {"scipy", "sympy", "matplotlib", "pandas", "xarray"} & set(loaded.stdout.split())


def test_unknown_names_are_said():
    with pytest.raises(AttributeError, match="no attribute 'Solve'"):
        importlib.import_module("contests").Solve


def test_models_and_errors_need_no_import_of_their_own():
    program = "import contests as ct; ct.models.Tullock(); ct.errors.ContestError; ct.numerics.root"
    subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert "models" in dir(contests)
