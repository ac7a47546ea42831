"""Measures a model's structure, as evidence for what is said and written of its parts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

from engine.recording.format.encoded_names import decoded_name
from engine.recording.format.structure import module_called, name_of_call, of_one
from scenes.animate.diagram.boxes import ENDS, SIGNS, ModelBox
from scenes.animate.diagram.parameter_bars import three_digits
from scenes.animate.shared.fitting import name_as_said
from scenes.beats.claims import STRUCTURE
from scenes.beats.timeline import Said, said
from scenes.evidence.evidence import Measured, Quoted
from scenes.language.translation import N_

if TYPE_CHECKING:
    from engine.recording.format.structure import Structure
    from scenes.animate.diagram.diagram import Diagram
    from scenes.animate.shared.own import OwnBeat, Remark

NAMED = 3  # parts that are named in a line
HELD = ("ParameterList", "ParameterDict")  # classes that are never called, whatever is done with what they hold


def measure_shapes(beat: OwnBeat, structure: Structure) -> Measured:
    """Measure the shape of what each called module puts out for one input; the model's own is that of its input."""
    batch = structure.inputs
    called = [module for module in structure.modules if module.calls and module.path]
    shapes = {
        name_of_call(module.path, number): _told(module.at_call(number).for_one(batch).output)
        for module in called
        for number in range(1, 2 + len(module.further))
    }
    how = N_("the shape of what a module puts out, and of what goes in, for one input")
    return beat.measured("shapes", {**shapes, "": _told(of_one(structure.modules[0].input, batch))}, how, STRUCTURE)


def measure_ends(beat: OwnBeat, structure: Structure) -> Measured:
    """Measure the shapes of what goes in and comes out, for one input, and of parameters that no module holds."""
    points = structure.wiring.points if structure.wiring else ()
    shapes = {
        point.name: _told(point.shape if point.kind == "parameter" else of_one(point.shape, structure.inputs))
        for point in points
        if point.kind != "join"
    }
    how = N_("the shapes of what goes in and comes out, for one input, and of parameters that no module holds")
    return beat.measured("ends", shapes, how, STRUCTURE)


def _told(shape: Sequence[int]) -> list[int]:
    """Return a shape as it is written: that of a single number is 1."""
    return list(shape) or [1]


def measure_parts(beat: OwnBeat, diagram: Diagram, key: str = "parts") -> Measured:
    """Measure how many modules and calls the drawn parts stand for, and of how many functions the number is written."""
    boxes = [box for box in diagram.boxes.boxes if box.kind in ("module", "whole")]
    elided = [box.elided for box in diagram.boxes.boxes if box.elided]
    told_after = [box.told_after(diagram.sizes.lines) for box in diagram.boxes.boxes]
    more = [left for _, left in told_after if left]
    how = N_(
        "how many modules built alike, calls, layers and copies a part stands for, whose weights it has, what lacks"
    )
    told = {
        "times": [box.times for box in boxes],
        "calls": [box.calls for box in boxes],
        "elided": elided,
        "more": more,
        "ends": [int(box.title) + 1 for box in diagram.boxes.boxes if box.kind in ENDS and box.title.isdecimal()],
        "entries": [_told(box.shape) for box in diagram.boxes.boxes if box.kind == "input" and not box.members],
        "shares": [box.shares for box in diagram.boxes.boxes if box.shares],
        "copies": [box.copies for box in diagram.boxes.boxes if box.copies],
        "layers": [box.layers for box in diagram.boxes.boxes if box.layers > 1],
        "both_ways": sum(box.both_ways for box in diagram.boxes.boxes),
        "listed": [box.calls for box in diagram.boxes.boxes if box.kind in ENDS and box.calls > 1],
    }
    return beat.measured(key, told, how, STRUCTURE)


def measure_meetings(beat: OwnBeat, diagram: Diagram) -> Measured:
    """Measure how many places are drawn where values meet, by sign, and functions in words, and parts used again."""
    boxes = diagram.boxes.boxes
    told = {how: sum(told_as(box) == how for box in boxes) for how in (*SIGNS, "word", "again")}
    return beat.measured("meetings", told, N_("places where ways meet, and parts that are called again"), STRUCTURE)


def measure_parameters(beat: OwnBeat, key: str, counts: Sequence[int], structure: Structure) -> Measured:
    """Measure how many parameters drawn parts have. key: of the evidence."""
    most, total = max(counts, default=0), structure.parameters
    values = {
        "counts": list(counts),
        "short": [three_digits(count) for count in counts],
        "total": total,
        "rest": max(0, total - sum(counts)),
        "trainable": structure.trainable,
        "share": min(most / max(total, 1), 1.0),  # a box may stand for a layer that is used again
        "holders": sum(module.parameters > 0 for module in structure.modules),
        "drawn": len(counts),
    }
    return beat.measured(key, values, N_("parameters of the parts drawn and of the whole model"), STRUCTURE)


