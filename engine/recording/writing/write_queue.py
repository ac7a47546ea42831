"""Writes beside the training, in a thread of its own that runs tasks in order."""

from __future__ import annotations

from collections.abc import Callable
from threading import Condition, Thread

ROOM = 128_000_000  # bytes that may wait to be written; who brings more has to wait himself


class WriteQueue:
    """Runs tasks one after the other. An error is raised by the next `put` or `wait`, and no later task is run."""

    def __init__(self) -> None:
        self._tasks: list[tuple[Callable[[], None], int]] = []  # the first is the one under way
        self._waiting_bytes = 0
        self._changed = Condition()
        self._error: BaseException | None = None
        self._thread: Thread | None = None

    def put(self, task: Callable[[], None], nbytes: int = 0) -> None:
        """Queue a task, once there is room for it. nbytes: the number of bytes the task holds until it is done."""
        with self._changed:
            self._changed.wait_for(lambda: self._error or not self._tasks or self._waiting_bytes + nbytes <= ROOM)
            self._raise_error()
            self._tasks.append((task, nbytes))
            self._waiting_bytes += nbytes
            if self._thread is None:  # a daemon: a program that dies leaves what a kill would leave
                self._thread = Thread(target=self._work, name="write recording", daemon=True)
                self._thread.start()

    def wait(self) -> None:
        """Wait until all tasks are done."""
        with self._changed:
            self._changed.wait_for(lambda: self._error or not self._tasks)
            self._raise_error()

    def stop(self) -> None:
        """Drop the tasks that have not begun, and wait until the one that has is done."""
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
