"""A scene for the parts of `scenes.mobjects`, for scenes of one's own."""

from scenes.drawing.batched_scene import BatchedScene

__all__ = ["BatchedScene"]
