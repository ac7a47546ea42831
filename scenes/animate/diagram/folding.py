"""Folds a model's wiring into the boxes that one picture of it shows, as many as can be read.

Modules that only change values in their places are part of the box before; parts that are built alike and follow each
other are one box. Parts are looked into, the smallest first, as long as there is room.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from engine.recording.format.structure import ENTERS, LEAVES
from scenes.animate.diagram.boxes import (
    BoxGraph,
    Link,
    ModelBox,
    boxes_in_order,
    distinct,
    only_entry_unnamed,
    part_beside,
)
from scenes.animate.diagram.function_boxes import with_functions
from scenes.animate.diagram.wiring_graph import NOTHING, WiringGraph

MOST = 24  # boxes in one picture, signs apart
ROOMY = 8  # boxes, up to which everything is shown at once
OPEN = 12  # boxes, up to which parts are looked into
FEW = 4  # boxes: a picture of no more is looked into, though it has many then
TRIED = 60  # parts that are tried to be looked into


def fold(graph: WiringGraph, inside: str = "", members: Sequence[str] = (), *, most: int = OPEN) -> BoxGraph:
    """Return the picture of a model, or of the nodes `members` of the part `inside`.

    most: the number of boxes up to which parts are looked into.
    """
    nodes = list(members or graph.nodes)
    wholes = {whole for node in nodes for whole in graph.within(node)}
    wholes = {whole for whole in wholes if not inside or whole.startswith(f"{inside}.")}
    layers = frozenset(whole for whole in wholes if graph.is_layer(whole))
    everything = _folded(graph, inside, nodes, layers, crowded=False)
    if everything.size <= min(ROOMY, most):
        return everything
    closed = frozenset(wholes)
    picture = _folded(graph, inside, nodes, closed, crowded=True)
    few = picture.size < FEW
    tried: set[str] = set()
    while len(tried) < TRIED:
        alone = [box for box in picture.boxes if box.kind == "whole" and box.times == 1 and box.path not in tried]
        if not alone:
            break
        smallest = min(alone, key=lambda box: len(box.members))
        alike = {box.path for box in alone if _belong(box, smallest)}  # which are all looked into, or none
        tried |= alike
        finer = _folded(graph, inside, nodes, closed - alike, crowded=True)
        if finer.size <= most or (few and most == OPEN and picture.size < FEW and finer.size <= MOST):
            picture, closed = finer, closed - alike
    return _elided(picture)


def _belong(box: ModelBox, other: ModelBox) -> bool:
    """Tell whether parts are of one kind: of a class of the model's own, or built alike."""
    return box.alike == other.alike or (box.title == other.title and box.title not in NOTHING)


def _folded(
    graph: WiringGraph, inside: str, nodes: Sequence[str], closed: frozenset[str], *, crowded: bool
) -> BoxGraph:
    """Return nodes as boxes. closed: the parts that are one box. crowded: whether alike ones become one."""
    group = {node: next((whole for whole in graph.within(node) if whole in closed), node) for node in nodes}
    boxes = {name: _box(graph, name, [node for node in nodes if group[node] == name]) for name in group.values()}
    links: list[Link] = []
    for way in graph.ways:
        if way.source in group or way.target in group:
            start = group[way.source] if way.source in group else _coming_in(graph, boxes, way.source, inside)
            end = group[way.target] if way.target in group else _going_out(boxes)
            begin = LEAVES + start if way.source in group else ENTERS + inside
            stop = ENTERS + end if way.target in group else LEAVES + inside
            if start != end:
                values = graph.values[way.source, way.target]
                links.append(Link(start, end, _between(way.through, begin, stop), values))
    picture = _with_meetings(BoxGraph(tuple(boxes.values()), distinct(links)))
    picture = boxes_in_order(picture)
    picture = _with_followers(graph, picture, pools=crowded)
    picture = with_functions(picture)
    return _with_paths_told(_put_together(picture, leaves=crowded))


