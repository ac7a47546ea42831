"""Knows which picture stands for a clip, wherever one does."""

from __future__ import annotations

from renders.clip.clip import Clip
from renders.request.telling_beat import telling_beat


def telling_moment(clip: Clip) -> float:
    """Return the second of the picture that stands for a clip; it is within the film."""
    last = clip.info.seconds - 1 / float(clip.info.frame_rate)
    name = telling_beat(clip.chapter, (beat.name for beat in clip.beats))
    found = next((beat.poster for beat in clip.beats if beat.name == name), clip.info.seconds / 2)
    return max(0.0, min(found, last))
