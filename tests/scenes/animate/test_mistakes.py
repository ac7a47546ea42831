"""What a model gets wrong, of any recording: the table, the counts and the examples are what was recorded."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.recording import Recording
from engine.recording.format.layout import ArraySpec
from engine.recording.views.chosen_snapshots import chosen_snapshots
from engine.recording.writing.writer import RecordingWriter
from scenes.animate.answers.answers import (
    MOST_CLASSES,
    NONE,
    OUTPUT,
    PROBABILITY,
    SOFTMAX,
    Answers,
    confidences,
    kept_classes,
    read_answers,
)
from scenes.animate.shared.moments import between
from scenes.animate.shared.scored import arrays_of_answers
from scenes.language.translation import LANGUAGES
from scenes.mobjects.grids.confusion import ConfusionMatrix
from scenes.mobjects.pictures.pixels import CellPicture
from tests.scenes.animate.beats import faults_of, run_own_beat
from tests.scenes.animate.runs.answering import classified, of_tokens, pictured
from tests.scenes.animate.runs.recordings import falling, open_metrics
from tests.scenes.chapters.beats import require_well_told

BEAT = "mistakes"
LONG = [f"class number {number} with a name that is very long, about eighty characters or so" for number in range(3)]
CASES = {
    "points": lambda path: classified(path, 60, 2, 3, names=LONG),
    "numbers": lambda path: classified(path, 40, 40, 16, steps=2),
    "pictures": lambda path: pictured(path, 16, 3, 8, steps=2),
    "sequences": lambda path: of_tokens(path, 12, 16, whole=True, steps=3),
    "tokens": of_tokens,
    "one": lambda path: classified(path, 5, 1, 2, steps=0),
}


@pytest.fixture(scope="module", params=CASES)
def recording(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Recording:
    return CASES[request.param](tmp_path_factory.mktemp("mistakes") / f"{request.param}.zarr")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_layout_is_without_faults(recording: Recording, language: str) -> None:
    assert faults_of(recording, BEAT, language) == ()


def test_what_is_told_was_recorded(recording: Recording) -> None:
    beat = run_own_beat(recording, BEAT)
    require_well_told(beat)
    truth, last = recording.read("probe.target"), recording.read("output", step=-1)
    right, count = int((last.argmax(-1) == truth).sum()), int((truth >= 0).sum())
    assert (beat.board.count.value, beat.board.total) == (right, count)
    assert beat.board.share.value == right / count
    assert beat.board.step.value == recording.steps("output")[-1]
    assert 12 < beat.captions[-1].end < 38


def test_dots_stand_in_the_row_of_what_they_are_and_the_column_of_what_is_said(tmp_path: Path) -> None:
    recording = classified(tmp_path / "mine.zarr", 60, 2, 3)
    beat = run_own_beat(recording, BEAT)
    truth = recording.read("probe.target")
    for place, step in enumerate(beat.answers.steps):
        said = recording.read("output", step=recording.at_step("output", int(step))).argmax(axis=1)
        beat.show_moment(place, place, 1.0)
        cells = beat.matrix.place(truth, said)
        assert (np.abs(beat.matrix.dots.centers - cells)[:, :2] < beat.matrix.cell / 2).all()
        right = said == truth
        assert len(np.unique(beat.matrix.dots.fill[right], axis=0)) <= 1
        lengths = [bar.get_length() / track.get_length() for bar, track in zip(beat.bars, beat.tracks, strict=True)]
        shares = [right[truth == one].mean() for one in range(3)]
        np.testing.assert_allclose(lengths, shares, atol=2e-3)
    table = np.zeros((3, 3))
    np.add.at(table, (truth, recording.read("output", step=-1).argmax(axis=1)), 1)
    np.testing.assert_array_equal(beat.numbers.values, table[table > 0])


def test_numbers_are_those_of_the_step_recorded_last_while_dots_are_on_their_way(tmp_path: Path) -> None:
    beat = run_own_beat(classified(tmp_path / "mine.zarr", 60, 2, 3), BEAT)
    score = beat.answers.score
    for share, told in ((0.0, 1), (0.9, 1), (1.0, 2)):
        beat.show_moment(1, 2, share)
        assert beat.board.step.value == score["steps"][told] == beat.steps_shown[-1].step
        assert (beat.board.count.value, beat.board.share.value) == (score["right"][told], score["share"][told])
        assert [number.value for number in beat.counts] == beat.right_by_class[told].tolist()


def test_dots_of_a_class_go_straight_across() -> None:
    truth = np.array([0, 0, 1, 1, 1])
    matrix = ConfusionMatrix(truth, np.array([0, 1, 0, 1, -1]), (2, 2), 1.0)
    before = matrix.dots.centers.copy()
    assert matrix.dots.fill[4, 3] == 0, "of which nothing is said"
    matrix.show(np.array([0, 1, 0, 1, -1]), np.array([1, 1, 1, 0, 1]), 0.5)
    np.testing.assert_allclose(matrix.dots.centers[:, 1], before[:, 1])
    np.testing.assert_allclose(matrix.dots.centers[:4, 0] - before[:4, 0], [0.5, 0, 0.5, -0.5])
    assert matrix.dots.fill[4, 3] == 0.5


def test_examples_are_the_wrong_ones_of_most_confidence_or_the_least_sure(tmp_path: Path) -> None:
    recording = pictured(tmp_path / "mine.zarr", 16, 1, 8, steps=1)
    beat = run_own_beat(recording, BEAT)
    truth, last = recording.read("probe.target"), recording.read("output", step=-1).astype(float)
    sure = (np.exp(last) / np.exp(last).sum(axis=1, keepdims=True)).max(axis=1)
    wrong = np.flatnonzero(last.argmax(axis=1) != truth)
    right = np.flatnonzero(last.argmax(axis=1) == truth)
    chosen = wrong[np.argsort(-sure[wrong])][:8]
    chosen = np.append(chosen, right[np.argsort(sure[right])][: max(0, 4 - len(chosen)) if len(wrong) else 8])
    assert beat.gallery.wrong == min(8, len(wrong)) and beat.gallery.which.tolist() == chosen.tolist()
    told = beat.captions[-1].values
    assert told["confidence"] == f"{sure[chosen[0]]:.0%}" and told["answer"] == str(last[chosen[0]].argmax())
    (cells,) = [part for part in beat.gallery.pictures[0] if isinstance(part, CellPicture)]
    shown = recording.read("probe.input", batch=chosen.tolist())
    expected = (shown[0, 0] - shown.min()) / (shown.max() - shown.min()) * 255
    np.testing.assert_allclose(cells.fill[:, 0], expected.ravel(), rtol=1e-4)


def test_many_classes_are_those_confused_most_and_it_says_so(tmp_path: Path) -> None:
    beat = run_own_beat(classified(tmp_path / "mine.zarr", 60, 2, 30, steps=2), BEAT)
    assert len(beat.kept) <= MOST_CLASSES and beat.matrix.shape == (len(beat.kept), len(beat.kept) + 1)
    assert "of 30 classes" in beat.note_of_table().text
    assert beat.board.total == 60, "all are counted"
    table = np.diag(np.full(20, 3))
    table[[4, 7, 9], [5, 8, 9]] += 2
    truth = np.repeat(np.arange(20), 4)
    assert {4, 5, 7, 8} <= set(kept_classes(table, truth).tolist())
    assert kept_classes(np.eye(5), np.arange(5)).tolist() == [0, 1, 2, 3, 4]


def test_cells_of_tokens_are_right_or_wrong_as_recorded(tmp_path: Path) -> None:
    recording = of_tokens(tmp_path / "mine.zarr", 6, 9, steps=2)
    beat = run_own_beat(recording, BEAT)
    truth, said = recording.read("probe.target"), recording.read("output", step=-1).argmax(axis=-1)
    fill = beat.grid.tiles.fill.reshape(6, 9, 4)
    assert fill[0, 0, 3] == 0, "no token is to be named there"
    counted = truth >= 0
    assert (fill[..., 1] > fill[..., 0])[counted].tolist() == (said == truth)[counted].tolist()
    np.testing.assert_array_equal(beat.grid.numbers.values, said.ravel())


def test_long_sequences_are_shown_in_stretches_and_all_are_counted(tmp_path: Path) -> None:
    recording = of_tokens(tmp_path / "mine.zarr", 20, 130, steps=1)
    beat = run_own_beat(recording, BEAT)
    assert beat.grid.shape == (12, 44) and beat.stretch == 3
    assert "12 of 20" in beat.note_of_grid().text
    assert any("A cell is 3 positions" in beat.translate(line.text, **line.values) for line in beat.captions)
    right = (recording.read("output", step=-1).argmax(-1) == recording.read("probe.target"))[beat.sequences, :3]
    counted = (recording.read("probe.target") >= 0)[beat.sequences, :3]
    np.testing.assert_allclose(beat.cells[-1][:, 0], (right * counted).sum(axis=1) / counted.sum(axis=1))


def test_a_part_of_the_probe_is_compared_with_the_same_part_of_the_truth(tmp_path: Path) -> None:
    recording = classified(tmp_path / "mine.zarr", 64, 2, 3, steps=1, budget=16 * 3 * 4 + 400)
    every = recording.config["sampled"]["output"]["every"]
    assert "batch" in every
    found = read_answers(recording, "output", "probe.target")
    np.testing.assert_array_equal(found.truth, recording.read("probe.target")[:: every["batch"]])


def test_outputs_that_are_no_numbers_are_no_answers() -> None:
    said = np.array([[0, 1], [NONE, NONE]])
    found = Answers(np.arange(2), said, np.array([0, NONE]), np.array([np.nan, np.nan]), SOFTMAX, ("0", "1"), {})
    assert found.right.tolist() == [[True, False], [False, False]]
    assert len(found.surest(8)[0]) == 0 and found.confusions().sum() == 0


def test_where_few_are_wrong_the_least_sure_follow() -> None:
    said, truth = np.array([[0, 1, 0, 1, 1]]), np.array([0, 0, 0, 1, 1])
    sure = np.array([0.9, 0.6, 0.8, 0.7, 1.0])
    found = Answers(np.arange(1), said, truth, sure, SOFTMAX, ("0", "1"), {})
    assert [part.tolist() if isinstance(part, np.ndarray) else part for part in found.surest(8, 3)] == [[1, 3, 2], 1]
    assert found.surest(8)[0].tolist() == [1]


def test_confidence_is_what_it_is_called() -> None:
    for scores, values, measured in (
        ([[0.2, 0.8], [0.5, 0.5]], [0.8, 0.5], PROBABILITY),
        ([[0.2, 0.9], [0.5, 0.1]], [0.9, 0.5], OUTPUT),
        ([[0.0, np.log(3)], [1000.0, 0.0]], [0.75, 1.0], SOFTMAX),
    ):
        found, told = confidences(np.array(scores))
        np.testing.assert_allclose(found, values)
        assert told == measured


def test_it_takes_outputs_and_what_would_be_right(tmp_path: Path) -> None:
    assert arrays_of_answers(open_metrics(tmp_path / "bare.zarr", {"loss": falling(9)})) == ()
    assert arrays_of_answers(ours(tmp_path / "digits.zarr")) == ("layer3.activation", "probe.label", "probe.input")
    assert arrays_of_answers(of_tokens(tmp_path / "tokens.zarr", steps=0)) == ("output", "probe.target")


def ours(path: Path) -> Recording:
    """Return a recording with the names that our own networks for digits have, and no task."""
    fixed = {"probe.label": np.arange(4), "probe.input": np.zeros((4, 2, 2))}
    axes = {"probe.label": ("batch",), "probe.input": ("batch", "height", "width")}
    specs = [ArraySpec(name, axes[name], values.shape, str(values.dtype)) for name, values in fixed.items()]
    layers = ("layer1.activation", "layer3.activation")
    specs += [ArraySpec(name, ("step", "batch", "feature"), (1, 4, 10), "float64", "snapshot") for name in layers]
    writer = RecordingWriter.create(path, {"name": "digits"}, {}, specs, {"snapshot": np.arange(1)}, fixed)
    writer.append("snapshot", {name: np.eye(4, 10) for name in layers})
    writer.commit(b"", {})
    writer.complete()
    return Recording.open(path)


def test_moments_are_closer_early_and_hold_both_ends() -> None:
    found = chosen_snapshots(np.arange(1000), 20)
    assert found[0] == 0 and found[-1] == 999 and len(found) <= 20 and (np.diff(found) > 0).all()
    assert np.diff(found)[0] < np.diff(found)[-1]
    assert chosen_snapshots(np.array([0, 5]), 20).tolist() == [0, 1]
    assert between(0.0, 3) == (0, 1, 0.0) and between(1.0, 3) == (1, 2, 1.0) and between(0.25, 3) == (0, 1, 0.5)
    assert between(0.7, 1) == (0, 0, 1.0)


def test_of_several_positions_that_are_hardest_none_is_called_the_hardest(tmp_path: Path) -> None:
    beat = run_own_beat(of_tokens(tmp_path / "mine.zarr", 6, 9, steps=2), BEAT)
    shares = np.array([1.0, 0.25, np.nan, 0.25, 0.5])
    assert beat.measure_hardest(shares).value == {"first": 2, "last": 2, "share": 0.25, "highest": 1.0, "alike": 2}
    truth = beat.answers.truth
    right = ((beat.answers.said[-1] == truth) & (truth >= 0)).sum(axis=0) / (truth >= 0).sum(axis=0)
    np.testing.assert_allclose(beat.shares[-1], right)
