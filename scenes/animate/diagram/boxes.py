"""Describes the boxes that a picture of a model shows, and the ways between them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from engine.recording.format.encoded_names import decoded_name
from engine.recording.format.structure import module_called
from scenes.animate.diagram.graph import ADDING

BESIDE = frozenset(("cat", "concat", "concatenate", "stack", "hstack", "vstack", "column_stack"))
ATTENDING = frozenset(("scaled_dot_product_attention", "multi_head_attention_forward", "flex_attention"))
RESHAPING = frozenset(  # what changes no value, and takes none away: only how they are laid out
    (
        "contiguous",
        "flatten",
        "movedim",
        "permute",
        "reshape",
        "squeeze",
        "swapaxes",
        "transpose",
        "unflatten",
        "unsqueeze",
        "view",
    )
)
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

    def told_after(self, lines: int) -> tuple[tuple[str, ...], int]:
        """Return what is told to be done to its output in a number of lines, and how much more there is.

        Where there is little room, what only lays values out in another way is not told.
        """
        names = self.after
        if len(names) > lines:
            names = tuple(name for name in names if name not in RESHAPING) or names
        shown = names if len(names) <= lines else names[: lines - 1]
        return shown, len(names) - len(shown)

    @property
    def alike(self) -> tuple[object, ...]:
        """The properties that boxes built alike have in common."""
        each = len(self.members) // self.times
        return self.kind, self.title, self.shape, self.entry, self.parameters // self.times, each


@dataclass(frozen=True)
class Link:
    """A way from box to box, by their names. through: the functions on it. values: how many values one call takes."""

    source: str
    target: str
    through: tuple[str, ...] = ()
    values: int = 1


def distinct(links: Iterable[Link]) -> tuple[Link, ...]:
    """Return links without those that are there several times; of these the one with the most values."""
    found: dict[Link, int] = {}
    for link in links:
        alone = replace(link, values=1)
        found[alone] = max(found.get(alone, 1), link.values)
    return tuple(replace(link, values=values) for link, values in found.items())


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


def boxes_in_order(picture: BoxGraph) -> BoxGraph:
    """Return a picture with its boxes in the order in which data meets them, loops apart."""
    before = {box.name: [link.source for link in picture.links if link.target == box.name] for box in picture.boxes}
    found: dict[str, None] = {}
    for box in picture.boxes:
        waiting = [(box.name, iter(before[box.name]))]
        under_way = {box.name}
        while waiting:
            name, sources = waiting[-1]
            new = next((one for one in sources if one not in found and one not in under_way), None)
            if new is None:
                found.setdefault(name)
                waiting.pop()
            else:
                under_way.add(new)
                waiting.append((new, iter(before[new])))
    by_name = {box.name: box for box in picture.boxes}
    return replace(picture, boxes=tuple(by_name[name] for name in found))
