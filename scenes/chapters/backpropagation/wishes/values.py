"""Reads what one image, and many, want of the network on digits, and measures what is said of it."""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from scenes.evidence.evidence import Measured
from scenes.language.translation import N_

if TYPE_CHECKING:
    from engine.recording import Recording

BACKPROP = "digits-backprop"


class Wishes:
    """One training image at a moment of the training: what the network answers, and what the cost wants."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self.read = recording.read
        self.label = int(self.read("example.label")[0])
        self.target = self.read("example.target")

    @property
    def layers(self) -> int:
        """The number of layers behind the input."""
        return sum(name.endswith(".wanted") for name in self._recording.arrays)

    @property
    def output(self) -> np.ndarray:
        """The answers, (out)."""
        return self.read(f"layer{self.layers}.activation")

    @property
    def wishes(self) -> np.ndarray:
        """How each output should change, y − a, (out)."""
        return self.target - self.output

    @cached_property
    def moment(self) -> Measured:
        """After how many steps the network is looked at, and how often it is right then."""
        config = self._recording.config
        told = {"step": int(config["moment_step"]), "percent": 100 * float(config["accuracy"])}
        told["reached"] = bool(config["reached"])
        how = N_("the first evaluation with six in ten test images right, else the last")
        return Measured("moment", told, how, _of("config.moment_step", "config.accuracy", "config.reached"))

    @cached_property
    def example(self) -> Measured:
        """The image's label, what the network answers, and all outputs with what is wanted."""
        told = {"label": self.label, "answer": int(np.argmax(self.output))}
        told |= {"outputs": self.output.tolist(), "wishes": self.wishes.tolist()}
        told["up"] = int((self.wishes > 0).sum())
        how = N_("of the first training images that are answered wrongly, the one with the most spread layer before")
        return Measured("example", told, how, _of(f"layer{self.layers}.activation", "example.target", "example.label"))

    # The wanted output, and its levers ----------------------------------------------------------------------------

    @property
    def before(self) -> np.ndarray:
        """The activations that the outputs read, (in)."""
        return self.read("last.before")

    @property
    def row(self) -> np.ndarray:
        """The weights into the wanted output, (in)."""
        return self.read("last.weight")[self.label]

    @cached_property
    def levers(self) -> Measured:
        """How the squared gradient of the wanted output is shared out among bias, weights and activations, percent.

        Of the cost of the wanted output alone: its δ times 1, times the activations, times the weights.
        """
        parts = {"bias": 1.0, "weights": float((self.before**2).sum()), "activations": float((self.row**2).sum())}
        total = sum(parts.values())
        told = {name: 100 * part / total for name, part in parts.items()}
        how = N_("shares of bias, weights and activations in the squared gradient of the wanted output's cost")
        return Measured("levers", told, how, _of("last.before", "last.weight", "example.label"))

    @cached_property
    def strongest(self) -> Measured:
        """Whether the weight that should grow most starts at the brightest neuron, and which that is."""
        changes = -self.read("last.delta")[self.label] * self.before
        told = {"brightest": int(np.argmax(self.before)), "most": int(np.argmax(changes))}
        told["count"] = len(self.before)
        how = N_("the most active neuron before, and the one whose weight into the wanted output changes most")
        return Measured("strongest", told, how, _of("last.before", "last.delta", "example.label"))

    @cached_property
    def rows(self) -> Measured:
        """How often, over the training, the largest change of all is one of the wanted output's weights, percent."""
        shares, steps = self.read("rows.share"), self.read("rows.step")
        near = int(np.argmin(np.abs(steps - self._recording.config["moment_step"])))
        told = {"first": 100 * float(shares[0]), "last": 100 * float(shares[-1]), "most": 100 * float(shares.max())}
        told |= {"now": 100 * float(shares[near]), "step": int(steps[near]), "end": int(steps[-1])}
        told |= {"brightest": 100 * float(self.read("rows.brightest").min())}
        told |= {"images": int(self._recording.config["examples"])}
        how = N_("of how many images the largest change of the last layer's weights is one into the wanted output")
        return Measured("rows", told, how, _of("rows.share", "rows.step", "rows.brightest", "config.examples"))

    # What the outputs want of the layer before --------------------------------------------------------------------

    @property
    def asked(self) -> np.ndarray:
        """What each output wants of each neuron of the layer before: −∂C/∂a by its path, (out, in)."""
        return -self.read("last.path")

    @cached_property
    def sums(self) -> Measured:
        """How much of all that is asked cancels, percent, and which outputs ask most."""
        total, parts = np.abs(self.asked.sum(axis=0)).sum(), np.abs(self.asked).sum()
        loud = np.argsort(-np.abs(self.asked).sum(axis=1), kind="stable")
        own = np.abs(self.asked).sum(axis=1)
        told = {"cancelled": 100 * (1 - total / max(parts, 1e-300)), "outputs": len(self.asked)}
        told |= {"neurons": self.asked.shape[1], "loudest": int(loud[0])}
        told["share"] = 100 * float(own[loud[:2]].sum() / max(own.sum(), 1e-300))
        how = N_("how much of what the outputs want of the layer before cancels, and the share of the loudest")
        return Measured("sums", told, how, _of("last.path"))

    def by_weight(self, number: int) -> np.ndarray:
        """Return ∂C₀ by each weight into layer `number`, from 2, (out, in): ∂C₀ by the neuron's sum, times aₖ."""
        active = self.read(f"layer{number}.activation")
        by_sum = active * (1 - active) * self.read(f"layer{number}.wanted")  # σ′ = σ(1 − σ)
        return np.outer(by_sum, self.read(f"layer{number - 1}.activation"))

    @cached_property
    def fading(self) -> Measured:
        """The largest wish for a weight in each layer, the first layer first, and how many times weaker each is."""
        largest = [float(self.read(f"layer{number}.largest")[0]) for number in range(1, self.layers + 1)]
        told = {"largest": largest, "times": largest[-1] / max(largest[0], 1e-300), "layers": len(largest)}
        told["falls"] = all(before < after for before, after in pairwise(largest))
        how = N_("the largest derivative by a weight in each layer, for this image")
        return Measured("fading", told, how, _of(*(f"layer{number}.largest" for number in range(1, self.layers + 1))))


def _of(*names: str) -> tuple[str, ...]:
    return tuple(f"{BACKPROP}/{name}" for name in names)
