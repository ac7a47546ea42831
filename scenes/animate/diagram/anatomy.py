"""Divides a model into the blocks that its diagram shows, as many as can be read, and finds what each takes in.

A block is a module with what is done to its output by others that keep its size, or a whole of modules, or several of
these that are built alike and follow each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from scenes.animate.diagram.graph import ADDING, OUTPUT, Graph, of_one

MOST = 8  # blocks in one row
TWO_ROWS = 16
FEW = 4  # blocks: a model of no more is looked into, though it may take two rows

Parts = Sequence[tuple[str, tuple[str, ...]]]  # a whole or a leaf, and the nodes that it is of


@dataclass(frozen=True)
class ModelBlock:
    """A part of a model that is drawn as one block.

    members: its leaf modules, the calls of one told apart by "#2". after: what is done to its output. shape: of that,
    for one example, before it is flattened. entry: of what goes in. times: how many alike it stands for. whole: whether
    modules are called inside of it. joins: whether ways are added up inside. elided: how many blocks that are not
    drawn it stands for.
    """

    path: str
    kind: str
    members: tuple[str, ...]
    shape: tuple[int, ...]
    entry: tuple[int, ...]
    parameters: int
    after: tuple[str, ...] = ()
    times: int = 1
    whole: bool = False
    joins: bool = False
    elided: int = 0

    @property
    def alike(self) -> tuple[object, ...]:
        """The properties that blocks built alike have in common."""
        each = len(self.members) // self.times
        return self.kind, self.after, self.shape, self.entry, self.parameters // self.times, each, self.whole


@dataclass(frozen=True)
class DiagramBlocks:
    """Blocks in the order of their calls.

    sources: for each block, and last for the output, what it takes in: 0 the input, k the k-th block. adds: whether
    these are added up. then: what is done to the sum. before: the functions between the input and the first block.
    entry: the shape of an input.
    """

    blocks: tuple[ModelBlock, ...]
    sources: tuple[frozenset[int], ...]
    adds: tuple[bool, ...]
    then: tuple[tuple[str, ...], ...]
    entry: tuple[int, ...]
    before: tuple[str, ...] = ()


def blocks_of(graph: Graph, parts: Parts, *, crowded: bool) -> list[ModelBlock]:
    """Return the blocks that parts make. crowded: whether alike ones become one, and pooling part of the one before."""
    blocks: list[ModelBlock] = []
    seen: set[str] = set()
    for name, nodes in parts:
        leaf = name in graph.ways
        module = graph.info(name)
        parameters = 0 if module.path in seen else module.inside
        seen.add(module.path)
        before = blocks[-1] if blocks else None
        if leaf and before and not before.whole and graph.follows(name, before.members, pools=crowded):
            functions = graph.ways[name][before.members[-1]]
            shape = of_one(module.output, graph.batch)
            blocks[-1] = replace(
                before,
                members=(*before.members, *nodes),
                after=(*before.after, *functions, module.kind),
                shape=shape if len(shape) == len(before.shape) else before.shape,
                parameters=before.parameters + parameters,
            )
            continue
        shapes = (of_one(module.output, graph.batch), of_one(module.input, graph.batch))
        joins = not leaf and any(graph.is_sum(node) for node in nodes)
        blocks.append(ModelBlock(module.path, module.kind, nodes, *shapes, parameters, whole=not leaf, joins=joins))
    return list(_put_together(graph, blocks, crowded))


def _put_together(graph: Graph, blocks: Sequence[ModelBlock], crowded: bool) -> Iterator[ModelBlock]:
    """Yield blocks, those alike that follow each other as one."""
    held: ModelBlock | None = None
    for block in blocks:
        fed = held is not None and any(source in held.members for node in block.members for source in graph.ways[node])
        if held and fed and held.alike == block.alike and (block.whole or crowded):
            held = replace(
                held,
                members=(*held.members, *block.members),
                times=held.times + 1,
                parameters=held.parameters + block.parameters,
            )
            continue
        if held:
            yield held
        held = block
    if held:
        yield held


def fitting_blocks(graph: Graph, path: str, nodes: Sequence[str]) -> list[ModelBlock]:
    """Return the blocks that nodes inside of `path` are drawn as: as finely as there is room for."""
    leaves = blocks_of(graph, [(node, (node,)) for node in nodes], crowded=False)
    if len(leaves) <= MOST:
        return leaves
    parts: Parts = graph.parts(path, nodes)
    blocks = blocks_of(graph, parts, crowded=True)
    while True:
        finer = next(_finer(graph, parts, blocks), None)
        if finer is None:
            break
        parts, blocks = finer
    return _elided(blocks)


def _finer(graph: Graph, parts: Parts, blocks: list[ModelBlock]) -> Iterator[tuple[Parts, list[ModelBlock]]]:
    """Yield what is drawn where one part more is looked into, as far as there is room, small parts first."""
    alone = {block.path for block in blocks if block.whole and block.times == 1}
    for name, nodes in sorted(parts, key=lambda part: len(part[1])):
        if name in alone and name not in graph.ways:
            at = parts.index((name, nodes))
            tried = [*parts[:at], *graph.parts(name, nodes), *parts[at + 1 :]]
            found = blocks_of(graph, tried, crowded=True)
            if len(found) <= MOST or (len(blocks) < FEW and len(found) <= TWO_ROWS):
                yield tried, found


def _elided(blocks: list[ModelBlock]) -> list[ModelBlock]:
    """Return no more blocks than two rows hold: one in the middle stands for all that are left out."""
    if len(blocks) <= TWO_ROWS:
        return blocks
    first, last = TWO_ROWS // 2 - 1, TWO_ROWS // 2
    out = blocks[first:-last]
    gap = ModelBlock(
        "",
        "⋯",
        tuple(member for block in out for member in block.members),
        out[-1].shape,
        out[0].entry,
        sum(block.parameters for block in out),
        elided=len(out),
    )
    return [*blocks[:first], gap, *blocks[-last:]]


def model_blocks(graph: Graph, path: str = "", nodes: Sequence[str] = ()) -> DiagramBlocks:
    """Return the blocks that the model, or the nodes inside of the module `path`, are drawn as."""
    nodes = nodes or graph.nodes
    blocks = fitting_blocks(graph, path, nodes)
    place = {member: number for number, block in enumerate(blocks, 1) for member in block.members}
    ends = [*(block.members for block in blocks), _way_out(graph, nodes)]
    sources, adds, passed, then = [], [], [], []
    for number, ins in enumerate(ends, 1):
        taken = {
            source: through
            for node in ins
            for source, through in graph.ways[node].items()
            if place.get(source, 0) != number
        }
        places = frozenset(place.get(source, 0) for source in taken)
        sources.append(places)
        adds.append(len(places) > 1 and any(graph.is_sum(node) for node in ins))
        first = graph.ways[ins[0]] if ins else {}
        straight = next((through for source, through in first.items() if place.get(source, 0) == number - 1), ())
        before, behind = _around_sum(straight) if adds[-1] else (straight, ())
        passed.append(before)
        then.append(behind)
    told = tuple(
        replace(block, after=(*block.after, *functions)) for block, functions in zip(blocks, passed[1:], strict=True)
    )
    entry = graph.entry if not path else of_one(graph.modules[path].input, graph.batch)
    return DiagramBlocks(told, tuple(sources), tuple(adds), tuple(then), entry, passed[0])


def _around_sum(functions: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the functions before the last addition, and those behind it."""
    last = max((at for at, name in enumerate(functions) if name in ADDING), default=len(functions))
    before = tuple(name for name in functions[:last] if name not in ADDING)
    return before, tuple(functions[last + 1 :])


def _way_out(graph: Graph, nodes: Sequence[str]) -> tuple[str, ...]:
    """Return the first node beyond `nodes` that takes anything from them."""
    inside = set(nodes)
    for node in (*graph.nodes, OUTPUT):
        if node not in inside and inside & set(graph.ways.get(node, ())):
            return (node,)
    return ()
