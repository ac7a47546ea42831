"""Shares work among threads piece by piece: a thread that has done one piece takes the next.

A compiled routine that lets go of Python's lock runs on all cores. A fixed share for each thread would not do: beside
the threads that draw there is one that encodes, and the core that has both would keep the other waiting.
"""

from __future__ import annotations

import functools
import itertools
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numba


def parallel_for(count: int, work: Callable[[int], None]) -> None:
    """Call `work` for each number below `count`, on as many threads as numba may use; return when all is done."""
    helpers = min(numba.get_num_threads(), count) - 1
    numbers = itertools.count()

    def take() -> None:
        while (number := next(numbers)) < count:
            work(number)

    waiting = [_pool().submit(take) for _ in range(helpers)]
    take()
    for helper in waiting:
        helper.result()


@functools.cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max(1, (os.cpu_count() or 1) - 1), thread_name_prefix="draw")
