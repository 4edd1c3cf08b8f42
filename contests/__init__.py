"""The economics of innovation contests: compose, solve, certify, design.

A contest turns effort into quality, quality into a ranking, and a ranking into
prizes. Names are loaded when they are used, so that ``import contests`` is quick.

Examples
--------
>>> import contests as ct
>>> contest = ct.Contest(contestants=ct.Identical(2), prizes=1.0, success=ct.Lottery())
>>> ct.solve(contest).effort
array([0.25, 0.25])
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_HOME = {
    "contest": ("Contest", "Game"),
    "contestants": ("Identical", "Known", "Private"),
    "technology": ("Additive", "Exact", "Technology", "Trials"),
    "curves": ("Curve", "Exponential", "Linear", "Log", "Power"),
    "curve_base": ("BaseCurve",),
    "curve_capped": ("Capped",),
    "success": ("Highest", "Lottery", "Race", "Success"),
    "prizes": ("ByRank", "Prizes", "QualityShare", "WinnerTakeAll"),
    "entry": ("AllEnter", "Entry", "Fee", "Invite", "Reserve"),
    "entry_rules": ("EntryAuction", "FreeEntry", "RandomEntry"),
    "entry_sets": ("StableSet", "stable_entry"),
    "sponsor": (
        "AverageQuality",
        "BestQuality",
        "ContestantSurplus",
        "FeesCollected",
        "Objective",
        "PerEntrant",
        "PrizesPaid",
        "ProbabilityAbove",
        "Surplus",
        "TopQuality",
        "TotalEffort",
        "WinnerQuality",
    ),
    "constraints": ("AtLeast", "AtMost", "Budget", "Constraint", "Participation"),
    "levers": ("Interval",),
    "designing": ("design",),
    "biasing": ("optimal_bias",),
    "design_uses": (
        "optimal_award",
        "optimal_contingency",
        "optimal_fee",
        "optimal_reserve",
        "optimal_size",
    ),
    "comparing": ("Comparison", "compare"),
    "prize_design": ("optimal_prizes",),
    "design_result": ("Design", "Sensitivity"),
    "sweeping": ("sweep",),
    "sweep_result": ("Sweep",),
    "exploring": ("explore",),
    "checking": ("check_part",),
    "strategy": ("Mixed", "Monotone", "Pure", "Strategy"),
    "plan": ("Plan", "PlanGame"),
    "profile": ("Profile",),
    "utility": ("CARA", "CRRA"),
    "certificate": ("Certificate", "certify"),
    "equilibrium": ("Equilibrium",),
    "solving": ("Candidate", "Solver", "available_solvers", "explain", "solve"),
    "simulate": ("play",),
    "model": ("Model",),
    "theory": ("Theory",),
    "propositions": ("Proposition",),
    "errors": (
        "ContestError",
        "ConvergenceError",
        "InvalidPartError",
        "MissingDependencyError",
        "NoEquilibriumError",
        "NotEquilibriumError",
        "UnsolvableError",
    ),
}
_WHERE = {name: module for module, names in _HOME.items() for name in names}
__all__ = [*sorted(_WHERE)]
_PACKAGES = ("errors", "models", "numerics")  # ``ct.models.Tullock`` needs no import of its own


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        value = getattr(import_module(f"contests.{_WHERE[name]}"), name)
        globals()[name] = value
        return value
    if name in _PACKAGES:
        return import_module(f"contests.{name}")
    raise AttributeError(f"module 'contests' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *_PACKAGES})


if TYPE_CHECKING:
    from contests.biasing import optimal_bias as optimal_bias
    from contests.certificate import Certificate as Certificate
    from contests.certificate import certify as certify
    from contests.checking import check_part as check_part
    from contests.comparing import Comparison as Comparison
    from contests.comparing import compare as compare
    from contests.constraints import AtLeast as AtLeast
    from contests.constraints import AtMost as AtMost
    from contests.constraints import Budget as Budget
    from contests.constraints import Constraint as Constraint
    from contests.constraints import Participation as Participation
    from contests.contest import Contest as Contest
    from contests.contest import Game as Game
    from contests.contestants import Identical as Identical
    from contests.contestants import Known as Known
    from contests.contestants import Private as Private
    from contests.curve_base import BaseCurve as BaseCurve
    from contests.curve_capped import Capped as Capped
    from contests.curves import Curve as Curve
    from contests.curves import Exponential as Exponential
    from contests.curves import Linear as Linear
    from contests.curves import Log as Log
    from contests.curves import Power as Power
    from contests.design_result import Design as Design
    from contests.design_result import Sensitivity as Sensitivity
    from contests.design_uses import optimal_award as optimal_award
    from contests.design_uses import optimal_contingency as optimal_contingency
    from contests.design_uses import optimal_fee as optimal_fee
    from contests.design_uses import optimal_reserve as optimal_reserve
    from contests.design_uses import optimal_size as optimal_size
    from contests.designing import design as design
    from contests.entry import AllEnter as AllEnter
    from contests.entry import Entry as Entry
    from contests.entry import Fee as Fee
    from contests.entry import Invite as Invite
    from contests.entry import Reserve as Reserve
    from contests.entry_rules import EntryAuction as EntryAuction
    from contests.entry_rules import FreeEntry as FreeEntry
    from contests.entry_rules import RandomEntry as RandomEntry
    from contests.entry_sets import StableSet as StableSet
    from contests.entry_sets import stable_entry as stable_entry
    from contests.equilibrium import Equilibrium as Equilibrium
    from contests.errors import ContestError as ContestError
    from contests.errors import ConvergenceError as ConvergenceError
    from contests.errors import InvalidPartError as InvalidPartError
    from contests.errors import MissingDependencyError as MissingDependencyError
    from contests.errors import NoEquilibriumError as NoEquilibriumError
    from contests.errors import NotEquilibriumError as NotEquilibriumError
    from contests.errors import UnsolvableError as UnsolvableError
    from contests.exploring import explore as explore
    from contests.levers import Interval as Interval
    from contests.model import Model as Model
    from contests.plan import Plan as Plan
    from contests.plan import PlanGame as PlanGame
    from contests.prize_design import optimal_prizes as optimal_prizes
    from contests.prizes import ByRank as ByRank
    from contests.prizes import Prizes as Prizes
    from contests.prizes import QualityShare as QualityShare
    from contests.prizes import WinnerTakeAll as WinnerTakeAll
    from contests.profile import Profile as Profile
    from contests.propositions import Proposition as Proposition
    from contests.simulate import play as play
    from contests.solving import Candidate as Candidate
    from contests.solving import Solver as Solver
    from contests.solving import available_solvers as available_solvers
    from contests.solving import explain as explain
    from contests.solving import solve as solve
    from contests.sponsor import AverageQuality as AverageQuality
    from contests.sponsor import BestQuality as BestQuality
    from contests.sponsor import ContestantSurplus as ContestantSurplus
    from contests.sponsor import FeesCollected as FeesCollected
    from contests.sponsor import Objective as Objective
    from contests.sponsor import PerEntrant as PerEntrant
    from contests.sponsor import PrizesPaid as PrizesPaid
    from contests.sponsor import ProbabilityAbove as ProbabilityAbove
    from contests.sponsor import Surplus as Surplus
    from contests.sponsor import TopQuality as TopQuality
    from contests.sponsor import TotalEffort as TotalEffort
    from contests.sponsor import WinnerQuality as WinnerQuality
    from contests.strategy import Mixed as Mixed
    from contests.strategy import Monotone as Monotone
    from contests.strategy import Pure as Pure
    from contests.strategy import Strategy as Strategy
    from contests.success import Highest as Highest
    from contests.success import Lottery as Lottery
    from contests.success import Race as Race
    from contests.success import Success as Success
    from contests.sweep_result import Sweep as Sweep
    from contests.sweeping import sweep as sweep
    from contests.technology import Additive as Additive
    from contests.technology import Exact as Exact
    from contests.technology import Technology as Technology
    from contests.technology import Trials as Trials
    from contests.theory import Theory as Theory
    from contests.utility import CARA as CARA
    from contests.utility import CRRA as CRRA
