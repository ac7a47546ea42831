"""The beat in which the answer of a translator looks into the date that it was given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.experiments import EXPERIMENTS
from engine.recording import Recording
from engine.train import train
from scenes.beats.beat import Beat
from scenes.chapters.attention.cross_attention import CrossAttention
from scenes.chapters.attention.heads.dates_measured import LAYER, DateExample, chosen
from scenes.language.translation import LANGUAGES
from tests.scenes.chapters.beats import played_beat, require_well_told


@pytest.fixture(scope="module")
def dates(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Recording]:
    """A training that was stopped long before it knew anything: the beat tells what it finds."""
    folder: Path = tmp_path_factory.mktemp("dates")
    brief = replace(EXPERIMENTS["dates"], steps=3, warmup=1, evaluations=2, snapshots=2, tested=20)
    return {"dates": train(brief, folder / "dates.zarr")}


@pytest.fixture(scope="module", params=LANGUAGES)
def beat(request: pytest.FixtureRequest, dates: Mapping[str, Recording]) -> Beat:
    return played_beat("cross_attention", dates, chapter="attention", language=request.param)


def test_it_is_well_told(beat: Beat) -> None:
    require_well_told(beat)
    assert 25 < beat.time < 42


def test_the_lines_are_the_recorded_weights(beat: CrossAttention) -> None:
    patterns = beat.data["dates"].read(LAYER, step=-1).mean(axis=1)
    shown = beat.lines.rgba[:, 3].reshape(len(beat.example.answer), -1)
    length = shown.shape[1]
    assert any(np.allclose(shown, pattern[:, :length], atol=1e-6) for pattern in patterns)
    first = beat.looked(0).rgba[:, 3].reshape(shown.shape)
    np.testing.assert_allclose(first[0], beat.example.pattern[0], atol=1e-6)
    assert (first[1:] == 0).all()


def test_what_is_claimed_is_what_was_measured(beat: CrossAttention) -> None:
    right = beat.data["dates"].read("metric.exact_match")[-1]
    assert beat.captions[-1].values["percent"] == f"{right:.1%}".replace(".0%", "%")


def test_a_model_that_learned_nothing_is_said_to_look_at_no_place(beat: CrossAttention) -> None:
    assert max(example.pattern.max() for example in beat.all) < 0.5
    told = " ".join(caption.text for caption in beat.captions)
    assert "looks at no place much more" in told
    assert "None of the {all} characters" in told
    assert "It learned this" not in told


def test_the_characters_that_look_mostly_at_one_place_are_counted(recordings: Mapping[str, Recording]) -> None:
    beat = played_beat("cross_attention", recordings, chapter="attention")
    patterns = recordings["dates"].read(LAYER, step=-1).mean(axis=1)  # (batch, query, key)
    told = next(caption.values for caption in beat.captions if "sure" in caption.values)
    assert told["all"] == str(patterns[..., 0].size)
    assert told["sure"] == str((patterns.max(axis=-1) > 0.5).sum())
    assert 0 < int(told["same"]) <= int(told["sure"])


def test_a_month_is_said_to_be_a_word_only_where_the_date_has_no_number_for_it(
    recordings: Mapping[str, Recording],
) -> None:
    beat = played_beat("cross_attention", recordings, chapter="attention")
    seen = {"looked at": ["F", "y"], "times": 3.0, "date": "Friday, 18/11/1949", "numbers": 3}
    beat.month = replace(beat.month, value=seen)
    assert beat.told_of_the_month().text == "For the month, it looks most at {one} and at {other}."
    beat.month = replace(beat.month, value={**seen, "numbers": 2})
    assert beat.told_of_the_month().text.startswith("The month is a word")


def test_the_lines_are_said_to_be_a_mean_over_heads(beat: CrossAttention) -> None:
    heads = beat.data["dates"].config["heads"]
    if beat.language == "en":
        assert f"lines: mean weight of {heads} heads, the first of 2 layers" in [c.text for c in beat.log.claims]


def test_rightly_answered_dates_are_shown_before_others() -> None:
    pattern = np.zeros((10, 20))
    wrong = DateExample("a very long date, 1999", "1999-01-02", "1999-01-01", pattern)
    right = DateExample("1/1/99", "1999-01-01", "1999-01-01", pattern)
    chinese = DateExample("1999年1月1日", "1999-01-01", "1999-01-01", pattern)
    assert chosen([wrong, right, chinese]) == [chinese, right]
    assert chosen([wrong])[0] is wrong
