"""Chapter 1 rendered from existing recordings, at medium and at high, against encoding alone.

`film_medium`, `film_high`: the whole wall time of `neuroreel render` against that of only encoding as many frames with
libx264 `veryfast` on both cores, colour conversion included: what no renderer could do without. The latter is measured
on a fair sample, two seconds out of every sixteen of each piece, the frames drawn beforehand.
`film_medium_ssim`, `film_medium_color` and so on: how like the film is to what was drawn, beside `veryfast`'s own
likeness: SSIM in the worst frame of that sample, the error of colours in the mean of its frames.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

import av
import numpy as np

from renders.encode.probe import frames_at
from renders.film.execution import order_for
from renders.request.parts import RenderJob
from renders.request.quality import Quality, find_quality
from renders.scene.film_renderer import FilmRenderer
from renders.scene.frame_writer import KeptFrames, frame_writer
from renders.scene.setup import make_scene, manim_settings
from tests.benchmarks.likeness import Likeness, compare
from tests.benchmarks.measure import Row, summarize
from tests.benchmarks.workshop import Workshop

RUN, EVERY, FIRST = 2, 16, 4  # seconds: a run, from one run's beginning to the next's, where the first begins


@dataclass
class _Sample:
    """Frames of a film that were drawn again: how long encoding them alone took, and how alike the films are."""

    frames: int = 0
    seconds: float = 0.0
    ours: list[Likeness] = field(default_factory=list)
    theirs: list[Likeness] = field(default_factory=list)


def measure(rounds: int, shop: Workshop) -> dict[str, Row]:
    """Return the rows of both qualities. Each film is rendered once, for that takes minutes."""
    shop.record_all()
    qualities = shop.of(("medium", "high"), ("draft",))
    return {name: row for quality in qualities for name, row in _measure_at(find_quality(quality), shop).items()}


def _measure_at(quality: Quality, shop: Workshop) -> dict[str, Row]:
    with tempfile.TemporaryDirectory() as folder:
        asked = ("--quality", quality.name, "--language", "en", "--out", folder)
        rendering = shop.run_cli("render", shop.chapter.name, *asked, "--force")
        films = Path(folder) / shop.chapter.name
        frames, sample = 0, _Sample()
        with av.open(str(next(Path(folder).glob("*.mp4")))) as container:
            frames = container.streams.video[0].frames
        for job in _jobs(quality, Path(folder), shop):
            if job.piece.kind == "beat":
                _sample_beat(job, next(films.glob(f"{job.piece.name}.*.mp4")), sample, shop.of(FIRST, 0))
    alone = sample.seconds / sample.frames * frames
    name = f"film_{quality.name}"
    drawn = f"chapter 1, {frames} frames of {quality.width}x{quality.height} at {quality.frame_rate}"
    compared = f"{len(sample.ours)} of {frames} frames"
    worst = [min(one.ssim for one in side) for side in (sample.ours, sample.theirs)]
    color = [statistics.mean(one.color for one in side) for side in (sample.ours, sample.theirs)]
    return {
        name: summarize([rendering], [alone], "s", "ratio at least 0.5", frames=drawn),
        f"{name}_ssim": summarize(
            worst[:1], worst[1:], "SSIM", "ours at least 0.98", frames=compared, more_is_better=True
        ),
        f"{name}_color": summarize(color[:1], color[1:], "levels", "ours at most 2", frames=compared),
    }


def _jobs(quality: Quality, partial: Path, shop: Workshop) -> list[RenderJob]:
    order = order_for(shop.chapter, (), quality, "en", workers=1)
    return order.jobs(order.pieces, shop.places(), partial)


def _sample_beat(job: RenderJob, film: Path, sample: _Sample, first: int) -> None:
    """Draw runs of a beat again, encode them, and add to the sample what came of that. first: where they begin, s."""
    rate = job.quality.frame_rate
    kept = KeptFrames(chosen=_Runs(rate, first))
    with tempfile.TemporaryDirectory() as folder, manim_settings(job.quality, job.look, Path(folder), {}):
        make_scene(job, FilmRenderer(frame_writer(kept))).render()
        for numbers in _runs_of(list(kept.frames)):
            drawn = [kept.frames.pop(number) for number in numbers]  # a beat's frames are gigabytes
            encoded = Path(folder) / "alone.mp4"
            sample.seconds += encode_alone(drawn, encoded, rate)
            sample.frames += len(drawn)
            looked_at = range(0, len(numbers), rate // 2)
            for place, (_, ours) in zip(looked_at, frames_at(film, [numbers[n] for n in looked_at]), strict=True):
                sample.ours.append(compare(drawn[place], ours))
            for place, (_, theirs) in zip(looked_at, frames_at(encoded, looked_at), strict=True):
                sample.theirs.append(compare(drawn[place], theirs))


class _Runs(frozenset[int]):
    """The numbers of all frames that belong to a run."""

    def __new__(cls, rate: int, first: int) -> _Runs:
        return super().__new__(
            cls, (n for n in range(600 * rate) if first * rate <= n % (EVERY * rate) < (first + RUN) * rate)
        )


def _runs_of(numbers: list[int]) -> Iterator[list[int]]:
    """Cut rising numbers into runs without a gap."""
    for _, run in groupby(enumerate(numbers), lambda pair: pair[1] - pair[0]):
        yield [number for _, number in run]


def encode_alone(frames: list[np.ndarray], target: Path, rate: int) -> float:
    """Encode RGBA frames as anyone would, with libx264's veryfast on both cores, and return the seconds it took."""
    height, width, _ = frames[0].shape
    begin = time.perf_counter()
    with av.open(str(target), "w") as container:
        stream = container.add_stream("libx264", rate=rate, options={"preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.thread_count = 2
        stream.codec_context.colorspace = 1  # BT.709, as the films' is, so that both are read alike
        for pixels in frames:
            container.mux(stream.encode(_to_bt709(pixels)))
        container.mux(stream.encode(None))
    return time.perf_counter() - begin


def _to_bt709(pixels: np.ndarray) -> av.VideoFrame:
    frame = av.VideoFrame.from_numpy_buffer(pixels, format="rgba")
    return frame.reformat(format="yuv420p", src_colorspace="ITU709", dst_colorspace="ITU709", dst_color_range="MPEG")
