"""The way of `the_real_path` is the recorded one, the ball stands at the measured cost, and what it claims holds."""

from __future__ import annotations

import itertools
from types import SimpleNamespace

import numpy as np
import pytest

from scenes.chapters.gradient_descent.ground import UPWARDS, Ground
from scenes.chapters.gradient_descent.the_real_path import AROUND, TALL, Way
from scenes.timeline import speaking_time
from scenes.translation import LANGUAGES
from tests.scenes.chapters.beats import run_beat


@pytest.fixture(scope="module")
def played(recordings):
    return {
        language: run_beat("the_real_path", recordings, chapter="gradient-descent", language=language)
        for language in LANGUAGES
    }


@pytest.fixture(scope="module")
def way(recordings):
    return Way(recordings["digits-landscape"], recordings["digits"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_plays_and_gives_every_line_its_time(played, language):
    beat = played[language]
    assert 20 <= beat.time <= 31
    assert beat.captions[0].start < 3.0
    for caption in beat.captions:
        text = beat.tr(caption.text, **caption.values)
        assert caption.end - caption.start >= speaking_time(text) - 0.3
        assert all(len(part.split()) <= 20 for part in caption.text.replace("?", ".").split(". "))
    assert all(before.end <= after.start for before, after in itertools.pairwise(beat.captions))


def test_both_directions_of_the_plane_are_drawn_to_one_scale_from_the_start_on_the_left(played, recordings):
    study, plane = recordings["digits-landscape"], played["en"].plane
    spans = [np.ptp(study.read(f"path.{axis}")) for axis in ("first", "second")]
    assert np.abs(plane.sides)[0] / spans[0] == pytest.approx(np.abs(plane.sides)[1] / spans[1])
    line = played["en"].line.in_space
    assert line[0, 0] < line[-1, 0]
    drawn = np.linalg.norm(np.diff(line[0::2, :2], axis=0), axis=1)
    recorded = np.linalg.norm(np.diff(study.read("path.place"), axis=0), axis=1)[:-1]
    assert drawn == pytest.approx(recorded * np.abs(plane.sides)[0] / spans[0])


def test_ground_and_ball_are_as_high_as_the_costs(played, recordings):
    beat, costs = played["en"], recordings["digits-landscape"].read("path.cost")
    measured = recordings["digits"].read("metric.test_loss")
    unit = beat.plane.rise
    assert unit * max(costs.max(), measured.max()) <= TALL
    assert beat.surface.in_space[:, 2] == pytest.approx(costs.ravel() * unit)
    assert beat.marks.in_space[:, 2] == pytest.approx(measured * unit)
    assert beat.ball.in_space[0, 2] == pytest.approx(measured[-1] * unit)
    assert (beat.marks.shown == 1).all()
    assert beat.cost.value == pytest.approx(measured[-1])
    assert beat.step.value == recordings["digits"].steps("layer1.weight")[-1]


def test_all_parts_are_seen_from_where_the_ground_is(played):
    beat = played["en"]
    for part in (beat.line, beat.marks, beat.stems, beat.post, beat.ball):
        assert part.view == beat.surface.view
        assert (part.view.azimuth, part.view.elevation) == pytest.approx((AROUND.azimuth, AROUND.elevation))


def test_the_line_lies_on_the_drawn_ground(recordings):
    study = recordings["digits-landscape"]
    ground = Ground(study, "path")
    rows, columns = np.array([0, 3, 16]), np.array([16, 5, 0])
    corners = np.stack([ground.first[columns], ground.second[rows]], axis=1)
    assert ground.on_surface(corners)[:, 2] == pytest.approx(ground.rise * study.read("path.cost")[rows, columns])
    middle = (corners[1] + [ground.first[6], ground.second[4]]) / 2
    around = study.read("path.cost")[3:5, 5:7].mean()
    assert ground.on_surface(middle[None])[0, 2] == pytest.approx(ground.rise * around)


def test_the_printed_facts_are_recorded(played, recordings):
    study = recordings["digits-landscape"]
    places, away = study.read("path.place"), study.read("path.away")
    shown = [fact[1].value for fact in played["en"].facts]
    assert shown == pytest.approx(
        [100 * study.read("path.explained").sum(), np.linalg.norm(places[-1] - places[0]), away.max()]
    )
    told = played["en"].captions[-1].values["count"]
    assert told == "13,002"


def test_half_of_the_way_is_told_in_its_steps(played, way, recordings):
    steps = recordings["digits"].steps("layer1.weight")
    lengths = np.linalg.norm(np.diff(recordings["digits-landscape"].read("path.place"), axis=0), axis=1)
    assert lengths[: way.half].sum() >= lengths.sum() / 2 > lengths[: way.half - 1].sum()
    told = [caption.values["count"] for caption in played["en"].captions if "alf" in caption.text]
    assert told == [f"{steps[way.half]:,}", f"{steps[-1] - steps[way.half]:,}"]
    assert played["en"].post.in_space[0] == pytest.approx(played["en"].plane.on_surface(way.places)[way.half] + UPWARDS)


@pytest.mark.parametrize(
    ("places", "slopes", "slows"),
    [([0, 6, 8, 9], [9, 9, 1, 1], True), ([0, 1, 3, 9], [9, 9, 1, 1], False), ([0, 6, 8, 9], [1, 1, 9, 9], False)],
)
def test_it_is_said_to_slow_only_where_it_does(places, slopes, slows):
    way = object.__new__(Way)
    way.steps, way.places = np.array([0, 10, 40, 100]), np.stack([places, np.zeros(4)], axis=1).astype(float)
    way.walked = way.places[:, 0]
    way.half = int(np.searchsorted(way.walked, way.walked[-1] / 2))
    slope = np.zeros((1, 4, 2))
    slope[0, :, 0] = slopes
    ground = SimpleNamespace(first=way.places[:, 0], second=np.zeros(1), slope=slope)
    assert way.slows(ground) is slows


def test_it_tells_which_steps_it_shows(played, recordings):
    steps = [shown.step for shown in played["zh_CN"].steps_shown]
    assert len(steps) > 5 and steps == sorted(steps) and steps[-1] == recordings["digits"].last_step
