"""What a certificate says, word for word, and where its verdict turns: by hand, from made-up findings."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import contests as ct
from contests.certificate import Certificate, certify

FIELDS: dict[str, Any] = {
    "max_gain": 0.0,
    "effort_gap": 0.0,
    "gain_tolerance": 1e-8,
    "effort_tolerance": 1e-6,
    "contestant": 3,
    "effort": 0.25,
    "deviation": 0.5,
    "payoff": 1.0,
    "deviation_payoff": 1.5,
    "type": None,
    "evidence": "grid",
    "checked": 7,
}


def made(**changes: Any) -> Certificate:
    return Certificate(**{**FIELDS, **changes})


@pytest.mark.parametrize(
    ("changes", "passed", "words"),
    [
        ({"max_gain": 1e-8}, True, "no contestant gains more than 1.0e-08 of the top prize"),
        ({"effort_gap": 1e-6}, True, "no contestant gains more than 0.0e+00 of the top prize"),
        (
            {"effort_gap": 2e-6},
            False,
            "no deviation gains more than 0.0e+00 of the top prize, but the effort of contestant 3, 0.25, is "
            "2.0e-06 (relative) from the best reply",
        ),
        (
            {"effort_gap": 2e-6, "type": 0.1},
            False,
            "no deviation gains more than 0.0e+00 of the top prize, but the effort of contestant 3 of type "
            "0.1, 0.25, is 2.0e-06 (relative) from the best reply",
        ),
        (
            {"max_gain": 0.5},
            False,
            "contestant 3 exerts 0.25 for a payoff of 1 but would rather exert effort 0.5 for 1.5, a gain of "
            "0.5 of the top prize",
        ),
        (
            {"max_gain": 0.5, "deviation": math.nan},
            False,
            "contestant 3 exerts 0.25 for a payoff of 1 but would rather stay out for 1.5, a gain of 0.5 of "
            "the top prize",
        ),
        (
            {"max_gain": 0.5, "effort": math.nan},
            False,
            "contestant 3 stays out but would rather enter and exert 0.5 for a payoff of 1.5, a gain of 0.5 "
            "of the top prize",
        ),
    ],
)
def test_words_and_verdict(changes: dict[str, Any], passed: bool, words: str) -> None:
    certificate = made(**changes)
    assert certificate.passed is passed
    assert certificate.explain() == words


def test_shown_in_short_as_text_and_as_a_page() -> None:
    failed = made(max_gain=0.5)
    assert repr(failed) == "<Certificate FAILED: max_gain=5.00e-01, effort_gap=0.00e+00>"
    assert repr(made()) == "<Certificate passed: max_gain=0.00e+00, effort_gap=0.00e+00>"
    assert failed.summary().startswith("Certificate\n")
    assert failed.explain() in " ".join(failed.summary().split())
    assert "<th" in failed._repr_html_() and "Certificate" in failed._repr_html_()
    assert failed.to_dict()["passed"] is False and failed.to_dict()["max_gain"] == 0.5


LOTTERY = ct.Contest(contestants=ct.Identical(2), prizes=2.0, success=ct.Lottery())


def test_every_field_of_a_profitable_deviation() -> None:
    """Two contestants, prize 2, both at 0.8: payoff 0.2; best reply sqrt(1.6) - 0.8, by hand."""
    certificate = certify(LOTTERY, 0.8)
    reply = math.sqrt(2 * 0.8) - 0.8
    gets = 2 * reply / (reply + 0.8) - reply
    assert certificate.contestant == 0
    assert certificate.effort == 0.8
    assert certificate.deviation == pytest.approx(reply, rel=1e-3)  # flat there: of second order in payoff
    assert certificate.payoff == pytest.approx(0.2, rel=1e-12)
    assert certificate.deviation_payoff == pytest.approx(gets, rel=1e-7)
    assert certificate.max_gain == pytest.approx((gets - 0.2) / 2.0, rel=1e-6)
    assert certificate.effort_gap == pytest.approx((0.8 - reply) / 0.8, rel=1e-3)
    assert (certificate.gain_tolerance, certificate.effort_tolerance) == (1e-8, 1e-6)
    assert certificate.type is None
    assert certificate.evidence == "global grid of deviations with local refinement"
    assert certificate.checked > 50


def test_tolerances_are_what_is_asked_for() -> None:
    loose = certify(LOTTERY, 0.8, gain_tolerance=1.0, effort_tolerance=2.0)
    assert (loose.gain_tolerance, loose.effort_tolerance) == (1.0, 2.0)
    assert loose.passed and isinstance(loose.max_gain, float) and isinstance(loose.effort_gap, float)
    for name, value in (("gain_tolerance", -1.0), ("effort_tolerance", math.inf)):
        with pytest.raises(
            ct.InvalidPartError, match=rf"certify\.{name} must be a finite number, zero or more"
        ):
            certify(LOTTERY, 0.8, **{name: value})
    assert certify(LOTTERY, 0.5, gain_tolerance=0.0).max_gain == 0.0


def test_nothing_to_win() -> None:
    """Without a prize any effort is a loss that no share of the stakes can measure."""
    nothing = LOTTERY.replace(prizes=0.0)
    assert certify(nothing, 0.0).max_gain == 0.0
    assert certify(nothing, 0.0).passed
    assert certify(nothing, 0.1).max_gain == math.inf


def test_who_is_shown() -> None:
    """The second of three is the one who is off."""
    contest = ct.Contest(contestants=ct.Known(value=[3.0, 2.0, 1.0]), prizes=1.0, success=ct.Lottery())
    certificate = certify(contest, [0.72, 0.3, 0.0])
    gains = [0.0, 0.0, 0.0]
    profile = contest.profile([0.72, 0.3, 0.0])
    for i in range(3):
        efforts = np.linspace(0.0, 2.0, 4001)
        now = float(contest.payoff(i, np.array([[0.72, 0.3, 0.0][i]]), profile)[0])
        gains[i] = float(contest.payoff(i, efforts, profile).max()) - now
    assert certificate.contestant == int(np.argmax(gains))
    assert certificate.max_gain == pytest.approx(max(gains) / contest.stakes, rel=1e-4)


def test_many_who_differ_where_payoffs_are_concave() -> None:
    """Marginal payoffs bound the gains of all, and a grid looks at 256 of them."""
    values = np.linspace(1.0, 1.001, 5000)
    contest = ct.Contest(contestants=ct.Known(value=values), prizes=1.0, success=ct.Lottery())
    certificate = ct.solve(contest).certificate
    assert certificate.passed
    assert certificate.evidence.startswith("marginal payoffs of all (")
    assert certificate.evidence.endswith("); grid of deviations for 256 of them")
    efforts = ct.solve(contest).effort.copy()
    efforts[-1] *= 1.5
    assert not certify(contest, efforts).passed


def test_too_many_who_differ() -> None:
    contest = ct.Contest(
        contestants=ct.Known(value=np.linspace(1.0, 2.0, 20_001)),
        prizes=1.0,
        success=ct.Lottery(exponent=1.5),
    )
    with pytest.raises(ct.UnsolvableError) as refusal:
        certify(contest, np.linspace(0.1, 0.2, 20_001))
    assert str(refusal.value) == (
        "20001 contestants who differ cannot be checked one by one; give contestants who are nearly alike "
        "the same parameters, or use parts whose payoff is concave in effort."
    )


def test_entry_and_what_follows_are_certified() -> None:
    """Four who enter where five could: the fifth would rather come, and the certificate says so."""
    entry = ct.FreeEntry(cost=0.03)
    contest = ct.Contest(contestants=ct.Identical(6), prizes=1.0, success=ct.Lottery(), entry=entry)
    right = ct.solve(contest)
    assert right.certificate.passed and right.certificate.checked > 100
