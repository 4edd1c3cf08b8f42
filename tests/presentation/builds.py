"""Builds at module level, so that process pools can import them."""

from __future__ import annotations

import os
import signal

import contests as ct


def lottery(n, prize):
    return ct.Contest(contestants=ct.Identical(n), prizes=prize, success=ct.Lottery())


def decisive_lottery(n, exponent):
    return ct.Contest(contestants=ct.Identical(n), prizes=1.0, success=ct.Lottery(exponent=exponent))


def deadly_lottery(n, prize):
    """A build whose process is killed at one point, as by an operating system short of memory."""
    if n == 5:
        os.kill(os.getpid(), signal.SIGKILL)
    return lottery(n, prize)


def angry_lottery(n, prize):
    """A build with a fault of its own at one point."""
    if n == 3:
        raise OSError("the file server is away")
    return lottery(n, prize)


def mean_payoff(equilibrium):
    return equilibrium.payoff.mean()
