"""Reads what many images want, the batches of the training, and the pace of two ways to descend."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from scenes.chapters.backpropagation.wishes.values import BACKPROP
from scenes.evidence.evidence import Measured
from scenes.language.translation import N_

if TYPE_CHECKING:
    from engine.recording import Recording

PACE = "digits-pace"


class WishTable:
    """What some images want of some weights, (image, weight), and the mean over all images, (weight)."""

    def __init__(self, recording: Recording) -> None:
        read = recording.read
        self.pictures, self.labels = read("table.picture"), read("table.label")
        self.entries, self.wish, self.mean = read("table.entry"), read("table.wish"), read("table.mean")
        self._agree, self._count = read("table.agree"), int(read("table.count")[0])

    @cached_property
    def measured(self) -> Measured:
        """All that is written into the table, how many images the mean is over, and how many agree with it."""
        told = {"count": self._count, "labels": self.labels.tolist(), "wish": self.wish.tolist()}
        told |= {"mean": self.mean.tolist(), "agree": 100 * float(self._agree[0])}
        how = N_("what images want of the weights that their mean turns most, that mean, and how many have its sign")
        return Measured("table", told, how, tuple(f"{BACKPROP}/table.{name}" for name in _TABLE))


_TABLE = ("entry", "picture", "label", "wish", "mean", "agree", "count")


class FirstBatches:
    """The first two batches of the training: their pictures (example, height, width), and where these come from."""

    def __init__(self, recording: Recording) -> None:
        self.pictures, self.positions = recording.read("batch.picture"), recording.read("batch.position")
        self._sizes = recording.read("batch.sizes").tolist()
        self.size = self._sizes[1]

    @cached_property
    def measured(self) -> Measured:
        """How many images there are, in a batch, and how many batches in a turn; the first positions."""
        told = dict(zip(("images", "size", "batches"), self._sizes, strict=True))
        told["first"] = self.positions[:3].tolist()
        how = N_("training images, images in a batch, batches in one turn through all, and the first images drawn")
        return Measured("batches", told, how, (f"{BACKPROP}/batch.position", f"{BACKPROP}/batch.sizes"))


class TwoPaces:
    """Descent with all images at each step ("full") and with a batch ("mini"): times, costs, and walks."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self.read = recording.read

    def times(self, way: str) -> np.ndarray:
        """Return the seconds that had passed when the cost was measured, (moment,)."""
        passed = np.concatenate([[0.0], np.cumsum(self.read(f"{way}.seconds"))])
        return passed[self.read(f"{way}.look")]

    @cached_property
    def pace(self) -> Measured:
        """Seconds a step of both ways, how many small steps fit into a large one, and how far each has come."""
        step = {way: float(np.mean(self.read(f"{way}.seconds"))) for way in ("full", "mini")}
        times, costs = self.times("mini"), self.read("mini.cost")
        begun = float(self.times("full")[1])
        told = {"full": step["full"], "mini": step["mini"], "ratio": step["full"] / step["mini"]}
        told |= {"cost": float(self.read("full.cost")[-1]), "small_cost": float(costs[-1])}
        told |= {"seconds": float(self.times("full")[-1]), "small_seconds": float(times[-1]), "step_of": begun}
        told |= {
            "size": int(self._recording.config["batch_size"]),
            "images": int(self._recording.config["training_images"]),
        }
        told["tested"] = int(self._recording.config["tested"])
        told["faster"] = told["small_cost"] < told["cost"] and told["small_seconds"] < told["seconds"]
        how = N_(
            "seconds a step on one thread, how many cheap steps a dear one lasts, and the cost that each way comes to"
        )
        names = [f"{way}.{name}" for way in ("full", "mini") for name in ("seconds", "look", "cost")]
        names += ["config.batch_size", "config.training_images", "config.tested"]
        return Measured("pace", told, how, tuple(f"{PACE}/{name}" for name in names))

    @cached_property
    def walks(self) -> Measured:
        """How many times longer than the straight line each walk is."""
        told = {way: _detour(self.read(f"walk.{way}")) for way in ("full", "mini")}
        told["steps"] = len(self.read("walk.full")) - 1
        told |= {name: int(self._recording.config[name]) for name in ("examples", "drawn")}
        how = N_("how many times as long as the straight line from its start to its end each walk is, in two weights")
        return Measured(
            "walks",
            told,
            how,
            (f"{PACE}/walk.full", f"{PACE}/walk.mini", *(f"{PACE}/config.{name}" for name in ("examples", "drawn"))),
        )


def _detour(walk: np.ndarray) -> float:
    length = np.linalg.norm(np.diff(walk, axis=0), axis=1).sum()
    return float(length / max(float(np.linalg.norm(walk[-1] - walk[0])), 1e-300))
