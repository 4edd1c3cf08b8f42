"""Each bad input of the tournament for ideas, co-creation and ambidexterity has words of its own."""

from __future__ import annotations

import pytest

import contests as ct
from contests.errors import InvalidPartError
from contests.laws import gumbel, normal
from contests.models import (
    Admit,
    Ambidexterity,
    CoCreation,
    Finalists,
    Handicaps,
    Judges,
    Love,
    MorganWang,
    Network,
    Standard,
)


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: MorganWang(contestants=1), "contestants"),
        (lambda: Judges(0, error=normal()), "Judges.number"),
        (lambda: Judges(2), "leave them out"),
        (lambda: Network(2, correlation=1.2), "Network.correlation"),
        (lambda: Network(2, correlation=-0.1), "from 0 to 1"),
        (lambda: MorganWang(contestants=4, network=Network(3, correlation=0.2)), "divisor"),
        (lambda: MorganWang(contestants=4, network=Network(2, correlation=1.0)), "below 1 unless judges"),
        (
            lambda: MorganWang(
                contestants=4, shock=ct.Additive(normal()).shock, network=Network(2), prizes=[2, 1]
            ),
            "one prize",
        ),
        (
            lambda: MorganWang(
                contestants=4, shock=gumbel(), network=Network(2), judges=Judges(1, error=normal())
            ),
            "normal",
        ),
        (lambda: MorganWang(contestants=3, love=Love(1.5), cost=ct.Linear()), "unbounded"),
        (lambda: Love(-1.0), "Love.reward"),
        (lambda: MorganWang(contestants=3, rules=(Admit(4),)), "Admit"),
        (lambda: MorganWang(contestants=3, rules=(Finalists(3),)), "fewer finalists"),
        (lambda: Finalists(1), "lone finalist"),
        (lambda: MorganWang(contestants=3, rules=(Handicaps([1.0, 0.0]),)), "handicaps"),
        (lambda: MorganWang(contestants=3, rules=(Standard(1.0), Standard(2.0))), "at most once"),
        (lambda: MorganWang(contestants=3, rules=(Standard(1.0),), utility=ct.CARA(1.0)), "risk-neutral"),
        (lambda: MorganWang(contestants=3, prizes=ct.QualityShare(base=1, share=1)), "fixed money"),
        (lambda: CoCreation(contestants=3, love=1.0, cost=ct.Linear()), "unbounded"),
        (lambda: CoCreation(contestants=3, use_value=2.0, cost=ct.Linear()), "unbounded"),
        (lambda: CoCreation(contestants=3, spillover=1.5), "spillover"),
        (lambda: CoCreation(contestants=0), "contestants"),
        (lambda: Ambidexterity(contestants=1), "contestants"),
        (lambda: Ambidexterity(contestants=3, imitation=0.9), "nobody would want to win"),
        (lambda: Ambidexterity(contestants=3, coordination=4), "coordination"),
        (lambda: Ambidexterity(contestants=3, base_spread=0.0), "base_spread"),
        (lambda: Ambidexterity(contestants=3, breadth=0), "breadth"),
    ],
)
def test_refused_in_words(build, words):
    with pytest.raises(InvalidPartError, match=words):
        build()


@pytest.mark.parametrize(
    "model",
    [
        MorganWang(contestants=3, judges=Judges(2, error=normal(2.0)), rules=(Admit(2), Standard(0.5))),
        MorganWang(contestants=4, network=Network(2, correlation=0.3), love=Love(0.2, crowding=0.1)),
        CoCreation(contestants=3, prize=1.0, use_value=0.5),
        Ambidexterity(contestants=3, prizes=[2.0, 1.0], imitation=0.1),
    ],
)
def test_models_paste_back_and_compare(model):
    import contests.models as models

    names = {name: getattr(models, name) for name in models.__all__}
    from scipy import stats

    from contests import Linear, Power

    pasted = eval(
        repr(model),
        {**names, "stats": stats, "Linear": Linear, "Power": Power, "WinnerTakeAll": ct.WinnerTakeAll,
         "ByRank": ct.ByRank},
    )  # fmt: skip
    assert pasted == model
    assert hash(pasted) == hash(model)
    import pickle

    assert pickle.loads(pickle.dumps(model)) == model
