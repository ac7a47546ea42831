"""Joins the films of film parts into one, frame by frame and without encoding again.

What was encoded with other settings would join without an error and play as garbage; so the films are compared first.
The film gets chapter marks, one subtitle stream for each language, its title, and the sound of who speaks in it.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
from av.container import OutputContainer
from av.packet import Packet
from av.stream import Disposition
from av.subtitles.stream import SubtitleStream
from av.video.stream import VideoStream

from engine.files.replacing import written_whole
from renders.base.film_errors import FilmError, cannot_write
from renders.captions.writing import Cue
from renders.encode.probe import frame_count, opened, packets, rate_of
from renders.voice.stream import Sound, add_sound, sound_packets

# As ISO 639-2 has them, which is what an MP4 can hold, and as the languages call themselves
LANGUAGE_TAGS = {"en": ("eng", "English"), "zh_CN": ("zho", "简体中文")}
MILLISECOND = Fraction(1, 1000)
# mov_text's encoder makes its header (fonts, place on screen) from a header of the ASS format
SUBTITLE_HEADER = (
    "[Script Info]\nScriptType: v4.00+\n\n[V4+ Styles]\n"
    "Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, "
    "Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, "
    "MarginV, Encoding\n"
    "Style: Default,Arial,16,&Hffffff,&Hffffff,&H0,&H0,0,0,0,0,100,100,0,0,1,1,0,2,10,10,10,0\n\n"
    "[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
)


@dataclass(frozen=True)
class ChapterMark:
    """A chapter mark. start: seconds from the start of the film; the chapter ends where the next one begins."""

    title: str
    start: float


@dataclass(frozen=True)
class _Piece:
    """A film to be joined, as it was found. delay: packets that a frame can come before its turn, due to B pictures."""

    path: Path
    parameters: Mapping[str, object]
    frame_rate: Fraction
    frames: int
    delay: int


def join(
    pieces: Sequence[Path],
    target: Path,
    *,
    chapters: Sequence[ChapterMark] = (),
    subtitles: Mapping[str, Sequence[Cue]] | None = None,
    metadata: Mapping[str, str] | None = None,
    sound: Sound | None = None,
) -> None:
    """Join films made by `FilmEncoder` with equal settings into one, whole or not there.

    pieces: paths, in the order of the film, which has exactly their frames. chapters: in order of time; the last one
    ends with the film. subtitles: language ("en", "zh_CN") to its cues, in order of time and not overlapping; the first
    language is the one that players show unasked. metadata: such as "title". sound: what is heard; None for a silent
    film.

    Raises FilmError where there are no pieces, one cannot be read or was encoded otherwise than the first, marks or
    cues are out of order, or the film cannot be written.
    """
    found = [_examine(piece) for piece in pieces]
    if not found:
        raise FilmError(f"{target.name} has no pieces to be joined")
    for piece in found[1:]:
        _require_alike(found[0], piece)
    try:
        with written_whole(target) as draft:
            _write(found, draft, chapters, subtitles or {}, metadata or {}, sound)
            _require_frames(draft, sum(piece.frames for piece in found), target)
    except OSError as error:
        raise cannot_write(target, error) from error


def _examine(path: Path) -> _Piece:
    with opened(path) as (container, stream):
        if len(container.streams) != 1:
            raise FilmError(f"{path} has more than its pictures; a piece is one silent video stream")
        parameters, frame_rate, promised = _parameters(stream), rate_of(stream), stream.frames
    stored = [(number, packet.is_keyframe) for number, packet in packets(path)]
    numbers = [number for number, _ in stored]
    if not stored or not stored[0][1] or sorted(numbers) != list(range(promised)):
        raise FilmError(
            f"{path} is damaged: it has not the {promised} frames it should; render it again, or copy it anew"
        )
    delay = max(place - number for place, number in enumerate(numbers))
    return _Piece(path, parameters, frame_rate, len(numbers), delay)


def _parameters(stream: VideoStream) -> dict[str, object]:
    context = stream.codec_context
    return {
        "codec": context.name,
        "size": f"{context.width}x{context.height}",
        "frame rate": str(rate_of(stream)),
        "pixel format": context.pix_fmt,
        "color": (context.color_primaries, context.color_trc, context.colorspace, context.color_range),
        "encoder's header": (context.extradata or b"").hex(),
    }


def _require_alike(first: _Piece, piece: _Piece) -> None:
    for name, value in first.parameters.items():
        if piece.parameters[name] != value:
            raise FilmError(
                f"{piece.path} does not fit {first.path.name}: {name} {piece.parameters[name]} where {value} is "
                "expected; render both again with the same settings"
            )


def _require_frames(draft: Path, expected: int, target: Path) -> None:
    if (came := frame_count(draft)) != expected:
        raise FilmError(f"{target.name} has {came} frames where its pieces have {expected}; join it again")


def _write(
    pieces: Sequence[_Piece],
    draft: Path,
    chapters: Sequence[ChapterMark],
    subtitles: Mapping[str, Sequence[Cue]],
    metadata: Mapping[str, str],
    sound: Sound | None,
) -> None:
    frame_rate = pieces[0].frame_rate
    with (
        av.open(str(draft), "w", format=draft.suffix[1:], container_options={"movflags": "+faststart"}) as film,
        opened(pieces[0].path) as (_, template),
    ):
        video = film.add_stream_from_template(template, opaque=True)
        video.time_base = 1 / frame_rate
        voice = [(sound.samples, add_sound(film, *_tags(sound.language)))] if sound else []
        streams = [_add_subtitles(film, language, default=not place) for place, language in enumerate(subtitles)]
        film.metadata.update(metadata)
        film.set_chapters(_chapters(chapters, sum(piece.frames for piece in pieces), frame_rate))
        film.start_encoding()
        texts = [_texts(cues, stream) for cues, stream in zip(subtitles.values(), streams, strict=True)]
        heard = [sound_packets(*one) for one in voice]
        # In order of time all in all, so that the muxer need not keep the pictures while it waits for a text
        for packet in heapq.merge(_pictures(pieces, video), *heard, *texts, key=time_to_decode):
            film.mux(packet)


def time_to_decode(packet: Packet[Any]) -> float:
    """Return when a packet is to be decoded, in seconds."""
    return (packet.dts or 0) * packet.time_base.numerator / packet.time_base.denominator


def _pictures(pieces: Sequence[_Piece], video: VideoStream) -> Iterator[Packet[Any]]:
    """Yield the packets of all pieces, timed in frames of the whole film.

    Every piece starts with an IDR picture and refers to nothing outside of itself, so the order of decoding is that of
    the packets: their number, less the greatest delay of all, is a time to decode that always rises by one and never
    comes after the time to show.
    """
    delay = max(piece.delay for piece in pieces)
    first = place = 0
    for piece in pieces:
        for number, packet in packets(piece.path):
            packet.stream, packet.time_base = video, 1 / piece.frame_rate
            packet.pts, packet.dts, packet.duration = first + number, place - delay, 1
            yield packet
            place += 1
        first += piece.frames


def _chapters(marks: Sequence[ChapterMark], frames: int, frame_rate: Fraction) -> list[av.container.Chapter]:
    starts = [*(round(mark.start * frame_rate) for mark in marks), frames]
    if any(later <= earlier for earlier, later in pairwise(starts)) or min(starts) < 0:
        raise FilmError(f"chapter marks must rise from 0 to the film's end, {float(frames / frame_rate):.2f} s")
    return [
        {"id": place, "start": start, "end": end, "time_base": 1 / frame_rate, "metadata": {"title": mark.title}}
        for place, (mark, (start, end)) in enumerate(zip(marks, pairwise(starts), strict=True))
    ]


def _add_subtitles(film: OutputContainer, language: str, *, default: bool) -> SubtitleStream:
    tag, title = _tags(language)
    stream = film.add_stream("mov_text")
    stream.codec_context.subtitle_header = SUBTITLE_HEADER.encode()
    stream.time_base = stream.codec_context.time_base = MILLISECOND
    stream.metadata.update({"language": tag, "handler_name": title})
    stream.disposition = Disposition.default if default else Disposition(0)
    return stream


def _tags(language: str) -> tuple[str, str]:
    """Return how a file tells a language, and how players show it."""
    if language not in LANGUAGE_TAGS:
        raise FilmError(f'no tag for texts or a voice in "{language}"; there are: {", ".join(LANGUAGE_TAGS)}')
    return LANGUAGE_TAGS[language]


def _texts(cues: Sequence[Cue], stream: SubtitleStream) -> Iterator[Packet[Any]]:
    """Yield cues as packets of mov_text (3GPP TS 26.245): the length in two bytes, then the text."""
    shown_until = 0
    for cue in cues:
        start, end = round(cue.start * 1000), round(cue.end * 1000)
        # Times that were summed up in another order can differ by a hair, and then by a millisecond once rounded
        if start == shown_until - 1:
            start = shown_until
        if not shown_until <= start < end:
            raise FilmError(f"subtitles overlap or are out of order at {cue.start:.3f} s: {cue.text!r}")
        text = cue.text.encode()
        packet = Packet(len(text).to_bytes(2, "big") + text)
        packet.stream, packet.time_base = stream, MILLISECOND
        packet.pts = packet.dts = start
        packet.duration = end - start
        yield packet
        shown_until = end
