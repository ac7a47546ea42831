"""A film holds the frames that were drawn: their number, their order, their colours."""

import os
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest
from manim import BLUE, RIGHT, Create, Scene, Square, tempconfig
from manim.renderer.cairo_renderer import CairoRenderer
from PIL import Image

from renders.base.film_errors import FilmError
from renders.encode.encoder import EncoderSettings, FilmEncoder
from renders.encode.poster import poster
from renders.encode.probe import BT709, film_info, frame_at, frame_count, frames_at, last_frame
from renders.scene.frame_writer import FILM_CONFIG, KeptFrames, beat_writer, frame_writer
from tests.renders.films import HEIGHT, RATE, WIDTH, make_film, moving_square

SMALL = {"pixel_width": WIDTH, "pixel_height": HEIGHT, "frame_rate": RATE, "verbosity": "ERROR", **FILM_CONFIG}
# By the style: positive, negative, two yellows, the background, white
COLORS = [(0x58, 0xC4, 0xDD), (0xFC, 0x62, 0x55), (255, 255, 0), (0xF7, 0xD9, 0x6F), (11, 11, 15), (255, 255, 255)]


def encoder(target: Path) -> FilmEncoder:
    return FilmEncoder(target, EncoderSettings(), width=WIDTH, height=HEIGHT, frame_rate=RATE)


def film_and_raise(target: Path, error: type[BaseException]) -> None:
    """Raise an error with much of the film still waiting to be encoded."""
    with encoder(target) as film:
        for number in range(40):
            film.write(moving_square(number), repeat=100)
        raise error


def stripes() -> np.ndarray:
    """Return a frame of one upright stripe of 26 pixels for each colour."""
    frame = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
    for place, color in enumerate(COLORS):
        frame[:, 26 * place : 26 * place + 26, :3] = color
    return frame


