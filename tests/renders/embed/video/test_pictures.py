"""Single and moving pictures, as other readers see them: counts, times, loops, limits, alpha."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image, ImageSequence

from renders.base.errors import RenderError, WrongUsageError
from renders.clip.clip import Clip
from renders.clip.sound import sound_of
from renders.embed.targets import Write
from renders.embed.video.pictures import write_apng, write_frames, write_gif, write_still, write_webp
from renders.embed.video.video import write_webm
from renders.encode.join import join
from renders.encode.probe import frame_at
from renders.request.embed_request import EmbedRequest
from renders.voice.sound import RATE as RATE_OF_SOUND
from renders.voice.stream import Sound
from tests.renders.embed.conftest import Shelf
from tests.renders.films import RATE, make_film, moving_square

WISH = EmbedRequest(clips=(), target="")
MOVING = [("gif", write_gif), ("apng", write_apng), ("webp", write_webp)]


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Clip:
    """Return a second of a moving square, at 30 frames a second."""
    film = tmp_path_factory.mktemp("second") / "second.mp4"
    return Clip.open(make_film(film, [moving_square(number) for number in range(RATE)]))


@pytest.mark.parametrize(("ending", "write"), MOVING)
def test_a_moving_picture_lasts_as_long_as_the_film_and_runs_for_ever(
    second: Clip, folder: Path, ending: str, write: Write
) -> None:
    write([second], folder / f"made.{ending}", WISH)
    image = Image.open(folder / f"made.{ending}")
    frames = list(ImageSequence.Iterator(image))
    assert len(frames) == 15, "every second one of 30"
    assert image.size == (160, 90)
    assert image.info["loop"] == 0
    duration = 0.0
    for place in range(len(frames)):
        image.seek(place)
        image.load()
        duration += image.info["duration"]
    assert duration == pytest.approx(1000, abs=67)


def test_a_gif_keeps_colours_and_edges(second: Clip, folder: Path) -> None:
    write_gif([second], folder / "made.gif", WISH)
    image = Image.open(folder / "made.gif")
    image.seek(10)
    shown = np.asarray(image.convert("RGB")).astype(int)
    assert np.abs(shown - frame_at(second.film, 20 / RATE)).mean() < 2


def test_a_limit_is_kept_by_the_least_reduction(second: Clip, folder: Path) -> None:
    write_gif([second], folder / "free.gif", WISH)
    free = (folder / "free.gif").stat().st_size
    write_gif([second], folder / "tight.gif", replace(WISH, max_size=free // 2))
    assert free // 8 < (folder / "tight.gif").stat().st_size <= free // 2
    write_gif([second], folder / "exact.gif", replace(WISH, max_size=free))
    assert (folder / "exact.gif").read_bytes() == (folder / "free.gif").read_bytes()


@pytest.mark.parametrize(("ending", "write"), MOVING)
def test_a_limit_that_cannot_be_met_tells_the_smallest_possible(
    second: Clip, folder: Path, ending: str, write: Write
) -> None:
    with pytest.raises(RenderError, match=r"does not fit into 200 B: the smallest possible is [\d.]+ k?B"):
        write([second], folder / f"made.{ending}", replace(WISH, max_size=200))


def test_a_picture_of_a_moment_and_of_what_the_clip_rests_on(shelf: Shelf, folder: Path) -> None:
    write_still([shelf.grow], folder / "rest.png", WISH)
    rest = np.asarray(Image.open(folder / "rest.png"))
    assert np.array_equal(rest, frame_at(shelf.grow.film, shelf.grow.beats[0].poster))
    assert rest.max() > 100, "the picture at rest, not the empty one after it has faded"
    write_still([shelf.grow], folder / "at.png", replace(WISH, at=0.5))
    assert np.array_equal(np.asarray(Image.open(folder / "at.png")), frame_at(shelf.grow.film, 0.5))
    with pytest.raises(WrongUsageError, match="no picture --at 99 s"):
        write_still([shelf.grow], folder / "late.png", replace(WISH, at=99.0))


def test_every_frame_is_there(second: Clip, folder: Path) -> None:
    write_frames([second], folder / "frames", WISH)
    made = sorted((folder / "frames").iterdir())
    assert [path.name for path in made] == [f"frame_{number:05}.png" for number in range(RATE)]
    assert np.array_equal(np.asarray(Image.open(made[7])), frame_at(second.film, 7 / RATE))


def test_the_background_is_really_absent(shelf: Shelf, folder: Path) -> None:
    rest = int(shelf.overlay.beats[0].poster * 10)
    write_still([shelf.overlay], folder / "one.png", WISH)
    write_frames([shelf.overlay], folder / "all", WISH)
    write_apng([shelf.overlay], folder / "moving.apng", WISH)
    write_webp([shelf.overlay], folder / "moving.webp", WISH)
    write_webm([shelf.overlay], folder / "film.webm", WISH)
    pictures = {
        "png": np.asarray(Image.open(folder / "one.png")),
        "frame": np.asarray(Image.open(folder / "all" / f"frame_{rest:05}.png")),
        "webm": decoded_with_alpha(folder / "film.webm")[rest],
    }
    for name, pixels in pictures.items():
        assert pixels.shape == (90, 160, 4), name
        assert pixels[:10, :10, 3].max() == 0, f"{name}: the corner is not empty"
        shown = pixels[..., 3] > 100
        assert shown.any() and pixels[..., :3][shown].max() > 150, f"{name}: the square is not there"
    for ending in ("apng", "webp"):
        for frame in ImageSequence.Iterator(Image.open(folder / f"moving.{ending}")):
            assert np.asarray(frame.convert("RGBA"))[:10, :10, 3].max() == 0


def test_a_webm_has_every_frame(second: Clip, folder: Path) -> None:
    write_webm([second], folder / "film.webm", WISH)
    with av.open(str(folder / "film.webm")) as film:
        (stream,) = film.streams
        assert stream.codec_context.name in ("vp9", "libvpx-vp9")
        shown = [frame.to_ndarray(format="rgb24").astype(int) for frame in film.decode(stream)]
    assert len(shown) == RATE
    assert np.abs(shown[12][..., :] - frame_at(second.film, 12 / RATE)).mean() < 4


def test_a_webm_keeps_the_sound_in_time(second: Clip, folder: Path) -> None:
    beep = np.zeros(RATE_OF_SOUND, np.float32)
    beep[RATE_OF_SOUND // 2 : RATE_OF_SOUND * 3 // 4] = 0.5 * np.sin(np.arange(RATE_OF_SOUND // 4) * 0.06)
    join([second.film], folder / "spoken.mp4", sound=Sound(beep, "en"))
    write_webm([Clip.open(folder / "spoken.mp4")], folder / "spoken.webm", WISH)
    with av.open(str(folder / "spoken.webm")) as film:
        assert [stream.codec_context.name for stream in film.streams.audio] == ["opus"]
    heard = sound_of(folder / "spoken.webm", "en", 0.0, 1.0, 1.0)
    assert heard is not None
    loud = np.flatnonzero(np.abs(heard.samples) > 0.1) / RATE_OF_SOUND
    assert loud[0] == pytest.approx(0.5, abs=0.03) and loud[-1] == pytest.approx(0.75, abs=0.03)


def decoded_with_alpha(film: Path) -> list[np.ndarray]:
    """Return the pictures of a VP9 film with the alpha that FFmpeg's own decoder leaves out."""
    decoder = av.CodecContext.create("libvpx-vp9", "r")
    with av.open(str(film)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
        return [frame.to_ndarray(format="rgba") for packet in packets for frame in decoder.decode(packet)]
