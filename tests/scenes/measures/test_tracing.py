"""Traced strokes lie on the ink."""

import itertools

import numpy as np
import pytest

from scenes.measures.tracing import cut_curve, holes, trace_line, trace_loop


def ring(radius: float = 6.0, thickness: float = 3.0, size: int = 28) -> np.ndarray:
    row, column = np.mgrid[:size, :size]
    distance = np.hypot(row - 11, column - 13)
    return np.clip(thickness / 2 - np.abs(distance - radius) + 0.5, 0, 1)


def nine() -> np.ndarray:
    """A ring with a stroke, three pixels wide, down from its right side."""
    pixels = ring()
    pixels[11:26, 18:21] = 1
    return pixels


def test_a_ring_has_one_hole_and_an_eight_has_two() -> None:
    assert len(holes(ring())) == 1
    eight = np.maximum(np.roll(ring(3.5, 2.0), -4, axis=0), np.roll(ring(5.0, 2.0), 5, axis=0))
    found = holes(eight)
    assert len(found) == 2
    assert found[0].sum() > found[1].sum()
    assert holes(np.zeros((28, 28))) == []


def test_the_loop_is_the_middle_of_the_stroke() -> None:
    loop = trace_loop(ring(), holes(ring())[0])
    assert np.array_equal(loop[0], loop[-1])
    assert np.hypot(loop[:, 0] - 13, loop[:, 1] - 11) == pytest.approx(6.0, abs=0.3)


def test_the_loop_does_not_run_down_the_line() -> None:
    loop = trace_loop(nine(), holes(nine())[0])
    assert np.hypot(loop[:, 0] - 13, loop[:, 1] - 11) == pytest.approx(6.0, abs=1.0)


def test_the_line_is_the_middle_of_the_rightmost_stroke() -> None:
    line = trace_line(nine(), top=13)
    assert line[:, 0] == pytest.approx(19.0, abs=0.3)
    assert line[[0, -1], 1].tolist() == [13, 25]


def test_pieces_are_of_one_length_and_join() -> None:
    loop = trace_loop(ring(), holes(ring())[0])
    pieces = cut_curve(loop, 5)
    lengths = [np.linalg.norm(np.diff(piece, axis=0), axis=1).sum() for piece in pieces]
    assert lengths == pytest.approx([np.mean(lengths)] * 5, rel=0.02)
    for piece, following in itertools.pairwise(pieces):
        assert piece[-1] == pytest.approx(following[0])
