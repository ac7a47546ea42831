"""The film of a recording of anybody's: found by path or name, finished where it was stopped, or one line says why."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

import cli
from engine.recording import Recording
from engine.recording.format.layout import unfinished_path
from engine.recording.format.structure import Structure
from engine.recording.writing.locking import lock_recording
from renders.gallery.find import find_films
from renders.recordings.film_names import film_name
from renders.recordings.own_film import find_recording, named_beats
from renders.request.paths import HOME, find_paths
from tests.renders.reel import Reel, reel_for_commands
from tests.scenes.animate.runs.recordings import falling, record_metrics, rising
from tests.support.commands import told_in_one_line

CURVES = {"loss": falling(20), "accuracy": rising(4)}


@pytest.fixture
def reel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reel:
    """Return folders that the commands take for the project's, and render in this process."""
    return reel_for_commands(tmp_path, monkeypatch)


def animate(*arguments: object) -> Result:
    """Run the command as a user does."""
    return CliRunner().invoke(cli.main, ["animate", *map(str, arguments)], prog_name="neuroreel")


def test_a_film_with_cards_captions_and_provenance_made_once(reel: Reel, tmp_path: Path) -> None:
    structure = Structure(modules=(), flow=(), parameters=1234, trainable=1234)
    path = record_metrics(tmp_path / "runs" / "my run.zarr", CURVES, structure=structure)
    made = animate(path, "--quality", "draft")
    assert made.exit_code == 0, made.stderr
    film = path.with_name("my-run.en.draft.mp4")
    assert made.stdout.rstrip().endswith(str(film)) and film.exists()
    assert (path.parent / "my-run" / "learning_curves.en.draft.mp4").exists()
    assert not reel.places.films.exists()
    for ending in ("png", "en.srt", "zh_CN.srt", "en.vtt"):
        assert film.with_name(f"my-run.en.draft.{ending}").exists()
    told = json.loads(film.with_suffix(".json").read_text(encoding="utf-8"))
    assert [piece["name"] for piece in told["pieces"]] == ["title_card", "learning_curves", "end_card", "last_picture"]
    assert told["recordings"]["my-run"]["digest"] == Recording.open(path).digest
    assert "variant" not in told

    assert animate(path.with_suffix(""), "--quality", "draft").stdout.startswith("nothing has changed")
    other = Structure(modules=(), flow=(), parameters=9, trainable=9)
    record_metrics(path, CURVES, structure=other)
    animate(path, "--quality", "draft")
    anew = json.loads(film.with_suffix(".json").read_text(encoding="utf-8"))
    digests = [[piece["digest"] for piece in one["pieces"]] for one in (told, anew)]
    assert digests[0][0] == digests[1][0], "the title card knows nothing of the model"
    assert digests[0][1] != digests[1][1] and digests[0][2] != digests[1][2]


def clean_films() -> None:
    """Remove the project's films as a user does."""
    removed = CliRunner().invoke(cli.main, ["clean", "--films", "--yes"], prog_name="neuroreel")
    assert removed.exit_code == 0, removed.output
    assert "left:" not in removed.output


def test_a_film_of_one_of_the_projects_recordings_is_one_of_its_films(reel: Reel) -> None:
    record_metrics(reel.places.recording("mine"), CURVES)
    assert animate("mine", "--quality", "draft").exit_code == 0
    assert (reel.places.films / "mine.en.draft.mp4").exists()
    clean_films()
    assert not list(reel.places.films.glob("*"))


