"""Any discrete law of SciPy may say how many rivals come; effort in a lottery is sum p(k) k / (k + 1)^2.

The formula is the first-order condition of Lim and Matros (2009) and Myerson and Waerneryd (2006) under any
law of the number of rivals, written out here from the law's own pmf.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import special, stats

import contests as ct


class _AtLeastOne(stats.rv_discrete):
    """A Poisson number known not to be zero: a user's own law, for which SciPy sums the pmf."""

    def _pmf(self, k: Any, mean: Any) -> Any:
        return np.exp(k * np.log(mean) - mean - special.gammaln(k + 1)) / -np.expm1(-mean)


LAWS: dict[str, Any] = {
    "table": lambda: stats.rv_discrete(values=([0, 2, 5], [0.2, 0.5, 0.3])),
    "frozen table": lambda: stats.rv_discrete(values=([0, 2, 5], [0.2, 0.5, 0.3]))(),
    "user's own": lambda: _AtLeastOne(a=1, name="at_least_one")(2.0),
    "geometric": lambda: stats.geom(0.3, loc=-1),
    "negative binomial": lambda: stats.nbinom(3, 0.5),
    "hypergeometric": lambda: stats.hypergeom(20, 7, 12),
    "new-style binomial": lambda: stats.Binomial(n=9, p=0.4),
    "new-style Poisson": lambda: stats.make_distribution(stats.poisson)(mu=2.0),
}


@pytest.mark.parametrize("name", LAWS)
def test_effort_of_a_participant(name: str) -> None:
    if name.startswith("new-style") and not hasattr(stats, "Binomial"):
        pytest.skip("this SciPy has no new-style discrete laws")
    law = LAWS[name]()
    k = np.arange(150)
    chances = np.asarray(law.pmf(k), dtype=float)
    contest = ct.Contest(
        contestants=ct.Identical(150 if name != "new-style binomial" else 10),
        prizes=8.0,
        success=ct.Lottery(),
        entry=ct.RandomEntry(law),
    )
    eq = ct.solve(contest)
    assert eq.effort[0] == pytest.approx(8 * (chances * k / (k + 1) ** 2).sum(), rel=1e-9)
    assert eq.payoff[0] == pytest.approx(8 * (chances / (k + 1) ** 2).sum(), rel=1e-9)


def test_who_is_nobody() -> None:
    """New-style laws are known by name as the old ones are; a shifted law leaves nobody out."""
    if hasattr(stats, "Binomial"):
        entry = ct.RandomEntry(stats.Binomial(n=2, p=0.3))
        assert entry.chance_of_nobody(3) == pytest.approx(0.7**3, rel=1e-13)
        assert repr(entry) == "RandomEntry(stats.Binomial(n=2.0, p=0.3))"
    assert ct.RandomEntry(stats.poisson(2.0)).chance_of_nobody(9) == pytest.approx(np.exp(-2.0), rel=1e-13)
    assert ct.RandomEntry(stats.poisson(2.0, loc=1)).chance_of_nobody(9) == 0.0


def test_numbers_that_are_not_whole_are_refused() -> None:
    with pytest.raises(ct.InvalidPartError, match="must be a law on whole numbers of rivals"):
        ct.RandomEntry(stats.rv_discrete(values=([0, 0.5], [0.2, 0.8])))
    with pytest.raises(ct.InvalidPartError, match="no more than 20000 rivals"):
        ct.RandomEntry(stats.zipf(2.0, loc=-1))
    with pytest.raises(ct.InvalidPartError, match="A continuous law"):
        ct.RandomEntry(stats.rv_histogram((np.array([1, 2]), np.array([0, 1, 2]))))
