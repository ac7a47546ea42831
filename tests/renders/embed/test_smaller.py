"""Films encoded anew to fit into a page: the same pictures at the same moments, in fewer bytes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from renders.embed.video.shrink import smaller
from renders.encode.probe import BT709, film_info, frame_count, frames_at
from tests.renders.films import make_film, moving_square


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Return a film with noise in it, which takes room."""
    noise = np.random.default_rng(0).integers(0, 60, (90, 160, 1), dtype=np.uint8)
    frames = [moving_square(number) for number in range(90)]
    for frame in frames:
        frame[..., :3] += noise
    return make_film(tmp_path / "film.mp4", frames)


def test_a_film_that_is_small_enough_is_itself(film: Path, tmp_path: Path) -> None:
    assert smaller(film, tmp_path / "small.mp4", film.stat().st_size) == film
    assert not (tmp_path / "small.mp4").exists()


def test_pictures_and_times_stay(film: Path, tmp_path: Path) -> None:
    small = smaller(film, tmp_path / "small.mp4", film.stat().st_size - 1)
    before, after = film_info(film), film_info(small)
    assert small.stat().st_size < film.stat().st_size
    assert (after.width, after.height, after.frame_rate, after.color) == (160, 90, before.frame_rate, BT709)
    assert frame_count(small) == frame_count(film) == 90
    for number in (0, 44, 89):
        ((_, old),), ((_, new),) = frames_at(film, [number]), frames_at(small, [number])
        assert np.abs(old.astype(int) - new).mean() < 4


def test_where_no_quality_is_small_enough_it_is_the_smallest(film: Path, tmp_path: Path) -> None:
    least = smaller(film, tmp_path / "least.mp4", 1)
    better = smaller(film, tmp_path / "better.mp4", film.stat().st_size - 1)
    assert least.stat().st_size < better.stat().st_size and frame_count(least) == 90
