"""The beats of chapter 2 in their order, and the recorded arrays that each is handed."""

from __future__ import annotations

from scenes.beats.entries import BeatEntry, ChapterEntry
from scenes.language.translation import N_
from scenes.look.choices import EVERY_ASPECT

_WEIGHTS = ("layer1.weight", "layer2.weight", "layer3.weight")
_BIASES = ("layer1.bias", "layer2.bias", "layer3.bias")
_ACTIVATIONS = ("layer1.activation", "layer2.activation", "layer3.activation")
_PROBES = ("probe.input", "probe.label")

_PLANES = tuple(f"{plane}.{part}" for plane in ("pair", "random") for part in ("first", "second", "cost", "slope"))
_PATH = tuple(f"path.{part}" for part in ("first", "second", "cost", "slope"))
_LINE = ("line.change", "line.cost", "line.slope", "line.rate")
_WALKS = tuple(f"walk.{name}{part}" for name in ("shrinking", "far") for part in ("", "_cost", "_slope"))
_SLICE = tuple(f"slice.{part}" for part in ("tried", "found", "entry", "trained", "change", "cost"))
_BY_HEART = ("metric.train_accuracy", "metric.test_accuracy")
_GRADIENT = tuple(f"{name}.gradient" for name in (*_WEIGHTS, *_BIASES))

GRADIENT_DESCENT = ChapterEntry(
    name="gradient-descent",
    title=N_("Gradient descent"),
    telling="the_real_path",
    sources=("lecun1998", "nielsen2015"),
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
            N_("Random weights, and what they answer"),
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
                "digits": (*_WEIGHTS, *_BIASES, "metric.train_loss"),
            },
        ),
        BeatEntry(
            "gradient_components",
            N_("What the gradient says"),
            {"digits": (*_WEIGHTS, *_BIASES), "digits-review": _GRADIENT},
        ),
        BeatEntry(
            "watch_it_learn",
            N_("Watch it train"),
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
            ("16:9", "4:3", "9:16"),
        ),
        BeatEntry(
            "what_it_learned",
            N_("The first layer, before and after"),
            {"digits": ("layer1.weight", "metric.test_accuracy"), "digits-review": ("train.lit",)},
            EVERY_ASPECT,
        ),
        BeatEntry(
            "failures",
            N_("What it gets wrong"),
            {"digits-review": ("test.output",), "digits": ("test.input", "test.label")},
            ("16:9", "4:3", "9:16"),
        ),
        BeatEntry(
            "confident_nonsense",
            N_("Noise: what does it answer?"),
            {"digits-review": ("noise.input", "noise.output", "train.input", "train.label")},
        ),
        BeatEntry(
            "memorising",
            N_("Structure, or learning by heart?"),
            {
                "digits-true-labels": (*_BY_HEART, "train.label"),
                "digits-shuffled-labels": (*_BY_HEART, "train.label", "train.label_image"),
                "digits-review": ("train.input",),
            },
        ),
    ),
)
