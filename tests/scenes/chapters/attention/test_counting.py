"""What `counting` counts are the sizes of the recorded matrices, and GPT-3's are those of its paper."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from transformers import GPT2Config, GPT2LMHeadModel

from scenes.beats.beat import Beat
from scenes.chapters.attention.counts.counted import counted_rows
from scenes.chapters.attention.counts.counts_measured import gpt3_counts, gpt3_sizes
from scenes.chapters.attention.counts.sizes import GPT3, KINDS, Sizes, gpt_parameters
from scenes.drawing.batched import rgb255
from scenes.language.translation import LANGUAGES
from scenes.look.style import palette
from tests.scenes.chapters.beats import played_beat, require_well_told

BLUE, RED = rgb255(palette().positive), rgb255(palette().negative)


@pytest.fixture(scope="module")
def played(recordings):
    return played_beat("counting", recordings, chapter="attention")


def test_it_is_well_told(played):
    require_well_told(played)
    assert 25 <= played.time <= 44


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_plays_on_a_model_of_other_sizes(random_readings, language):
    beat = played_beat("counting", random_readings, chapter="attention", language=language)
    require_well_told(beat)
    anatomy = random_readings["attention-text"].config["anatomy"]
    assert beat.left.value["left"] <= anatomy["head_size"]
    further = [len(deck) for deck in beat.decks]  # sheets behind the one that is shown
    assert further == [anatomy[of] - 1 for of in ("heads", "groups", "groups", "heads")]


def test_the_sizes_are_those_of_the_recorded_matrices(recordings):
    reading = recordings["attention-text"]
    sizes, counted = Sizes.of(reading), reading.config["anatomy"]["weights"]
    assert {kind: sizes.copies(kind) * sizes.matrix for kind in KINDS} == counted
    assert sizes.layer == sum(counted.values())
    assert sizes.head == sum(reading.read(f"weight.{kind}").size for kind in KINDS)
    assert sizes.whole == 30 * (2 * 576 * 576 + 2 * 192 * 576) == 26_542_080


def test_the_counts_on_screen_are_these(played):
    sizes = played.sizes
    assert [number.value for number in played.counts] == [sizes.matrix] * 4
    assert [number.value for number in played.in_layer] == [sizes.copies(kind) * sizes.matrix for kind in KINDS]
    assert (played.head_total.value, played.layer_total.value) == (sizes.head, sizes.layer)
    assert played.bar.part.width / played.bar.track.width == pytest.approx(sizes.whole / sizes.parameters, abs=1e-6)


def test_gpt_3_is_counted_as_in_its_paper():
    assert [GPT3.layers * GPT3.copies(kind) * GPT3.matrix for kind in KINDS] == [14_495_514_624] * 4
    shown = [row[-1].value for row in counted_rows(Beat({}), GPT3, 6.2, gpt3_sizes())[1:]]
    assert shown == [14_495_514_624] * 4
    assert GPT3.whole == 57_982_058_496


def test_what_is_said_of_gpt_3_follows_from_its_published_sizes(played):
    values = [one.value for one in gpt3_counts()[1:]]
    assert values == [4 * 12_288**2, GPT3.whole, GPT3.parameters, pytest.approx(GPT3.share)]
    told = [claim.text for claim in played.log.claims]
    assert "sizes: Brown et al. 2020, table 2.1; the count is ours" in told


def test_the_four_matrices_have_one_scale_which_a_bar_tells(played, recordings):
    reading = recordings["attention-text"]
    matrices = [reading.read(f"weight.{kind}") for kind in KINDS]
    full = np.quantile(np.abs(np.concatenate([matrix.ravel() for matrix in matrices])), 0.97)
    scale = float(f"{full:.2g}")
    for strip, matrix in zip(played.strips, matrices, strict=True):
        assert strip.fill[:, 3] == pytest.approx(np.minimum(np.abs(matrix.ravel()) / scale, 1), abs=1e-4)
    assert [number.text for number in played.scale_of_shades()[0].numbers] == [f"−{scale:g}", "0", f"{scale:g}"]


# layers, width, and in millions the parameters in table D.1 of Brown et al., 2020
THEIRS = [
    (12, 768, 125),
    (24, 1_024, 356),
    (24, 1_536, 760),
    (24, 2_048, 1_320),
    (32, 2_560, 2_650),
    (32, 4_096, 6_660),
    (96, 12_288, 174_600),
]


@pytest.mark.parametrize(("layers", "width", "millions"), THEIRS)
def test_parameters_come_to_what_the_paper_says(layers, width, millions):
    assert gpt_parameters(layers, width, 50_257, 2_048) / 1e6 == pytest.approx(millions, rel=0.005)


def test_each_parameter_of_gpt_3_is_counted_once_as_those_of_the_model_beside_it(recordings):
    config = GPT2Config(n_layer=96, n_head=96, n_embd=12_288, n_positions=2_048, vocab_size=50_257)
    with torch.device("meta"):
        model = GPT2LMHeadModel(config)
    assert model.lm_head.weight is model.transformer.wte.weight, "input and output are one matrix"
    assert GPT3.parameters == sum(parameter.numel() for parameter in model.parameters()) == 174_604_259_328
    ours = Sizes.of(recordings["attention-text"])
    embedding = recordings["attention-text"].config["anatomy"]["vocabulary"] * ours.width
    feed_forward, norms = ours.layers * 3 * 1_536 * ours.width, (2 * ours.layers + 1) * ours.width
    assert ours.parameters == embedding + ours.whole + feed_forward + norms


def test_the_map_shown_is_the_product_of_the_recorded_matrices(played, recordings):
    reading = recordings["attention-text"]
    product = reading.read("weight.output") @ reading.read("weight.value")
    assert played.map_shown == pytest.approx(product[:: played.every, :: played.every])
    signs = np.where(played.map_shown.ravel() < 0, 1, 0)
    assert (played.map_picture().fill[:, :3] == np.array([BLUE, RED])[signs]).all()


def test_the_points_are_the_singular_values_and_their_rank_is_the_head_size(played, recordings):
    values = recordings["attention-text"].read("value_map.singular")
    heights = played.points.centers[:, 1]
    assert (heights - heights.min()) / np.ptp(heights) == pytest.approx(values / values.max(), abs=1e-5)
    assert played.left.value["left"] == played.sizes.head_size
    assert values[played.left.value["left"] :].max() < 1e-4 * values[played.left.value["left"] - 1]
