"""Joining pieces keeps every frame and every tag, and refuses what would play as garbage."""

from pathlib import Path
from typing import Any, NoReturn

import av
import numpy as np
import pytest

from renders.base.film_errors import FilmError
from renders.captions.writing import Cue
from renders.encode.encoder import EncoderSettings
from renders.encode.join import ChapterMark, join
from renders.encode.probe import BT709, film_info, frame_count, frames_at
from tests.renders.films import HEIGHT, RATE, WIDTH, make_film, moving_square

# Single frames and a pair have no B pictures, so their times to decode begin elsewhere than those of the others
LENGTHS = (70, 1, 2, 43)
FRAMES = sum(LENGTHS)
HUES = ((88, 196, 221), (252, 98, 85), (255, 255, 0), (240, 240, 240))


@pytest.fixture(scope="module")
def pieces(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("pieces")
    return [
        make_film(folder / f"{place}.mp4", [moving_square(number, hue) for number in range(length)])
        for place, (length, hue) in enumerate(zip(LENGTHS, HUES, strict=True))
    ]


def texts_of(film: Path, language: str) -> list[tuple[float, float, str]]:
    """Return start, end and text of the subtitles in one language, as they are stored."""
    with av.open(str(film)) as container:
        stream = next(stream for stream in container.streams.subtitles if stream.language == language)
        found = []
        for packet in container.demux(stream):
            text = bytes(packet)[2:].decode()
            if text:
                start = packet.pts * packet.time_base
                found.append((float(start), float(start + packet.duration * packet.time_base), text))
        return found


class TestFrames:
    def test_the_film_has_the_frames_of_its_pieces(self, pieces: list[Path], tmp_path: Path) -> None:
        join(pieces, tmp_path / "film.mp4")
        assert frame_count(tmp_path / "film.mp4") == film_info(tmp_path / "film.mp4").frames == FRAMES
        parts = [
            picture
            for piece, length in zip(pieces, LENGTHS, strict=True)
            for _, picture in frames_at(piece, range(length))
        ]
        whole = [picture for _, picture in frames_at(tmp_path / "film.mp4", range(FRAMES))]
        assert all(np.array_equal(one, other) for one, other in zip(parts, whole, strict=True))

    def test_times_rise_by_one_constant_step(self, pieces: list[Path], tmp_path: Path) -> None:
        join(pieces, tmp_path / "film.mp4")
        with av.open(str(tmp_path / "film.mp4")) as container:
            stream = container.streams.video[0]
            step = 1 / (RATE * stream.time_base)
            packets = [packet for packet in container.demux(stream) if packet.size]
            assert container.duration == pytest.approx(FRAMES / RATE * 1e6, abs=2000)
        assert sorted(packet.pts for packet in packets) == [number * step for number in range(FRAMES)]
        assert np.diff([packet.dts for packet in packets]).tolist() == [step] * (FRAMES - 1)
        assert all(packet.dts <= packet.pts for packet in packets)

    def test_played_from_the_start_no_frame_is_lost(self, pieces: list[Path], tmp_path: Path) -> None:
        join(pieces, tmp_path / "film.mp4")
        with av.open(str(tmp_path / "film.mp4")) as container:
            times = [frame.pts * frame.time_base for frame in container.decode(video=0)]
        assert times == [pytest.approx(number / RATE) for number in range(FRAMES)]

    def test_the_tags_stay_and_it_starts_before_all_is_there(self, pieces: list[Path], tmp_path: Path) -> None:
        join(pieces, tmp_path / "film.mp4")
        info = film_info(tmp_path / "film.mp4")
        assert (info.width, info.height, info.frame_rate) == (WIDTH, HEIGHT, RATE)
        assert info.color == BT709
        data = (tmp_path / "film.mp4").read_bytes()
        assert data.index(b"moov") < data.index(b"mdat")

    def test_the_number_of_threads_does_not_keep_pieces_apart(self, pieces: list[Path], tmp_path: Path) -> None:
        other = make_film(tmp_path / "2.mp4", [moving_square(n) for n in range(30)], EncoderSettings(threads=2))
        join([pieces[0], other], tmp_path / "film.mp4")
        assert frame_count(tmp_path / "film.mp4") == LENGTHS[0] + 30


class TestWords:
    def test_chapters_and_title(self, pieces: list[Path], tmp_path: Path) -> None:
        marks = [ChapterMark("Layers", 0), ChapterMark("前向传播", 70 / RATE), ChapterMark("The end", 73 / RATE)]
        join(pieces, tmp_path / "film.mp4", chapters=marks, metadata={"title": "What is 网络?"})
        info = film_info(tmp_path / "film.mp4")
        assert info.title == "What is 网络?"
        ends = [70 / RATE, 73 / RATE, FRAMES / RATE]
        assert [chapter.title for chapter in info.chapters] == [mark.title for mark in marks]
        assert [chapter.start for chapter in info.chapters] == pytest.approx([mark.start for mark in marks], abs=1e-3)
        assert [chapter.end for chapter in info.chapters] == pytest.approx(ends, abs=1e-3)

    def test_subtitles_of_both_languages(self, pieces: list[Path], tmp_path: Path) -> None:
        english = [Cue(0.5, 1.2, "One line\nand <another> {one}"), Cue(1.2, 2, "at once"), Cue(3, 3.5, "later")]
        chinese = [Cue(0.5, 1.2, "第一行\n第二行"), Cue(2.5, 3.8, "以后")]
        join(pieces, tmp_path / "film.mp4", subtitles={"en": english, "zh_CN": chinese})
        assert texts_of(tmp_path / "film.mp4", "eng") == [(cue.start, cue.end, cue.text) for cue in english]
        assert texts_of(tmp_path / "film.mp4", "zho") == [(cue.start, cue.end, cue.text) for cue in chinese]
        tracks = [track for track in film_info(tmp_path / "film.mp4").tracks if track.kind == "subtitle"]
        assert [(track.language, track.title, track.default) for track in tracks] == [
            ("eng", "English", True),
            ("zho", "简体中文", False),
        ]
        assert {track.codec for track in tracks} == {"mov_text"}
        assert frame_count(tmp_path / "film.mp4") == FRAMES

    def test_a_language_without_cues(self, pieces: list[Path], tmp_path: Path) -> None:
        join(pieces, tmp_path / "film.mp4", subtitles={"en": [], "zh_CN": [Cue(0, 1, "有")]})
        assert texts_of(tmp_path / "film.mp4", "eng") == []
        assert len(texts_of(tmp_path / "film.mp4", "zho")) == 1

    def test_cues_that_differ_by_a_rounding_do_not_overlap(self, pieces: list[Path], tmp_path: Path) -> None:
        join(pieces, tmp_path / "film.mp4", subtitles={"en": [Cue(0, 1.0005001, "a"), Cue(1.0004999, 2, "b")]})
        assert [text for _, _, text in texts_of(tmp_path / "film.mp4", "eng")] == ["a", "b"]


class TestRefusals:
    @pytest.mark.parametrize(
        ("settings", "size", "rate", "said"),
        [
            (EncoderSettings(preset="medium"), (HEIGHT, WIDTH), RATE, "encoder's header"),
            (EncoderSettings(), (HEIGHT, WIDTH), 15, "frame rate 15 where 30"),
            (EncoderSettings(), (180, 320), RATE, "size 320x180 where 160x90"),
        ],
    )
    def test_pieces_that_were_encoded_otherwise(
        self, pieces: list[Path], tmp_path: Path, settings: EncoderSettings, size: tuple[int, int], rate: int, said: str
    ) -> None:
        frame = np.zeros((*size, 4), np.uint8)
        other = make_film(tmp_path / "other.mp4", [frame] * 5, settings, rate)
        with pytest.raises(FilmError, match=said):
            join([pieces[0], other], tmp_path / "film.mp4")
        assert not (tmp_path / "film.mp4").exists()

    def test_no_pieces_and_pieces_that_are_not_there(self, pieces: list[Path], tmp_path: Path) -> None:
        with pytest.raises(FilmError, match="no pieces"):
            join([], tmp_path / "film.mp4")
        with pytest.raises(FilmError, match=r"none\.mp4 cannot be read"):
            join([pieces[0], tmp_path / "none.mp4"], tmp_path / "film.mp4")
        assert list(tmp_path.iterdir()) == []

    def test_a_piece_cut_short(self, pieces: list[Path], tmp_path: Path) -> None:
        whole = pieces[0].read_bytes()
        (tmp_path / "cut.mp4").write_bytes(whole[: len(whole) * 3 // 4])
        with pytest.raises(FilmError, match=r"cut\.mp4"):
            join([pieces[0], tmp_path / "cut.mp4"], tmp_path / "film.mp4")

    def test_a_film_with_subtitles_is_no_piece(self, pieces: list[Path], tmp_path: Path) -> None:
        join(pieces[:1], tmp_path / "film.mp4", subtitles={"en": [Cue(0, 1, "a")]})
        with pytest.raises(FilmError, match="more than its pictures"):
            join([tmp_path / "film.mp4"], tmp_path / "again.mp4")

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            ({"chapters": [ChapterMark("a", 1), ChapterMark("b", 1)]}, "must rise"),
            ({"chapters": [ChapterMark("a", 99)]}, "must rise"),
            ({"chapters": [ChapterMark("a", -1)]}, "must rise"),
            ({"subtitles": {"en": [Cue(0, 2, "a"), Cue(1, 3, "b")]}}, "overlap .* at 1.000 s: 'b'"),
            ({"subtitles": {"xx": []}}, 'in "xx"; there are: en, zh_CN'),
        ],
    )
    def test_words_out_of_order_leave_the_film_before(
        self, pieces: list[Path], tmp_path: Path, words: dict[str, Any], said: str
    ) -> None:
        (tmp_path / "film.mp4").write_bytes(b"the film before")
        with pytest.raises(FilmError, match=said):
            join(pieces, tmp_path / "film.mp4", **words)
        assert (tmp_path / "film.mp4").read_bytes() == b"the film before"
        assert len(list(tmp_path.iterdir())) == 1

    def test_an_interrupt_leaves_nothing(self, pieces: list[Path], tmp_path: Path) -> None:
        class Interrupting(list[Cue]):
            def __iter__(self) -> NoReturn:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            join(pieces, tmp_path / "film.mp4", subtitles={"en": Interrupting()})
        assert list(tmp_path.iterdir()) == []

    def test_a_folder_that_is_not_there(self, pieces: list[Path], tmp_path: Path) -> None:
        with pytest.raises(FilmError, match=r"cannot write .*film\.mp4: No such file"):
            join(pieces, tmp_path / "no" / "film.mp4")
