"""What films there are: every chapter, its beats in order, and the recorded arrays that each beat is handed.

Plain data, importing neither manim nor torch, so that listing chapters and finding that nothing changed stay instant.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field

from scenes.translation import N_


class CatalogError(LookupError):
    """There is no such chapter or beat."""


@dataclass(frozen=True)
class BeatEntry:
    """One beat: its name (file and, in CamelCase, class), its title, and what it needs: experiment -> array names."""

    name: str
    title: str
    needs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def class_name(self) -> str:
        return "".join(word.capitalize() for word in self.name.split("_"))


@dataclass(frozen=True)
class ChapterEntry:
    """One chapter: its name on the command line, its title, and its beats in the order of the film.

    hidden_layers: how many the networks have that it can draw, of whatever sizes.
    """

    name: str
    title: str
    beats: tuple[BeatEntry, ...]
    package_root: str = "scenes.chapters"
    hidden_layers: int = 2

    @property
    def package(self) -> str:
        return f"{self.package_root}.{self.name.replace('-', '_')}"

    @property
    def experiments(self) -> tuple[str, ...]:
        """Names of the experiments that the beats need, in order of first use."""
        return tuple(dict.fromkeys(name for beat in self.beats for name in beat.needs))

    def beat(self, name: str) -> BeatEntry:
        """Return the beat of that name; raises CatalogError that tells the nearest right one."""
        by_name = {beat.name: beat for beat in self.beats}
        if name not in by_name:
            raise CatalogError(_no_such(f"chapter '{self.name}' has no beat", name, by_name))
        return by_name[name]

    def module_of(self, beat_name: str) -> str:
        """Return the dotted name of a beat's module."""
        return f"{self.package}.{self.beat(beat_name).name}"


def _no_such(what: str, name: str, known: Mapping[str, object]) -> str:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    guess = f"did you mean '{near[0]}'? " if near else ""
    return f"{what} '{name}': {guess}there are {', '.join(known)}"


_WEIGHTS = ("layer1.weight", "layer2.weight", "layer3.weight")
_BIASES = ("layer1.bias", "layer2.bias", "layer3.bias")
_ACTIVATIONS = ("layer1.activation", "layer2.activation", "layer3.activation")
_PROBES = ("probe.input", "probe.label")

NETWORK = ChapterEntry(
    name="network",
    title=N_("What is a neural network?"),
    beats=(
        BeatEntry("many_threes", N_("The same digit, drawn differently"), {"digits": ("test.input", "test.label")}),
        BeatEntry("a_neuron_holds_a_number", N_("A neuron holds a number"), {"digits": _PROBES}),
        BeatEntry("layers", N_("Layers"), {"digits": (*_PROBES, *_WEIGHTS, "layer3.activation")}),
        BeatEntry(
            "feed_forward",
            N_("One layer sets the next"),
            {"digits": (*_PROBES, *_WEIGHTS, *_ACTIVATIONS, "metric.test_accuracy", "test.label")},
        ),
        BeatEntry(
            "hope_for_parts",
            N_("What the layers might do"),
            {"digits": (*_PROBES, "layer1.weight", "metric.test_accuracy", "test.label")},
        ),
        BeatEntry(
            "weights_as_an_image",
            N_("Weights are a picture"),
            {"digits": (*_PROBES, "layer1.weight", "layer1.bias", "layer1.pre_activation", "layer3.activation")},
        ),
        BeatEntry(
            "squish",
            N_("Squish the sum, shift the threshold"),
            {"digits": (*_PROBES, "layer1.bias", "layer1.pre_activation", "layer1.activation")},
        ),
        BeatEntry(
            "thirteen_thousand_knobs",
            N_("Thousands of knobs"),
            {"digits": (*_PROBES, *_WEIGHTS, *_BIASES, "metric.test_accuracy")},
        ),
        BeatEntry(
            "matrix_form",
            N_("All of a layer in one line"),
            {"digits": (*_PROBES, "layer1.weight", "layer1.bias", "layer1.pre_activation", *_ACTIVATIONS)},
        ),
        BeatEntry(
            "a_network_is_a_function",
            N_("A network is a function"),
            {"digits": (*_PROBES, *_WEIGHTS, *_BIASES, *_ACTIVATIONS)},
        ),
        BeatEntry(
            "relu",
            N_("Another activation function"),
            {
                "digits": (*_PROBES, "test.label", "metric.test_accuracy"),
                "digits-relu": ("metric.test_accuracy",),
            },
        ),
    ),
)

