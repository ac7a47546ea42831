"""A shade on the bar is that of the number below it."""

import numpy as np
import pytest

from scenes.mobjects.pictures.pixels import SignedPicture
from scenes.mobjects.pictures.shade_bar import ShadeBar
from tests.scenes.drawn import draw, pixel_at


def test_the_shades_are_those_of_pictures_with_the_same_scale():
    bar = ShadeBar(0.55, width=4.0)
    values = np.array([[-0.55, 0.0, 0.55]])
    picture = SignedPicture(values, scale=0.55, height=1.0)
    shown, wanted = draw(bar), draw(picture)
    for column, number in enumerate(bar.numbers):
        inside = 0.98 if column != 1 else 1.0  # the ends of the bar are the middles of its last cells, all but
        place = np.array([inside * number.get_x(), bar.bar.get_y(), 0])
        assert pixel_at(shown, place) == pytest.approx(pixel_at(wanted, picture.cell(0, column)), abs=2)


def test_the_numbers_stand_where_their_shades_are_and_end_the_bar():
    bar = ShadeBar(2.5, width=3.0).shift([1, 2, 0])
    assert [number.text for number in bar.numbers] == ["−2.5", "0", "2.5"]
    assert [number.get_x() for number in bar.numbers] == pytest.approx([-0.5, 1.0, 2.5])
    assert bar.bar.width == pytest.approx(3.0)
    assert (bar.bar.values.min(), bar.bar.values.max()) == (-2.5, 2.5)
