"""Recordings of small models of many kinds, made once."""

from __future__ import annotations

import pytest

from engine.recording import Recording
from tests.scenes.animate.runs.small_models import MODELS, record_model


@pytest.fixture(scope="session")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Recording]:
    """Return a recording of each kind."""
    folder = tmp_path_factory.mktemp("models")
    return {kind: record_model(kind, folder / kind, steps=1) for kind in MODELS}
