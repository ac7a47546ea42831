"""Re-exports the frame that a beat is laid out against, for beats of one's own."""

from scenes.look.frame import Frame, frame, layout_in

__all__ = ["Frame", "frame", "layout_in"]
