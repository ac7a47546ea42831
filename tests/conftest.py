"""What tests of several rooms share: recordings of networks that were really, if briefly, trained."""

from __future__ import annotations

import os
import signal
from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from engine.data import mnist
from engine.recording import Recording
from tests.support.short_runs import REELS, ShortRuns

__all__ = ["REELS"]

# Each process of xdist's has a core: with more threads they wait for each other, which took a third of the time.
# Libraries read it when they are loaded.
for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the tests of what others hand over try more damages than the few hundred that are quick."""
    text = "how many damaged files each such test makes; 0 for the few hundred that take seconds"
    parser.addoption("--damages", type=int, default=0, metavar="N", help=text)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Let tests of one beat run in one process; `--dist loadgroup` cannot: xdist 3.8 and pytest 9.2 lose its groups."""
    from tests.support.grouping import GroupScheduling

    return GroupScheduling(config, log) if config.getvalue("dist") == "loadscope" else None


@pytest.fixture(scope="session", autouse=True)
def _interrupts_are_heard() -> None:
    """Let the programs that tests start hear Ctrl-C, which what a shell runs in the background hands on as unheard."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def _mnist_is_read_once() -> Iterator[None]:
    """Keep the images of MNIST in memory, which takes longer to unpack than a short training does."""
    read_package = mnist._read_package
    read = cache(lambda file, changed: read_package(file))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mnist, "_read_package", lambda file: read(file, file.stat().st_mtime_ns))
        yield


@pytest.fixture(scope="session")
def damages(pytestconfig: pytest.Config) -> int:
    """Return how many damaged files are asked for by --damages, 0 for as many as a test makes on its own."""
    return int(pytestconfig.getoption("--damages"))


@pytest.fixture(scope="session")
def recordings_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Mapping[str, Recording]]:
    """Return what gives the short runs and small analyses of a kind, one of `REELS`; xdist's workers share them."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    return cache(lambda kind: ShortRuns(kind, folder / "short"))


@pytest.fixture(scope="session")
def recordings(recordings_of: Callable[[str], Mapping[str, Recording]]) -> Mapping[str, Recording]:
    """Return short runs and small analyses of all that the chapters draw."""
    return recordings_of("default")


@pytest.fixture(scope="session")
def other_recordings(recordings_of: Callable[[str], Mapping[str, Recording]]) -> Mapping[str, Recording]:
    """Return the same from another seed, with other sizes and another text."""
    return recordings_of("other")


@pytest.fixture(scope="session")
def untaught_recordings(recordings_of: Callable[[str], Mapping[str, Recording]]) -> Mapping[str, Recording]:
    """Return the same of networks that learned nothing, in which no claim need hold."""
    return recordings_of("untaught")


@pytest.fixture(scope="session")
def random_readings(
    recordings: Mapping[str, Recording], untaught_recordings: Mapping[str, Recording]
) -> Mapping[str, Recording]:
    """Return the short runs with the readings of a language model that knows nothing."""
    names = ("attention-text", "attention-meanings")
    return ChainMap({name: untaught_recordings[name] for name in names}, recordings)


@pytest.fixture(scope="session")
def digits_recording(recordings: Mapping[str, Recording]) -> Path:
    """Return the path of the short run of "digits"."""
    return Path(recordings["digits"].path)


@pytest.fixture(scope="session")
def saved_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a language model that knows nothing, not to be changed."""
    from tests.support.tiny_model import save_tiny_model  # transformers take seconds to import

    return save_tiny_model(tmp_path_factory.mktemp("saved") / "model")
