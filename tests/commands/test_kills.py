"""Commands that are killed before any change of the disk: nothing is lost, half-made or left behind.

After each kill what was whole is whole, or the new one is in its place, and what is the user's own is untouched. Then
the same command runs again: it succeeds, and all is as if it had never been killed. With --damages N each command is
killed N times, or before every single change if there are fewer.
"""

from __future__ import annotations

import random
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.renders.reel import Reel
from tests.renders.web.stage import make_clip, plain_clip
from tests.support.killing import KILLED, Commands
from tests.support.wholeness import faults, tree

FILM = "films/holiday.mp4"


@dataclass(frozen=True)
class Scenario:
    """A command that replaces something. before: commands that made what is there. again: after a kill, if it differs.

    kills: how many unless told. surely: matches changes before which it is always killed. replaced: what must come out
    otherwise than it was.
    """

    name: str
    command: tuple[str, ...]
    kills: int
    surely: str
    replaced: str
    before: tuple[tuple[str, ...], ...] = ()
    again: tuple[str, ...] = ()
    exchange: bool = True


def _embed(kind: str, name: str, kills: int = 3, exchange: bool = True, ours: bool = False) -> Scenario:
    """Return a scenario of an embed in a folder of the user's, or in ours, of which there is a list."""
    place = f"films/embeds/{name}" if ours else f"talks/{name}"
    first = ("embed", FILM, "--as", kind, "--speed", "2", *(() if ours else ("--out", place)))
    anew = ("embed", FILM, "--as", kind, "--force", *(() if ours else ("--out", place)))
    moves = rf"(os\.rename|shutil\.rmtree) .*{re.escape(name)}$"
    told = f"embed --as {kind}{'' if exchange else ' in two steps'}"
    return Scenario(told, anew, kills, moves, place, (first,), exchange=exchange)


_TRAIN = ("train", "digits", "--steps", "3", "--out", "recordings/x.zarr")
_RENDER = ("render", "tiny", "--beat", "grow", "--quality", "draft")
_ANIMATE = ("animate", "recordings/curve.zarr", "--beats", "learning_curves", "--quality", "draft")
_GALLERY = ("gallery",)
_FILES = r"os\.re(move|name) .*/grow\.en\.draft\.[\w.]+$"
_ENTRIES = r"os\.rename .*/cache/partial/[^/]+/[0-9a-f]{32}$"
_PAGES = r"(os\.rename|shutil\.rmtree) .*gallery$"
SCENARIOS = (
    Scenario(
        "train", (*_TRAIN, "--force"), 2, r"os\.rename .*/x(\.unfinished)?\.zarr$", "recordings/x.zarr",
        ((*_TRAIN, "--seed", "1"),),
    ),
    Scenario("train and resume", _TRAIN, 3, r"$^", "recordings/x.zarr", (), (*_TRAIN, "--resume")),
    Scenario(
        "render", (*_RENDER, "--force"), 3, _FILES, "films/tiny/grow.en.draft.mp4",
        (_RENDER,),
    ),
    Scenario("animate", (*_ANIMATE, "--force"), 1, _ENTRIES, "", (_ANIMATE,)),
    _embed("html", "deck-html"),
    _embed("reveal", "deck-reveal", exchange=False),
    _embed("pptx", "deck.pptx"),
    _embed("gif", "holiday.gif", ours=True),
    _embed("page", "page.html"),
    Scenario("gallery", _GALLERY, 6, _PAGES, "films/gallery/index.html", (_GALLERY,)),
    Scenario("gallery in two steps", _GALLERY, 6, _PAGES, "films/gallery/index.html", (_GALLERY,), (), False),
    Scenario("clean", ("clean", "--all", "--yes"), 8, r"os\.remove .*zarr\.json$", "", (_TRAIN, _GALLERY, _RENDER)),
)  # fmt: skip
OWN = {
    "films/notes.txt": "mine",
    "films/tiny/notes.txt": "mine",
    "films/gallery/CNAME": "films.example",
    "films/gallery/films/notes.txt": "mine",
    "films/gallery/.git/config": "mine",
    "recordings/x.replaced.zarr/thesis.txt": "years of work",
    "recordings/.x.zarr.partial": "mine",
    "talks/deck-html.partial": "mine",
    "talks/.partial.film.gif": "mine",
}


pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked, and asked about in /proc")


@pytest.fixture(scope="module")
def commands() -> Iterator[Commands]:
    with Commands() as running:
        yield running


