"""What `gradient_components` shows of a gradient: some of its components, chosen by rule, and how each is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from manim.mobject.types.vectorized_mobject import VMobject

from engine.recording import Recording
from scenes.beats.stage import LAYERS
from scenes.beats.timeline import Said, said
from scenes.evidence.evidence import Measured
from scenes.language.translation import N_
from scenes.look.style import palette
from scenes.mobjects.diagram.network import Network, WeightEdges
from scenes.text.matrices import Slots

GRADIENTS = tuple(f"digits-review/{layer}.weight.gradient" for layer in LAYERS)
ARROW = 0.58  # scene units, an arrow of the largest component
SMALLEST = 0.005  # scene units: a component that is not to be seen still has a place
THICKEST = 4.0  # manim's stroke width of the edge of the largest component
A_LITTLE = 0.01  # of the largest component: less than that is next to nothing


@dataclass(frozen=True, order=True)
class Choice:
    """One weight: its layer, the neuron that it leads to, the one that it comes from, and its place in the column."""

    layer: int
    out: int
    into: int
    position: int

    @property
    def symbol(self) -> str:
        """How the weight is written in a formula."""
        return f"w_({self.out},{self.into})^(({self.layer + 1}))"


def column_of(recording: Recording, ending: str = "", **where: object) -> np.ndarray:
    """Return all weights and biases, or what is recorded of them, as one column, (n,), layer after layer."""
    names = [f"{layer}.{kind}{ending}" for layer in LAYERS for kind in ("weight", "bias")]
    return np.concatenate([recording.read(name, **where).ravel() for name in names])  # type: ignore[arg-type]


def choose_weights(network: Network, gradients: Sequence[np.ndarray], count: int) -> list[Choice]:
    """Return weights whose components are spread evenly over the sorted ones of all edges drawn.

    gradients: (out, in) of each layer. The highest and the lowest are among them; they come in the column's order.
    """
    edges = network.edges
    values = np.concatenate([one.pick(gradient) for one, gradient in zip(edges, gradients, strict=True)])
    layers = np.repeat(np.arange(len(edges)), [len(one) for one in edges])
    outs, intos = (np.concatenate([getattr(one, side) for one in edges]) for side in ("targets", "sources"))
    before = np.cumsum([0, *[gradient.size + len(gradient) for gradient in gradients]])  # weights and biases
    wanted = np.unique(np.round(np.linspace(0, len(values) - 1, count)).astype(int))
    chosen = []
    for place in np.argsort(values, kind="stable")[wanted].tolist():
        layer, out, into = int(layers[place]), int(outs[place]), int(intos[place])
        width = gradients[layer].shape[1]
        chosen.append(Choice(layer, out, into, int(before[layer]) + out * width + into))
    return sorted(chosen)


def slots_of(chosen: Sequence[Choice]) -> Slots:
    """Return the places of a column that shows the chosen ones, with dots where another layer begins."""
    slots: list[int | None] = []
    for before, one in zip([None, *chosen], chosen, strict=False):
        if before is not None and before.layer != one.layer:
            slots.append(None)
        slots.append(one.position)
    return tuple(slots)


def compared(wishes: np.ndarray) -> tuple[int, int]:
    """Return the positions of a small wish and of the largest one among wishes (n,): of other signs if there are such.

    The small one is the smallest that is not next to nothing.
    """
    largest = int(np.abs(wishes).argmax())
    others = np.flatnonzero(np.abs(wishes) >= A_LITTLE * abs(wishes[largest]))
    others = others[others != largest]
    opposite = others[wishes[others] * wishes[largest] < 0]
    among = next((one for one in (opposite, others) if len(one)), np.array([(largest + 1) % len(wishes)]))
    return int(among[np.abs(wishes[among]).argmin()]), largest


def measured_pair(wishes: np.ndarray) -> Measured:
    """Measure the two of the wishes shown, (n,), that are compared, and about how many times as large the one is."""
    small, large = (float(wishes[one]) for one in compared(wishes))
    ratio = abs(large) / max(abs(small), 1e-12)
    about = float(f"{ratio:.1g}") if ratio >= 10 else round(ratio, 1)
    how = N_("the largest of these, and the smallest of the other sign, if any, that is not below 1% of it")
    return Measured("pair", {"small": small, "large": large, "ratio": about}, how, GRADIENTS)


def measured_by_layer(wishes: Sequence[np.ndarray]) -> Measured:
    """Measure how large the wishes are, (out, in) of each layer."""
    sizes = [np.abs(wish) for wish in wishes]
    values = {"largest": [float(size.max()) for size in sizes], "mean": [float(size.mean()) for size in sizes]}
    how = N_("the largest and the mean size of a component in each layer's weights")
    return Measured("by_layer", values, how, GRADIENTS)


def output_turns_most(by_layer: Measured) -> Measured:
    """Ask that the components of the last layer's weights are the largest."""
    return by_layer.when(
        lambda are: all(sizes[-1] == max(sizes) for sizes in are.values()),
        N_("a step turns a weight by its component: the output's are the largest, at most and in the mean"),
    )


def of_what(digits: Recording, review: Recording) -> Said:
    """Return what the gradient that is shown is of: the step of its network, and how many images."""
    step = int(digits.steps(f"{LAYERS[0]}.weight")[review.config["gradient_snapshot"]])
    how = N_("the step of the training whose gradient is shown, and the images that its cost is an average over")
    names = "digits-review/config.gradient_snapshot", "digits-review/config.examples"
    value = {"step": step, "count": review.config["examples"]}
    return said(N_("gradient at step {step}, on {count} images"), Measured("of_what", value, how, names), **value)


def wish_arrow(wish: float, scale: float) -> VMobject:
    """Return an arrow up for a positive wish and down for a negative one, as long as the wish is large.

    scale: the wish whose arrow is ARROW long.
    """
    size = max(SMALLEST, ARROW * abs(wish) / scale)
    outline = np.array(
        [[0, 0.5], [0.34, 0.08], [0.12, 0.08], [0.12, -0.5], [-0.12, -0.5], [-0.12, 0.08], [-0.34, 0.08]]
    )
    corners = np.column_stack([outline, np.zeros(len(outline))]) * size * np.array([1, np.sign(wish) or 1, 1])
    arrow = VMobject(color=wish_color(wish), fill_opacity=1, stroke_width=0)
    return arrow.set_points_as_corners(np.vstack([corners, corners[:1]]))


def wish_color(wish: float) -> str:
    """Return the colour of a wish: blue up, red down, that of text where there is none."""
    return (palette().negative, palette().text, palette().positive)[int(np.sign(wish)) + 1]


def wishing(edges: WeightEdges, wish: np.ndarray, scale: float) -> WeightEdges:
    """Return edges as they look when they show the wishes (out, in): colour for the sign, thickness for the size.

    scale: the wish whose edge is THICKEST.
    """
    shown = edges.copy()
    shown.weigh(wish, scale)
    shown.scale_of_values = None  # their shades tell no size
    shown.rgba[:, 3] = 1
    shown.stroke = (THICKEST * np.abs(shown.values) / scale).astype(np.float32)
    return shown
