"""Private values and costs by location: who stands where, averages over them, and what a rival is worth.

Against one rival whose effort x is known a lottery for 3 is won with chance e / (e + x): the best effort
of a worth w (value over cost) is sqrt(3 w x) - x, at the location of its log. With an exponent r the log
worth that stands at L is L / r - log(3 r s (1 - s)), s being the chance there; it falls where s is below
(1 - 1 / r) / 2.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import integrate, optimize, stats

import contests as ct
from contests.laws import law
from contests.leave_one_out import conditional_prizes
from contests.prize_tables import score_grid
from contests.solvers.private_bands import Band, panel_nodes
from contests.solvers.private_replies import FirstOrder
from contests.solvers.private_worth import WorthField
from contests.solvers.private_worth_prizes import densities, even_scores, worth_of_one_below
from contests.solvers.private_worth_reply import WorthReply, _stands, rising_panels
from contests.solvers.private_worths import Worths

Array = NDArray[np.float64]
X = 0.5  # the rival's effort
UNIT = np.pi / np.sqrt(6) / 1.28


def against(trait: str = "value", shape: Any = None, r: float = 1.0) -> tuple[FirstOrder, Worths]:
    """The condition of a type against the rival, and what is known of her law."""
    shape = stats.uniform(1, 1) if shape is None else shape
    traits: dict[str, Any] = {trait: shape}
    parts: dict[str, Any] = {"prizes": 3.0, "cost": ct.Linear(), "success": ct.Lottery(exponent=r)}
    contest = ct.Contest(contestants=ct.Private(2, **traits), **parts)
    step = 0.05
    scores = np.arange(-60.0, 45.0, step)
    types = shape.ppf(np.linspace(0.0, 1.0, 11)[1:-1])
    condition = FirstOrder(
        contest=contest, contestant=0, scores=scores, types=types, logs=np.full(9, -0.5),
        slopes=3.0 * stats.gumbel_r.pdf(scores, loc=r * np.log(X)) * step,
    )  # fmt: skip
    return condition, Worths(contest, 0)


def effort(worth: Any) -> Any:
    return np.sqrt(3.0 * X * worth) - X


def chance(place: Any, r: float) -> Any:
    return 1.0 / (1.0 + X**r * np.exp(-place))


@pytest.mark.parametrize("r", [0.7, 1.0, 1.6])
@pytest.mark.parametrize("trait", ["value", "cost"])
def test_who_stands_where(trait: str, r: float) -> None:
    condition, worths = against(trait, r=r)
    places = np.array([-4.0, -1.0, 0.2, 1.0])
    s = chance(places, r)
    worth, rise = _stands(condition, worths, places)
    assert worth == pytest.approx(places / r - np.log(3.0 * r * s * (1 - s)), rel=1e-8, abs=1e-9)
    assert rise == pytest.approx(1 / r - (1 - 2 * s), rel=1e-7, abs=1e-9)


def test_locations_at_which_worth_falls_are_left_out() -> None:
    """With r = 1.6 all below the location at which s = 3 / 16; worths that do not exist are no matter."""
    condition, worths = against(shape=stats.uniform(1e-9, 2.0), r=1.6)
    turn = np.log(3 / 13) + 1.6 * np.log(X)
    panels = np.array([-9.0, -6.0, -2.0, 0.0, 1.5])
    worths.low = -99.0
    found = rising_panels(condition, worths, panels, 9.0)
    assert found[1:].tolist() == [-2.0, 0.0, 1.5]
    assert turn < found[0] < turn + 2 * 10.5 / 255 / 23**3
    # Seen from -4 on all rise there: what is looked at ends where worth is known to rise.
    part = rising_panels(condition, worths, panels, -1.0)
    assert turn < part[0] < turn + 2 * 8.0 / 255 / 23**3 and part[1:].tolist() == [-2.0, 0.0, 1.5]
    low = rising_panels(condition, worths, panels, -5.0)
    assert low == pytest.approx([-5.0, -2.0, 0.0, 1.5])
    low = rising_panels(condition, worths, panels, -8.0)
    assert low == pytest.approx([-8.0, -6.0, -2.0, 0.0, 1.5])
    for seen in (-9.0, -12.0):  # nothing to look at
        assert rising_panels(condition, worths, panels, seen) is panels
    # An edge that is met by the location found is not there twice.
    twice = np.array([-9.0, float(found[0]) + 0.9e-6, 1.5])
    assert rising_panels(condition, worths, twice, 9.0).size == 2
    twice = np.array([-9.0, float(found[0]) + 1.5e-6, 1.5])
    assert rising_panels(condition, worths, twice, 9.0).size == 3


def test_locations_of_worths_that_do_not_exist_are_left_out() -> None:
    """Of a law from 1 to 2 nobody does less than the type of 1 does."""
    condition, worths = against()
    least = float(np.log(effort(1.0)))
    panels = np.array([-3.0, -1.0, 0.0, 0.2])
    found = rising_panels(condition, worths, panels, 9.0)
    assert found[1:].tolist() == [0.0, 0.2] and least <= found[0] < least + 2 * 3.2 / 255 / 23**3
    # As closely as four looks find it: once at 256 places, then at 24 of a cell.
    looks: list[int] = []
    plain = worths.marginal

    def counted(place: Array) -> tuple[Array, Array]:
        looks.append(place.size)
        return plain(place)

    worths.marginal = counted  # type: ignore[method-assign]
    assert rising_panels(condition, worths, panels, 9.0)[0] == found[0] and looks == [256, 24, 24, 24]
    looks.clear()
    for seen in (-3.0, -5.0):  # and not at all where worth is known to rise from the lowest place on
        assert rising_panels(condition, worths, panels, seen) is panels and looks == []
    inner = np.array([least + 1e-3, 0.0, 0.2])
    assert rising_panels(condition, worths, inner, 9.0) is inner


@pytest.mark.parametrize("trait", ["value", "cost"])
@pytest.mark.parametrize("idle", [0.0, 0.35])
def test_averages_over_types(trait: str, idle: float) -> None:
    """Whatever share of the types stands below the lowest panel, and is dealt with by itself."""
    condition, _ = against(trait)
    least, most = (1.0 + idle, 2.0) if trait == "value" else (1 / (2.0 - idle), 1.0)
    ends = np.log(effort(np.array([least, most])))
    panels = np.linspace(ends[0], ends[1], 4)
    reply = WorthReply(
        types=law(stats.uniform(1, 1)), function=condition, scores_increase=trait == "value",
        panels=panels.tolist(),
    )  # fmt: skip
    assert isinstance(reply.panels, np.ndarray) and reply.breaks.size == 0
    types, weights = reply.type_nodes(7)
    within = 3 * panel_nodes(float(np.diff(panels)[0]) / UNIT, 29.0)[0].size
    few = panel_nodes(3.0)[0].size
    assert types.size == weights.size == within + (few if idle else 0)
    assert weights.sum() == pytest.approx(1.0, abs=1e-10)
    for power in (1.0, -1.0, 3.0):
        exact = integrate.quad(lambda t, power=power: t**power, 1.0, 2.0, epsabs=1e-13)[0]
        assert weights @ types**power == pytest.approx(exact, rel=1e-9)
    exact = integrate.quad(lambda t: effort(t if trait == "value" else 1 / t), 1.0, 2.0, epsabs=1e-13)[0]
    assert reply.mean() == pytest.approx(exact, rel=1e-9)
    if idle:  # the weakest, by their share
        assert weights[:few].sum() == pytest.approx(idle, abs=1e-10)
        share = idle * panel_nodes(3.0)[0]
        assert types[:few] == pytest.approx(1.0 + share if trait == "value" else 2.0 - share, rel=1e-9)
        weak = types[:few] < 1.35 if trait == "value" else types[:few] > 1.65
        assert weak.all()


def test_mean_efforts_without_bound() -> None:
    """Costs next to nothing: efforts that grow like the inverse of how rare they are have no mean."""
    condition, _ = against("cost", stats.uniform())
    bounded = WorthReply(types=law(stats.uniform()), function=condition, panels=[-1, 0])
    assert bounded.panels.dtype == float and bounded.mean() < np.inf

    class Steep(WorthReply):
        def __call__(self, types: Any) -> Array:
            return np.asarray(1.0 / np.asarray(types, float))

    assert Steep(types=law(stats.uniform()), function=condition, panels=[-1.0, 0.0]).mean() == np.inf


# --- scores and prizes --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("noise", "n", "step"),
    [
        (stats.gumbel_r(0.7, 2.0), 100, 0.5),
        (stats.gumbel_r(), 2, 0.25),
        (stats.logistic(scale=3.0), 100, 0.6),
        (stats.logistic(scale=3.0), 3, 0.75),
        (stats.norm(scale=2.0), 1000, 0.6 / stats.norm.isf(1e-3)),
    ],
)
def test_steps_between_scores(noise: Any, n: int, step: float) -> None:
    """Of Gumbel noise the step does not depend on how many there are."""
    places = np.array([0.3, -1.5, 2.0])
    x, found = even_scores(law(noise), places, n)
    tail = 1e-9 / np.sqrt(n)
    assert found == pytest.approx(step) and np.diff(x) == pytest.approx(np.full(x.size - 1, step))
    assert -1.5 + noise.ppf(tail) - step <= x[0] < -1.5 + noise.ppf(tail)
    assert 2.0 + noise.isf(tail) < x[-1] <= 2.0 + noise.isf(tail) + step
    whole = score_grid(law(noise), places, n, margin=False)
    assert whole is not None and whole.x[0] < x[0]


def test_locations_too_far_apart() -> None:
    """20 000 steps are too many: with a normal noise of 1 and three contestants those of 0.2."""
    noise = law(stats.norm())
    even_scores(noise, np.array([0.0, 3980.0]), 3)
    with pytest.raises(ct.ConvergenceError) as caught:
        even_scores(noise, np.array([0.0, 4000.0]), 3)
    assert str(caught.value) == (
        "The efforts of the types lie too far apart in units of the shock to be ranked on one grid. A larger "
        "shock, or types closer together, would work."
    )


@pytest.mark.parametrize("noise", [stats.gumbel_r(0.7, 2.5), stats.gumbel_r(-1, 0.2), stats.norm(1, 2)])
def test_densities_and_their_derivatives(noise: Any) -> None:
    offset = noise.ppf(np.array([1e-12, 0.01, 0.3, 0.9, 1 - 1e-6]))
    pdf, slope = densities(law(noise), offset)
    assert pdf == pytest.approx(noise.pdf(offset), rel=1e-10)
    h = 1e-5 * noise.std()
    exact = (noise.pdf(offset + h) - noise.pdf(offset - h)) / (2 * h)
    assert slope == pytest.approx(exact, rel=1e-6, abs=1e-10)
    far = densities(law(noise), np.array([-1e5, 1e5]))
    assert np.all(np.isfinite(far)) and np.abs(far).max() < 1e-300


@pytest.mark.parametrize("counts", [[1, 3, 2], [1, 1, 1], [4, 2], [2], [1]])
def test_one_prize_is_lost_to_one_more_below(counts: list[int]) -> None:
    """The derivative of the product of all rivals' chances, also where some of these are nothing."""
    below = np.random.default_rng(5).random((len(counts), 4))
    below[0, 0] = below[-1, 1] = 0.0
    found = worth_of_one_below(1 - below, below, counts, np.array([2.5]), len(counts))
    assert found.shape == (len(counts), len(counts), 4)
    for k in range(len(counts)):
        rivals = [c - (j == k) for j, c in enumerate(counts)]
        for d, number in enumerate(rivals):
            fewer = [c - (j == d) for j, c in enumerate(rivals)]
            exact = np.zeros(4) if number == 0 else 2.5 * number * np.prod(
                [b**c for b, c in zip(below, fewer, strict=True)], axis=0
            )  # fmt: skip
            assert found[k, d] == pytest.approx(exact, rel=1e-14, abs=0.0)


