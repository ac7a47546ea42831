"""Damage recordings, use them, and print what came of it, a line of JSON for each. Run as a program:

python -m tests.engine.recording.damaged.damaging FOLDER COUNT SEED [KIND]
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from engine.recording.format.layout import METADATA
from tests.engine.recording.damaged.recording_damages import CHECKPOINTS, HUGE, SEALED, UNSEALED, zeros
from tests.engine.recording.damaged.recordings_in_use import use
from tests.support.damage import LINKS, files_in
from tests.support.watched import Watched, watched

MORE_MEGABYTES = 300  # than the whole one takes
MORE_SECONDS = 2  # and one more for each
SECOND = 2_000_000  # bytes of the header, which are parsed, told, shown and written again
READ = ("complete", "older", "unfinished", "older unfinished")


def kinds() -> Iterator[tuple[str, str, str]]:
    """Yield which recording is damaged, how, and whether it is then read or gone on with."""
    for how in (*UNSEALED, *LINKS, *SEALED):
        yield from ((whole, how, "read") for whole in READ)
    for how in (*UNSEALED, *LINKS, *SEALED, *CHECKPOINTS):
        yield from ((whole, how, "gone on with") for whole in READ if "unfinished" in whole)


class Damaging:
    """Whole recordings in a folder, what users see in them, and a place where copies are damaged."""

    def __init__(self, folder: Path) -> None:
        """Make the whole recordings, and use each once: what that imports is there from then on."""
        self.place, self.outside = folder / "case", folder / "outside"
        (folder / "whole").mkdir()
        made = watched(partial(_make_all, folder / "whole"), folder)  # in a child, which takes torch away with it
        assert made.result, made.died
        self.wholes = {whole: Path(path) for whole, path in made.result.items()}
        for nbytes in (HUGE, HUGE // 2, 10**6, 4_000_000 * 8 * 4, 2**29):
            zeros(nbytes)
        self._is_outside = ""  # which whole recording's copy lies there
        self.header_bytes = 0  # of the recording damaged last
        self.base: dict[tuple[str, str], Watched] = {}

    def whole(self, whole: str, then: str) -> Watched:
        """Return what it does to use a whole recording."""
        if (whole, then) not in self.base:
            _USES[then](self._copied(whole))
            self.base[whole, then] = self.used(whole, then, lambda path: None)
        return self.base[whole, then]

    def used(self, whole: str, then: str, damage: Callable[[Path], None]) -> Watched:
        """Damage a copy of a recording, use it, and return what that did."""
        path = self._copied(whole)
        if self._is_outside != whole:
            shutil.rmtree(self.outside, ignore_errors=True)
            shutil.copytree(self.wholes[whole], self.outside)
            self._is_outside = whole
        before = _state(self.outside)
        damage(path)
        self.header_bytes = (path / METADATA).stat().st_size if (path / METADATA).is_file() else 0
        done = watched(partial(_USES[then], path), self.place)
        if _state(self.outside) != before:
            done.outside.append("a file outside is another now")
            self._is_outside = ""
        if then == "read":
            done.outside += [f"written: {what}" for what in done.written]
        return done

    def _copied(self, whole: str) -> Path:
        shutil.rmtree(self.place, ignore_errors=True)
        return Path(shutil.copytree(self.wholes[whole], self.place / self.wholes[whole].name))

    def one(self, whole: str, how: str, then: str, seed: str) -> dict[str, Any]:
        """Return what is wrong with how a damaged recording was used, and what was told."""
        rng = Random(seed)

        def damage(path: Path) -> None:
            if how in LINKS:
                LINKS[how](path, rng, self.outside)
            else:
                {**UNSEALED, **SEALED, **CHECKPOINTS}[how](path, rng)

        base, done = self.whole(whole, then), self.used(whole, then, damage)
        wrong = [f"outside: {what}" for what in done.outside[:3]]
        if done.died:
            wrong.append(f"died: {done.died}")
        if done.megabytes > base.megabytes + MORE_MEGABYTES:
            wrong.append(f"memory: {done.megabytes:.0f} MiB, the whole one takes {base.megabytes:.0f}")
        if done.seconds > base.seconds + MORE_SECONDS + self.header_bytes / SECOND:
            wrong.append(f"time: {done.seconds:.1f} s, the whole one takes {base.seconds:.1f}")
        rightful = how in (*SEALED, *CHECKPOINTS) or whole == "older unfinished"
        told = done.result["told"] if done.result else []
        if done.result and not rightful:
            wrong += [f"different: {key}" for key in _differences(base.result, done.result)]
        about = {"whole": whole, "how": how, "then": then, "seed": seed, "wrong": wrong, "told": told[:2]}
        return {**about, "refused": bool(told), "seconds": done.seconds, "megabytes": done.megabytes}


def _make_all(folder: Path) -> dict[str, str]:
    from tests.engine.recording.damaged.recordings_to_damage import make_all

    return {whole: str(path) for whole, path in make_all(folder).items()}


def _go_on(path: Path) -> dict[str, Any]:
    import torch

    from tests.engine.recording.damaged.recordings_to_damage import go_on

    torch.set_num_threads(1)
    return go_on(path)


_USES: dict[str, Callable[[Path], dict[str, Any]]] = {"read": use, "gone on with": _go_on}


def _differences(base: dict[str, Any], now: dict[str, Any]) -> Iterator[str]:
    """Yield what was found to be another than it is in the whole recording, or was left out without a word."""
    for key, value in base["seen"].items():
        if (key in now["seen"] or not now["told"]) and json.dumps(now["seen"].get(key)) != json.dumps(value):
            yield key


def _state(folder: Path) -> dict[str, tuple[int, int]]:
    return {str(file): (file.stat().st_size, file.stat().st_mtime_ns) for file in files_in(folder)}


def main(folder: Path, count: int, seed: str, only: str = "") -> None:
    """Damage so many recordings, each kind as often as the others, and print what came of it.

    Those that are read come first: a process that has not imported torch yet is forked in much less time.
    """
    damaging = Damaging(folder)
    some = [kind for kind in kinds() if only in " ".join(kind)]
    Random(seed).shuffle(some)
    wanted = [(some[number % len(some)], f"{seed}/{number}") for number in range(count)]
    for kind, one in sorted(wanted, key=lambda one: one[0][2], reverse=True):
        print(json.dumps(damaging.one(*kind, one)), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:])
