"""The theory framework itself, on contests whose algebra is known and on toy propositions.

Independent routes: Tullock's (1980) lottery by hand; statements about numbers that are true,
false, or true only inside a condition by elementary algebra.
"""

from __future__ import annotations

import math
import pickle
import subprocess
import sys

import numpy as np
import pytest
import sympy as sp

from contests.errors import ContestError, InvalidPartError, UnsolvableError
from contests.propositions import Proposition, Table
from contests.theory import Theory, comparative_static, exact, sign_of, solve_symmetric

e, E, V, r = sp.symbols("e E V r", positive=True)
n = sp.Symbol("n", positive=True, integer=True)
k = sp.Symbol("k", nonnegative=True, integer=True)
TWO_OR_MORE = ((n, 2 + k),)


def lottery(**values: float) -> Theory:
    """Tullock's lottery with exponent r, cost one."""
    payoff = V * (e / E) ** r / ((e / E) ** r + n - 1) - e
    solved = solve_symmetric(payoff, e, E)
    return Theory(
        name="lottery",
        source="Tullock (1980)",
        symbols={"prize": V, "exponent": r, "contestants": n},
        values=values,
        payoff=payoff,
        first_order_condition=solved.first_order_condition,
        second_order_condition=solved.second_order_condition,
        effort=solved.effort,
        equilibrium_payoff=solved.payoff,
        region=r * (n - 1) <= n,
        quantities={"dissipation": n * solved.effort / V},
        comparative_statics=(comparative_static("effort", solved.effort, "prize", V, TWO_OR_MORE),),
    )


def square_grows(**changes: object) -> Proposition:
    """x + 0.1 has a larger square than x: true iff x > -0.05."""
    fields: dict[str, object] = {
        "name": "square grows",
        "statement": "Adding 0.1 raises the square.",
        "source": "algebra",
        "conditions": "x above -.05",
        "inside": lambda p: p["x"] > -0.05,
        "domain": {"x": (-1.0, 1.0)},
        "test": lambda p: (p["x"] + 0.1) ** 2 > p["x"] ** 2,
    }
    return Proposition(**{**fields, **changes})  # type: ignore[arg-type]


def test_lottery_effort_and_payoff_are_tullocks() -> None:
    theory = lottery(prize=8.0, exponent=0.5, contestants=4)
    assert sp.simplify(theory.effort - r * (n - 1) * V / n**2) == 0
    assert sp.simplify(theory.equilibrium_payoff - V * (n - r * (n - 1)) / n**2) == 0
    assert theory.value("effort") == 0.75
    assert theory.value("payoff") == 1.25
    assert theory.value("dissipation") == 0.375
    assert theory.value(V**2) == 64.0


def test_derived_conditions_agree_with_finite_differences_of_the_payoff() -> None:
    theory = lottery(prize=8.0, exponent=0.5, contestants=4)
    payoff = sp.lambdify((e, E), theory.payoff.subs({V: 8, r: sp.Rational(1, 2), n: 4}))
    at, h = 0.75, 1e-4
    slope = (payoff(at + h, at) - payoff(at - h, at)) / (2 * h)
    bend = (payoff(at + h, at) - 2 * payoff(at, at) + payoff(at - h, at)) / h**2
    assert abs(slope) < 1e-7
    assert theory.value(theory.first_order_condition.subs(e, exact(at))) == pytest.approx(0.0, abs=1e-15)
    assert theory.value(theory.second_order_condition) == pytest.approx(bend, rel=1e-5)


def test_knife_edges_are_decided_on_what_was_written() -> None:
    # 1.1 as a binary float is above 11/10; as written it is exactly the bound for n = 11.
    assert lottery(prize=1.0, exponent=1.1, contestants=11).holds()
    assert not lottery(prize=1.0, exponent=1.1, contestants=12).holds()


