"""Names the arrays of metrics like the metrics, with percent-encoding where a file cannot be called so.

`val/loss` is recorded as `metric.val%2Floss`, and `val_loss` as `metric.val_loss`, so that no two become one, and each
is shown under the name that its user gave it. Reference: RFC 3986, section 2.1, for UTF-8.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from engine.files.door import LONGEST_NAME
from engine.recording.format.encoded_names import decoded_name, in_numbers
from engine.recording.format.layout import STEP_PREFIX, ArraySpec, RecordingError

METRIC = "metric."
_LONGEST = LONGEST_NAME - len(STEP_PREFIX + METRIC)  # bytes; its steps are numbered by an array of that name, too
_WRITTEN = re.compile(r"[^\w.\- ]")  # what is written in numbers: files may be called by all else


@lru_cache(maxsize=1024)
def array_of_metric(name: str, *, spelled: bool = False) -> str:
    """Return the name of a metric's array; raises `RecordingError` where it is too long for a file.

    spelled: whether every character is percent-encoded, so that nothing else has that name.
    """
    written = "".join(map(in_numbers, name)) if spelled else _WRITTEN.sub(lambda found: in_numbers(found[0]), name)
    if len(written.encode()) > _LONGEST:
        raise RecordingError(
            f"the name of a metric has up to {_LONGEST} bytes, in which another sign than letters, digits, . - _ and "
            f"blanks counts as three or more: shorten {name[:40]!r}"
        )
    return f"{METRIC}{written}"


def free_array_of_metric(name: str, there: Mapping[str, ArraySpec]) -> str:
    """Return the name of a metric's array, which nothing else has. there: the arrays of the recording, by name."""
    array = array_of_metric(name)
    known = there.get(array)
    return array if known is None or known.clock == array else array_of_metric(name, spelled=True)


def metric_of_array(array: str) -> str:
    """Return the name of a metric as its user gave it, by the name of its array, with or without `METRIC` before it."""
    return decoded_name(array.removeprefix(METRIC))