def middles(picture: np.ndarray) -> np.ndarray:
    return picture[HEIGHT // 2, [26 * place + 13 for place in range(len(COLORS))]].astype(int)


class TestFilmEncoder:
    def test_every_frame_comes_back_in_its_place(self, tmp_path: Path) -> None:
        drawn = [moving_square(number) for number in range(75)]
        film = make_film(tmp_path / "film.mp4", drawn)
        assert frame_count(film) == film_info(film).frames == 75
        for number, picture in frames_at(film, range(75)):
            distances = [np.abs(picture.astype(int) - frame[..., :3]).mean() for frame in drawn[:64]]
            assert int(np.argmin(distances)) == number % 64
            assert min(distances) < 1.5

    def test_colors_survive(self, tmp_path: Path) -> None:
        film = make_film(tmp_path / "film.mp4", [stripes()] * 3)
        assert np.abs(middles(last_frame(film)) - COLORS).max() <= 2

    def test_the_matrix_is_that_of_bt709(self, tmp_path: Path) -> None:
        film = make_film(tmp_path / "film.mp4", [stripes()])
        with av.open(str(film)) as container:
            planes = next(container.decode(video=0)).to_ndarray()
        red = np.array(COLORS[1]) / 255
        luma = red @ (0.2126, 0.7152, 0.0722)
        expected = 16 + 219 * luma, 128 + 224 * (red[2] - luma) / 1.8556, 128 + 224 * (red[0] - luma) / 1.5748
        chroma = planes[HEIGHT:].reshape(2, HEIGHT // 2, WIDTH // 2)
        found = planes[45, 39], chroma[0, 22, 19], chroma[1, 22, 19]
        assert found == pytest.approx(expected, abs=1.5)

    def test_what_was_converted_is_tagged(self, tmp_path: Path) -> None:
        film = make_film(tmp_path / "film.mp4", [stripes()])
        assert film_info(film).color == BT709
        # In the container as well as in the stream: primaries, transfer and matrix 1, limited range
        assert b"colrnclx\x00\x01\x00\x01\x00\x01\x00" in film.read_bytes()

    def test_constant_rate_and_regular_keyframes(self, tmp_path: Path) -> None:
        film = make_film(tmp_path / "film.mp4", [moving_square(number) for number in range(150)])
        with av.open(str(film)) as container:
            stream = container.streams.video[0]
            packets = [packet for packet in container.demux(stream) if packet.size]
            assert stream.codec_context.profile == "High"
            assert stream.codec_context.pix_fmt == "yuv420p"
            step = 1 / (RATE * stream.time_base)
        times = sorted(packet.pts for packet in packets)
        assert times == [number * step for number in range(150)]
        keys = [packet.pts / step for packet in packets if packet.is_keyframe]
        assert keys[0] == 0
        assert np.diff([*keys, 150]).max() <= 2 * RATE

    def test_a_player_can_begin_before_all_is_there(self, tmp_path: Path) -> None:
        data = make_film(tmp_path / "film.mp4", [stripes()]).read_bytes()
        assert data.index(b"moov") < data.index(b"mdat")

    def test_a_repeated_frame_is_as_many_frames(self, tmp_path: Path) -> None:
        with encoder(tmp_path / "film.mp4") as film:
            film.write(moving_square(0), repeat=40)
            film.write(moving_square(9), repeat=0)
            film.write(moving_square(20))
        assert frame_count(tmp_path / "film.mp4") == film.frames == 41
        still, moved = (picture for _, picture in frames_at(tmp_path / "film.mp4", [39, 40]))
        assert np.abs(still.astype(int) - moving_square(0)[..., :3]).mean() < 1.5
        assert np.abs(moved.astype(int) - moving_square(20)[..., :3]).mean() < 1.5

    def test_equal_frames_make_equal_files(self, tmp_path: Path) -> None:
        one, two = (make_film(tmp_path / name, [moving_square(n) for n in range(20)]) for name in ("1.mp4", "2.mp4"))
        assert one.read_bytes() == two.read_bytes()

    @pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt, SystemExit])
    def test_an_exception_leaves_nothing(self, tmp_path: Path, error: type[BaseException]) -> None:
        with pytest.raises(error):
            film_and_raise(tmp_path / "film.mp4", error)
        assert list(tmp_path.iterdir()) == []

    def test_an_exception_leaves_the_film_before(self, tmp_path: Path) -> None:
        before = make_film(tmp_path / "film.mp4", [stripes()]).read_bytes()
        with pytest.raises(ZeroDivisionError):
            film_and_raise(tmp_path / "film.mp4", ZeroDivisionError)
        assert (tmp_path / "film.mp4").read_bytes() == before
        assert os.listdir(tmp_path) == ["film.mp4"]

    def test_refuses_odd_sizes_and_films_of_nothing(self, tmp_path: Path) -> None:
        with pytest.raises(FilmError, match="even width and height, not 161x90"):
            FilmEncoder(tmp_path / "film.mp4", EncoderSettings(), width=161, height=90, frame_rate=30)
        with pytest.raises(FilmError, match="nothing was drawn"), encoder(tmp_path / "film.mp4"):
            pass
        assert list(tmp_path.iterdir()) == []

    def test_refuses_frames_of_another_size(self, tmp_path: Path) -> None:
        with encoder(tmp_path / "film.mp4") as film:
            film.write(stripes())
            with pytest.raises(ValueError, match=r"expected uint8 of shape \(90, 160, 4\)"):
                film.write(np.zeros((9, 16, 4), np.uint8))

    def test_a_folder_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(FilmError, match=r"cannot write .*film\.mp4"), encoder(tmp_path / "no" / "film.mp4") as film:
            film.write(stripes(), repeat=1000)

    def test_a_disk_without_room(self, tmp_path: Path) -> None:
        # A limit on the size of files is a disk that is full for this one; it holds for a process, so one of its own
        program = (
            "import sys, resource, numpy as np\n"
            "from pathlib import Path\n"
            "from renders.encode.encoder import EncoderSettings, FilmEncoder\n"
            "from renders.encode.probe import FilmError\n"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))\n"
            "noise = np.random.default_rng(0).integers(0, 255, (90, 160, 4), dtype=np.uint8)\n"
            "try:\n"
            "    with FilmEncoder(Path(sys.argv[1]), EncoderSettings(), width=160, height=90, frame_rate=30) as film:\n"
            "        for number in range(300):\n"
            "            film.write(np.roll(noise, number * 37))\n"
            "except FilmError as error:\n"
            "    print(error)\n"
        )
        root = Path(__file__).resolve().parents[3]
        run = subprocess.run(
            [sys.executable, "-c", program, tmp_path / "film.mp4"], cwd=root, capture_output=True, text=True, check=True
        )
        assert run.stdout.startswith(f"cannot write {tmp_path / 'film.mp4'}: ")
        assert list(tmp_path.iterdir()) == []


class TestEncoderSettings:
    def test_the_fingerprint_changes_with_what_the_pictures_depend_on(self) -> None:
        same = EncoderSettings().fingerprint()
        assert same == EncoderSettings(threads=2).fingerprint()
        others = [EncoderSettings(preset="medium"), EncoderSettings(crf=20), EncoderSettings(keyframe_seconds=1)]
        assert len({same, *(settings.fingerprint() for settings in others)}) == 4


