"""Chooses the line that is said where one input has come to the next place of a model, by what its picture shows."""

from __future__ import annotations

from scenes.animate.diagram.graph import ADDING
from scenes.animate.one_input.stages import Stage
from scenes.language.translation import N_

LINES = {  # what is said when a picture of a kind comes first, and when one comes again
    "maps": (N_("Now it is a stack of pictures."), N_("The next part works on these pictures.")),
    "units": (N_("Now it is a list of numbers."), N_("The next part works on these numbers.")),
    "strip": (N_("A position becomes a list of numbers."), N_("The positions are worked on further.")),
    "hidden": (
        N_("It reads position by position, and keeps numbers in mind."),
        N_("It reads on, position by position."),
    ),
    "pattern": (N_("Here positions look at one another."), N_("And they look at one another again.")),
}
FILTERED = N_("Filters slide over it, and make a stack of pictures.")
WEIGHED = N_("The units of the next layer weigh these numbers.")
JOINED = {  # what is said where other values come in between, by the function that joins them
    "add": N_("What came another way is added, and it becomes this."),
    "cat": N_("What came another way is laid beside it, and it becomes this."),
    "": N_("It meets what came another way, and becomes this."),
}
LATER = (  # said in turn, so that a deep model is not told in one sentence again and again
    N_("Some modules later it looks like this."),
    N_("And further on, like this."),
    N_("Modules further on, it has become this."),
)


def _plain(function: str) -> str:
    """Return the name of a function without the marks of its variants: "add" of "__iadd__"."""
    if function in ADDING:
        return "add"
    return "cat" if function in ("cat", "concat", "concatenate", "stack", "hstack", "vstack") else ""


def line_of(kind: str, stage: Stage, passed: int, *, again: bool, before: int = 0) -> str:
    """Return the line about a picture of a kind, `passed` modules after the one before.

    again: whether a picture of the kind has come before. before: how often it was said that modules were passed.
    """
    if passed > 1 and again:
        return LATER[before % len(LATER)]
    if stage.before.joins:
        return JOINED.get(_plain(stage.before.joins[-1]), JOINED[""])
    if kind == "maps" and not again and "Conv" in stage.names[0]:
        return FILTERED
    if kind == "units" and again and not passed and stage.names[0] == "Linear" and not stage.before.functions:
        return WEIGHED
    return LINES[kind if kind in LINES else "units"][again]
