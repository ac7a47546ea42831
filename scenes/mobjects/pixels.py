"""Re-exports pictures made of cells, for scenes of one's own."""

from scenes.mobjects.pictures.pixels import (
    CellPicture,
    DigitImage,
    DigitWall,
    SignedPicture,
    grid_centers,
    picture_frames,
    weight_table,
)

__all__ = ["CellPicture", "DigitImage", "DigitWall", "SignedPicture", "grid_centers", "picture_frames", "weight_table"]
