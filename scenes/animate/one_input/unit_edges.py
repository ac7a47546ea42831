"""Draws what each unit of a layer adds to each of the next, as lines between two columns of units."""

from __future__ import annotations

import numpy as np

from scenes.animate.one_input.route import DIRECT
from scenes.animate.one_input.stage_pictures import StagePicture
from scenes.animate.one_input.stages import Stage
from scenes.drawing.edges import Edges
from scenes.mobjects.pictures.colormap import diverging

MOST = 1200  # lines


def edges_between(last: StagePicture, picture: StagePicture, stage: Stage, weight: np.ndarray | None) -> Edges | None:
    """Return the lines from the picture before to a layer's; None where not all of it can be drawn.

    weight: of the layer, (out, in), None where it is not known. Where anything lies between the two, what is shown
    before is not what the layer weighs.
    """
    before = last.units
    if stage.before != DIRECT or weight is None or before is None or picture.units is None or weight.size > MOST:
        return None
    left, right = last.values, picture.values
    if weight.shape != (len(picture.units), len(before)) or left is None or right is None:
        return None
    end = (left.numbers if len(left.numbers) else left.boxes).get_right()[0]
    starts = np.tile(left.boxes.centers, (len(weight), 1))
    starts[:, 0] = end + 0.12
    ends = np.repeat(right.boxes.centers, len(before), axis=0)
    ends[:, 0] = right.boxes.get_left()[0] - 0.06
    adds = (weight * before).ravel()  # (out * in,): the largest is drawn in full
    return Edges(starts, ends, rgba=diverging(adds, max(float(np.abs(adds).max()), 1e-9)), stroke=1.6)
