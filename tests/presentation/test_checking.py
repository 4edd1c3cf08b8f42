"""check_part finds faults that were put in on purpose, and passes the library's own parts."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests import models
from contests.laws import gumbel, law

OWN = [
    ct.Linear(2.0),
    ct.Power(1.5, scale=0.5),
    ct.Exponential(),
    ct.Curve("c*e**2/(1-e)", c=1),
    ct.Exact(),
    ct.Additive(stats.norm(scale=2.0), output=ct.Log()),
    ct.Trials(stats.uniform()),
    ct.Lottery(exponent=0.5, weights=[1.0, 2.0], draw=0.1),
    ct.Highest(error=stats.norm(), judges=3),
    ct.WinnerTakeAll(10.0),
    ct.Contest(contestants=ct.Identical(3), prizes=[2.0, 1.0], success=ct.Lottery()),
    models.TerwieschXu(project=models.Ideation(returns=1.0, shock=2.0), solvers=5, award=10.0),
]


@pytest.mark.parametrize("part", OWN, ids=lambda part: type(part).__name__)
def test_the_librarys_own_parts_are_in_order(part):
    ct.check_part(part).raise_if_failed()


def test_an_output_need_not_rise_strictly_and_may_start_anywhere():
    assert ct.check_part(ct.Log(), role="output").passed
    assert not ct.check_part(ct.Log(), role="cost").passed  # minus infinity at zero effort


@pytest.mark.parametrize("room", ["all_pay_identical", "lottery", "identical_shock"])
def test_the_librarys_own_solvers_are_in_order(room):
    ct.check_part(import_module(f"contests.solvers.{room}").SOLVER).raise_if_failed()


@dataclass(frozen=True)
class Cost(ct.BaseCurve):
    """A quadratic cost with room for faults."""

    fixed: float = 0.0
    bump: float = 0.0
    says: bool | None = None
    slope: float = 1.0

    def __call__(self, effort):
        e = np.asarray(effort, float)
        return self.fixed + e**2 - self.bump * np.exp(-((e - 1) ** 2) / 0.005)

    def derivative(self, effort, order=1):
        if order > 1 or self.bump:
            return super().derivative(effort, order)
        return self.slope * 2.0 * np.asarray(effort, float)

    @property
    def is_concave(self):
        return self.says

    is_convex = None


@pytest.mark.parametrize(
    ("curve", "name", "words"),
    [
        (Cost(fixed=0.5), "it costs nothing at zero effort", "it is 0.5 there"),
        (Cost(bump=0.8), "it rises with effort", "from 0.681"),
        (Cost(slope=1.01), "its derivative is its slope", "but numerically"),
        (Cost(says=True), "it is as convex or concave as it says", "it says that it is concave"),
    ],
)
def test_faults_of_costs_are_found_and_named(curve, name, words):
    assert ct.check_part(Cost()).passed
    failed = {check.name: check.words for check in ct.check_part(curve).failed}
    assert words in failed[name]


class ByOne(Cost):
    """A cost that cannot take arrays."""

    def __call__(self, effort):
        return float(effort) ** 2


def test_a_cost_for_one_effort_only_is_found():
    report = ct.check_part(ByOne())
    assert "it takes arrays of any shape" in [check.name for check in report.failed]
    assert "raises TypeError" in report.summary()


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Luck(ct.Technology):
    """Effort plus a normal shock, with room for faults."""

    drawn: float = 1.0
    slope: float = 1.0
    sign: float = 1.0

    @property
    def noise(self):
        return law(stats.norm())

    def location(self, effort, ability=0.0):
        return np.asarray(ability, float) + self.sign * np.asarray(effort, float)

    def location_slope(self, effort, ability=0.0):
        return self.slope * np.ones(np.shape(effort))

    def sample(self, effort, ability, *, rng):
        return self.location(effort, ability) + self.drawn * rng.standard_normal(np.shape(effort))


@pytest.mark.parametrize(
    ("technology", "name"),
    [
        (Luck(drawn=1.1), "samples follow location and noise"),
        (Luck(slope=0.9), "location_slope is the slope of location"),
        (Luck(sign=-1.0, slope=-1.0), "more effort never puts the idea lower"),
    ],
)
def test_faults_of_technologies_are_found(technology, name):
    assert ct.check_part(Luck()).passed
    assert name in [check.name for check in ct.check_part(technology).failed]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Chances(ct.Success):
    """A lottery by formula, with room for faults."""

    total: float = 1.0
    favourite: float = 1.0
    power: float = 1.0
    raced: float | None = None

    def win_probabilities(self, quality):
        score = np.where(quality.sum(axis=-1, keepdims=True) > 0, quality, 1.0) ** self.power
        score = score * np.where(np.arange(quality.shape[-1]) == 0, self.favourite, 1.0)
        return self.total * score / score.sum(axis=-1, keepdims=True)

    def race(self, technology):
        if self.raced is None:
            return None

        def location(i, effort, ability):
            return self.raced * np.log(technology.location(effort, ability))

        def slope(i, effort, ability):
            return self.raced * technology.location_slope(effort) / technology.location(effort, ability)

        return ct.Race(gumbel(1.0), location, slope, scores_are_qualities=False)


@pytest.mark.parametrize(
    ("success", "name"),
    [
        (Chances(total=1.5), "winning probabilities are at least zero and sum to at most one"),
        (Chances(favourite=2.0), "contestants who do the same are treated alike"),
        (Chances(power=-0.5), "a better idea wins more often, and its rivals less"),
        (Chances(raced=2.0), "the race gives the same winning probabilities"),
    ],
)
def test_faults_of_success_functions_are_found(success, name):
    assert ct.check_part(Chances()).passed
    assert ct.check_part(Chances(raced=1.0)).passed
    assert name in [check.name for check in ct.check_part(success).failed]


def test_a_success_function_must_tell_something():
    class Silent(ct.Success):
        pass

    assert ct.check_part(Silent()).failed[0].name == "it is a race or has winning probabilities"


class Wild(ct.Game):
    """A game of one's own: the marginal payoff is wrong by a factor."""

    n = 2
    stakes = 1.0

    def __init__(self, factor):
        self.factor = factor

    def payoff(self, i, effort, profile, type=None):
        return np.asarray(effort, float) - np.asarray(effort, float) ** 2

    def marginal_payoff(self, i, effort, profile, type=None):
        return self.factor * (1.0 - 2.0 * np.asarray(effort, float))

    def largest_effort(self, i, type=None):
        return np.array(1.0)

    def __eq__(self, other):
        return isinstance(other, Wild) and other.factor == self.factor

    def __hash__(self):
        return hash(self.factor)