def test_several_prizes_by_the_kernel_of_ranks() -> None:
    """A sum over classes of chances moved: all moved alike the prize changes by their sum."""
    below, values = np.array([[0.3, 0.5], [0.6, 0.2], [0.8, 0.9]]), np.array([2.0, 1.5, 0.2])
    found = worth_of_one_below(1 - below, below, [2, 2, 3], values, 2)
    move = np.array([[0.7, -0.2], [0.1, 0.4], [-0.3, 0.5]])
    slopes = conditional_prizes(1 - below, below, move, [2, 2, 3], values, 2)[1]
    assert np.einsum("kdm,dm->km", found, move) == pytest.approx(slopes, rel=1e-12)
    assert found.shape == (2, 3, 2) and np.all(found > 0)


# --- laws of scores -----------------------------------------------------------------------------------


@pytest.mark.parametrize("luck", ["lottery", "shock"])
@pytest.mark.parametrize("share", [0.3, 0.0])
def test_laws_of_scores_of_who_stands_on_a_line(luck: str, share: float) -> None:
    """Log worth rises evenly with location; whoever is below stands at the end, or at no effort."""
    parts: dict[str, Any] = {"success": ct.Lottery()} if luck == "lottery" else {}
    parts = parts or {"technology": ct.Additive(stats.norm())}
    known: dict[str, Any] = {"prizes": 3.0, "cost": ct.Power(2)}
    field = WorthField(ct.Contest(contestants=ct.Private(2, value=stats.uniform(1, 1)), **known, **parts))
    noise = stats.gumbel_r() if luck == "lottery" else stats.norm()
    ends = np.array([-3.0, 0.5]) if luck == "lottery" else np.array([0.2, 0.9])
    pins = np.log([1.0 + share, 2.0])
    band = Band(field.worths[0], 2, ends, pins, np.zeros(2, dtype=bool))
    band.mesh(field.panel, field.unit)
    band.inside = np.interp(band.nodes, ends, pins)
    field.bands = [band]
    grid = field._kernels()
    assert field._kernels() is grid  # as long as nobody's place moves
    (below,), (above,), (density,) = field._laws(grid)
    x, w = np.polynomial.legendre.leggauss(80)
    width, rate = np.diff(ends)[0], np.diff(pins)[0] / np.diff(ends)[0]
    places, weight = ends[0] + width * (x + 1) / 2, w * width / 2
    weight = weight * rate * np.exp(pins[0] + rate * (places - ends[0]))
    least = ends[0] if luck == "lottery" else 0.0
    at = grid.x[:, None] - np.append(least, places)
    sizes = np.append(share, weight)
    assert sizes.sum() == pytest.approx(1.0, rel=1e-12)
    assert below == pytest.approx(noise.cdf(at) @ sizes, abs=1e-10)
    assert above == pytest.approx(noise.sf(at) @ sizes, abs=1e-10)
    assert density == pytest.approx(noise.pdf(at) @ sizes, abs=1e-9)


