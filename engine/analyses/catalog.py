"""Contains the catalogue of analyses: what can be computed after a training, or from a pretrained model.

An `Analysis` is plain data, like an experiment, and `engine.analyses.run` records it. The recording of an analysis of a
recorded network holds the digest of that network's parameters. As with experiments, torch is not imported.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np

from engine.experiments import EXPERIMENTS, SHOWN, ExperimentError, TrainingConfig, find_among
from engine.recording.format.conventions import SMOLLM2
from engine.training.config import differing_settings

if TYPE_CHECKING:
    from engine.recording import Recording

Arrays = Iterator[tuple[str, tuple[str, ...], np.ndarray]]  # what an analysis yields: name, axes, values
BASE = "base_digest"  # in the config: which recorded parameters the analysis is of
MODEL = "model_digest"  # in the config: which pretrained model it is of, known by its files


class AnalysisResult(NamedTuple):
    """What an analysis comes to: entries for its config, the origin of its numbers, and its arrays."""

    told: dict[str, Any]
    origin: dict[str, Any]
    arrays: Arrays


@dataclass(frozen=True)
class Analysis:
    """The settings of an analysis. of: the experiment whose recording it is computed from, "" for none.

    `MEASURE` is the function that computes it, "MODULE:FUNCTION", from the settings and the recording that it is of;
    it returns `AnalysisResult`, and is imported when something is computed.
    """

    MEASURE: ClassVar[str] = ""

    name: str
    of: str = ""

    def config(self) -> dict[str, Any]:
        """Return the settings as plain JSON."""
        return {key: _listed(value) for key, value in asdict(self).items()}

    def differences(self, config: Mapping[str, Any]) -> list[str]:
        """Say how the settings of a recorded `config` differ from these, one "setting: theirs, ours" each."""
        ours = self.config()
        return differing_settings(ours, config, ours)


@dataclass(frozen=True)
class NetworkAnalysis(Analysis):
    """The settings of an analysis of a recorded network on the first `examples` training images, 60,000 being all."""

    examples: int = 60_000


@dataclass(frozen=True)
class LandscapeAnalysis(NetworkAnalysis):
    """The settings of an analysis of a recorded network's cost along a weight and over planes.

    weights: two entries (out, in) of the last layer's weight, modulo its shape: the line is along the first, the pair's
    plane along both. reach: the distance of the line's ends from the trained value. points: the number of places on the
    line. side: the number of places along each side of a plane. plane_seed: the seed of the plane of random directions,
    which reaches as far as the parameters are long. start, rate, descent_steps: where in that plane a descent begins,
    η, and its number of steps. walk_steps: the number of steps of the walks on the line. slices, slice_points,
    slice_reach: the number of slices along weights of the first layer that are searched for a second minimum, of places
    on each, and their reach from the trained value. least_ridge: the height that the ridge between two minima must
    exceed for the second one to count, as a share of the cost's range over the slice: a lower one is hardly visible.
    With 10,000 examples it takes 200 s of processor time, with all of them six times as long.
    """

    MEASURE: ClassVar[str] = "engine.analyses.landscape:measure_landscape"

    examples: int = 10_000
    weights: tuple[tuple[int, int], tuple[int, int]] = ((3, 5), (3, 11))
    reach: float = 8.0
    points: int = 201
    side: int = 41
    plane_seed: int = 0
    start: tuple[float, float] = (-0.85, 0.8)
    rate: float = 0.02
    descent_steps: int = 60
    walk_steps: int = 14
    slices: int = 400
    slice_points: int = 41
    slice_reach: float = 25.0
    least_ridge: float = 0.01


@dataclass(frozen=True)
class ReviewAnalysis(NetworkAnalysis):
    """The settings of an analysis of a recorded network's answers to training images, test images and noise.

    shown: the number of training images that are recorded with their answers. noise: the number of pictures of uniform
    noise that are answered, of which `noise_shown` are recorded, drawn from `noise_seed`. gradient_snapshot: the
    position of the snapshot whose gradient is recorded.
    """

    MEASURE: ClassVar[str] = "engine.analyses.review:measure_review"

    shown: int = SHOWN
    noise: int = 1_000
    noise_shown: int = 24
    noise_seed: int = 0
    gradient_snapshot: int = 0


@dataclass(frozen=True)
class ChainAnalysis(Analysis):
    """The settings of an analysis of a recorded chain of neurons: all derivatives of one example's cost, and of all.

    reach: how far the last weight is changed to both sides. points: the number of places on that line.
    """

    MEASURE: ClassVar[str] = "engine.analyses.derivatives.chain_derivatives:measure_chain"

    reach: float = 0.5
    points: int = 101


@dataclass(frozen=True)
class GradientAnalysis(NetworkAnalysis):
    """The settings of an analysis of a recorded network's backward pass for one image, and of its gradient.

    examples: the first training images, among which the image is looked for. checked: the number of those on which the
    gradient is checked. step: h of the central differences.
    """

    MEASURE: ClassVar[str] = "engine.analyses.derivatives.gradient:measure_gradient"

    examples: int = 1_000
    checked: int = 50
    step: float = 1e-5


@dataclass(frozen=True)
class BackpropAnalysis(NetworkAnalysis):
    """The settings of an analysis of what one training image, and many, want of a recorded network.

    examples: the first training images, whose wishes are looked at. measured: those on which the cost is measured that
    two weights are nudged at. nudges: by how much. moments: the number of snapshots at which it is counted whose
    weights an image changes most.
    """

    MEASURE: ClassVar[str] = "engine.analyses.derivatives.backprop:measure_backprop"

    examples: int = 2_000
    measured: int = 10_000
    nudges: tuple[float, ...] = (0.01, 0.03, 0.1)
    moments: int = 14


@dataclass(frozen=True)
class PaceAnalysis(NetworkAnalysis):
    """The settings of an analysis of gradient descent with all training images at a step, and with a batch of them.

    full_steps, mini_steps: how many of each are timed from the first weights on. looks: how often the cost of the first
    `tested` test images is measured meanwhile. weights, start, rate, walk_steps: two entries (out, in) of the last
    layer's weight, where two descents in these begin, their η and their steps, with `examples` images. side, drawn: of
    the plane of both weights, the places along a side, and the images that its cost is measured on.
    """

    MEASURE: ClassVar[str] = "engine.analyses.pace:measure_pace"

    examples: int = 10_000
    full_steps: int = 24
    mini_steps: int = 3_000
    looks: int = 25
    tested: int = 2_000
    weights: tuple[tuple[int, int], tuple[int, int]] = ((3, 5), (3, 11))
    start: tuple[float, float] = (-2.5, 3.1)
    rate: float = 20.0
    walk_steps: int = 60
    side: int = 41
    drawn: int = 2_000


@dataclass(frozen=True)
class ReadingAnalysis(Analysis):
    """The settings of an analysis of a pretrained language model that reads one text.

    model: its name or folder, as `engine.pretrained.loading.load_pretrained` takes it. layer, head: the head whose
    queries, keys and values are recorded, counted from 0; None for the highest
    `engine.capture.attention.head_scores.look_back`. most: the largest number of tokens of the text. cut: whether a
    longer one is cut. repeated, seed: the number of random tokens that are read twice in a row, to measure which heads
    find what came after a token before.
    """

    MEASURE: ClassVar[str] = "engine.analyses.reading:measure_reading"

    model: str = SMOLLM2
    text: str = "The river rose in the night and overflowed its bank"
    layer: int | None = None
    head: int | None = None
    most: int = 24
    cut: bool = False
    repeated: int = 24
    seed: int = 0

    def __post_init__(self) -> None:
        """Check what can be checked without the model."""
        if not self.text.strip():
            raise ExperimentError("the text is empty: give --text a sentence")
        for name, value in (("layer", self.layer), ("head", self.head)):
            if value is not None and value < 0:
                raise ExperimentError(f"{name} must be a whole number from 0, not {value}")
        if self.head is not None and self.layer is None:
            raise ExperimentError(f"head {self.head} is one of some layer: give --layer too")


@dataclass(frozen=True)
class MeaningsAnalysis(Analysis):
    """The settings of an analysis of one word's vectors at the end of several texts, in a pretrained language model.

    sentences: texts that all end with the same word. phrases: the same, from the bare noun to one with more before it.
    """

    MEASURE: ClassVar[str] = "engine.analyses.meanings:record_meanings"

    model: str = SMOLLM2
    sentences: tuple[str, ...] = (
        "The river rose in the night and overflowed its bank",
        "She put her savings in the bank",
        "He took the money out of the bank",
    )
    phrases: tuple[str, ...] = ("The tower", "The old stone tower", "The toy tower")


@dataclass(frozen=True)
class AttentionCostAnalysis(Analysis):
    """The settings of an analysis of the processor time and memory of one head's scores on this machine.

    tokens: the numbers of tokens that are measured. head_size: the length of a query. rounds: the number of rounds; in
    each of them every size is timed once. lasting: the least time of a timing, in seconds.
    """

    MEASURE: ClassVar[str] = "engine.analyses.attention_cost:measure_cost"

    tokens: tuple[int, ...] = (128, 256, 512, 1024, 2048, 4096, 8192)
    head_size: int = 64
    rounds: int = 15
    lasting: float = 0.02
    seed: int = 0


ANALYSES: dict[str, Analysis] = {
    analysis.name: analysis
    for analysis in (
        LandscapeAnalysis(name="digits-landscape", of="digits"),
        ReviewAnalysis(name="digits-review", of="digits"),
        ChainAnalysis(name="chain-calculus", of="chain"),
        GradientAnalysis(name="digits-gradient", of="digits"),
        BackpropAnalysis(name="digits-backprop", of="digits"),
        PaceAnalysis(name="digits-pace", of="digits"),
        ReadingAnalysis(name="attention-text"),
        MeaningsAnalysis(name="attention-meanings"),
        AttentionCostAnalysis(name="attention-cost"),
    )
}


def find_recordable(name: str) -> TrainingConfig | Analysis:
    """Return the experiment or analysis `name`; raises `ExperimentError`, naming the nearest, where there is none."""
    known: dict[str, TrainingConfig | Analysis] = {**EXPERIMENTS, **ANALYSES}
    return find_among(known, name)


def parameters_digest(recording: Recording) -> str:
    """Return one digest over all recorded weights and biases, by which an analysis identifies its network."""
    names = [name for name in recording.arrays if name.endswith((".weight", ".bias"))]
    return recording.digest_of(names)


def _listed(value: Any) -> Any:
    return [_listed(part) for part in value] if isinstance(value, tuple) else value
