"""The catalogue of analyses: what is computed from a network after its training, one recorded here or a pretrained one.

An `Analysis` is plain data, like an experiment, and is recorded like one, by `engine.analyses.run`. Where it is of a
recorded network its recording belongs to that one's, whose parameters' digest it holds. As with experiments, torch is
not imported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.experiments import EXPERIMENTS, SHOWN, ExperimentError, TrainingConfig, find_among
from engine.recording.format.conventions import SMOLLM2

if TYPE_CHECKING:
    from engine.recording import Recording

Arrays = Iterator[tuple[str, tuple[str, ...], np.ndarray]]  # what an analysis yields: name, axes, values
BASE = "base_digest"  # in the config: which recorded parameters the analysis is of
TRAINING_IMAGES = "training_images"  # in the config: how many there are, of which `examples` are looked at
MODEL = "model_digest"  # in the config: which pretrained model it is of, known by its files


@dataclass(frozen=True)
class Analysis:
    """What is computed. `of`: the experiment whose recording it is computed from, "" where it is none's."""

    name: str
    of: str = ""

    def config(self) -> dict[str, Any]:
        """Return the settings as plain JSON."""
        return {key: _listed(value) for key, value in asdict(self).items()}

    def differences(self, config: Mapping[str, Any]) -> list[str]:
        """Say how the settings of a recorded `config` differ from these, one "setting: theirs, ours" each."""
        return [
            f"{key}: {config.get(key, 'absent')} recorded, {value} asked for"
            for key, value in self.config().items()
            if config.get(key) != value
        ]


@dataclass(frozen=True)
class NetworkAnalysis(Analysis):
    """What is computed from a recorded network on the first `examples` training images, 60,000 being all."""

    examples: int = 60_000


@dataclass(frozen=True)
class LandscapeAnalysis(NetworkAnalysis):
    """The cost of a recorded network along a weight and over planes.

    weights: two entries (out, in) of the last layer's weight: the line is along the first, the pair's plane along both;
    in a layer with fewer neurons they are counted round. reach: how far from its trained value a weight goes. points:
    places on the line. side: places along each side of a plane. plane_seed: of the plane of random directions, which
    reaches as far as the parameters are long. start, rate, descent_steps: where in that plane a descent begins, η, and
    how many steps it has. walk_steps: of the walks on the line. slices, slice_points, slice_reach: how many slices
    along weights of the first layer are searched for a second minimum, in how many places, and how far from the trained
    value. least_ridge: what the ridge between two minima must be higher than for the second one to count, as a share of
    what the cost changes over the slice: a lower one is hardly to be seen. With 10,000 examples it takes 200 s of
    processor time, with all of them six times as long.
    """

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
    """What a recorded network answers before and after its training: training images, test images, noise.

    shown: training images that are recorded with their answers. noise: pictures of uniform noise that are answered, of
    which `noise_shown` are recorded, drawn from `noise_seed`. gradient_snapshot: position of the snapshot whose
    gradient is recorded.
    """

    shown: int = SHOWN
    noise: int = 1_000
    noise_shown: int = 24
    noise_seed: int = 0
    gradient_snapshot: int = 0


@dataclass(frozen=True)
class ReadingAnalysis(Analysis):
    """What a pretrained language model does with one text.

    model: its name or folder, as `engine.pretrained.loading.load_pretrained` takes it. layer, head: whose queries, keys
    and values are recorded, counted from 0; where they are None, chosen by a rule, one of those above. most: how many
    tokens the text may have; cut: whether a longer one is cut. repeated, seed: how many random tokens are read twice in
    a row to measure which heads find what came after a token before."""

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
    """What a pretrained language model makes of one word at the end of several texts.

    sentences: all end with the same word. phrases: likewise, from the bare noun to one with more before it.
    """

    model: str = SMOLLM2
    sentences: tuple[str, ...] = (
        "The river rose in the night and overflowed its bank",
        "She put her savings in the bank",
        "He took the money out of the bank",
    )
    phrases: tuple[str, ...] = ("The tower", "The old stone tower", "The toy tower")


@dataclass(frozen=True)
class AttentionCostAnalysis(Analysis):
    """How much processor time and memory the scores of one head take, measured here, for so many tokens each.

    head_size: numbers in a query. rounds: in each of them every size is timed once. lasting: seconds that it is timed
    for at least, computed as often as that takes.
    """

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
        ReadingAnalysis(name="attention-text"),
        MeaningsAnalysis(name="attention-meanings"),
        AttentionCostAnalysis(name="attention-cost"),
    )
}


def find_recordable(name: str) -> TrainingConfig | Analysis:
    """Return the experiment or analysis of that name; raise `ExperimentError` naming the nearest right one."""
    known: dict[str, TrainingConfig | Analysis] = {**EXPERIMENTS, **ANALYSES}
    return find_among(known, name)


def parameters_digest(recording: Recording) -> str:
    """Return one digest over all recorded weights and biases: what an analysis is of, whatever else was recorded."""
    names = [name for name in recording.arrays if name.endswith((".weight", ".bias"))]
    return recording.digest_of(names)


def _listed(value: Any) -> Any:
    return [_listed(part) for part in value] if isinstance(value, tuple) else value