def _with_paths_told(picture: BoxGraph) -> BoxGraph:
    """Return a picture in which boxes have their paths where others tell that they have the same weights."""
    told = {box.shares for box in picture.boxes}
    boxes = (replace(box, named=box.path) if box.path in told - {""} else box for box in picture.boxes)
    return only_entry_unnamed(replace(picture, boxes=tuple(boxes)))


def _with_meetings(picture: BoxGraph) -> BoxGraph:
    """Return a picture in which what has one way alone, since all that it takes is in one box, is told on that."""
    boxes, links = {box.name: box for box in picture.boxes}, list(picture.links)
    for box in picture.boxes:
        into = [link for link in links if link.target == box.name]
        if box.kind == "join" and len(into) == 1 and not box.returns:
            passed = (*into[0].through, box.title)
            out = [link for link in links if link.source == box.name]
            links = [link for link in links if box.name not in (link.source, link.target)]
            links += [replace(link, source=into[0].source, through=(*passed, *link.through)) for link in out]
            del boxes[box.name]
    return replace(picture, boxes=tuple(boxes.values()), links=distinct(links))


def _between(through: tuple[str, ...], begin: str, stop: str) -> tuple[str, ...]:
    """Return the functions of a way after the mark `begin`, and before the mark `stop`, where these are on it."""
    first = len(through) - through[::-1].index(begin) if begin in through else 0
    rest = through[first:]
    rest = rest[: rest.index(stop)] if stop in rest else rest
    return tuple(name for name in rest if name[:1] not in (ENTERS, LEAVES))


def _coming_in(graph: WiringGraph, boxes: dict[str, ModelBox], source: str, inside: str) -> str:
    """Return the box at which what a node outside of a part puts out comes into it.

    It is called as the model's input is, or as the part beside this one that it comes from, such as an encoder.
    """
    name, node = f"/in:{source}", graph.nodes[source]
    title = node.title if node.kind == "input" else part_beside(node.path, inside)
    boxes.setdefault(name, ModelBox(name, "input", title, (), node.shape))
    return name


def _going_out(boxes: dict[str, ModelBox]) -> str:
    """Return the box at which what a part puts out goes on."""
    return boxes.setdefault("/out", ModelBox("/out", "output", "", ())).name


def _box(graph: WiringGraph, name: str, members: Sequence[str]) -> ModelBox:
    if list(members) == [name]:
        node = graph.nodes[name]
        box = ModelBox(name, node.kind, node.title, (name,), node.shape, node.entry, node.parameters)
        box = replace(box, calls=node.calls, returns=node.returns, shares=node.shares)
        return replace(box, copies=node.copies, closed=node.closed, layers=node.layers, both_ways=node.both_ways)
    module = graph.modules[name].for_one(graph.batch)
    box = ModelBox(name, "whole", module.kind, tuple(members), module.output, module.input, module.inside)
    leaving = dict.fromkeys(way.source for way in graph.ways if way.source in members and way.target not in members)
    shapes = dict.fromkeys(graph.nodes[one].shape for one in leaving if graph.nodes[one].kind == "module")
    box = replace(box, others=tuple(shape for shape in shapes if shape != box.shape))
    if graph.is_layer(name):
        called = tuple(graph.nodes[one].title for one in members if graph.nodes[one].kind == "module")
        box = replace(box, kind="module", after=called)
    return replace(box, calls=module.calls)


def _with_followers(graph: WiringGraph, picture: BoxGraph, *, pools: bool) -> BoxGraph:
    """Return a picture in which modules that only change values in their places are part of the box before."""
    boxes = {box.name: box for box in picture.boxes}
    links = list(picture.links)
    for box in picture.boxes:
        into = [link for link in links if link.target == box.name]
        alone = box.kind == "module" and box.name in graph.nodes and box.calls == 1
        if len(into) != 1 or not alone or not _follows(graph, box.name, pools=pools):
            continue
        before = boxes[into[0].source]
        takes = before.kind == "module" or (before.kind == "join" and not box.parameters)
        if not takes or sum(link.source == before.name for link in links) > 1:
            continue
        boxes[before.name] = replace(
            before,
            members=(*before.members, *box.members),
            after=(*before.after, *into[0].through, box.title),
            parameters=before.parameters + box.parameters,
        )
        del boxes[box.name]
        links = [
            replace(link, source=before.name) if link.source == box.name else link for link in links if link != into[0]
        ]
    return replace(picture, boxes=tuple(boxes.values()), links=tuple(links))


