"""Which part of large tensors is recorded."""

from __future__ import annotations

import numpy as np
import pytest

from engine.capture.snapshots.recordable import Recordable
from engine.capture.snapshots.subsampling import rule, slices_of, strides_for

WEIGHT = Recordable("weight", ("out", "in"), (1024, 768))
MAPS = Recordable("maps", ("batch", "channel", "height", "width"), (64, 32, 28, 28))
PATTERN = Recordable("pattern", ("batch", "head", "query", "key"), (32, 12, 64, 64))
BIAS = Recordable("bias", ("out",), (1024,))


def kept(value: Recordable, strides: dict[str, int]) -> tuple[int, ...]:
    return tuple(-(-length // strides.get(axis, 1)) for axis, length in zip(value.axes, value.shape, strict=True))


@pytest.mark.parametrize("budget", [1_000, 50_000, 1_000_000, 5_000_000])
def test_a_snapshot_stays_within_its_budget(budget: int) -> None:
    values = (WEIGHT, MAPS, PATTERN, BIAS)
    strides = strides_for(values, budget)
    assert sum(4 * int(np.prod(kept(value, strides.get(value.name, {})))) for value in values) <= budget


def test_what_is_small_is_whole_and_what_is_large_shares_the_rest() -> None:
    strides = strides_for((WEIGHT, BIAS), 1_000_000)
    assert "bias" not in strides
    assert strides["weight"] == {"out": 2, "in": 2}
    assert strides_for((WEIGHT, BIAS), 10_000_000) == {}


def test_pictures_and_tables_of_attention_stay_whole_as_long_as_possible() -> None:
    strides = strides_for((MAPS,), 210_000)
    assert strides["maps"] == {"batch": 8, "channel": 4}  # eight examples, eight channels
    assert {"query", "key"}.isdisjoint(strides_for((PATTERN,), 200_000)["pattern"])


def test_parts_are_what_the_rule_says() -> None:
    strides = {"weight": {"in": 4}}
    parts = slices_of((WEIGHT, BIAS), strides)
    assert parts == {"weight": (slice(None, None, 1), slice(None, None, 4))}
    assert rule((WEIGHT, BIAS), strides) == {"weight": {"of": [1024, 768], "every": {"in": 4}}}


def test_what_the_model_puts_out_comes_first() -> None:
    output = Recordable("output", ("batch", "feature"), (64, 10), kind="output")
    many = [Recordable(f"layer{number}.activation", ("batch", "feature"), (64, 512)) for number in range(40)]
    strides = strides_for((*many, output), 20_000)
    assert "output" not in strides and set(strides) == {value.name for value in many}


def test_the_scores_of_all_classes_are_kept_as_long_as_possible() -> None:
    logits = Recordable("logits", ("batch", "position", "feature"), (16, 64, 5_000), kind="logits")
    assert strides_for((logits,), 16 * 64 * 5_000 * 4)["logits"] == {"batch": 2}
    assert set(strides_for((logits,), 40_000)["logits"]) == {"batch", "position"}
    assert "feature" in strides_for((logits,), 4_000)["logits"]
