"""Figures: each takes ``ax=``, returns the Axes, labels with units, and never shows or saves.

The figures are made in the rooms ``plotting_*``; this one is where users find them.
They need Matplotlib (``pip install 'contests[plot]'``), which is loaded when one is
drawn.

Examples
--------
>>> import contests as ct
>>> from contests import plotting
>>> lottery = ct.Contest(contestants=ct.Identical(2), prizes=1.0, success=ct.Lottery())
>>> axes = plotting.plot_best_replies(lottery, equilibrium=lottery.solve())
>>> axes.get_xlabel()
'effort of contestant 1 (units of effort)'
"""

from __future__ import annotations

from contests.plotting_outcomes import plot_effort_distribution as plot_effort_distribution
from contests.plotting_outcomes import plot_effort_function as plot_effort_function
from contests.plotting_outcomes import plot_prizes as plot_prizes
from contests.plotting_outcomes import plot_quality as plot_quality
from contests.plotting_payoffs import plot_best_replies as plot_best_replies
from contests.plotting_payoffs import plot_certificate as plot_certificate
from contests.plotting_payoffs import plot_equilibrium as plot_equilibrium
from contests.plotting_tables import plot_comparison as plot_comparison
from contests.plotting_tables import plot_design as plot_design
from contests.plotting_tables import plot_sweep as plot_sweep

__all__ = [
    "plot_best_replies",
    "plot_certificate",
    "plot_comparison",
    "plot_design",
    "plot_effort_distribution",
    "plot_effort_function",
    "plot_equilibrium",
    "plot_prizes",
    "plot_quality",
    "plot_sweep",
]