def test_a_film_beside_its_recording_is_embedded_there_and_in_the_gallery(reel: Reel, tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    record_metrics(runs / "mine.zarr", CURVES)
    made = embed(runs / "mine")
    place = runs / "embeds" / "mine.en.draft.png"
    assert made.exit_code == 0 and made.stdout.rstrip().endswith(str(place)) and place.exists(), made.output
    assert (runs / "mine.en.draft.mp4").exists()
    clean_films()
    assert (runs / "mine.en.draft.mp4").exists(), "it lies in a folder of the user's own"
    shown = [film.clip.film for film in find_films(reel.places, tmp_path / "gallery")]
    assert shown == [runs / "mine.en.draft.mp4", runs / "mine" / "learning_curves.en.draft.mp4"], "and is known still"
    shutil.rmtree(runs)
    assert find_films(reel.places, tmp_path / "gallery") == []


def test_of_clips_that_are_joined_those_of_ones_own_alone_stay_there(reel: Reel, tmp_path: Path) -> None:
    for folder in "ab":
        record_metrics(tmp_path / folder / "mine.zarr", CURVES)
    own = [f"{tmp_path}/{folder}/mine/learning_curves" for folder in "ab"]
    alone, mixed = (joined(*clips) for clips in (own, [own[0], "tiny/grow"]))
    assert Path(alone).parent == tmp_path / "a" / "embeds"
    assert Path(mixed).parent == reel.places.films / "embeds"
    told = json.loads(next((tmp_path / "a").glob("*--*.json")).read_text(encoding="utf-8"))
    assert sorted(told["recordings"]) == ["mine", "mine-2"], "two of one name are two"


def joined(*clips: str) -> str:
    """Return what the command tells of several clips made one film."""
    made = CliRunner().invoke(cli.main, ["embed", *clips, "--as", "mp4", "--quality", "draft"], prog_name="neuroreel")
    assert made.exit_code == 0, made.stderr
    return made.stdout.strip().splitlines()[-1]


def test_a_film_lies_elsewhere_where_that_was_said_or_its_folder_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = tmp_path / "runs" / "mine.zarr"
    recording.mkdir(parents=True)
    monkeypatch.setenv(HOME, "")
    assert find_paths().beside(recording).films == recording.parent
    assert find_paths(tmp_path / "talk").beside(recording).films == tmp_path / "talk"
    monkeypatch.setattr("renders.request.paths.is_writable", lambda folder: folder != recording.parent)
    assert find_paths().beside(recording).films == find_paths().films
    monkeypatch.setenv(HOME, str(tmp_path / "home"))
    assert find_paths().beside(recording).films == tmp_path / "home"


def embed(*arguments: object) -> Result:
    """Run the command as a user does, for a small picture."""
    made = [*map(str, arguments), "--as", "png", "--quality", "draft"]
    return CliRunner().invoke(cli.main, ["embed", *made], prog_name="neuroreel")


def test_its_film_is_a_clip_as_those_of_chapters_are(reel: Reel, tmp_path: Path) -> None:
    path = record_metrics(tmp_path / "runs" / "mine.zarr", CURVES)
    for number, clip in enumerate([path, path.with_suffix(""), f"{path.with_suffix('')}/learning_curves"]):
        made = embed(clip, "--out", tmp_path / f"{number}.png")
        assert made.exit_code == 0, made.stderr
    assert embed("mine/learning_curves").exit_code == 0, "by the name of its film, which is known now"
    unknown = told_in_one_line(embed("mine/lerning_curves"), 2)
    assert "did you mean 'learning_curves'?" in unknown
    assert "mine" in told_in_one_line(embed("mime"), 2)


def test_a_chapter_goes_before_a_recording_that_is_called_like_it(reel: Reel) -> None:
    record_metrics(reel.places.recording("tiny"), CURVES)
    chapter = embed("tiny/grow")
    assert chapter.exit_code == 0, chapter.stderr
    assert "'tiny' is a chapter; for the recording of that name give ./tiny, or its path" in chapter.stdout


def test_beats_by_name_stills_and_the_layout_check(reel: Reel) -> None:
    record_metrics(reel.places.recording("mine"), CURVES)
    still = animate("mine", "--beats", "learning_curves", "--quality", "draft", "--still")
    assert still.exit_code == 0, still.stderr
    assert (reel.places.films / "mine" / "learning_curves.en.draft.still.png").exists()
    checked = animate("mine", "--check")
    assert checked.exit_code == 0, checked.output
    assert re.search(r"\d+ texts inspected in en, zh_CN: no findings", checked.stdout)


def test_a_training_that_was_stopped_is_finished_first_and_one_that_goes_on_is_let_be(reel: Reel) -> None:
    path = record_metrics(reel.places.recording("mine"), CURVES, complete=False)
    with lock_recording(path):
        told = told_in_one_line(animate("mine", "--still"), 1)
    assert told == f"{path} is still being written: animate it when its training is done"
    assert not path.exists()
    assert animate(unfinished_path(path), "--still", "--quality", "draft").exit_code == 0
    assert Recording.open(path).complete and not unfinished_path(path).exists()


def test_a_stopped_training_of_ours_is_gone_on_with_instead(reel: Reel) -> None:
    path = record_metrics(reel.places.recording("digits"), CURVES, complete=False, config={"steps": 90})
    told = told_in_one_line(animate("digits", "--still"), 1)
    assert told.endswith("go on with `neuroreel train digits --resume`") and not path.exists()


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("mien",), 1, "no recording 'mien': did you mean 'mine'?"),
        (("/nowhere/at/all",), 1, "no recording '/nowhere/at/all': it is neither a path nor a name in"),
        (("",), 1, "no recording ''"),
        (("mine", "--beats", "learning_curve"), 2, "no beat 'learning_curve': did you mean 'learning_curves'?"),
        (("bare", "--beats", "learning_curves"), 2, "takes a number at two steps or more, such as recorder.step("),
        (("bare",), 2, "nothing can be drawn from"),
        (("mine", "--sheet", "--still"), 2, "exclude each other"),
        (("mine", "--quality", "medum"), 2, "medium"),
        ((Path(__file__),), 1, "is not a recording"),
        ((), 2, "RECORDING"),
    ],
)
def test_what_cannot_be_done_is_one_line(reel: Reel, arguments: tuple[object, ...], code: int, told: str) -> None:
    record_metrics(reel.places.recording("mine"), CURVES)
    record_metrics(reel.places.recording("bare"), {"loss": (np.arange(1), np.ones(1))})
    assert told in told_in_one_line(animate(*arguments), code)


