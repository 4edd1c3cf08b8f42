"""Figures: what is in the artists is what the theory says; labels, units, refusals; nothing is shown.

Each number is compared with a closed form or with the game's own payoffs, not with pixels.
"""

from __future__ import annotations

import builtins

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests import plotting

mpl.use("Agg")


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def lottery():
    """Tullock (1980): four contestants, 160 in euro, 30 hours each, payoff 10."""
    return ct.Contest(contestants=ct.Identical(4), prizes=160.0, success=ct.Lottery()).solve()


@pytest.fixture(scope="module")
def all_pay():
    """Baye, Kovenock and de Vries (1996): two alike contestants mix uniformly on [0, prize]."""
    return ct.Contest(contestants=ct.Identical(2), prizes=2.0).solve()


@pytest.fixture(scope="module")
def private():
    """Private values uniform on [0, 1], two contestants: effort v^2 / 2."""
    return ct.Contest(contestants=ct.Private(2, value=stats.uniform()), prizes=1.0).solve()


@pytest.fixture(scope="module")
def ideation():
    """Two contestants, effort plus a normal shock of scale 1, cost e^2 / 2: effort 1 / (2 sqrt(pi))."""
    return ct.Contest(
        contestants=ct.Identical(2),
        prizes=1.0,
        technology=ct.Additive(stats.norm()),
        cost=ct.Power(2, scale=0.5),
    ).solve()


def line(ax, label):
    found = [one for one in ax.get_lines() if one.get_label() == label]
    assert len(found) == 1, [one.get_label() for one in ax.get_lines()]
    return np.array(found[0].get_xdata(), float), np.array(found[0].get_ydata(), float)


def test_payoffs_are_tullocks_and_the_equilibrium_is_marked(lottery):
    ax = lottery.plot(units={"money": "euro", "effort": "hours"})
    x, y = line(ax, "payoff")
    np.testing.assert_allclose(y, 160 * x / (x + 90) - x, atol=1e-9)
    assert x[np.argmax(y)] == pytest.approx(30.0, rel=1e-12)  # own effort is on the grid
    np.testing.assert_allclose(line(ax, "equilibrium"), ([30.0], [10.0]))
    assert ax.get_xlabel() == "own effort (hours)" and ax.get_ylabel() == "expected payoff (euro)"


def test_a_mixed_equilibrium_is_a_band_of_equal_payoffs(all_pay):
    ax = plotting.plot_equilibrium(all_pay)
    x, y = line(ax, "payoff")
    inside = x <= 2.0
    np.testing.assert_allclose(y[inside], 0.0, atol=1e-12)
    np.testing.assert_allclose(y[~inside], 2.0 - x[~inside], atol=1e-12)  # winning for sure, paying more
    assert np.diff(ax.get_ylim()).item() > 0.02  # rounding does not fill the figure
    assert line(ax, "equilibrium: mean effort")[0] == pytest.approx(1.0)


def test_private_types_are_drawn_at_their_quartiles(private):
    ax = plotting.plot_equilibrium(private)
    for value in (0.25, 0.5, 0.75):
        x, y = line(ax, f"type {value:.3g}")
        # Against v^2/2 effort e wins with probability sqrt(2 e), up to one.
        np.testing.assert_allclose(y, value * np.minimum(np.sqrt(2 * x), 1.0) - x, atol=1e-7)
        assert x[np.argmax(y)] == pytest.approx(value**2 / 2, abs=0.02)


def test_the_certificate_shows_no_gain_or_the_gain_that_breaks_it(lottery):
    ax = plotting.plot_certificate(lottery)
    x, y = line(ax, "gain from deviating")
    np.testing.assert_allclose(y, 100 * (160 * x / (x + 90) - x - 10) / 160, atol=1e-9)
    assert y.max() <= 1e-9 and "passed" in ax.get_title()
    three = ct.Contest(contestants=ct.Identical(3), prizes=1.0, success=ct.Lottery(exponent=2.0))
    failed = ct.solve(three, on_fail="return")
    ax = plotting.plot_certificate(failed)
    # Effort 4/9 each for a payoff of -1/9: staying out gains a ninth of the prize.
    assert "FAILED" in ax.get_title() and line(ax, "best deviation: +11.1 %")[1] == pytest.approx(100 / 9)


