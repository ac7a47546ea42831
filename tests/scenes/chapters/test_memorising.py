"""What `memorising` shows of the two runs is what was measured, and it claims no more than that."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from engine.experiments import find_experiment
from engine.train import train
from scenes.chapter import speaking_time
from scenes.chapters.gradient_descent.memorising import RUNS, SHUFFLED, TRUE, swapped
from scenes.chapters.gradient_descent.share_bars import BAR_LENGTH, BAR_START
from scenes.translation import LANGUAGES
from tests.engine.small import small_mnist
from tests.scenes.chapters.beats import run_beat


@pytest.fixture(scope="module")
def played(recordings):
    return {
        language: run_beat("memorising", recordings, chapter="gradient-descent", language=language)
        for language in LANGUAGES
    }


@pytest.fixture
def beat(played):
    """The English one, its race put back to its end after a test has turned it."""
    yield played["en"]
    played["en"].show(played["en"].last)


@pytest.fixture(scope="module")
def by_heart(tmp_path_factory):
    """Two runs on so few images that these are learned by heart in a moment, whatever their labels."""
    folder = tmp_path_factory.mktemp("by-heart")
    runs = {}
    for name in RUNS:
        wanted = replace(find_experiment(name), train_images=40, batch_size=8, hidden=(30, 5), learning_rate=3.0)
        wanted = replace(wanted, steps=4000, evaluations=16)
        runs[name] = train(wanted, folder / f"{name}.zarr", data=small_mnist())
    return runs


def checked(beat):
    assert beat.captions[0].start < 3.0
    for caption in beat.captions:
        assert caption.end - caption.start >= speaking_time(beat.tr(caption.text, **caption.values)) - 0.3
        assert all(len(part.split()) <= 20 for part in caption.text.replace("?", ".").split(". "))
    assert all(before.end <= after.start for before, after in itertools.pairwise(beat.captions))
    return [caption.text for caption in beat.captions]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_plays_and_gives_every_line_its_time(played, language):
    assert 20 <= played[language].time <= 36
    checked(played[language])


def test_the_images_are_the_first_of_the_training_set_with_their_labels(beat, recordings):
    review = recordings["digits-review"]
    labels = review.read("train.label")[: len(beat.images)]
    assert [number.value for number in beat.told] == labels.tolist()
    for image, pixels in zip(beat.images, review.read("train.input"), strict=False):
        assert np.array_equal(image.pixels, pixels)


def test_the_labels_below_are_those_above_each_at_another_label_s_place(beat):
    shown = [number.value for number in beat.mixed]
    assert sorted(shown) == sorted(beat.labels)
    for number, image in zip(beat.mixed, beat.rows[SHUFFLED], strict=False):
        assert number.color.to_hex() == beat.colors[SHUFFLED]
        assert number.get_y() < image.get_y() and abs(number.get_x() - image.get_x()) < 0.1
    assert not any(one == other for one, other in zip(shown, beat.labels, strict=True))


def test_swapped_is_an_order_even_of_labels_that_are_alike():
    assert sorted(swapped(np.array([3, 3, 3]))) == [0, 1, 2]
    labels = np.array([1, 1, 2, 2])
    assert labels[swapped(labels)].tolist() == [2, 2, 1, 1]


@pytest.mark.parametrize("which", [0, 5, 11, -1])
def test_numbers_and_tips_are_what_was_measured_at_that_step(beat, recordings, which):
    for run, place in zip(RUNS, (TRUE, SHUFFLED), strict=True):
        step = int(recordings[run].steps("metric.train_accuracy")[which])
        measured = float(recordings[run].read("metric.train_accuracy", step=which))
        beat.show(step)
        assert beat.step.value == step
        assert beat.right[place].value == pytest.approx(100 * measured)
        tip = beat.plot.tips[place].get_center()
        assert tip == pytest.approx(beat.plot.place(step, measured), abs=1e-3)


def test_the_bars_and_the_big_numbers_are_the_accuracy_on_new_images(beat, recordings):
    for run, place in zip(RUNS, (TRUE, SHUFFLED), strict=True):
        recording = recordings[run]
        new, old = (float(recording.read(f"metric.{of}_accuracy", step=-1)) for of in ("test", "train"))
        assert beat.big[place].value == pytest.approx(100 * new)
        assert beat.thick[place].get_right()[0] == pytest.approx(BAR_START + BAR_LENGTH * new, abs=1e-3)
        assert beat.thin[place].get_right()[0] == pytest.approx(BAR_START + BAR_LENGTH * old, abs=1e-3)


def test_a_short_run_in_which_the_shuffled_labels_are_hardly_learned_says_so(beat, recordings):
    texts = [caption.text for caption in beat.captions]
    shuffled = float(recordings["digits-shuffled-labels"].read("metric.train_accuracy", step=-1))
    assert shuffled < 0.3
    said = next(caption for caption in beat.captions if "hardly learned" in caption.text)
    assert said.values["percent"] == f"{shuffled:.1%}"
    assert not any("Even nonsense" in text for text in texts)


def test_runs_that_learn_both_by_heart_tell_the_steps_that_were_measured(recordings, by_heart):
    beat = run_beat("memorising", {**recordings, **by_heart}, chapter="gradient-descent")
    texts = checked(beat)
    assert beat.far and beat.verdict() in texts
    said = next(caption for caption in beat.captions if caption.text == beat.verdict())
    firsts = []
    for name in RUNS:
        accuracy, steps = (by_heart[name].read("metric.train_accuracy"), by_heart[name].steps("metric.train_accuracy"))
        firsts.append(int(next(step for step, right in zip(steps, accuracy, strict=True) if right >= beat.level)))
    assert said.values["soon"] == f"{min(firsts):,}"
    assert firsts[TRUE] == firsts[SHUFFLED] or said.values["late"] == f"{max(firsts):,}"
    assert ("The true ones" in said.text) == (firsts[TRUE] < firsts[SHUFFLED])
    for which, drop in enumerate(beat.drops()):
        assert drop[1].value == firsts[which]
        assert drop[0].get_end() == pytest.approx(beat.plot.place(firsts[which], 0), abs=1e-3)
    by_heart_told = any("Even nonsense" in text for text in texts)
    assert by_heart_told == (float(by_heart[RUNS[SHUFFLED]].read("metric.train_accuracy", step=-1)) >= 0.5)


def test_runs_that_learn_nothing_claim_nothing(tmp_path, recordings):
    runs = {}
    for name in RUNS:
        wanted = replace(find_experiment(name), hidden=(5, 200), learning_rate=1e-6, steps=4, evaluations=2)
        wanted = replace(wanted, train_images=60)
        runs[name] = train(wanted, tmp_path / f"{name}.zarr", data=small_mnist())
    texts = checked(run_beat("memorising", {**recordings, **runs}, chapter="gradient-descent"))
    assert any("neither are learned" in text for text in texts)
    assert not any("It found structure" in text for text in texts)
