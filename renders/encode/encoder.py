"""Encodes frames to a film: one H.264 stream in one MP4, converted to BT.709 and tagged as such.

A film without a background is one stream of QuickTime Animation in one MOV instead: lossless, with alpha, and read by
every editor. What players take (VP9, APNG) is made of it.

All film parts made with equal settings have equal stream headers, so `renders.encode.join` can put them behind one
another without encoding again: closed groups of pictures, each part starting with an IDR picture, a constant frame
rate.

References: ITU-R BT.709-6 (matrix, transfer); ITU-T H.264, annex E (the tags in the stream).
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from queue import Empty, Full, Queue
from threading import Event, Thread
from types import TracebackType
from typing import Self

import av
import numpy as np
from av.container import OutputContainer
from av.video.reformatter import ColorPrimaries, ColorRange, ColorTrc
from av.video.stream import VideoStream

from engine.files.replacing import discard
from engine.files.set_aside import draft_of, release
from renders.base.film_errors import FilmError, cannot_write
from renders.encode.alpha import ALPHA_FORMAT, AlphaPicture
from renders.encode.yuv import PIXEL_FORMAT, YuvPicture
from scenes.drawing.redraw import Box

# H.264's number for the BT.709 matrix, which PyAV leaves as a number.
MATRIX_BT709 = 1
# stitchable: headers that do not depend on the pictures, so that pieces join. No weighted prediction, no B pictures, no
# search for cuts, whole-pixel motion, no arithmetic coding: on flat animation all of that costs half of the time and
# wins neither size nor likeness to what was drawn.
X264_PARAMETERS = "stitchable=1:open-gop=0:force-cfr=1:weightp=0:scenecut=0:cabac=0:bframes=0:subme=0"
# Frames waiting to be encoded: enough to smooth out slow ones, 64 MB at 1080p where everything moves.
QUEUE_FRAMES = 8

_Patch = tuple[Box, np.ndarray]  # a part of a frame and its pixels (height, width, 4)


@dataclasses.dataclass(frozen=True)
class EncoderSettings:
    """The settings by which frames become a film.

    preset, crf: x264's speed and quality. On dark, flat animation "superfast" keeps gradients smoother than "veryfast",
    whose macroblock tree spends its bits elsewhere, and is half again as fast; at 18 what is lost against the drawing
    is the colour resolution of 4:2:0, not x264's doing. keyframe_seconds: the longest time between two pictures that a
    player can jump to. threads: x264's; one is enough where each core has a process that draws. transparent: whether
    the alpha of frames, which are premultiplied, is kept, as straight alpha.
    """

    preset: str = "superfast"
    crf: int = 18
    keyframe_seconds: int = 2
    threads: int = 1
    transparent: bool = False

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
    """Writes RGBA frames into one film, encoding in a thread of its own while the next frame is drawn.

    The film appears under `target` when `finish` returns; before that, and after `abort`, there is nothing. As a
    context manager it finishes at the end of the block and aborts on any exception.

    target: path of the film, an MP4, or a MOV where it is transparent. width, height: pixels, both even (4:2:0 halves
    them for colour). frame_rate: frames a second. Raises FilmError where a size is odd, there is no frame, or the film
    cannot be encoded or written.
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
        self._draft = draft_of(target)
        self._patches: list[_Patch] = []  # of frames that were shown for no time
        self._queue: Queue[tuple[list[_Patch], int] | None] = Queue(maxsize=QUEUE_FRAMES)
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

    def write(self, pixels: np.ndarray, repeat: int = 1, changed: Sequence[Box] | None = None) -> None:
        """Add a frame, `repeat` times over.

        pixels: (height, width, 4) uint8, RGBA, top row first. changed: where it may differ from the frame before; None:
        everywhere. What has changed is copied. Raises ValueError where `pixels` are of another shape or type, or the
        film is finished.
        """
        if pixels.shape != self.shape or pixels.dtype != np.uint8:
            raise ValueError(f"expected uint8 of shape {self.shape}, got {pixels.dtype} of shape {pixels.shape}")
        if self._done:
            raise ValueError(f"{self.target.name} is finished: no frame can be added")
        height, width, _ = self.shape
        boxes = [Box(0, 0, width, height)] if changed is None else [_even(box) for box in changed]
        self._patches.extend((box, box.of(pixels).copy()) for box in boxes)
        # A wait shorter than a frame asks for no frame at all.
        if repeat > 0:
            self._put((self._patches, repeat))
            self._patches = []
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
            self._draft.replace(self.target)
            release(self._draft)
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
        discard(self._draft)
        self._done = True

    def _put(self, item: tuple[list[_Patch], int] | None) -> None:
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
            name = "mov" if self.settings.transparent else "mp4"
            with av.open(str(self._draft), "w", format=name, container_options=options) as container:
                self._encode(container)
        except Exception as error:
            self._error = error

    def _encode(self, container: OutputContainer) -> None:
        stream = self._add_stream(container)
        for number, frame in enumerate(self._frames()):
            # x264 copies the picture, so the same one can be changed and handed over under the next number.
            frame.time_base, frame.pts = 1 / self.frame_rate, number
            container.mux(stream.encode(frame))
        if not self._abandoned.is_set():
            container.mux(stream.encode(None))

    def _frames(self) -> Iterator[av.VideoFrame]:
        height, width, _ = self.shape
        picture = AlphaPicture(width, height) if self.settings.transparent else YuvPicture(width, height)
        while (item := self._queue.get()) is not None:
            patches, repeat = item
            for box, pixels in patches:
                picture.take(pixels, box.left, box.top)
            for _ in range(repeat):
                if self._abandoned.is_set():
                    return
                yield picture.frame

    def _add_stream(self, container: OutputContainer) -> VideoStream:
        settings = self.settings
        keyframe = max(1, round(settings.keyframe_seconds * self.frame_rate))
        if settings.transparent:
            stream = container.add_stream("qtrle", rate=self.frame_rate, options={"g": str(keyframe)})
            stream.height, stream.width, _ = self.shape
            stream.pix_fmt = ALPHA_FORMAT
            return stream
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


def _even(box: Box) -> Box:
    """Return the smallest box around another whose corners lie on even pixels; colour is stored for blocks of four."""
    return Box(box.left & ~1, box.top & ~1, box.right + 1 & ~1, box.bottom + 1 & ~1)
