"""Voices are found by name; what cannot speak is told before anything is rendered."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import EntryPoint

import pytest
from click.testing import CliRunner

import cli
from renders.base.errors import WrongUsageError
from renders.film.execution import order_for
from renders.request.quality import find_quality
from renders.request.style import RenderStyle
from renders.voice import provider
from renders.voice.provider import VoiceError, find_voice, require_voice
from scenes.catalog import find_chapter
from tests.renders.voice.beeps import Beeps, beeping, forget


@pytest.fixture(autouse=True)
def beeps() -> Iterator[None]:
    with beeping():
        yield


def test_a_voice_and_its_speaker_are_found_by_name() -> None:
    assert find_voice("beeps").name == "beeps"
    assert find_voice("beeps:high").name == "beeps:high"
    assert find_voice("beeps") is find_voice("beeps")


@pytest.mark.parametrize("told", ["nobody", "nobody:beeps", "beeps:", ""])
def test_an_unknown_voice_is_wrong_usage(told: str) -> None:
    with pytest.raises(WrongUsageError, match=r"no speaker.*beeps"):
        find_voice(told)


def test_another_package_can_bring_a_voice(monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint("theirs", "tests.renders.voice.beeps:Beeps", provider.GROUP)
    monkeypatch.setattr(provider, "entry_points", lambda group: [point] if group == provider.GROUP else [])
    forget()
    assert isinstance(find_voice("theirs:low"), Beeps)


def test_a_language_that_the_voice_does_not_speak() -> None:
    require_voice("beeps:english", "en")
    require_voice("", "zh_CN")
    with pytest.raises(WrongUsageError, match="beeps:english speaks en, not zh_CN"):
        require_voice("beeps:english", "zh_CN")


def test_an_order_that_cannot_be_spoken_is_refused_at_once() -> None:
    def order(voice: str, language: str) -> object:
        return order_for(find_chapter("network"), (), find_quality("draft"), language, 1, look=RenderStyle(voice=voice))

    assert order("beeps", "zh_CN")
    with pytest.raises(VoiceError, match=r"not installed.*run: make nothing"):
        order("absent", "en")
    with pytest.raises(WrongUsageError, match="not zh_CN"):
        order("beeps:english", "zh_CN")


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("--speaker", "beeps"), 2, "add --voice"),
        (("--voice", "--speaker", "nobody"), 2, "no speaker 'nobody'"),
        (("--voice", "--speaker", "absent"), 1, "run: make nothing"),
        (("--voice", "--speaker", "beeps:english", "--language", "zh_CN"), 2, "not zh_CN"),
    ],
)
def test_the_command_says_in_one_line_what_is_wrong(options: tuple[str, ...], code: int, said: str) -> None:
    result = CliRunner().invoke(cli.main, ["render", "network", "--beat", "squish", *options])
    assert result.exit_code == code
    assert said in result.stderr and len(result.stderr.strip().splitlines()) == 1


def test_a_films_name_tells_who_speaks_in_letters_that_every_disk_takes() -> None:
    assert RenderStyle(voice="beeps:high").marks == ".beeps-high"
    assert RenderStyle().marks == ""
