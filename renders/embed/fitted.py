"""Writes an embed with its films encoded for sharing, and no larger than is wished: reduced as little as will do."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from engine.files.sizes import in_bytes
from renders.base.errors import RenderError, WrongUsageError
from renders.base.listed_files import files_in
from renders.clip.clip import Clip
from renders.clip.frame_source import Moving
from renders.embed.targets import Target
from renders.embed.video.sharing import LEVELS, ShareLevel, shared
from renders.request.embed_request import EmbedRequest


def write_fitted(target: Target, clips: Sequence[Clip], draft: Path, wish: EmbedRequest, scratch: Path) -> str:
    """Write an embed at `draft` and return how large it is and what was reduced, in words.

    Raises RenderError where it cannot be as small as is wished; it says how small it can be.
    """
    write = target.write()
    levels: Sequence[ShareLevel | None] = (None,)
    if target.shares:
        levels = LEVELS
    elif wish.max_size is not None and target.name == "webm":  # animated pictures see to it themselves
        levels = (None, *(level for level in LEVELS if level.side))
        if any(Moving.of(clip.film).transparent for clip in clips):
            raise WrongUsageError(f"--max-size cannot be kept by --as {target.name} without a background: leave it out")

    def write_at(place: int) -> int:
        level = levels[place]
        _remove(draft)
        write(shared(clips, level, scratch / f"{place}-{level}") if level else clips, draft, wish)
        shutil.rmtree(scratch / f"{place}-{level}", ignore_errors=True)
        return bytes_at(draft)

    fits = wish.max_size if len(levels) > 1 else None
    place, size = _least(len(levels), fits, write_at)
    if fits is not None and size > fits:
        raise RenderError(
            f"it does not fit into {in_bytes(fits)}: the smallest possible is {in_bytes(size)} ({levels[place]}); give "
            f"--max-size {size // 1000 + 1}kB or more, or a shorter part by --from and --to"
        )
    reduced = f", its films at {levels[place]}" if levels[place] else ""
    return f"{in_bytes(size)}{reduced}"


def _least(count: int, limit: int | None, write_at: Callable[[int], int]) -> tuple[int, int]:
    """Return the first of some levels at which what is written has at most `limit` bytes, else the last; and its size.

    It is what was written last.
    """
    size = write_at(0)
    if limit is None or size <= limit:
        return 0, size
    low, high = 0, count - 1  # `low` does not fit
    written, size = high, write_at(high)
    if size > limit:
        return high, size
    while high - low > 1:
        written = (low + high) // 2
        size = write_at(written)
        low, high = (low, written) if size <= limit else (written, high)
    return high, size if written == high else write_at(high)


def bytes_at(place: Path) -> int:
    """Return the bytes of a file, or of all files in a folder."""
    return sum(file.lstat().st_size for file in files_in(place))


def _remove(draft: Path) -> None:
    if draft.is_dir():
        shutil.rmtree(draft)
    else:
        draft.unlink(missing_ok=True)
