"""Writing beside the work: a thread that does what it is given, in order, while the training goes on."""

from __future__ import annotations

from collections.abc import Callable
from threading import Condition, Thread

ROOM = 128_000_000  # bytes that may wait to be written; who brings more has to wait himself


class WriteQueue:
    """Does one thing after the other. What fails is raised by the next call, and nothing given later is done."""

    def __init__(self) -> None:
        self._tasks: list[tuple[Callable[[], None], int]] = []  # the first is the one under way
        self._waiting_bytes = 0
        self._changed = Condition()
        self._error: BaseException | None = None
        self._thread: Thread | None = None

    def put(self, task: Callable[[], None], nbytes: int = 0) -> None:
        """Have something done. nbytes: what it holds on to until then."""
        with self._changed:
            self._changed.wait_for(lambda: self._error or not self._tasks or self._waiting_bytes + nbytes <= ROOM)
            self._raise_error()
            self._tasks.append((task, nbytes))
            self._waiting_bytes += nbytes
            if self._thread is None:  # a daemon: a program that dies leaves what a kill would leave
                self._thread = Thread(target=self._work, name="write recording", daemon=True)
                self._thread.start()

    def wait(self) -> None:
        """Return when everything is done."""
        with self._changed:
            self._changed.wait_for(lambda: self._error or not self._tasks)
            self._raise_error()

    def stop(self) -> None:
        """Forget what has not been begun, and return when the thread has put the pen down."""
        with self._changed:
            del self._tasks[1:]
            self._changed.wait_for(lambda: self._error or not self._tasks)

    def _raise_error(self) -> None:
        if self._error is not None:
            raise self._error

    def _work(self) -> None:
        while True:
            with self._changed:
                if not self._tasks:  # the next task brings a thread of its own, so that none is left behind
                    self._thread = None
                    return
                task, nbytes = self._tasks[0]
            try:
                task()
            except BaseException as error:  # whatever it is, the caller hears of it
                with self._changed:
                    self._error, self._thread = error, None
                    self._tasks.clear()
                    self._changed.notify_all()
                return
            with self._changed:
                del self._tasks[0]
                self._waiting_bytes -= nbytes
                self._changed.notify_all()
