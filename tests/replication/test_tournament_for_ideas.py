"""Morgan and Wang's tournament in numbers, against published results and the reference cases.

Lazear and Rosen (1981), Green and Stokey (1983), Nalebuff and Stiglitz (1983): the three schemes.
Drugov, Ryvkin and Zhang (2022): the minimum standard. Girotra, Terwiesch and Ulrich (2010): noisy
judging. McFadden (1978): correlated Gumbel shocks.
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy import integrate, optimize, stats

import contests as ct
from contests.laws import gumbel, normal
from contests.models import Admit, Finalists, Judges, Love, MorganWang, Network, Standard


@pytest.mark.parametrize(
    ("mark", "effort", "paid"),
    [
        (0.3405185360876554, 0.3405185360876554, 0.75),  # reference case C027
        (1.2257674413061033, 0.22576744130610318, 0.29213901826285),  # reference case C029
    ],
)
def test_minimum_standard_of_the_reference_cases(mark, effort, paid):
    equilibrium = MorganWang(contestants=2, rules=(Standard(mark),)).solve()
    assert equilibrium.effort == pytest.approx([effort] * 2, rel=1e-9)
    assert equilibrium.prizes_paid == pytest.approx(paid, rel=1e-9)


def test_standard_slope_is_the_published_formula():
    n, mark, shock = 4, 0.8, stats.norm(scale=1.3)
    effort = float(MorganWang(contestants=n, shock=shock, rules=(Standard(mark),)).solve().effort[0])
    t = mark - effort
    inner = integrate.quad(lambda z: shock.cdf(z) ** (n - 2) * shock.pdf(z) ** 2, t, np.inf)[0]
    assert effort == pytest.approx(shock.cdf(t) ** (n - 1) * shock.pdf(t) + (n - 1) * inner, rel=1e-8)


def test_common_shock_reaches_the_standard_but_not_the_ranks():
    free = MorganWang(contestants=3)
    assert free.replace(common=normal(5.0)).solve().effort == pytest.approx(free.solve().effort, rel=1e-12)
    held = free.replace(rules=(Standard(0.5),))
    stormy = held.replace(common=normal(5.0)).solve()
    assert stormy.effort[0] < held.solve().effort[0]
    # A standard under an enormous shock is passed by half, whatever the contestants do.
    assert stormy.prizes_paid == pytest.approx(0.5, abs=0.07)


def test_first_best_by_tournament_piece_rate_and_standard():
    """Reference case C025: spread 3.5449, effort 1/2."""
    schemes = MorganWang(contestants=2, cost=ct.Power(2, scale=1.0)).schemes()
    assert schemes["tournament"].pay[0] == pytest.approx(3.544907701811032, rel=1e-9)
    assert schemes["piece rate"].pay[0] == pytest.approx(1.0, rel=1e-9)
    assert schemes["standard"].pay[0] == pytest.approx(np.sqrt(2 * np.pi), rel=1e-6)
    for scheme in schemes.values():
        assert scheme.effort == pytest.approx(0.5, rel=1e-9)
        assert scheme.profit == pytest.approx(0.5, rel=1e-9)
        assert scheme.equilibrium.certificate.passed


def test_best_linear_piece_rate_under_risk_aversion():
    """Normal noise of variance V, cost c e^2/2, aversion a: rate 1/(1 + a c V)."""
    a, c, own, common = 0.7, 2.0, 1.0, 1.5
    model = MorganWang(
        contestants=3,
        shock=normal(own),
        common=normal(common),
        utility=ct.CARA(a),
        cost=ct.Power(2, scale=0.5 * c),
    )
    found = model.schemes()
    rate = 1 / (1 + a * c * (own**2 + common**2))
    assert found["piece rate"].pay[0] == pytest.approx(rate, rel=1e-6)
    assert found["piece rate"].profit == pytest.approx(3 * rate / (2 * c), rel=1e-8)
    calm = model.replace(common=None).schemes()
    assert found["tournament"].profit == pytest.approx(calm["tournament"].profit, rel=1e-12)
    assert found["standard"].profit < calm["standard"].profit
    assert found["tournament"].profit > found["piece rate"].profit


def test_best_prizes_under_risk_aversion_beat_any_others():
    """SciPy's search over all prizes by rank finds no cheaper ones (Green and Stokey 1983)."""
    a, effort, n = 1.0, 0.2, 3
    model = MorganWang(contestants=n, utility=ct.CARA(a))
    from contests.models.morgan_wang_schemes import _Task
    from contests.numerics import rank_slopes

    prizes, premium = _Task(model, 1.0, 0.5).cheapest_prizes(effort)
    beta = rank_slopes(normal(), n)

    def utility(v):
        return np.mean(np.exp(-a * v))

    constraints = [
        {"type": "eq", "fun": lambda v: np.log(utility(v)) / a + effort**2 / 2},
        {"type": "eq", "fun": lambda v: -(beta @ np.exp(-a * v)) / (a * utility(v)) - effort},
    ]
    found = optimize.minimize(
        np.mean, np.array([1.0, 0.2, -0.5]), constraints=constraints, options={"ftol": 1e-14}
    )
    assert found.success
    assert found.x == pytest.approx(prizes, abs=1e-5)
    assert found.fun == pytest.approx(premium + effort**2 / 2, rel=1e-8)


