"""Describes the boxes that a picture of a model shows, and the ways between them."""

from __future__ import annotations

from dataclasses import dataclass

from engine.recording.format.structure import module_called
from scenes.animate.diagram.graph import ADDING

BESIDE = frozenset(("setitem", "cat", "concat", "concatenate", "stack", "hstack", "vstack", "column_stack"))
TIMES = frozenset(("mul", "multiply", "imul", "mul_", "__mul__", "__imul__"))
SIGNS = {"+": ADDING, "‖": BESIDE, "×": TIMES}  # where values are added, laid side by side, multiplied
ENDS = ("input", "output")  # kinds at which data comes in and goes out
HOLDING = frozenset(("module", "whole", "parameter", "elided"))  # kinds that may have parameters


@dataclass(frozen=True)
class ModelBox:
    """A box of a picture.

    kind: "module", "whole" for what holds several, "input", "output", "join", "parameter", "function" for what is done
    on one of several ways, "elided" for the middle of a long model. title: a class, a function, or a name. members: its
    nodes. shape, entry: of what it puts out and takes in, for one input. after: what is done to its output. times: how
    many alike it stands for. calls: how often it is called. elided: how many boxes it stands for. shares: the path of
    the module whose parameters it has, too. named: its own path where another box tells of that. copies: how many run
    at once. closed: whether nobody could look into it. others: the shapes of what else leaves it.
    """

    name: str
    kind: str
    title: str
    members: tuple[str, ...]
    shape: tuple[int, ...] = ()
    entry: tuple[int, ...] = ()
    parameters: int = 0
    after: tuple[str, ...] = ()
    times: int = 1
    calls: int = 1
    elided: int = 0
    returns: bool = False
    shares: str = ""
    named: str = ""
    copies: int = 0
    closed: bool = False
    others: tuple[tuple[int, ...], ...] = ()

    @property
    def path(self) -> str:
        """The path of its module, or of the first of them."""
        return module_called(self.name)

    @property
    def sign(self) -> str:
        """The sign of what is done where values meet; "" where it is written out."""
        return next((sign for sign, functions in SIGNS.items() if self.title in functions), "")

    @property
    def is_sign(self) -> bool:
        """Whether it is drawn as a sign."""
        return self.kind == "join" and bool(self.sign)

    @property
    def alike(self) -> tuple[object, ...]:
        """The properties that boxes built alike have in common."""
        each = len(self.members) // self.times
        return self.kind, self.title, self.shape, self.entry, self.parameters // self.times, each


@dataclass(frozen=True)
class Link:
    """A way from box to box, by their names. through: the functions on it."""

    source: str
    target: str
    through: tuple[str, ...] = ()


@dataclass(frozen=True)
class BoxGraph:
    """Boxes in the order in which data meets them, and the ways between them."""

    boxes: tuple[ModelBox, ...]
    links: tuple[Link, ...]

    @property
    def size(self) -> int:
        """The number of boxes, without signs and without where data comes in and goes out."""
        return sum(not box.is_sign and box.kind not in ENDS for box in self.boxes)

    @property
    def holding(self) -> list[ModelBox]:
        """The boxes that have parameters; all that might have, where none has any."""
        may = [box for box in self.boxes if box.kind in HOLDING]
        return [box for box in may if box.parameters] or may
