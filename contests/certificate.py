"""Is it an equilibrium? The largest gain from any deviation, from payoffs alone.

A first-order condition is a candidate, not an answer. :func:`certify` evaluates
the payoffs of a game on a global grid of deviations, zero effort and staying out
included, refines around the best of them, and reports the largest gain relative
to the stakes. Gains are of second order in errors of effort, so it also reports
how far the effort is from the best reply. It imports no solver.

A grid is evidence, not proof; where payoffs are known to be concave in own effort
the marginal payoff bounds every gain, and the certificate says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from contests.certificate_plan import check_plan
from contests.deviations import Finding, bound_by_concavity, check_mixed, check_pure, check_types
from contests.errors import InvalidPartError, UnsolvableError
from contests.plan import Plan
from contests.strategy import Monotone, Pure
from contests.validation import at_least_zero

__all__ = ["Certificate", "certify"]

GAIN_TOLERANCE = 1e-8
EFFORT_TOLERANCE = 1e-6
_MANY = 4096  # classes beyond which concavity, where proved, replaces the grid for most of them
_MOST = 20_000  # classes beyond which checking each takes minutes


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """How far a profile is from an equilibrium.

    Attributes
    ----------
    max_gain : float
        Largest gain from any deviation found, in units of the stakes (the top prize).
    effort_gap : float
        Distance between effort and best reply, relative to effort. For mixed strategies: the
        largest payoff lost on the support, relative to the expected cost of effort.
    gain_tolerance, effort_tolerance : float
        What is allowed.
    contestant : int
        Whose deviation gains most.
    effort : float
        What she does (on average); NaN if she stays out.
    deviation : float
        The effort she would rather choose; NaN if she would rather stay out.
    payoff, deviation_payoff : float
        Her payoff and what the deviation would give, in money.
    type : float or None
        Her type, where private.
    evidence : str
        Of what kind the evidence is.
    checked : int
        How many deviations were evaluated.
    """

    max_gain: float
    effort_gap: float
    gain_tolerance: float
    effort_tolerance: float
    contestant: int
    effort: float
    deviation: float
    payoff: float
    deviation_payoff: float
    type: float | None
    evidence: str
    checked: int

    @property
    def passed(self) -> bool:
        """Whether gain and gap are within their tolerances."""
        return bool(self.max_gain <= self.gain_tolerance and self.effort_gap <= self.effort_tolerance)

    def explain(self) -> str:
        """Return the most profitable deviation in words."""
        who = f"contestant {self.contestant}" + (f" of type {self.type:.6g}" if self.type is not None else "")
        if self.max_gain <= self.gain_tolerance:
            if self.passed:
                return f"no contestant gains more than {self.max_gain:.1e} of the top prize"
            return (
                f"no deviation gains more than {self.max_gain:.1e} of the top prize, but the effort of "
                f"{who}, {self.effort:.6g}, is {self.effort_gap:.1e} (relative) from the best reply"
            )
        if np.isnan(self.max_gain):
            return f"payoffs of {who} are not numbers, so that nothing is known of what she could gain"
        does = "stay out" if np.isnan(self.deviation) else f"exert effort {self.deviation:.6g}"
        if np.isnan(self.effort):
            return (
                f"{who} stays out but would rather enter and exert {self.deviation:.6g} for a payoff of "
                f"{self.deviation_payoff:.6g}, a gain of {self.max_gain:.3g} of the top prize"
            )
        return (
            f"{who} exerts {self.effort:.6g} for a payoff of {self.payoff:.6g} but would rather {does} for "
            f"{self.deviation_payoff:.6g}, a gain of {self.max_gain:.3g} of the top prize"
        )

    def summary(self) -> str:
        """Return verdict, gain, gap, words and evidence as aligned text."""
        from contests.present import certificate_rows, sections_to_text

        return sections_to_text({"Certificate": certificate_rows(self)})

    def to_dict(self) -> dict[str, Any]:
        """Return every field, the verdict and its words as plain, JSON-safe data."""
        from contests.present import certificate_to_dict

        return certificate_to_dict(self)

    def to_frame(self) -> Any:
        """Return one row with every field, the verdict and its words, as a pandas DataFrame."""
        from contests.present import frame

        return frame([self.to_dict()])

    def to_latex(self) -> str:
        """Return the summary as a booktabs table, escaped."""
        from contests.present import certificate_rows, sections_to_latex

        return sections_to_latex({"Certificate": certificate_rows(self)})

    def _repr_html_(self) -> str:
        from contests.present import certificate_rows, sections_to_html

        return sections_to_html({"Certificate": certificate_rows(self)})

    def __repr__(self) -> str:
        verdict = "passed" if self.passed else "FAILED"
        return f"<Certificate {verdict}: max_gain={self.max_gain:.2e}, effort_gap={self.effort_gap:.2e}>"


def certify(
    game: Any,
    profile: Any,
    *,
    gain_tolerance: float = GAIN_TOLERANCE,
    effort_tolerance: float = EFFORT_TOLERANCE,
) -> Certificate:
    """Return a certificate for a profile.

    Parameters
    ----------
    game : Game or Model
        Payoffs from primitives.
    profile : Profile, Strategy, number, or sequence of numbers or strategies
        What everyone does; a single strategy or number stands for all.
    gain_tolerance : float
        Largest gain allowed, in units of the top prize.
    effort_tolerance : float
        Largest relative distance to the best reply allowed.

    Returns
    -------
    Certificate

    Raises
    ------
    InvalidPartError
        If the profile does not fit the game, or a tolerance is not a finite number of zero or more.
    UnsolvableError
        If more contestants differ than can be checked one by one in sensible time.

    Examples
    --------
    >>> import contests as ct
    >>> lottery = ct.Contest(contestants=ct.Identical(2), prizes=1.0, success=ct.Lottery())
    >>> ct.certify(lottery, 0.25).passed
    True
    >>> print(ct.certify(lottery, 0.4).explain())  # doctest: +ELLIPSIS
    contestant 0 exerts 0.4 for a payoff of 0.1 but would rather exert effort 0.232...
    """
    from contests.averaging import with_random_efforts

    # An infinite tolerance would certify anything.
    at_least_zero("certify.gain_tolerance", gain_tolerance)
    at_least_zero("certify.effort_tolerance", effort_tolerance)
    game = game.game()
    profile = game.profile(profile)
    game = with_random_efforts(game, profile)
    findings, checked, evidence = _examined(game, profile)
    for subgame, played in game.subgames(profile):
        inner = certify(subgame, played, gain_tolerance=gain_tolerance, effort_tolerance=effort_tolerance)
        findings.append(_of_subgame(inner, subgame.stakes))
        checked += inner.checked
    for i, effort, other, value, gets in game.entry_findings(profile):
        findings.append(Finding(max(gets - value, 0.0), 0.0, i, effort, other, value, gets, None))
        checked += 1
    return gathered(
        findings,
        checked,
        evidence,
        game.stakes,
        gain_tolerance=gain_tolerance,
        effort_tolerance=effort_tolerance,
    )


def gathered(
    findings: list[Finding],
    checked: int,
    evidence: str,
    stakes: float,
    *,
    gain_tolerance: float,
    effort_tolerance: float,
) -> Certificate:
    """Return the certificate that findings add up to.

    Parameters
    ----------
    findings : list of Finding
        What was found for each contestant (and type), gains in money.
    checked : int
        How many deviations were evaluated.
    evidence : str
        Of what kind the evidence is.
    stakes : float
        What gains are measured against, in money.
    gain_tolerance, effort_tolerance : float
        As in `certify`.
    """
    # A payoff that is not a number says nothing, so it counts as worse than any gain.
    worst = max(findings, key=lambda f: (np.isnan(f.gain), f.gain))
    # With nothing to win, any gain at all is infinitely large relative to the stakes.
    relative = worst.gain / stakes if stakes > 0 else (np.inf if worst.gain > 0 else worst.gain)
    gap = max(findings, key=lambda f: (np.isnan(f.gap), f.gap))
    shown = gap if relative <= gain_tolerance else worst
    return Certificate(
        max_gain=float(relative),
        effort_gap=float(gap.gap),
        gain_tolerance=gain_tolerance,
        effort_tolerance=effort_tolerance,
        contestant=shown.contestant,
        effort=shown.effort,
        deviation=shown.deviation,
        payoff=shown.payoff,
        deviation_payoff=shown.deviation_payoff,
        type=shown.type,
        evidence=evidence,
        checked=checked,
    )


def _examined(game: Any, profile: Any) -> tuple[list[Finding], int, str]:
    """What was found for one contestant of each class, how much was tried, and the kind of evidence."""
    who, _ = game.classes(profile)
    findings: list[Finding] = []
    checked, evidence = 0, "global grid of deviations with local refinement"
    concave = game.is_concave()
    if concave is not None and profile.is_pure and who.size > _MANY:
        finding, checked = bound_by_concavity(game, profile, who)
        findings.append(finding)
        evidence = f"marginal payoffs of all ({concave}); grid of deviations for {_MANY // 16} of them"
        who = who[np.linspace(0, who.size - 1, _MANY // 16).astype(np.intp)]
    elif who.size > _MOST:
        raise UnsolvableError(
            f"{who.size} contestants who differ cannot be checked one by one; give contestants "
            "who are nearly alike the same parameters, or use parts whose payoff is concave in effort."
        )
    for i in who:
        found, number = _of_contestant(game, profile, int(i))
        findings.extend(found)
        checked += number
    return findings, checked, evidence


def _of_contestant(game: Any, profile: Any, i: int) -> tuple[list[Finding], int]:
    """What was found for one contestant, by the kind of her strategy, and how much was tried."""
    strategy = profile.strategy(i)
    if isinstance(strategy, Monotone):
        _same_types(game, i, strategy)
        return check_types(game, profile, i, strategy)
    if isinstance(strategy, Plan):
        return check_plan(game, profile, i, strategy)
    if isinstance(strategy, Pure):
        return check_pure(game, profile, i, np.array([strategy.effort]), None)
    return check_mixed(game, profile, i)


def _same_types(game: Any, i: int, strategy: Monotone) -> None:
    """Refuse a strategy of types that are not the contestant's: rivals would face somebody else."""
    contestants = getattr(game, "contestants", None)
    if getattr(contestants, "private_trait", None) is None:
        return
    law = contestants.law_of(i)  # type: ignore[union-attr]
    if strategy.types != law:
        raise InvalidPartError(
            "profile",
            strategy.types,
            f"a strategy of contestant {i}'s types, {law!r}",
            "Solve the contest itself, or write the strategy as ct.Monotone over its law.",
        )


def _of_subgame(inner: Certificate, stakes: float) -> Finding:
    """The worst of a subgame, its gain in money."""
    # Where there is nothing to win in it, a gain is infinite in any money.
    gain = inner.max_gain * stakes if stakes > 0 else inner.max_gain
    return Finding(
        gain,
        inner.effort_gap,
        inner.contestant,
        inner.effort,
        inner.deviation,
        inner.payoff,
        inner.deviation_payoff,
        inner.type,
    )
