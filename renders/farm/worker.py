"""Runs jobs in a process that keeps its imports from one to the next, and ends with the process that started it."""

from __future__ import annotations

import os
import signal
import traceback
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection, wait
from pathlib import Path
from threading import RLock, Thread
from typing import TYPE_CHECKING, Any, TypeVar

from renders.base.errors import HOPELESS, RenderError, describe_os_error
from renders.farm.pool import Failure

if TYPE_CHECKING:
    from concurrent.futures import Future

    from renders.cache.entry import Entry
    from renders.lint.lint import Report
    from renders.request.parts import RenderJob

T = TypeVar("T")

# Whoever counts the cores for himself: two workers that do would fight over them.
THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMBA_NUM_THREADS",
)


class WorkerProcess(ProcessPoolExecutor):
    """An executor of one spawned process, whose libraries use `threads` threads each.

    The process holds one end of a pipe, its leash. It ends at once when the other end is gone: closed here, or by the
    operating system when this process is killed. Without it a killed render would leave its workers behind.
    """

    def __init__(self, threads: int) -> None:
        held, self._leash = Pipe(duplex=False)
        super().__init__(1, get_context("spawn"), initializer=start_worker, initargs=(threads, held))

    def submit(self, function: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        # The process starts with the first job. What is blocked now stays blocked in it: Ctrl-C is for us alone,
        # and must not meet a worker that is still importing.
        with _interrupts_held_back():
            return super().submit(function, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the process; with `cancel_futures` it ends in the midst of its work."""
        if cancel_futures:
            self._leash.close()
        super().shutdown(wait, cancel_futures=cancel_futures)


@contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """Hold back Ctrl-C until the block is over, where the system can."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def start_worker(threads: int, leash: Connection) -> None:
    """Set up a fresh process, before anything large is imported."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ.update(dict.fromkeys(THREAD_VARIABLES, str(threads)))
    # Manim's progress bars would share a lock between processes, which a process that is ended leaves behind
    import_module("tqdm").tqdm.set_lock(RLock())
    Thread(target=_end_with, args=(leash,), daemon=True).start()


def _end_with(leash: Connection) -> None:
    wait([leash])  # nothing is ever sent: it becomes ready when the other end is gone
    os._exit(1)


def threads_of(workers: int) -> int:
    """Return how many threads each of `workers` may use."""
    return max(1, (os.cpu_count() or 1) // workers)


def render_piece(job: RenderJob) -> Entry | Failure:
    """Film a film part and put it into the cache.

    A part whose code or data was changed meanwhile is not kept there: its digest is "", and its film lies in the job's
    folder for what is not whole. Any error comes back as a Failure, since not every error can be pickled.
    """
    return guarded(_film, job)


def _film(job: RenderJob) -> Entry:
    from renders.cache.beat_cache import Cache
    from renders.scene.filming import film_piece  # imports manim: seconds

    entry = film_piece(job)
    return Cache(job.cache / "beats").put(entry) if _digest_now(job) == job.digest else replace(entry, digest="")


def _digest_now(job: RenderJob) -> str:
    from renders.cache.digest import Digests
    from renders.cache.import_graph import ImportGraph
    from renders.scene.setup import open_data

    return Digests(job.quality, job.language, open_data(job), ImportGraph(), job.look).of(job.piece)


def lint_piece(job: RenderJob) -> Report | Failure:
    """Return the report on the layout of a film part."""
    return guarded(_lint, job)


def _lint(job: RenderJob) -> Report:
    from renders.lint.lint import inspect_piece

    return inspect_piece(job)


def draw_piece(target_of: Mapping[str, Path], job: RenderJob) -> Path | Failure:
    """Draw the picture of a film part's last pause, and return its path. target_of: paths by the parts' labels."""
    return guarded(lambda one: _draw(one, target_of[one.piece.label]), job)


def _draw(job: RenderJob, target: Path) -> Path:
    from renders.scene.still import draw_still

    return draw_still(job, target)


def replay_part(job: RenderJob) -> Entry | Failure:
    """Play a film part without drawing it, and return what it says, shows and reads."""
    return guarded(_replay, job)


def _replay(job: RenderJob) -> Entry:
    from renders.scene.replay import replayed

    return replayed(job)


def warm_up() -> None:
    """Import the libraries that take long, so that a film part whose code was just saved starts sooner."""
    for library in ("numba", "manim", "av"):
        __import__(library)


def guarded(work: Callable[[RenderJob], T], job: RenderJob) -> T | Failure:
    """Return the result of `work` for a job, or a Failure that tells the line in the film part's own code."""
    try:
        return work(job)
    except (Exception, SystemExit) as error:
        return failure_of(error, job.piece.module)


def failure_of(error: BaseException, module: str) -> Failure:
    """Return an error as plain data. module: of the film part; its line is named where it is in the traceback."""
    return Failure(_one_line(error, module), "".join(traceback.format_exception(error)), _is_fatal(error))


def _one_line(error: BaseException, module: str) -> str:
    from engine.recording import RecordingError  # imports numpy, which must find the thread variables set

    if isinstance(error, (RenderError, RecordingError)):
        return str(error)
    if isinstance(error, OSError) and error.errno:
        return describe_os_error(error)
    reason = str(error).strip().split("\n", 1)[0]
    text = f"{type(error).__name__}: {reason}" if reason else type(error).__name__
    return text + _place(error, module)


def _place(error: BaseException, module: str) -> str:
    """Return the line of an error, in the film part's own file where that is in the traceback, else in the last one."""
    if isinstance(error, SyntaxError):
        return f" ({error.filename}:{error.lineno})"
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if Path(frame.filename).stem == module.rpartition(".")[2]]
    frame = (own or frames)[-1]
    return f" ({Path(frame.filename).name}:{frame.lineno})"


def _is_fatal(error: BaseException | None) -> bool:
    """Tell whether a full disk, or one that cannot be written, is at the bottom of an error."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in HOPELESS:
            return True
        error = error.__cause__ or error.__context__
    return False
