"""Many contests at once: any grid, any measures, any executor; failures kept, losses resumable.

:func:`sweep` solves the contest at every point of a grid and keeps the measures in
arrays labelled by axis. A point that fails keeps its place with its error. A worker
that dies, or an executor that is shut down, loses only what it had not finished: the
result says which points were lost and why, and ``resume=`` takes it up from there.
Every point is computed by the same function from the same arguments, so the numbers
do not depend on the executor.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor, Future
from queue import SimpleQueue
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contests.errors import ContestError, InvalidPartError, MissingDependencyError
from contests.part import Part
from contests.sweep_result import Failure, Sweep
from contests.varying import Varied

__all__ = ["Failure", "Sweep", "sweep"]

Array = NDArray[np.float64]
Index = tuple[int, ...]
_AHEAD = 1024  # tasks given to the executor ahead of those that are done


def sweep(
    build: Callable[..., Any] | Part,
    measure: Any,
    *,
    executor: Executor | None = None,
    progress: Any = False,
    resume: Sweep | None = None,
    **axes: Any,
) -> Sweep:
    """Solve a contest at every point of a grid.

    Parameters
    ----------
    build : callable, or Model or Contest
        ``build(**point)`` returns a contest, game or model. For executors over processes it must be
        a module-level function (loky and dask take closures too). Or a model, whose fields the axes
        name; fields of its parts by dots: ``**{"project.shock": [1.0, 2.0]}``. Some models answer
        many points at once in closed form (`contests.models.TerwieschXu.many`); that is used without
        an executor, and what has no closed form is solved one by one.
    measure : mapping of str to callable, or callable
        What to keep of each equilibrium, by name: objectives such as ``ct.TotalEffort()`` or any
        function from an equilibrium to a number. A single one is called ``"value"``.
    executor : concurrent.futures.Executor, optional
        Where to work: a process or thread pool, loky, ``Client(...).get_executor()`` of dask,
        ``mpi4py.futures.MPIPoolExecutor()``. Here, one after another, if absent. It is not shut down.
    progress : bool or callable
        True for a bar of tqdm; a function is called with (points done, all points) after each point.
    resume : Sweep, optional
        An earlier, partial result over the same axes with measures of the same names: only points that
        were lost, or that failed by an error from outside the library, are solved.
    **axes
        The values along each axis, in the order of the dimensions.

    Returns
    -------
    Sweep
        ``result["name"]`` has one dimension for each axis, with NaN where a point failed or was
        lost; ``result.errors`` tells why.

    Raises
    ------
    InvalidPartError
        If there is no axis or measure, an axis is empty, or ``resume`` is of another sweep.
    MissingDependencyError
        If ``progress=True`` and tqdm is not installed.

    Examples
    --------
    >>> import contests as ct
    >>> def lottery(n, prize):
    ...     return ct.Contest(contestants=ct.Identical(n), prizes=prize, success=ct.Lottery())
    >>> table = ct.sweep(lottery, {"effort": ct.TotalEffort()}, n=[2, 4], prize=[1.0, 8.0])
    >>> table["effort"]
    array([[0.5 , 4.  ],
           [0.75, 6.  ]])
    """
    measures = _measures(measure)
    values = _axes(axes)
    build = _builder(build, values)
    table = Sweep.empty(values, tuple(measures)) if resume is None else _taken_up(resume, values, measures)
    if executor is None and isinstance(build, Varied):
        table = build.at_once(table, measures)
    left = table.unfinished()
    work = _Work(build, measures)
    tell = _teller(progress, len(left))
    results, failures = {name: table[name].copy() for name in measures}, dict(table.failures)
    done = _here(work, values, left) if executor is None else _there(work, values, left, executor)
    try:
        for count, (place, found) in enumerate(done, start=1):
            if isinstance(found, Failure):
                failures[place] = found
            else:
                failures.pop(place, None)
                for name, number in zip(measures, found, strict=True):
                    results[name][place] = number
            tell(count, len(left))
    finally:
        tell(None, len(left))
    return Sweep(axes=values, values=results, failures=failures)


def _builder(build: Any, values: Mapping[str, tuple[Any, ...]]) -> Callable[..., Any]:
    """The function from the axes to a contest; a model is one whose fields the axes name."""
    if callable(getattr(build, "game", None)):
        return Varied(build, tuple(values))
    if not callable(build):
        raise InvalidPartError("sweep.build", build, "a function from the axes to a contest, or a model")
    found: Callable[..., Any] = build
    return found


def _measures(measure: Any) -> dict[str, Callable[[Any], Any]]:
    found = dict(measure) if isinstance(measure, Mapping) else {"value": measure}
    if not found or not all(isinstance(name, str) and callable(one) for name, one in found.items()):
        raise InvalidPartError(
            "sweep.measure",
            measure,
            'named functions of an equilibrium, such as {"effort": ct.TotalEffort()}',
        )
    return found


def _axes(axes: Mapping[str, Any]) -> dict[str, tuple[Any, ...]]:
    if not axes:
        raise InvalidPartError("sweep", "no axis", "given at least one axis, such as n=range(2, 50)")
    found = {}
    for name, values in axes.items():
        if isinstance(values, str) or not isinstance(values, Iterable):
            raise InvalidPartError(
                f"sweep.{name}", values, "a sequence of values", f"For one value give {name}=[value]."
            )
        listed = tuple(value.item() if isinstance(value, np.generic) else value for value in values)
        if not listed:
            raise InvalidPartError(f"sweep.{name}", values, "a sequence with at least one value")
        found[name] = listed
    return found


def _taken_up(resume: Any, values: Mapping[str, tuple[Any, ...]], measures: Iterable[str]) -> Sweep:
    if not isinstance(resume, Sweep):
        raise InvalidPartError("sweep.resume", resume, "the result of an earlier sweep")
    if not resume.covers(values):
        raise InvalidPartError("sweep.resume", resume, "a sweep over the same axes and values")
    if set(resume.values) != set(measures):
        raise InvalidPartError(
            "sweep.resume", sorted(resume.values), f"of the same measures, {sorted(measures)}"
        )
    return resume


class _Work:
    """What is done at each point; picklable, so that it can be sent to another process."""

    def __init__(self, build: Callable[..., Any], measures: Mapping[str, Callable[[Any], Any]]) -> None:
        self.build, self.measures = build, dict(measures)

    def __call__(self, point: dict[str, Any]) -> tuple[float, ...] | Failure:
        """Return the measures at a ``point``, or its failure."""
        try:
            game = self.build(**point)
            if not callable(getattr(game, "game", None)):
                raise InvalidPartError(
                    "sweep.build", game, "a function that returns a contest, game or model"
                )
            equilibrium = game.solve()
            return tuple(float(one(equilibrium)) for one in self.measures.values())
        except ContestError as error:
            return Failure(kind=type(error).__name__, message=str(error), lost=False)
        # The user's ``build`` and measures, and a game of her own, may raise anything at all; a sweep keeps
        # a failed point with its error (marked as foreign) rather than lose the others. Not narrower, but
        # no wider either: an interrupt or an exit is no Exception and stops the sweep.
        except Exception as error:  # noqa: BLE001
            return Failure(kind=type(error).__name__, message=str(error), lost=False, foreign=True)


def _points(
    values: Mapping[str, tuple[Any, ...]], places: Iterable[Index]
) -> Iterator[tuple[Index, dict[str, Any]]]:
    for place in places:
        yield place, {name: axis[k] for k, (name, axis) in zip(place, values.items(), strict=True)}


def _here(work: _Work, values: Mapping[str, tuple[Any, ...]], places: list[Index]) -> Iterator[Any]:
    for place, point in _points(values, places):
        yield place, work(point)


def _there(
    work: _Work, values: Mapping[str, tuple[Any, ...]], places: list[Index], executor: Executor
) -> Iterator[tuple[Index, Any]]:
    """Work on an executor, some tasks ahead, and outlive it.

    Once a task could not be submitted or its worker died nothing more is submitted: what is under
    way is waited for, the rest is reported as lost.
    """
    points = _points(values, places)
    running: dict[Future[Any], Index] = {}
    ready: SimpleQueue[Future[Any]] = SimpleQueue()
    broken: Failure | None = None
    while True:
        ahead = _AHEAD - len(running) if broken is None else 0
        for place, point in itertools.islice(points, ahead):
            try:
                future = executor.submit(work, point)
            except (RuntimeError, OSError) as error:  # shut down, broken, or out of processes
                broken = _loss(error)
                yield place, broken
                break
            running[future] = place
            future.add_done_callback(ready.put)
        if not running:
            break
        future = ready.get()
        place, found = running.pop(future), _outcome(future)
        if isinstance(found, Failure) and found.kind.startswith("Broken"):
            broken = found
        yield place, found
    for place, _ in points:
        assert broken is not None
        yield place, broken


def _outcome(future: Future[Any]) -> Any:
    """The numbers, the failure, or the loss of a task that did not come back."""
    if future.cancelled():
        return Failure(kind="Cancelled", message="the executor was shut down before this point", lost=True)
    error = future.exception()
    return future.result() if error is None else _loss(error)


def _loss(error: BaseException) -> Failure:
    words = str(error) or "the executor did not say why"
    return Failure(kind=type(error).__name__, message=words, lost=True)


def _teller(progress: Any, total: int) -> Callable[[int | None, int], None]:
    """What is told of progress: nothing, a bar, or the user's own function."""
    if progress is False or progress is None:
        return lambda count, total: None
    if callable(progress):
        return lambda count, total: None if count is None else progress(count, total)
    try:
        from tqdm.auto import tqdm
    except ImportError:
        raise MissingDependencyError("tqdm", "notebook", "progress=True") from None
    bar = tqdm(total=total, unit="contest")

    def tell(count: int | None, total: int) -> None:
        if count is None:
            bar.close()
        else:
            bar.update(1)

    return tell
