"""What the `.json` of a film tells, where a test makes up the film."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from renders.request.style import USUAL

Line = tuple[float, float, dict[str, str]]  # seconds, and what is said by language


def told_of(title: dict[str, str], pieces: Sequence[dict[str, Any]], **others: Any) -> dict[str, Any]:
    """Return all that is told of a film besides its files. others: what is not as here."""
    return {
        "title": title,
        "language": "en",
        "chapter": "tiny",
        "quality": {"name": "small", "width": 160, "height": 90, "frame_rate": 10},
        "look": vars(USUAL),
        "seconds": sum(piece["seconds"] for piece in pieces),
        "pieces": list(pieces),
        "recordings": {},
        "versions": {},
        "neuroreel": {"version": "0.1.0", "commit": ""},
        "code": "",
        "stamp": "",
        **others,
    }


def recording_told(settings: dict[str, Any], digest: str = "0123456789abcdef", **others: Any) -> dict[str, Any]:
    """Return what is told of a recording that a film was drawn from."""
    return {"digest": digest, "experiment": settings, "versions": {}, "origin": {}, "arrays": {}, **others}


def piece_told(name: str, title: dict[str, str], lines: Sequence[Line], **others: Any) -> dict[str, Any]:
    """Return what is told of a beat."""
    return {
        "name": name,
        "kind": "beat",
        "title": title,
        "digest": "",
        "lines": [
            {"start": start, "end": end, "text": text, "values": {}, "evidence": []} for start, end, text in lines
        ],
        "steps": [],
        "claims": [],
        "reads": {},
        **others,
    }
