"""Draws every beat of two commits from the same recordings, and compares them frame by frame.

    python -m tests.golden --against COMMIT [--chapter NAME …] [--recording PATH …] [--language NAME …]

Both are drawn on this machine, by their own code, through their own command line: names and folders may differ. What is
compared is every frame of every beat's film, decoded. Exits with 1 where one differs.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from scenes.catalog import CHAPTERS
from tests.golden.compare import Difference, difference_of

ROOT = Path(__file__).resolve().parents[2]
KEPT = Path("renders", "out", "recordings")


@click.command()
@click.option("--against", "commit", required=True, help="The commit to compare with, as git names it.")
@click.option("--chapter", "chapters", multiple=True, help="A chapter; all unless given.")
@click.option("--recording", "recordings", multiple=True, help="A recording whose film is compared as well as digits'.")
@click.option("--language", "languages", multiple=True, default=("en",), show_default=True)
@click.option("--quality", default="draft", show_default=True)
def main(
    commit: str, chapters: Sequence[str], recordings: Sequence[str], languages: Sequence[str], quality: str
) -> None:
    """Draws every beat of two commits from the same recordings, and compares them frame by frame."""
    films = [("render", name) for name in chapters or [chapter.name for chapter in CHAPTERS]]
    films += [("animate", told) for told in dict.fromkeys(("digits", *recordings))]
    differing = 0
    with checked_out(commit) as other, tempfile.TemporaryDirectory(prefix="golden-") as scratch:
        for language in languages:
            for command, name in films:
                outs = [Path(scratch, side, language) for side in ("now", "before")]
                for tree, out in zip((ROOT, other), outs, strict=True):
                    draw(tree, out, command, name, "--language", language, "--quality", quality)
                    lend_recordings(other)  # what was trained for the first is drawn by the second
                differing += sum(1 for _ in told(outs, f"{command} {name} {language}"))
    click.echo(f"{differing} beats differ from {commit}" if differing else f"all beats equal those of {commit}")
    sys.exit(bool(differing))


@contextmanager
def checked_out(commit: str) -> Iterator[Path]:
    """Hands out a work tree of a commit, with the recordings of this one."""
    with tempfile.TemporaryDirectory(prefix="golden-tree-") as folder:
        tree = Path(folder, "tree")
        git("worktree", "add", "--detach", str(tree), commit)
        try:
            lend_recordings(tree)
            yield tree
        finally:
            git("worktree", "remove", "--force", str(tree))


def git(*arguments: str) -> None:
    """Runs git here; its own words are shown where it fails."""
    subprocess.run(["git", "-C", str(ROOT), *arguments], check=True, stdout=subprocess.DEVNULL)


def lend_recordings(tree: Path) -> None:
    """Copies to another tree the recordings that are here and not there."""
    for recording in sorted((ROOT / KEPT).glob("*.zarr")):
        if not (tree / KEPT / recording.name).exists():
            shutil.copytree(recording, tree / KEPT / recording.name, copy_function=os.link)


def draw(tree: Path, out: Path, command: str, name: str, *options: str) -> None:
    """Has a tree's own code draw a film into a folder, whatever its cache holds; raises ClickException if it cannot."""
    arguments = [sys.executable, str(tree / "cli.py"), command, name, "--out", str(out), "--force", *options]
    done = subprocess.run(arguments, cwd=tree, capture_output=True, text=True, check=False)
    if done.returncode:
        raise click.ClickException(f"{tree} cannot draw {name}: {done.stderr.strip()}")


def told(outs: Sequence[Path], film: str) -> Iterator[Difference]:
    """Yields how each beat that differs does, and says so."""
    now, before = ({path.relative_to(out): path for path in sorted(out.glob("*/*.mp4"))} for out in outs)
    for name in sorted({*now, *before}):
        found = difference_of(now.get(name), before.get(name))
        if found:
            click.echo(f"{film}: {name}: {found}")
            yield found


if __name__ == "__main__":
    main()
