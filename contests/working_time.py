"""How long a solver may work: a limit of processor time, looked at wherever a law is asked for numbers.

Whatever a solver does with luck or private types, it asks the laws of the contest again and again; so
that is where the time is looked at, and no solver needs to. The limit holds for one call of
`contests.solving.solve` and whatever that calls in turn (the contests that may follow entry, say); it is
the thread's own work that counts, so that a busy machine changes no answer. Outside of a limit nothing
is ever interrupted.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from contextvars import ContextVar

__all__ = ["OutOfWorkingTime", "go_on", "limited"]

_END: ContextVar[float | None] = ContextVar("contests_end_of_work", default=None)


class OutOfWorkingTime(Exception):
    """The limit is reached: for whoever set it, and not for the solvers in between, who try other ways.

    It is no `contests.errors.ContestError`, so that what a solver does about a method that fails
    is not done about the end of all methods; `contests.solving.solve` turns it into words.
    """


def go_on() -> None:
    """Raise `OutOfWorkingTime` if there is a limit and it is reached."""
    end = _END.get()
    if end is not None and time.thread_time() > end:
        raise OutOfWorkingTime


@contextlib.contextmanager
def limited(seconds: float) -> Iterator[bool]:
    """Let what is done inside work for so long, or for what is left of a limit that is already set.

    Parameters
    ----------
    seconds : float
        The time allowed, in seconds of this thread's own work.

    Yields
    ------
    bool
        Whether the limit is this one, and not one from further outside.

    Examples
    --------
    >>> with limited(60.0) as outermost:
    ...     go_on()
    >>> outermost
    True
    """
    if _END.get() is not None:
        yield False
        return
    token = _END.set(time.thread_time() + seconds)
    try:
        yield True
    finally:
        _END.reset(token)
