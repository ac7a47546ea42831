"""How many numbers attention has, as counted from the recorded matrices and, of GPT-3, from what is published."""

from __future__ import annotations

import numpy as np

from engine.recording import Recording
from scenes.chapters.attention.counts.sizes import GPT3, GPT3_CONTEXT, GPT3_VOCABULARY, KINDS, Sizes
from scenes.chapters.attention.one_head.cells import scale_of
from scenes.chapters.attention.one_head.reading import model_sizes
from scenes.evidence.evidence import Exact, Measured, Source
from scenes.language.translation import N_

READING = "attention-text"
GONE = 1e-4  # of the greatest singular value: so little counts as nothing


def numbers_of_head(reading: Recording) -> Measured:
    """Return how many numbers the four matrices of the head that is shown have, and how many rows and columns."""
    shapes = {kind: reading.read(f"weight.{kind}").shape for kind in KINDS}
    value = {
        "matrices": {kind: rows * columns for kind, (rows, columns) in shapes.items()},
        "sides": [list(shape) for shape in shapes.values()],
        "numbers": sum(rows * columns for rows, columns in shapes.values()),
    }
    how = N_("numbers in each of the matrices of the head, and in all of them")
    return Measured("head", value, how, tuple(f"{READING}/weight.{kind}" for kind in KINDS))


def numbers_of_layer(reading: Recording) -> Measured:
    """Return how many heads a layer has, how many of keys and values, and how many numbers its matrices have."""
    anatomy = model_sizes(reading)
    value = {
        "heads": anatomy["heads"],
        "groups": anatomy["groups"],
        "matrices": {kind: anatomy["weights"][kind] for kind in KINDS},
        "numbers": sum(anatomy["weights"].values()),
    }
    how = N_("heads of the layer, groups of them with keys and values of their own, and numbers in all their matrices")
    return Measured("layer", value, how, (f"{READING}/config.anatomy",))


def numbers_of_model(sizes: Sizes) -> Measured:
    """Return how many numbers attention has in all layers, and which share of all the model's that is."""
    value = {
        "layers": sizes.layers,
        "layer": sizes.layer,
        "attention": sizes.whole,
        "parameters": sizes.parameters,
        "share": sizes.share,
    }
    how = N_("numbers in the matrices of attention in all layers, and their share of all that the model learned")
    return Measured("model", value, how, (f"{READING}/config.anatomy",))


def directions_left(singular: np.ndarray, sizes: Sizes) -> Measured:
    """Return how many directions a head's map of values keeps. singular: how far it stretches each, (rank,)."""
    value = {
        "through": sizes.head_size,
        "directions": len(singular),
        "left": int((singular > GONE * singular.max()).sum()),
    }
    how = N_("directions that the map stretches by more than a ten-thousandth of what it stretches most")
    return Measured("directions", value, how, (f"{READING}/value_map.singular",))


def measure_full_shade(matrices: list[np.ndarray], key: str, names: tuple[str, ...]) -> Measured:
    """Return the strength from which on the numbers of matrices are drawn in full colour, in two digits."""
    strength = scale_of(np.concatenate([matrix.ravel() for matrix in matrices]))
    how = N_("the strength that 97 of 100 numbers do not reach, in two digits: from there on the colour is full")
    return Measured(key, float(f"{strength:.2g}"), how, names)


def gpt3_sizes() -> Source:
    """Return the published sizes of GPT-3."""
    value = {"heads": GPT3.heads, "layers": GPT3.layers, "width": GPT3.width, "size": GPT3.head_size, "year": 2020}
    return Source("brown2020", "table 2.1", value)


def gpt3_counts() -> tuple[Source | Exact, ...]:
    """Return how its numbers are counted: those of attention, all, each once, and the share."""
    sizes = {"layers": GPT3.layers, "width": GPT3.width}
    attention = Exact("layers * (4 * width**2)", **sizes)
    matrix = Exact("4 * width**2", width=GPT3.width)
    everything = Exact(
        "(vocabulary + context) * width + layers * (12 * width**2 + 9 * width + 4 * width) + 2 * width",
        vocabulary=GPT3_VOCABULARY,
        context=GPT3_CONTEXT,
        **sizes,
    )
    share = Exact("attention / all", attention=attention.value, all=everything.value)
    return gpt3_sizes(), matrix, attention, everything, share
