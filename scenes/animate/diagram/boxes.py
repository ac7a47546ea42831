"""Describes the boxes that a picture of a model shows, and the ways between them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.recording.format.encoded_names import decoded_name
from engine.recording.format.structure import module_called
from scenes.animate.diagram.graph import ADDING

BESIDE = frozenset(("cat", "concat", "concatenate", "stack", "hstack", "vstack", "column_stack"))
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
    at once. closed: whether nobody could look into it. others: the shapes of what else leaves it. layers: of a
    recurrent module, those that it has one upon the other. both_ways: whether it reads from both ends.
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
    layers: int = 1
    both_ways: bool = False

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


def part_beside(path: str, inside: str) -> str:
    """Return the name of the part that holds a module, and stands where another holds `inside`; "" for a number."""
    for own, other in zip(path.split("."), inside.split("."), strict=False):
        if own != other:
            return "" if own.isdecimal() else decoded_name(own)
    return ""


def only_entry_unnamed(picture: BoxGraph) -> BoxGraph:
    """Return a picture in which what comes in from another part has no name where nothing else comes in."""
    entries = [box for box in picture.boxes if box.kind == "input"]
    if len(entries) != 1 or not entries[0].name.startswith("/in:") or entries[0].name.startswith("/in:/"):
        return picture
    boxes = (replace(box, title="") if box is entries[0] else box for box in picture.boxes)
    return replace(picture, boxes=tuple(boxes))
