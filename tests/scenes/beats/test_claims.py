"""Whatever reaches the picture is looked at for its evidence, however it was made."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from manim import FadeIn, Group, Mobject, VGroup, tempconfig

from renders.scene.stepping import SteppingRenderer
from scenes.beats.beat import Beat
from scenes.beats.claims import in_formula
from scenes.evidence.evidence import EvidenceError, Exact, Measured, Recorded
from scenes.text.many_numbers import Numbers
from scenes.text.numbers import Counter, Number
from scenes.text.typeset import Formula, Words

SUM = Exact("2 + 1")


def play(script: Callable[[Beat], None]) -> Beat:
    """Return a beat that was played from a script, drawing nothing."""

    class Played(Beat):
        def script(self) -> None:
            script(self)

    with tempconfig({"dry_run": True, "frame_rate": 5, "pixel_width": 160, "pixel_height": 90, "progress_bar": "none"}):
        beat = Played({}, renderer=SteppingRenderer())
        beat.render()
        return beat


@pytest.mark.parametrize(
    "make",
    [
        lambda: Words("3 of them"),
        lambda: Number(3.0),
        lambda: Numbers(np.arange(3.0), np.zeros((3, 3))),
        lambda: Formula("w = 0.43"),
        lambda: VGroup(VGroup(Words("a"), Words("always"))),
        lambda: Group(Number(1.0, because=SUM), Number(2.0)),
    ],
)
def test_what_lacks_evidence_stops_the_beat(make: Callable[[], Mobject]) -> None:
    with pytest.raises(EvidenceError):
        play(lambda beat: beat.play(FadeIn(make())))
    with pytest.raises(EvidenceError):
        play(lambda beat: beat.add(make()))


def test_what_appears_inside_a_group_on_screen_is_looked_at() -> None:
    def script(beat: Beat) -> None:
        group = VGroup(Words("a"))
        beat.play(FadeIn(group))
        group.add(Words("never"))
        beat.wait(0.5)

    with pytest.raises(EvidenceError, match="never"):
        play(script)


def test_a_number_whose_evidence_is_read_again_is_looked_at_again() -> None:
    def read() -> Recorded:
        return Recorded("digits", "metric.loss", {}, np.array([0.5, 0.7]))

    def script(beat: Beat) -> None:
        beat.log.note = lambda evidence: None  # of a recording that there is none of
        number = Number(0.5, because=read())
        beat.add(number)
        number.show(0.5, read())
        beat.wait(0.4)

    assert len(play(script).log.claims) == 1


def test_a_group_may_carry_the_evidence_of_its_parts() -> None:
    def script(beat: Beat) -> None:
        beat.play(FadeIn(beat.ground(VGroup(Words("3"), Number(2.0, "{:.0f}")), SUM)))

    claims = play(script).claims
    assert [claim["text"] for claim in claims] == ["3", "2"]
    assert claims[0]["evidence"][0]["expression"] == "2 + 1" and claims[0]["time"] == 0.0


def test_a_counter_may_be_on_its_way_to_what_its_evidence_gives() -> None:
    play(lambda beat: beat.add(Counter(2, because=SUM)))
    with pytest.raises(EvidenceError, match="'4' tells 4"):
        play(lambda beat: beat.add(Counter(4, because=SUM)))


def test_indices_and_exponents_of_a_formula_are_no_numbers() -> None:
    assert in_formula("a^((1)) = sigma(W a^((0)) + b_12)") == "a = sigma(W a + b )"
    assert in_formula("lr(size: #7.70em, paren.l)") == "lr(size: , paren.l)"
    assert in_formula("1.2 times 10^(-5)") == "1.2e-5", "one number"
    play(lambda beat: beat.play(FadeIn(Formula("w_(3,5)^((2)) = x^2"))))


def test_lines_are_held_to_their_evidence_and_carry_it() -> None:
    measured = Measured("wins", {"count": 3}, "how many it wins", ()).when(lambda won: won["count"] > 2)

    def script(beat: Beat) -> None:
        with beat.say("It wins {count} times, more than two.", (measured, Exact("2 < 3")), count=3):
            pass
        with beat.say("Here it is."):
            pass

    beat = play(script)
    told = beat.captions[0].evidence
    assert [one["kind"] for one in told] == ["measured", "exact"]
    assert told[0]["key"].endswith(".wins") and told[0]["value"] == {"count": 3}
    assert beat.captions[1].evidence == ()


def test_a_line_that_does_not_hold_stops_the_beat_with_the_value() -> None:
    lost = Measured("wins", {"count": 1}, "how many it wins", ()).when(lambda won: won["count"] > 2)
    with pytest.raises(EvidenceError, match="'count': 1"):
        play(lambda beat: beat.say("It wins most of them.", lost).__enter__())


def test_one_key_means_one_thing() -> None:
    first, second = (Measured("wins", count, "how many it wins", ()) for count in (1, 2))

    def script(beat: Beat) -> None:
        beat.add(beat.words("{count} wins", because=first, values={"count": 1}))
        beat.add(beat.words("{count} wins", because=second, values={"count": 2}))

    with pytest.raises(EvidenceError, match="two measurements have the key 'wins'"):
        play(script)


def test_evidence_names_arrays_that_the_beat_has() -> None:
    foreign = Measured("wins", 1, "how many it wins", ("digits/layer1.weight",))
    with pytest.raises(EvidenceError, match=r"digits/layer1\.weight is none of the arrays"):
        play(lambda beat: beat.add(beat.words("1 win", because=foreign)))


def test_after_a_question_and_a_result_there_is_time_to_think() -> None:
    def script(beat: Beat) -> None:
        with beat.say("What is it?"):
            pass
        with beat.say("This is it.", result=True):
            pass
        with beat.say("And on."):
            pass

    lines = play(script).captions
    pauses = [later.start - before.end for before, later in pairwise(lines)]
    assert pauses == pytest.approx([1.5, 2.0], abs=0.21)