# --- rounds of the method -----------------------------------------------------------------------------


class Steps(WorthField):
    """A field whose Newton steps have known sizes."""

    def __init__(self, sizes: list[float]) -> None:
        contest: Any = {"prizes": 3.0, "success": ct.Lottery(), "cost": ct.Power(2)}
        super().__init__(ct.Contest(contestants=ct.Private(2, value=stats.uniform(1, 1)), **contest))
        self.sizes = sizes
        self.most: list[float] = []
        self.everybody: list[bool] = []

    def newton(self, most: float, *, everybody: bool = False) -> float:
        self.most.append(most)
        self.everybody.append(everybody)
        return self.sizes[min(len(self.most), len(self.sizes)) - 1]


def test_steps_on_the_fixed_range() -> None:
    """Longer by half while they shrink (at most one), half as long where they do not; small ones end it."""
    field = Steps([3.0, 2.0, 2.5, 2.5, 2.0, 1.9, 1.8, 1.7, 0.031, 0.029])
    assert field._approach() is True
    assert field.most == pytest.approx([1.0, 1.0, 1.0, 0.5, 0.25, 0.375, 0.5625, 0.84375, 1.0, 1.0])
    assert all(field.everybody)
    stuck = Steps([3.0])  # to and fro: given up below a thousandth
    assert stuck._approach() is False
    assert stuck.most == pytest.approx([1.0, *0.5 ** np.arange(10.0)])
    slow = Steps([*np.linspace(3.0, 1.0, 60).tolist()])
    assert slow._approach() is False and len(slow.most) == 50