def test_names_of_films_are_safe_and_take_no_chapters_place(reel: Reel) -> None:
    names = {
        "mine.zarr": "mine",
        "my run, no. 2.zarr": "my-run-no-2",
        "tiny.zarr": "tiny-recording",
        "recordings.zarr": "recordings-recording",
        "模型.zarr": "模型",
        "...zarr": "recording",
        f"{'x' * 300}.zarr": "x" * 80,
    }
    assert {name: film_name(Path(name), reel.places) for name in names} == names


def test_films_of_two_recordings_never_share_a_name_and_one_keeps_its_own(reel: Reel, tmp_path: Path) -> None:
    one, other = (record_metrics(tmp_path / folder / "mine.zarr", CURVES) for folder in ("a", "b"))
    names = [film_name(path, reel.places) for path in (one, other, one, other)]
    assert names == ["mine", "mine-2", "mine", "mine-2"]
    shutil.rmtree(one)
    third = record_metrics(tmp_path / "c" / "mine.zarr", CURVES)
    assert film_name(third, reel.places) == "mine", "the first is no more"


def test_the_film_of_one_recording_does_not_replace_that_of_another(reel: Reel, tmp_path: Path) -> None:
    for folder, length in (("a", 20), ("b", 30)):
        path = record_metrics(tmp_path / folder / "mine.zarr", {"loss": falling(length)})
        assert animate(path, "--quality", "draft").exit_code == 0
    digests = {
        name: json.loads((tmp_path / folder / f"{name}.en.draft.json").read_text(encoding="utf-8"))["recordings"][name]
        for folder, name in (("a", "mine"), ("b", "mine-2"))
    }
    assert digests["mine"]["digest"] != digests["mine-2"]["digest"]


def test_beats_may_be_named_with_commas_or_one_by_one() -> None:
    assert named_beats(("a,b", " c ", "")) == ("a", "b", "c")


def test_a_path_comes_before_a_name(reel: Reel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named = record_metrics(reel.places.recording("mine"), CURVES)
    assert find_recording("mine", reel.places) == named
    record_metrics(tmp_path / "mine.zarr", CURVES)
    monkeypatch.chdir(tmp_path)
    assert find_recording("mine", reel.places).resolve() == tmp_path / "mine.zarr"
