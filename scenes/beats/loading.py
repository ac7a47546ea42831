"""Loads the class of a beat from its module."""

from __future__ import annotations

import importlib

from scenes.beats.beat import Beat
from scenes.beats.entries import ChapterEntry


def load_beat(chapter: ChapterEntry, beat_name: str) -> type[Beat]:
    """Import a beat's module and return its class; raises ImportError, which names both, where it lacks the class."""
    entry = chapter.beat(beat_name)
    module = importlib.import_module(chapter.module_of(beat_name))
    beat = getattr(module, entry.class_name, None)
    if not (isinstance(beat, type) and issubclass(beat, Beat)):
        raise ImportError(f"{module.__name__} must define a Beat of the name {entry.class_name}")
    return beat
