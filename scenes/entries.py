"""Re-exports the catalogue's entries, for chapters of one's own."""

from scenes.beats.entries import BeatEntry, ChapterEntry, Compilation

__all__ = ["BeatEntry", "ChapterEntry", "Compilation"]
