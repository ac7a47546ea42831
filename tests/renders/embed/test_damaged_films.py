"""Films that are cut, empty, damaged or not what their .json tells of: refused in one line, and nothing is made."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from click.testing import CliRunner

import cli
from renders.base.errors import RenderError
from renders.base.seals import file_hash
from renders.clip.clip import Clip
from renders.clip.frame_source import Moving
from renders.embed.video.video import write_webm
from renders.encode.container_size import told_size
from renders.encode.whole_film import require_whole
from renders.request.embed_request import EmbedRequest
from tests.renders.film.retold import retell_by
from tests.renders.films import make_film, moving_square
from tests.renders.web.stage import make_clip

FRAMES = 40
CUTS = 25  # of each kind of file
SEED = 20_260_303
Make = Callable[[Path], Path]


def _mp4(folder: Path) -> Path:
    return make_film(folder / "film.mp4", [moving_square(number) for number in range(FRAMES)])


def _webm(folder: Path) -> Path:
    clip = Clip.open(_mp4(folder))
    write_webm([clip], folder / "film.webm", EmbedRequest((), "webm"))
    return folder / "film.webm"


def _as(ending: str, **options: str) -> Make:
    """Return what makes a film in another container, without encoding it anew."""

    def make(folder: Path) -> Path:
        with (
            av.open(str(_mp4(folder))) as source,
            av.open(str(folder / f"other.{ending}"), "w", container_options=options) as film,
        ):
            stream = film.add_stream_from_template(source.streams.video[0])
            for packet in source.demux(source.streams.video[0]):
                if packet.dts is not None:
                    packet.stream = stream
                    film.mux(packet)
        return folder / f"other.{ending}"

    return make


KINDS = {
    "mp4": _mp4,
    "mp4 that ends with its header": _as("mp4"),
    "mp4 in fragments": _as("mp4", movflags="frag_keyframe+empty_moov"),
    "mov": _as("mov"),
    "m4v": _as("m4v"),
    "mkv": _as("mkv"),
    "webm": _webm,
}


@pytest.fixture(scope="module", params=KINDS)
def film(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return KINDS[request.param](tmp_path_factory.mktemp("film"))


def test_a_whole_film_of_any_kind_is_taken(film: Path) -> None:
    require_whole(film)
    assert told_size(film) <= film.stat().st_size
    assert Clip.open(film).info.frames == FRAMES


def test_wherever_a_film_is_cut_it_is_refused(film: Path, tmp_path: Path) -> None:
    stored = film.read_bytes()
    chance = random.Random(SEED)
    cut = tmp_path / film.name
    for length in {0, 1, 7, 8, len(stored) - 1, *(chance.randrange(len(stored)) for _ in range(CUTS))}:
        cut.write_bytes(stored[:length])
        with pytest.raises(RenderError) as caught:
            Clip.open(cut)
        assert str(caught.value).startswith(str(cut)) and "\n" not in str(caught.value), length


def test_a_film_whose_end_is_overwritten_is_refused(film: Path, tmp_path: Path) -> None:
    stored = film.read_bytes()
    spoilt = tmp_path / film.name
    chance = random.Random(SEED)
    spoilt.write_bytes(stored[:60] + chance.randbytes(len(stored) - 60))
    with pytest.raises(RenderError, match=r"cannot be read|is damaged|cut short|has no frames|video streams"):
        Clip.open(spoilt)


def test_pictures_that_do_not_decode_are_refused(tmp_path: Path) -> None:
    path = _mp4(tmp_path)
    stored = bytearray(path.read_bytes())
    data = stored.index(b"mdat") + 4
    stored[data:] = bytes(len(stored) - data)
    path.write_bytes(stored)
    with pytest.raises(RenderError, match=r"film\.mp4 is damaged"):
        Clip.open(path)


def test_a_film_of_sound_alone_or_of_no_frame_is_refused(tmp_path: Path) -> None:
    for name in ("empty.mkv", "empty.mp4"):
        with av.open(str(tmp_path / name), "w") as film:
            stream = film.add_stream("libx264", rate=30)
            stream.width = stream.height = 32
            stream.pix_fmt = "yuv420p"
            film.start_encoding()
        with pytest.raises(RenderError, match=rf"{name} (has no frames|cannot be read|has 0 video)"):
            Clip.open(tmp_path / name)
    with av.open(str(tmp_path / "sound.mp4"), "w") as film:
        sound = film.add_stream("aac", rate=48_000, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        frame.sample_rate = 48_000
        film.mux(sound.encode(frame))
        film.mux(sound.encode(None))
    with pytest.raises(RenderError, match=r"sound\.mp4 has 0 video streams where one is expected"):
        Clip.open(tmp_path / "sound.mp4")


@pytest.mark.parametrize("target", ["mp4", "gif", "html", "page", "reveal", "pptx", "notebook", "markdown"])
def test_embed_refuses_a_cut_film_and_makes_nothing(tmp_path: Path, target: str) -> None:
    path = _mp4(tmp_path)
    path.write_bytes(path.read_bytes()[:-300])
    out = tmp_path / "out"
    result = CliRunner().invoke(
        cli.main, ["embed", str(path), "--as", target, "--out", str(out)], prog_name="neuroreel"
    )
    assert result.exit_code == 1 and result.stderr.count("\n") == 1
    assert f"neuroreel: {path} is cut short: it tells of" in result.stderr
    assert sorted(one.name for one in tmp_path.iterdir()) == ["film.mp4"]


def test_a_film_of_ours_of_which_a_byte_differs_is_refused(tmp_path: Path) -> None:
    film = make_clip(tmp_path, "First").film
    stored = bytearray(film.read_bytes())
    stored[len(stored) // 2] ^= 1
    film.write_bytes(stored)
    with pytest.raises(RenderError, match=r"tiny\.en\.small\.mp4 was changed since it was rendered; render"):
        Clip.open(film)


def test_a_provenance_that_was_made_to_fit_a_damaged_film_does_not_help(tmp_path: Path) -> None:
    film = make_clip(tmp_path, "First").film
    film.write_bytes(b"no film at all")
    retell_by(film.with_suffix(".json"), lambda told: told["files"].update({film.name: file_hash(film)}))
    with pytest.raises(RenderError, match="cannot be read as a film") as caught:
        Clip.open(film)
    assert "\n" not in str(caught.value)


def test_a_picture_that_is_missing_is_one_line(tmp_path: Path) -> None:
    moving = Moving.of(_mp4(tmp_path))
    with pytest.raises(RenderError, match=r"film\.mp4 is damaged: its frame 99 is missing"):
        next(replace(moving, frames=200).pictures(99, 100))
    assert len(list(moving.pictures(38))) == 2 and list(moving.pictures(3, 3)) == []
