"""The beats of chapter 1 in their order, and the recorded arrays that each is handed."""

from __future__ import annotations

from scenes.beats.entries import BeatEntry, ChapterEntry
from scenes.language.translation import N_
from scenes.look.choices import EVERY_ASPECT

_WEIGHTS = ("layer1.weight", "layer2.weight", "layer3.weight")
_BIASES = ("layer1.bias", "layer2.bias", "layer3.bias")
_ACTIVATIONS = ("layer1.activation", "layer2.activation", "layer3.activation")
_PROBES = ("probe.input", "probe.label")

NETWORK = ChapterEntry(
    name="network",
    title=N_("What is a neural network?"),
    telling="feed_forward",
    sources=("lecun1998", "mcculloch1943", "glorot2011", "lecun2015"),
    beats=(
        BeatEntry(
            "many_threes",
            N_("The same digit, drawn differently"),
            {"digits": ("test.input", "test.label")},
            EVERY_ASPECT,
        ),
        BeatEntry(
            "a_neuron_holds_a_number",
            N_("A neuron holds a number"),
            {"digits": (*_PROBES, "layer1.weight")},
            EVERY_ASPECT,
        ),
        BeatEntry("layers", N_("Layers"), {"digits": (*_PROBES, *_WEIGHTS, "layer3.activation")}, EVERY_ASPECT),
        BeatEntry(
            "feed_forward",
            N_("One layer sets the next"),
            {"digits": (*_PROBES, *_WEIGHTS, *_BIASES, *_ACTIVATIONS, "metric.test_accuracy", "test.label")},
            EVERY_ASPECT,
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
            EVERY_ASPECT,
        ),
        BeatEntry(
            "squish",
            N_("Squish the sum, shift the threshold"),
            {"digits": (*_PROBES, "layer1.bias", "layer1.pre_activation", "layer1.activation")},
        ),
        BeatEntry(
            "thirteen_thousand_knobs",
            N_("How many knobs?"),
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
        BeatEntry(
            "the_whole_way",
            N_("Who turned the knobs?"),
            {"digits": (*_PROBES, *_WEIGHTS, *_BIASES, *_ACTIVATIONS, "metric.test_accuracy")},
        ),
    ),
)
