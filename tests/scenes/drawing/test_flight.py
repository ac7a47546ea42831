"""Items in flight start and end where they should, one after the other."""

import numpy as np
import pytest

from scenes.drawing.edges import Edges
from scenes.drawing.flight import Flight
from scenes.drawing.tiles import Tiles
from scenes.mobjects.pictures.colormap import brightness


def row_of_tiles(height: float, shade: float, count: int = 5) -> Tiles:
    centers = np.stack([np.arange(count), np.full(count, height), np.zeros(count)], axis=1)
    return Tiles(centers, 0.2, fill=brightness(np.full(count, shade)))


def test_every_item_starts_at_its_start_and_ends_at_its_target() -> None:
    tiles, target = row_of_tiles(0, 0.2), row_of_tiles(3, 1.0)
    flight = Flight(tiles, target)
    flight.begin()
    assert np.allclose(tiles.centers, row_of_tiles(0, 0.2).centers)
    flight.interpolate(1.0)
    assert np.allclose(tiles.points, target.points)
    assert np.allclose(tiles.fill, target.fill)


def test_items_arrive_in_their_order() -> None:
    flight = Flight(row_of_tiles(0, 1), row_of_tiles(3, 1), order=np.array([1.0, 0, 0.5, 0.25, 0.75]), lag=0.8)
    flight.begin()
    flight.interpolate(0.5)
    heights = flight.mobject.centers[:, 1]
    assert heights[1] == pytest.approx(3)
    assert heights[0] == pytest.approx(0)
    assert heights[1] >= heights[3] >= heights[2] >= heights[4] >= heights[0]
    assert flight.progress(0.5)[1] == 1.0


def test_colours_and_ways_belong_to_the_same_moment() -> None:
    flight = Flight(row_of_tiles(0, 0.0), row_of_tiles(4, 1.0), lag=0.5)
    flight.begin()
    flight.interpolate(0.4)
    assert flight.mobject.fill[:, 3] == pytest.approx(flight.mobject.centers[:, 1] / 4, abs=1e-6)


def test_bent_ways_leave_the_straight_line_and_come_back() -> None:
    flight = Flight(row_of_tiles(0, 1), row_of_tiles(4, 1), lag=0.0, arc=0.25)
    flight.begin()
    flight.interpolate(0.5)
    assert flight.mobject.centers[0] == pytest.approx([-1, 2, 0])
    flight.interpolate(1.0)
    assert flight.mobject.centers[0] == pytest.approx([0, 4, 0])


def test_other_kinds_and_other_counts_are_refused() -> None:
    tiles = row_of_tiles(0, 1)
    with pytest.raises(ValueError, match="as many of their kind"):
        Flight(tiles, row_of_tiles(0, 1, count=4))
    with pytest.raises(ValueError, match="as many of their kind"):
        Flight(tiles, Edges(np.zeros((5, 3)), np.ones((5, 3))))
    with pytest.raises(ValueError, match="lag"):
        Flight(tiles, row_of_tiles(3, 1), lag=1.0)