@dataclass(frozen=True)
class Stage:
    """A folder before a command, and what lies in it before and after one that nobody killed."""

    kept: Path
    folder: Path
    old: dict[str, str]
    new: dict[str, str]
    changes: tuple[str, ...]

    def set_up(self) -> None:
        """Bring all into the state before the command."""
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self.kept, self.folder, symlinks=True)


def put_things(folder: Path, commands: Commands, scenario: Scenario) -> None:
    """Make what there is before a command, so that the command makes something else of it."""
    reel = Reel(folder)
    reel.record()
    plain_clip(folder / "films", "holiday")
    record_curve(folder / "recordings" / "curve.zarr")
    if scenario.command == _GALLERY or scenario.name == "clean":
        make_clip(folder / "films", "First", name="network.en.low", chapter="network", quality="low")
    (folder / "talks").mkdir()
    for command in scenario.before:
        ran = commands.run(folder, *command)
        assert ran.code == 0, ran.errors
    if scenario.command == _GALLERY:
        make_clip(folder / "films", "Second", name="network.en.medium", chapter="network", quality="medium")
    if scenario.name == "render":
        reel.rewrite("grow", "scale(1.5)", "scale(1.2)")
    for name, text in OWN.items():
        if not name.startswith("films/gallery") or (folder / "films" / "gallery").exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)


def record_curve(path: Path) -> None:
    """Record a loss, of which a film can be composed."""
    from tests.scenes.animate.runs.recordings import falling, record_metrics

    record_metrics(path, {"loss": falling(20)})


def stage_of(scenario: Scenario, commands: Commands, folder: Path) -> Stage:
    """Set the stage for a scenario, and have its command run undisturbed."""
    kept, work = folder / "kept", folder / "我的 films"
    work.mkdir()
    put_things(work, commands, scenario)
    shutil.copytree(work, kept, symlinks=True)
    old = tree(work)
    ran = commands.run(work, *scenario.command, exchange=scenario.exchange)
    assert ran.code == 0, ran.errors
    new = tree(work)
    replaced = [name for name in new if f"{name}/".startswith(f"{scenario.replaced}/") and new[name] != old.get(name)]
    assert replaced or not scenario.replaced, "nothing is replaced"
    return Stage(kept, work, old, new, ran.changes)


def chosen(changes: tuple[str, ...], surely: str, count: int) -> list[int]:
    """Return before which changes to kill, counted from 1: all if they are few enough, else those that tell most."""
    every = range(1, len(changes) + 1)
    sure = [number for number in every if re.match(surely, changes[number - 1])][:count]
    renames = [number for number in every if changes[number - 1].startswith("os.rename")]
    pick = random.Random(0)
    pick.shuffle(renames)
    others = pick.sample(every, len(every))
    mixed = [number for pair in zip(renames, others, strict=False) for number in pair]
    ordered = dict.fromkeys([*sure, 1, len(changes), *mixed, *renames, *others])
    return sorted([number for number in ordered if number in every][: count + len(sure)])


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_killed_before_any_change_nothing_is_lost_half_made_or_left(
    scenario: Scenario, commands: Commands, tmp_path: Path, damages: int
) -> None:
    stage = stage_of(scenario, commands, tmp_path)
    struck = 0
    for number in chosen(stage.changes, scenario.surely, damages or scenario.kills):
        stage.set_up()
        told = f"killed before change {number}, {stage.changes[number - 1]}"
        killed = commands.run(stage.folder, *scenario.command, kill=number, exchange=scenario.exchange)
        assert killed.code in (0, KILLED), (told, killed.errors)
        struck += killed.code == KILLED
        if scenario.name != "clean":
            assert faults(stage.folder, stage.old, stage.new) == [], told
        own_is_untouched(stage.folder, stage.old, told)
        again = commands.run(stage.folder, *(scenario.again or scenario.command), exchange=scenario.exchange)
        assert (again.code, again.errors) == (0, ""), (told, again.errors)
        assert tree(stage.folder) == stage.new, told
        own_is_untouched(stage.folder, stage.old, told)
    assert struck >= min(3, scenario.kills)


def own_is_untouched(folder: Path, old: dict[str, str], told: str) -> None:
    """Hold the user's own files against what was written into them; a gallery may be aside for a moment."""
    for name, text in OWN.items():
        if name in old:
            places = [folder / name, *folder.glob(f"films/.*.replaced.gallery/{name.removeprefix('films/gallery/')}")]
            assert [place.read_text() for place in places if place.exists()][:1] == [text], (told, name)