@pytest.mark.parametrize("correlation", [0.0, 0.4, 0.9])
def test_two_members_of_one_domain(correlation):
    """The domain's part cancels: effort A/(2 sigma sqrt((1 - rho) pi))."""
    model = MorganWang(contestants=2, prizes=0.5, network=Network(1, correlation=correlation))
    expected = 0.5 / (2 * np.sqrt((1 - correlation) * np.pi))
    assert model.solve().effort[0] == pytest.approx(expected, rel=1e-9)
    best = np.sqrt((1 - correlation) / np.pi)
    assert model.solve().expected_best == pytest.approx(expected + best, rel=1e-9)


@pytest.mark.parametrize("correlation", [0.0, 0.5])
def test_nested_logit_network(correlation):
    model = MorganWang(contestants=6, shock=gumbel(1.0), network=Network(2, correlation=correlation))
    equilibrium, theory = model.solve(), model.theory()
    assert equilibrium.effort[0] == pytest.approx(theory.value("effort"), rel=1e-9)
    assert equilibrium.payoff[0] == pytest.approx(theory.value("payoff"), rel=1e-9)
    assert equilibrium.expected_best == pytest.approx(theory.value("expected_best"), rel=1e-9)
    assert model.effective_number() == pytest.approx(2 * 3 ** np.sqrt(1 - correlation), rel=1e-12)


def test_effective_number_of_normal_ideas_between_domains_and_contestants():
    numbers = [
        MorganWang(contestants=6, network=Network(2, correlation=rho)).effective_number()
        for rho in (0.0, 0.3, 0.8, 0.99)
    ]
    assert numbers[0] == pytest.approx(6.0, rel=1e-9)
    assert all(few < many for many, few in itertools.pairwise(numbers))
    assert numbers[-1] > 2.0
    alone = MorganWang(contestants=6, network=Network(6, correlation=0.7))
    assert alone.effective_number() == pytest.approx(6.0, rel=1e-9)


@pytest.mark.parametrize("error", [0.5, 2.0])
def test_chance_that_the_best_idea_wins(error):
    """Two contestants: 1/2 + arcsin(r)/pi (Sheppard 1899)."""
    model = MorganWang(contestants=2, judges=Judges(1, error=normal(error)))
    correlation = 1 / np.sqrt(1 + error**2)
    assert model.chance_best_wins() == pytest.approx(0.5 + np.arcsin(correlation) / np.pi, rel=1e-10)


def test_winner_under_noisy_judges():
    """Girotra, Terwiesch and Ulrich (2010): mean plus sigma^2/sqrt(sigma^2 + error^2) times m_n."""
    model = MorganWang(contestants=5, judges=Judges(4, error=normal(2.0), bias=normal(0.5)))
    equilibrium = model.solve()
    best = integrate.quad(lambda z: 5 * z * stats.norm.cdf(z) ** 4 * stats.norm.pdf(z), -9, 9)[0]
    spread = np.sqrt(1 + 0.25 + 1.0)
    assert equilibrium.effort[0] == pytest.approx(best / (5 * spread), rel=1e-9)
    assert ct.WinnerQuality()(equilibrium) == pytest.approx(equilibrium.effort[0] + best / spread, rel=1e-7)
    assert model.theory().value("winner_quality") == pytest.approx(ct.WinnerQuality()(equilibrium), rel=1e-7)


