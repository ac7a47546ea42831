"""`neuroreel verify`, as a user types it: what it prints, and its exit code."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import cli
from tests.renders.film.retold import retell
from tests.renders.reel import Reel
from tests.renders.verify.proven import film_of


def verify(*arguments: object) -> Result:
    return CliRunner().invoke(cli.main, ["verify", *map(str, arguments)], prog_name="neuroreel")


def test_what_is_as_recorded_ends_with_one_line_and_exit_code_0(reel: Reel) -> None:
    for target, told in ((film_of(reel), "1 beat, 2 lines, "), ("digits", "1 array, ")):
        done = verify(target)
        assert done.exit_code == 0, done.output
        last = done.stdout.splitlines()[-1]
        assert last.startswith(told) and last.endswith(": all as recorded")


def test_what_differs_is_listed_with_exit_code_1(reel: Reel) -> None:
    retell(film_of(reel).with_suffix(".json"), seconds=9.0)
    done = verify(film_of(reel))
    assert done.exit_code == 1 and done.stderr == ""
    line, last = done.stdout.splitlines()[-2:]
    assert line.startswith("slide.en.small.json, seconds: the .json says 9.0, ")
    assert last.endswith(": 1 difference")


@pytest.mark.parametrize("missing", ["absent.mp4", "absent.json", "absent.zarr", "absent"])
def test_what_is_not_there_is_one_line(reel: Reel, tmp_path: Path, missing: str) -> None:
    done = verify(tmp_path / missing)
    assert done.exit_code == 1
    assert done.stderr.startswith("neuroreel: ") and done.stderr.count("\n") == 1
    done = verify(film_of(reel), "--recording", tmp_path / missing)
    assert done.exit_code == 1 and "there is no recording at" in done.stderr and done.stderr.count("\n") == 1
