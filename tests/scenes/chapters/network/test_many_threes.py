"""`many_threes` finds the two that are most alike, and shows their difference."""

import itertools

import numpy as np
import pytest

from scenes.chapters.network.many_threes import distances_between, nearest_two
from tests.scenes.chapters.beats import played_beat


@pytest.fixture(scope="module")
def beat(recordings):
    return played_beat("many_threes", recordings)


def test_the_two_most_alike_are_those_with_the_smallest_distance():
    images = np.random.default_rng(0).random((12, 4, 4)).astype(np.float32)
    images[7] = images[2] + 0.05  # near in all pixels, and the same in none
    images[9].flat[:12] = images[4].flat[:12]  # the same in most pixels, and far in the others
    images[9].flat[12:] = 1 - np.round(images[4].flat[12:])
    pairs = {(a, b): float(((images[a] - images[b]) ** 2).sum()) for a, b in itertools.combinations(range(12), 2)}
    assert nearest_two(distances_between(images)) == min(pairs, key=pairs.get) == (2, 7)


def test_what_is_left_of_the_two_most_alike_is_their_difference(recordings, beat):
    threes = recordings["digits"].read("test.input")[recordings["digits"].read("test.label") == 3][:144]
    left = threes[beat.nearest[0]] - threes[beat.nearest[1]]
    assert np.array_equal(beat.left.values, left)
    assert beat.left.fill[:, 3] == pytest.approx(np.abs(left).ravel())  # one shade for all, and none of them clipped
    assert [number.text for number in beat.scale.numbers] == ["−1", "0", "1"]
    assert beat.differ.text == f"{np.count_nonzero(left)} of 784 pixels differ"
