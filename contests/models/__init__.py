"""Named models: parts chosen for you, with the paper's own parameters.

Names are loaded when they are used. A new model is one file and its names in the
table below (and in the block for type checkers).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

_HOME: dict[str, tuple[str, ...]] = {
    "clark_riis": ("ClarkRiis",),
    "lazear_rosen": ("LazearRosen", "PieceRate"),
    "tullock": ("Tullock",),
    "moldovanu_sela": ("MoldovanuSela",),
    "private_value_all_pay": ("PrivateValueAllPay",),
    "amann_leininger": ("AmannLeininger",),
    "chawla_hartline_sivan": ("ChawlaHartlineSivan",),
    "archak_sundararajan": ("ArchakSundararajan",),
    "all_pay": ("AllPay",),
    "all_pay_known": ("AllPayKnown",),
    "ambidexterity": ("Ambidexterity", "Mix"),
    "co_creation": ("CoCreation", "Participation"),
    "morgan_wang": ("MorganWang",),
    "morgan_wang_parts": (
        "Admit",
        "Finalists",
        "Handicaps",
        "Judges",
        "Love",
        "Network",
        "Rule",
        "Standard",
    ),
    "terwiesch_xu": ("TerwieschXu",),
    "terwiesch_xu_projects": ("ContingentAward", "Expertise", "Ideation", "TrialAndError"),
    "ales_cho_korpeoglu": ("AlesChoKorpeoglu",),
    "parallel_contests": ("ParallelContests", "SeveralContests"),
    "uncertain_participation": ("UncertainParticipation",),
    "platform": ("Platform",),
    "platform_skills": ("ManyContests",),
    "salvage_value": ("SalvageValue",),
    "joint_or_separate": ("JointOrSeparate",),
    "parallel_tests": ("ParallelTests",),
    "idea_screening": ("IdeaRedundancy", "IdeaScreening"),
    "collaboration_modes": ("CollaborationModes",),
    "engagement": ("Engagement",),
    "engagement_parts": ("Community", "Mode"),
    "feedback": ("Feedback",),
    "quantal_response": ("QuantalResponse",),
    "private_lottery": ("OneSidedLottery", "PrivateLottery", "TwoTypeLottery"),
    "approach_choice": ("ApproachChoice",),
    "budgeted_all_pay": ("BudgetedAllPay",),
    "elimination": ("EliminationContest",),
    "experimentation": ("ExperimentationContest",),
    "explore_exploit": ("ExploreExploit",),
    "gambling_contest": ("GamblingContest",),
    "group_contest": ("GroupContest",),
    "innovation_auction": ("InnovationAuction",),
    "public_good_lottery": ("PublicGoodLottery",),
    "research_spillovers": ("ResearchSpillovers",),
    "risk_taking": ("RiskTaking",),
    "sabotage": (
        "LotterySabotage",
        "TournamentSabotage",
    ),
    "search_tournament": ("SearchTournament",),
    "sequential_lottery": (
        "LeaderLottery",
        "SequentialLottery",
    ),
    "shared_prize": ("SharedPrize",),
    "contest_architecture": ("ContestArchitecture",),
    "large_contest": ("LargeContest", "OptimalTariff"),
    "letina_liu_netzer": ("LetinaLiuNetzer",),
    "pooled_all_pay": ("PooledAllPay",),
    "research_auction": ("ResearchAuction",),
    "tug_of_war": ("TugOfWar",),
}
_WHERE = {name: module for module, names in _HOME.items() for name in names}
__all__ = [*sorted(_WHERE)]


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        value = getattr(import_module(f"contests.models.{_WHERE[name]}"), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'contests.models' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


if TYPE_CHECKING:
    from contests.models.ales_cho_korpeoglu import AlesChoKorpeoglu as AlesChoKorpeoglu
    from contests.models.all_pay import AllPay as AllPay
    from contests.models.all_pay_known import AllPayKnown as AllPayKnown
    from contests.models.amann_leininger import AmannLeininger as AmannLeininger
    from contests.models.ambidexterity import Ambidexterity as Ambidexterity
    from contests.models.ambidexterity import Mix as Mix
    from contests.models.approach_choice import ApproachChoice as ApproachChoice
    from contests.models.archak_sundararajan import ArchakSundararajan as ArchakSundararajan
    from contests.models.budgeted_all_pay import BudgetedAllPay as BudgetedAllPay
    from contests.models.chawla_hartline_sivan import ChawlaHartlineSivan as ChawlaHartlineSivan
    from contests.models.clark_riis import ClarkRiis as ClarkRiis
    from contests.models.co_creation import CoCreation as CoCreation
    from contests.models.co_creation import Participation as Participation
    from contests.models.collaboration_modes import CollaborationModes as CollaborationModes
    from contests.models.contest_architecture import ContestArchitecture as ContestArchitecture
    from contests.models.elimination import EliminationContest as EliminationContest
    from contests.models.engagement import Engagement as Engagement
    from contests.models.engagement_parts import Community as Community
    from contests.models.engagement_parts import Mode as Mode
    from contests.models.experimentation import ExperimentationContest as ExperimentationContest
    from contests.models.explore_exploit import ExploreExploit as ExploreExploit
    from contests.models.feedback import Feedback as Feedback
    from contests.models.gambling_contest import GamblingContest as GamblingContest
    from contests.models.group_contest import GroupContest as GroupContest
    from contests.models.idea_screening import IdeaRedundancy as IdeaRedundancy
    from contests.models.idea_screening import IdeaScreening as IdeaScreening
    from contests.models.innovation_auction import InnovationAuction as InnovationAuction
    from contests.models.joint_or_separate import JointOrSeparate as JointOrSeparate
    from contests.models.large_contest import LargeContest as LargeContest
    from contests.models.large_contest import OptimalTariff as OptimalTariff
    from contests.models.lazear_rosen import LazearRosen as LazearRosen
    from contests.models.lazear_rosen import PieceRate as PieceRate
    from contests.models.letina_liu_netzer import LetinaLiuNetzer as LetinaLiuNetzer
    from contests.models.moldovanu_sela import MoldovanuSela as MoldovanuSela
    from contests.models.morgan_wang import MorganWang as MorganWang
    from contests.models.morgan_wang_parts import Admit as Admit
    from contests.models.morgan_wang_parts import Finalists as Finalists
    from contests.models.morgan_wang_parts import Handicaps as Handicaps
    from contests.models.morgan_wang_parts import Judges as Judges
    from contests.models.morgan_wang_parts import Love as Love
    from contests.models.morgan_wang_parts import Network as Network
    from contests.models.morgan_wang_parts import Rule as Rule
    from contests.models.morgan_wang_parts import Standard as Standard
    from contests.models.parallel_contests import ParallelContests as ParallelContests
    from contests.models.parallel_contests import SeveralContests as SeveralContests
    from contests.models.parallel_tests import ParallelTests as ParallelTests
    from contests.models.platform import Platform as Platform
    from contests.models.platform_skills import ManyContests as ManyContests
    from contests.models.pooled_all_pay import PooledAllPay as PooledAllPay
    from contests.models.private_lottery import OneSidedLottery as OneSidedLottery
    from contests.models.private_lottery import PrivateLottery as PrivateLottery
    from contests.models.private_lottery import TwoTypeLottery as TwoTypeLottery
    from contests.models.private_value_all_pay import PrivateValueAllPay as PrivateValueAllPay
    from contests.models.public_good_lottery import PublicGoodLottery as PublicGoodLottery
    from contests.models.quantal_response import QuantalResponse as QuantalResponse
    from contests.models.research_auction import ResearchAuction as ResearchAuction
    from contests.models.research_spillovers import ResearchSpillovers as ResearchSpillovers
    from contests.models.risk_taking import RiskTaking as RiskTaking
    from contests.models.sabotage import LotterySabotage as LotterySabotage
    from contests.models.sabotage import TournamentSabotage as TournamentSabotage
    from contests.models.salvage_value import SalvageValue as SalvageValue
    from contests.models.search_tournament import SearchTournament as SearchTournament
    from contests.models.sequential_lottery import LeaderLottery as LeaderLottery
    from contests.models.sequential_lottery import SequentialLottery as SequentialLottery
    from contests.models.shared_prize import SharedPrize as SharedPrize
    from contests.models.terwiesch_xu import TerwieschXu as TerwieschXu
    from contests.models.terwiesch_xu_projects import ContingentAward as ContingentAward
    from contests.models.terwiesch_xu_projects import Expertise as Expertise
    from contests.models.terwiesch_xu_projects import Ideation as Ideation
    from contests.models.terwiesch_xu_projects import TrialAndError as TrialAndError
    from contests.models.tug_of_war import TugOfWar as TugOfWar
    from contests.models.tullock import Tullock as Tullock
    from contests.models.uncertain_participation import UncertainParticipation as UncertainParticipation