def test_a_wrong_marginal_payoff_of_a_game_is_found():
    assert ct.check_part(Wild(1.0)).passed
    assert [check.name for check in ct.check_part(Wild(1.1)).failed] == [
        "the marginal payoff is the slope of the payoff"
    ]


class Mutable(ct.Model):
    """No frozen dataclass: it can be changed, and has no value."""

    def __init__(self):
        self.prize = 1.0

    def contest(self):
        return "no contest"


def test_a_model_without_a_game_is_found():
    with pytest.raises(AttributeError):
        Mutable().game()  # what a user would see; check_part says it in words
    report = ct.check_part(Mutable())
    assert "contest() returns a contest or game" in [check.name for check in report.failed]


class Silly:
    """A solver that refuses without a word."""

    name = "silly"
    source = ""

    def refuses(self, game):
        return ""

    def solve(self, game):
        return None


def test_a_solver_without_source_or_words_is_found():
    names = [check.name for check in ct.check_part(Silly()).failed]
    assert names[:3] == [
        "it has a name and a source",
        "it accepts a game (None) or refuses it in words",
        "it accepts some game",
    ]


def test_an_interrupt_is_no_finding():
    class Interrupted(Silly):
        name, source = "interrupted", "nobody"

        def refuses(self, game):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ct.check_part(Interrupted())


def test_the_report_raises_prints_and_is_plain_data():
    report = ct.check_part(Cost(fixed=0.5))
    with pytest.raises(ct.InvalidPartError, match=r"it costs nothing at zero effort: it is 0\.5 there"):
        report.raise_if_failed()
    assert "FAILED  it costs nothing" in str(report) and report.to_dict()["passed"] is False


@pytest.mark.parametrize("call", [lambda: ct.check_part(3), lambda: ct.check_part(ct.Linear(), role="price")])
def test_what_is_no_part_is_refused(call):
    with pytest.raises(ct.InvalidPartError, match="check_part"):
        call()
