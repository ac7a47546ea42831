"""What is given to the scribe is done in order, and what fails is heard of."""

from __future__ import annotations

import threading

import pytest

from engine.recording.writing.write_queue import ROOM, Scribe


def test_everything_is_done_in_order() -> None:
    done: list[int] = []
    scribe = Scribe()
    for number in range(50):
        scribe.give(lambda number=number: done.append(number))
    scribe.wait()
    assert done == list(range(50))


def test_it_works_beside_the_caller() -> None:
    threads: list[str] = []
    scribe = Scribe()
    scribe.give(lambda: threads.append(threading.current_thread().name))
    scribe.wait()
    assert threads == ["write recording"]


def test_a_failure_is_raised_by_the_next_call_and_ends_the_writing() -> None:
    done: list[str] = []
    scribe = Scribe()

    def fail() -> None:
        raise OSError("no room")

    scribe.give(fail)
    with pytest.raises(OSError, match="no room"):
        scribe.wait()
    with pytest.raises(OSError, match="no room"):
        scribe.give(lambda: done.append("late"))
    scribe.stop()
    assert done == []


def test_who_brings_too_much_waits() -> None:
    gate, begun = threading.Event(), threading.Event()
    scribe = Scribe()

    def first() -> None:
        begun.set()
        gate.wait(10)

    scribe.give(first, ROOM)
    giving = threading.Thread(target=lambda: scribe.give(lambda: None, 1))
    giving.start()
    assert begun.wait(10)
    giving.join(0.2)
    assert giving.is_alive()
    gate.set()
    giving.join(10)
    assert not giving.is_alive()
    scribe.wait()


def test_stop_forgets_what_was_not_begun() -> None:
    gate, begun, done = threading.Event(), threading.Event(), []
    scribe = Scribe()

    def first() -> None:
        begun.set()
        gate.wait(10)
        done.append("first")

    scribe.give(first)
    scribe.give(lambda: done.append("second"))
    assert begun.wait(10)
    threading.Timer(0.1, gate.set).start()
    scribe.stop()
    scribe.wait()
    assert done == ["first"]