def test_steps_to_rounding() -> None:
    field = Steps([0.1, 1.1e-8, 0.9e-8])
    assert field._polish() is True and field.most == [0.5] * 3 and not any(field.everybody)
    field = Steps([1.1e-8])
    assert field._polish() is False and len(field.most) == 15
    field = Steps([1e-9])
    field.bands = [Band(field.worths[0], 2, np.zeros(2), np.zeros(2), np.zeros(2, dtype=bool))]
    field.shaper = SimpleNamespace(is_misshapen=lambda band: True)  # type: ignore[assignment]
    assert field._polish() is False and len(field.most) == 1


UNSETTLED = (
    "Newton's method on the efforts of the types did not settle. With an exponent above 1 or a small shock "
    "there may be no equilibrium in which effort is a function of the type."
)


class Flow(Steps):
    """A field in which it is known what settles: starts, and whether the weakest trail off."""

    def __init__(self, starts: list[bool], ends: bool, finishes: list[bool], cuts: list[bool]) -> None:
        super().__init__([1.0])
        self.starts, self.ends, self.finishes, self.cuts = starts, ends, finishes, cuts
        self.seen: list[Any] = []

    def _start(self, worths: Worths, count: int, slope: float) -> Band:
        self.seen.append(("start", slope))
        return Band(worths, count, np.array([-1.0, 0.0]), np.zeros(2), np.zeros(2, dtype=bool))

    def _approach(self) -> bool:
        return self.starts.pop(0)

    def _ends(self, band: Band) -> bool:
        return self.ends

    def _finish(self) -> bool:
        assert self.bands[0].lowest == 0.0  # from the coarse solution each time
        self.bands[0].lowest = -1.0
        self.seen.append(("finish", self.deep))
        return self.finishes.pop(0)

    def _is_cut(self, band: Band) -> bool:
        return self.cuts.pop(0)

    def _check(self) -> None:
        self.seen.append("check")

    def _replies(self) -> list[Any]:
        def reply(types: Array) -> None:
            self.seen.append(types.tolist())

        reply.type_nodes = lambda: (np.arange(20.0), None)  # type: ignore[attr-defined]
        return [reply]


