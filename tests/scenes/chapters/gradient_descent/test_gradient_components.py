"""The numbers, arrows and edges of `gradient_components` are the recorded gradient's, and so is what it compares."""

from __future__ import annotations

import numpy as np
import pytest

from scenes.beats.stage import LAYERS
from scenes.chapters.gradient_descent.gradient_components import FADED, MOST, SHOWN
from scenes.chapters.gradient_descent.training.wishes import (
    ARROW,
    THICKEST,
    Choice,
    choose_weights,
    compared,
    measured_by_layer,
    measured_pair,
    slots_of,
    wish_arrow,
    wish_color,
    wishing,
)
from scenes.drawing.batched import rgb255
from scenes.language.translation import LANGUAGES
from scenes.look.style import palette
from scenes.mobjects.diagram.network import layered_network
from tests.scenes.chapters.beats import played_beat, require_well_told


@pytest.fixture(scope="module")
def played(recordings):
    return {
        language: played_beat("gradient_components", recordings, chapter="gradient-descent", language=language)
        for language in LANGUAGES
    }


@pytest.fixture(scope="module")
def gradients(recordings):
    return [recordings["digits-review"].read(f"{layer}.weight.gradient") for layer in LAYERS]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_plays_and_gives_every_line_its_time(played, language):
    beat = played[language]
    assert 12 <= beat.time <= 30
    require_well_told(beat)


def test_each_row_holds_the_recorded_weight_and_minus_its_gradient(played, recordings, gradients):
    beat = played["en"]
    assert len(beat.wish) == len(beat.parameters) == 13_002
    for (entry, weight), one in zip(beat.pairs(), beat.chosen, strict=True):
        recorded = recordings["digits"].read(f"{LAYERS[one.layer]}.weight", step=0)[one.out, one.into]
        assert weight.value == pytest.approx(recorded)
        assert entry.value == pytest.approx(-gradients[one.layer][one.out, one.into])
        assert entry.color.to_hex() == wish_color(entry.value).upper()


def test_highest_and_lowest_component_of_the_edges_drawn_are_among_those_shown(played, gradients):
    beat = played["en"]
    drawn = -np.concatenate([e.pick(g) for e, g in zip(beat.network.edges, gradients, strict=True)])
    assert len(beat.chosen) == SHOWN
    assert [beat.own.min(), beat.own.max()] == pytest.approx([drawn.min(), drawn.max()])


def test_edges_end_as_thick_as_the_components_are_large(played, gradients):
    beat = played["en"]
    largest = max(np.abs(e.pick(g)).max() for e, g in zip(beat.network.edges, gradients, strict=True))
    assert beat.key[2][1].text == f"thickest: {largest:.4f}"
    for edges, gradient in zip(beat.network.edges, gradients, strict=True):
        wish = -edges.pick(gradient)
        assert edges.stroke == pytest.approx(THICKEST * np.abs(wish) / largest, rel=1e-4)
        assert (edges.rgba[:, 3] == 1).all()  # the thickness alone tells the size
        blue = np.isclose(edges.rgba[:, :3], rgb255(palette().positive)).all(axis=1)
        assert (blue[np.abs(wish) > 1e-9] == (wish > 0)[np.abs(wish) > 1e-9]).all()
    values = np.concatenate([np.abs(edges.values) for edges in beat.network.edges])
    shown = np.concatenate([edges.shown for edges in beat.network.edges])
    assert values[shown == 1].min() >= values[shown < 1].max()
    assert (shown == 1).sum() == MOST and shown.min() == np.float32(FADED)


def test_what_is_told_of_the_two_that_are_compared_holds(played):
    beat = played["en"]
    small, large = beat.own[beat.small], beat.own[beat.large]
    assert abs(large) == np.abs(beat.own).max()
    told = next(caption for caption in beat.captions if "ratio" in caption.values)
    assert float(told.values["ratio"]) == pytest.approx(abs(large / small), rel=0.34)
    assert ("That one down" in told.text) == (large < 0 < small)
    assert ("That one up" in told.text) == (small < 0 < large)


@pytest.mark.parametrize(
    ("wishes", "pair"),
    [
        ([0.5, -0.001, -0.02, 0.1], (2, 0)),  # the smallest of the other sign that is not next to nothing
        ([0.5, 0.2, 0.1, 0.0], (2, 0)),  # none of the other sign
        ([-3.0, 1.0, 2.0], (1, 0)),
        ([0.0, 0.0], (1, 0)),
    ],
)
def test_which_two_are_compared(wishes, pair):
    assert compared(np.array(wishes)) == pair


def test_choices_are_spread_over_the_sorted_components_and_stand_at_their_places():
    network = layered_network((4, 3, 2), shown=4)
    first, second = np.arange(12.0).reshape(3, 4), 100 + np.arange(6.0).reshape(2, 3)
    chosen = choose_weights(network, [first, second], 3)
    assert chosen == [Choice(0, 0, 0, 0), Choice(0, 2, 0, 8), Choice(1, 1, 2, 12 + 3 + 5)]
    assert slots_of(chosen) == (0, 8, None, 20)
    assert chosen[2].symbol == "w_(1,2)^((2))"


def test_arrows_point_and_grow_with_the_wish():
    up, down = wish_arrow(0.5, 1.0), wish_arrow(-1.0, 1.0)
    assert [up.height, down.height] == pytest.approx([ARROW / 2, ARROW])
    widest = {arrow: arrow.points[np.abs(arrow.points[:, 0]).argmax(), 1] for arrow in (up, down)}
    assert widest[up] > 0 > widest[down]  # the head is where the arrow is widest
    assert up.color.to_hex() == palette().positive.upper() and down.color.to_hex() == palette().negative.upper()


def test_arrows_are_as_long_as_the_components_are_large(played):
    beat = played["en"]
    lengths = np.array([arrow.height for arrow in beat.arrows])
    assert lengths == pytest.approx(ARROW * np.abs(beat.own) / np.abs(beat.own).max(), abs=0.006)


@pytest.mark.parametrize(("wishes", "ratio"), [([0.5, -0.011, 0.02], 50), ([0.3, -0.2, 0.1], 1.5), ([-4.0, -0.5], 8)])
def test_how_many_times_as_important_is_told_in_a_digit(wishes, ratio):
    assert measured_pair(np.array(wishes)).value["ratio"] == ratio


def test_the_output_is_said_to_turn_most_where_its_components_are_the_largest(played, gradients):
    beat = played["en"]
    sizes = [np.abs(gradient) for gradient in gradients]
    last = all(of(sizes[-1]) == max(map(of, sizes)) for of in (np.max, np.mean))
    assert ("those into the output" in beat.captions[-1].text) == last
    even = measured_by_layer([np.ones((3, 4)), np.ones((2, 3)) / 2])
    assert even.value == {"largest": [1, 0.5], "mean": [1, 0.5]}


def test_wishing_edges_carry_sign_and_size():
    edges = layered_network((2, 2)).edges[0]
    shown = wishing(edges, np.array([[1.0, -0.5], [0.0, 0.25]]), 1.0)
    assert shown.stroke / THICKEST == pytest.approx(np.abs(shown.values))
    assert sorted(shown.values) == [-0.5, 0.0, 0.25, 1.0]
