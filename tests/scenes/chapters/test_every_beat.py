"""Whole chapters: every beat runs on a recording, in both languages, and joins its neighbours."""

import itertools

import numpy as np
import pytest

from scenes.beats.pace import speaking_time
from scenes.chapters.backpropagation.contents import BACKPROPAGATION
from scenes.chapters.backpropagation_calculus.contents import CALCULUS
from scenes.chapters.network.contents import NETWORK
from scenes.language.translation import LANGUAGES
from tests.scenes.chapters.beats import played_beat

CHAPTERS = (NETWORK, BACKPROPAGATION, CALCULUS)
BEATS = [(chapter.name, beat.name) for chapter in CHAPTERS for beat in chapter.beats]
PAIRS = [
    (chapter.name, one.name, other.name) for chapter in CHAPTERS for one, other in itertools.pairwise(chapter.beats)
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("chapter", "beat"), BEATS)
def test_beat_plays_and_gives_every_line_its_time(recordings, chapter, beat, language):
    played = played_beat(beat, recordings, chapter=chapter, language=language)
    assert 12 <= played.time <= 60
    assert played.captions[0].start < 3.0
    for caption in played.captions:
        assert caption.end - caption.start >= speaking_time(played.translate(caption.text)) - 0.3
        for sentence in caption.text.replace("?", ".").split(". "):
            assert len(sentence.split()) <= 20, sentence
    for before, after in itertools.pairwise(played.captions):
        assert before.end <= after.start


@pytest.mark.parametrize(("chapter", "beat", "after"), PAIRS)
def test_each_beat_ends_with_what_the_one_after_opens_with(recordings, chapter, beat, after):
    last, first = (played_beat(name, recordings, chapter=chapter) for name in (beat, after))
    assert first.first_picture == last.last_picture
    if first.first_picture:
        shown = [np.asarray(frame[..., :3], int) for frame in (last.renderer.last, first.renderer.first)]
        assert np.abs(shown[0] - shown[1]).max() <= 3
    else:
        assert not np.ptp(last.renderer.last[..., :3], axis=(0, 1)).any()
