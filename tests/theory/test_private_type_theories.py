"""Private values: closed forms of the all-pay auction against the solver; propositions hold where said."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from contests.models import PrivateLottery, PrivateValueAllPay


@pytest.mark.parametrize(
    ("prizes", "law"), [((1.0,), stats.uniform()), ((2.0, 1.0), stats.uniform(0.5, 1.5))]
)
def test_closed_forms_against_the_solver(prizes: tuple[float, ...], law: object) -> None:
    model = PrivateValueAllPay(contestants=4, prizes=prizes, value=law)
    theory, equilibrium = model.theory(), model.solve()
    own = theory.symbols["value"]
    for v in (0.6, 0.8, 0.95):
        effort = float(equilibrium.strategy(0)(v))
        assert theory.value(theory.effort.subs(own, v)) == pytest.approx(effort, rel=1e-9)
        payoff = float(equilibrium.game.payoff(0, effort, equilibrium.profile, np.asarray(v)))
        assert theory.value(theory.equilibrium_payoff.subs(own, v)) == pytest.approx(payoff, rel=1e-9)
    assert theory.value("total_effort") == pytest.approx(equilibrium.total_effort, rel=1e-9)


@pytest.mark.slow
def test_propositions_of_the_all_pay_auction() -> None:
    for proposition in PrivateValueAllPay().theory().propositions:
        checked = proposition.check(size=3, rng=np.random.default_rng(1))
        assert checked.tried == 3
        assert checked.failures == ()


def test_propositions_of_the_lottery() -> None:
    for proposition in PrivateLottery(value=stats.uniform(1, 1)).theory().propositions:
        checked = proposition.check(size=2, rng=np.random.default_rng(1))
        assert checked.tried == 2
        assert checked.failures == ()
