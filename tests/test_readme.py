"""The README names every command, no command or option that there is not, and its examples run."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import torch
from manim import tempconfig

import cli
from engine.recording import Recording
from scenes.animate.composition import compose
from scenes.drawing.camera import BatchedCamera

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
FENCED = re.compile(r"^ *```(\w+)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
COMMANDS = cli.main.commands


def pieces_of_code() -> list[str]:
    """Return the lines of shell blocks, the rows of tables, and what stands between backticks elsewhere."""
    shell = [
        line for kind, body in FENCED.findall(README) if kind in {"sh", "powershell"} for line in body.splitlines()
    ]
    prose = FENCED.sub("", README)
    rows = [line for line in prose.splitlines() if line.startswith("|")]
    text = " ".join(line for line in prose.splitlines() if not line.startswith("|"))
    return [*shell, *rows, *re.findall(r"`([^`]+)`", text)]


def options_of(command: click.Command) -> set[str]:
    """Return every spelling of every option of a command, and of the group."""
    parameters = [*command.params, *cli.main.params]
    return {spelling for parameter in parameters for spelling in (*parameter.opts, *parameter.secondary_opts, "--help")}


CALLS = [
    (match[1], set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", piece)))
    for piece in pieces_of_code()
    if (match := re.search(r"neuroreel ([a-z]+)", piece))
]


def test_readme_shows_calls() -> None:
    assert len(CALLS) >= len(COMMANDS)


@pytest.mark.parametrize(("command", "options"), CALLS)
def test_call_in_readme_is_valid(command: str, options: set[str]) -> None:
    assert command in COMMANDS
    assert options <= options_of(COMMANDS[command])


@pytest.mark.parametrize("command", COMMANDS)
def test_command_has_a_row_with_its_options(command: str) -> None:
    row = re.search(rf"^\| `neuroreel {command}\b.*", README, re.MULTILINE)
    assert row
    spellings = {option for parameter in COMMANDS[command].params for option in parameter.opts if option[:2] == "--"}
    assert spellings - {"--debug"} == set(re.findall(r"--[a-z-]+", row[0]))


@pytest.mark.parametrize("command", COMMANDS)
def test_command_and_its_options_have_help(command: str) -> None:
    assert COMMANDS[command].help
    assert all(option.help for option in COMMANDS[command].params if isinstance(option, click.Option))


def test_lone_options_exist() -> None:
    lone = {piece for piece in pieces_of_code() if re.fullmatch(r"--[a-z-]+", piece)}
    assert lone <= set().union(*(options_of(command) for command in COMMANDS.values()))


def test_targets_of_make_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = {target for piece in pieces_of_code() for target in re.findall(r"(?:^|`)make ([a-z]+)", piece)}
    assert {"chapter", "test", "bench", "install"} <= named
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in named)


def test_files_and_folders_exist() -> None:
    """What stands first in a row of the tour, and every relative link."""
    tour = re.findall(r"^\| `((?:engine|scenes|tests|docs|cli\.py)[\w./]*)` \|", README, re.MULTILINE)
    links = [target for target in re.findall(r"\]\(([^)#]+)\)", README) if not target.startswith("http")]
    assert len(tour) > 8
    assert [path for path in (*tour, *links) if not (ROOT / path).exists()] == []


def example_with(part: str) -> str:
    """Return the Python block in which something stands."""
    return textwrap.dedent(next(body for kind, body in FENCED.findall(README) if kind == "python" and part in body))


def define_example(name: str, recording: Path) -> Any:
    """Return the class `name` of a Python block, with the path of the user's recording replaced."""
    names: dict[str, Any] = {}
    exec(example_with(f"class {name}(").replace("renders/out/recordings/digits.zarr", recording.as_posix()), names)
    return names[name]


@pytest.fixture
def tiny_films(tmp_path: Path) -> Iterator[None]:
    """Render small and quickly, into a folder of the test's own."""
    size = {"pixel_width": 160, "pixel_height": 90, "frame_rate": 5}
    with tempconfig({**size, "disable_caching": True, "media_dir": str(tmp_path), "progress_bar": "none"}):
        yield


@pytest.mark.usefixtures("tiny_films")
def test_example_scene_runs(digits_recording: Path) -> None:
    scene = define_example("MyNetwork", digits_recording)()
    scene.render()
    assert scene.camera.pixel_array[..., :3].max() > 100


@pytest.mark.usefixtures("tiny_films")
def test_example_beat_runs(digits_recording: Path) -> None:
    digits = Recording.open(digits_recording).only(["layer1.weight"])
    beat = define_example("OneNeuron", digits_recording)({"digits": digits}, camera_class=BatchedCamera)
    beat.render()
    assert beat.captions[0].text == "What does one neuron look for?"
    positive = int((digits.read("layer1.weight", step=-1)[3] > 0).sum())
    assert beat.captions[1].evidence[0]["value"] == {"positive": positive, "all": 784}


@pytest.mark.usefixtures("tiny_films")
def test_example_of_an_own_model_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with torch.random.fork_rng():
        exec(example_with("with Recorder("), {})
    moons = Recording.open("runs/moons.zarr")
    assert moons.complete and moons.config["task"] == "classification"
    assert moons.read("metric.loss")[-50:].mean() < 0.2 < moons.read("metric.loss")[0]
    answers = moons.read("output", step=-1).argmax(axis=1)
    assert (answers == moons.read("probe.target")).mean() > 0.95
    assert compose(moons, name="moons").beats
    scene = define_example("Moons", Path("runs/moons.zarr"))()
    scene.render()
    assert scene.camera.pixel_array[..., :3].max() > 100


def test_the_scene_of_an_own_model_has_fifteen_lines() -> None:
    assert len([line for line in example_with("class Moons(").splitlines() if line.strip()]) <= 15
