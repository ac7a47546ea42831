"""Gives the functions on the ways of a picture their boxes, or lets the box before them tell of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import dropwhile

from scenes.animate.diagram.boxes import ATTENDING, RESHAPING, BoxGraph, Link, ModelBox, boxes_in_order, distinct


def with_functions(picture: BoxGraph) -> BoxGraph:
    """Return a picture in which what is done on all ways out of a box is told of it, and the rest has boxes."""
    boxes: list[ModelBox] = []
    links: list[Link] = []
    for box in picture.boxes:
        out = [link for link in picture.links if link.source == box.name]
        shared = _told_of_box([link.through for link in out])
        boxes.append(replace(box, after=(*box.after, *shared)))
        _branch([_beyond(link, len(shared)) for link in out], boxes, links)
    return boxes_in_order(replace(picture, boxes=tuple(boxes), links=tuple(links)))


def _branch(branches: Sequence[Link], boxes: list[ModelBox], links: list[Link]) -> None:
    """Add boxes for functions on ways out of a box, one for those that several begin with."""
    links += distinct(link for link in branches if not link.through)
    for first in dict.fromkeys(link.through[0] for link in branches if link.through):
        of_one = [link for link in branches if link.through[:1] == (first,)]
        after = _told_of_box([link.through[1:] for link in of_one])
        name = f"/{of_one[0].source}>{len(boxes)}"
        boxes.append(ModelBox(name, "function", first, (), after=after))
        links.append(Link(of_one[0].source, name))
        behind = len(after) + 1
        _branch([replace(_beyond(link, behind), source=name) for link in of_one], boxes, links)


def _told_of_box(lists: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """Return what several lists of functions begin with, as far as it is told of the box before: not of attention."""
    found = []
    for names in zip(*lists, strict=False):
        if len(set(names)) > 1 or names[0] in ATTENDING:
            break
        found.append(names[0])
    return tuple(found)


def _beyond(link: Link, count: int) -> Link:
    """Return a way behind its first functions, and behind those after them that only lay values out in another way."""
    return replace(link, through=tuple(dropwhile(RESHAPING.__contains__, link.through[count:])))
