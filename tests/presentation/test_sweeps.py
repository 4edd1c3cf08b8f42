"""Sweeps: the same numbers whatever the executor, failures kept, losses said and resumable.

Independent route: Tullock (1980), n alike contestants and a prize v exert v (n-1)/n in all.
"""

from __future__ import annotations

import importlib.util
import json
import pickle
import sys
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest

import contests as ct

# By name, so that the processes of a pool can import it too.
_PLACE = Path(__file__).with_name("builds.py")
_SPEC = importlib.util.spec_from_file_location("contests_test_builds", _PLACE)
builds = importlib.util.module_from_spec(_SPEC)
sys.modules["contests_test_builds"] = builds
_SPEC.loader.exec_module(builds)

SIZES, PRIZES = (2, 3, 4, 5, 6), (1.0, 8.0)
MEASURES = {"effort": ct.TotalEffort(), "payoff": builds.mean_payoff}
TULLOCK = np.array([[v * (n - 1) / n for v in PRIZES] for n in SIZES])


def forked(workers=2):
    """A pool whose processes have this test's modules already."""
    return ProcessPoolExecutor(workers, mp_context=get_context("fork"))


@pytest.fixture(scope="module")
def serial():
    return ct.sweep(builds.lottery, MEASURES, n=SIZES, prize=PRIZES)


def test_numbers_are_those_of_one_by_one_solving(serial):
    assert serial["effort"].shape == (5, 2)
    np.testing.assert_allclose(serial["effort"], TULLOCK, rtol=1e-9)
    for j, n in enumerate(SIZES):
        for k, prize in enumerate(PRIZES):
            equilibrium = builds.lottery(n, prize).solve()
            assert serial["effort"][j, k] == equilibrium.total_effort
            assert serial["payoff"][j, k] == equilibrium.payoff.mean()
    assert serial.complete and not serial.errors


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_processes_and_threads_give_the_same_table(serial):
    with forked() as pool:
        assert ct.sweep(builds.lottery, MEASURES, executor=pool, n=SIZES, prize=PRIZES) == serial
    with ThreadPoolExecutor(3) as pool:
        assert ct.sweep(builds.lottery, MEASURES, executor=pool, n=SIZES, prize=PRIZES) == serial


def test_loky_gives_the_same_table_for_a_closure(serial):
    loky = pytest.importorskip("loky")
    scale = 1.0

    def build(n, prize):  # no process pool of the standard library could send this
        contestants = ct.Identical(n)
        return ct.Contest(contestants=contestants, prizes=scale * prize, success=ct.Lottery())

    pool = loky.get_reusable_executor(max_workers=1)
    try:
        found = ct.sweep(build, {"effort": ct.TotalEffort()}, executor=pool, n=SIZES, prize=PRIZES)
    finally:
        pool.shutdown(wait=True)
    np.testing.assert_array_equal(found["effort"], serial["effort"])
    assert not found.errors


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_dask_gives_the_same_table(serial):
    distributed = pytest.importorskip("distributed")

    def build(n, prize):
        return ct.Contest(contestants=ct.Identical(n), prizes=prize, success=ct.Lottery())

    cluster = distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None
    )
    with cluster, distributed.Client(cluster) as client:
        pool = client.get_executor()
        found = ct.sweep(build, {"effort": ct.TotalEffort()}, executor=pool, n=SIZES, prize=PRIZES)
    np.testing.assert_array_equal(found["effort"], serial["effort"])


def test_failed_points_keep_their_place_and_the_librarys_words():
    # Szidarovszky and Okuguchi: with exponent above n/(n-1) the sure effort is no equilibrium.
    table = ct.sweep(builds.decisive_lottery, ct.TotalEffort(), n=[2, 3], exponent=[1.0, -1.0])
    assert np.isnan(table["value"][:, 1]).all() and np.isfinite(table["value"][:, 0]).all()
    where = [point for point, _ in table.errors]
    assert where == [{"n": 2, "exponent": -1.0}, {"n": 3, "exponent": -1.0}]
    for _, failure in table.errors:
        assert failure.kind == "InvalidPartError" and "Lottery.exponent" in failure.message
        assert not failure.lost and not failure.foreign
    assert table.complete  # to solve them again would give the same refusal
    assert table.best("value") == {"n": 3, "exponent": 1.0}  # a failed point never wins
    assert "2 failed" in table.summary() and "Lottery.exponent" in table.summary()


def test_a_build_that_raises_keeps_the_rest_and_is_tried_again(serial):
    partial = ct.sweep(builds.angry_lottery, MEASURES, n=SIZES, prize=PRIZES)
    assert [failure.kind for _, failure in partial.errors] == ["OSError", "OSError"]
    assert "file server" in str(partial.errors[0][1]) and partial.errors[0][1].foreign
    assert np.isnan(partial["effort"][1]).all()
    np.testing.assert_array_equal(np.delete(partial["effort"], 1, 0), np.delete(serial["effort"], 1, 0))
    whole = ct.sweep(builds.lottery, MEASURES, resume=partial, n=SIZES, prize=PRIZES)
    assert whole == serial


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
def test_an_interrupt_stops_a_sweep_and_is_no_failed_point(stop):
    done = []

    def build(n):
        if n == 4:
            raise stop
        done.append(n)
        return builds.lottery(n, 1.0)

    with pytest.raises(stop):
        ct.sweep(build, MEASURES, n=SIZES)
    assert done == [2, 3]


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_killed_worker_loses_only_what_was_not_done_and_the_sweep_resumes(serial):
    with forked(1) as pool:
        partial = ct.sweep(builds.deadly_lottery, MEASURES, executor=pool, n=SIZES, prize=PRIZES)
    lost = [point for point, failure in partial.errors if failure.lost]
    assert {"n": 5, "prize": 1.0} in lost
    assert {failure.kind for _, failure in partial.errors} == {"BrokenProcessPool"}
    done = ~np.isnan(partial["effort"])
    assert done[0].all()  # the points before the fault
    np.testing.assert_array_equal(partial["effort"][done], serial["effort"][done])
    assert "lost: go on with resume=" in partial.summary()
    assert ct.sweep(builds.lottery, MEASURES, resume=partial, n=SIZES, prize=PRIZES) == serial


