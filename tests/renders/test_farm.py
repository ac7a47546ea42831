"""The farm: any executor, one job at a time on each, and nothing that one job does takes the others down."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from threading import Lock
from typing import Any

from renders.farm.pool import DIED, Failure, Farm, Outcome
from renders.farm.worker import WorkerProcess


def one_thread() -> Executor:
    return ThreadPoolExecutor(1)


def ignore(job: object) -> None:
    pass


def run(farm: Farm, work: Callable[[Any], Any], jobs: list[Any]) -> dict[Any, Any]:
    return {outcome.job: outcome.result for outcome in farm.run(work, jobs, ignore)}


def test_every_job_is_done_and_started_in_order() -> None:
    started: list[int] = []
    with Farm(one_thread, 2) as farm:
        outcomes = list(farm.run(lambda job: job * job, [3, 1, 2], started.append))
    assert sorted(outcome.result for outcome in outcomes) == [1, 4, 9]
    assert started == [3, 1, 2]


def test_as_many_jobs_run_at_once_as_there_are_workers_and_no_more() -> None:
    lock, now, most = Lock(), 0, 0

    def work(job: int) -> int:
        nonlocal now, most
        with lock:
            now, most = now + 1, max(most, now + 1)
        time.sleep(0.02)
        with lock:
            now -= 1
        return job

    with Farm(one_thread, 3) as farm:
        run(farm, work, list(range(12)))
    assert most == 3


class DyingExecutor(Executor):
    """An executor that breaks at the job "poison", and stays broken, as a process pool does."""

    def __init__(self) -> None:
        self.broken = False

    def submit(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        if self.broken:
            raise BrokenExecutor("dead already")
        future: Future[Any] = Future()
        if args == ("poison",):
            self.broken = True
            future.set_exception(BrokenExecutor("died"))
        else:
            future.set_result(function(*args))
        return future


def test_only_the_job_that_a_worker_died_of_fails() -> None:
    with Farm(DyingExecutor, 1) as farm:
        results = run(farm, str.upper, ["one", "poison", "two"])
    assert results == {"one": "ONE", "poison": Failure(DIED), "two": "TWO"}


def test_a_worker_that_died_while_it_had_nothing_to_do_is_replaced() -> None:
    made: list[DyingExecutor] = []

    def new_executor() -> DyingExecutor:
        made.append(DyingExecutor())
        return made[-1]

    with Farm(new_executor, 1) as farm:
        assert run(farm, str.upper, ["one"]) == {"one": "ONE"}
        made[0].broken = True
        assert run(farm, str.upper, ["two"]) == {"two": "TWO"}
    assert len(made) == 2


def end_or_tell(job: str) -> str | int:
    """Die where the job says so, or return what the process is."""
    if job == "die":
        os._exit(9)
    return os.environ["OMP_NUM_THREADS"] if job == "threads" else os.getpid()


def sleep_long(job: float) -> float:
    time.sleep(job)
    return job


def test_a_killed_process_is_told_and_replaced_and_a_live_one_stays_warm() -> None:
    with Farm(lambda: WorkerProcess(3), 1) as farm:
        results = run(farm, end_or_tell, ["first", "again", "die", "after", "threads"])
    assert results["first"] == results["again"] != os.getpid()
    assert results["die"] == Failure(DIED)
    assert results["after"] not in (results["first"], os.getpid())
    assert results["threads"] == "3"


def test_leaving_the_farm_ends_what_still_runs() -> None:
    begin = time.monotonic()
    with Farm(lambda: WorkerProcess(1), 2) as farm:
        jobs = farm.run(sleep_long, [60.0, 0.0], ignore)
        assert next(jobs) == Outcome(0.0, 0.0)
    assert time.monotonic() - begin < 30
