"""`failures` shows the mistakes that were recorded, its two cases chosen by rule, and never claims what is false."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from scenes.chapters.gradient_descent.answers.mistakes import TestMistakes, widest_grid
from scenes.language.translation import LANGUAGES
from tests.scenes.chapters.beats import Replaced, played_beat, require_well_told, run_beat


@pytest.fixture(scope="module")
def played(recordings):
    return {
        language: played_beat("failures", recordings, chapter="gradient-descent", language=language)
        for language in LANGUAGES
    }


def play(recordings, outputs):
    review = Replaced(recordings["digits-review"], {"test.output": outputs})
    data = {"digits": recordings["digits"], "digits-review": review}
    return run_beat("failures", data, chapter="gradient-descent")


def right_outputs(recordings):
    return np.eye(10)[recordings["digits"].read("test.label")] * 0.8


def texts(beat):
    return " ".join(beat.translate(caption.text, **caption.values) for caption in beat.captions)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_plays_and_gives_every_line_its_time(played, language):
    beat = played[language]
    assert 18 <= beat.time <= 28
    require_well_told(beat)


def test_it_begins_and_ends_on_an_empty_frame(played):
    for frame in (played["en"].renderer.first, played["en"].renderer.last):
        assert (frame[..., :3] == frame[0, 0, :3]).all()


def test_it_tells_that_the_trained_network_is_shown(played, recordings):
    (shown,) = played["en"].steps_shown
    assert (shown.time, shown.experiment, shown.step) == (0, "digits", recordings["digits"].config["steps"])


def test_the_wall_holds_mistakes_only_and_counts_all_of_them(played, recordings):
    beat = played["en"]
    outputs, labels = recordings["digits-review"].read("test.output"), recordings["digits"].read("test.label")
    wrong = np.flatnonzero(outputs.argmax(axis=1) != labels)
    assert beat.counter.value == len(wrong)
    assert set(beat.shown) <= set(wrong)
    assert len(beat.shown) == min(len(wrong), 108)
    assert beat.answers.values == pytest.approx(outputs.argmax(axis=1)[beat.shown])
    inked = sum((recordings["digits"].read("test.input", batch=int(image)) > 0).sum() for image in beat.shown)
    assert len(beat.wall) == inked


def test_the_two_cases_are_the_closest_and_the_surest_mistake(played, recordings):
    beat = played["en"]
    outputs, labels = recordings["digits-review"].read("test.output"), recordings["digits"].read("test.label")
    wrong = np.flatnonzero(outputs.argmax(axis=1) != labels)
    ranked = np.sort(outputs, axis=1)
    own = outputs[np.arange(len(labels)), labels]
    sure = wrong[ranked[wrong, -1].argmax()]
    second = [image for image in wrong if own[image] == ranked[image, -2] and image != sure]
    close = min(second, key=lambda image: ranked[image, -1] - own[image])
    assert [case.image for case in beat.cases] == [close, sure]
    for case in beat.cases:
        assert case.picture.pixels == pytest.approx(recordings["digits"].read("test.input", batch=case.image))
        assert [number.value for number in case.bars.numbers] == pytest.approx(outputs[case.image].tolist())
        lengths = [bar.width / track.width for bar, track in zip(case.bars.bars, case.bars.tracks, strict=True)]
        assert lengths == pytest.approx(outputs[case.image].tolist(), abs=1e-3)
        assert case.reading.label.value == labels[case.image]
        assert case.reading.answer.value == outputs[case.image].argmax()


def test_the_end_tells_how_many_are_right_from_the_least_sure_to_the_surest(played, recordings):
    beat, outputs = played["en"], recordings["digits-review"].read("test.output")
    labels, highest = recordings["digits"].read("test.label"), outputs.max(axis=1)
    right = outputs.argmax(axis=1) == labels
    limits = np.quantile(highest, np.linspace(0, 1, 11), method="inverted_cdf")
    for k, (low, high) in enumerate(itertools.pairwise(limits)):
        own = (highest > low) & (highest <= high) if k else highest <= high
        counts = [right[own & (highest < high)].sum(), right[own].sum()]
        assert counts[0] <= beat.plot.right[k] <= counts[1] + 1
        share = beat.plot.columns[k].height / beat.plot.frame[0][k].height
        assert share == pytest.approx(beat.plot.right[k] / 1000)
    assert beat.plot.right.sum() == right.sum()
    assert [number.value for number in beat.plot.ends] == [beat.plot.right[0], beat.plot.right[-1]]
    said = {name: value for caption in beat.captions for name, value in caption.values.items()}
    assert said["wrong"] == f"{(~right).sum():,}"
    assert said["value"] == f"{highest[~right].max():.2f}" == beat.mark.text
    assert [said["low"], said["high"], said["many"]] == [f"{n:,}" for n in (*beat.plot.right[[0, -1]].tolist(), 1000)]


def test_the_sure_mistake_is_marked_below_the_tenth_that_it_is_in(played):
    beat = played["en"]
    image = beat.mistakes.sure
    rank = (beat.mistakes.top < beat.mistakes.top[image]).sum() // 1000
    assert beat.mark.get_x() == pytest.approx(beat.plot.columns[rank].get_x())


def test_outputs_that_are_all_alike_are_not_said_to_warn(recordings):
    labels = recordings["digits"].read("test.label")
    outputs = np.tile(np.linspace(0.1, 0.11, 10), (len(labels), 1))
    beat = play(recordings, outputs)
    assert "Outputs do not warn" in texts(beat)
    assert "nearly tie" not in texts(beat)
    assert "is only 0.11" in texts(beat)
    assert (beat.mistakes.labels[beat.shown] != 9).all()


def test_outputs_that_are_surest_where_they_are_wrong_are_not_said_to_warn(recordings):
    outputs = right_outputs(recordings)
    outputs[::3] = np.roll(outputs[::3], 1, axis=1) + 0.1
    assert "Outputs do not warn" in texts(play(recordings, outputs))
    outputs[::3] -= 0.3
    assert "Yet outputs warn" in texts(play(recordings, outputs))


def test_one_mistake_is_told_without_a_closest_one(recordings):
    outputs = right_outputs(recordings)
    outputs[7] = np.roll(outputs[7], 1)
    beat = play(recordings, outputs)
    assert [case.image for case in beat.cases] == [7]
    assert beat.counter.value == 1


def test_no_mistake_is_told_as_none(recordings):
    outputs = right_outputs(recordings)
    outputs[5] *= 0.5
    beat = play(recordings, outputs)
    assert "none wrong" in texts(beat)
    assert [case.image for case in beat.cases] == [5]


def test_the_cases_are_on_the_wall_however_many_mistakes_there_are():
    generator = np.random.default_rng(0)
    mistakes = TestMistakes(generator.random((400, 10)), generator.integers(10, size=400))
    shown = mistakes.shown(12)
    assert len(shown) == len(set(shown)) == 12
    assert {mistakes.close, mistakes.sure} <= set(shown)


@pytest.mark.parametrize("count", [1, 2, 7, 50, 107, 108])
def test_the_grid_holds_all_and_stays_in_its_room(count):
    across, pitch = widest_grid(count, 9.36, 7.02, 1.9)
    assert across * pitch <= 9.36 + 1e-9
    assert -(-count // across) * pitch <= 7.02 + 1e-9
    assert pitch <= 1.9