def test_an_executor_shut_down_midway_says_what_was_lost_and_the_sweep_resumes(serial):
    pool = ThreadPoolExecutor(1)

    def stop_after_three(done, total):
        if done == 3:
            pool.shutdown(wait=False, cancel_futures=True)

    partial = ct.sweep(
        builds.lottery, MEASURES, executor=pool, progress=stop_after_three, n=SIZES, prize=PRIZES
    )
    lost = [failure for _, failure in partial.errors]
    assert 0 < len(lost) <= 7 and all(failure.lost for failure in lost)
    assert "shut down" in str(lost[-1])
    asked = []

    def count(n, prize):
        asked.append((n, prize))
        return builds.lottery(n, prize)

    assert ct.sweep(count, MEASURES, resume=partial, n=SIZES, prize=PRIZES) == serial
    assert len(asked) == len(lost)  # nothing is solved twice


class Refuses(Executor):
    """An executor that was shut down before it began."""

    def submit(self, fn, /, *args, **kwargs):
        raise RuntimeError("cannot schedule new futures after shutdown")


class Eager(Executor):
    """An executor that works at once: futures are done before anybody waits for them."""

    def submit(self, fn, /, *args, **kwargs):
        future = Future()
        future.set_result(fn(*args, **kwargs))
        return future


def test_an_executor_that_takes_nothing_loses_everything_without_hanging():
    table = ct.sweep(builds.lottery, MEASURES, executor=Refuses(), n=SIZES, prize=PRIZES)
    assert len(table.errors) == 10 and "after shutdown" in str(table.errors[0][1])
    assert np.isnan(table["effort"]).all()
    with pytest.raises(ct.InvalidPartError, match=r"Sweep\.best"):
        table.best("effort")


def test_any_executor_will_do(serial):
    assert ct.sweep(builds.lottery, MEASURES, executor=Eager(), n=SIZES, prize=PRIZES) == serial


def test_progress_counts_every_point_and_tqdm_draws_a_bar(serial, capsys):
    pytest.importorskip("tqdm")
    seen = []
    ct.sweep(builds.lottery, MEASURES, progress=lambda *at: seen.append(at), n=SIZES, prize=PRIZES)
    assert seen == [(k, 10) for k in range(1, 11)]
    assert ct.sweep(builds.lottery, MEASURES, progress=True, n=SIZES, prize=PRIZES) == serial
    assert "10/10" in capsys.readouterr().err


def test_the_table_goes_to_pandas_xarray_json_and_latex(serial):
    frame = serial.to_frame()
    assert list(frame.columns) == ["n", "prize", "effort", "payoff", "error"] and len(frame) == 10
    assert frame.loc[(frame.n == 4) & (frame.prize == 8.0), "effort"].item() == serial["effort"][2, 1]
    labelled = serial.to_xarray()
    assert float(labelled["effort"].sel(n=4, prize=8.0)) == serial["effort"][2, 1]
    assert labelled["effort"].dims == ("n", "prize")
    again = ct.Sweep.from_dict(json.loads(json.dumps(serial.to_dict())))
    assert again == serial
    assert pickle.loads(pickle.dumps(serial)) == serial
    assert serial.to_latex().count(r"\\") == 11 and "toprule" in serial.to_latex()
    assert serial._repr_html_().count("<tr>") == 11


def test_a_partial_table_survives_json_and_resumes(serial):
    partial = ct.sweep(builds.angry_lottery, MEASURES, n=SIZES, prize=PRIZES)
    again = ct.Sweep.from_dict(json.loads(json.dumps(partial.to_dict())))
    assert again == partial
    assert ct.sweep(builds.lottery, MEASURES, resume=again, n=SIZES, prize=PRIZES) == serial


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"n": (2, 3)}, r"sweep\.resume"),
        ({"measure": {"other": ct.TotalEffort()}}, r"sweep\.resume"),
        ({"resume": "table"}, r"sweep\.resume"),
        ({"n": ()}, r"sweep\.n"),
        ({"n": 5}, r"sweep\.n"),
        ({"measure": {}}, r"sweep\.measure"),
        ({"build": 3}, r"sweep\.build"),
    ],
)
def test_bad_calls_are_refused_in_words(serial, change, words):
    call = {"build": builds.lottery, "measure": MEASURES, "resume": serial, "n": SIZES, "prize": PRIZES}
    with pytest.raises(ct.InvalidPartError, match=words):
        ct.sweep(**{**call, **change})


def test_a_build_that_returns_no_contest_is_a_failure_of_the_point():
    table = ct.sweep(lambda n: n, ct.TotalEffort(), n=[2])
    assert "sweep.build" in str(table.errors[0][1])


def test_axes_may_be_words_or_parts():
    def build(cost, n):
        return ct.Contest(contestants=ct.Identical(n), prizes=1.0, success=ct.Lottery(), cost=cost)

    table = ct.sweep(build, ct.TotalEffort(), cost=[ct.Linear(1.0), ct.Linear(2.0)], n=np.arange(2, 4))
    np.testing.assert_allclose(table["value"][0], 2 * table["value"][1])
    assert table.axes["n"] == (2, 3) and isinstance(table.axes["n"][0], int)
    assert list(table.to_xarray().coords["cost"].values) == ["Linear()", "Linear(2.0)"]
