"""A sweep in words and as a value, where every point failed and where none did."""

from __future__ import annotations

import numpy as np
import pytest

import contests as ct


def lottery(n: int, exponent: float) -> ct.Contest:
    return ct.Contest(contestants=ct.Identical(n), prizes=1.0, success=ct.Lottery(exponent=exponent))


def test_all_points_failed() -> None:
    """Exponents far above n/(n - 1): no sure effort is an equilibrium, and there is no number to show."""
    found = ct.sweep(lottery, {"effort": ct.TotalEffort()}, n=[3, 4], exponent=[9.0])
    assert np.isnan(found["effort"]).all()
    said = str(found)
    assert said == found.summary()
    assert "no number" in said and "2 points; the first at n=3" in said
    words = pytest.importorskip("xarray") and found.to_xarray()["error"].values
    assert words.shape == (2, 1) and all("not an equilibrium" in word for word in words.ravel())


def test_sweeps_are_values() -> None:
    one, other = (ct.sweep(lottery, {"effort": ct.TotalEffort()}, n=[2, 3], exponent=[1.0]) for _ in range(2))
    assert one == other and hash(one) == hash(other)
    assert one != 3
    assert one != ct.sweep(lottery, {"effort": ct.TotalEffort()}, n=[2, 4], exponent=[1.0])
    assert one["effort"].ravel() == pytest.approx([1 / 2, 2 / 3])  # (n - 1)/n