def test_best_replies_are_tullocks_curves():
    two = ct.Contest(contestants=ct.Known(value=[1.0, 0.6]), prizes=1.0, success=ct.Lottery())
    equilibrium = two.solve()
    ax = plotting.plot_best_replies(two, equilibrium=equilibrium, points=9)
    x, mine = line(ax, "best reply of contestant 0")
    np.testing.assert_allclose(mine, np.maximum(np.sqrt(x) - x, 0), atol=1e-7)
    hers, y = line(ax, "best reply of contestant 1")
    np.testing.assert_allclose(hers, np.maximum(np.sqrt(0.6 * y) - y, 0), atol=1e-7)
    np.testing.assert_allclose(line(ax, "equilibrium"), equilibrium.effort[::-1, None])


def test_best_replies_of_many_alike_cross_the_diagonal_at_the_equilibrium(lottery):
    ax = plotting.plot_best_replies(lottery.game, equilibrium=lottery, points=6)
    x, reply = line(ax, "best reply")
    np.testing.assert_allclose(reply, np.maximum(np.sqrt(160 * 3 * x) - 3 * x, 0), atol=1e-3)
    assert line(ax, "equilibrium")[0] == pytest.approx(30.0)


def test_best_replies_refuse_what_they_cannot_draw(private):
    with pytest.raises(ct.InvalidPartError, match="plot_effort_function"):
        plotting.plot_best_replies(private.game)
    three = ct.Contest(contestants=ct.Known(value=[1.0, 0.6, 0.5]), prizes=1.0, success=ct.Lottery())
    with pytest.raises(ct.InvalidPartError, match="rest of the field"):
        plotting.plot_best_replies(three)
    with pytest.raises(ct.InvalidPartError, match="pair"):
        plotting.plot_best_replies(three, pair=(1, 1))


def test_the_effort_function_of_private_values_is_half_the_square(private):
    ax = plotting.plot_effort_function(private)
    x, y = np.array(ax.get_lines()[0].get_data())
    np.testing.assert_allclose(y, x**2 / 2, atol=1e-8)
    assert ax.get_xlabel() == "own value factor" and ax.get_ylabel() == "effort (units of effort)"


def test_types_that_stay_out_have_no_effort():
    contest = ct.Contest(contestants=ct.Private(2, value=stats.uniform()), prizes=1.0, entry=ct.Reserve(0.3))
    ax = plotting.plot_effort_function(contest.solve())
    x, y = np.array(ax.get_lines()[0].get_data())
    # Myerson: v wins with probability v, and the threshold's value times that is the reserve.
    threshold = np.sqrt(0.3)
    assert np.isnan(y[x < threshold - 0.01]).all() and np.isfinite(y[x > threshold + 0.01]).all()
    assert ax.get_lines()[1].get_xdata()[0] == pytest.approx(threshold, abs=0.01)
    # The shade reaches from the weakest type there is to the threshold.
    (shade,) = ax.patches
    assert shade.get_label() == "stays out"
    assert (shade.get_x(), shade.get_x() + shade.get_width()) == pytest.approx((0.0, threshold), abs=0.01)


def test_effort_functions_are_for_private_types(lottery):
    with pytest.raises(ct.InvalidPartError, match="plot_effort_distribution"):
        plotting.plot_effort_function(lottery)


def test_the_distribution_of_a_mixed_strategy_is_uniform(all_pay):
    ax = plotting.plot_effort_distribution(all_pay)
    x, y = line(ax, "distribution of effort")
    np.testing.assert_allclose(y, np.clip(x / 2, 0, 1), atol=1e-9)


def test_atoms_are_dots_with_their_probability():
    lazy = ct.Mixed(efforts=[0, 1], levels=[0.4, 1])
    ax = plotting.plot_effort_distribution(lazy)
    dots = [one for one in ax.get_lines() if one.get_marker() == "o"]
    np.testing.assert_allclose(dots[0].get_data(), ([0.0], [0.4]))
    assert [text.get_text() for text in ax.texts] == ["effort 0 with probability 0.4"]


def test_qualities_are_normal_and_the_best_is_their_maximum(ideation):
    ax = plotting.plot_quality(ideation)
    effort = 1 / (2 * np.sqrt(np.pi))
    x, one = line(ax, "one idea")
    law = stats.norm(loc=effort)
    np.testing.assert_allclose(one, law.pdf(x), atol=2e-3)
    x, best = line(ax, "the best of 2")
    np.testing.assert_allclose(best, 2 * law.pdf(x) * law.cdf(x), atol=2e-3)
    # The expected maximum of two standard normals is 1 / sqrt(pi).
    expected = effort + 1 / np.sqrt(np.pi)
    assert line(ax, f"expected best: {expected:.4g}")[0] == pytest.approx(expected)


