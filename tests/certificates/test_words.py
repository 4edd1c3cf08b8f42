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


class Hills(ct.Game):
    """Every contestant on a hill of her own: payoff -steep (effort - top)^2, whatever the others do."""

    def __init__(self, tops: list[float], steep: list[float], **said: Any) -> None:
        self.n, self.tops, self.steep, self.said = len(tops), np.array(tops), np.array(steep), said
        self.looked_at: set[int] = set()

    @property
    def stakes(self) -> float:
        return 4.0

    def payoff(self, i: Any, effort: Any, profile: Any, type: Any = None) -> Any:
        if np.ndim(i) == 0 and np.size(effort) > 3:
            self.looked_at.add(int(i))
        return 1.0 - self.steep[i] * (np.asarray(effort, float) - self.tops[i]) ** 2

    def marginal_payoff(self, i: Any, effort: Any, profile: Any, type: Any = None) -> Any:
        return -2.0 * self.steep[i] * (np.asarray(effort, float) - self.tops[i])

    def largest_effort(self, i: Any, type: Any = None) -> Any:
        return np.full(np.shape(i), 3.0)

    def is_concave(self) -> str | None:
        return self.said.get("concave")

    def subgames(self, profile: Any) -> Any:
        return self.said.get("subgames", ())

    def entry_findings(self, profile: Any) -> Any:
        return self.said.get("entry", ())


def test_who_is_shown_is_who_gains_or_who_is_farthest_off() -> None:
    game = Hills([1.0, 1.0], [1e-9, 1.0])
    efforts = [0.5, 0.99]
    assert certify(game, efforts).contestant == 1  # gains 1e-4
    assert certify(game, efforts).max_gain == pytest.approx(1e-4 / 4.0, rel=1e-6)
    calm = certify(game, efforts, gain_tolerance=1e-3)
    assert calm.contestant == 0 and calm.effort == 0.5  # gains nothing to speak of, and is far off
    assert calm.effort_gap == pytest.approx(1.0, rel=1e-3) and not calm.passed
    assert certify(game, efforts, gain_tolerance=2.5e-5 * (1 + 1e-5)).contestant == 0


def test_a_wish_to_leave_is_a_finding() -> None:
    plain = certify(Hills([1.0], [1.0]), 1.0)
    found = certify(Hills([1.0], [1.0], entry=[(0, 1.0, math.nan, 1.0, 1.5)]), 1.0)
    assert plain.passed and not found.passed
    assert (found.contestant, found.effort, found.payoff, found.deviation_payoff) == (0, 1.0, 1.0, 1.5)
    assert math.isnan(found.deviation) and found.type is None
    assert found.max_gain == 0.5 / 4.0 and found.effort_gap == plain.effort_gap
    assert found.checked == plain.checked + 1
    content = certify(Hills([1.0], [1.0], entry=[(0, 1.0, math.nan, 1.5, 1.0)] * 2), 1.0)
    assert content.max_gain == plain.max_gain and content.checked == plain.checked + 2


def test_what_is_wrong_in_a_subgame_is_wrong() -> None:
    """Gains in the contest that follows (prize 2) are relative to this game's stakes (4)."""
    inner = certify(LOTTERY, 0.8)
    plain = certify(Hills([1.0], [1.0]), 1.0)
    found = certify(Hills([1.0], [1.0], subgames=[(LOTTERY, LOTTERY.profile(0.8))] * 2), 1.0)
    assert found.max_gain == pytest.approx(inner.max_gain / 2, rel=1e-12)
    for name in ("effort_gap", "contestant", "effort", "deviation", "payoff", "deviation_payoff", "type"):
        assert getattr(found, name) == getattr(inner, name), name
    assert found.checked == plain.checked + 2 * inner.checked
    small = LOTTERY.replace(prizes=2e-6)
    found = certify(Hills([1.0], [1.0], subgames=[(small, small.profile(0.8e-6))]), 1.0)
    assert found.max_gain == pytest.approx(inner.max_gain * 2e-6 / 4.0, rel=1e-6)
    fine = LOTTERY.profile(0.5)
    assert certify(Hills([1.0], [1.0], subgames=[(LOTTERY, fine)]), 1.0).passed
    # The tolerances asked for reach the subgame, where they change nothing but the words.
    loose = {"gain_tolerance": 1.0, "effort_tolerance": 2.0}
    assert certify(Hills([1.0], [1.0], subgames=[(LOTTERY, LOTTERY.profile(0.8))]), 1.0, **loose).passed


def test_a_few_of_many_are_looked_at_closely(monkeypatch: pytest.MonkeyPatch) -> None:
    from contests import certificate

    monkeypatch.setattr(certificate, "_MANY", 48)
    few = Hills([1.0] * 48, list(np.linspace(1.0, 2.0, 48)), concave="by hand")
    assert certify(few, 1.0).evidence == "global grid of deviations with local refinement"
    assert few.looked_at == set(range(48))
    many = Hills([1.0] * 49, list(np.linspace(1.0, 2.0, 49)), concave="by hand")
    found = certify(many, 1.0)
    assert found.evidence == "marginal payoffs of all (by hand); grid of deviations for 3 of them"
    assert many.looked_at == {0, 24, 48}
    assert found.passed


def test_pages_have_titles() -> None:
    assert ">Certificate<" in made()._repr_html_()
    assert "Certificate" in made().to_latex() and "XX" not in made().to_latex()
    assert "no contestant gains more than" in made().to_latex()
