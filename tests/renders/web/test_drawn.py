"""What a picture was drawn from, as the player is told, and what arrays are called."""

from __future__ import annotations

from pathlib import Path

import pytest

from renders.web.array_words import arrays_in_words
from renders.web.drawn import drawn_in, recordings_of, steps_in
from scenes.catalog import CHAPTERS
from tests.renders.web.stage import DIGEST, make_clip, plain_clip


@pytest.mark.parametrize(
    ("arrays", "english", "chinese"),
    [
        (["layer1.weight"], "weights of layer 1", "第 1 层的权重"),
        (["layer2.bias", "layer1.bias"], "biases of layers 1 and 2", "第 1、2 层的偏置"),
        (
            ["layer3.activation", "probe.input"],
            "activations of layer 3 and the images shown",
            "第 3 层的激活值和所示的图像",
        ),
        (
            ["probe.label", "anything", "probe.input"],
            "“anything”, the images shown and their labels",
            "“anything”、所示的图像和它们的标签",
        ),
        (["layer1.weight.gradient"], "gradients of the weights of layer 1", "第 1 层的权重的梯度"),
        (["blocks.1.attention.pattern"], "attention patterns of block 1", "第 1 块的注意力图样"),
        (["encoder.gru.weight"], "weights of “encoder.gru”", "“encoder.gru”的权重"),
        (["metric.any_thing"], "the measure “any thing”", "指标“any thing”"),
        (["any.thing", "any.thing"], "“any.thing”", "“any.thing”"),
        (
            ["pair.cost", "walk.far", "pair.slope"],
            "the cost over two weights and descents along it",
            "两个权重上的代价和沿它的下降",
        ),
        (["0.weight", "2.weight"], "weights of “0” and weights of “2”", "“0”的权重和“2”的权重"),
        ([], "", ""),
    ],
)
def test_arrays_in_words(arrays: list[str], english: str, chinese: str) -> None:
    assert arrays_in_words(arrays, pictures=True) == {"en": english, "zh_CN": chinese}


def test_every_array_of_the_chapters_has_a_name_in_words() -> None:
    needs = [arrays for chapter in CHAPTERS for beat in chapter.beats for arrays in beat.needs.values()]
    assert len(needs) > 36
    for arrays in needs:
        assert "“" not in arrays_in_words(arrays, pictures=True)["en"], arrays


def test_inputs_are_images_only_where_the_data_are() -> None:
    assert arrays_in_words(["probe.input"], pictures=False)["en"] == "the inputs shown"


def test_what_was_read_so_far_at_every_moment_of_a_section(tmp_path: Path) -> None:
    clip = make_clip(tmp_path, "First", "Second")
    first, later = drawn_in(clip, clip.sections[1])
    assert (first["at"], later["at"]) == (4.0, 5.0)
    (weights,) = first["of"][0]["groups"]
    assert weights == {"steps": [0, 18_750], "what": arrays_in_words(["layer1.weight"], pictures=True)}
    assert [group["steps"] for group in later["of"][0]["groups"]] == [[], [0, 18_750]]
    assert steps_in(clip.sections[1]) == [[5.0, "digits", 0.0], [5.2, "digits", 4200.0]]


def test_recordings_are_told_with_digest_seed_and_settings(tmp_path: Path) -> None:
    told = recordings_of(make_clip(tmp_path, "First"))["digits"]
    assert told["digest"] == DIGEST and told["seed"] == 7 and told["trained"]
    assert told["settings"] == {"dataset": "mnist", "seed": "7", "steps": "18750", "hidden": "16, 16"}
    assert recordings_of(plain_clip(tmp_path)) == {}
