"""Names that stand beside others lose what they share, and keep where they differ."""

from __future__ import annotations

from scenes.animate.one_input.arrival_lines import LATER, line_of
from scenes.animate.one_input.stages import Stage
from scenes.animate.shared.fitting import name_within, told_apart, without_shared

LAYERS = [f"model.encoder.layers.{number}.mlp.act GELU" for number in range(6)]


def test_what_all_share_goes_and_where_they_differ_stays() -> None:
    assert without_shared(LAYERS[3], LAYERS) == ["…3.mlp.act GELU", "…3…"]
    assert without_shared("0.weight", ["0.weight", "2.weight"]) == ["0…"]
    assert without_shared("stem", ["stem", "head"]) == [] == without_shared("stem", ["stem"])
    assert without_shared("a.b", ["a.b", "a.c"]) == ["…b"]
    assert without_shared("a.b", ["a.b", "a.b.c"]) == ["…b"]


def test_a_name_is_whole_where_there_is_room_and_told_apart_where_there_is_not() -> None:
    for room, shown in ((9.0, LAYERS[3]), (2.6, "…3.mlp.act GELU"), (0.6, "…3…")):
        words = name_within(LAYERS[3], room, among=LAYERS)
        assert words.text == shown and words.width <= room
    assert len({name_within(name, 0.6, among=LAYERS).text for name in LAYERS}) == len(LAYERS)


def test_names_that_end_alike_keep_the_parts_in_which_they_differ() -> None:
    attending = [f"{half}.layers.{number}.self_attn" for half in ("encoder", "decoder") for number in range(2)]
    assert told_apart(attending[0], attending) == ["encoder…0.self_attn"]
    assert told_apart("a.b", ["a.b", "c.b"]) == [] and told_apart("a.b.c", ["a.b.c", "x.y"]) == ["…c"]
    assert len({name_within(name, 2.6, among=attending).text for name in attending}) == len(attending)


def test_a_deep_model_is_not_told_in_one_sentence_again_and_again() -> None:
    stage = Stage("a.activation", ("GELU",), "a")
    told = [line_of("units", stage, 18, again=True, before=before) for before in range(5)]
    assert told[:3] == list(LATER) and told[3:] == told[:2]
