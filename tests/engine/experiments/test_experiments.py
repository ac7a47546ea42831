"""The catalogue of experiments."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import pytest

from engine.experiments import EXPERIMENTS, DigitsConfig, ExperimentError, TrainingConfig, find_experiment, schedule
from engine.training.config import evenly


def test_the_network_of_the_first_chapter() -> None:
    digits = EXPERIMENTS["digits"]
    assert digits.sizes == (784, 16, 16, 10)
    assert digits.parameter_count == 13_002


def test_only_the_labels_differ_between_the_runs_by_heart() -> None:
    true, shuffled = (asdict(EXPERIMENTS[f"digits-{labels}-labels"]) for labels in ("true", "shuffled"))
    assert {key for key in true if true[key] != shuffled[key]} == {"name", "labels"}


@pytest.mark.parametrize("hidden", [(0,), (16, -1), (), (16,) * 1000, (2000, 16), (16.5,), (True, 4)])
def test_sizes_that_cannot_be_trained(hidden: tuple[int, ...]) -> None:
    with pytest.raises(ExperimentError, match=r"hidden must list (1 to 8|layer sizes)"):
        DigitsConfig("odd", hidden=hidden)


def test_only_the_function_differs_between_the_compared_runs() -> None:
    sigmoid, relu = (asdict(EXPERIMENTS[name]) for name in ("digits", "digits-relu"))
    assert {key for key in sigmoid if sigmoid[key] != relu[key]} == {"name", "activation"}


@pytest.mark.parametrize("experiment", EXPERIMENTS.values(), ids=EXPERIMENTS)
def test_config_survives_json(experiment: TrainingConfig) -> None:
    assert type(experiment).from_config(json.loads(json.dumps(experiment.config()))) == experiment


@pytest.mark.parametrize(
    "experiment", [one for one in EXPERIMENTS.values() if isinstance(one, DigitsConfig) and "weight" in one.record]
)
def test_default_schedule_takes_200_snapshots(experiment: TrainingConfig) -> None:
    assert len(experiment.snapshot_steps) >= 200


@pytest.mark.parametrize(("steps", "count"), [(1, 2), (5, 256), (255, 256), (256, 256), (300, 256), (18_750, 256)])
def test_schedule_is_dense_early_and_sparse_later(steps: int, count: int) -> None:
    numbers = schedule(steps, count)
    gaps = np.diff(numbers)
    assert numbers[0] == 0
    assert numbers[-1] == steps
    assert gaps[0] == 1
    assert (gaps >= 1).all()
    assert (np.diff(gaps) >= -1).all()  # they grow, but for rounding
    assert 0.9 * min(count, steps + 1) <= len(numbers) <= count


@pytest.mark.parametrize(
    ("count", "chosen"), [(2, [0, 9]), (4, [0, 3, 6, 9]), (10, list(range(10))), (50, list(range(10)))]
)
def test_an_even_choice_has_both_ends(count: int, chosen: list[int]) -> None:
    assert evenly(np.arange(10), count).tolist() == chosen


ODD_CLOCKS = [
    {"steps": 1},
    {"steps": 7},  # fewer than snapshots
    {"steps": 300},
    {"snapshots": 2},
    {"snapshots": 2, "evaluations": 2},
    {"snapshots": 3, "evaluations": 300},
    {"snapshots": 250, "evaluations": 2},
    {"steps": 60, "snapshots": 61, "evaluations": 60},
]


@pytest.mark.parametrize("changes", [{}, *ODD_CLOCKS], ids=str)
@pytest.mark.parametrize("experiment", EXPERIMENTS.values(), ids=EXPERIMENTS)
def test_every_measure_is_of_a_snapshot(experiment: TrainingConfig, changes: dict[str, int]) -> None:
    wanted = replace(experiment, **changes)
    snapshots, evaluations = wanted.snapshot_steps, wanted.evaluation_steps
    assert set(evaluations.tolist()) <= set(snapshots.tolist())
    for steps in (snapshots, evaluations):
        assert (steps[0], steps[-1]) == (0, wanted.steps)
        assert (np.diff(steps) > 0).all()
    assert len(evaluations) == min(wanted.evaluations, len(snapshots))
    places = np.searchsorted(snapshots, evaluations)
    assert np.ptp(np.diff(places)) <= 1  # evenly by position


@pytest.mark.parametrize("experiment", EXPERIMENTS.values(), ids=EXPERIMENTS)
def test_the_catalogue_asks_for_no_more_measures_than_snapshots(experiment: TrainingConfig) -> None:
    assert len(experiment.evaluation_steps) == experiment.evaluations


@pytest.mark.parametrize("experiment", [one for one in EXPERIMENTS.values() if isinstance(one, DigitsConfig)])
def test_digits_are_measured_64_times_at_least(experiment: TrainingConfig) -> None:
    assert len(experiment.evaluation_steps) >= 64


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"activation": "sigmoyd"}, "activation must be one of sigmoid, relu, tanh"),
        ({"loss": "hinge"}, "loss must be one of"),
        ({"steps": 0}, "steps must be a whole number of at least 1, not 0"),
        ({"steps": True}, "steps must be a whole number"),
        ({"seed": -1}, "seed must be a whole number of at least 0"),
        ({"batch_size": 2.5}, "batch_size must be a whole number"),
        ({"snapshots": 1}, "snapshots must be a whole number of at least 2"),
        ({"learning_rate": float("nan")}, "learning_rate must be a positive number"),
        ({"learning_rate": 0}, "learning_rate must be a positive number"),
        ({"hidden": (16, 0)}, "hidden must list layer sizes"),
        ({"loss": "cross_entropy"}, "cross_entropy takes logits"),
    ],
)
def test_what_cannot_be_trained_is_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ExperimentError, match=said):
        replace(EXPERIMENTS["digits"], **changes)


def test_a_config_of_other_settings_is_refused() -> None:
    with pytest.raises(ExperimentError, match="these differ: momentum"):
        DigitsConfig.from_config({**EXPERIMENTS["digits"].config(), "momentum": 0.9})


def test_differences_are_named() -> None:
    recorded = replace(EXPERIMENTS["digits"], seed=4).config()
    assert EXPERIMENTS["digits"].differences(recorded) == ["seed: 4 recorded, 0 asked for"]
    assert EXPERIMENTS["digits"].differences({**EXPERIMENTS["digits"].config(), "momentum": 0.9}) == [
        "momentum: 0.9 recorded, absent asked for"
    ]


def test_an_unknown_name_gets_the_nearest() -> None:
    assert find_experiment("digits") is EXPERIMENTS["digits"]
    with pytest.raises(ExperimentError, match="did you mean 'digits-relu'"):
        find_experiment("digits-rleu")
    with pytest.raises(ExperimentError, match="there are digits, digits-relu"):
        find_experiment("zzz")
