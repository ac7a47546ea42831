"""A plug that is pulled while a training runs, for tests of what it leaves."""

from __future__ import annotations

from engine.training.callbacks import Observer, Progress


class Pulled(BaseException):
    """A plug that is pulled: nothing is committed on the way out."""


class PullAt(Observer):
    """Pulls the plug when a training has come so far. heard: what it was told until then."""

    def __init__(self, step: int) -> None:
        self.step = step
        self.heard: list[Progress] = []

    def progressed(self, progress: Progress) -> None:
        self.heard.append(progress)
        if progress.step >= self.step:
            raise Pulled
