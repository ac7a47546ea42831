"""Tells what has changed in a model since it was looked at: modules, parameters, their shapes and what may learn."""

from __future__ import annotations

from dataclasses import dataclass

from torch import nn

from engine.capture.model_parts import parts_of


@dataclass(frozen=True)
class ModelState:
    """The modules of a model by path, and of each parameter its shape and whether it may learn, by name."""

    modules: dict[str, nn.Module]
    parameters: dict[str, tuple[tuple[int, ...], bool]]

    @classmethod
    def of(cls, model: nn.Module) -> ModelState:
        """Return a model's state."""
        modules, parameters = parts_of(model)
        there = {name: (tuple(one.shape), one.requires_grad) for name, one in parameters.items() if not one.is_meta}
        return cls(modules, there)

    def told_since(self, before: ModelState) -> list[str]:
        """Return a line for each parameter that has gone, come, or changed its shape, or may learn now, since then."""
        was, now = before.parameters, self.parameters
        gone = [
            f"{name} is no parameter of the model any more: what is recorded of it ends"
            for name in was
            if name not in now
        ]
        come = [f"{name} is a new parameter: what is recorded of it begins" for name in now if name not in was]
        other, learning = [], []
        for name, (shape, learns) in now.items():
            old, learned = was.get(name, (shape, learns))
            if old != shape:
                other.append(f"{name} has the shape {shape}, and had {old}: what is recorded of it begins anew")
            elif learns and not learned:
                learning.append(f"{name} may learn from now on: what is recorded of its gradient begins")
        return [*gone, *come, *other, *learning]
