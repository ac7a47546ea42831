"""A residual network as torchvision builds them, small: blocks of two convolutions and a way around them.

He, Zhang, Ren and Sun, *Deep Residual Learning for Image Recognition*, 2016.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn


class BasicBlock(nn.Module):
    """Two convolutions, to whose result the input is added."""

    def __init__(self, before: int, channels: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(before, channels, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        changes = stride != 1 or before != channels
        self.downsample = (
            nn.Sequential(nn.Conv2d(before, channels, 1, stride, bias=False), nn.BatchNorm2d(channels))
            if changes
            else None
        )

    def forward(self, maps: Tensor) -> Tensor:
        identity = maps if self.downsample is None else self.downsample(maps)
        maps = self.relu(self.bn1(self.conv1(maps)))
        maps = self.bn2(self.conv2(maps))
        maps += identity
        return self.relu(maps)


class ResNet(nn.Module):
    """Stages of blocks, each with smaller and more maps; `widths`: the channels of each, `blocks`: in each."""

    def __init__(self, widths: Sequence[int] = (8, 16, 32), blocks: int = 2, classes: int = 10) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, widths[0], 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(widths[0])
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(2)
        before = widths[0]
        self.stages = len(widths)
        for stage, channels in enumerate(widths):
            layer = [BasicBlock(before, channels, 2 if stage else 1)]
            layer += [BasicBlock(channels, channels) for _ in range(blocks - 1)]
            self.add_module(f"layer{stage + 1}", nn.Sequential(*layer))
            before = channels
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(before, classes)

    def forward(self, pictures: Tensor) -> Tensor:
        maps = self.maxpool(self.relu(self.bn1(self.conv1(pictures))))
        for stage in range(self.stages):
            maps = self.get_submodule(f"layer{stage + 1}")(maps)
        return self.fc(torch.flatten(self.avgpool(maps), 1))
