"""All the models of these kinds, by name."""

from __future__ import annotations

from tests.engine.recorder.thirty.brought import Brought
from tests.engine.recorder.thirty.keeping import KEEPING
from tests.engine.recorder.thirty.pictures import PICTURES
from tests.engine.recorder.thirty.plain import PLAIN
from tests.engine.recorder.thirty.sequences import SEQUENCES
from tests.engine.recorder.thirty.unusual import UNUSUAL

MODELS: dict[str, Brought] = {**PLAIN, **PICTURES, **SEQUENCES, **UNUSUAL, **KEEPING}
