"""Dates: unseen days are unseen, forms can be told apart, and the same seed draws the same."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
import torch

from engine.experiments import EXPERIMENTS
from engine.experiments.dates.config import DatesConfig
from engine.experiments.dates.data import FORMS, ISO_LENGTH, Days, alphabets, longest, write_dates
from engine.experiments.dates.task import DatesTask, begun
from engine.experiments.induction.data import repeated_sequences


def test_seen_and_unseen_days_are_disjoint_and_together_all() -> None:
    days = Days.between(1999, 2001, 10, seed=0)
    assert not set(days.seen) & set(days.unseen)
    together = sorted([*days.seen, *days.unseen])
    assert together == list(range(date(1999, 1, 1).toordinal(), date(2001, 12, 31).toordinal() + 1))
    assert len(days.unseen) == len(together) // 10
    np.testing.assert_array_equal(Days.between(1999, 2001, 10, seed=0).unseen, days.unseen)
    assert (Days.between(1999, 2001, 10, seed=1).unseen != days.unseen).any()


def test_what_is_written_of_a_day_is_right() -> None:
    read, written = alphabets()
    source, target = write_dates(np.full(len(FORMS), date(2026, 11, 24).toordinal()), FORMS)
    told = {read.decode(row).rstrip("\0") for row in source}
    assert {
        "Dienstag, 24. November 2026",
        "martes, 24 de noviembre de 2026",
        "2026年11月24日星期二",
        "11/24/2026",
    } <= told
    assert {written.decode(row) for row in target} == {"2026-11-24"}
    assert "\N{REPLACEMENT CHARACTER}" not in "".join(told)


def test_no_text_means_two_days() -> None:
    meant: dict[str, date] = {}
    for day in (date(2027, 1, 1) + timedelta(number) for number in range(730)):  # a leap year among them
        for form in FORMS:
            text = form.write(day)
            assert meant.setdefault(text, day) == day, text
            assert len(text) <= longest()


def test_batches_repeat_whatever_came_before_and_hold_seen_days_only() -> None:
    experiment = DatesConfig(name="dates", first_year=1999, last_year=2001, batch_size=64, tested=64)
    first, second = DatesTask(experiment), DatesTask(experiment)
    for step in range(5):
        first.batches(step)
    (source, started), target = first.batches(3)
    (source_again, _), target_again = second.batches(3)
    assert torch.equal(source, source_again) and torch.equal(target, target_again)
    assert torch.equal(started, begun(target))
    _, written = alphabets()
    seen, unseen = (
        {date.fromisoformat(written.decode(row)).toordinal() for row in rows}
        for rows in (np.concatenate([first.batches(step)[1].numpy() for step in range(5)]), first.test_truth.numpy())
    )
    assert seen <= set(first.days.seen) and unseen <= set(first.days.unseen)
    assert target.shape == (64, ISO_LENGTH)


def test_the_probes_are_of_as_many_forms() -> None:
    experiment = EXPERIMENTS["dates"]
    assert isinstance(experiment, DatesConfig)
    run = DatesTask(experiment)
    read, _ = alphabets()
    assert len({read.decode(row) for row in run.shown.numpy()}) == experiment.probes


@pytest.mark.parametrize("seed", [0, 1])
def test_sequences_repeat_their_beginning(seed: int) -> None:
    drawn = repeated_sequences(np.random.default_rng(seed), 200, vocabulary=20, length=32, shortest=5)
    again = repeated_sequences(np.random.default_rng(seed), 200, vocabulary=20, length=32, shortest=5)
    np.testing.assert_array_equal(drawn, again)
    periods = set()
    for row in drawn:
        period = next(number for number in range(1, 32) if (row[number:] == row[:-number]).all())
        assert len(set(row[:period])) == period
        periods.add(period)
    assert periods == set(range(5, 17))