def test_qualities_as_distribution_functions_and_under_a_common_shock(ideation):
    ax = plotting.plot_quality(ideation, kind="distribution")
    x, best = line(ax, "the best of 2")
    np.testing.assert_allclose(best, stats.norm.cdf(x, loc=ideation.effort[0]) ** 2, atol=1e-9)
    game = ideation.game
    shared = game.replace(technology=game.technology.replace(common=stats.norm(scale=2.0))).solve()
    x, one = line(plotting.plot_quality(shared, kind="distribution"), "one idea")
    np.testing.assert_allclose(one, stats.norm.cdf(x, loc=ideation.effort[0], scale=np.sqrt(5)), atol=1e-6)
    with pytest.raises(ct.InvalidPartError, match="'density' or 'distribution'"):
        plotting.plot_quality(ideation, kind="histogram")


def test_the_best_of_trials_is_the_best_of_all_draws():
    fund = ct.Contest(contestants=ct.Identical(2), prizes=40.0, technology=ct.Trials(stats.uniform()))
    equilibrium = fund.solve()
    assert equilibrium.effort == pytest.approx(10.0)  # a lottery over trials: 40 (n-1)/n^2
    x, best = line(plotting.plot_quality(equilibrium, kind="distribution"), "the best of 2")
    np.testing.assert_allclose(best, x**20, atol=1e-9)


def test_prizes_are_bars_and_marginal_values_the_slopes_of_rank_chances(ideation):
    contest = ideation.game.replace(contestants=ct.Identical(3), prizes=[2.0, 1.0])
    ax = plotting.plot_prizes(contest, units={"money": "euro"})
    assert [bar.get_height() for bar in ax.patches] == [2.0, 1.0, 0.0]
    right = ax.figure.axes[1]
    # Normal shocks, n = 3: the slopes are b, 0, -b with b the integral of f^2, 1 / (2 sqrt(pi)).
    values = right.get_lines()[1].get_ydata()
    np.testing.assert_allclose(values, [1 / (2 * np.sqrt(np.pi)), 0.0, -1 / (2 * np.sqrt(np.pi))], atol=1e-9)
    assert ax.get_ylabel() == "prize (euro)"
    own = plotting.plot_prizes(contest, marginal=[3.0, 2.0, 1.0]).figure.axes[1].get_lines()[1].get_ydata()
    np.testing.assert_array_equal(own, [3.0, 2.0, 1.0])


def test_prizes_without_marginal_values_where_they_are_not_constants(all_pay):
    assert len(plotting.plot_prizes(all_pay).figure.axes) == 1


def build(n, prize):
    return ct.Contest(contestants=ct.Identical(n), prizes=prize, success=ct.Lottery())


@pytest.fixture(scope="module")
def table():
    measures = {"effort": ct.TotalEffort(), "value": ct.TotalEffort() - ct.PerEntrant(0.03)}
    return ct.sweep(build, measures, n=[2, 3, 4, 6, 8], prize=[1.0, 2.0, -1.0])


def test_a_sweep_draws_effort_and_value_against_n(table):
    labels = {"n": "contestants", "effort": "total effort (hours)"}
    ax = table.plot(at={"prize": 1.0}, labels=labels, best=True)
    x, y = line(ax, "total effort (hours)")
    np.testing.assert_allclose(y, 1 - 1 / x)
    right = ax.figure.axes[1]
    x, value = line(right, "value")
    np.testing.assert_allclose(value, 1 - 1 / x - 0.03 * x)
    # 1 - 1/n - 0.03 n is highest at n = 6 among those looked at.
    assert line(right, "highest: 0.6533 at 6")[0] == 6
    assert ax.get_xlabel() == "contestants" and right.get_ylabel() == "value"


def test_a_sweep_draws_a_line_for_each_value_and_says_what_failed(table):
    ax = plotting.plot_sweep(table, "effort", by="prize")
    x, y = line(ax, "prize = 2")
    np.testing.assert_allclose(y, 2 - 2 / x)
    assert np.isnan(line(ax, "prize = -1 (5 without a number)")[1]).all()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"measure": "profit"}, "Sweep measure"),
        ({"measure": ["effort", "value", "effort"]}, "two"),
        ({"along": "size"}, "along"),
        ({"by": "size"}, "by"),
        ({"at": {"prize": 7.0}}, "at"),
        ({"at": {"size": 7.0}, "along": "n"}, "at"),
    ],
)
def test_a_sweep_refuses_unknown_names(table, options, words):
    with pytest.raises(ct.InvalidPartError, match=words):
        plotting.plot_sweep(table, **options)


