"""Every line and number of the films of any recording, held from outside: on users' models of many kinds.

Each is played in both languages, on at least three recordings: one that learned, one of another kind or seed, one that
learned nothing. Each measurement is computed again by the function of its key in `tests/evidence/animate/MODULE.py`.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from engine.recording import Recording
from scenes.animate.composition import compose
from scenes.language.translation import LANGUAGES
from tests.evidence.holding import functions_of, require_alike, require_measured, require_recorded, require_steps
from tests.evidence.own_recordings import REELS
from tests.evidence.world import World
from tests.support.playing import UNSEEN, play

FILM = "film"  # the name under which a beat is given its recording
BEATS: dict[str, tuple[str, ...]] = {  # and the recordings that it is played on
    "architecture": (
        "clouds",
        "pictures",
        "tokens",
        "unprobed",
        "changing",
        "scripted",
        "mapped",
        "tied",
        "untaught sines",
    ),
    "learning_curves": ("clouds", "metrics", "broken", "untaught clouds"),
    "forward_pass": (
        "clouds",
        "wide clouds",
        "pictures",
        "tokens",
        "hidden attention",
        "several sines",
        "untaught clouds",
    ),
    "weights_learning": ("clouds", "pictures", "tokens", "changing", "untaught sines"),
    "descent": ("clouds", "other clouds", "pictures", "changing", "untaught clouds"),
    "gradient_flow": ("clouds", "pictures", "vanishing", "changing", "untaught clouds"),
    "activations_over_time": (
        "clouds",
        "pictures",
        "tokens",
        "deep",
        "vanishing",
        "changing",
        "exploding clouds",
        "untaught sines",
    ),
    "attention": ("looking", "tokens", "untaught tokens"),
    "generation": ("writing", "other writing", "untaught writing", "exploding writing"),
    "mistakes": (
        "clouds",
        "pictures",
        "many classes",
        "probabilities",
        "tokens",
        "long tokens",
        "exploding clouds",
        "untaught clouds",
        "untaught tokens",
    ),
    "predictions": ("sines", "several sines", "many sines", "exploding sines", "untaught sines"),
    "decision_regions": (
        "clouds",
        "other clouds",
        "one number",
        "sines",
        "several sines",
        "exploding clouds",
        "exploding sines",
        "untaught clouds",
        "untaught sines",
    ),
    "representation": (
        "clouds",
        "twelve",
        "pictures",
        "tokens",
        "sines",
        "several sines",
        "exploding clouds",
        "untaught clouds",
    ),
}


@pytest.fixture(scope="module")
def recording_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Recording]:
    """Return what makes the recording of a name among `REELS`, each once."""
    folder: Path = tmp_path_factory.mktemp("own")
    return cache(lambda reel: REELS[reel](folder / reel.replace(" ", "-")))


@pytest.mark.parametrize("beat", BEATS)
def test_what_a_beat_claims_of_any_model_is_so(beat, recording_of):
    own = functions_of(importlib.import_module(f"tests.evidence.animate.{beat}"))
    met: set[str] = set()
    for reel in BEATS[beat]:
        recordings = {FILM: recording_of(reel)}
        film = compose(recordings[FILM], (beat,), name=FILM)
        english, chinese = (play(film, beat, recordings, language, **UNSEEN) for language in LANGUAGES)
        world = World(recordings)
        require_alike(english, chinese)
        require_measured(english, world, own, reel)
        require_recorded(english, world)
        require_steps(english, film.beat(beat).needs, recordings)
        met |= set(english.log.measured)
    assert met == set(own), "a function whose key no film has"
