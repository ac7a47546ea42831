"""Contains what a text or a number rests on: for beats, `Measured`, `Exact` and `Source`."""

from scenes.evidence.evidence import Exact, Measured, Source

__all__ = ["Exact", "Measured", "Source"]
