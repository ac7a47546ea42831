"""Draws the network and images that several beats show at the same places, and chooses among the recorded images."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, VGroup

from engine.recording.format.conventions import USER_PROBE_LABEL
from scenes.evidence.evidence import Quoted
from scenes.look.frame import layout_in
from scenes.look.style import LABEL
from scenes.mobjects.diagram.network import Network, layered_network
from scenes.mobjects.pictures.pixels import DigitImage
from scenes.text.typeset import Words

if TYPE_CHECKING:
    from engine.recording import Recording

GRID_HEIGHT = 6.2
IMAGE_HEIGHT = 2.3
INPUTS_DRAWN = 16
LAST = -1  # the snapshot after the last step
LAYERS = ("layer1", "layer2", "layer3")
WEIGHTS = tuple(f"digits/{layer}.weight" for layer in LAYERS)  # as evidence names them
BIASES = tuple(f"digits/{layer}.bias" for layer in LAYERS)
ACTIVATIONS = tuple(f"digits/{layer}.activation" for layer in LAYERS)


@dataclass(frozen=True)
class NetworkStage:
    """The layout of a network that has the frame to itself, and of the image that goes into it.

    size: scene units from the first layer to the last, and of the longest layer. middle: of the network. grid: the
    height of the image as a grid of neurons.
    """

    size: tuple[float, float]
    middle: np.ndarray
    image: np.ndarray
    image_height: float = IMAGE_HEIGHT
    grid: float = GRID_HEIGHT
    downwards: bool = False


STAGES: Mapping[str, NetworkStage] = {
    "16:9": NetworkStage((7.4, 6.0), 0.9 * RIGHT + 0.4 * DOWN, 5.35 * LEFT + 0.4 * DOWN),
    "4:3": NetworkStage((5.9, 6.2), 1.05 * RIGHT + 0.35 * DOWN, 3.7 * LEFT + 0.35 * DOWN),
    "1:1": NetworkStage((4.15, 6.2), 0.9 * RIGHT + 0.35 * DOWN, 2.6 * LEFT + 0.35 * DOWN, 1.85),
    "9:16": NetworkStage((7.4, 6.7), 0.45 * DOWN, 5.1 * UP, 2.9, 6.9, downwards=True),
}


def sizes_of(recording: Recording) -> tuple[int, ...]:
    """Return the layer sizes of the recorded network, (784, 16, 16, 10), from the arrays themselves."""
    shapes = [recording.arrays[f"{layer}.weight"].shape for layer in LAYERS]  # (step, out, in)
    return (shapes[0][2], *[shape[1] for shape in shapes])


def probes_of(recording: Recording, digit: int) -> np.ndarray:
    """Return the positions of the probe images of a digit, (n,)."""
    return np.flatnonzero(recording.read("probe.label") == digit)


def typical(recording: Recording, digit: int) -> int:
    """Return the position of the probe image of a digit that is nearest to the mean of that digit's probe images."""
    probes = probes_of(recording, digit)
    images = recording.read("probe.input", batch=probes.tolist()).reshape(len(probes), -1)
    return int(probes[np.argmin(np.linalg.norm(images - images.mean(axis=0), axis=1))])


def answered_right(recording: Recording, digit: int) -> int:
    """Return the position of the first probe image of a digit that the trained network answers with that digit.

    Where it answers none so, the network having learned little, it is the one that comes nearest.
    """
    probes = probes_of(recording, digit)
    outputs = recording.read("layer3.activation", step=LAST, batch=probes.tolist())  # (probe, output)
    right = np.flatnonzero(outputs.argmax(axis=1) == digit)
    return int(probes[right[0] if len(right) else outputs[:, digit].argmax()])


def own_or(recording: Recording, probe: int) -> int:
    """Return the position of the user's own picture where the recording has one, `probe` where it has none."""
    own = probes_of(recording, USER_PROBE_LABEL)
    return int(own[0]) if len(own) else probe


def least_sure(recording: Recording) -> int:
    """Return the position of the probe image whose highest output is the lowest."""
    return int(np.argmin(recording.read("layer3.activation", step=LAST).max(axis=1)))


def pixels_of(recording: Recording, probe: int) -> np.ndarray:
    """Return a probe image's pixels, (28, 28) in [0, 1]."""
    return recording.read("probe.input", batch=probe)


def neuron_grid(pixels: np.ndarray) -> DigitImage:
    """Return the image as a grid of 784 neurons, as it stands when its pixels have turned into discs."""
    return DigitImage(pixels, height=layout_in(STAGES).grid).round_off()


def the_network(
    sizes: tuple[int, ...], width: float | None = None, height: float | None = None, *, downwards: bool = False
) -> Network:
    """Return the network where beats show it that need no room beside it, or `width` by `height` scene units large.

    Without a size it runs downwards in a tall frame. Of the input it draws sixteen pixels in the middle of the image's
    middle row: there the strokes are.
    """
    side = int(np.sqrt(sizes[0]))
    first = side * (side // 2) + (side - INPUTS_DRAWN) // 2
    drawn = {0: np.arange(first, first + INPUTS_DRAWN)}
    stage = layout_in(STAGES)
    if width and height:
        network = layered_network(sizes, width=width, height=height, drawn=drawn, downwards=downwards)
        return network.shift(stage.middle)
    width, height = stage.size
    network = layered_network(sizes, width=width, height=height, drawn=drawn, downwards=stage.downwards)
    return network.shift(stage.middle)


def runs_down(network: Network) -> bool:
    """Return whether a network's layers lie below each other."""
    first, last = (network.columns[k].get_center() for k in (0, -1))
    return bool(abs(last[1] - first[1]) > abs(last[0] - first[0]))


def rolled_out(grid: DigitImage, network: Network) -> DigitImage:
    """Return the grid with its neurons in their places in the first column; those not drawn gather at the dots."""
    target = grid.copy()
    column, dots = network.columns[0], network.ellipsis(0)
    above, below = dots.centers[1], dots.centers[-2]
    centers = np.where(np.arange(len(grid))[:, None] < column.indices[0], above, below)
    centers[column.indices] = column.centers
    target.shown = np.zeros(len(grid), np.float32)
    target.shown[column.indices] = 1
    side = np.linalg.norm(grid.points[1] - grid.points[0])
    target.scale_items(2 * column.radius / side * np.maximum(target.shown, 0.1))
    target.move_items(centers)
    target.stroke = np.repeat(column.stroke[:1], len(grid), axis=0)
    target.stroke_width = np.full(len(grid), column.stroke_width[0], np.float32)
    return target


def answer_labels(network: Network) -> VGroup:
    """Return the digits 0 to 9 beside the neurons of the last layer, or below them."""
    column, down = network.columns[-1], runs_down(network)
    labels = VGroup(*[Words(str(index), size=LABEL, because=Quoted(str(index))) for index in column.indices])
    for label, center in zip(labels, column.centers, strict=True):
        side = DOWN if down else RIGHT
        label.next_to(center + column.radius * side, side, buff=0.18)
        label.set_x(center[0]) if down else label.set_y(center[1])
    return labels


def input_image(pixels: np.ndarray) -> DigitImage:
    """Return the image where it stands before it goes into the network."""
    stage = layout_in(STAGES)
    return DigitImage(pixels, height=stage.image_height).move_to(stage.image)
