"""Reference and published cases from `tests/data/`, as parameters for tests.

>>> @pytest.mark.parametrize("case", cases("canon", model="tullock_symmetric"))
... def test_effort(case):
...     p = case["parameters"]
...     tullock = Tullock(contestants=p["n"], prize=p["V"], exponent=p["r"])
...     assert tullock.solve().effort[0] == expected(case, "effort")
"""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

DATA = Path(__file__).parent / "data"
NOT_AN_EQUILIBRIUM = ("NONEXIST", "_no_pure", "_no_eq")

Case = dict[str, Any]


@functools.cache
def _load(file: str) -> tuple[Case, ...]:
    return tuple(json.loads((DATA / f"{file}.json").read_text(encoding="utf-8"))["cases"])


def cases(
    file: str,
    *,
    model: str | tuple[str, ...] | None = None,
    ids: tuple[str, ...] | None = None,
    refused: bool | None = None,
) -> list[Any]:
    """The cases of one file as pytest parameters, each with its own id.

    Parameters
    ----------
    file
        "terwiesch_xu", "canon" or "published".
    model
        Keep the cases of this model or these models (exact names).
    ids
        Keep these cases, in the order of the file.
    refused
        True keeps the cases that are *not* an equilibrium, False those that are, None both.

    Raises
    ------
    LookupError
        If a name in `model` or `ids` is unknown, or nothing is left: a test of no case proves nothing.
    """
    kept = list(_load(file))
    if model is not None:
        models = (model,) if isinstance(model, str) else model
        if unknown := set(models) - {case["model"] for case in kept}:
            raise LookupError(f"{file}.json has no model {sorted(unknown)}")
        kept = [case for case in kept if case["model"] in models]
    if ids is not None:
        if unknown := set(ids) - {case["id"] for case in kept}:
            raise LookupError(f"{file}.json has no such case: {sorted(unknown)}")
        kept = [case for case in kept if case["id"] in ids]
    if refused is not None:
        kept = [case for case in kept if is_refused(case) == refused]
    if not kept:
        raise LookupError(f"no case of {file}.json has model={model}, ids={ids}, refused={refused}")
    return [pytest.param(case, id=case["id"]) for case in kept]


def is_refused(case: Case) -> bool:
    """Whether the case is a candidate that is no equilibrium, so that the library must refuse it."""
    text = f"{case['id']} {case['model']}"
    return any(mark in text for mark in NOT_AN_EQUILIBRIUM)


def tolerance(case: Case, quantity: str | None = None) -> float:
    """The relative tolerance that the source of a number deserves.

    1e-9 where at least ten digits are reliable, the suggested tolerance where the case has one.
    `quantity` matters to published values only: one printed exactly has 1e-9, a rounded one has
    no relative tolerance (0), since its rounding is absolute: see `expected`.
    """
    if "suggested_rel_tol" in case:
        return float(case["suggested_rel_tol"])
    if "reliable_digits" in case:
        digits = int(case["reliable_digits"])
        return 1e-9 if digits >= 10 else 10.0 ** (1 - digits)
    return 0.0 if quantity in case["printed_within"] else 1e-9


def expected(case: Case, quantity: str, *, stakes: float = 1.0) -> Any:
    """The case's value of a quantity, to compare with ``==`` within its own tolerance.

    Parameters
    ----------
    case
        A case of `cases`.
    quantity
        A key of its quantities (of what is printed, for a published case).
    stakes
        The size that a difference from zero is measured by, in the units of the quantity: the top
        prize for a payoff that is zero in equilibrium.
    """
    values = case["published"] if "published" in case else case["quantities"]
    value = values[quantity]
    if isinstance(value, (bool, str)):
        return value
    # A hair above half a unit: the printed decimal itself is not a binary number.
    printed = case.get("printed_within", {}).get(quantity, 0.0) * (1 + 1e-9)
    relative = tolerance(case, quantity)
    if isinstance(value, list):
        value = np.asarray(value, dtype=float)
    return pytest.approx(value, rel=relative, abs=max(printed, relative * stakes))
