"""Tullock, Clark-Riis and Lazear-Rosen: theory against solver, propositions, and fields refused."""

from __future__ import annotations

import pickle

import pytest
from scipy import stats

import contests as ct
from contests.models import ClarkRiis, LazearRosen, Tullock

MODELS = (Tullock(), ClarkRiis(), LazearRosen())
CLAIMS = [(model, claim) for model in MODELS for claim in model.theory().propositions]


@pytest.mark.parametrize(("model", "claim"), CLAIMS, ids=[claim.name for _, claim in CLAIMS])
def test_propositions_hold_through_the_solver(model, claim):
    assert claim.check(size=4).passed


@pytest.mark.parametrize(
    "model",
    [
        Tullock(contestants=5, prize=3.0, exponent=0.7, costs=[2.0] * 5),
        ClarkRiis(contestants=6, prizes=(4.0, 2.0, 1.0, 0.5), exponent=0.9),
        LazearRosen(contestants=4, prizes=(2.0, 1.0), shock=stats.logistic(), cost=ct.Power(3, scale=0.2)),
    ],
)
def test_theory_is_what_the_solver_finds(model):
    theory, eq = model.theory(), model.solve()
    assert theory.value("effort") == pytest.approx(eq.effort[0], rel=1e-9)
    assert theory.value("payoff") == pytest.approx(eq.payoff[0], rel=1e-9)


@pytest.mark.parametrize("model", [*MODELS, Tullock(values=(2, 1), weights=(1, 3), head_starts=(0, 0.1))])
def test_models_compare_and_pickle(model):
    assert pickle.loads(pickle.dumps(model)) == model
    assert model.replace() == model and hash(model) == hash(model.replace())


def test_two_contestants_with_weights_and_costs():
    model = Tullock(values=(2, 1), exponent=1.2, costs=(1, 1.5), weights=(1, 2))
    eq, theory = model.solve(), model.theory()
    assert theory.holds()
    for k in (0, 1):
        assert theory.value(f"effort_{k + 1}") == pytest.approx(eq.effort[k], rel=1e-9)
        assert theory.value(f"payoff_{k + 1}") == pytest.approx(eq.payoff[k], rel=1e-9)


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: Tullock(exponent=0), "Tullock.exponent"),
        (lambda: Tullock(prize=-1), "Tullock.prize"),
        (lambda: Tullock(values=(1, 2), costs=(1, 2, 3)), "one length"),
        (lambda: Tullock(contestants=3, values=(1, 2)), "one length"),
        (lambda: ClarkRiis(contestants=2, prizes=(3, 2, 1)), "ClarkRiis.prizes"),
        (lambda: LazearRosen(prizes=(1, 0, 0)), "LazearRosen.prizes"),
        (lambda: LazearRosen(handicaps=(1.0, float("nan"))), "LazearRosen.handicaps"),
        (lambda: LazearRosen().piece_rate(-1.0), "piece_rate"),
    ],
)
def test_bad_fields_are_refused_in_words(build, words):
    with pytest.raises(ct.InvalidPartError, match=words):
        build()


def test_conventions():
    assert Tullock(prize=0.0).solve().effort.tolist() == [0.0] * 4
    lone = Tullock(contestants=1).solve()
    assert lone.effort.tolist() == [0.0] and lone.win_probability.tolist() == [1.0]
    with pytest.raises(ct.UnsolvableError):
        Tullock(draw=0.1).theory()
