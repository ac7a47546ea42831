"""The beats of chapter 4 in their order, and the recorded arrays that each is handed."""

from __future__ import annotations

from scenes.beats.entries import BeatEntry, ChapterEntry
from scenes.language.translation import N_
from scenes.look.choices import EVERY_ASPECT

_EXAMPLE = ("example.input", "example.target", "example.cost")
_CHAIN = (*_EXAMPLE, "weight", "bias", "z", "activation")
_DERIVATIVES = ("d_weight", "d_bias", "autograd.d_weight", "autograd.d_bias")
_LAST_LAYERS = (
    "example.picture",
    "example.label",
    "example.target",
    "before",
    "weight",
    "z",
    "activation",
    "wanted",
    "delta",
    "path",
)
_NO_SQUARE = tuple(aspect for aspect in EVERY_ASPECT if aspect != "1:1")  # where there is no room for the formulas

CALCULUS = ChapterEntry(
    name="backpropagation-calculus",
    title=N_("Backpropagation calculus"),
    telling="chain_rule",
    sources=("rumelhart1986", "nielsen2015", "lecun1998"),
    beats=(
        BeatEntry(
            "simplest_network",
            N_("Four neurons in a row"),
            {"chain-calculus": ("example.picture", *_CHAIN)},
            EVERY_ASPECT,
        ),
        BeatEntry("computation_tree", N_("What the cost is computed from"), {"chain-calculus": _CHAIN}, _NO_SQUARE),
        BeatEntry(
            "number_lines",
            N_("A small change, and how far it comes"),
            {"chain-calculus": ("line.change", "line.z", "line.activation", "line.cost", "weight")},
            EVERY_ASPECT,
        ),
        BeatEntry(
            "chain_rule",
            N_("The chain rule"),
            {"chain-calculus": (*_CHAIN, "slope", "wanted", "autograd.d_weight")},
            EVERY_ASPECT,
        ),
        BeatEntry(
            "average",
            N_("The mean over all examples"),
            {"chain-calculus": ("all.d_weight", "all.target")},
            EVERY_ASPECT,
        ),
        BeatEntry(
            "bias_and_previous_activation",
            N_("By the bias, and by what came before"),
            {"chain-calculus": (*_CHAIN, "wanted", *_DERIVATIVES)},
            EVERY_ASPECT,
        ),
        BeatEntry(
            "many_neurons",
            N_("Layers of many neurons"),
            {"digits-gradient": _LAST_LAYERS},
            _NO_SQUARE,
        ),
        BeatEntry(
            "shared_influence",
            N_("A sum over paths"),
            {"digits-gradient": (*_LAST_LAYERS, "autograd.before")},
            EVERY_ASPECT,
        ),
        BeatEntry(
            "the_whole_gradient",
            N_("The whole gradient, checked"),
            {"digits-gradient": ("check.analytic", "check.numeric", "check.step", "check.error")},
            EVERY_ASPECT,
        ),
    ),
)
