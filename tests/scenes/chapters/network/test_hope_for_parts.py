"""What is traced over the digits lies on their ink, and the digits are chosen by the stated rule."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from manim import VGroup

from engine.recording import Recording
from scenes.chapters.network.neurons.digit_parts import (
    DigitParts,
    clearest,
    drawn_in_turn,
    eight_parts,
    nine_parts,
    stroke,
)
from scenes.chapters.network.neurons.parts_measured import line_on_look, look_of
from scenes.mobjects.pictures.pixels import DigitImage
from tests.scenes.chapters.beats import played_beat


def ring(row: float, column: float, radius: float) -> np.ndarray:
    rows, columns = np.mgrid[:28, :28]
    return np.clip(1.5 - np.abs(np.hypot(rows - row, columns - column) - radius), 0, 1)


def nine() -> np.ndarray:
    pixels = ring(9, 13, 4.5)
    pixels[9:25, 16:19] = 1
    return pixels


def eight() -> np.ndarray:
    return np.maximum(ring(8, 14, 3.5), ring(17, 14, 5.0))


def test_the_clearest_digit_has_the_loops_asked_for_and_the_largest() -> None:
    images = np.stack([ring(9, 13, 3.0), nine(), eight(), np.zeros((28, 28))])
    assert clearest(images, np.array([0, 1, 2, 3]), loops=1) == 1
    assert clearest(images, np.array([0, 1, 2, 3]), loops=2) == 2
    with pytest.raises(LookupError, match="record more probes"):
        clearest(images, np.array([3]), loops=1)


def test_all_parts_lie_on_the_ink() -> None:
    for pixels, parts in ((nine(), nine_parts(nine())), (eight(), eight_parts(eight()))):
        for part in parts:
            columns, rows = np.round(part).astype(int).T
            assert (pixels[rows, columns] > 0.5).mean() > 0.95


def test_an_eight_is_taken_apart_from_the_top() -> None:
    upper, lower = eight_parts(eight())
    assert upper[:, 1].mean() < lower[:, 1].mean()


def test_there_is_an_edge_for_every_neuron_each_in_its_part() -> None:
    anatomy = DigitParts(nine(), eight(), edges=16)
    assert anatomy.each == 4
    image = DigitImage(nine(), height=5.6).shift([1, 2, 0])
    for part, owner in enumerate(anatomy.owners):
        pieces = anatomy.whole(part, image.get_center(), 5.6, 4.0)
        assert len(pieces) == 4
        for piece in pieces:
            places = (piece.get_anchors() - image.cell(0, 0)) / (image.cell(1, 1) - image.cell(0, 0) + [0, 0, 1])
            columns, rows = np.round(places[:, :2]).astype(int).T
            assert (anatomy.digits[owner][rows, columns] > 0.3).all()


def test_a_stroke_runs_through_its_places() -> None:
    image = DigitImage(nine(), height=5.6)
    curve = stroke(np.array([[3.0, 4.0], [6.0, 8.0]]), image, 4.0)
    assert curve.get_start() == pytest.approx(image.cell(4, 3))
    assert curve.get_end() == pytest.approx(image.cell(8, 6))


def test_every_cell_shows_the_digit_that_its_part_belongs_to() -> None:
    anatomy = DigitParts(nine(), eight(), edges=16)
    centers = np.array([[x, y, 0.0] for y in (1.5, 0.5, -0.5, -1.5) for x in (-1.5, -0.5, 0.5, 1.5)])
    ghosts = anatomy.ghosts(centers, pitch=1.0, height=0.9)
    expected = 8 * (nine() > 0).sum() + 8 * (eight() > 0).sum()
    assert len(ghosts) == expected
    lower = ghosts.centers[:, 1] < 0
    assert lower.sum() == 8 * (eight() > 0).sum()


def test_the_beat_ends_on_the_recorded_weights_of_every_neuron(recordings: Mapping[str, Recording]) -> None:
    recording = recordings["digits"]
    beat: Any = played_beat("hope_for_parts", recordings)
    weights = recording.read("layer1.weight", step=-1).reshape(-1, 28, 28)
    assert len(beat.learned) == len(weights) == sum(len(row) for row in beat.edges)
    for picture, values in zip(beat.learned, weights, strict=True):
        assert np.array_equal(picture.values, values)
    places = [picture.get_center() for picture in beat.learned]
    assert np.allclose(np.diff(np.stack(places)[:, 0].reshape(4, 4)), np.diff(beat.cells.centers[:, 0].reshape(4, 4)))
    accuracy = float(recording.read("metric.test_accuracy", step=-1))
    percent, told = (box.text for part in beat.score for box in part.text_boxes())
    assert percent == f"{accuracy:.1%}"
    assert f"{len(recording.read('test.label')):,}" in told


def test_a_picture_of_weights_has_the_shade_that_its_note_tells(recordings: Mapping[str, Recording]) -> None:
    beat: Any = played_beat("hope_for_parts", recordings)
    weights = recordings["digits"].read("layer1.weight", step=-1)
    scale, largest = np.quantile(np.abs(weights), 0.98), np.abs(weights).max()
    assert beat.legend[1].text == f"full shade from {scale:.2g} on; the largest is {largest:.2g}"
    for picture, values in zip(beat.learned, weights, strict=True):
        assert picture.fill[:, 3] == pytest.approx(np.minimum(np.abs(values) / scale, 1), abs=1e-6)


def test_what_is_said_of_the_weights_is_what_they_look_like(untaught_recordings: Mapping[str, Recording]) -> None:
    beat: Any = played_beat("hope_for_parts", untaught_recordings)
    said = [caption.text for caption in beat.captions]
    assert "Not edges: weights side by side have little to do with each other." in said
    assert "So far it is right on {percent} of new images." in said
    assert "Smudges rather than clean edges." not in said
    assert "And yet, it works." not in said


def test_smudges_chance_and_edges_are_told_apart() -> None:
    rng = np.random.default_rng(0)
    rows, columns = np.mgrid[:28, :28]
    blob = np.exp(-((rows - 12) ** 2 + (columns - 15) ** 2) / 60)
    edge = np.exp(-((columns - 10) ** 2) / 2) * (abs(rows - 9) < 4)
    noise = rng.normal(size=(28, 28))
    across = (columns - 14) * np.exp(-((rows - 14) ** 2 + (columns - 14) ** 2) / 60)
    pictures = (blob, noise, edge, across)
    lines = [line_on_look(look_of(np.stack([one.ravel()] * 3), (28, 28))).text for one in pictures]
    assert lines == [
        "Smudges rather than clean edges.",
        "Not edges: weights side by side have little to do with each other.",
        "{count} of {total} are as narrow as an edge.",
        "In one picture, an edge explains {share} of the weights, squared.",
    ]


def test_a_stroke_is_unseen_before_its_turn() -> None:
    image = DigitImage(nine(), height=5.6)
    part = VGroup(*[stroke(np.array([[3.0, row], [6.0, row]]), image, 4.0) for row in (4.0, 8.0)])
    drawing = drawn_in_turn(part)
    drawing.begin()
    assert [piece.get_stroke_opacity() for piece in part] == [0, 0]
    drawing.interpolate(0.25)
    assert [piece.get_stroke_opacity() for piece in part] == [1, 0]
    drawing.interpolate(1)
    assert [piece.get_stroke_opacity() for piece in part] == [1, 1]
