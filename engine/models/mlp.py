"""A multi-layer perceptron: layer after layer, a = f(W a + b).

Its layers are the children `layer1`, `layer2`, … and each layer's function is a child of the layer, so that every value
in it can be named by its path. It contains nothing for recording.

[1] Nielsen, *Neural Networks and Deep Learning*, ch. 2 (the notation).
[2] Glorot and Bengio, *Understanding the difficulty of training deep feedforward neural networks*, 2010, eq. 16.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

FUNCTIONS: dict[str, type[nn.Module]] = {
    "sigmoid": nn.Sigmoid,
    "relu": nn.ReLU,
    "tanh": nn.Tanh,
    "linear": nn.Identity,
}


class DenseLayer(nn.Linear):
    """One layer, a = f(z) with z = W a' + b: `weight` (out, in), `bias` (out), `function` f."""

    def __init__(self, fan_in: int, fan_out: int, function: nn.Module) -> None:
        """Make a layer of `fan_out` neurons that read `fan_in` numbers each."""
        super().__init__(fan_in, fan_out)
        self.function = function

    def reset_parameters(self) -> None:
        """Draw the weights from U(−√(6/(in+out)), √(6/(in+out))) [2]; biases start at zero."""
        nn.init.xavier_uniform_(self.weight)
        nn.init.zeros_(self.bias)

    def forward(self, values: Tensor) -> Tensor:
        """Return the activations (batch, out) for the activations before, (batch, in)."""
        return self.function(super().forward(values))


class MLP(nn.Module):
    """Fully connected layers of the given sizes; the last one has a function of its own."""

    def __init__(self, sizes: Sequence[int], activation: str = "sigmoid", output: str = "sigmoid") -> None:
        """Make a layer for each pair of neighbours in `sizes`, (784, 16, 16, 10) making three."""
        super().__init__()
        last = len(sizes) - 1
        for number, (fan_in, fan_out) in enumerate(pairwise(sizes), start=1):
            function = FUNCTIONS[output if number == last else activation]()
            self.add_module(f"layer{number}", DenseLayer(fan_in, fan_out, function))

    def forward(self, images: Tensor) -> Tensor:
        """Return the outputs (batch, 10) for images (batch, height, width) or (batch, 784)."""
        values = torch.flatten(images, start_dim=1)  # (batch, height·width)
        for layer in self.children():
            values = layer(values)  # (batch, out)
        return values
