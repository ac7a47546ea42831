"""What a diagram says of a model's parts: the shapes of each call, and sums only where something is added."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import relu

from engine.capture.module_graph import trace_module_graph
from engine.recording.format.structure import Structure
from scenes.animate.diagram.anatomy import DiagramBlocks, model_blocks
from scenes.animate.diagram.graph import Graph


class Pooled(nn.Module):
    """Two convolutions that share their pooling."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.conv2, self.pool, self.fc = (
            nn.Conv2d(3, 6, 5),
            nn.Conv2d(6, 16, 5),
            nn.MaxPool2d(2),
            nn.Linear(400, 3),
        )

    def forward(self, x: Tensor) -> Tensor:
        x = self.pool(relu(self.conv1(x)))
        return self.fc(torch.flatten(self.pool(relu(self.conv2(x))), 1))


class Joining(nn.Module):
    """Two ways that come together by a function, behind a number that is added to one of them."""

    def __init__(self, join: Callable[[Tensor, Tensor], Tensor]) -> None:
        super().__init__()
        self.first, self.left, self.right, self.last = (nn.Linear(4, 4) for _ in range(4))
        self.join = join

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x)
        return self.last(relu(self.join(self.left(x) + 1, relu(self.right(x)))))


class Concatenating(nn.Module):
    """Ways whose outputs lie side by side."""

    def __init__(self, before: int, each: int) -> None:
        super().__init__()
        self.ways = nn.ModuleList(nn.Sequential(nn.Conv2d(before, each, 1), nn.ReLU()) for _ in range(3))

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([way(x) for way in self.ways], 1)


class Placed(nn.Module):
    """Embeddings of words and of places, of which the latter take in nothing of the probe."""

    def __init__(self) -> None:
        super().__init__()
        self.words, self.places = nn.Embedding(9, 4), nn.Embedding(6, 4)
        self.norm, self.head = nn.LayerNorm(4), nn.Linear(4, 9)

    def forward(self, x: Tensor) -> Tensor:
        ids = x.abs().long().clamp(0, 8)
        return self.head(self.norm(self.words(ids) + self.places(torch.arange(6))))


class Residual(nn.Module):
    """A block whose input is added to what it makes of it."""

    def __init__(self) -> None:
        super().__init__()
        self.one, self.two, self.norm = nn.Conv2d(4, 4, 3, padding=1), nn.Conv2d(4, 4, 3, padding=1), nn.BatchNorm2d(4)

    def forward(self, x: Tensor) -> Tensor:
        return self.norm(self.two(relu(self.one(x))) + x)


def drawn(model: nn.Module, *shape: int) -> DiagramBlocks:
    structure = trace_module_graph(model, torch.randn(*shape))
    assert Structure.from_json(structure.to_json()) == structure
    return model_blocks(Graph(structure))


def test_a_part_that_is_used_twice_has_the_shape_of_each_use() -> None:
    shapes = {block.members[0]: (block.entry, block.shape) for block in drawn(Pooled(), 2, 3, 32, 32).blocks}
    assert shapes["pool"] == ((6, 28, 28), (6, 14, 14)) and shapes["pool#2"] == ((16, 10, 10), (16, 5, 5))


@pytest.mark.parametrize(
    ("join", "adds"),
    [
        (torch.add, True),
        (lambda one, other: one.add_(other), True),
        (lambda one, other: 2 * (one + other), True),
        (torch.mul, False),
        (torch.maximum, False),
        (lambda one, other: torch.cat([one, other], 1)[:, :4], False),
        (lambda one, other: torch.stack([one, other]).amax(0) + 1, False),
    ],
)
def test_a_sum_is_drawn_only_where_something_is_added(join: Callable[[Tensor, Tensor], Tensor], adds: bool) -> None:
    blocks = drawn(Joining(join), 5, 4)
    assert [block.path for block in blocks.blocks] == ["first", "left", "right", "last"]
    assert blocks.sources[3] == {2, 3} and blocks.adds == (False, False, False, adds, False)


def test_a_part_that_takes_in_nothing_comes_before_what_takes_it() -> None:
    blocks = drawn(Placed(), 2, 6)
    assert [block.path for block in blocks.blocks] == ["words", "places", "norm", "head"]
    assert [sorted(sources) for sources in blocks.sources] == [[0], [], [1, 2], [3], [4]]
    assert all(source < number for number, sources in enumerate(blocks.sources, 1) for source in sources)


def test_no_way_leads_around_what_is_put_side_by_side_inside() -> None:
    ways = [Concatenating(4, 2), Concatenating(6, 3), Concatenating(9, 4)]
    model = nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), *ways, nn.Flatten(), nn.Linear(12 * 64, 2))
    assert not any(block.joins for block in drawn(model, 2, 1, 8, 8).blocks)
    residual = nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), *(Residual() for _ in range(4)), nn.Flatten())
    assert any(block.joins for block in drawn(residual, 2, 1, 8, 8).blocks)
