"""Mixed strategies that carry formulas: consistent with themselves, with knots, and with Monte Carlo."""

from __future__ import annotations

import pickle
from itertools import pairwise

import numpy as np
import pytest

import contests as ct
from contests.curves import Exponential, Linear, Power
from contests.errors import InvalidPartError
from contests.mixing import FormulaMixed, RankMixed
from contests.mixing_known import PairMixed, SharedMixed, SiegelMixed

STRATEGIES = [
    RankMixed(n=3, prizes=[1.0], cost=Linear(2.0)),
    RankMixed(n=5, prizes=[3.0, 2.0, 2.0], cost=Power(2.0)),
    RankMixed(n=3, prizes=[3.0, 2.0, 1.0], cost=Exponential(rate=2.0)),
    RankMixed(n=3, prizes=[1.0], cost=ct.Capped(Linear(1.0), at=0.6), at_cap=0.3),
    PairMixed(value=2.0, payoff=0.5, cost=Linear(1.0), top=1.5),
    PairMixed(value=1.0, payoff=0.0, start=0.0, rival_start=0.3, least=0.3, top=1.3),
    PairMixed(value=1.0, payoff=0.2, cost=ct.Capped(Linear(1.0), at=0.6), top=0.4, at_cap=0.4),
    SharedMixed(strong=2.0, weak=1.0, sharers=2, leads=True),
    SharedMixed(strong=2.0, weak=1.0, sharers=3),
    SiegelMixed(values=[3.0, 2.0, 1.0], place=0, cost=Power(1.5)),
    SiegelMixed(values=[5.0, 4.0, 3.0, 2.0], place=1),
    SiegelMixed(values=[5.0, 4.0, 3.0, 2.0], place=3),
]
each = pytest.mark.parametrize("strategy", STRATEGIES, ids=repr)


@each
def test_it_pickles_compares_and_pastes_back(strategy: FormulaMixed) -> None:
    assert pickle.loads(pickle.dumps(strategy)) == strategy
    assert hash(pickle.loads(pickle.dumps(strategy))) == hash(strategy)
    Capped = ct.Capped  # noqa: F841 - a name in reprs
    assert eval(repr(strategy), {**globals(), "Capped": ct.Capped}) == strategy
    assert isinstance(strategy, ct.Mixed)


@each
def test_quantiles_invert_the_distribution(strategy: FormulaMixed) -> None:
    levels = np.linspace(0.0, 1.0, 201)
    efforts = strategy.ppf(levels)
    assert np.all(np.diff(efforts) >= 0)
    # F(x(u)) >= u and F just below x(u) is at most u, x being known to its last digits.
    assert np.all(strategy.cdf(efforts * (1 + 1e-15)) >= levels - 1e-12)
    assert np.all(strategy.below(efforts * (1 - 1e-15)) <= levels + 1e-12)
    low, high = strategy.support
    assert efforts[0] >= low - 1e-15
    assert efforts[-1] == pytest.approx(high, rel=1e-9)


@each
def test_tails_add_up(strategy: FormulaMixed) -> None:
    low, high = strategy.support
    points = strategy.atoms[0]
    grid = np.unique(np.concatenate([np.linspace(-0.1, 1.2 * high, 301), points, [low, high]]))
    assert strategy.cdf(grid) + strategy.above(grid) == pytest.approx(np.ones(grid.size), abs=1e-14)
    mass = (grid[:, None] == points) @ strategy.atoms[1]
    assert strategy.cdf(grid) - strategy.below(grid) == pytest.approx(mass, abs=1e-14)
    assert np.all(np.diff(strategy.cdf(grid)) >= -1e-14)
    assert strategy.cdf(np.array([-1.0, high]))[0] == 0.0
    assert strategy.cdf(np.array([-1.0, high]))[1] == 1.0


@each
def test_moments_are_integrals_of_the_distribution(strategy: FormulaMixed) -> None:
    """E[x] and E[x^2] by nodes, against the integral of the tail by SciPy."""
    from scipy import integrate

    efforts, weights = strategy.nodes()
    assert weights.sum() == pytest.approx(1.0, abs=1e-13)
    ends = np.unique(np.concatenate([[0.0], strategy.kinks, [strategy.support[1]]]))
    for power in (1, 2):

        def tail(x: np.ndarray, power: int = power) -> np.ndarray:
            return power * x ** (power - 1) * strategy.above(x)

        total = sum(float(integrate.tanhsinh(tail, a, b, rtol=1e-11).integral) for a, b in pairwise(ends))
        assert float(weights @ efforts**power) == pytest.approx(total, rel=1e-9)
    assert strategy.mean() == pytest.approx(float(weights @ efforts), rel=1e-14)


@each
def test_draws_follow_the_distribution(strategy: FormulaMixed) -> None:
    from scipy import stats

    drawn = strategy.rvs(4000, rng=np.random.default_rng(6))
    inner = drawn[~np.isin(drawn, strategy.atoms[0])]
    share = inner.size / drawn.size
    expected_share = 1.0 - float(strategy.atoms[1].sum())
    assert share == pytest.approx(expected_share, abs=4 * np.sqrt(0.25 / drawn.size))
    if strategy.atoms[0].size == 0:
        assert stats.kstest(inner, lambda x: strategy.cdf(x)).pvalue > 1e-3


def test_a_million_contestants_keep_the_digits_of_the_best() -> None:
    """F underflows a double at the median effort; one less F must be exact near the top."""
    strategy = RankMixed(n=10**6, prizes=[1.0], cost=Linear(1.0))
    assert float(strategy.above(np.array(0.5))) == pytest.approx(np.log(2) / 999_999, rel=1e-6)
    assert strategy.mean() == pytest.approx(1e-6, rel=1e-12)
    assert float(strategy.ppf(0.5)) == 0.0


def test_capped_cost() -> None:
    cost = ct.Capped(Power(2), at=2.0)
    assert cost.domain == (0.0, 2.0)
    assert cost(np.array([1.0, 2.0, 2.1])).tolist() == [1.0, 4.0, np.inf]
    assert cost.inverse(np.array([1.0, 4.0, 4.1])).tolist() == [1.0, 2.0, np.inf]
    assert float(cost.derivative(1.5)) == 3.0
    assert cost.is_convex
    assert not cost.is_concave
    assert (2 * cost).domain == (0.0, 2.0)
    assert float((2 * cost)(1.0)) == 2.0
    assert pickle.loads(pickle.dumps(cost)) == cost
    assert repr(cost) == "Capped(Power(2.0), at=2.0)"
    assert cost.symbolic().subs("e", 3) != 9


def test_capped_cost_refuses() -> None:
    with pytest.raises(InvalidPartError, match=r"Capped\.at"):
        ct.Capped(Linear(1.0), at=0.0)
    with pytest.raises(InvalidPartError, match=r"Capped\.curve"):
        ct.Capped(2.0, at=1.0)  # type: ignore[arg-type]
    with pytest.raises(InvalidPartError, match="where the curve ends"):
        ct.Capped(ct.Capped(Linear(1.0), at=1.0), at=2.0)


def test_a_distribution_that_does_not_add_up_is_refused() -> None:
    with pytest.raises(InvalidPartError, match=r"PairMixed\.top"):
        PairMixed(value=1.0, payoff=0.0, rival_start=0.3, least=0.3, top=1.0)
