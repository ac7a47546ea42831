"""Runs jobs on several workers, each of which goes on from job to job and takes one at a time.

A worker is any `concurrent.futures.Executor`: a process of our own, or one of a Dask cluster. One job at a time, each
on an executor of its own, tells exactly which job a dead worker died of; the others go on.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from dataclasses import dataclass
from types import TracebackType
from typing import Generic, Self, TypeVar

DIED = "its worker process died; it was killed, perhaps because memory ran out"

J = TypeVar("J")
T = TypeVar("T")


@dataclass(frozen=True)
class Failure:
    """The reason why a job failed: one line, and the traceback for whoever asks for it.

    fatal: whether any other job would fail of the same.
    """

    line: str
    trace: str = ""
    fatal: bool = False


@dataclass(frozen=True)
class Outcome(Generic[J, T]):
    """The outcome of a job: its result or its failure."""

    job: J
    result: T | Failure


class Farm:
    """A set of `workers` executors made by `new_executor`. Leaving the block ends them, with what they are doing."""

    def __init__(self, new_executor: Callable[[], Executor], workers: int) -> None:
        self._new_executor = new_executor
        self._executors = [new_executor() for _ in range(workers)]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for executor in self._executors:
            executor.shutdown(wait=True, cancel_futures=True)

    def run(
        self, work: Callable[[J], T | Failure], jobs: Sequence[J], on_start: Callable[[J], None]
    ) -> Iterator[Outcome[J, T]]:
        """Yield the outcome of each job as it ends; jobs start in the order given. on_start: called when one starts."""
        waiting, idle = deque(jobs), list(range(len(self._executors)))
        running: dict[Future[T | Failure], tuple[int, J]] = {}
        while waiting or running:
            while waiting and idle:
                worker, job = idle.pop(), waiting.popleft()
                on_start(job)
                running[self._submit(worker, work, job)] = worker, job
            # Waiting in turns of half a second lets Ctrl-C through on every system
            finished, _ = wait(running, timeout=0.5, return_when=FIRST_COMPLETED)
            for future in finished:
                worker, job = running.pop(future)
                idle.append(worker)
                yield Outcome(job, self._result(worker, future))

    def _submit(self, worker: int, work: Callable[[J], T | Failure], job: J) -> Future[T | Failure]:
        try:
            return self._executors[worker].submit(work, job)
        except BrokenExecutor:  # it died while it had nothing to do
            self._renew(worker)
            return self._executors[worker].submit(work, job)

    def _result(self, worker: int, future: Future[T | Failure]) -> T | Failure:
        try:
            return future.result()
        except BrokenExecutor:
            self._renew(worker)
            return Failure(DIED)

    def _renew(self, worker: int) -> None:
        self._executors[worker].shutdown(wait=True, cancel_futures=True)
        self._executors[worker] = self._new_executor()
