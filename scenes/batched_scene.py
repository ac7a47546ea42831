"""Re-exports `BatchedScene`, which draws the mobjects of `scenes.mobjects`, for scenes of one's own."""

from scenes.drawing.batched_scene import BatchedScene

__all__ = ["BatchedScene"]
