"""What `random_start` measures of answers that mean nothing, and the lines that may be said of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.recording import Recording
from scenes.beats.beat import Beat
from scenes.beats.timeline import Said, said
from scenes.evidence.evidence import Measured
from scenes.language.translation import N_

START = 0  # the snapshot before the first step
ALIKE = 0.1  # outputs that move by less hardly move
POOR = 0.3  # share of right answers up to which they are called rubbish
_ANSWERS = ("digits/layer3.activation", "digits/probe.label", "digits/probe.input")


def measure_answers(given: Sequence[int]) -> Measured:
    """Measure the answers to the pictures shown."""
    how = N_("the digit of the highest output, before training, for each picture shown")
    return Measured("answers", list(given), how, _ANSWERS)


def first_answer(label: int, answer: int) -> Measured:
    """Measure label and answer of the first picture; a label below 0 is that of a user's own."""
    how = N_("label and answer of your picture")
    if label >= 0:
        how = N_("label and answer of a 3, a 7 or a 2, nearest to their average: the first answered wrong, else the 3")
    return Measured("first_answer", {"label": label, "answer": answer}, how, _ANSWERS)


def measure_differences(outputs: np.ndarray) -> Measured:
    """Measure how far outputs, (picture, output), move from picture to picture."""
    how = N_("the largest difference of an output between the pictures shown")
    values = {"others": len(outputs) - 1, "moved": float(np.ptp(outputs, axis=0).max())}
    return Measured("moved", values, how, _ANSWERS)


def right(recording: Recording) -> Measured:
    """Measure how often answers to the test images are right."""
    value = {
        "share": float(recording.read("metric.test_accuracy", step=START)),
        "count": recording.arrays["test.label"].shape[0],
    }
    how = N_("share of right answers to all test images before the first step")
    return Measured("right", value, how, ("digits/metric.test_accuracy", "digits/test.label"))


# The lines that may be said of it -------------------------------------------------------------------------------------


def line_on_first(first: Measured) -> Said:
    """Return the line that tells what the network makes of the first picture."""
    if first.value["label"] < 0:
        return said(N_("It takes your picture for a {answer}."), first, answer=first.value["answer"])
    return Beat.choose(
        said(
            N_("It says {answer}. That is right."),
            first.when(lambda was: was["label"] == was["answer"]),
            answer=first.value["answer"],
        ),
        otherwise=said(N_("It says {answer}. This is a {label}."), first, **first.value),
    )


def line_on_differences(moved: Measured) -> Said:
    """Return the line that tells how much the outputs differ between the pictures shown."""
    values = {"count": moved.value["others"], "moved": f"{moved.value['moved']:.2f}"}
    return Beat.choose(
        said(
            N_("{count} others: the outputs hardly move, the furthest by {moved}."),
            moved.when(lambda was: was["moved"] < ALIKE, N_("hardly: by less than a tenth of their range")),
            **values,
        ),
        said(
            N_("{count} others: the outputs move, the furthest by {moved}."),
            moved.when(lambda was: was["moved"] >= ALIKE),
            **values,
        ),
    )


def line_on_right(right: Measured) -> Said:
    """Return the line that tells how often it is right."""
    values = {"percent": f"{right.value['share']:.1%}", "count": right.value["count"]}
    poor = right.when(lambda was: was["share"] <= POOR, N_("rubbish: at most three in ten are right"))
    return Beat.choose(
        said(N_("Right on {percent} of {count} images: rubbish."), poor, **values),
        otherwise=said(N_("Right on {percent} of {count} images."), right, **values),
    )
