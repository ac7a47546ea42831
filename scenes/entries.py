"""What a chapter and a beat are to the catalogue, for chapters of one's own."""

from scenes.beats.entries import BeatEntry, ChapterEntry, Compilation

__all__ = ["BeatEntry", "ChapterEntry", "Compilation"]
