"""Captions can be read: short lines, long enough on screen, inside their line's time, well-formed files."""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pysubs2
import pytest

from renders.base.film_errors import FilmError
from renders.captions.cutting import columns, cut_into_captions, line_limit
from renders.captions.writing import LEAST_SECONDS, Cue, caption_cues, write_srt, write_vtt

ENGLISH = (
    "This is a three. It is sloppily drawn, at a resolution of only twenty-eight by twenty-eight pixels, and yet you "
    "have no trouble seeing it. Why? Each of the 784 pixels holds a number: 0 for black, 1 for white, 0.58 between — "
    "don’t worry about the rest; what matters is how one layer's activations determine those of the next."
)
CHINESE = (
    "这些都是三。没有两个像素完全相同，可你一眼就认得出来！那么，怎样才能让一个程序也认得出来呢？"
    "“神经元”里装的只是一个 0 到 1 之间的数，比如 0.58。把每个像素乘上对应的权重（weight），再加起来："
    "这就是加权和；最后用 σ(Wa + b) 把它压到零和一之间……这样就得到激活值"
)


@dataclass
class Line:
    start: float
    end: float
    text: str


def random_lines(language: str, count: int = 60) -> list[str]:
    """Return stretches of the sample texts, of all lengths, seeded."""
    rng = np.random.default_rng(0)
    words = ENGLISH.split() if language == "en" else list(CHINESE)
    lines = []
    for _ in range(count):
        start = rng.integers(0, len(words))
        chosen = (words * 2)[start : start + rng.integers(1, len(words))]
        lines.append((" " if language == "en" else "").join(chosen).strip())
    return [line for line in lines if line]


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("language", ["en", "zh_CN"])
class TestCut:
    def test_at_most_two_lines_that_are_not_too_long(self, language: str) -> None:
        for text in random_lines(language):
            for caption in cut_into_captions(text, language):
                lines = caption.split("\n")
                assert 1 <= len(lines) <= 2
                assert all(0 < columns(line, language) <= line_limit(language) for line in lines)
                assert all(line == line.strip() for line in lines)

    def test_no_word_is_lost_or_torn(self, language: str) -> None:
        for text in random_lines(language):
            captions = cut_into_captions(text, language)
            assert squeezed("".join(captions)) == squeezed(text)
            if language == "en":
                assert " ".join(captions).split() == text.split()

    def test_not_more_captions_than_it_takes(self, language: str) -> None:
        for text in random_lines(language):
            least = -(-columns(text, language) // (2 * line_limit(language)))
            assert len(cut_into_captions(text, language)) <= 2 * least

    def test_no_line_begins_or_ends_with_the_wrong_mark(self, language: str) -> None:
        for text in random_lines(language):
            lines = [line for caption in cut_into_captions(text, language) for line in caption.split("\n")]
            assert not any(line[0] in "，。！？；：、）”" for line in lines[1:])
            assert not any(line[-1] in "（“" for line in lines[:-1])

    def test_what_is_longer_than_a_line_is_torn(self, language: str) -> None:
        captions = cut_into_captions("x" * 100, language)
        assert "".join(squeezed(caption) for caption in captions) == "x" * 100
        assert max(len(line) for caption in captions for line in caption.split("\n")) == line_limit(language)


class TestBreaks:
    def test_breaks_where_a_reader_pauses(self) -> None:
        text = "So what is a neuron? For now: a thing that holds a number between zero and one — nothing more."
        assert cut_into_captions(text, "en") == [
            "So what is a neuron?",
            "For now: a thing that holds a number\nbetween zero and one — nothing more.",
        ]

    def test_chinese_breaks_at_punctuation(self) -> None:
        text = "这些都是三。没有两个像素完全相同，可你一眼就认得出来。那么，怎样才能让程序也认得出来呢？"
        assert cut_into_captions(text, "zh_CN") == [
            "这些都是三。没有两个像素完全相同，\n可你一眼就认得出来。",
            "那么，怎样才能让程序也认得出来呢？",
        ]

    def test_a_short_line_stays_whole(self) -> None:
        assert cut_into_captions("Why layers at all?", "en") == ["Why layers at all?"]
        assert cut_into_captions("  Why \n layers?  ", "en") == ["Why layers?"]
        assert cut_into_captions("", "en") == []


class TestCues:
    @pytest.mark.parametrize("language", ["en", "zh_CN"])
    def test_every_line_keeps_its_own_time(self, language: str) -> None:
        rng = np.random.default_rng(1)
        for text in random_lines(language):
            start, seconds = rng.uniform(0, 60), rng.uniform(0.2, 30)
            cues = caption_cues([Line(start, start + seconds, text)], language, offset=100)
            assert cues[0].start == start + 100
            assert cues[-1].end == start + seconds + 100
            assert all(one.end == other.start for one, other in pairwise(cues))
            least = min(LEAST_SECONDS, seconds / len(cues))
            assert min(cue.end - cue.start for cue in cues) >= least - 1e-9

    def test_the_longer_part_gets_more_time(self) -> None:
        one, two = caption_cues([Line(0, 10, "a" * 42 + " " + "b" * 42 + " " + "c" * 42)], "en")
        assert (one.end - one.start) / (two.end - two.start) == pytest.approx(2)

    def test_a_line_that_runs_into_the_next_ends_with_it(self) -> None:
        cues = caption_cues([Line(2, 5, "second"), Line(0, 2.5, "first"), Line(6, 6, "no time"), Line(7, 8, " ")], "en")
        assert cues == [Cue(0, 2, "first"), Cue(2, 5, "second")]


CUES = [Cue(0, 1.2345, "a < b & c --> d\nsecond line"), Cue(3661.5, 3662, "激活值 σ(z)")]


class TestFiles:
    def test_srt_as_others_read_it(self, tmp_path: Path) -> None:
        write_srt(CUES, tmp_path / "film.en.srt")
        text = (tmp_path / "film.en.srt").read_bytes().decode("utf-8")
        assert text.startswith("1\n00:00:00,000 --> 00:00:01,234\na < b & c --> d\nsecond line\n\n2\n01:01:01,500 -->")
        read = pysubs2.load(str(tmp_path / "film.en.srt"), encoding="utf-8")
        assert [(line.start, line.end) for line in read] == [(0, 1234), (3_661_500, 3_662_000)]
        assert read[1].plaintext == "激活值 σ(z)"

    def test_vtt_escapes_what_a_browser_would_take_for_tags(self, tmp_path: Path) -> None:
        write_vtt(CUES, tmp_path / "film.en.vtt")
        text = (tmp_path / "film.en.vtt").read_text(encoding="utf-8")
        assert text == (
            "WEBVTT\n\n00:00:00.000 --> 00:00:01.234\na &lt; b &amp; c --&gt; d\nsecond line\n\n"
            "01:01:01.500 --> 01:01:02.000\n激活值 σ(z)\n"
        )

    def test_no_cues_are_files_all_the_same(self, tmp_path: Path) -> None:
        write_srt([], tmp_path / "film.srt")
        write_vtt([], tmp_path / "film.vtt")
        assert (tmp_path / "film.srt").read_text() == ""
        assert (tmp_path / "film.vtt").read_text() == "WEBVTT\n"

    def test_a_folder_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(FilmError, match="cannot write"):
            write_srt(CUES, tmp_path / "no" / "film.srt")
