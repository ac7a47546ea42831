"""Shows what a model is made of: its parts in the order in which data passes them, and where its parameters are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from manim import (
    DOWN,
    UP,
    AnimationGroup,
    Create,
    FadeIn,
    FadeOut,
    Group,
    Indicate,
    LaggedStart,
    there_and_back,
)
from manim.animation.animation import Animation
from manim.mobject.mobject import Mobject

from engine.recording.format.encoded_names import decoded_name
from scenes.animate.diagram.anatomy import MOST, ModelBlock, model_blocks
from scenes.animate.diagram.diagram import Diagram, DiagramRow
from scenes.animate.diagram.graph import Graph
from scenes.animate.diagram.measured import (
    measure_parameters,
    measure_parts,
    measure_shapes,
    most_told,
    parameters_told,
)
from scenes.animate.diagram.parameter_bars import ParameterBar, lying_bars, upright_bars
from scenes.animate.diagram.parameter_list import ParameterList
from scenes.animate.shared.own import OwnBeat
from scenes.beats.timeline import said
from scenes.evidence.evidence import Measured, Quoted
from scenes.language.translation import N_
from scenes.look.style import QUICK, STEADY, palette
from scenes.mobjects.diagram.shapes import shape_picture
from scenes.mobjects.diagram.wires import Journey, Pulses
from scenes.mobjects.pictures.pixels import DigitImage
from scenes.text.typeset import Words

ENDS = (-6.65, 6.65)
ROW = (2.35, 1.15)  # the middle of the pictures of the only row, and their height
SMALL_MODEL, LARGE_ROW = 4, (2.25, 1.75)  # parts, of which the pictures are this large
TWO_ROWS = ((2.75, 0.85), (-0.75, 0.85))
INSIDE = (-1.15, 0.8)  # of the parts of one block
LOWER = 1.75  # scene units that the only row is lower until its parameters are counted
HIGHEST = 3.72  # scene units, of ways around then
BASE, TALLEST = -2.85, 1.95  # of the bars of parameters
TURN = 0.45  # seconds in which a pulse goes from one block to the next
LARGEST = 64  # pixels a side of a picture that is shown as what goes in


class Architecture(OwnBeat):
    """What is this model made of?"""

    def open(self) -> None:
        structure = self.recording.structure
        if structure is None:
            raise LookupError(f"of {self.recording.path} nobody looked at what the model is made of")
        self.structure = structure
        self.pixels: Measured | None = None  # of a picture that is shown as what goes in
        self.known = bool(self.structure.flow) or self.structure.modules[0].calls > 0
        if self.known:
            self.lay_out()

    def lay_out(self) -> None:
        graph = Graph(self.structure)
        self.anatomy = model_blocks(graph)
        self.two = len(self.anatomy.blocks) > MOST
        self.opened = None if self.two else opened_block(self.anatomy.blocks)
        large = len(self.anatomy.blocks) <= SMALL_MODEL and not self.opened
        self.row = LARGE_ROW if large else ROW
        rooms = [DiagramRow(*ENDS, *at) for at in (TWO_ROWS if self.two else (self.row,))]
        first, called = self.input_picture(), self.translate(N_("input"))
        lines = 1 if self.two else 2 if self.opened else 3
        self.measure(lines)
        self.diagram = Diagram(self.anatomy, first, rooms, self.translate, called, lines=lines)
        self.ground(self.diagram.all, (self.shapes, self.parts))
        if self.opened:
            each = len(self.opened.members) // self.opened.times
            inner = model_blocks(graph, self.opened.path, self.opened.members[:each])
            entering = shape_picture(inner.entry, INSIDE[1])
            self.inside = Diagram(inner, entering, [DiagramRow(*ENDS, *INSIDE)], self.translate, called, lines=2)
            self.ground(self.inside.all, (self.shapes, self.parts))
        self.bars = self.parameter_bars()
        self.moved = self.diagram.all
        if not self.two:
            self.lift = LOWER - max(0.0, float(self.moved.get_top()[1]) - HIGHEST)  # ways around take room above
            self.moved.shift(LOWER * DOWN)

    def measure(self, lines: int) -> None:
        """Measure shapes, how often parts come, and how many parameters they have. lines: of what is done, at most."""
        blocks = self.anatomy.blocks
        self.shapes = measure_shapes(self, self.structure)
        self.parts = measure_parts(self, blocks, lines)
        self.parameters = measure_parameters(self, "parameters", [block.parameters for block in blocks], self.structure)

    def input_picture(self) -> Mobject:
        """Return the first probe where it is a grey picture, else the shape of what goes in."""
        (name,) = self.recording.arrays
        axes, shape = self.recording.arrays[name].axes, self.recording.arrays[name].shape
        pictures = axes[0] == "batch" and axes[-2:] == ("height", "width") and max(shape[-2:]) <= LARGEST
        if pictures and (len(axes) == 3 or (len(axes) == 4 and shape[1] == 1)):
            pixels = np.asarray(self.recording.read(name, batch=0), dtype=float).reshape(shape[-2:])
            low, high = float(pixels.min()), float(pixels.max())
            how = N_("the least and the largest pixel of the input shown")
            self.pixels = self.measured("pixels", {"low": low, "high": high}, how, name)
            return DigitImage((pixels - low) / max(high - low, 1e-9), height=self.row[1], gap=0.0)
        entry = self.anatomy.entry
        return shape_picture((*entry, 1) if axes == ("batch", "position") else entry, self.row[1])

    def parameter_bars(self) -> list[ParameterBar]:
        """Return the bars of all blocks, where they stand at the end."""
        counts = [block.parameters for block in self.anatomy.blocks]
        columns = [self.diagram.column(number) for number in range(1, len(counts) + 1)]
        room = self.diagram.across - 0.2
        if self.two:
            return lying_bars(counts, columns, room, self.parameters)
        return upright_bars(counts, [x for x, _ in columns], BASE, TALLEST, room, self.parameters)

    # The film of it -----------------------------------------------------------------------------------------------

    def script(self) -> None:
        if not self.known:
            self.list_modules()
            return
        self.ask()
        self.build()
        self.tell_of_changes()
        self.go_around()
        if self.opened:
            self.look_inside(self.opened)
        self.count()
        self.run_through()

    def list_modules(self) -> None:
        """Show the modules as a list, since without a probe no way through the model is known."""
        shown = ParameterList(self, self.structure)
        with self.say(N_("What is this model made of?")) as line:
            self.play(LaggedStart(*[FadeIn(label) for label in shown.labels], lag_ratio=0.2), run_time=line.remaining)
        with self.say(N_("These modules hold its parameters: the numbers that training changes.")) as line:
            self.play(*shown.animate_bars(), run_time=max(2.0, line.remaining))
        note = self.note(shown.told, shown.parameters, **shown.parameters.value)
        with self.say(N_("How data passes through them was not recorded: this is a list.")) as line:
            self.play(FadeIn(note), *shown.animate_largest(), run_time=max(STEADY, line.remaining))

    def ask(self) -> None:
        cell = self.diagram.cells[0]
        with self.say(N_("What is this model made of?")) as line:
            self.play(FadeIn(cell.picture, scale=0.8), FadeIn(cell.texts, shift=0.1 * DOWN), run_time=line.remaining)

    def build(self) -> None:
        """Let the blocks come out one of the other, along the ways between them."""
        self.told = self.told_below()
        with self.say(N_("Data comes in on the left. A part hands on what it makes of it.")) as line:
            self.play(FadeIn(self.told), run_time=QUICK)
            grown = grow(self.diagram)
            self.play(LaggedStart(*grown, lag_ratio=0.5), run_time=max(0.5 * len(grown) + 0.5, line.remaining))

    def tell_of_changes(self) -> None:
        """Say where the model was changed while it learned that it is shown as it was at first."""
        changed = self.recording.config.get("changed")
        if isinstance(changed, list) and changed and type(changed[0]) is int:
            how = N_("the first snapshot at which parameters were others than before, or more of them could learn")
            because = self.measured("changed", {"step": changed[0]}, how, "config.changed")
            text = N_("This is the model as it was at first. At step {step} it had been changed.")
            rule = because.when(lambda was: was["step"] > 0, N_("what is drawn was looked at before the first step"))
            with self.say(text, rule, step=f"{changed[0]:,}") as line:
                parts = Group(*[cell.picture for cell in self.diagram.cells[1:]])
                self.play(Indicate(parts, 1.03, palette().attention), run_time=line.remaining)

    def told_below(self) -> Words:
        """Return the note on what is written below parts, and on how they are drawn."""
        if not self.pixels:
            text = N_("below a part: the shape of what it puts out, and what is done to that · drawings not to scale")
            return self.note(text)
        ends = {end: f"{value:.3g}" for end, value in self.pixels.value.items()}
        text = N_("below a part: its output's shape, and what is done to that · input from {low} to {high}")
        return self.note(text, self.pixels, **ends)

    def go_around(self) -> None:
        """Draw the ways that pass parts by, and where they come together."""
        ways = ways_around(self.diagram)
        if not ways:
            return
        text = N_("Some ways pass a part by, and meet again behind it.")
        if any(adds for _, _, adds in self.diagram.ways.joins):
            text = N_("Some ways pass a part by, and are added again behind it.")
        with self.say(text) as line:
            self.play(*ways, *self.marks_of(self.diagram), run_time=max(STEADY, line.remaining))

    def marks_of(self, diagram: Diagram) -> list[Animation]:
        return [FadeIn(mark, scale=0.5) for mark in diagram.marks]

    def look_inside(self, opened: ModelBlock) -> None:
        """Let the parts of one block come out of it, and go back."""
        number = self.anatomy.blocks.index(opened) + 1
        source = self.diagram.cells[number].picture
        frame = source[0].copy().set_color(palette().attention)
        frame.fill[:, 3] = 0
        path = decoded_name(opened.path)
        label = self.note(N_("inside of {path}"), Quoted(path), path=path)
        label.set_color(palette().attention)
        text = said(
            N_("{count} parts in a row are built alike. Inside, they look like this."), self.parts, count=opened.times
        )
        if opened.times == 1:
            text = said(N_("This part is made of others. Inside, it looks like this."))
        frame.shift(LOWER * UP)
        with self.say(text) as line:
            self.play(self.moved.animate.shift(LOWER * UP), FadeOut(self.told), run_time=STEADY)
            self.play(FadeIn(frame, scale=1.3), run_time=0.4)
            inner = self.inside.cells[0]
            self.play(
                FadeIn(label, target_position=source, scale=0.3),
                FadeIn(inner.parts, target_position=source, scale=0.3),
                run_time=QUICK,
            )
            grown = grow(self.inside)
            self.play(LaggedStart(*grown, lag_ratio=0.4), run_time=max(0.35 * len(grown) + 0.5, line.remaining))
        ways = ways_around(self.inside)
        with self.say(N_("What passes through here goes on into the next part.")) as line:
            if ways:
                self.play(*ways, *self.marks_of(self.inside), run_time=STEADY)
            self.play(Pulses(journeys(self.inside)), run_time=max(2.0, line.remaining))
        whole = Group(self.inside.all, label)
        self.play(FadeOut(whole, target_position=source, scale=0.3), FadeOut(frame), run_time=QUICK)

    def count(self) -> None:
        """Let bars grow below the parts, as long as they have parameters, and point to the longest."""
        note = self.note(parameters_told(self.parameters), self.parameters, **self.parameters.value)
        with self.say(N_("Here are the parameters, the numbers that training changes.")) as line:
            gone = [FadeOut(self.told)] if self.told in self.mobjects else []
            if gone and not self.two:
                self.play(self.moved.animate.shift(self.lift * UP), *gone, run_time=STEADY)
            elif gone:
                self.play(*gone, run_time=0.3)
            grown = [AnimationGroup(*bar.animate(upright=not self.two)) for bar in self.bars]
            self.play(LaggedStart(*grown, lag_ratio=0.25), FadeIn(note), run_time=max(2.0, line.remaining))
        most = int(np.argmax([bar.count for bar in self.bars]))
        block = self.anatomy.blocks[most]
        alone = decoded_name(block.path) if block.whole else block.kind
        named = f"{block.kind} ×{block.times}" if block.times > 1 else alone
        with self.say(most_told(self.parameters, named)) as line:
            self.play(
                self.bars[most].bar.animate.set_fill(palette().attention), run_time=max(QUICK, line.fraction(0.6))
            )

    def run_through(self) -> None:
        """Let a pulse run along all ways once, and colour each part when it arrives."""
        with self.say(N_("And this is the way that an input takes.")) as line:
            turns = len(self.diagram.cells)
            seconds = max(TURN * turns, line.remaining)
            flashes = [
                cell.picture.animate(rate_func=there_and_back).set_color(palette().attention)
                for cell in self.diagram.cells
            ]
            lit = LaggedStart(*flashes, lag_ratio=0.7, run_time=seconds)
            self.play(lit, Pulses(journeys(self.diagram), run_time=seconds))


def opened_block(blocks: Sequence[ModelBlock]) -> ModelBlock | None:
    """Return the block whose inside is shown: the one that comes most often, then the one with most parameters."""
    wholes = [block for block in blocks if block.whole]
    return max(wholes, key=lambda block: (block.times, block.parameters), default=None)


def grow(diagram: Diagram) -> list[Animation]:
    """Return animations in which each block comes out of the one before, along the straight way between them."""
    found: list[Animation] = []
    straight = {way.end: wire for way, wire in zip(diagram.ways.ways, diagram.wires, strict=True) if not way.around}
    for number, cell in enumerate(diagram.cells[1:], 1):
        before = diagram.cells[number - 1].picture
        parts = [FadeIn(cell.picture, target_position=before, scale=0.5), FadeIn(cell.texts, shift=0.15 * DOWN)]
        found.append(AnimationGroup(*([Create(straight[number])] if number in straight else []), *parts))
    out = len(diagram.cells)
    return [*found, *([Create(straight[out])] if out in straight else [])]


def ways_around(diagram: Diagram) -> list[Animation]:
    """Return animations that draw the ways which pass a part by."""
    return [Create(wire) for way, wire in zip(diagram.ways.ways, diagram.wires, strict=True) if way.around]


def journeys(diagram: Diagram) -> list[Journey]:
    """Return the journeys of pulses along all ways: one turn from each block to the next."""
    return [Journey(way.line, float(way.start), float(way.end)) for way in diagram.ways.ways]
