"""The matrices of `matrix_form` hold the recorded layer."""

import numpy as np
import pytest

from scenes.beats.stage import LAST
from scenes.chapters.network.whole_network.excerpt import livelier_run, shown_in
from tests.scenes.chapters.beats import played_beat


@pytest.fixture(scope="module")
def beat(recordings):
    return played_beat("matrix_form", recordings)


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


def test_a_new_result_comes_only_once_the_old_one_is_gone(beat, recordings):
    before = recordings["digits"].read("layer1.pre_activation", step=LAST, batch=beat.probe)
    beat.fill_out("pre_activation")
    try:
        shown = [beat.out.entry(j) for j in shown_in(beat.neurons)]
        assert [entry.value for entry in shown] == [float(before[j]) for j in shown_in(beat.neurons)]
        assert {entry.evidence[0].name for entry in shown} == {"layer1.pre_activation"}
        gone = beat.empty_out().build()
        assert not any(entry.get_fill_opacity() for entry in gone.target_mobject)
    finally:
        beat.fill_out("activation")


def test_a_weight_gives_way_to_its_product_and_to_nothing_between(beat):
    turned = beat.W.row(2).copy()
    shown = shown_in(beat.inputs)
    weights = [beat.weight[2, k] for k in shown]
    products = [beat.weight[2, k] * beat.pixels.ravel()[k] for k in shown]
    numbers = [number for number, k in zip(turned, beat.inputs, strict=True) if k is not None]
    for change in beat.multiply(turned, 2):
        change.begin()
        for alpha, expected in ((0.2, weights), (0.45, weights), (0.55, products), (1.0, products)):
            change.interpolate(alpha)
            assert change.mobject.value == pytest.approx(expected[numbers.index(change.mobject)])


def test_what_runs_through_the_last_column_is_the_recorded_layer(beat, recordings):
    recording = recordings["digits"]
    bias = recording.read("layer1.bias", step=LAST)
    weight = recording.read("layer1.weight", step=LAST)
    sums = weight @ beat.pixels.ravel()
    assert beat.out.values.ravel() == pytest.approx(sums, abs=1e-4)  # what the rows give
    before, squashed = (
        recording.read(f"layer1.{kind}", step=LAST, batch=beat.probe) for kind in ("pre_activation", "activation")
    )
    assert before == pytest.approx(sums + bias, abs=1e-4)
    for j in shown_in(beat.neurons):
        assert beat.out.entry(j).value == pytest.approx(squashed[j], abs=1e-6)
        assert squashed[j] == pytest.approx(1 / (1 + np.exp(-(sums + bias)[j])), abs=1e-5)


def test_the_scale_of_the_pictures_is_the_one_told(beat):
    strengths = np.sort(np.abs(beat.weight).ravel())
    assert beat.shade.value["from"] == pytest.approx(strengths[int(0.98 * len(strengths))], rel=0.05)
    strongest = [float(picture.fill[:, 3].max()) for picture in beat.weight_pictures()]
    expected = [np.abs(beat.weight[j]).max() / beat.shade.value["from"] for j in shown_in(beat.neurons)]
    assert strongest == pytest.approx(np.minimum(expected, 1.0), abs=1e-5)
