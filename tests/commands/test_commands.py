"""Every command, as a user types it: what it prints, its exit code, and one clear line for what cannot be done."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

import cli
from engine.recording import Recording
from renders.base.lock import chapter_lock
from renders.film.provenance import require_provenance
from tests.engine.recording.damaged.headers import make_older
from tests.renders.reel import Reel, write_recording
from tests.support.commands import Run, told_in_one_line

ROOT = Path(__file__).parents[2]
COMMANDS = {
    "chapters",
    "train",
    "inspect",
    "render",
    "check",
    "animate",
    "verify",
    "embed",
    "gallery",
    "doctor",
    "clean",
}


def test_every_command_has_help_and_knows_debug(run: Run) -> None:
    assert set(cli.main.commands) == COMMANDS
    for name in COMMANDS:
        told = run(name, "--help")
        assert told.exit_code == 0
        assert "--debug" in told.output
        for parameter in cli.main.commands[name].params:
            assert not isinstance(parameter, click.Option) or parameter.help, f"{name} {parameter.name} has no help"


def test_listing_needs_nothing_heavy() -> None:
    code = "import sys, cli\ntry: cli.main(['chapters'])\nexcept SystemExit as end: assert not end.code\n"
    code += "assert not {'manim', 'torch', 'numba', 'zarr', 'av', 'numpy'} & set(sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "network" in done.stdout


def test_listing_tells_about_how_long_a_chapter_runs_and_then_how_long_and_who_speaks(
    run: Run, reel: Reel, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = run("chapters").stdout
    about = re.search(r"^tiny: .* \(about (\d+):(\d\d)\)$", told, re.MULTILINE)
    assert about and 3 < 60 * int(about[1]) + int(about[2]) < 40, told
    assert re.search(r"^  grow +about 0:\d\d ", told, re.MULTILINE)
    run("render", "tiny", "--quality", "draft")
    told = run("chapters").stdout
    assert re.search(r"^tiny: .* \(\d+:\d\d\.\d\)$", told, re.MULTILINE) and "about" not in told
    spoken = {**require_provenance(next(reel.places.films.glob("tiny.*.json"))), "look": {"voice": "kokoro:af_bella"}}
    monkeypatch.setattr("renders.commands.listing.read_provenance", lambda path: spoken)
    assert ", said by kokoro:af_bella)" in run("chapters").stdout


# Wrong usage ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["rendr"], "'render'"),
        (["render", "tny"], "tiny"),
        (["render", "zzz"], "tiny"),
        (["check", "tny"], "tiny"),
        (["render", "tiny", "--beat", "glow"], "grow"),
        (["check", "tiny", "--beat", "glow"], "grow"),
        (["render", "tiny", "--quality", "medum"], "medium"),
        (["render", "tiny", "--quality", "zzz"], "draft, low, medium, high, 4k"),
        (["render", "tiny", "--language", "zh"], "zh_CN"),
        (["train", "digit"], "digits"),
        (["render", "tiny", "--workers", "0"], "--workers"),
        (["render", "tiny", "--workers", "two"], "--workers"),
        (["render", "tiny", "--workers", "-1"], "--workers"),
        (["train", "digits", "--steps", "0"], "--steps"),
        (["train", "digits", "--seed", "-1"], "--seed"),
        (["render", "tiny", "--watch"], "--beat"),
        (["render", "tiny", "--watch", "--beat", "grow", "--beat", "slide"], "--beat"),
        (["render", "tiny", "--sheet", "--still"], "exclude each other"),
        (["render", "tiny", "--hidden", "0,3"], "layer sizes from 1 to 1,024, not 0"),
        (["render", "tiny", "--hidden", "-4,3"], "layer sizes from 1 to 1,024, not -4"),
        (["check", "tiny", "--hidden", "20"], "--hidden 30,20, not 1"),
        (["check", "tiny", "--hidden", "thirty"], "such as 30,20, not 'thirty'"),
        (["train", "digits", "--hidden", ",".join(["5"] * 1000)], "1 to 8 layer sizes, not 1000"),
        (["train", "digits", "--learning-rate", "0"], "learning_rate must be a positive number, not 0.0"),
        (["train", "digits", "--learning-rate", "nan"], "learning_rate must be a positive number, not nan"),
        (["train", "digits", "--learning-rate", "fast"], "--learning-rate"),
        (["train", "inductoin"], "induction"),
        (["train", "induction", "--hidden", "30,20"], "induction has nothing to do with --hidden"),
        (["train", "dates", "--text", "Hello"], "dates has nothing to do with --text"),
        (["train", "shakespeare", "--steps", "0"], "--steps"),
        (["render"], "CHAPTER"),
        (["render", "tiny", "--hopeful"], "--hopeful"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_2(run: Run, arguments: list[str], told: str) -> None:
    assert told in told_in_one_line(run(*arguments), 2)


# Commands -------------------------------------------------------------------------------------------------------------


def test_chapters_tells_beats_times_and_needs(run: Run, reel: Reel) -> None:
    before = run("chapters").output
    assert "tiny: A tiny chapter (about 0:06)" in before
    assert "needs digits: layer3.bias" in before
    reel.record()
    run("render", "tiny", "--quality", "draft")
    after = run("chapters").output
    assert re.search(r"tiny: A tiny chapter \(0:\d\d\.\d\)", after)
    assert re.search(r"grow +0:0\d\.\d  A square grows", after)


def test_render_trains_what_is_missing_and_says_what_it_made(
    run: Run, reel: Reel, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained: list[tuple[str, bool]] = []

    def train(experiment: object, path: Path, picture: object, *, resume: bool) -> None:
        trained.append((path.name, resume))
        write_recording(path)

    monkeypatch.setattr("renders.recordings.training.run_training", train)
    first = run("render", "tiny", "--quality", "draft")
    assert first.exit_code == 0, first.stderr
    assert trained == [("digits.zarr", True)]
    assert "digits is not recorded yet: training it" in first.stdout
    film = reel.places.films / "tiny.en.draft.mp4"
    assert first.stdout.rstrip().endswith(str(film))
    assert film.exists()

    again = run("render", "tiny", "--quality", "draft")
    assert again.stdout.startswith("nothing has changed")
    assert len(trained) == 1


def test_render_beats_with_contact_sheets_elsewhere(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "elsewhere"
    done = run("render", "tiny", "--beat", "grow", "--quality", "draft", "--sheet", "--out", str(out))
    assert done.exit_code == 0, done.stderr
    assert (out / "tiny" / "grow.en.draft.mp4").exists()
    assert (out / "tiny" / "grow.en.draft.sheet.png").exists()
    assert not (out / "tiny.en.draft.mp4").exists()


def test_render_stills_makes_pictures_and_no_films(run: Run, reel: Reel) -> None:
    from PIL import Image

    done = run("render", "tiny", "--beat", "grow", "--quality", "draft", "--still")
    assert done.exit_code == 0, done.stderr
    still = reel.places.films / "tiny" / "grow.en.draft.still.png"
    with Image.open(still) as picture:
        assert picture.size == (320, 180)
        assert max(high for _, high in picture.convert("RGB").getextrema()) > 128, "the square is on it"
    assert not list(reel.places.films.rglob("*.mp4"))


def test_check_tells_what_it_inspected_and_what_it_found(run: Run, reel: Reel) -> None:
    clean = run("check", "tiny", "--beat", "grow", "--language", "en")
    assert clean.exit_code == 0, clean.output
    assert clean.stdout.rstrip().endswith("texts inspected in en: no findings")
    planted = 'word = self.words("far away").shift([7, 0, 0])\n        self.add(word)\n        square = Square(2)'
    reel.rewrite("grow", "square = Square(2)", planted)
    reel.forget_modules()
    found = run("check", "tiny", "--beat", "grow")
    assert found.exit_code == 1
    for language in ("en", "zh_CN"):
        assert re.search(rf"tiny/grow \[{language}\] 0\.\d s: off the frame: 'far away'", found.stdout)
    assert "1 texts inspected" not in found.stdout
    assert "2 texts inspected in en, zh_CN: 2 findings" in found.stdout


def test_train_records_once_and_only_then_goes_on(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "short.zarr"
    first = run("train", "digits", "--steps", "5", "--seed", "2", "--out", str(out))
    assert first.exit_code == 0, first.stderr
    assert "layer1.weight " in first.stdout
    assert "MB before compression" in first.stdout, "the plan is told before training"
    assert re.search(r"step 5 of 5: loss \d\.\d+, test accuracy \d+\.\d%", first.stdout)
    assert Recording.open(out).config["seed"] == 2

    assert "--force" in told_in_one_line(run("train", "digits", "--steps", "5", "--seed", "2", "--out", str(out)), 1)
    assert run("train", "digits", "--steps", "5", "--seed", "2", "--out", str(out), "--resume").exit_code == 0
    both = run("train", "digits", "--out", str(out), "--resume", "--force")
    assert "choose one of them" in told_in_one_line(both, 1)


def test_inspect_as_lines_and_as_json_by_path_and_by_name(run: Run, reel: Reel) -> None:
    reel.record()
    lines = run("inspect", "digits").stdout
    assert "digits, complete" in lines
    assert re.search(r"layer3\.bias +step, out +2 x 10 +float32 +2 from 0 to 9", lines)
    told = json.loads(run("inspect", str(reel.places.recording("digits")), "--json").stdout)
    assert told["arrays"][0]["axes"] == ["step", "out"]
    assert told["arrays"][0]["steps"] == {"count": 2, "first": 0, "last": 9}
    assert told["digest"] == Recording.open(reel.places.recording("digits")).digest
    assert told["config"]["name"] == "digits"


def test_inspect_tells_of_seals_and_refuses_what_was_changed(run: Run, reel: Reel) -> None:
    reel.record()
    path = reel.places.recording("digits")
    assert "\nseals: all of its files are as they were written\n" in run("inspect", "digits").stdout
    chunk = path / "layer3.bias" / "c" / "0" / "0"
    true = chunk.read_bytes()
    chunk.write_bytes(true[:-1])
    for options in ((), ("--json",)):
        told = told_in_one_line(run("inspect", "digits", *options), 1)
        assert told.startswith(
            f"{path} was changed after it was made: layer3.bias/c/0/0 is not the file that was written"
        )
    chunk.write_bytes(true)
    make_older(path)
    assert "\nno seals: an older neuroreel made it" in run("inspect", "digits").stdout
    assert json.loads(run("inspect", "digits", "--json").stdout)["sealed"] is False


def test_inspect_of_what_is_no_recording_is_one_line(run: Run, tmp_path: Path) -> None:
    assert "no recording" in told_in_one_line(run("inspect", str(tmp_path / "absent")), 1)
    (tmp_path / "folder").mkdir()
    assert "not a recording" in told_in_one_line(run("inspect", str(tmp_path / "folder")), 1)


def test_doctor_tells_what_is_there_and_how_to_get_what_is_missing(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    well = run("doctor")
    assert well.exit_code == 0, well.output
    assert "MISSING" not in well.stdout
    for part in ("python", "manim", "torch", "cairo", "H.264 encoder", "data", "disk"):
        assert part in well.stdout
    assert "this folder" not in well.stdout
    (tmp_path / "engine").mkdir()
    (tmp_path / "engine" / "net.py").touch()
    monkeypatch.chdir(tmp_path)
    assert re.search(r"beware +this folder +has engine of its own; call yours something else", run("doctor").stdout)
    monkeypatch.setitem(sys.modules, "cairo", None)
    ill = run("doctor")
    assert ill.exit_code == 1
    assert re.search(r"MISSING +cairo +cannot be loaded .*; run: ", ill.stdout)


def test_clean_lists_then_removes_what_is_named(run: Run, reel: Reel) -> None:
    reel.record()
    run("render", "tiny", "--beat", "grow", "--quality", "draft")
    run("embed", "tiny/grow", "--as", "png", "--quality", "draft")
    run("gallery", "--out", str(reel.places.films / "gallery"))
    listed = run("clean")
    assert listed.exit_code == 0
    assert [line.split()[0] for line in listed.stdout.splitlines()] == ["--cache", "--films", "--recordings"]
    assert reel.entries()

    assert told_in_one_line(run("clean", "--cache", input="n\n"), 1) == "nothing was done"
    assert reel.entries()
    assert "freed" in run("clean", "--cache", "--yes").stdout
    assert not reel.entries()
    assert (reel.places.films / "tiny" / "grow.en.draft.mp4").exists()
    assert {"embeds", "gallery"} <= {path.name for path in reel.places.films.iterdir()}
    run("clean", "--all", input="y\n")
    assert not list(reel.places.films.iterdir())
    assert not reel.places.recording("digits").exists()


def test_clean_waits_for_no_render(run: Run, reel: Reel) -> None:
    with chapter_lock(reel.places.cache, "tiny", print):
        assert "being rendered now" in told_in_one_line(run("clean", "--all", "--yes"), 1)


# What goes wrong ------------------------------------------------------------------------------------------------------


def test_an_analysis_takes_no_options_of_a_training_and_is_kept_unless_forced(run: Run, reel: Reel) -> None:
    told = told_in_one_line(run("train", "digits-landscape", "--steps", "3"), 2)
    assert told == "digits-landscape is computed, not trained: it takes no --steps and no --resume"
    reel.places.recording("digits-landscape").mkdir(parents=True)
    told = told_in_one_line(run("train", "digits-landscape"), 1)
    assert told.endswith("digits-landscape.zarr is there already: compute it again with --force")
