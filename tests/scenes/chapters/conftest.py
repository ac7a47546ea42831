"""What the tests of many beats share."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from engine.recording import Recording
from scenes.beats.beat import Beat
from scenes.language.translation import LANGUAGES
from tests.scenes.chapters.beats import played_beat


@pytest.fixture(scope="module")
def played(request: pytest.FixtureRequest, recordings: Mapping[str, Recording]) -> dict[str, Beat]:
    """Return the beat of the attention chapter that a module is about, its `NAME`, played in every language."""
    name = request.module.NAME
    return {language: played_beat(name, recordings, chapter="attention", language=language) for language in LANGUAGES}
