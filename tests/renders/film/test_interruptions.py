"""Renders that are killed, stopped, or two at once: nothing lost, nothing half-made, one clear line.

Each runs as a user's would, in processes of its own.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from renders.encode.probe import frame_count
from renders.request.parts import pieces_of
from tests.renders.reel import TINY, Reel

ROOT = Path(__file__).parents[3]
PATIENCE = 120  # seconds: far more than any of it takes


def command(reel: Reel, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "tests.renders.reel", str(reel.folder), *arguments]


def render_command(reel: Reel, workers: int = 1) -> list[str]:
    return command(reel, "render", "tiny", "--quality", "draft", "--workers", str(workers))


def start(arguments: list[str]) -> subprocess.Popen[str]:
    """Start a command in a process group of its own, as a terminal does."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(arguments, cwd=ROOT, text=True, start_new_session=True, **pipes)


def finish(arguments: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(arguments, cwd=ROOT, text=True, capture_output=True, timeout=PATIENCE, check=False)


def wait_until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.02)


def ended(process: subprocess.Popen[str]) -> tuple[str, str]:
    """Return what a process and all its workers said, once the last of them has ended: they share its output."""
    return process.communicate(timeout=PATIENCE)


@pytest.fixture
def reel(tmp_path: Path) -> Reel:
    """Return a reel with nothing rendered yet, whose beat `slide` takes a while."""
    reel = Reel(tmp_path)
    reel.rewrite("slide", "run_time=0.5", "run_time=60")
    reel.record()
    return reel


def made(reel: Reel) -> list[Path]:
    return sorted(reel.places.films.rglob("*.*"))


def test_killed_in_the_midst_then_finished_by_the_next_render(reel: Reel) -> None:
    running = start(render_command(reel))
    wait_until(lambda: reel.entries() and list(reel.places.cache.glob("partial/tiny/*/.*.partial.*")))
    running.kill()
    ended(running)
    kept = reel.entries()
    assert made(reel) == []

    reel.rewrite("slide", "run_time=60", "run_time=1")  # it need not take so long again
    done = finish(render_command(reel))
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert {digest: time for digest, time in reel.entries().items() if digest in kept} == kept
    assert frame_count(reel.places.films / "tiny.en.draft.mp4") > 100
    assert list(reel.places.cache.glob("partial/*")) == []
    assert not [path for path in made(reel) if path.name.startswith(".")]


def test_stopped_by_ctrl_c_with_one_line_and_nothing_half_made(reel: Reel) -> None:
    running = start(render_command(reel, workers=2))
    wait_until(lambda: reel.entries() and list(reel.places.cache.glob("partial/tiny/*/.*.partial.*")))
    os.killpg(running.pid, signal.SIGINT)
    _, errors = ended(running)
    assert running.returncode == 1
    assert errors == "neuroreel: stopped; what was finished is kept\n"
    assert made(reel) == []
    assert list(reel.places.cache.glob("partial/*")) == []


@pytest.fixture(scope="module")
def rendered_twice(tmp_path_factory: pytest.TempPathFactory) -> tuple[Reel, list[tuple[str, str]]]:
    """Return a reel that was rendered by two commands at once, and what they said."""
    reel = Reel(tmp_path_factory.mktemp("twice"))
    reel.record()
    both = [start(render_command(reel)), start(render_command(reel))]
    told = [ended(process) for process in both]
    assert [process.returncode for process in both] == [0, 0], told
    return reel, told


def test_of_two_at_once_the_second_waits_and_renders_nothing_again(
    rendered_twice: tuple[Reel, list[tuple[str, str]]],
) -> None:
    reel, told = rendered_twice
    assert [errors for _, errors in told] == ["", ""]
    waited = [output for output, _ in told if "is being rendered by another process; waiting" in output]
    assert len(waited) == 1
    assert "nothing has changed" in waited[0]
    assert len(reel.entries()) == len(list(pieces_of(TINY)))


NOTHING_HEAVY = """
import sys
from pathlib import Path
from tests.renders.reel import Reel, use_reel
import cli
reel = Reel(Path(sys.argv[1]))
sys.path.insert(0, str(reel.folder))
use_reel(reel)
before = set(sys.modules)
try:
    cli.main(["render", "tiny", "--quality", "draft"])
except SystemExit as end:
    assert end.code == 0, end.code
heavy = {"manim", "numba", "torch", "av", "typst"} & (set(sys.modules) - before)
assert not heavy, heavy
"""


def test_where_nothing_changed_nothing_heavy_is_imported(
    rendered_twice: tuple[Reel, list[tuple[str, str]]],
) -> None:
    reel, _ = rendered_twice
    again = finish([sys.executable, "-c", NOTHING_HEAVY, str(reel.folder)])
    assert again.returncode == 0, again.stderr
    assert again.stdout.startswith("nothing has changed")
