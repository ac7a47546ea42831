"""Pixels become the BT.709 picture that the recommendation's formulas give."""

from __future__ import annotations

import numpy as np
import pytest

from renders.encode.yuv import YuvPicture


def formulas(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """ITU-R BT.709-6, in floats: luma of each pixel, colour of the mean of each four."""
    rgb = pixels[..., :3] / 255
    height, width, _ = rgb.shape
    mean = rgb.reshape(height // 2, 2, width // 2, 2, 3).mean(axis=(1, 3))
    weights = np.array([0.2126, 0.7152, 0.0722])
    luma, luma_of_mean = rgb @ weights, mean @ weights
    blue, red = (mean[..., 2] - luma_of_mean) / 1.8556, (mean[..., 0] - luma_of_mean) / 1.5748
    return 16 + 219 * luma, 128 + 224 * blue, 128 + 224 * red


def planes(picture: YuvPicture, width: int) -> list[np.ndarray]:
    return [plane[:, : width // step] for plane, step in zip(picture.planes, (1, 2, 2), strict=True)]


@pytest.mark.parametrize(("width", "height"), [(64, 36), (854, 90)])
def test_every_plane_is_within_rounding(width, height):
    pixels = np.random.default_rng(0).integers(0, 256, (height, width, 4), dtype=np.uint8)
    picture = YuvPicture(width, height)
    picture.take(pixels)
    for found, expected in zip(planes(picture, width), formulas(pixels), strict=True):
        assert np.abs(found - expected).max() < 1.01


def test_grey_has_no_colour():
    grey = np.repeat(np.arange(256, dtype=np.uint8), 4).reshape(1, 256, 4).repeat(2, axis=0)
    picture = YuvPicture(256, 2)
    picture.take(np.ascontiguousarray(grey))
    _, blue, red = planes(picture, 256)
    assert (blue == 128).all() and (red == 128).all()


def test_a_piece_changes_its_place_alone():
    picture = YuvPicture(64, 36)
    picture.take(np.full((36, 64, 4), 255, np.uint8))
    picture.take(np.zeros((4, 6, 4), np.uint8), left=10, top=8)
    luma, blue, _ = planes(picture, 64)
    changed = np.zeros((36, 64), bool)
    changed[8:12, 10:16] = True
    assert (luma[changed] == 16).all() and (luma[~changed] == 235).all()
    assert (blue == 128).all()
