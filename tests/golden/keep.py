"""Keeps anew what every beat looks like at the ends of its lines: `python -m tests.golden.keep [FOLDER]`.

FOLDER: where the short runs are made, or lie already; a temporary one unless given.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.golden.frames import films, place_of, write_strip
from tests.support.playing import play_and_look_on
from tests.support.short_runs import ShortRuns


def main() -> None:
    """Draws every beat from the short runs and writes its strip."""
    with tempfile.TemporaryDirectory() as scratch:
        recordings = ShortRuns("default", Path(sys.argv[1] if len(sys.argv) > 1 else scratch))
        for chapter, given in films(recordings):
            for beat in chapter.beats:
                write_strip(play_and_look_on(chapter, beat.name, given).line_ends, place_of(chapter.name, beat.name))
                print(place_of(chapter.name, beat.name))


if __name__ == "__main__":
    main()
