"""What is given to the queue is done in order, and what fails is heard of."""

from __future__ import annotations

import threading

import pytest

from engine.recording.writing.write_queue import ROOM, WriteQueue


def test_everything_is_done_in_order() -> None:
    done: list[int] = []
    queue = WriteQueue()
    for number in range(50):
        queue.put(lambda number=number: done.append(number))
    queue.wait()
    assert done == list(range(50))


def test_it_works_beside_the_caller() -> None:
    threads: list[str] = []
    queue = WriteQueue()
    queue.put(lambda: threads.append(threading.current_thread().name))
    queue.wait()
    assert threads == ["write recording"]


def test_a_failure_is_raised_by_the_next_call_and_ends_the_writing() -> None:
    done: list[str] = []
    queue = WriteQueue()

    def fail() -> None:
        raise OSError("no room")

    queue.put(fail)
    with pytest.raises(OSError, match="no room"):
        queue.wait()
    with pytest.raises(OSError, match="no room"):
        queue.put(lambda: done.append("late"))
    queue.stop()
    assert done == []


def test_who_brings_too_much_waits() -> None:
    gate, begun = threading.Event(), threading.Event()
    queue = WriteQueue()

    def first() -> None:
        begun.set()
        gate.wait(10)

    queue.put(first, ROOM)
    putting = threading.Thread(target=lambda: queue.put(lambda: None, 1))
    putting.start()
    assert begun.wait(10)
    putting.join(0.2)
    assert putting.is_alive()
    gate.set()
    putting.join(10)
    assert not putting.is_alive()
    queue.wait()


def test_stop_forgets_what_was_not_begun() -> None:
    gate, begun, done = threading.Event(), threading.Event(), []
    queue = WriteQueue()

    def first() -> None:
        begun.set()
        gate.wait(10)
        done.append("first")

    queue.put(first)
    queue.put(lambda: done.append("second"))
    assert begun.wait(10)
    threading.Timer(0.1, gate.set).start()
    queue.stop()
    queue.wait()
    assert done == ["first"]
