"""A user's picture becomes what MNIST's are, whatever its size, colour and paper; no digit is one clear line."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from engine.analyses.cost_surface import model_at
from engine.data.digit_image import BOX, SIDE, DigitImageError, read_digit
from engine.recording import Recording
from tests.renders.film.damaged_json import scrambled

MINE = Path(__file__).parents[2] / "data" / "my7.png"


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
    trained = recordings["digits"]  # which may have to be trained first
    with torch.no_grad():
        answers = model_at(trained, -1)(torch.from_numpy(seven[None]))
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


@pytest.mark.parametrize("side", [5_700, 20_000])
def test_a_huge_picture_is_refused_before_it_is_unpacked(side: int, tmp_path: Path) -> None:
    path = tmp_path / "huge.png"
    Image.new("1", (side, side)).save(path)
    with pytest.raises(DigitImageError, match="is too large: at most 32,000,000 pixels are read"):
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


def drawn(mode: str, side: int = 200) -> Image.Image:
    """Return a stroke of ink on paper."""
    grey = np.full((side, side), 255, np.uint8)
    grey[side // 5 : 4 * side // 5, 2 * side // 5 : 3 * side // 5] = 20
    return Image.fromarray(grey).convert(mode)


@pytest.mark.parametrize(
    ("ending", "mode"), [("png", "RGBA"), ("png", "P"), ("jpg", "L"), ("gif", "P"), ("webp", "RGB")]
)
def test_a_damaged_picture_is_read_or_refused_in_one_line_and_soon(
    tmp_path: Path, ending: str, mode: str, damages: int
) -> None:
    path = tmp_path / f"digit.{ending}"
    drawn(mode).save(path)
    stored, rng, refused = path.read_bytes(), random.Random(f"17 {ending} {mode}"), []
    for _ in range((damages or 200) // 5):
        path.write_bytes(scrambled(stored, rng))
        begun = time.process_time()
        try:
            seen = read_digit(path)
        except DigitImageError as error:
            refused.append(str(error))
        else:
            assert seen.shape == (28, 28) and seen.dtype == np.float32 and 0 <= seen.min() <= seen.max() <= 1
        assert time.process_time() - begun < 2
    assert refused and not [line for line in refused if "\n" in line]


@pytest.mark.parametrize(
    ("ending", "mode", "side"), [("png", "RGBA", 5_600), ("png", "P", 5_600), ("jpg", "L", 12_000)]
)
def test_a_large_picture_takes_little_memory(tmp_path: Path, ending: str, mode: str, side: int) -> None:
    path = tmp_path / f"large.{ending}"
    drawn(mode, side).save(path, compress_level=1)
    code = (
        "import resource, sys; from engine.data.digit_image import read_digit\n"
        "peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024\n"
        f"before = peak(); read_digit({str(path)!r}); print(peak() - before)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 300, "MiB"