def most_told(parameters: Measured, name: str) -> Said:
    """Return the line about the part that has the most parameters. name: what it is called."""
    share = f"{parameters.value['share']:.0%}"
    if parameters.value["total"] == 0:
        none = parameters.when(lambda are: are["total"] == 0)
        return said(N_("It has no parameters: there is nothing that training could change."), none)
    counts = parameters.value["counts"]
    if counts.count(max(counts)) == 1 < len(counts):
        alone = parameters.when(lambda are: are["counts"].count(max(are["counts"])) == 1)
        return said(N_("The most, {share} of all, are in {name}."), (alone, Quoted(name)), share=share, name=name)
    return said(N_("{name} holds {share} of them."), (parameters, Quoted(name)), name=name, share=share)


def parameters_told(parameters: Measured) -> str:
    """Return the note that tells how many parameters there are, and which of them the bars leave out."""
    are = parameters.value
    if are["rest"]:
        return N_("{total} parameters in all, {rest} of them in none of these parts; bars true to scale")
    if sum(are["counts"]) > are["total"]:
        return N_("{total} parameters in all, those used twice counted once; bars true to scale")
    if are["trainable"] < are["total"]:
        return N_("{total} parameters in all, {trainable} of them trained; bars true to scale")
    return N_("{total} parameters in all; bars true to scale")


def changed_told(beat: OwnBeat) -> Remark | None:
    """Return what is said of a model that was changed while it learned: that it is shown as it was at first."""
    changed = beat.recording.config.get("changed")
    if not isinstance(changed, list) or not changed or type(changed[0]) is not int:
        return None
    how = N_("the first snapshot at which parameters were others than before, or more of them could learn")
    because = beat.measured("changed", {"step": changed[0]}, how, "config.changed")
    rule = because.when(lambda was: was["step"] > 0, N_("what is drawn was looked at before the first step"))
    text = N_("This is the model as it was at first. At step {step} it had been changed.")
    return text, rule, {"step": f"{changed[0]:,}"}


def hidden_told(beat: OwnBeat) -> Remark | None:
    """Return what is said of parts that could not be looked into: that ways through them are missing."""
    how = N_("parts that are scripted, into which the recorder could not look")
    text = N_("Parts that could not be looked into: {count}. Ways through them are missing here.")
    return _limit_told(beat, "scripted", how, text)


def mapped_told(beat: OwnBeat) -> Remark | None:
    """Return what is said of parts that `torch.vmap` calls: that the values in them are not known."""
    how = N_("parts that torch.vmap calls, whose values the recorder could not see")
    text = N_("Parts that torch.vmap calls: {count}. The values in them were not recorded.")
    return _limit_told(beat, "mapped", how, text)


def _limit_told(beat: OwnBeat, kind: str, how: str, text: str) -> Remark | None:
    """Return a text about how many parts there are of a kind that the recorder has told, None where there are none."""
    told = beat.recording.config.get(kind)
    if not isinstance(told, dict) or not told:
        return None
    because = beat.measured(kind, {"count": len(told)}, how, f"config.{kind}")
    return text, because.when(lambda are: are["count"] > 0), {"count": len(told)}


def unused_told(beat: OwnBeat, structure: Structure, drawn: Collection[str]) -> Remark | None:
    """Return what is said of parts that no picture shows: not called, or nothing of what they make comes out."""
    paths = unused_parts(structure, drawn)
    if not paths:
        return None
    how = N_("parts with parameters from which nothing came into what the model put out")
    because = beat.measured("unused", {"paths": paths}, how, STRUCTURE)
    named = ", ".join(name_as_said(decoded_name(path)) for path in paths[:NAMED])
    rule = because.when(lambda are: len(are["paths"]) > 0)
    if len(paths) <= NAMED:
        return N_("Not part of what came out: {names}."), (rule, Quoted(named)), {"names": named}
    text = N_("Not part of what came out: {names} and {more} others.")
    return text, (rule, Quoted(named)), {"names": named, "more": len(paths) - NAMED}


def unused_parts(structure: Structure, drawn: Collection[str]) -> list[str]:
    """Return the paths of the parts from which nothing came out, each the largest. drawn: what is in the picture."""
    points = structure.wiring.points if structure.wiring else ()
    used = [*map(module_called, drawn), *(point.told for point in points if point.kind == "parameter")]
    found: list[str] = []
    for module in sorted(structure.modules, key=lambda module: module.path.count(".")):
        path = module.path
        within = any(not outer or path.startswith(f"{outer}.") for outer in (*used, *found))
        holds = any(one == path or one.startswith(f"{path}.") for one in used)
        if path and module.inside and not (within or holds or module.kind in HELD):
            found.append(path)
    return found


def there_are(sign: str) -> Callable[[dict[str, int]], bool]:
    """Return the rule that there are places of a kind: see `measure_meetings`."""
    return lambda meetings: meetings[sign] > 0


def told_as(box: ModelBox) -> str:
    """Return how a box is told of, where that is more than its name: by its sign, as a word, or as used again."""
    if box.is_sign:
        return box.sign
    if box.kind in ("join", "function"):
        return "word"
    return "again" if box.calls > 1 else ""
