"""`random_start` shows the untrained network as it was recorded: its weights, its outputs, its accuracy."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.experiments import USER_PROBE_LABEL, find_experiment
from engine.overrides import Overrides
from engine.train import train
from scenes.beats.stage import LAYERS
from scenes.language.translation import LANGUAGES
from scenes.look.style import palette
from scenes.mobjects.pictures.colormap import brightness, diverging
from scenes.mobjects.pictures.pixels import DigitImage
from tests.engine.small import small_mnist
from tests.scenes.chapters.beats import played_beat, require_well_told, run_beat


@pytest.fixture(scope="module")
def played(recordings):
    return {
        language: played_beat("random_start", recordings, chapter="gradient-descent", language=language)
        for language in LANGUAGES
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_plays_and_gives_every_line_its_time(played, language):
    beat = played[language]
    assert 16 <= beat.time <= 27
    require_well_told(beat)


def test_it_begins_and_ends_on_an_empty_frame(played):
    for frame in (played["en"].renderer.first, played["en"].renderer.last):
        assert (frame[..., :3] == frame[0, 0, :3]).all()


def test_edges_carry_the_weights_of_the_first_snapshot(played, recordings):
    for layer, edges in zip(LAYERS, played["en"].network.edges, strict=True):
        weight = recordings["digits"].read(f"{layer}.weight", step=0)
        expected = weight[edges.targets, edges.sources]
        assert edges.values == pytest.approx(expected)
        assert edges.rgba == pytest.approx(diverging(expected, float(np.abs(weight).max())))
        assert edges.shown == pytest.approx(1)


def test_neurons_bars_and_answer_are_those_of_the_last_image(played, recordings):
    beat, digits = played["en"], recordings["digits"]
    last = beat.round[-1]
    for column, layer in zip(beat.network.columns[1:], LAYERS, strict=True):
        activation = digits.read(f"{layer}.activation", step=0, batch=last)
        assert column.fill == pytest.approx(brightness(activation[column.indices]))
    output = digits.read("layer3.activation", step=0, batch=last)
    assert [number.value for number in beat.bars.numbers] == pytest.approx(output.tolist())
    assert [beat.reading.label.value, beat.reading.answer.value] == [digits.read("probe.label")[last], output.argmax()]
    assert beat.box.get_y() == pytest.approx(beat.bars.tracks[int(output.argmax())].get_y())


def test_each_image_lies_in_the_row_of_its_answer(played, recordings):
    beat, digits = played["en"], recordings["digits"]
    outputs, labels = digits.read("layer3.activation", step=0), digits.read("probe.label")
    assert sorted(labels[list(beat.filed)]) == list(range(10))
    green = DigitImage(np.ones((1, 1))).set_color(palette().right).fill[0, :3]
    for probe, copy in beat.filed.items():
        answer = outputs[probe].argmax()
        assert copy.get_y() == pytest.approx(beat.bars.tracks[int(answer)].get_y())
        assert (copy.fill[0, :3] == green).all() == (answer == labels[probe])
    places = {tuple(np.round(copy.get_center(), 6)) for copy in beat.filed.values()}
    assert len(places) == 10


def test_what_is_said_is_what_was_recorded(played, recordings):
    beat, digits = played["en"], recordings["digits"]
    output, label = digits.read("layer3.activation", step=0), digits.read("probe.label")[beat.probe]
    _, _, answered, others, right, _ = [caption.values for caption in beat.captions]
    assert answered["answer"] == str(output[beat.probe].argmax())
    assert answered.get("label", str(label)) == str(label)
    accuracy = float(digits.read("metric.test_accuracy", step=0))
    assert right == {"percent": f"{accuracy:.1%}", "count": "10,000"}
    assert any("rubbish" in caption.text for caption in beat.captions) == (accuracy <= 0.3)
    moved = np.ptp(output[beat.round], axis=0).max()
    assert others == {"count": "9", "moved": f"{moved:.2f}"}
    assert any("hardly move" in caption.text for caption in beat.captions) == (moved < 0.1)


def test_the_note_tells_what_a_full_shade_is(played, recordings):
    beat = played["en"]
    largest = [float(np.abs(recordings["digits"].read(f"{layer}.weight", step=0)).max()) for layer in LAYERS]
    assert [edges.scale_of_values for edges in beat.network.edges] == pytest.approx(largest)
    assert all(f"{scale:.2g}" in beat.note.text for scale in largest)
    assert [(shown.experiment, shown.step) for shown in beat.steps_shown] == [("digits", 0)]


def test_another_network_and_the_users_own_picture(tmp_path):
    picture = np.eye(28, dtype=np.float32)
    wanted = Overrides((30, 5), seed=7, picture=picture).of(find_experiment("digits"))
    wanted = replace(wanted, steps=4, snapshots=3, evaluations=2)
    digits = train(wanted, tmp_path / "digits.zarr", data=small_mnist(), own=picture)
    beat = run_beat("random_start", {"digits": digits}, chapter="gradient-descent")
    assert [len(column) for column in beat.network.columns] == [16, 16, 5, 10]
    edges = beat.network.edges[1]
    assert edges.values == pytest.approx(digits.read("layer2.weight", step=0)[edges.targets, edges.sources])
    answer = str(digits.read("layer3.activation", step=0, batch=beat.probe).argmax())
    assert beat.labels[beat.probe] == USER_PROBE_LABEL
    assert [caption.values for caption in beat.captions if "your picture" in caption.text] == [{"answer": answer}]
    assert beat.reading.label.value == beat.labels[beat.round[-1]]
    assert beat.captions[3].values["count"] == "10", "ten digits, and the picture is none of them"