def test_best_number_of_judges_is_the_best_of_all():
    model = MorganWang(contestants=3, judges=Judges(1, error=normal(2.0), unit_cost=0.03))
    chosen = model.best_judges(range(1, 9))
    values = {m: model.judged_by(model.judges.replace(number=m)).value for m in range(1, 9)}
    assert chosen.choice == max(values, key=values.get)
    assert chosen.value == pytest.approx(max(values.values()), rel=1e-12)


def test_love_and_the_prizes_that_buy_less():
    model = MorganWang(contestants=2, love=Love(1.0, crowding=0.8))
    slope = 1 / (2 * np.sqrt(np.pi))
    low, high = model.crowding_range()
    assert low == 0.0
    assert high == pytest.approx(np.log(0.8 / slope) / 0.8, rel=1e-9)
    efforts = [float(model.replace(prizes=p).solve().effort[0]) for p in (0.0, 0.5 * high, high, 1.5 * high)]
    assert efforts[0] == pytest.approx(1.0, rel=1e-9)
    assert efforts[0] > efforts[1] > efforts[2] < efforts[3]
    assert model.theory().value("turning_prize") == pytest.approx(high, rel=1e-9)


def test_best_prize_without_love_binds_where_equilibria_end():
    """Effort is linear in the prize: the best prize is the largest that leaves an equilibrium."""
    model = MorganWang(contestants=2, prizes=1.0)
    chosen = model.best_prize(value=10.0)
    assert chosen.choice == pytest.approx(12.3509036302, rel=2e-4)  # known bound for n = 2
    assert MorganWang(contestants=2).best_prize(value=1.0).choice == 0.0


def test_two_stages_by_hand():
    """Five start, two reach the final: both first-order conditions by SciPy."""
    model = MorganWang(contestants=5, prizes=1.5, rules=(Finalists(2),))
    equilibrium = model.solve()
    first, second = equilibrium.strategy(0).parts
    assert second == pytest.approx(1.5 / (2 * np.sqrt(np.pi)), rel=1e-9)
    worth = 1.5 / 2 - second**2 / 2
    density = integrate.quad(
        lambda z: 4 * stats.norm.pdf(z) ** 2 * 3 * stats.norm.cdf(z) ** 2 * stats.norm.sf(z), -9, 9
    )[0]
    assert first == pytest.approx(worth * density, rel=1e-9)  # overtaking the second best of four rivals
    assert equilibrium.total_effort == pytest.approx(5 * first + 2 * second, rel=1e-9)
    assert equilibrium.payoff[0] == pytest.approx(2 / 5 * worth - first**2 / 2, rel=1e-9)


def test_rules_side_by_side():
    one = MorganWang(contestants=5, prizes=1.0)
    formats = {
        "all": one,
        "two admitted": one.replace(rules=(Admit(2),)),
        "final of two": one.replace(rules=(Finalists(2),)),
        "standard": one.replace(rules=(Standard(0.2),)),
        "domains": one.replace(network=Network(1, correlation=0.5)),
    }
    found = ct.compare(formats, ct.BestQuality() - ct.PrizesPaid())
    assert not found.failures
    assert found.values["two admitted"] < found.values["all"]
    for name, model in formats.items():
        equilibrium = model.solve()
        assert found.values[name] == pytest.approx(
            equilibrium.expected_best - equilibrium.prizes_paid, rel=1e-12
        )


@pytest.mark.parametrize("factor", [1e-9, 1e9])
def test_units_of_money_do_not_matter(factor):
    model = MorganWang(
        contestants=4,
        prizes=factor,
        cost=ct.Power(2, scale=0.5 * factor),
        love=Love(0.2 * factor, crowding=0.3 / factor),
        rules=(Standard(0.4),),
    )
    base = MorganWang(contestants=4, love=Love(0.2, crowding=0.3), rules=(Standard(0.4),))
    assert model.solve().effort == pytest.approx(base.solve().effort, rel=1e-9)
