"""Three or more contestants whose types follow different laws: closed form, limits, other routes."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests.profile import Profile
from contests.solvers.private_exact import SOLVER
from contests.solvers.private_many_bids import many_law_strategies
from contests.solvers.private_two_laws import two_law_strategies


def all_pay(laws: list[Any], **parts: Any) -> ct.Contest:
    return ct.Contest(contestants=ct.Private(value=laws), **{"prizes": 1.0, **parts})


@pytest.mark.parametrize("prize", [1.0, 3e9, 2e-9])
def test_values_uniform_from_zero(prize: float) -> None:
    """Parreiras and Rubinchik (2010): with b_i = 1/h_i constant, levels are powers of their product."""
    tops = np.array([1.0, 1.2, 1.4])
    equilibrium = ct.solve(all_pay([stats.uniform(0, h) for h in tops], prizes=prize))
    rate = 1 / tops
    power = 1 - 2 * rate / rate.sum()
    for i, top in enumerate(tops):
        types = top * np.linspace(0.05, 1.0, 20)
        closed = prize * 2 / rate.sum() * (types / top) ** (1 / power[i])
        np.testing.assert_allclose(equilibrium.profile.strategy(i)(types), closed, rtol=1e-9)
    assert equilibrium.certificate.max_gain <= 1e-12


def test_a_weak_third_contestant_does_nothing() -> None:
    """Two of values uniform on [0, 1] bid v^2 / 2 (Weber 1985); 0.4 v^2 never pays for that."""
    equilibrium = ct.solve(all_pay([stats.uniform(0, 1), stats.uniform(0, 1), stats.uniform(0, 0.4)]))
    values = np.linspace(0.05, 1.0, 20)
    np.testing.assert_allclose(equilibrium.profile.strategy(0)(values), values**2 / 2, rtol=1e-9)
    assert equilibrium.effort[2] == 0.0
    assert equilibrium.payoff[2] == pytest.approx(0.0, abs=1e-12)


def test_two_contestants_agree_with_the_room_of_two() -> None:
    """Two routes: the tie map of Amann and Leininger (1996), and the way down in the product of levels."""
    contest = all_pay([stats.uniform(1, 1), stats.uniform(1, 2)])
    many, two = many_law_strategies(contest), two_law_strategies(contest)
    for i in (0, 1):
        types = contest.contestants.law_of(i).ppf(np.linspace(0.01, 0.99, 50))  # type: ignore[attr-defined]
        np.testing.assert_allclose(many[i](types), two[i](types), rtol=1e-8, atol=1e-12)


def test_laws_that_hardly_differ_are_one_law() -> None:
    """Continuity: the symmetric formula (Weber 1985) is the limit."""
    laws = [stats.uniform(0, 1), stats.uniform(0, 1 + 1e-9), stats.uniform(0, 1 + 2e-9)]
    nearly = many_law_strategies(all_pay(laws))
    alike = ct.Contest(contestants=ct.Private(3, value=stats.uniform(0, 1)), prizes=1.0)
    one = SOLVER.solve(alike).profile.strategy(0)
    types = np.linspace(0.1, 0.99, 30)
    for i in range(3):
        np.testing.assert_allclose(nearly[i](types), one(types), rtol=1e-7)


@pytest.mark.parametrize(
    ("laws", "idle"),
    [
        # Weak contestants who leave small bids to the others, and one whose best type bids less.
        pytest.param(
            [stats.uniform(1, 1), stats.uniform(1, 1.2), stats.uniform(1, 1.4)],
            [True, True, False],
            marks=pytest.mark.slow,
        ),
        ([stats.uniform(1, 1), stats.uniform(1, 2), stats.uniform(1, 2)], [True, False, False]),
        ([stats.uniform(), stats.expon(), stats.expon()], [False, False, False]),
    ],
)
def test_unlike_laws_are_certified(laws: list[Any], idle: list[bool]) -> None:
    """The certificate: no type of anybody gains; and all equilibria cost the same whatever the units."""
    equilibrium = ct.solve(all_pay(laws), seconds=60.0)
    assert equilibrium.certificate.max_gain <= 1e-10
    for i, does_nothing in enumerate(idle):
        share = float(equilibrium.profile.strategy(i).cdf(0.0))
        assert (share > 0.01) == does_nothing, i


@pytest.mark.slow
def test_a_wrong_threshold_is_noticed() -> None:
    """The certificate sees types that should idle and do not, so that its passing says something."""
    contest = all_pay([stats.uniform(1, 1), stats.uniform(1, 1.2), stats.uniform(1, 1.4)])
    right = many_law_strategies(contest)
    effort = right[0].function.replace(start=right[0].start + 0.3)  # type: ignore[attr-defined]
    wrong = right[0].replace(function=effort, start=right[0].start + 0.3)
    assert not ct.certify(contest, Profile.of([wrong, *right[1:]])).passed


@pytest.mark.parametrize(
    ("trait", "parts"),
    [
        pytest.param("cost", {"cost": ct.Power(2)}, marks=pytest.mark.slow),
        ("ability", {"technology": ct.Exact(output=ct.Log())}),
        pytest.param("value", {"prizes": [1.5, 0.5, 0.5]}, marks=pytest.mark.slow),
    ],
)
def test_other_traits_and_costs(trait: str, parts: dict[str, Any]) -> None:
    """A factor is a factor: private costs, abilities under log output, a consolation prize for all."""
    laws = [stats.uniform(1, 1), stats.uniform(1, 1), stats.uniform(1, 1.3)]
    contest = ct.Contest(contestants=ct.Private(**{trait: laws}), **{"prizes": 1.0, **parts})
    equilibrium = ct.solve(contest)
    assert equilibrium.certificate.max_gain <= 1e-10
    if trait == "value":
        plain = many_law_strategies(all_pay(laws))
        np.testing.assert_allclose(equilibrium.effort, [one.mean() for one in plain], rtol=1e-9)


@pytest.mark.slow
def test_simulation_pays_what_the_equilibrium_says() -> None:
    equilibrium = ct.solve(all_pay([stats.uniform(1, 1), stats.uniform(1, 1), stats.uniform(1, 1.5)]))
    drawn = equilibrium.simulate(100_000, rng=np.random.default_rng(3))
    assert drawn.payoff.mean(axis=0) == pytest.approx(equilibrium.payoff, abs=0.012)


def test_strategies_can_be_sent_to_other_processes() -> None:
    strategy = many_law_strategies(all_pay([stats.uniform(0, h) for h in (1.0, 1.2, 1.4)]))[0]
    assert pickle.loads(pickle.dumps(strategy))(0.7) == strategy(0.7)


@pytest.mark.slow
def test_tops_too_far_apart_are_an_error_in_words() -> None:
    """Unbounded laws of very different tails: the best types of the weak cannot be followed."""
    with pytest.raises(ct.ConvergenceError, match="was not found"):
        ct.solve(all_pay([stats.expon(), stats.expon(), stats.expon(scale=0.3)]))
