"""Runs jobs on several workers in the order given, shows the progress, and gathers the results."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from renders.base.errors import RenderError
from renders.base.progress import meter
from renders.farm.pool import Failure, Farm, Outcome
from renders.farm.worker import WorkerProcess, threads_of
from renders.request.parts import RenderJob

T = TypeVar("T")


class PiecesFailedError(RenderError):
    """An error where film parts could not be made, one line each; trace: their tracebacks."""

    def __init__(self, failures: Sequence[tuple[RenderJob, Failure]]) -> None:
        super().__init__("\n".join(f"{job.piece.label}: {failure.line}" for job, failure in failures))
        self.trace = "\n".join(failure.trace for _, failure in failures if failure.trace)


@dataclass
class Gathered(Generic[T]):
    """The results and the failures of jobs, each beside its job."""

    results: list[tuple[RenderJob, T]] = field(default_factory=list)
    failures: list[tuple[RenderJob, Failure]] = field(default_factory=list)

    @property
    def count(self) -> int:
        """The number of jobs that are over."""
        return len(self.results) + len(self.failures)

    def add(self, outcome: Outcome[RenderJob, T], tell: Callable[[RenderJob, T], str]) -> str:
        """Add an outcome and return a text about it; raises PiecesFailedError where all other jobs would fail, too."""
        job, result = outcome.job, outcome.result
        if not isinstance(result, Failure):
            self.results.append((job, result))
            return tell(job, result)
        self.failures.append((job, result))
        if result.fatal:
            raise PiecesFailedError([(job, result)])
        return "failed"

    def by_label(self) -> dict[str, T]:
        """Return the results by the labels of the film parts, where each part was one job."""
        return {job.piece.label: result for job, result in self.results}

    def require_all(self) -> None:
        """Raise PiecesFailedError if a film part failed."""
        if self.failures:
            raise PiecesFailedError(self.failures)


def work_through(
    jobs: Sequence[RenderJob],
    work: Callable[[RenderJob], T | Failure],
    tell: Callable[[RenderJob, T], str],
    *,
    title: str,
    workers: int,
    new_executor: Callable[[], Executor] | None = None,
) -> Gathered[T]:
    """Do all jobs, go on with the others where one fails, and return the results and the failures.

    tell: says in a few words what a job brought. new_executor: makes a worker; a process of our own unless given.
    Raises PiecesFailedError at once where no other job could do better, as on a full disk.
    """
    gathered: Gathered[T] = Gathered()
    if not jobs:
        return gathered
    workers = min(workers, len(jobs))
    threads = threads_of(workers)
    with meter(title, len(jobs)) as shown, Farm(new_executor or (lambda: WorkerProcess(threads)), workers) as farm:
        under_way: list[str] = []

        def start(job: RenderJob) -> None:
            under_way.append(job.piece.name)
            shown.show(gathered.count, ", ".join(under_way))

        for outcome in farm.run(work, jobs, start):
            under_way.remove(outcome.job.piece.name)
            told = gathered.add(outcome, tell)
            shown.show(gathered.count, ", ".join(under_way))
            shown.log(f"{outcome.job.piece.label}: {told} ({gathered.count} of {len(jobs)})")
    return gathered
