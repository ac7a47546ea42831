"""Re-exports the base class of beats, for beats of one's own."""

from scenes.beats.beat import Beat
from scenes.beats.loading import load_beat

__all__ = ["Beat", "load_beat"]
