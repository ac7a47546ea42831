"""Reads the chain of neurons that was analysed, and measures what is said and written of it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from scenes.evidence.evidence import Measured
from scenes.language.translation import N_

if TYPE_CHECKING:
    from engine.recording import Recording

ANALYSIS = "chain-calculus"
LAST, BEFORE = -1, -2  # positions of the last neuron and of the one before it
CLOSE = 1e-12
HALVES = ("example.input", "example.target", "example.cost", "weight", "bias", "z", "activation")


class ChainPass:
    """The values of one example in the chain, and its derivatives, as they were recorded."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        read = recording.read
        self.x, self.y, self.cost = (float(read(f"example.{name}")[0]) for name in ("input", "target", "cost"))
        self.w, self.b, self.z, self.a = (read(name) for name in ("weight", "bias", "z", "activation"))
        self.step, self.accuracy = int(recording.config["step"]), float(recording.config["accuracy"])

    @property
    def before(self) -> float:
        """The activation that the last neuron reads."""
        return float(self.a[BEFORE]) if len(self.a) > 1 else self.x

    @property
    def further(self) -> float:
        """The activation that the neuron before the last reads."""
        return float(self.a[-3]) if len(self.a) > 2 else self.x

    @cached_property
    def values(self) -> Measured:
        """Everything that one pass of the example comes to, layer by layer."""
        told = {"ink": self.x, "wanted": self.y, "cost": self.cost}
        told |= {name: getattr(self, name).tolist() for name in ("w", "b", "z", "a")}
        how = N_("a pass of one training image of a 0, the one whose cost is the median of all of them")
        return Measured("values", told, how, _of(*HALVES))

    @cached_property
    def size(self) -> Measured:
        """How many neurons there are, with the input, and how many weights and biases."""
        told = {"neurons": len(self.w) + 1, "weights": len(self.w), "biases": len(self.b)}
        how = N_("neurons, the input among them, weights and biases of the network")
        return Measured("size", told, how, _of("weight", "bias"))

    @cached_property
    def factors(self) -> Measured:
        """The three factors of ∂C₀ by the last weight, their product, and what autograd makes of it."""
        read = self._recording.read
        factors = {
            "z_by_w": self.before,
            "a_by_z": float(read("slope")[LAST]),
            "cost_by_a": float(read("wanted")[LAST]),
        }
        product = factors["z_by_w"] * factors["a_by_z"] * factors["cost_by_a"]
        own = float(read("autograd.d_weight")[LAST])
        told = {**factors, "product": product, "autograd": own, "alike": abs(product - own) <= CLOSE}
        how = N_("the factors of the derivative of the cost by the last weight, their product, and PyTorch's autograd")
        return Measured("factors", told, how, _of("activation", "slope", "wanted", "autograd.d_weight"))

    @cached_property
    def derivatives(self) -> Measured:
        """The derivatives of C₀ by every weight and bias, the first layer first, and whether autograd has the same."""
        read = self._recording.read
        told = {"weights": read("d_weight").tolist(), "biases": read("d_bias").tolist()}
        apart = [np.abs(read(f"d_{kind}") - read(f"autograd.d_{kind}")).max() for kind in ("weight", "bias")]
        how = N_("the derivatives of the cost by weights and biases, and whether autograd's are within 1e-12")
        names = ("d_weight", "d_bias", "autograd.d_weight", "autograd.d_bias")
        return Measured("derivatives", {**told, "alike": max(apart) <= CLOSE}, how, _of(*names))

    @cached_property
    def backwards(self) -> Measured:
        """The derivative of C₀ by the activation before the last, and its factor, the weight."""
        read = self._recording.read
        told = {"weight": float(self.w[LAST]), "one": 1, "by_before": float(read("wanted")[BEFORE])}
        how = N_("the last weight, and the derivative of the cost by the activation before the last")
        return Measured("backwards", told, how, _of("weight", "wanted"))

    @cached_property
    def moment(self) -> Measured:
        """After how many steps the network is shown, and how often it is right then."""
        told = {
            "digits": [0, 1],
            "step": self.step,
            "percent": 100 * self.accuracy,
            "reached": self._recording.config["reached"],
        }
        how = N_("the first evaluation at which nine in ten test images are right, else the last")
        return Measured("moment", told, how, _of("config.step", "config.accuracy", "config.reached"))


def _of(*names: str) -> tuple[str, ...]:
    return tuple(f"{ANALYSIS}/{name}" for name in names)