_PLANES = tuple(f"{plane}.{part}" for plane in ("pair", "random") for part in ("first", "second", "cost", "slope"))
_PATH = tuple(f"path.{part}" for part in ("first", "second", "cost", "slope"))
_LINE = ("line.change", "line.cost", "line.slope", "line.rate")
_WALKS = tuple(f"walk.{name}{part}" for name in ("shrinking", "alike", "far") for part in ("", "_cost", "_slope"))
_SLICE = tuple(f"slice.{part}" for part in ("tried", "found", "entry", "trained", "change", "cost"))
_BY_HEART = ("metric.train_accuracy", "metric.test_accuracy")
_GRADIENT = tuple(f"{name}.gradient" for name in (*_WEIGHTS, *_BIASES))

GRADIENT_DESCENT = ChapterEntry(
    name="gradient-descent",
    title=N_("Gradient descent"),
    beats=(
        BeatEntry(
            "train_and_test",
            N_("Learning from examples"),
            {
                "digits-review": ("train.input", "train.label", "test.output"),
                "digits": ("test.input", "test.label", "metric.train_accuracy", "metric.test_accuracy"),
            },
        ),
        BeatEntry(
            "random_start",
            N_("Random weights, random answers"),
            {"digits": (*_PROBES, *_WEIGHTS, *_ACTIVATIONS, "metric.test_accuracy", "test.label")},
        ),
        BeatEntry(
            "cost_of_one_example",
            N_("The cost of one example"),
            {"digits-review": ("train.input", "train.label", "train.output", "train.cost")},
        ),
        BeatEntry(
            "average_cost",
            N_("One number for all examples"),
            {
                "digits-review": ("train.input", "train.output", "train.cost"),
                "digits": (*_WEIGHTS, *_BIASES),
            },
        ),
        BeatEntry(
            "one_weight",
            N_("The cost along one weight"),
            {
                "digits-landscape": ("entry", "trained", *_LINE, *_WALKS, *_SLICE),
                "digits": (*_WEIGHTS, *_BIASES),
            },
        ),
        BeatEntry(
            "two_weights",
            N_("The cost as a landscape"),
            {
                "digits-landscape": (*_PLANES, "entry", "trained", "random.descent", "random.descent_cost"),
                "digits": (*_WEIGHTS, *_BIASES),
            },
        ),
        BeatEntry(
            "the_real_path",
            N_("The way it really went"),
            {
                "digits-landscape": (*_PATH, "path.place", "path.explained", "path.away"),
                "digits": (*_WEIGHTS, *_BIASES, "metric.test_loss"),
            },
        ),
        BeatEntry(
            "gradient_components",
            N_("What the gradient says"),
            {"digits": (*_WEIGHTS, *_BIASES), "digits-review": _GRADIENT},
        ),
        BeatEntry(
            "watch_it_learn",
            N_("Watch it learn"),
            {
                "digits": (
                    *_PROBES,
                    *_WEIGHTS,
                    *_ACTIVATIONS,
                    "metric.loss",
                    "metric.test_loss",
                    "metric.test_accuracy",
                )
            },
        ),
        BeatEntry(
            "what_it_learned",
            N_("What the first layer learned"),
            {"digits": ("layer1.weight", "metric.test_accuracy")},
        ),
        BeatEntry(
            "failures",
            N_("What it gets wrong"),
            {"digits-review": ("test.output",), "digits": ("test.input", "test.label")},
        ),
        BeatEntry(
            "confident_nonsense",
            N_("Noise, answered with confidence"),
            {"digits-review": ("noise.input", "noise.output", "train.input", "train.label")},
        ),
        BeatEntry(
            "memorising",
            N_("Structure, or learning by heart?"),
            {
                "digits-true-labels": _BY_HEART,
                "digits-shuffled-labels": _BY_HEART,
                "digits-review": ("train.input", "train.label"),
            },
        ),
    ),
)

CHAPTERS: tuple[ChapterEntry, ...] = (NETWORK, GRADIENT_DESCENT)


def find_chapter(name: str) -> ChapterEntry:
    """Return the chapter of that name; raises CatalogError that tells the nearest right one."""
    by_name = {chapter.name: chapter for chapter in CHAPTERS}
    if name not in by_name:
        raise CatalogError(_no_such("no chapter", name, by_name))
    return by_name[name]
