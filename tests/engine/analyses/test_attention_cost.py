"""What scatters is measured in rounds, and told with its spread and with what it was measured on."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.analyses import attention_cost as survey_cost
from engine.analyses.catalog import AttentionCostAnalysis
from engine.analyses.run import run_analysis
from engine.recording import Recording
from engine.training import machine

SMALL = AttentionCostAnalysis("attention-cost", tokens=(8, 16, 32), head_size=4, rounds=5, lasting=0.0005)


@pytest.fixture(scope="module")
def cost(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    return run_analysis(SMALL, None, tmp_path_factory.mktemp("cost") / "cost.zarr")


def test_the_memory_grows_with_the_square(recordings: Mapping[str, Recording]) -> None:
    cost = recordings["attention-cost"]
    np.testing.assert_array_equal(cost.read("bytes"), 4 * cost.read("tokens") ** 2)


def test_the_time_is_the_median_of_all_rounds_with_its_quartiles(cost: Recording) -> None:
    rounds = np.sort(cost.read("seconds.all"), axis=0)
    assert rounds.shape == (5, 3) and (rounds > 0).all()
    for name, place in (("seconds.low", 1), ("seconds", 2), ("seconds.high", 3)):
        np.testing.assert_allclose(cost.read(name), rounds[place])


def test_what_it_was_measured_on_is_told(cost: Recording) -> None:
    told = cost.origin["machine"]
    assert told["processor"] and told["cores"] == os.cpu_count()
    assert (told["threads"], told["torch"]) == (1, torch.__version__)
    assert all(load >= 0 for load in told["load"]) and len(told["load"]) == 2


def test_the_number_of_threads_is_as_before() -> None:
    before = torch.get_num_threads()
    survey_cost.measure_cost(SMALL)
    assert torch.get_num_threads() == before


def test_what_is_timed_is_the_pattern_of_a_head() -> None:
    scores = survey_cost._Scores.of(6, 4, torch.Generator().manual_seed(0))
    scores.compute()
    query, key = scores.query.double(), scores.key.double()
    torch.testing.assert_close(scores.pattern.double(), (query @ key.T / 2).softmax(-1), atol=1e-6, rtol=1e-5)


def test_each_round_times_every_size(monkeypatch: pytest.MonkeyPatch) -> None:
    timed: list[int] = []
    monkeypatch.setattr(survey_cost._Scores, "seconds", lambda scores, lasting: timed.append(len(scores.query)) or 1.0)
    survey_cost.measure_cost(SMALL)
    assert timed == [8, 16, 32] * 5


def test_a_pass_is_timed_over_as_many_as_last_long_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr(survey_cost.time, "thread_time", lambda: clock[0])
    monkeypatch.setattr(survey_cost._Scores, "compute", lambda scores: clock.__setitem__(0, clock[0] + 0.003))
    scores = survey_cost._Scores.of(6, 4, torch.Generator())
    assert scores.seconds(0.02) == pytest.approx(0.003)
    assert clock[0] == pytest.approx(0.003 * (1 + 2 + 4 + 8))


@pytest.mark.parametrize(
    ("content", "processor"),
    [
        ("processor\t: 0\nmodel name\t: A Processor @ 3 GHz\n\nmodel name\t: another\n", "A Processor @ 3 GHz"),
        ("processor\t: 0\n", "as the system calls it"),
        (None, "as the system calls it"),
    ],
)
def test_the_processor_is_called_what_it_calls_itself(
    content: str | None, processor: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if content is not None:
        (tmp_path / "cpuinfo").write_text(content)
    monkeypatch.setattr(machine, "_CPUINFO", tmp_path / "cpuinfo")
    monkeypatch.setattr("platform.processor", lambda: "as the system calls it")
    assert machine.machine(2)["processor"] == processor
    assert machine.machine(2)["threads"] == 2
