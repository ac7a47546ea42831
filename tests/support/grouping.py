"""Lets tests of one beat follow each other in one process, whichever files they are in, so that it is played once."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenes.catalog import CHAPTERS

_BEATS = {(chapter.name, beat.name) for chapter in CHAPTERS for beat in chapter.beats}


def group_of(item: pytest.Item) -> str:
    """Return the group of a test, whose tests run in one process: those of a beat of a chapter, else its module's."""
    callspec = getattr(item, "callspec", None)
    given = callspec.params if callspec else {}
    for chapter, beat in (("chapter", "beat"), ("film", "beat")):
        if (given.get(chapter), given.get(beat)) in _BEATS:
            return f"{given[chapter]}/{given[beat]}"
    path = Path(item.path)
    own = (path.parent.name.replace("_", "-"), path.stem.removeprefix("test_"))
    return "/".join(own) if own in _BEATS else item.nodeid.partition("::")[0]
