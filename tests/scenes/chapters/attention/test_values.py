"""What `values` weighs, adds up and draws is what the head did."""

from __future__ import annotations

import numpy as np
import pytest

from scenes.beats.beat import Beat
from scenes.chapters.attention.one_head.cells import FULL, Strips
from scenes.chapters.attention.one_head.passed_on import answer_lines
from scenes.chapters.attention.one_head.push import PushPlane
from scenes.evidence.evidence import Measured
from scenes.language.translation import LANGUAGES
from scenes.measures.projection import plane_along
from scenes.text.many_numbers import Numbers
from tests.scenes.chapters.beats import played_beat, require_well_told, run_beat

NAME = "values"


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_well_told(played, language):
    require_well_told(played[language])
    assert 25 < played[language].time < {"en": 37.4, "zh_CN": 41}[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_plays_on_a_model_that_knows_nothing(random_readings, language):
    beat = played_beat(NAME, random_readings, chapter="attention", language=language)
    require_well_told(beat)
    read = random_readings["attention-text"].read
    assert beat.sum.cells.fill == pytest.approx(_strip(beat, read("head_output")[-1]).cells.fill, abs=0.02)


def test_rows_end_as_weight_times_value_and_fall_into_the_heads_output(played, recordings):
    beat, read = played["en"], recordings["attention-text"].read
    weighed = read("pattern")[-1][:, None] * read("value")
    assert beat.strips.values == pytest.approx(weighed, abs=1e-5)
    assert beat.told.values == pytest.approx(read("pattern")[-1], abs=1e-6)
    assert beat.sum.numbers.values == pytest.approx(read("head_output")[-1][: beat.sum.numbered], abs=1e-4)
    assert beat.sum.cells.fill == pytest.approx(_strip(beat, read("head_output")[-1]).cells.fill, abs=0.02)


def test_the_change_is_the_recorded_one_and_is_added(played, recordings):
    beat, recording = played["en"], recordings["attention-text"]
    update = recording.read("head_update")[-1]
    stream = recording.read("stream", layer=recording.config["chosen_layer"])[-1]
    before, change, after = beat.total.columns
    for column, vector in ((before, stream), (change, update), (after, stream + update)):
        for row in (0, 1, 2, len(vector) - 1):
            assert column.entry(row).value == pytest.approx(vector[row], abs=1e-5)
    assert recording.read("weight.output") @ recording.read("head_output")[-1] == pytest.approx(update, abs=1e-3)
    assert beat.lengths.values == pytest.approx([np.linalg.norm(stream), np.linalg.norm(update)])


def test_the_arrow_is_as_long_as_the_change_to_the_scale_of_the_dots(played, recordings):
    beat, recording = played["en"], recordings["attention-text"]
    push, update = beat.push, recording.read("head_update")[-1]
    stream = recording.read("stream", layer=recording.config["chosen_layer"])[1:]
    dots = push.dots.centers
    across = plane_along(update, stream).of(stream)
    apart = np.linalg.norm(dots[:, None, :2] - dots[None, :, :2], axis=2)
    recorded = np.linalg.norm(across[:, None] - across[None], axis=2)
    assert apart == pytest.approx(recorded * push.unit, abs=1e-4)
    assert push.arrow.get_length() == pytest.approx(push.factor * push.unit * np.linalg.norm(update), rel=0.02)
    assert push.arrow.get_start() == pytest.approx(dots[-1], abs=1e-3)


def test_an_arrow_too_short_to_be_seen_is_drawn_longer():
    vectors = np.random.default_rng(0).normal(size=(6, 20))
    look = {"first": [5], "width": 12.0, "height": 3.7}
    long = PushPlane(vectors, list("abcdef"), vectors[0], **look)
    short = PushPlane(vectors, list("abcdef"), 0.001 * vectors[0], **look)
    assert long.factor == 1 and short.factor > 100
    assert short.arrow.get_length() > 0.4


def test_a_plane_along_a_direction_keeps_its_length_and_the_widest_spread_across():
    direction = np.array([0.0, 0.0, 3.0])
    vectors = np.array([[9.0, 0, 1], [-9.0, 0, 2], [0, 1.0, 3], [0, -1.0, 2]])
    plane = plane_along(direction, vectors)
    assert np.abs(plane.direction(direction)) == pytest.approx([0, 3])
    assert np.abs(plane.axes[0]) == pytest.approx([1, 0, 0], abs=1e-6)
    assert plane.explained == pytest.approx(164 / 166)


def test_a_strip_has_a_cell_for_each_number_within_its_width():
    values = np.linspace(-1, 1, 30).reshape(2, 15)
    strips = Strips(values, np.array([1.0, 0.0]), left=-3, width=6, thick=0.3, scale=1.0)
    corners = strips.cells.points
    assert len(strips.cells) == 30
    assert (corners[:, 0].min(), corners[:, 0].max()) == pytest.approx((-3, 3))
    assert strips.cells.fill[:, 3] == pytest.approx(FULL * np.abs(values.ravel()), abs=1e-6)


def test_who_gave_most_is_told_by_the_weights(played):
    said = played["en"].captions[-1]
    assert "took in what “{other}” offered" in said.text
    assert said.values["other"] == "river" and float(said.values["weight"]) > 0.5


@pytest.mark.parametrize(
    ("weight", "itself", "text"),
    [(0.4, False, "a blend"), (0.4, True, "a blend"), (0.7, True, "itself"), (0.7, False, "took in what “{other}”")],
)
def test_other_weights_are_told_otherwise(weight, itself, text):
    value = {"word": "bank", "other": "river", "itself": itself, "weight": weight}
    assert text in Beat.choose(*answer_lines(Measured("strongest", value, "whose", ()))).text


def test_the_numbers_of_the_sum_are_sums_of_whole_rows(recordings, monkeypatch):
    shown, show = [], Numbers.show_values
    monkeypatch.setattr(Numbers, "show_values", lambda own, values: shown.append(np.ravel(values)) or show(own, values))
    beat = run_beat(NAME, recordings, chapter="attention")
    read = recordings["attention-text"].read
    weighed = read("pattern")[-1][:, None] * read("value")[:, : beat.sum.numbered]
    sums = [weighed[count:].sum(axis=0) for count in range(len(weighed) + 1)]
    of_sum = [one for one in shown if len(one) == beat.sum.numbered]
    assert len(of_sum) > 4
    assert all(min(np.abs(one - known).max() for known in sums) < 1e-4 for one in of_sum)


def test_scales_are_told(played, recordings):
    said = " ".join(claim["text"] for claim in played["en"].claims)
    value, update = (np.abs(recordings["attention-text"].read(name)) for name in ("value", "head_update"))
    assert f"64 numbers each, full shade: {np.quantile(value, 0.97):.2f}" in said
    assert f"576 numbers, full shade: {np.quantile(update[-1], 0.97):.2g}" in said


def _strip(beat, values):
    return Strips(values[None], np.array([0.0]), thick=0.4, left=-5, width=10, scale=beat.scale)
