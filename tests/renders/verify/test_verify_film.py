"""A film held against its .json and its recordings: what is as recorded passes, and any other number is found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from renders.base.errors import RenderError
from renders.embed.find import find_named
from renders.film.provenance import FORMAT, require_provenance
from renders.verify.verdict import Verdict
from renders.verify.verify import verify_target
from tests.engine.recording.damaged.headers import edit_header
from tests.renders.film.retold import retell, retell_by
from tests.renders.reel import Reel
from tests.renders.verify.proven import film_of

SLIDE = "tiny/slide"


def verdict_of(reel: Reel, name: str = SLIDE, *given: Path) -> Verdict:
    reel.forget_modules()
    return verify_target(str(film_of(reel, name)), reel.places, given)


def only_difference(reel: Reel) -> str:
    (line,) = verdict_of(reel).differences
    return line


def test_a_film_as_it_was_rendered_is_all_as_recorded(reel: Reel) -> None:
    for name in ("tiny", SLIDE, "tiny/grow"):
        verdict = verdict_of(reel, name)
        assert (verdict.notes, verdict.differences) == ((), ()), name
    assert list(verdict_of(reel).lines()) == ["1 beat, 2 lines, 2 claims, 2 steps: all as recorded"]
    by_json = verify_target(str(film_of(reel, "tiny").with_suffix(".json")), reel.places)
    (line,) = by_json.lines()
    assert line.startswith("2 beats, 3 lines, ") and line.endswith(": all as recorded")


def test_what_is_said_claimed_and_shown_is_told_beside_it(reel: Reel) -> None:
    told = require_provenance(film_of(reel).with_suffix(".json"))
    slide = piece(told)
    assert slide["lines"][0]["evidence"][0]["key"] == "slide.far"
    assert slide["lines"][0]["values"] == {"far": "2.05"}
    assert [claim["evidence"][0]["kind"] for claim in slide["claims"]] == ["recorded"]
    assert [shown["step"] for shown in slide["steps"]] == [9, 0]
    assert list(told["recordings"]["digits"]["arrays"]) == ["layer3.bias"]
    assert told["neuroreel"]["version"] and told["code"] and told["format"] == FORMAT


def piece(told: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = told["pieces"][0]
    return found


CHANGES: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "a line": (
        lambda told: piece(told)["lines"][0]["text"].update(en="It slides by 2.06."),
        'tiny/slide 0.0 s, lines[0].text.en: the .json says "It slides by 2.06.", the recording gives '
        '"It slides by 2.05."',
    ),
    "a value in it": (
        lambda told: piece(told)["lines"][0]["values"].update(far="2.06"),
        'tiny/slide 0.0 s, lines[0].values.far: the .json says "2.06", the recording gives "2.05"',
    ),
    "its evidence": (
        lambda told: piece(told)["lines"][0]["evidence"][0].update(value=2.06),
        "tiny/slide 0.0 s, lines[0].evidence[0].value: the .json says 2.06, the recording gives 2.05",
    ),
    "when it ends": (lambda told: piece(told)["lines"][0].update(end=1.9), "lines[0].end: the .json says 1.9, "),
    "what is claimed": (lambda told: piece(told)["claims"][0].update(text="7"), 'claims[0].text: the .json says "7"'),
    "no claim": (lambda told: piece(told).update(claims=[]), "claims: the .json says 0 of them, the recording gives 1"),
    "a step": (lambda told: piece(told)["steps"][0].update(step=8), "steps[0].step: the .json says 8, the recording"),
    "its time": (lambda told: piece(told)["steps"][1].update(time=3.2), "steps[1].time: the .json says 3.2, "),
    "what was read": (
        lambda told: piece(told)["reads"]["digits"][0]["selection"].update(out=3),
        "reads.digits[0].selection.out: the .json says 3, the recording gives 0",
    ),
    "the poster": (lambda told: piece(told).update(poster=0.1), "tiny/slide, poster: the .json says 0.1, "),
    "where it begins": (lambda told: piece(told).update(start=0.2), "tiny/slide, start: the .json says 0.2, "),
    "a digest": (lambda told: piece(told).update(digest="0" * 32), "tiny/slide, digest: the .json says"),
    "the film's title": (lambda told: told["title"].update(en="Odd"), 'title.en: the .json says "Odd", '),
    "its length": (lambda told: told.update(seconds=9.0), "slide.en.small.json, seconds: the .json says 9.0, "),
    "its stamp": (lambda told: told.update(stamp="0"), 'stamp: the .json says "0", the recording gives'),
    "a variant": (
        lambda told: told.update(variant={"digits": {"seed": 7}}),
        'variant: the .json says {"digits": {"seed": 7}}, the recording gives null',
    ),
    "a setting": (
        lambda told: told["recordings"]["digits"]["experiment"].update(seed=7),
        "digits, experiment.seed: the .json says 7, the recording",
    ),
    "an array's digest": (
        lambda told: told["recordings"]["digits"]["arrays"].update({"layer3.bias": "0" * 64}),
        "digits, arrays.layer3.bias: the .json says",
    ),
    "where numbers come from": (
        lambda told: told["recordings"]["digits"]["origin"].update(data="elsewhere"),
        'digits, origin.data: the .json says "elsewhere", the recording',
    ),
}


@pytest.mark.parametrize("changed", CHANGES)
def test_what_was_changed_and_sealed_anew_is_found(reel: Reel, changed: str) -> None:
    change, line = CHANGES[changed]
    retell_by(film_of(reel).with_suffix(".json"), change)
    assert line in only_difference(reel)


def test_many_differences_of_a_piece_are_not_all_told(reel: Reel) -> None:
    def change(told: dict[str, Any]) -> None:
        for line in piece(told)["lines"]:
            line.update(start=9.0, end=9.5, text={"en": "Odd", "zh_CN": "Odd"}, values={"odd": "9"}, evidence=[])
        piece(told).update(poster=9.0)

    retell_by(film_of(reel).with_suffix(".json"), change)
    differences = verdict_of(reel).differences
    assert len(differences) == 11 and differences[-1].startswith("tiny/slide: and ")


def test_a_changed_film_and_a_lost_caption_are_told_beside_what_is_right(reel: Reel) -> None:
    film = film_of(reel)
    film.write_bytes(film.read_bytes()[:-1] + b"x")
    lost = film.with_name("slide.en.small.en.vtt")
    lost.unlink()
    changed, gone = verdict_of(reel).differences
    assert changed == f"{film} was changed since it was rendered; render the film again"
    assert gone == f"{lost} is gone; render the film again"


def test_other_code_is_told_first_and_what_differs_by_it(reel: Reel) -> None:
    reel.rewrite("slide", "round(bias.value, 2)", "round(bias.value, 1)")
    verdict = verdict_of(reel)
    assert verdict.notes[0].startswith("drawn by neuroreel ")
    assert verdict.notes[0].endswith(": what differs may come of that")
    assert any(
        'the .json says "It slides by 2.05.", the recording gives "It slides by 2.1' in line
        for line in verdict.differences
    )


def test_other_versions_are_named(reel: Reel) -> None:
    path = film_of(reel).with_suffix(".json")
    then = {**require_provenance(path)["versions"], "manim": "0.1"}
    retell(path, versions=then, code="another", neuroreel={"version": "0.0.1", "commit": "abc"})
    note = verdict_of(reel).notes[0]
    assert note.startswith("drawn by neuroreel 0.0.1 at abc, this is neuroreel ")
    assert "; manim 0.1 then, " in note


def test_a_beat_that_is_gone_or_cannot_be_played_is_told(reel: Reel) -> None:
    path = film_of(reel, "tiny").with_suffix(".json")
    retell_by(path, lambda told: told["pieces"][1].update(name="shrink"))
    lines = verdict_of(reel, "tiny").differences
    assert "the chapter's film has other pieces now: tiny/grow is new, tiny/shrink is gone" in lines
    assert "not played again, for want of its beat or its recording: tiny/shrink" in lines
    reel.rewrite("slide", "self.add(dot)", 'raise ValueError("no dots today")')
    lines = verdict_of(reel).differences
    assert any("tiny/slide cannot be played again: ValueError: no dots today (slide.py:" in line for line in lines)


# Its recordings -------------------------------------------------------------------------------------------------------


def test_a_recording_made_anew_is_told_and_what_it_gives(reel: Reel) -> None:
    before = require_provenance(film_of(reel).with_suffix(".json"))["recordings"]["digits"]["digest"]
    reel.record(seed=7)
    lines = verdict_of(reel).differences
    assert lines[0].startswith(f"digits: made from another recording: {before} told, ")
    assert lines[0].endswith(f"found in {reel.places.recording('digits')}")
    assert any(line.startswith("digits, experiment.seed: the .json says 0, the recording") for line in lines)
    assert not any(line.startswith("tiny/slide") for line in lines), "what it shows is the same"


def test_a_recording_is_found_by_its_digest_wherever_it_is_called_otherwise(reel: Reel, tmp_path: Path) -> None:
    usual = reel.places.recording("digits")
    usual.rename(usual.with_name("digits-of-may.zarr"))
    assert verdict_of(reel).differences == ()
    reel.record(seed=7)
    assert verdict_of(reel).differences == ()
    (usual.with_name("digits-of-may.zarr")).rename(tmp_path / "mine.zarr")
    assert "made from another recording" in verdict_of(reel).differences[0]
    assert verdict_of(reel, SLIDE, tmp_path / "mine.zarr").differences == ()


def test_without_its_recording_the_rest_is_compared(reel: Reel) -> None:
    path = reel.places.recording("digits")
    path.rename(path.with_name("elsewhere"))
    missing, left = verdict_of(reel, "tiny").differences
    assert missing.startswith("digits: its recording, ") and missing.endswith("name it with --recording")
    assert left.startswith("not played again, for want of its beat or its recording: tiny/slide, tiny/end_card")


def test_a_changed_byte_of_its_recording_is_told(reel: Reel) -> None:
    chunk = next(path for path in reel.places.recording("digits").glob("layer3.bias/c/**/*") if path.is_file())
    chunk.write_bytes(chunk.read_bytes()[:-1] + b"x")
    assert "layer3.bias" in verdict_of(reel).differences[0]
    assert "was changed after it was made" in verdict_of(reel).differences[0]


def test_values_changed_under_the_digests_that_were_told(reel: Reel) -> None:
    edit_header(reel.places.recording("digits"), digests={"layer3.bias": "0" * 64})
    assert "digits, arrays.layer3.bias: the .json says" in verdict_of(reel).differences[0]


# What cannot be verified ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ending", "content", "told"),
    [
        ("json", None, "there is no file"),
        ("json", "{", "is damaged: it is no JSON; render the film again"),
        ("json", '{"film": 3}', "is not the provenance of a film of ours"),
        ("json", '{"film": "a.mp4", "title": "A"}', "is of an older version; render the film again"),
        ("json", '{"film": "a.mp4", "title": "A", "format": 99}', "is of format 99, and this neuroreel reads up to"),
        ("json", '{"film": "a.mp4", "title": "A", "format": 2}', "is damaged or was changed since it was written"),
        ("mp4", "no film", "nothing is told of"),
        ("txt", "a text", "is neither a film, nor the .json beside one, nor a recording"),
        ("zarr", None, "no recording"),
    ],
)
def test_what_is_no_film_of_ours_is_one_line(
    reel: Reel, tmp_path: Path, ending: str, content: str | None, told: str
) -> None:
    path = tmp_path / f"a.{ending}"
    if content is not None:
        path.write_text(content)
    with pytest.raises(RenderError) as caught:
        verify_target(str(path), reel.places)
    assert told in str(caught.value) and "\n" not in str(caught.value)


def test_a_json_that_belongs_to_another_film_is_one_line(reel: Reel) -> None:
    other = film_of(reel, "tiny/grow").with_suffix(".json").read_bytes()
    path = film_of(reel, "tiny/slide").with_suffix(".json")
    path.write_bytes(other)
    for target in (path, path.with_suffix(".mp4")):
        with pytest.raises(RenderError) as caught:
            verify_target(str(target), reel.places)
        assert str(caught.value).startswith(f"{path} belongs to another film, grow.en.small.mp4: ")


@pytest.mark.parametrize("gone", ["pieces", "recordings", "quality", "code", "chapter", "versions"])
def test_a_json_that_makes_no_sense_is_one_line(reel: Reel, gone: str) -> None:
    path = film_of(reel).with_suffix(".json")
    retell_by(path, lambda told: (told.update(code=""), told.pop(gone)))
    told = f"is not what a film of ours has beside it: Object missing required field `{gone}`; render the film again"
    with pytest.raises(RenderError, match=told):
        verdict_of(reel)


def test_a_film_joined_of_beats_is_verified_too(reel: Reel) -> None:
    from renders.embed.find import find_clips
    from renders.embed.targets import find_target
    from renders.request.embed_request import EmbedRequest
    from renders.request.quality import find_quality
    from tests.renders.reel import never_train

    wish = EmbedRequest(("tiny/slide", "tiny/grow"), "mp4", find_quality("draft"), title="Both", workers=1)
    named = [find_named(one, reel.places) for one in wish.clips]
    (clip,) = find_clips(named, wish, find_target("mp4"), reel.places, never_train)
    verdict = verify_target(str(clip.film), reel.places)
    assert verdict.differences == () and verdict.counted.startswith("2 beats, 3 lines")
