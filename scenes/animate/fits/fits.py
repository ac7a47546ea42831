"""Reads what a model predicts of the numbers that it is to find, snapshot by snapshot, and how far off it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.recording.views.chosen_snapshots import chosen_snapshots
from scenes.animate.shared.scored import INPUT
from scenes.text.glyphs import format_number

if TYPE_CHECKING:
    from engine.recording import Recording

SNAPSHOTS = 40  # that are shown
MOST_OUTPUTS = 4  # that have a plot
MOST_DOTS = 2000  # in a plot
_BY_FEATURE = (("batch",), ("batch", "feature"), ("batch", "position", "feature"))


@dataclass(frozen=True)
class Fits:
    """Predictions of some outputs for some examples, (snapshot, example, output), and the truth, (example, output).

    steps: (snapshot,). inputs: (example,) where an input is one number, else None. outputs: which of the `of` outputs.
    errors: root mean squared, over all examples, (snapshot, output). whole: the same over all outputs, (snapshot,).
    determined: R² of each output at the end, and whole_determined of all; NaN where the truth does not vary. finite:
    how many of all predictions at the end are finite numbers.
    examples: of how many; stride: every how many of them is kept. every: of which axis a part alone was recorded.
    """

    steps: np.ndarray
    truth: np.ndarray
    said: np.ndarray
    inputs: np.ndarray | None
    outputs: np.ndarray
    of: int
    errors: np.ndarray
    whole: np.ndarray
    determined: np.ndarray
    whole_determined: float
    finite: int
    examples: int
    stride: int
    every: dict[str, int]

    @property
    def residuals(self) -> np.ndarray:
        """The last predictions minus the truth, (example, output)."""
        return self.said[-1] - self.truth


def read_fits(recording: Recording) -> Fits:
    """Return the predictions in `output`, and `probe.target`, which has as many numbers in the same order.

    Each feature is an output of its own; of outputs of other kinds, such as pictures, all numbers are taken as one.
    """
    info, rule = recording.arrays["output"], recording.sampled("output")
    every, axes = recording.strides("output"), info.axes[1:]
    whole_shape = tuple(rule["of"]) if rule else info.shape[1:]
    kept = tuple(slice(None, None, every.get(axis, 1)) for axis in axes)
    features = recording.arrays["output"].shape[-1] if axes in _BY_FEATURE[1:] else 1

    def table(values: np.ndarray) -> np.ndarray:
        return values.astype(float).reshape(-1, features)  # (example, output)

    truth = table(recording.read("probe.target").reshape(whole_shape)[kept])
    chosen = np.sort(np.argsort(-truth.var(axis=0), kind="stable")[:MOST_OUTPUTS])
    stride = -(-len(truth) // MOST_DOTS)
    positions = chosen_snapshots(recording.steps("output"), SNAPSHOTS)
    said, squares = [], []
    for position in positions:
        values = table(recording.read("output", step=int(position)))
        said.append(values[::stride, chosen])
        squares.append(((values - truth) ** 2).mean(axis=0))
    finite = int(np.isfinite(values).sum())
    errors, spread = np.array(squares), truth.var(axis=0)
    return Fits(
        recording.steps("output")[positions],
        truth[::stride, chosen],
        np.stack(said),
        _inputs(recording, every, stride),
        chosen,
        features,
        np.sqrt(errors[:, chosen]),
        np.sqrt(errors.mean(axis=1)),
        _determined(errors[-1], spread)[chosen],
        float(_determined(errors[-1].mean(keepdims=True), spread.mean(keepdims=True))[0]),
        finite,
        len(truth),
        stride,
        every,
    )


def error_form(size: float) -> str:
    """Return the form, as `str.format` takes it, of errors of about that size: three digits of them."""
    if not 1e-4 < size < 1e6:
        return "{:.2e}"
    return f"{{:,.{max(0, 2 - int(np.floor(np.log10(size))))}f}}"


def written_share(share: float) -> str:
    """Return R² as text."""
    return format_number(share, "{:.3f}" if share > -10 else "{:,.0f}")


def _determined(squares: np.ndarray, spread: np.ndarray) -> np.ndarray:
    """Return R² from mean squared errors and variances, (output,)."""
    return np.where(spread > 0, 1 - squares / np.where(spread > 0, spread, 1), np.nan)


def _inputs(recording: Recording, every: dict[str, int], stride: int) -> np.ndarray | None:
    names = [name for name in recording.arrays if name.startswith(INPUT)]
    if not names or recording.arrays["output"].axes[1:] not in _BY_FEATURE[:2]:
        return None
    values = recording.read(names[0]).astype(float).ravel()[:: every.get("batch", 1)][::stride]
    return values if np.isfinite(values).all() and len(np.unique(values)) > 1 else None