@pytest.mark.parametrize("ends", [False, True])
def test_what_is_tried_in_turn(ends: bool) -> None:
    """A flatter guess first; whether the weakest trail off as it seems, then the other way."""
    done = ["check", [0.0, 8.0, 16.0]]
    seems, other = ("finish", not ends), ("finish", ends)
    first = Flow([True], ends, [True], [False])
    first.solve()
    assert first.seen == [("start", 0.5), seems, *done]
    second = Flow([False, True], ends, [True, True], [True, False])
    second.solve()
    assert second.seen == [("start", 0.5), ("start", 1.0), seems, other, *done]
    third = Flow([True], ends, [False, True], [False])
    third.solve()
    assert third.seen == [("start", 0.5), seems, other, *done]
    for starts, finishes, cuts in (
        ([False, False], [], []),
        ([True], [False, True], [True]),
        ([True], [False] * 2, []),
    ):
        failed = Flow(starts, ends, finishes, cuts)
        with pytest.raises(ct.ConvergenceError) as caught:
            failed.solve()
        assert str(caught.value) == UNSETTLED and "check" not in failed.seen


class Panels(Steps):
    """A field whose panels fit after so many turns."""

    def __init__(self, polished: list[bool], loose: list[bool], deep: bool) -> None:
        super().__init__([1.0])
        self.polished, self.loose, self.deep, self.pinned = polished, loose, deep, 0
        self.bands = [Band(self.worths[0], 2, np.zeros(2), np.zeros(2), np.zeros(2, dtype=bool))]
        self.shaper: Any = self

    def pin(self, band: Band, *, deep: bool) -> None:
        assert deep is self.deep
        self.pinned += 1

    def is_loose(self, band: Band, *, deep: bool) -> bool:
        assert deep is self.deep
        return self.loose.pop(0)

    def _polish(self) -> bool:
        return self.polished.pop(0)


def test_panels_are_set_anew_until_they_fit() -> None:
    for deep in (False, True):
        field = Panels([True, True, True], [True, True, False], deep)
        assert field._finish() is True and field.pinned == 3
        never = Panels([True] * 13, [True] * 13, deep)
        assert never._finish() is False and never.pinned == 12
    field = Panels([False, True], [False], False)
    assert field._finish() is True and field.pinned == 2
    deep_one = Panels([False, True], [False], True)  # the weakest do not trail off after all
    assert deep_one._finish() is False and deep_one.pinned == 1


def test_efforts_of_all_types_are_those_of_the_closed_form() -> None:
    """Against a rival who is like oneself the first-order condition holds at every type that is asked for."""
    condition, worths = against()
    types = np.array([1.0, 1.37, 2.0])
    assert condition(types) == pytest.approx(effort(types), rel=1e-10)
    place = np.log(effort(types))
    found = optimize.brentq(
        lambda L: _stands(condition, worths, np.array([L]))[0][0] - np.log(1.37), -1.0, 0.5
    )
    assert found == pytest.approx(place[1], abs=1e-9)