@pytest.mark.parametrize(
    ("expression", "inside", "sign"),
    [
        (n - 1, TWO_OR_MORE, 1),
        (n - 1, (), None),
        (n - 2, TWO_OR_MORE, None),
        (1 - n, TWO_OR_MORE, -1),
        (sp.Integer(0), (), 0),
        (V * sp.log(n / (n - 1)), TWO_OR_MORE, 1),
        (V * sp.log(n) - 2 * V * sp.log(n + 1), TWO_OR_MORE, -1),
        (V * sp.log(n) - r * sp.log(n + 1), TWO_OR_MORE, None),
        (V * sp.log(n + 1) - V * sp.log(n) + r, TWO_OR_MORE, 1),
        (sp.log(V), (), None),
        (sp.sqrt(V) / (1 + r), (), 1),
        (sp.exp(-V) * (1 - n), TWO_OR_MORE, -1),
    ],
)
def test_signs(expression: sp.Expr, inside: tuple[tuple[sp.Symbol, sp.Expr], ...], sign: int | None) -> None:
    assert sign_of(expression, inside) == sign


def test_proved_signs_hold_on_drawn_numbers() -> None:
    """A sign SymPy proves must never be contradicted by numbers (route: evaluation)."""
    rng = np.random.default_rng(3)
    forms = [
        comparative_static("effort", r * (n - 1) * V / n**2, "n", n, TWO_OR_MORE, step=True),
        comparative_static("payoff", V * (n - r * (n - 1)) / n**2, "r", r, TWO_OR_MORE),
    ]
    assert [form.sign for form in forms] == [-1, -1]
    for form in forms:
        f = sp.lambdify((V, r, n), form.expression)
        for _ in range(50):
            assert f(rng.uniform(0.1, 9), rng.uniform(0.1, 2), int(rng.integers(2, 50))) < 0


def test_solutions_that_are_not_unique_are_refused() -> None:
    with pytest.raises(UnsolvableError, match="2 solutions"):
        solve_symmetric((e - 1) ** 2 * (e - 4) - E, e, E)
    with pytest.raises(UnsolvableError, match="0 solutions"):
        solve_symmetric(e - E, e, E)


@pytest.mark.parametrize(
    ("ask", "error", "message"),
    [
        (lambda t: t.value("effrot"), InvalidPartError, "must be one of .*'effort'"),
        (lambda t: t.value("prize"), InvalidPartError, "free of symbols without a number, such as V"),
        (lambda t: t.value(sp.log(n - 4)), UnsolvableError, "not a real number"),
        (lambda t: t.value(sp.log(n - 5)), UnsolvableError, "not a real number"),
        (lambda t: t.sign("effort", "exponent"), InvalidPartError, r"one of \(effort, prize\)"),
        (
            lambda t: Theory(name="x", source="", symbols={}).value("effort"),
            UnsolvableError,
            "no closed form",
        ),
        (lambda t: Theory(name="x", source="", symbols={}).holds(), UnsolvableError, "No region"),
        (lambda t: Theory(name="x", source="", symbols={}, values={"a": 1.0}), InvalidPartError, "'a'"),
        (lambda t: lottery(prize=1.0).holds(), UnsolvableError, "undecided"),
        (lambda t: lottery(prize=math.nan).value("prize"), InvalidPartError, "finite"),
    ],
)
def test_refusals_in_words(ask: object, error: type[ContestError], message: str) -> None:
    theory = lottery(exponent=0.5, contestants=4)
    with pytest.raises(error, match=message):
        ask(theory)  # type: ignore[operator]


def test_infinite_quantities_are_infinite() -> None:
    theory = Theory(name="x", source="", symbols={"v": V}, values={"v": 1.0}, quantities={"size": sp.oo})
    assert theory.value("size") == math.inf


def test_theories_compare_hash_pickle_and_print() -> None:
    theory = lottery(prize=8.0, exponent=0.5, contestants=4)
    assert theory == lottery(prize=8.0, exponent=0.5, contestants=4)
    assert theory != lottery(prize=9.0, exponent=0.5, contestants=4)
    assert hash(theory) == hash(lottery(prize=8.0, exponent=0.5, contestants=4))
    assert pickle.loads(pickle.dumps(theory)) == theory
    assert "effort = V*r*(n - 1)/n**2" in theory.summary()
    assert "effort rises with prize" in theory.summary()
    assert r"\begin{aligned}" in theory._repr_latex_()
    with pytest.raises(TypeError):
        theory.values["prize"] = 3.0  # type: ignore[index]