def test_words_along_an_axis_are_ticks():
    def cost(kind):
        curve = {"linear": ct.Linear(), "double": ct.Linear(2.0)}[kind]
        return ct.Contest(contestants=ct.Identical(2), prizes=1.0, success=ct.Lottery(), cost=curve)

    ax = ct.sweep(cost, {"effort": ct.TotalEffort()}, kind=["linear", "double"]).plot()
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["linear", "double"]


def test_a_design_along_one_lever_marks_the_choice():
    best = ct.design(build, ct.TotalEffort() - ct.PerEntrant(0.03), n=range(2, 12), prize=[1.0])
    ax = best.plot(labels={"n": "contestants"})
    x, y = line(ax, "candidates")
    np.testing.assert_allclose(y, 1 - 1 / x - 0.03 * x)
    assert line(ax, "choice: 0.6533 at 6")[0] == 6


def test_a_design_over_two_levers_is_a_map_with_rejected_crosses():
    def effort(n, exponent):
        return ct.Contest(contestants=ct.Identical(n), prizes=1.0, success=ct.Lottery(exponent=exponent))

    best = ct.design(effort, ct.TotalEffort(), n=[2, 3, 4, 5], exponent=[0.5, 1.0, 1.2, 3.0])
    ax = plotting.plot_design(best)
    where = np.array(line(ax, "rejected")).T
    # Perez-Castrillo and Verdier: exponents up to n/(n-1) only.
    assert {tuple(point) for point in where} >= {(n, 3.0) for n in (2, 3, 4, 5)}
    choice = line(ax, f"choice: value {best.value:.4g}")
    assert (choice[0].item(), choice[1].item()) == (best.choice["n"], best.choice["exponent"])
    with pytest.raises(ct.InvalidPartError, match="levers"):
        plotting.plot_design(best, levers=["n", "exponent", "n"])


def test_comparisons_are_bars_in_order(lottery, all_pay):
    ax = plotting.plot_comparison(
        {"lottery": lottery, "all-pay": all_pay}, ct.TotalEffort(), label="effort (hours)", reference=100
    )
    assert [bar.get_width() for bar in ax.patches] == pytest.approx([120.0, 2.0])
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["lottery", "all-pay"]
    assert ax.get_xlabel() == "effort (hours)"
    with pytest.raises(ct.InvalidPartError, match="finite"):
        plotting.plot_comparison({"nothing": np.nan})


def test_every_figure_draws_on_the_axes_given_and_leaves_matplotlib_alone(lottery, monkeypatch):
    monkeypatch.setattr(plt, "show", lambda: pytest.fail("a figure was shown"))
    before = dict(mpl.rcParams)
    _, (left, right) = plt.subplots(1, 2)
    assert plotting.plot_equilibrium(lottery, ax=left) is left
    assert plotting.plot_comparison({"a": 1.0}, ax=right) is right
    assert dict(mpl.rcParams) == before
    assert len(plt.get_fignums()) == 1


def test_without_matplotlib_the_way_out_is_told(lottery, monkeypatch):
    real = builtins.__import__

    def without(name, *args, **kwargs):
        if name.split(".")[0] == "matplotlib":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ct.MissingDependencyError, match=r"contests\[plot\]"):
        lottery.plot()


def test_unknown_units_are_refused(lottery):
    with pytest.raises(ct.InvalidPartError, match="plot units"):
        lottery.plot(units={"time": "hours"})


def test_legends_name_contestants_in_order_and_marks_last():
    two = ct.Contest(contestants=ct.Known(value=[1.0, 0.3]), prizes=1.0, success=ct.Lottery())
    texts = [text.get_text() for text in two.solve().plot().get_legend().get_texts()]
    assert texts == ["contestant 0", "contestant 1", "staying out", "equilibrium"]


def test_ideas_are_named_by_contestant_and_the_legend_hides_no_curve():
    contest = ct.Contest(
        contestants=ct.Known(ability=[1.0, 0.0, 0.0]),
        technology=ct.Additive(stats.norm(scale=2.0)),
        cost=ct.Power(2, scale=1.0),
        prizes=1.0,
    )
    ax = plotting.plot_quality(contest.solve())
    effort = contest.solve().effort
    x, first = line(ax, "idea of contestant 0")
    np.testing.assert_allclose(first, stats.norm.pdf(x, 1.0 + effort[0], 2.0), atol=2e-3)
    x, second = line(ax, "idea of contestant 1 (one of 2 alike)")
    np.testing.assert_allclose(second, stats.norm.pdf(x, effort[1], 2.0), atol=2e-3)
    ax.figure.draw_without_rendering()
    assert ax.get_legend().get_window_extent().y0 >= ax.get_window_extent().y1
