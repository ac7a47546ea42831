"""Makes the cache entry of a scene that was played, the same whether it was filmed or not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from renders.cache.entry import Entry

if TYPE_CHECKING:
    from renders.request.parts import RenderJob
    from renders.scene.resting import Rest
    from scenes.beats.beat import Beat


def entry_of(scene: Beat, job: RenderJob, frames: int, cost: float, film: Path) -> Entry:
    """Return the entry of a job whose scene was played. cost: seconds that it took. film: where its pictures are."""
    return Entry(
        digest=job.digest,
        frames=frames,
        frame_rate=job.quality.frame_rate,
        poster_time=scene.poster_time,
        cost=round(cost, 3),
        captions=tuple(scene.captions),
        reads={name: tuple(vars(read) for read in recording.reads) for name, recording in scene.data.items()},
        steps=tuple(vars(shown) for shown in scene.steps_shown),
        film=film,
        claims=tuple(scene.claims),
    )


def entry_of_rest(rest: Rest, job: RenderJob, frames: int, film: Path) -> Entry:
    """Return the entry of a scene's last pause: what it read, showed last and claims, all from the start."""
    played = entry_of(rest.scene, job, frames, 0.0, film)
    last = {shown["experiment"]: {**shown, "time": 0.0} for shown in played.steps}
    return replace(
        played,
        poster_time=frames / job.quality.frame_rate / 2,
        captions=(),
        reads={name: tuple({**read, "at": 0.0} for read in reads) for name, reads in played.reads.items()},
        steps=tuple(last.values()),
        claims=rest.claims,
    )