def test_sympy_is_not_loaded_before_it_is_used() -> None:
    code = "import sys, contests.theory; sys.exit('sympy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_true_statement_passes_and_says_where_it_fails() -> None:
    result = square_grows().check(size=15)
    assert result.passed
    assert result.tried == 15
    assert not result.failures
    assert result.outside > 0
    assert result.fails_outside
    assert "Outside its conditions it fails" in result.summary()


def test_false_statement_is_returned_not_raised() -> None:
    result = square_grows(inside=None, conditions="").check(size=30)
    assert not result.passed
    assert not result
    assert 0 < len(result.failures) < 30
    assert all(trial.parameters["x"] <= -0.05 for trial in result.failures)
    assert "NOT PASSED" in result.summary()


def test_nothing_tried_is_not_passed() -> None:
    result = square_grows(inside=lambda p: False, conditions="never").check(size=2)
    assert result.tried == 0
    assert not result.passed
    assert "nothing was tested" in result.summary()


def test_statement_without_conditions_has_no_outside() -> None:
    result = square_grows(inside=None, conditions="", test=lambda p: True).check(size=3)
    assert result.passed
    assert result.fails_outside is None


def test_a_refusal_of_the_library_fails_the_statement_with_its_words() -> None:
    def refuse(parameters: object) -> bool:
        raise UnsolvableError("no room accepts it")

    result = square_grows(test=refuse).check(size=2)
    assert len(result.failures) == 2
    assert result.failures[0].detail == "UnsolvableError: no room accepts it"


def test_a_mistake_in_the_test_is_raised() -> None:
    def mistaken(parameters: object) -> bool:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        square_grows(test=mistaken).check(size=2)


def corrected(claim: object) -> Proposition:
    """The claim that the square always grows, with its counter-example."""
    return square_grows(
        claimed="Adding 0.1 always raises the square.",
        correction="Only above -.05 (algebra).",
        claim_test=claim,
        counterexample={"x": -0.5},
    )


def test_corrected_claim_shows_its_counterexample() -> None:
    result = corrected(lambda p: (p["x"] + 0.1) ** 2 > p["x"] ** 2).check(size=5)
    assert result.passed
    assert result.claim_refuted
    assert result.counterexample is not None
    assert not result.counterexample.held
    assert "Claimed: Adding 0.1 always raises the square." in result.summary()
    assert "The claim fails at x = -0.5" in result.summary()


def test_counterexample_that_does_not_break_the_claim_does_not_pass() -> None:
    result = corrected(lambda p: True).check(size=5)
    assert result.claim_refuted is False
    assert not result.passed


def test_draws_come_from_the_generator_given_and_from_the_domain() -> None:
    seen: list[tuple[float, int, str]] = []

    def note(p: Table[str, object]) -> bool:
        seen.append((p["x"], p["n"], p["kind"]))  # type: ignore[arg-type]
        return True

    claim = square_grows(
        domain={"x": (0.0, 1.0), "n": range(2, 5), "kind": ["a", "b"]}, test=note, inside=None, conditions=""
    )
    assert claim.check(rng=np.random.default_rng(5), size=20) == claim.check(rng=np.random.default_rng(5))
    assert seen[:20] == seen[20:]
    claim.check(size=20)
    assert seen[40:] != seen[:20]
    assert {n for _, n, _ in seen} == {2, 3, 4}
    assert {kind for *_, kind in seen} == {"a", "b"}
    assert all(0 <= x <= 1 for x, *_ in seen)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"domain": {}}, "Proposition.domain must be a mapping of at least one"),
        ({"domain": {"x": (2.0, 1.0)}}, "low < high"),
        ({"domain": {"x": (0.0, math.inf)}}, "finite"),
        ({"domain": {"x": []}}, "non-empty sequence"),
        ({"domain": {"x": "abc"}}, "non-empty sequence"),
        ({"inside": None}, "given together with `inside`"),
        ({"claimed": "more"}, "given together with `claimed`, `claim_test`"),
    ],
)
def test_bad_propositions_are_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(InvalidPartError, match=message):
        square_grows(**changes)


def test_size_of_a_check_must_be_a_whole_number() -> None:
    with pytest.raises(InvalidPartError, match="whole number"):
        square_grows().check(size=0)