def _follows(graph: WiringGraph, name: str, *, pools: bool) -> bool:
    """Tell whether a module only changes values in their places. pools: whether it may make fewer of them."""
    node = graph.nodes[name]
    keeps = math.prod(node.entry) == math.prod(node.shape)
    return "Norm" in node.title if node.parameters else keeps or pools


def _put_together(picture: BoxGraph, *, leaves: bool) -> BoxGraph:
    """Return a picture in which boxes that are built alike, and follow each other, are one. leaves: modules too."""
    boxes = {box.name: box for box in picture.boxes}
    into = {box.name: [link.source for link in picture.links if link.target == box.name] for box in picture.boxes}
    out = {box.name: [link.target for link in picture.links if link.source == box.name] for box in picture.boxes}
    now: dict[str, str] = {name: name for name in boxes}
    for box in picture.boxes:
        if box.kind != "whole" and not (leaves and box.kind == "module"):
            continue
        last = next((one for one in into[box.name] if out[one] == [box.name]), "")
        before = boxes.get(now[last]) if last else None
        if before is None or before.alike != box.alike or box.calls > 1:
            continue
        if before.after != box.after and not (box.kind == "whole" and not before.after):  # the last may have more
            continue
        if not set(into[box.name]) - {last} <= set(into[before.name]):  # what else both may take, as a mask
            continue
        boxes[before.name] = replace(
            before,
            members=(*before.members, *box.members),
            after=box.after,
            times=before.times + 1,
            parameters=before.parameters + box.parameters,
        )
        now[box.name] = before.name
        del boxes[box.name]
    return _renamed(picture, tuple(boxes.values()), now)


def _renamed(picture: BoxGraph, boxes: tuple[ModelBox, ...], now: dict[str, str]) -> BoxGraph:
    named = (replace(link, source=now[link.source], target=now[link.target]) for link in picture.links)
    return replace(picture, boxes=boxes, links=distinct(one for one in named if one.source != one.target))


def _elided(picture: BoxGraph) -> BoxGraph:
    """Return no more boxes than one picture holds: one in the middle stands for all that are left out."""
    if picture.size <= MOST:
        return picture
    inner = [box for box in picture.boxes if box.kind not in ("input", "output")]
    first, last = MOST // 2 - 1, MOST // 2
    out = inner[first:-last]
    name = "/elided"
    counted = [box for box in out if not box.is_sign]
    gap = ModelBox(
        name,
        "elided",
        "⋯",
        tuple(member for box in out for member in box.members),
        parameters=sum(box.parameters for box in out),
        elided=sum(max(1, box.times) for box in counted),
    )
    now = {box.name: name if box in out else box.name for box in picture.boxes}
    boxes = list(dict.fromkeys(gap if box in out else box for box in picture.boxes))
    return boxes_in_order(_renamed(picture, tuple(boxes), now))


def inside_of(graph: WiringGraph, box: ModelBox, *, most: int = OPEN) -> BoxGraph:
    """Return the picture of what is inside of a box, of the first where it stands for several."""
    return fold(graph, box.path, box.members[: len(box.members) // box.times], most=most)


def opened_box(picture: BoxGraph) -> ModelBox | None:
    """Return the box whose inside is shown: the one that comes most often, then the one with most parameters."""
    wholes = [box for box in picture.boxes if box.kind == "whole"]
    return max(wholes, key=lambda box: (box.times, box.parameters), default=None)
