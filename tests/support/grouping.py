"""Lets tests of one beat follow each other in one process, whichever files they are in, so that it is played once."""

from __future__ import annotations

from pathlib import PurePosixPath

from xdist.scheduler.loadscope import LoadScopeScheduling

from scenes.catalog import CHAPTERS

_BEATS = {f"{chapter.name}-{beat.name}" for chapter in CHAPTERS for beat in chapter.beats}


class GroupScheduling(LoadScopeScheduling):
    """Gives the tests of a group to one process, in their order."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


def group_of(test: str) -> str:
    """Return the group of a test by its id: the beat of a chapter that it is of, else its module.

    A test is of a beat where its module is called so, in the folder of the chapter, or where its first parameters are
    the chapter and the beat.
    """
    module, _, name = test.partition("::")
    path = PurePosixPath(module)
    own = f"{path.parent.name.replace('_', '-')}-{path.stem.removeprefix('test_')}"
    given = name.partition("[")[2].rstrip("]")
    return next((beat for beat in _BEATS if beat == own or f"{given}-".startswith(f"{beat}-")), module)
