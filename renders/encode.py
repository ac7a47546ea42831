"""Frames to film: one H.264 stream in one MP4, converted to BT.709 and tagged as such.

All pieces made with equal settings have equal stream headers, so `renders.join` can put them behind one another
without encoding again: closed groups of pictures, each piece starting with an IDR picture, a constant frame rate.

References: ITU-R BT.709-6 (matrix, transfer); ITU-T H.264, annex E (the tags in the stream).
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import uuid
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from queue import Empty, Full, Queue
from threading import Event, Thread
from types import TracebackType
from typing import Self

import av
import numpy as np
from av.container import OutputContainer
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc, Interpolation, VideoReformatter
from av.video.stream import VideoStream

from renders.film import FilmError, cannot_write

PIXEL_FORMAT = "yuv420p"
# H.264's number for the BT.709 matrix, which PyAV leaves as a number.
MATRIX_BT709 = 1
# stitchable: headers that do not depend on the pictures, so that pieces join. No weighted prediction, a fixed pattern
# of B pictures, no search for cuts, no arithmetic coding: on flat animation they take a sixth to a third of the time,
# and without them files are smaller where much moves, 7 % larger where little does, and look the same.
X264_PARAMETERS = "stitchable=1:open-gop=0:force-cfr=1:weightp=0:b-adapt=0:scenecut=0:cabac=0"
# Frames waiting to be encoded: enough to smooth out slow ones, 64 MB at 1080p.
QUEUE_FRAMES = 8


@dataclasses.dataclass(frozen=True)
class EncoderSettings:
    """How frames become a film.

    Parameters
    ----------
    preset, crf
        x264's speed and quality. On dark, flat animation "superfast" keeps gradients smoother than "veryfast",
        whose macroblock tree spends its bits elsewhere, and is half again as fast; at 18 what is lost against
        the drawing is the colour resolution of 4:2:0, not x264's doing.
    keyframe_seconds
        The longest time between two pictures that a player can jump to.
    threads
        x264's threads. One is enough beside a process that draws.
    """

    preset: str = "superfast"
    crf: int = 18
    keyframe_seconds: int = 2
    threads: int = 1

    def fingerprint(self) -> str:
        """Return a hex digest of all that decides how a frame is encoded, versions included.

        The threads are left out: the pictures hardly differ, the stream's headers do not, and a film should not
        be encoded anew because it was rendered with another number of workers.
        """
        facts = {name: value for name, value in dataclasses.asdict(self).items() if name != "threads"}
        facts |= {"x264": X264_PARAMETERS, "pixels": PIXEL_FORMAT, "matrix": "bt709", "pyav": av.__version__}
        facts |= {"libraries": {name: list(version) for name, version in av.library_versions.items()}}
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


class FilmEncoder:
    """Write RGBA frames into one film, encoding in a thread of its own while the next frame is drawn.

    The film appears under `target` when `finish` returns; before that, and after `abort`, there is nothing. As a
    context manager it finishes at the end of the block and aborts on any exception.

    Parameters
    ----------
    target
        Path of the MP4.
    width, height
        Size in pixels, both even (4:2:0 halves them for colour).
    frame_rate
        Frames a second.

    Raises
    ------
    FilmError
        On odd sizes, on a film without a frame, and when the file cannot be written.
    """

    def __init__(
        self, target: Path, settings: EncoderSettings, *, width: int, height: int, frame_rate: int | Fraction
    ) -> None:
        if width % 2 or height % 2:
            raise FilmError(f"{target.name}: a film needs an even width and height, not {width}x{height}")
        self.target = target
        self.settings = settings
        self.shape = (height, width, 4)
        self.frame_rate = Fraction(frame_rate)
        self.frames = 0
        # Another name until it is whole, and a random one: two renders never write into each other's film
        self._draft = target.with_name(f".{uuid.uuid4().hex[:8]}.partial.{target.name}")
        self._queue: Queue[tuple[np.ndarray, int] | None] = Queue(maxsize=QUEUE_FRAMES)
        self._abandoned = Event()
        self._error: Exception | None = None
        self._done = False
        # A daemon, so that a program that forgets to finish can still end.
        self._thread = Thread(target=self._work, name=f"encode {target.name}", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.finish()
        else:
            self.abort()

    def write(self, pixels: np.ndarray, repeat: int = 1) -> None:
        """Add a frame, `repeat` times over.

        `pixels` is (height, width, 4) uint8, RGBA, top row first; it is not copied: leave it alone afterwards.
        """
        if pixels.shape != self.shape or pixels.dtype != np.uint8:
            raise ValueError(f"expected uint8 of shape {self.shape}, got {pixels.dtype} of shape {pixels.shape}")
        if self._done:
            raise ValueError(f"{self.target.name} is finished: no frame can be added")
        # A wait shorter than a frame asks for no frame at all.
        if repeat > 0:
            self._put((np.ascontiguousarray(pixels), repeat))
            self.frames += repeat

    def finish(self) -> None:
        """Encode what is waiting and move the film into place; a second call does nothing."""
        if self._done:
            return
        try:
            self._put(None)
            self._thread.join()
            self._raise_failure()
            if self.frames == 0:
                raise FilmError(f"{self.target.name}: nothing was drawn, so there is no film")
            os.replace(self._draft, self.target)
            self._done = True
        finally:
            self.abort()

    def abort(self) -> None:
        """Stop encoding and leave nothing behind; a finished film stays."""
        if self._done:
            return
        self._abandoned.set()
        # Only this thread puts: once the queue is empty there is room for the end mark.
        while True:
            try:
                self._queue.get_nowait()
            except Empty:
                break
        self._queue.put(None)
        self._thread.join()
        self._draft.unlink(missing_ok=True)
        self._done = True

    def _put(self, item: tuple[np.ndarray, int] | None) -> None:
        while True:
            self._raise_failure()
            try:
                return self._queue.put(item, timeout=0.2)
            except Full:
                continue

    def _raise_failure(self) -> None:
        if isinstance(self._error, OSError):
            raise cannot_write(self.target, self._error) from self._error
        if self._error is not None:
            raise FilmError(f"{self.target.name} cannot be encoded: {self._error}") from self._error

    def _work(self) -> None:
        try:
            options = {"movflags": "+faststart"}
            with av.open(str(self._draft), "w", format="mp4", container_options=options) as container:
                self._encode(container)
        except Exception as error:
            self._error = error

    def _encode(self, container: OutputContainer) -> None:
        stream = self._add_stream(container)
        for number, frame in enumerate(self._frames()):
            # x264 copies the picture, so a repeated one can be handed over again under the next number.
            frame.time_base, frame.pts = 1 / self.frame_rate, number
            container.mux(stream.encode(frame))
        if not self._abandoned.is_set():
            container.mux(stream.encode(None))

    def _frames(self) -> Iterator[av.VideoFrame]:
        reformatter = VideoReformatter()
        while (item := self._queue.get()) is not None:
            pixels, repeat = item
            frame = to_bt709(pixels, reformatter)
            for _ in range(repeat):
                if self._abandoned.is_set():
                    return
                yield frame

    def _add_stream(self, container: OutputContainer) -> VideoStream:
        settings = self.settings
        keyframe = max(1, round(settings.keyframe_seconds * self.frame_rate))
        options = {
            "preset": settings.preset,
            "crf": str(settings.crf),
            "profile": "high",
            "x264-params": f"{X264_PARAMETERS}:keyint={keyframe}:threads={settings.threads}",
        }
        stream = container.add_stream("libx264", rate=self.frame_rate, options=options)
        stream.height, stream.width, _ = self.shape
        stream.pix_fmt = PIXEL_FORMAT
        context = stream.codec_context
        context.thread_count = settings.threads
        context.colorspace = MATRIX_BT709
        context.color_primaries = ColorPrimaries.BT709
        context.color_trc = ColorTrc.BT709
        context.color_range = ColorRange.MPEG
        return stream


def to_bt709(pixels: np.ndarray, reformatter: VideoReformatter) -> av.VideoFrame:
    """Return the RGBA `pixels` (height, width, 4) as a BT.709 picture of limited range, its alpha left out.

    Both ends of the conversion are named: swscale otherwise takes BT.601, which shifts the reds.
    """
    return reformatter.reformat(
        av.VideoFrame.from_numpy_buffer(pixels, format="rgba"),
        format=PIXEL_FORMAT,
        src_colorspace=Colorspace.ITU709,
        dst_colorspace=Colorspace.ITU709,
        src_color_range=ColorRange.JPEG,
        dst_color_range=ColorRange.MPEG,
        # The mean of each 2x2 block for colour, and the fastest of the scalers that take one.
        interpolation=Interpolation.AREA,
        threads=1,
    )
