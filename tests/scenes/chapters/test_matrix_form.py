"""The matrices of `matrix_form` hold the recorded layer."""

import numpy as np
import pytest

from scenes.chapters.network.excerpt import livelier_run, shown_in
from scenes.stage import LAST
from tests.scenes.chapters.beats import run_beat


@pytest.fixture(scope="module")
def beat(recordings):
    return run_beat("matrix_form", recordings)


def test_the_run_lies_within_one_row_on_ink_and_differs_most():
    pixels = np.zeros((3, 6))
    pixels[0, :3] = 0.4, 0.5, 0.6
    pixels[1, 1:5] = 0.2, 0.9, 0.3, 0.3
    pixels[2, ::2] = 1.0  # differs more, but is not ink throughout
    assert livelier_run(pixels, 3) == 6 + 1


def test_entries_keep_their_index(beat, recordings):
    recording = recordings["digits"]
    weight = recording.read("layer1.weight", step=LAST)
    shown = shown_in(beat.inputs)
    assert shown[0] == 0 and shown[-1] == 783
    assert (beat.pixels.ravel()[shown[1:-1]] > 0).all()
    for k in shown:
        assert beat.a.entry(k).value == beat.pixels.ravel()[k]
        assert beat.W.entry(3, k).value == weight[3, k]


def test_a_new_result_comes_only_once_the_old_one_is_gone(beat):
    beat.fill_out(beat.before)
    try:
        assert [beat.out.entry(j).value for j in shown_in(beat.neurons)] == pytest.approx(
            [float(beat.before[j]) for j in shown_in(beat.neurons)]
        )
        gone = beat.empty_out().build()
        assert not any(entry.get_fill_opacity() for entry in gone.target_mobject)
    finally:
        beat.fill_out(beat.squashed)


def test_what_runs_through_the_last_column_is_the_recorded_layer(beat, recordings):
    recording = recordings["digits"]
    bias = recording.read("layer1.bias", step=LAST)
    weight = recording.read("layer1.weight", step=LAST)
    sums = weight @ beat.pixels.ravel()
    assert beat.out.values.ravel() == pytest.approx(sums, abs=1e-4)  # what the rows give
    assert beat.before == pytest.approx(sums + bias, abs=1e-4)
    for j in shown_in(beat.neurons):
        assert beat.out.entry(j).value == pytest.approx(beat.squashed[j], abs=1e-6)
        assert beat.squashed[j] == pytest.approx(1 / (1 + np.exp(-(sums + bias)[j])), abs=1e-5)