@pytest.mark.parametrize("trait", ["value", "cost"])
def test_replies_know_who_stays_out(trait: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a lottery only against a rival who surely works; then nodes are split where types begin to."""
    traits: dict[str, Any] = {trait: stats.uniform(1, 1)}
    parts: dict[str, Any] = {"prizes": 3.0, "success": ct.Lottery(), "cost": ct.Power(2)}
    field = WorthField(ct.Contest(contestants=ct.Private(2, **traits), **parts))
    field.solve()
    (band,) = field.bands
    assert band.free.tolist() == [True] * band.free.size  # all types work: places of their quantiles
    share = 0.3
    for whole in (False, True):
        field.shaper = SimpleNamespace(is_whole=lambda band, whole=whole: whole)  # type: ignore[assignment]
        for free, worth, split in (
            (True, share, False),
            (False, share, whole),
            (False, 0.0, False),
            (False, 1.0, False),
        ):
            band.free[0] = free
            level = np.array([worth])
            band.pins[0] = np.log(1.0 + worth) if trait == "value" else -np.log(2.0 - worth)
            (reply,) = field._replies()
            assert reply.scores_increase is (trait == "value")
            condition: Any = reply.function
            assert condition.stays_out is whole and condition.contestant == 0
            expected = level if trait == "value" else 1.0 - level  # of the type, not of its worth
            assert reply.breaks == pytest.approx(expected if split else [], abs=1e-12)
            assert np.all(np.diff(condition.types) >= 0)

    def singular(matrix: Any, right: Any) -> Any:
        raise np.linalg.LinAlgError

    monkeypatch.setattr(np.linalg, "solve", singular)
    with pytest.raises(ct.ConvergenceError) as caught:
        field.newton(1.0)
    assert str(caught.value) == "Newton's method on the locations of the types failed."


@pytest.mark.parametrize("luck", ["lottery", "shock"])
@pytest.mark.parametrize("solved", [True, False])
def test_the_jacobian_by_differences(luck: str, solved: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """How log worth and what marginal prizes ask for come apart as worths, ends and places move."""
    parts: dict[str, Any] = {"success": ct.Lottery(draw=0.2), "prizes": 1.0}
    if luck == "shock":
        parts = {"technology": ct.Additive(stats.norm()), "prizes": [2.0, 0.5]}
    laws: Any = [stats.uniform(1, 1), stats.uniform(0.8, 2), stats.uniform(0.8, 2)]
    field = WorthField(ct.Contest(contestants=ct.Private(value=laws), cost=ct.Power(2), **parts))
    if solved:
        field.solve()
    else:
        sides = zip(field.worths, field.counts, strict=True)
        field.bands = [field._start(worths, count, 1.0) for worths, count in sides]
    for k, band in enumerate(field.bands):
        assert band.free.all() if solved else not band.free.any()
        if not solved:  # places that move pull worths along the solution
            band.inside = band.inside + 0.01 * np.cos(band.nodes + k)
    asked: list[Any] = []

    def solve(matrix: Array, right: Array) -> Array:
        asked.append((matrix, right))
        return np.zeros(right.size)

    monkeypatch.setattr(np.linalg, "solve", solve)

    def residual() -> tuple[Array, Array]:
        field.newton(1.0)
        matrix, right = asked.pop()
        return matrix, -right

    matrix, start, h = residual()[0], 0, 1e-5
    for band in field.bands:
        ends = "edges" if solved else "pins"
        for name, j in (
            ("inside", 0),
            ("inside", band.inside.size // 2),
            ("inside", -1),
            (ends, 0),
            (ends, -1),
        ):
            before, both = getattr(band, name), []
            for sign in (h, -h):
                moved = before.copy()
                moved[j] += sign
                setattr(band, name, moved)
                both.append(residual()[1])
            setattr(band, name, before)
            exact = (both[0] - both[1]) / (2 * h)
            column = j % before.size + (band.inside.size if name == ends else 0)
            assert matrix[:, start + column] == pytest.approx(exact, rel=1e-5, abs=2e-6)
        start += band.inside.size + band.edges.size
    assert matrix.shape == (start, start)
