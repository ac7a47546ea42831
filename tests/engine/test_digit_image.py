"""A user's picture becomes what MNIST's are, whatever its size, colour and paper; no digit is one clear line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from engine.analyses.cost_surface import model_at
from engine.data.digit_image import BOX, SIDE, DigitImageError, read_digit
from engine.recording import Recording

MINE = Path(__file__).parents[1] / "data" / "my7.png"


@pytest.fixture(scope="module")
def seven() -> np.ndarray:
    return read_digit(MINE)


def saved(path: Path, pixels: np.ndarray, mode: str = "L") -> Path:
    Image.fromarray(pixels, mode).save(path)
    return path


def test_it_lies_as_mnist_has_it(seven: np.ndarray) -> None:
    assert seven.shape == (SIDE, SIDE) and seven.dtype == np.float32
    assert seven.min() == 0 and seven.max() == 1
    rows, columns = (np.flatnonzero(seven.any(axis=axis)) for axis in (1, 0))
    assert max(np.ptp(rows), np.ptp(columns)) == BOX - 1
    middle = (np.indices(seven.shape) * seven).reshape(2, -1).sum(axis=1) / seven.sum()
    assert middle == pytest.approx([(SIDE - 1) / 2] * 2, abs=0.5)


def test_a_trained_network_reads_it(recordings: dict[str, Recording], seven: np.ndarray) -> None:
    with torch.no_grad():
        answers = model_at(recordings["digits"], -1)(torch.from_numpy(seven[None]))
    assert int(answers.argmax()) == 7


@pytest.mark.parametrize("change", ["inverted", "grey", "large", "small", "jpeg", "palette", "transparent"])
def test_size_colour_and_kind_of_file_hardly_matter(change: str, tmp_path: Path, seven: np.ndarray) -> None:
    picture = Image.open(MINE)
    path = tmp_path / ("changed.jpg" if change == "jpeg" else "changed.png")
    if change == "transparent":
        ink = 255 - np.asarray(picture.convert("L"))
        picture = Image.fromarray(
            np.dstack([np.zeros((*ink.shape, 3), np.uint8), np.where(ink > 90, 255, 0).astype(np.uint8)]), "RGBA"
        )
    else:
        picture = {
            "inverted": lambda: Image.fromarray(255 - np.asarray(picture)),
            "grey": lambda: picture.convert("L"),
            "large": lambda: picture.resize((2100, 2800)),
            "small": lambda: picture.resize((42, 56)),
            "jpeg": lambda: picture,
            "palette": lambda: picture.quantize(16),
        }[change]()
    picture.save(path)
    assert np.abs(read_digit(path) - seven).mean() < 0.03


def test_where_it_lies_on_the_paper_does_not_matter(tmp_path: Path, seven: np.ndarray) -> None:
    grey = np.asarray(Image.open(MINE).convert("L"))
    wide = np.full((900, 1400), int(np.median(grey[:8])), np.uint8)
    wide[300:860, 900:1320] = grey
    assert np.abs(read_digit(saved(tmp_path / "aside.png", wide)) - seven).mean() < 0.05


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty: give a picture"),
        (b"print('seven')", "is not a picture that can be read"),
        (b"\x89PNG\r\n\x1a\n then nothing", "is not a picture that can be read"),
    ],
)
def test_what_is_no_picture_is_one_line(content: bytes, told: str, tmp_path: Path) -> None:
    path = tmp_path / "seven.png"
    path.write_bytes(content)
    with pytest.raises(DigitImageError, match=told) as caught:
        read_digit(path)
    assert "\n" not in str(caught.value) and str(path) in str(caught.value)


def test_a_picture_cut_short_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "half.png"
    path.write_bytes(MINE.read_bytes()[:9000])
    with pytest.raises(DigitImageError, match="cannot be read: it is damaged"):
        read_digit(path)


def test_a_missing_file_and_a_folder_are_one_line(tmp_path: Path) -> None:
    for path, told in ((tmp_path / "none.png", "No such file"), (tmp_path, "Is a directory")):
        with pytest.raises(DigitImageError, match=told):
            read_digit(path)


@pytest.mark.parametrize("side", [8_100, 20_000])
def test_a_huge_picture_is_refused_before_it_is_unpacked(side: int, tmp_path: Path) -> None:
    path = tmp_path / "huge.png"
    Image.new("1", (side, side)).save(path)
    with pytest.raises(DigitImageError, match="is too large: at most 64,000,000 pixels are read"):
        read_digit(path)


@pytest.mark.parametrize("shade", [0, 128, 255])
def test_plain_paper_shows_no_digit(shade: int, tmp_path: Path) -> None:
    path = saved(tmp_path / "plain.png", np.full((60, 50), shade, np.uint8))
    with pytest.raises(DigitImageError, match="shows no digit: ink and paper must differ"):
        read_digit(path)


def test_a_picture_full_of_everything_shows_no_digit_alone(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (80, 80), np.uint8)
    with pytest.raises(DigitImageError, match="shows no digit alone"):
        read_digit(saved(tmp_path / "noise.png", noise))
