"""The command `embed`, as a user types it: what it makes, where, and one clear line for what cannot be done."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import cli
from renders.clip.clip import Clip
from renders.encode.probe import film_info
from renders.request.paths import Paths
from scenes import catalog
from tests.renders.embed.conftest import Shelf
from tests.renders.films import make_film, moving_square
from tests.renders.reel import Reel, reel_for_commands

Run = Callable[..., Result]
ODD = "an \"odd\" 'name' <script>alert(1)</script> 课 " + "x" * 150


@pytest.fixture
def reel(shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reel:
    """Return a rendered reel that the commands take for the project."""
    return reel_for_commands(shelf.reel.copy_to(tmp_path).folder, monkeypatch)


@pytest.fixture
def run(reel: Reel) -> Run:
    return lambda *arguments: CliRunner().invoke(cli.main, ["embed", *arguments], prog_name="neuroreel")


def made(result: Result) -> Path:
    assert result.exit_code == 0, result.output
    return Path(result.stdout.splitlines()[-1])


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["tiny/glow", "--as", "gif"], "did you mean 'grow'?"),
        (["tinny", "--as", "gif"], "did you mean 'tiny'?"),
        (["nowhere.mp4", "--as", "gif"], "there is no film 'nowhere.mp4'"),
        (["tiny/grow", "--as", "giff"], 'did you mean "gif"?'),
        (["tiny/grow", "--as", "transcript", "--max-size", "5MB"], "--as transcript has nothing to do with --max-size"),
        (["tiny/grow", "--as", "keynote"], "there is no target 'keynote': Keynote opens --as pptx --split"),
        (["tiny/grow", "--as", "PDF"], "a PDF holds no films"),
        (["tiny/grow", "--as", "mp4", "--from", "500s"], "nothing is left: tiny-grow runs about "),
        (["tiny/grow", "--as", "gif", "--max-size", "much"], "no size 'much': say it as 5MB"),
        (["tiny/grow", "--as", "gif", "--from", "soon"], "no time 'soon': say it as 3.2s"),
        (["tiny/grow", "--as", "gif", "--from", "3", "--to", "2"], "--to 2 s is not after --from 3 s"),
        (["tiny/grow", "--as", "gif", "--speed", "0"], "--speed is a factor from 0.05 to 20, not 0"),
        (["tiny/grow", "--as", "gif", "--speed", "nan"], "--speed is a factor from 0.05 to 20"),
        (["tiny/grow", "tiny/slide", "--as", "png"], "--as png makes one picture: name one clip"),
        ([".", "--as", "gif"], "'.' is a folder; give a film file"),
        (["tiny/grow", "--as", "gif", "--transparent"], "--as gif has no transparent pixels; webm"),
        (["tiny/grow", "--as", "mp4", "--language", "fr"], 'no language "fr"; there are: en, zh_CN'),
        (["tiny/grow", "--as", "mp4", "--theme", "drk"], "did you mean 'dark'?"),
        (["tiny/grow", "--as", "mp4", "--aspect", "1:1"], "tiny/grow has no layout for 1:1"),
        (["tiny/grow", "--as", "mp4", "--speaker", "anna"], "--speaker says who speaks: add --voice"),
    ],
)
def test_what_makes_no_sense_is_one_line_and_nothing_is_made(
    run: Run, reel: Reel, arguments: list[str], told: str
) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert told in result.stderr and result.stderr.count("\n") == 1
    assert list(reel.places.films.glob("embeds/*")) == []


def test_what_is_there_stays_unless_forced(run: Run, tmp_path: Path) -> None:
    place = tmp_path / "mine.png"
    place.write_text("mine")
    refused = run("tiny/grow", "--as", "png", "--quality", "draft", "--out", str(place))
    assert refused.exit_code == 1
    assert f"{place} is there already; --force replaces it" in refused.stderr
    assert place.read_text() == "mine"
    assert made(run("tiny/grow", "--as", "png", "--quality", "draft", "--out", str(place), "--force")) == place
    assert place.read_bytes().startswith(b"\x89PNG")


def test_a_folder_of_the_users_own_is_never_replaced(run: Run, tmp_path: Path) -> None:
    (tmp_path / "talks").mkdir()
    (tmp_path / "talks" / "notes.txt").write_text("mine")
    for _ in range(2):
        made_there = made(
            run("tiny/grow", "--as", "frames", "--quality", "draft", "--out", str(tmp_path / "talks"), "--force")
        )
        assert made_there == tmp_path / "talks" / "tiny-grow.en.draft-frames"
    assert sorted(path.name for path in (tmp_path / "talks").iterdir()) == ["notes.txt", made_there.name]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--as", "mp4", "--theme", "light"], "a film file is drawn already: leave --theme out"),
        (["--as", "mp4", "--voice", "--quality", "low"], "leave --voice, --quality out"),
        (["--as", "obs"], "has a background; --as obs takes CHAPTER/BEAT"),
        (["--as", "mp4", "--burn"], "nothing that is said is known of square: leave --burn out"),
    ],
)
def test_a_film_file_is_not_drawn_anew(run: Run, tmp_path: Path, options: list[str], told: str) -> None:
    make_film(tmp_path / "square.mp4", [moving_square(number) for number in range(20)])
    result = run(str(tmp_path / "square.mp4"), *options)
    assert result.exit_code == 2
    assert told in result.stderr


def test_a_film_whose_json_is_of_an_older_kind_is_told_so(run: Run, tmp_path: Path) -> None:
    film = make_film(tmp_path / "old.mp4", [moving_square(number) for number in range(20)])
    film.with_suffix(".json").write_text('{"film": "old.mp4", "title": "Old"}')
    result = run(str(film), "--as", "mp4")
    assert result.exit_code == 1
    assert "of an older version; render the film again" in result.stderr


def test_a_folder_that_cannot_be_written_is_one_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = run("tiny/grow", "--as", "png", "--out", str(tmp_path / "file" / "picture.png"))
    assert result.exit_code == 1
    assert result.stderr.startswith("neuroreel: cannot write into") and result.stderr.count("\n") == 1


def test_a_limit_that_cannot_be_met_leaves_nothing(run: Run, reel: Reel) -> None:
    result = run("tiny/grow", "--as", "gif", "--quality", "draft", "--max-size", "300B")
    assert result.exit_code == 1
    assert "the smallest possible is" in result.stderr
    assert list((reel.places.films / "embeds").iterdir()) == []


def test_beats_are_joined_in_the_order_given_with_one_title_card(run: Run) -> None:
    film = made(run("tiny/slide", "tiny/grow", "--as", "mp4", "--quality", "draft", "--title", "Both"))
    assert film.name == "tiny-slide--tiny-grow.en.draft.mp4"
    info = film_info(film)
    assert info.title == "Both"
    assert [mark.title for mark in info.chapters] == ["A dot slides", "A square grows"]


def test_an_odd_name_is_made_safe(run: Run, reel: Reel, tmp_path: Path) -> None:
    odd = tmp_path / f"{ODD.replace('/', '-')[:200]}.mp4"
    make_film(odd, [moving_square(number) for number in range(20)])
    place = made(run(str(odd), "--as", "gif"))
    assert place.parent == reel.places.films / "embeds"
    assert place.name.startswith("an-odd-name-script") and len(place.name) < 90
    assert "<" not in place.name


def test_a_film_of_ours_by_its_path_is_cut_and_knows_what_it_says(run: Run, shelf: Shelf, tmp_path: Path) -> None:
    film = made(run(str(shelf.grow.film), "--as", "mp4", "--from", "0.5s", "--to", "0:02", "--out", str(tmp_path)))
    assert film == tmp_path / "grow-en-small.0.5s-2s.mp4"
    assert film_info(film).frames == 15


def test_several_cuts_of_a_clip_stand_side_by_side(run: Run, shelf: Shelf) -> None:
    cuts = {"": (), ".0.5s-end": ("--from", "0.5s"), ".2x.burn": ("--speed", "2", "--burn")}
    for marks, options in cuts.items():
        assert made(run(str(shelf.grow.film), "--as", "mp4", *options)).name == f"grow-en-small{marks}.mp4"
    assert made(run(str(shelf.grow.film), "--as", "png", "--at", "0.4s")).name == "grow-en-small.at-0.4s.png"


def test_the_course_is_one_film_of_all_chapters(reel: Reel, monkeypatch: pytest.MonkeyPatch) -> None:
    result = CliRunner().invoke(cli.main, ["render", "--all", "--quality", "draft"], prog_name="neuroreel")
    clip = Clip.open(made(result))
    names = ["title_card", "title_card", "grow", "slide", "end_card", "last_picture"]
    assert [section.name for section in clip.sections] == names
    assert [section.chapter for section in clip.sections] == ["course", "tiny", "tiny", "tiny", "course", "tiny"]
    assert [mark.title for mark in clip.info.chapters] == ["A tiny chapter", "A square grows", "A dot slides"]
    assert isinstance(reel.places, Paths) and catalog.CHAPTERS[0].name == "tiny"


def test_render_takes_a_chapter_or_all(run: Run) -> None:
    for arguments in (["render"], ["render", "tiny", "--all"]):
        result = CliRunner().invoke(cli.main, arguments, prog_name="neuroreel")
        assert result.exit_code == 2
        assert "give a CHAPTER, or --all for one film of all chapters" in result.stderr
