"""Whatever is called by how long a name: what we write of it has names that file systems take, of 255 bytes at most."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

import cli
from renders.base.names import STEM, cut_name, slug
from renders.clip.clip import Clip
from renders.embed.targets import TARGETS
from renders.gallery.write import write_gallery
from renders.request.paths import Paths
from renders.request.style import RenderStyle
from tests.renders.films import make_film, moving_square
from tests.renders.web.stage import make_clip

LONGEST = 255  # bytes
LETTERS, CHINESE, WIDE = "n" * 240, "课" * 80, "𠮷" * 60  # of 240 bytes each
OWN = ".en.medium"  # what a film's name tells besides
LOOK = RenderStyle(
    theme="contrast", aspect="9:16", transparent=True, loop=True, voice="课" * 200, pace=1.25, title=False
)


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*")]


@pytest.mark.parametrize("name", [LETTERS, CHINESE, WIDE, "e\u0301" * 80, "课" * 240, "-" * 300, "a" + "课" * 90])
def test_a_name_is_cut_by_its_bytes_and_no_character_is_split(name: str) -> None:
    short = slug(name)
    assert len(short.encode()) <= 80 and len(short) <= len(name)
    assert name.replace("\u0301", "-").startswith(short) and not short.endswith("-")
    assert len(short.encode()) > 70 or set(name) == {"-"}
    cut = cut_name(name)
    assert len(cut.encode()) <= STEM and name.startswith(cut)
    assert len((cut + name[len(cut) :][:1]).encode()) > STEM or cut == name


def test_what_is_shorter_stays_as_it_is() -> None:
    assert slug("digits-" + "x" * 73) == "digits-" + "x" * 73 and slug("梯度 下降") == "梯度-下降"
    assert cut_name("caf\udce9") == "caf\udce9"


def test_a_film_of_the_longest_name_has_room_for_its_look_and_what_stands_beside_it() -> None:
    longest = f"{slug('课' * 240)}{OWN}{LOOK.marks}"
    endings = (".zh_CN.srt", ".sheet.png", "-transcript", ".obs.webm")
    assert max(len(f"{longest}{ending}".encode()) for ending in endings) <= LONGEST


@pytest.mark.parametrize("target", [name for name in TARGETS if name != "obs"])
@pytest.mark.parametrize("name", [LETTERS, CHINESE], ids=["letters", "Chinese"])
def test_a_film_of_a_long_name_is_embedded_as_anything(tmp_path: Path, target: str, name: str) -> None:
    folder = tmp_path / "films"
    folder.mkdir()
    film = make_film(folder / f"{name}.mkv.mp4", [moving_square(number) for number in range(6)])
    out = tmp_path / "out"
    out.mkdir()
    title = ["--title", "课" * 240] if target in ("html", "page", "reveal", "pptx", "notebook", "markdown") else []
    asked = ["embed", str(film), "--as", target, "--to", "0.1", "--out", str(out), *title]
    result = CliRunner().invoke(cli.main, asked, prog_name="neuroreel")
    assert result.exit_code == 0, result.output
    names = names_in(out)
    assert names and max(len(one.encode()) for one in names) <= LONGEST
    assert not [one for one in names if "partial" in one]


@pytest.mark.parametrize("name", [LETTERS, CHINESE], ids=["letters", "Chinese"])
def test_a_gallery_takes_films_and_chapters_of_long_names(tmp_path: Path, name: str) -> None:
    films = tmp_path / "films"
    clips = [make_clip(films / part, "First", part, chapter=name * 2, name=name) for part in "ab"]
    made = write_gallery(Paths(films, tmp_path / "cache", tmp_path / "recordings")).parent
    names = names_in(made)
    assert max(len(one.encode()) for one in names) <= LONGEST
    assert len([one for one in names if one.endswith(".mp4")]) == len(clips)
    assert len([one for one in names if one.endswith(".html")]) == 2
    assert Clip.open(clips[0].film).stem == name
