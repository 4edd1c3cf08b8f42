#!/usr/bin/env -S uv run --script
# /// script
# dependencies = ["nox>=2025.5.1"]
# ///
"""The checks of `.ci/run` one by one, and the longer ones: `nox -l` lists them, `nox -s lint` runs one."""

from __future__ import annotations

import nox

nox.needs_version = ">=2025.5.1"
nox.options.default_venv_backend = "uv|virtualenv"

# The oldest versions that pyproject.toml promises; .ci/run tests the same three.
FLOORS = ("numpy==2.0.*", "scipy==1.15.*", "sympy==1.13.*")


@nox.session(python=["3.11", "3.12", "3.13", "3.14"])
def tests(session: nox.Session) -> None:
    """Run the tests, without the slow ones."""
    session.install("-e", ".[test]")
    session.run("pytest", *session.posargs)


@nox.session(default=False)
def slow(session: nox.Session) -> None:
    """Run every test, the slow ones too, and let Hypothesis draw anew and more."""
    session.install("-e", ".[test]")
    session.run("pytest", "-m", "slow or not slow", *session.posargs, env={"HYPOTHESIS_PROFILE": "explore"})


@nox.session(python="3.11")
def floors(session: nox.Session) -> None:
    """Run the tests with the oldest supported numpy, scipy and sympy."""
    session.install("-e", ".[test]", *FLOORS)
    session.run("pytest", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style and format."""
    session.install("ruff~=0.17.6")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session
def types(session: nox.Session) -> None:
    """Check the types of the package strictly."""
    session.install("-e", ".[dev,plot,table]")
    session.run("mypy", "--strict", "contests")


@nox.session
def doctests(session: nox.Session) -> None:
    """Run the examples of the docstrings."""
    session.install("-e", ".[test]")
    session.run("pytest", "--doctest-modules", "contests", *session.posargs)


@nox.session(default=False)
def coverage(session: nox.Session) -> None:
    """Measure lines and branches, slow tests included; below 97 % fails."""
    session.install("-e", ".[test]")
    session.run(
        "pytest",
        "-m",
        "slow or not slow",
        "--cov",
        "--cov-report=term-missing",
        "--cov-fail-under=97",
        *session.posargs,
    )


@nox.session(default=False)
def docs(session: nox.Session) -> None:
    """Build the documentation, warnings being errors."""
    session.install("-e", ".[docs]")
    session.run("sphinx-build", "-W", "--keep-going", "-b", "html", "docs", "docs/_build/html")


@nox.session(default=False)
def benchmarks(session: nox.Session) -> None:
    """Time what `benchmarks/` times; one process, so that timings mean something."""
    session.install("-e", ".[test]", "pytest-benchmark")
    session.run("pytest", "--numprocesses=0", "--benchmark-only", "benchmarks", *session.posargs)


@nox.session(default=False)
def mutation(session: nox.Session) -> None:
    """List the mutants that the tests let live, of the modules named: `nox -s mutation -- prizes success`."""
    session.install("-e", ".[test]", "mutmut>=3.8")
    session.run("python", "tools/mutation.py", *(session.posargs or ("prizes", "success", "entry")))


@nox.session(default=False)
def review(session: nox.Session) -> None:
    """Compare the repository with the Scientific Python development guide."""
    session.install("sp-repo-review[cli]")
    session.run("repo-review", ".")


if __name__ == "__main__":
    nox.main()
