"""One small recording for all tests that only read."""

from __future__ import annotations

import pytest

from engine.recording import Recording
from tests.engine.small import train_small


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    """Return a recording of "digits", cut to a second of training; it is not to be changed."""
    return train_small(tmp_path_factory.mktemp("recordings") / "digits.zarr")
