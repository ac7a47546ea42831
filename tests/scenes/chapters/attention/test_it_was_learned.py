"""The beat in which a head learns where to look."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.experiments import EXPERIMENTS
from engine.recording import Recording
from engine.train import train
from scenes.beats.beat import Beat
from scenes.chapters.attention.heads.learned_head import LEARNED
from scenes.chapters.attention.it_was_learned import ItWasLearned
from scenes.language.translation import LANGUAGES
from tests.scenes.chapters.beats import played_beat, require_well_told, run_beat


@pytest.fixture(scope="module", params=LANGUAGES)
def beat(request: pytest.FixtureRequest, recordings: Mapping[str, Recording]) -> Beat:
    return played_beat("it_was_learned", recordings, chapter="attention", language=request.param)


def test_it_is_well_told(beat: Beat) -> None:
    require_well_told(beat)
    assert 25 < beat.time < 45


def test_it_ends_on_the_last_snapshot(beat: ItWasLearned) -> None:
    run = beat.data["induction"]
    scores = run.read("metric.induction_score")[-1]
    assert scores[beat.found.layer, beat.found.head] == scores.max()
    pattern = run.read(f"blocks.{beat.found.layer}.attention.pattern", step=-1, batch=0, head=beat.found.head)
    np.testing.assert_allclose(beat.picture.fill[:, 3], np.sqrt(pattern.ravel()), atol=1e-6)
    assert beat.counts[0].text == f"{scores.max():.2f}"
    assert beat.counts[1].text == f"{run.read('metric.second_half_loss')[-1]:.2f}"


def test_the_stripe_lies_on_the_cells_where_an_induction_head_looks(beat: ItWasLearned) -> None:
    stripe, side = beat.stripe(), len(beat.found.tokens)
    for end, query in ((stripe.get_start(), beat.half), (stripe.get_end(), side - 1)):
        np.testing.assert_allclose(end, beat.picture.cell(query, query - beat.half + 1), atol=1e-6)


def test_a_run_that_did_not_learn_says_so(recordings: Mapping[str, Recording], tmp_path: Path) -> None:
    run = train(replace(EXPERIMENTS["induction"], steps=4, evaluations=3, snapshots=3), tmp_path / "induction.zarr")
    assert run.read("metric.induction_score")[-1].max() < LEARNED
    beat = run_beat("it_was_learned", ChainMap({"induction": run}, recordings), chapter="attention")
    assert beat.captions[-1].text.startswith("In this run no head has learned it")


def test_numbers_weights_and_step_are_of_one_recorded_moment(beat: ItWasLearned) -> None:
    run = beat.data["induction"]
    steps = run.steps("metric.induction_score").tolist()
    assert [shown.step for shown in beat.steps_shown] == sorted({shown.step for shown in beat.steps_shown})
    assert {shown.step for shown in beat.steps_shown} <= set(steps)
    between = (steps[3] + steps[4]) / 2 if steps[4] > steps[3] + 1 else steps[3] + 0.5
    beat.show(between)
    scores = run.read("metric.induction_score", layer=beat.found.layer, head=beat.found.head)
    assert beat.step.value == steps[3]
    assert beat.counts[0].text == f"{scores[3]:.2f}"
    assert beat.counts[1].text == f"{run.read('metric.second_half_loss')[3]:.2f}"
