"""A worked example: parts, a model and a solver of one's own for the library `contests`."""

from labcontests.model import LabContest
from labcontests.parts import Fatigue, Learning, LogitDraw, Margin
from labcontests.solver import MarginSolver

__all__ = ["Fatigue", "LabContest", "Learning", "LogitDraw", "Margin", "MarginSolver"]