class TestReading:
    def test_frame_at_is_exact(self, tmp_path: Path) -> None:
        film = make_film(tmp_path / "film.mp4", [moving_square(number) for number in range(60)])
        for seconds, number in ((0, 0), (0.7, 21), (0.699, 20), (1.0, 30), (59 / 30, 59)):
            expected = moving_square(number)[..., :3].astype(int)
            assert np.abs(frame_at(film, seconds) - expected).mean() < 1.5

    def test_there_is_no_frame_after_the_end(self, tmp_path: Path) -> None:
        film = make_film(tmp_path / "film.mp4", [stripes()] * 30)
        with pytest.raises(FilmError, match="30 frames, so there is none of number 30"):
            frame_at(film, 1.0)

    def test_what_is_no_film_is_said_in_one_line(self, tmp_path: Path) -> None:
        (tmp_path / "film.mp4").write_bytes(b"not a film" * 100)
        with pytest.raises(FilmError, match="cannot be read as a film") as caught:
            film_info(tmp_path / "film.mp4")
        assert "\n" not in str(caught.value)
        with pytest.raises(FilmError, match="cannot be read as a film"):
            frame_count(tmp_path / "none.mp4")

    def test_poster_is_the_last_frame_unless_told(self, tmp_path: Path) -> None:
        film = make_film(tmp_path / "film.mp4", [moving_square(0), moving_square(20), moving_square(40)])
        poster(film, tmp_path / "last.png")
        poster(film, tmp_path / "first.png", at=0)
        for name, number in (("last.png", 40), ("first.png", 0)):
            picture = np.asarray(Image.open(tmp_path / name)).astype(int)
            assert np.abs(picture - moving_square(number)[..., :3]).mean() < 1.5


class Moves(Scene):
    def construct(self) -> None:
        square = Square(color=BLUE, fill_opacity=1)
        self.play(Create(square), run_time=0.5)
        self.wait(0.4)
        self.next_section("a second one")
        self.play(square.animate.shift(RIGHT), run_time=0.3)
        self.wait(0.2)


class Stands(Scene):
    def construct(self) -> None:
        self.add(Square())


class Sounds(Moves):
    def construct(self) -> None:
        super().construct()
        self.add_sound("bell.wav")


class Fails(Moves):
    def construct(self) -> None:
        super().construct()
        raise ValueError("a beat's own mistake")


class FailsAtTheEnd(Moves):
    def tear_down(self) -> None:
        raise KeyboardInterrupt


def film_scene(scene: type[Scene], target: Path) -> Scene:
    with tempconfig(SMALL), beat_writer(target, EncoderSettings()) as writer:
        rendered = scene(renderer=CairoRenderer(file_writer_class=writer))
        rendered.render()
    return rendered


class TestBeatWriter:
    def test_the_film_is_what_manim_drew(self, tmp_path: Path) -> None:
        kept = KeptFrames()
        with tempconfig({**SMALL, "media_dir": str(tmp_path / "media")}):
            Moves(renderer=CairoRenderer(file_writer_class=frame_writer(kept))).render()
        scene = film_scene(Moves, tmp_path / "film.mp4")
        assert frame_count(tmp_path / "film.mp4") == kept.count == round(scene.renderer.time * RATE)
        for number, picture in frames_at(tmp_path / "film.mp4", range(kept.count)):
            assert np.abs(picture.astype(int) - kept.frames[number][..., :3]).mean() < 1.5
        # and manim left no files of its own
        assert os.listdir(tmp_path) == ["film.mp4"]

    @pytest.mark.parametrize(
        ("scene", "error", "message"),
        [
            (Stands, FilmError, "film.mp4: the scene plays nothing"),
            (Sounds, FilmError, "film.mp4: a beat is a silent film"),
            (Fails, ValueError, "a beat's own mistake"),
            (FailsAtTheEnd, KeyboardInterrupt, None),
        ],
    )
    def test_a_scene_that_fails_leaves_nothing(
        self, tmp_path: Path, scene: type[Scene], error: type[BaseException], message: str | None
    ) -> None:
        with pytest.raises(error, match=message):
            film_scene(scene, tmp_path / "film.mp4")
        assert list(tmp_path.iterdir()) == []

    def test_says_when_manim_is_not_set_to_film(self) -> None:
        with tempconfig({**SMALL, "format": "png"}), pytest.raises(FilmError, match="FILM_CONFIG"):
            Moves(renderer=CairoRenderer(file_writer_class=frame_writer(KeptFrames())))

    def test_kept_frames_are_those_chosen(self) -> None:
        kept = KeptFrames(chosen={0, 16, 20})
        with tempconfig(SMALL):
            Moves(renderer=CairoRenderer(file_writer_class=frame_writer(kept))).render()
        assert list(kept.frames) == [0, 16, 20]
        # 16 and 20 are one picture of the wait, and the last one is kept without being chosen
        assert kept.frames[16] is kept.frames[20]
        assert kept.last is not None
        assert kept.last.shape == (HEIGHT, WIDTH, 4)
