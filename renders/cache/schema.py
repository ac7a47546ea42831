"""Defines the schemas of a film's `.json` and of a cache entry, checked before anything of them is used.

Further fields are allowed and not used, but in the types that forbid unknown fields.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from engine.files.door import Digest, Seconds
from renders.request.parts import Kind

Name = Annotated[str, Meta(max_length=1000)]
Text = Annotated[str, Meta(max_length=100_000)]
Side = Annotated[int, Meta(ge=2, le=16384)]  # of a picture, pixels
Language = Literal["en", "zh_CN"]


class Texts(Struct):
    """A text in every language (`scenes.language.translation.LANGUAGES`)."""

    en: Text
    zh_CN: Text


class EvidenceTold(Struct, tag_field="kind"):
    """The evidence of a text (`scenes.evidence.evidence`)."""


class ShownTold(EvidenceTold, tag="shown"):
    """The evidence of a text that only points at something: none."""


class MarkTold(EvidenceTold, tag="mark"):
    """The evidence of the number at a tick."""


class QuotedTold(EvidenceTold, tag="quoted"):
    """The evidence of somebody's own words."""


class MeasuredTold(EvidenceTold, tag="measured"):
    """The evidence of a value that was computed from arrays."""

    key: Name
    value: Any
    how: Texts | Text
    of: list[Name]
    rule: Texts | Text = ""


class RecordedTold(EvidenceTold, tag="recorded"):
    """The evidence of a value that was read of a recording."""

    of: Annotated[list[Name], Meta(min_length=1)]
    selection: dict[str, Any]
    value: Any = None


class ExactTold(EvidenceTold, tag="exact"):
    """The evidence of an exact value: an expression."""

    expression: Text
    names: dict[str, Any]
    value: Any = None


class SourceTold(EvidenceTold, tag="source"):
    """The evidence of a result of somebody else: its source."""

    key: Name
    place: Text
    source: Text
    value: Any = None


AnyEvidence = ShownTold | MarkTold | QuotedTold | MeasuredTold | RecordedTold | ExactTold | SourceTold


class LineOfFile(Struct):
    """The facts of a line of narration besides its text; seconds from the start of its film part."""

    start: Seconds
    end: Seconds
    values: dict[str, Text]
    evidence: list[AnyEvidence]


class LineTold(LineOfFile):
    """A line of narration, in all languages."""

    text: Texts


class StepShownTold(Struct, forbid_unknown_fields=True):
    """The step that is on screen from a second on."""

    time: Seconds
    experiment: Name
    step: float


class ClaimTold(Struct):
    """A text on screen and its evidence."""

    time: Seconds
    text: Text
    evidence: list[AnyEvidence]


class ReadTold(Struct):
    """A part of an array that was read."""

    at: Seconds
    array: Name
    selection: dict[str, Any]
    steps: list[int] = []


class PieceTold(Struct):
    """A film part: a beat, a card or the last picture."""

    name: Name
    chapter: Name
    kind: Kind
    title: Texts
    start: Seconds
    seconds: Seconds
    poster: Seconds
    digest: str
    lines: list[LineTold]
    steps: list[StepShownTold]
    claims: list[ClaimTold]
    reads: dict[str, list[ReadTold]]


class QualityTold(Struct, forbid_unknown_fields=True):
    """The quality of a film: pixels and frames a second."""

    name: Name
    width: Side
    height: Side
    frame_rate: Annotated[int, Meta(ge=1, le=1000)]


class LookTold(Struct, forbid_unknown_fields=True):
    """The style of a film: how it looks and sounds (`renders.request.style`)."""

    theme: Name
    aspect: Name
    transparent: bool
    loop: bool
    voice: Name
    pace: Annotated[float, Meta(gt=0, le=100)]
    title: bool


class RecordingTold(Struct):
    """A recording that the film was drawn from."""

    digest: str
    experiment: dict[str, Any]
    versions: dict[str, Text]
    origin: dict[str, Any]
    arrays: dict[str, str]


class OwnVersion(Struct):
    """The version of the neuroreel that drew the film."""

    version: Name
    commit: Name | None


class ProvenanceTold(Struct):
    """The provenance of a film: all that a `.json` of format 2 tells of it."""

    film: Name
    title: Texts
    language: Language
    chapter: Name
    quality: QualityTold
    look: LookTold
    seconds: Seconds
    pieces: Annotated[list[PieceTold], Meta(min_length=1)]
    recordings: dict[str, RecordingTold]
    versions: dict[str, Text]
    neuroreel: OwnVersion
    code: str
    stamp: str
    files: dict[str, Digest]
    variant: dict[str, dict[str, Any]] = {}


class CaptionKept(LineOfFile, forbid_unknown_fields=True):
    """A line of a film part in the cache, in English; its evidence with English `how` and `rule`."""

    text: Text


class EntryKept(Struct, forbid_unknown_fields=True):
    """The content of `entry.json` in the cache: what is kept of a film part (`renders.cache.entry.Entry`)."""

    digest: str
    frames: Annotated[int, Meta(ge=1, le=10**8)]
    frame_rate: Annotated[int, Meta(ge=1, le=1000)]
    poster_time: Seconds
    cost: Seconds
    captions: list[CaptionKept]
    reads: dict[str, list[ReadTold]]
    steps: list[StepShownTold]
    claims: list[ClaimTold]
    film: Name
    files: dict[str, Digest]
