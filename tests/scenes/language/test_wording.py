"""Lines that name a colour are put as the palette in force draws it."""

import re
from types import SimpleNamespace

import pytest

from scenes.beats.beat import Beat
from scenes.language.translation import translate
from scenes.language.wording import in_palette
from scenes.language.wordings import PAPER, SAFE, WORDINGS
from scenes.look.style import theme
from scenes.look.themes import THEMES
from tests.scenes.language.test_translation import marked_texts

BRIGHTNESS = re.compile(r"bright|black|white|yellow|\blit\b|shin|\bdark\b|looks for light|goes out|gone out|glow", re.I)
RED = re.compile(r"\bred\b|orange", re.I)
CHANNELS = "red, green, blue: planes; grey: zero"  # of pictures in colour, which keep theirs


def test_every_palette_has_its_wording():
    assert all(chosen.wording in WORDINGS for chosen in THEMES.values())
    assert THEMES["light"].wording == "paper"
    assert THEMES["safe"].wording == "safe"


@pytest.mark.parametrize("table", [PAPER, SAFE])
def test_no_line_of_a_table_is_stale(table):
    texts = set(marked_texts())
    assert set(table) <= texts - set(table.values())
    for text, put in table.items():
        assert re.findall(r"{\w+}", text) == re.findall(r"{\w+}", put)


def test_every_line_about_brightness_has_a_wording_on_paper():
    own = {put for table in WORDINGS.values() for put in table.values()}
    spoken = {text for text in marked_texts() if BRIGHTNESS.search(text) and text not in own}
    assert len(spoken) > 10
    assert spoken - set(PAPER) == set()


def test_every_line_about_red_has_a_safe_wording():
    own = {put for table in WORDINGS.values() for put in table.values()}
    spoken = {text for text in marked_texts() if RED.search(text) and text not in own}
    assert len(spoken) > 10
    assert spoken - set(SAFE) == {CHANNELS}


@pytest.mark.parametrize("table", [PAPER, SAFE])
def test_each_wording_is_another_one_in_chinese_too(table):
    for text, put in table.items():
        assert translate(text, "zh_CN") != translate(put, "zh_CN"), text


def test_what_is_said_is_what_the_caption_keeps():
    beat = SimpleNamespace(time=0.0, captions=[], language="zh_CN", camera=SimpleNamespace(frame_rate=10))
    beat.wait = lambda seconds: setattr(beat, "time", beat.time + seconds)
    beat.pace = lambda text: float(len(text))
    beat._rests = lambda *_, **__: ()
    beat._told = lambda evidence: evidence
    beat.translate = lambda text, **values: Beat.translate(beat, text, **values)
    line = "The brightest neuron at the end is the answer."
    said = {}
    for name, chosen in THEMES.items():
        with theme(chosen):
            assert in_palette(line) == (PAPER[line] if name == "light" else line)
            with Beat.say(beat, line) as told:
                said[name] = told.seconds
            assert beat.captions[-1].text == in_palette(line)
    assert said["dark"] == len("最后一层里最亮的那个，就是答案。")
    assert said["light"] == len("最后一层里最黑的那个，就是答案。")
