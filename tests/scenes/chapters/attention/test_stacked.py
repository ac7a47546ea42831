"""`stacked` draws the recorded weights, lengths and probabilities, and counts the blocks as they are."""

from __future__ import annotations

from collections import ChainMap

import numpy as np
import pytest

from scenes.chapters.attention.stream.paths import VectorPaths
from scenes.chapters.attention.stream.tower import FAINTEST, Tower, TowerLayout
from scenes.language.translation import LANGUAGES
from tests.scenes.chapters.beats import played_beat, require_well_told, run_beat

NAME = "stacked"


@pytest.fixture(scope="module")
def text(recordings):
    return recordings["attention-text"]


@pytest.fixture(scope="module")
def lengths(text):
    """What attention and the network add to the last word's vector, as shares of its length behind the block."""
    stream, update = text.read("stream")[:, -1].astype(float), text.read("attention.update")[:, -1].astype(float)
    rest = stream[1:] - stream[:-1] - update
    return [np.linalg.norm(part, axis=1) / np.linalg.norm(stream[1:], axis=1) for part in (update, rest)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_plays_and_gives_every_line_its_time(played, language):
    require_well_told(played[language])
    assert 28 <= played[language].time <= 43


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_plays_on_a_model_that_knows_nothing(random_readings, language):
    beat = played_beat(NAME, random_readings, chapter="attention", language=language)
    require_well_told(beat)
    recording = random_readings["attention-text"]
    assert beat.layers == recording.config["anatomy"]["layers"] == beat.path.last


def test_bars_are_as_long_as_what_is_added(played, lengths):
    beat = played["en"]
    drawn = (beat.bars.ends - beat.bars.starts)[:, 0].reshape(-1, 2)
    assert drawn == pytest.approx(np.stack(lengths, axis=1) * beat.unit, rel=1e-4)


def test_the_blocks_in_which_the_network_adds_more_are_counted(played, lengths):
    count = int((lengths[1] > lengths[0]).sum())
    assert 2 * count >= len(lengths[0])
    told = next(caption for caption in played["en"].captions if "network adds more" in caption.text)
    assert told.values == {"count": str(count), "layers": str(len(lengths[0]))}
    bright = played["en"].bars.shown.reshape(-1, 2)[:, 0] == 1
    assert bright.sum() == count


def test_lines_are_as_bright_as_the_mean_weight_of_the_heads(played, text):
    mean = text.read("patterns").mean(axis=1)
    lines = played["en"].lines
    assert lines.rgba[:, 3] == pytest.approx(mean[mean > FAINTEST])
    assert (lines.shown == 1).all()
    tower = played["en"].tower
    assert (tower.key <= tower.query).all()
    slim = played["en"].slim
    assert lines.starts[:, 0] == pytest.approx(slim.x(np.nonzero(mean > FAINTEST)[2], mean.shape[1]))


def test_the_guess_is_the_recorded_one(played, text):
    probability, tokens = text.read("next.probability"), text.config["next_tokens"]
    assert played["en"].guess.values == pytest.approx(probability)
    told = next(caption for caption in played["en"].captions if "comes next" in caption.text)
    assert told.values == {"token": f"“{tokens[0].strip()}”", "share": f"{probability[0]:.0%}"}


def test_a_model_that_guesses_nothing_is_said_to(recordings, text, monkeypatch):
    monkeypatch.setitem(text.config, "next_tokens", [])
    beat = run_beat(NAME, ChainMap({"attention-text": text}, recordings), chapter="attention")
    require_well_told(beat)
    texts = [caption.text for caption in beat.captions]
    assert any("guesses no next word" in line for line in texts)
    assert not any("comes next" in line for line in texts)


def test_a_tower_on_one_block_has_all_its_lines_there():
    tower = Tower(np.full((3, 2, 2), 0.5), np.full((3, 2), 0.4))
    room = TowerLayout(left=0, right=1, bottom=-1, block=0.5)
    assert np.ptp(tower.lines(room, stacked=False).starts[:, 1]) == pytest.approx(0)
    assert np.ptp(tower.lines(room).starts[:, 1]) == pytest.approx(1.0)
    assert len(tower.lines(room, only=1)) == 4 and len(tower.boxes(room, only=1)) == 2


def test_paths_end_between_layers_where_asked():
    points = np.array([[[0, 0, 0], [1, 0, 0], [1, 2, 0]], [[0, 0, 0], [0, 1, 0], [0, 3, 0]]], dtype=float)
    paths = VectorPaths(points, ["#ffffff", "#ff0000"]).show(1.5)
    assert paths.tips[0].get_center() == pytest.approx([1, 1, 0])
    assert paths.curves[1].get_end() == pytest.approx([0, 2, 0])
    assert paths.marks.shown.tolist() == [1, 1, 0, 1, 1, 0]
