"""One input on its way: what is drawn was recorded of one and the same probe, and what is not drawn is told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.models.transformer import GPT
from engine.recorder import Recorder
from scenes.animate.composition import compose
from scenes.animate.forward_pass import squeezed
from scenes.animate.one_input.example import ProbeExample, Value, every
from scenes.animate.one_input.final_answer import answer_of, of_classes, of_numbers, of_tokens, probabilities
from scenes.animate.one_input.route import Approach
from scenes.animate.one_input.stage_pictures import picture_of
from scenes.animate.one_input.stages import MOST, way_through
from scenes.animate.one_input.unit_edges import edges_between
from scenes.language.translation import LANGUAGES, translate
from scenes.look.choices import CatalogError
from scenes.mobjects.pictures.value_pictures import (
    map_pictures,
    pattern_pictures,
    strip_picture,
    unit_pictures,
    value_shades,
)
from tests.scenes.animate.beats import faults_of, run_own_beat
from tests.scenes.animate.runs.small_models import BATCH, MODELS, record_model
from tests.scenes.chapters.beats import require_well_told

BEAT = "forward_pass"


def tr(text: str, **values: object) -> str:
    return translate(text, "en", {name: str(value) for name, value in values.items()})


def texts_of(group) -> list[str]:
    return [part.text for part in group.get_family() if hasattr(part, "text")]


@pytest.mark.parametrize("kind", MODELS)
def test_the_way_is_short_enough_and_stays_the_same_when_only_it_is_read(recordings, kind: str) -> None:
    way = way_through(recordings[kind])
    assert len(way.stages) <= MOST and way.output == "output"
    assert way_through(recordings[kind].only(way.arrays)) == way
    places = [stage.at for stage in way.stages]
    assert places == sorted(places)
    assert way.unseen + sum(stage.seen for stage in way.stages) + way.last.seen == way.all


@pytest.mark.parametrize("kind", ["dense", "colours", "reader", "attending"])
def test_it_is_well_told_and_shows_what_was_recorded(recordings, kind: str) -> None:
    recording = recordings[kind]
    beat = run_own_beat(recording, BEAT)
    require_well_told(beat)
    info = recording.arrays[beat.way.output]
    output = recording.read(beat.way.output, step=-1)[beat.example.number]
    assert info.shape[1] == BATCH
    said = beat.captions[-1].values
    if kind == "attending":
        right = output.argmax(axis=1) == recording.read("probe.target", batch=beat.example.number)
        assert said == {"right": str(right.sum()), "all": "6"}
    else:
        assert said["answer"] == str(output.argmax())
    (kept,) = [stage for stage in beat.way.stages if stage.end == beat.arrived]
    np.testing.assert_array_equal(
        beat.example.value(kept.array).values, recording.read(kept.array, step=-1, batch=beat.example.number)
    )


def test_it_tells_which_example_at_which_step_and_by_which_scales(recordings) -> None:
    attending, dense = (run_own_beat(recordings[kind], BEAT) for kind in ("attending", "dense"))
    told = {
        kind: " · ".join(claim.text for claim in beat.log.claims) for kind, beat in (("a", attending), ("d", dense))
    }
    for beat, texts in ((attending, told["a"]), (dense, told["d"])):
        assert {shown.step for shown in beat.steps_shown} == {recordings["dense"].steps("output")[-1]}
        assert f"as recorded at step {recordings['dense'].steps('output')[-1]}" in texts
        assert ("the first input that it answers rightly" in texts) == beat.example.answered
    assert "shade: √ of the weight" in told["a"]
    weights = [dense.example.weight(stage.weight) for stage in dense.way.stages if stage.weight]
    assert weights and "lines: weight × value; full shade: " in told["d"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["dense", "attending"])
def test_the_layout_is_without_faults(recordings, kind: str, language: str) -> None:
    assert faults_of(recordings[kind], BEAT, language) == ()


def test_a_single_unit_and_a_single_snapshot_are_a_film_too(tmp_path: Path) -> None:
    recording = record_model("one", tmp_path / "one", steps=0)
    beat = run_own_beat(recording, BEAT)
    says, should = recording.read("output", step=-1)[0, 0], recording.read("probe.target")[0, 0]
    assert beat.captions[-1].values == {"answer": f"{says:.3f}", "target": f"{should:.3f}"}


def test_of_a_classifier_the_first_probe_that_is_answered_right_is_shown(recordings) -> None:
    recording = recordings["dense"]
    example = ProbeExample(recording, way_through(recording))
    answers, target = recording.read("output", step=-1).argmax(axis=1), recording.read("probe.target")
    assert example.number == (np.flatnonzero(answers == target)[0] if (answers == target).any() else 0)


def test_a_probe_is_taken_that_was_recorded_everywhere_and_what_was_not_is_told(tmp_path: Path) -> None:
    recording = record_model("colours", tmp_path / "tight", budget=2500)
    way = way_through(recording)
    example = ProbeExample(recording, way)
    assert example.apart > 1 and example.number % example.apart == 0
    array = next(stage.array for stage in way.stages if every(recording, stage.array, "channel") > 1)
    value = example.value(array)
    assert value.whole[0] == 20 > value.values.shape[0]
    k = every(recording, array, "channel")
    assert f"1 channel in {k} recorded" in texts_of(picture_of(value, tr, "any").group)
    for language in LANGUAGES:
        assert faults_of(recording, BEAT, language) == ()


def test_of_many_channels_those_are_drawn_that_vary_most() -> None:
    maps = np.zeros((20, 3, 3))
    maps[:, 0, 0] = np.arange(20)
    picture = picture_of(Value("a.activation", ("channel", "height", "width"), maps, (20, 3, 3), (1, 1, 1)), tr, "any")
    assert "16 of 20 channels: those that vary most" in texts_of(picture.group)
    alphas = picture.values.boxes.fill[::9, 3]
    np.testing.assert_allclose(alphas, np.maximum(np.arange(4, 20) / 19, 0.07), atol=1e-6)


def test_shades_are_brightness_or_blue_and_red_and_no_number_is_made_of_nan() -> None:
    fill, scale, signed = value_shades(np.array([0.0, 1.0, 4.0]))
    assert not signed and scale == 4 and fill[:, 3].tolist() == [0, 0.25, 1]
    fill, scale, signed = value_shades(np.array([-2.0, 1.0, np.nan]))
    assert signed and scale == 2 and fill[:, 3].tolist() == [1, 0.5, 0]
    units = unit_pictures(np.array([0.5, np.nan, -1.25]), 4.0)
    assert [number.value for number in units.numbers] == [0.5, -1.25]


def test_pictures_fit_into_their_room_and_come_in_their_order() -> None:
    maps = map_pictures(np.ones((7, 5, 9)), 4.0, 3.0)
    assert maps.boxes.width <= 4.0 + 1e-6 and maps.boxes.height <= 3.0 + 1e-6 and len(maps.boxes) == 7 * 45
    thin = map_pictures(np.ones((1, 4, 8)), 4.0, 4.0, aspect=2.0)
    assert thin.boxes.width == pytest.approx(thin.boxes.height)
    strip = strip_picture(np.arange(12.0).reshape(4, 3), 4.0, 3.0)
    assert (np.diff(strip.order) >= 0).all() and strip.order[[0, -1]].tolist() == [0, 1]
    tables = pattern_pictures(np.eye(3)[None], 3.0, 3.0)
    assert (tables.boxes.fill[:, 3] > 0.5).reshape(3, 3).tolist() == np.eye(3, dtype=bool).tolist()
    squeezed(strip.boxes, tables.boxes)
    assert strip.boxes.width == pytest.approx(tables.boxes.width) and not strip.boxes.shown.any()


def test_lines_between_units_are_weight_times_value(recordings) -> None:
    beat = run_own_beat(recordings["dense"], BEAT)
    first, second = beat.way.stages
    weight = recordings["dense"].read(second.weight, step=-1)
    value = recordings["dense"].read(first.array, step=-1, batch=beat.example.number)
    left, right = (picture_of(beat.example.value(stage.array), tr, "any") for stage in (first, second))
    adds = (weight * value).ravel()
    edges = edges_between(left, right, second, weight)
    np.testing.assert_allclose(edges.rgba[:, 3], np.abs(adds) / max(np.abs(adds).max(), 1e-9), rtol=1e-5)
    for between in (Approach(("relu",)), Approach((), ("add",))):
        told = replace(second, before=between)
        assert edges_between(left, right, told, weight) is None, "what is shown before is not what it weighs"


def test_scores_become_probabilities_only_where_they_are_none() -> None:
    given = np.array([0.25, 0.75])
    assert probabilities(given)[1] is False
    made, told = probabilities(np.array([1000.0, 1000.0, 0.0]))
    assert told and made.tolist() == [0.5, 0.5, 0.0]


def test_answers_say_what_is_right() -> None:
    names = [f"class {number} " + "x" * 80 for number in range(12)]
    scores = np.arange(12.0)
    wrong = of_classes(scores, 3, names, tr)
    assert wrong.said["target"].startswith("class 3") and len(wrong.said["answer"]) <= 16
    assert "the 10 highest of 12 classes" in texts_of(wrong.group) and wrong.group.width < 5.6
    assert of_classes(scores, 11, None, tr).said["answer"] == "11"
    tokens = of_tokens(np.eye(3)[[0, 1, 1]], np.array([0, 1, 2]), None, tr)
    assert tokens.said == {"right": 2, "all": 3}
    assert [n.value for n in of_numbers(np.arange(9.0), np.zeros(9), tr).group.submobjects[0:12:2]] == [
        0,
        1,
        2,
        3,
        4,
        5,
    ]
    broken = Value("output", ("feature",), np.array([np.nan, 1.0]), (2,), (1,))
    assert answer_of(broken, np.array(1), {}, tr) is None


def test_without_a_probe_it_is_no_beat(tmp_path: Path) -> None:
    recording = record_model("dense", tmp_path / "blind", probe=False)
    with pytest.raises(CatalogError, match=r"forward_pass cannot be drawn from .* a probe"):
        compose(recording, (BEAT,), name="blind")


def test_attention_that_is_put_together_of_modules_is_looked_at_before_its_block(tmp_path: Path) -> None:
    torch.manual_seed(0)
    model, ids = GPT(20, 8, 16, 2, 2), torch.randint(0, 20, (3, 8))
    with Recorder(model, tmp_path / "gpt", probe=ids, record=("pattern", "residual")) as recorder:
        pass
    way = way_through(recorder.recording)
    assert way is not None
    assert [stage.array for stage in way.stages] == [
        "blocks.0.attention.pattern",
        "blocks.0.residual",
        "blocks.1.attention.pattern",
        "blocks.1.residual",
    ]


def test_scores_for_every_token_that_there_is_tell_the_next_one() -> None:
    scores = np.log(np.array([[0.7, 0.2, 0.1], [0.1, 0.1, 0.8]]))
    value = Value("output", ("position", "feature"), scores, (2, 3), (1, 1))
    answer = answer_of(value, None, {"tokens": ["a", "b", "c"]}, tr)
    assert answer is not None
    assert answer.said["answer"] == "c"
    assert answer_of(value, None, {"tokens": ["a", "b"]}, tr) is None
