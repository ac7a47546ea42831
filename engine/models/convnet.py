"""A small convolutional network that classifies pictures.

Twice the same three steps: convolution, ReLU, and max pooling over 2 × 2 squares. Then one linear layer has an output
for each class. It contains nothing for recording.

[1] LeCun, Bottou, Bengio and Haffner, *Gradient-Based Learning Applied to Document Recognition*, 1998, §II (kernels of
    5 × 5 that share their weights over the whole picture, and smaller pictures layer by layer).
[2] Nair and Hinton, *Rectified Linear Units Improve Restricted Boltzmann Machines*, 2010 (in place of tanh).
[3] He, Zhang, Ren and Sun, *Delving Deep into Rectifiers*, 2015, eq. 10 (first weights).
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

KERNEL = 5


class ConvNet(nn.Module):
    """Convolution, ReLU and pooling, twice; then one linear layer."""

    def __init__(self, channels: Sequence[int] = (8, 16), side: int = 28, classes: int = 10) -> None:
        """Make `channels` kernels in the first and the second convolution, for pictures of `side` × `side` pixels."""
        super().__init__()
        first, second = channels
        left = ((side - KERNEL + 1) // 2 - KERNEL + 1) // 2  # side of the last maps, 4 for 28
        self.conv1 = nn.Conv2d(1, first, KERNEL)
        self.relu1 = nn.ReLU()
        self.pool1 = nn.MaxPool2d(2)
        self.conv2 = nn.Conv2d(first, second, KERNEL)
        self.relu2 = nn.ReLU()
        self.pool2 = nn.MaxPool2d(2)
        self.linear = nn.Linear(second * left * left, classes)
        for convolution in (self.conv1, self.conv2):
            nn.init.kaiming_normal_(convolution.weight, nonlinearity="relu")  # [3]
            nn.init.zeros_(convolution.get_parameter("bias"))

    def forward(self, images: Tensor) -> Tensor:
        """Return logits (batch, class) for images (batch, height, width)."""
        maps = images.unsqueeze(1)  # (batch, 1, 28, 28)
        maps = self.pool1(self.relu1(self.conv1(maps)))  # (batch, 8, 24, 24), pooled to (batch, 8, 12, 12)
        maps = self.pool2(self.relu2(self.conv2(maps)))  # (batch, 16, 8, 8), pooled to (batch, 16, 4, 4)
        return self.linear(torch.flatten(maps, start_dim=1))  # (batch, 256) to (batch, 10)
