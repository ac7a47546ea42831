"""The arithmetic of likeness, and of what many workers would take."""

import numpy as np
import pytest

from tests.benchmarks.groups.workers import _makespan
from tests.benchmarks.likeness import compare


def picture() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)


def test_equal_pictures_are_alike() -> None:
    likeness = compare(picture(), picture())
    assert likeness.ssim == pytest.approx(1)
    assert likeness.color == 0


def test_noise_is_unlike() -> None:
    assert compare(picture(), picture()[::-1]).ssim < 0.3


def test_empty_tiles_say_nothing_of_structure() -> None:
    flat = np.full((64, 64, 3), 20, np.uint8)
    likeness = compare(flat, flat + np.uint8(3))
    assert (likeness.ssim, likeness.color) == (1, 3)


def test_no_film_is_done_before_its_longest_piece() -> None:
    assert _makespan([4, 3, 2, 1], 1) == 10
    assert _makespan([4, 3, 2, 1], 2) == 5
    assert _makespan([9, 3, 2, 1], 16) == 9
