"""Defines the conventions of recordings that those who record and those who draw share.

They are a label of special meaning, characters that are no text, the words for how something was chosen, and models'
names. A drawing needs nothing of the engine but `engine.recording` and `engine.files.replacing`; a test holds that.
"""

from __future__ import annotations

from collections.abc import Mapping
from os.path import abspath, isdir
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.recording.reading.recording import Recording

# The label of a probe that is the user's own picture: nobody has told which digit it is
USER_PROBE_LABEL = -1

# Of texts that are read and written a character each: what fills up the shorter ones, and what an answer begins with
PADDING, START = "\0", "\N{START OF TEXT}"

# In the config of a reading, as `chosen_by`: how the head that is shown was chosen
# (`engine.capture.attention.head_scores.look_back`)
_RULE = (
    "the one whose last token gives the greatest weight to a token that is neither the first, nor itself, nor the one "
    "before it"
)
ASKED_FOR = "asked for"
LOOKS_BACK = f"of all heads, {_RULE}"
LOOKS_BACK_IN_LAYER = f"of the heads of the layer asked for, {_RULE}"

SMOLLM2 = "smollm2"  # as the language model that is installed is asked for

INPUTS = {"mnist": 28 * 28}  # numbers in an example of a data set, and what it may be
CLASSES = {"mnist": 10}


def layer_sizes(config: Mapping[str, Any]) -> tuple[int, ...]:
    """Return the numbers of neurons from the input to the output, by the settings of a network of plain layers."""
    dataset = config.get("dataset", "mnist")  # which older recordings do not tell
    return (INPUTS[dataset], *config["hidden"], CLASSES[dataset])


def model_title(recording: Recording) -> str:
    """Return the recorded model's name, with the quantisation of its weights if there is one.

    An older recording does not hold the name: it is then that of the model as it was asked for.
    """
    source = recording.origin.get("model")
    if not source:
        return model_name(str(recording.config["model"]))
    return f"{source['name']} ({source['quantisation']})" if source["quantisation"] else str(source["name"])


def model_name(model: str) -> str:
    """Return the name of a language model as it was asked for, of a folder its last part."""
    if model == SMOLLM2:
        return "SmolLM2-135M-Instruct"
    return Path(abspath(model) if isdir(model) else model).name


def text_of(codepoints: Any, ids: Any) -> str:
    """Return the text of token ids (position), of an alphabet that a recording carries as numbers (token)."""
    return "".join(chr(codepoints[number]) for number in ids)
