"""One small recording for all tests that only read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch

from engine.recording import Recording
from tests.engine.small import train_small


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    """Return a recording of "digits", cut to a second of training; it is not to be changed."""
    return train_small(tmp_path_factory.mktemp("recordings") / "digits.zarr")


@pytest.fixture
def one_thread() -> Iterator[None]:
    """Keep torch to one thread: matrices as small as those of tests only wait for the others."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)
