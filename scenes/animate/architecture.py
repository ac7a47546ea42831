"""Shows what a model is made of: its parts in the order in which data passes them, and where its parameters are."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from manim import DOWN, UP, AnimationGroup, Create, FadeIn, FadeOut, Group, LaggedStart
from manim.animation.animation import Animation
from manim.mobject.mobject import Mobject

from engine.recording.format.encoded_names import decoded_name
from scenes.animate.diagram.boxes import ModelBox
from scenes.animate.diagram.cells import Cell
from scenes.animate.diagram.diagram import SIZES, Area, Diagram
from scenes.animate.diagram.folding import fold, inside_of, opened_box
from scenes.animate.diagram.measured import (
    changed_told,
    hidden_told,
    mapped_told,
    measure_ends,
    measure_meetings,
    measure_parameters,
    measure_parts,
    measure_shapes,
    most_told,
    parameters_told,
    there_are,
    told_as,
    unused_told,
)
from scenes.animate.diagram.parameter_bars import ParameterBar, lying_bars, upright_bars
from scenes.animate.diagram.parameter_list import ParameterList
from scenes.animate.diagram.wiring_graph import WiringGraph
from scenes.animate.shared.layers import layer_name
from scenes.animate.shared.own import OwnBeat
from scenes.beats.timeline import said
from scenes.evidence.evidence import Measured, Quoted
from scenes.language.translation import N_
from scenes.look.style import QUICK, STEADY, palette
from scenes.mobjects.diagram.shapes import shape_picture
from scenes.mobjects.diagram.wires import Pulses
from scenes.mobjects.pictures.pixels import DigitImage
from scenes.text.typeset import Words

WIDE = 13.3  # scene units
ROW = Area(WIDE, 3.3, rows=1, sizes=SIZES[:5])  # of a picture that stands above its parameters
WHOLE = Area(WIDE, 6.6)  # of one that fills the frame
BELOW = Area(WIDE, 3.2, rows=2)  # of what is inside of a part, below the row
TOP, MIDDLE, UNDER = 3.7, 0.35, -1.6  # scene units: the row's upper end at last, the frame's middle, that of BELOW
APART = 0.85  # scene units between the middles of bars that stand side by side
FINENESS = (12, 8, 5, 3)  # boxes up to which parts are looked into, until there is room
BASE, TALLEST = -2.85, 1.95  # of the bars of parameters
TURN = 0.45  # seconds in which a pulse goes from one layer to the next
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
        graph = WiringGraph(self.structure)
        self.drawn = tuple(graph.nodes)
        self.shapes = measure_shapes(self, self.structure)
        self.ends = measure_ends(self, self.structure)
        finest = [fold(graph, most=most) for most in FINENESS]
        self.diagram = Diagram(finest[:2], ROW, self.input_picture, self.translate)
        self.in_a_row = self.diagram.fits and stand_apart(self.diagram.holding)
        if not self.in_a_row:
            self.diagram = Diagram(finest, WHOLE, self.input_picture, self.translate)
        self.parts = measure_parts(self, self.diagram)
        self.meetings = measure_meetings(self, self.diagram)
        counts = [cell.box.parameters for cell in self.diagram.holding]
        self.parameters = measure_parameters(self, "parameters", counts, self.structure)
        self.ground_texts(self.diagram, (self.shapes, self.ends, self.parts))
        self.opened = opened_box(self.diagram.boxes)
        self.inside = self.look_into(graph, self.opened) if self.opened else None
        top = TOP - self.diagram.height / 2
        self.lift = max(0.0, top - MIDDLE) if self.in_a_row else 0.0
        self.diagram.move_to(np.array([0, top if self.in_a_row else MIDDLE, 0]))
        self.bars = self.parameter_bars()
        self.moved = self.diagram.all
        self.moved.shift(self.lift * DOWN)

    def look_into(self, graph: WiringGraph, box: ModelBox) -> Diagram:
        """Return the diagram of what is inside of a box: below the row where it fits there, else in the whole frame."""
        finest = [inside_of(graph, box, most=most) for most in FINENESS]
        inside = Diagram(finest, BELOW, None, self.translate)
        self.below = self.in_a_row and inside.fits
        if not self.below:
            inside = Diagram(finest, WHOLE, None, self.translate)
        self.ground_texts(inside, (self.shapes, self.ends, measure_parts(self, inside, "inside")))
        inside.move_to(np.array([0, UNDER if self.below else MIDDLE, 0]))
        return inside

    def ground_texts(self, diagram: Diagram, because: tuple[Measured, ...]) -> None:
        """Give evidence to what is written of parts; a name that is quoted tells nothing of whose weights they are."""
        self.ground(diagram.all, because)
        for cell in diagram.cells:
            for text in cell.texts if cell.box.shares else ():
                text.evidence = (*text.evidence, *(one for one in because if one not in text.evidence))

    def input_picture(self, box: ModelBox, height: float) -> Mobject:
        """Return the first probe where it is a grey picture, else the shape of what goes in."""
        (name,) = self.recording.arrays
        axes, shape = self.recording.arrays[name].axes, self.recording.arrays[name].shape
        pictures = axes[0] == "batch" and axes[-2:] == ("height", "width") and max(shape[-2:]) <= LARGEST
        if pictures and (len(axes) == 3 or (len(axes) == 4 and shape[1] == 1)):
            pixels = np.asarray(self.recording.read(name, batch=0), dtype=float).reshape(shape[-2:])
            low, high = float(pixels.min()), float(pixels.max())
            how = N_("the least and the largest pixel of the input shown")
            self.pixels = self.measured("pixels", {"low": low, "high": high}, how, name)
            return DigitImage((pixels - low) / max(high - low, 1e-9), height=height, gap=0.0)
        return shape_picture((*box.shape, 1) if axes == ("batch", "position") else box.shape, height)

    def parameter_bars(self) -> list[ParameterBar]:
        """Return the bars of all boxes that may have parameters, where they stand at the end."""
        cells = self.diagram.holding
        counts = [cell.box.parameters for cell in cells]
        xs = [float(cell.body.get_x()) for cell in cells]
        if self.in_a_row:
            room = min([1.7, *(abs(after - before) for before, after in pairwise(sorted(xs)))]) - 0.15
            return upright_bars(counts, xs, BASE, TALLEST, room, self.parameters)
        tops = [(x, float(cell.texts[0].get_bottom()[1])) for x, cell in zip(xs, cells, strict=True)]
        return lying_bars(counts, tops, self.diagram.sizes.across - 0.1, self.parameters)

    # The film of it -----------------------------------------------------------------------------------------------

    def script(self) -> None:
        if not self.known:
            self.list_modules()
            return
        self.ask()
        self.build()
        self.tell_of_limits()
        self.tell_of_meetings()
        if self.opened and self.inside:
            self.look_inside(self.opened, self.inside)
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
        first = self.diagram.layers[0]
        with self.say(N_("What is this model made of?")) as line:
            shown = [FadeIn(cell.picture, scale=0.8) for cell in first]
            self.play(*shown, *[FadeIn(cell.texts, shift=0.1 * DOWN) for cell in first], run_time=line.remaining)

    def build(self) -> None:
        """Let the boxes come out one of the other, along the ways between them."""
        self.told = self.told_below()
        with self.say(N_("Data comes in on the left. A part hands on what it makes of it.")) as line:
            self.play(FadeIn(self.told), run_time=QUICK)
            grown = grow(self.diagram)
            self.play(LaggedStart(*grown, lag_ratio=0.5), run_time=max(0.5 * len(grown) + 0.5, line.remaining))

    def tell_of_limits(self) -> None:
        """Say where the model was changed while it learned, what was not used, and what could not be looked into."""
        unused = unused_told(self, self.structure, self.drawn)
        for told in (changed_told(self), unused, hidden_told(self), mapped_told(self)):
            if told:
                text, because, values = told
                with self.say(text, because, **values) as line:
                    parts = [cell for cell in self.diagram.cells if cell.box.kind in ("module", "whole")]
                    self.point_to(parts, line.remaining)

    def told_below(self) -> Words:
        """Return the note on what is written below parts, and on how they are drawn."""
        if not self.pixels:
            text = N_("below a part: its output's shape, and what is done to its values · drawings not to scale")
            return self.note(text)
        ends = {end: f"{value:.3g}" for end, value in self.pixels.value.items()}
        text = N_("below a part: its output's shape, and what is done to its values · input from {low} to {high}")
        return self.note(text, self.pixels, **ends)

    def tell_of_meetings(self) -> None:
        """Say what is done where ways meet, what stands in a small box, and what is used again."""
        signs = (
            ("+", N_("Where ways meet at a plus, values are added.")),
            ("‖", N_("Where ways meet at two bars, values are laid side by side.")),
            ("×", N_("Where ways meet at a cross, values are multiplied.")),
            ("word", N_("What stands in a small box is a function in the model's own code.")),
            ("again", N_("What has an arrow above it is used again, with the same parameters.")),
        )
        for sign, text in signs:
            told = [cell for cell in self.diagram.cells if told_as(cell.box) == sign]
            if told:
                with self.say(text, self.meetings.when(there_are(sign))) as line:
                    self.point_to(told, line.remaining)

    def point_to(self, cells: list[Cell], seconds: float) -> None:
        """Let boxes light up for some seconds, once."""
        self.play(*[shown for cell in cells for shown in cell.lit()], run_time=seconds)

    def look_inside(self, opened: ModelBox, inside: Diagram) -> None:
        """Let the parts of one box come out of it, and go back."""
        source = self.diagram.cell(opened.name).body
        path = decoded_name(opened.path)
        label = self.note(N_("inside of {path}"), Quoted(path), path=path).set_color(palette().attention)
        text = said(
            N_("{count} parts in a row are built alike. Inside, they look like this."), self.parts, count=opened.times
        )
        if opened.times == 1:
            text = said(N_("This part is made of others. Inside, it looks like this."))
        frame = source.copy().set_color(palette().attention)
        frame.fill[:, 3] = 0
        with self.say(text) as line:
            self.play(FadeOut(self.told), self.moved.animate.shift(self.lift * UP), run_time=STEADY)
            frame.move_to(source)
            self.play(FadeIn(frame, scale=1.3), run_time=0.4)
            first = Group(*[cell.parts for cell in inside.layers[0]])
            away = [] if self.below else [FadeOut(self.moved), FadeOut(frame)]
            arriving = {"target_position": source, "scale": 0.3}
            self.play(FadeIn(label, **arriving), FadeIn(first, **arriving), *away, run_time=QUICK)
            grown = grow(inside)
            self.play(LaggedStart(*grown, lag_ratio=0.4), run_time=max(0.35 * len(grown) + 0.5, line.remaining))
        with self.say(N_("What passes through here goes on into the next part.")) as line:
            self.play(Pulses(inside.journeys()), run_time=max(2.0, line.remaining))
        if not self.in_a_row:  # what parameters stand in place of does not come back
            shapes = set(self.diagram.below_names)
            self.moved = Group(*[part for part in self.diagram.everything if part not in shapes])
        back = [FadeOut(frame)] if self.below else [FadeIn(self.moved)]
        self.play(FadeOut(Group(inside.all, label), target_position=source, scale=0.3), *back, run_time=QUICK)

    def count(self) -> None:
        """Let bars grow below the parts, as long as they have parameters, and point to the longest."""
        note = self.note(parameters_told(self.parameters), self.parameters, **self.parameters.value)
        with self.say(N_("Here are the parameters, the numbers that training changes.")) as line:
            gone = [FadeOut(self.told)] if self.told in self.mobjects else []
            if not self.in_a_row:
                gone += [FadeOut(text) for text in self.diagram.below_names if not self.inside]
            elif gone:
                gone.append(self.moved.animate.shift(self.lift * UP))
            if gone:
                self.play(*gone, run_time=STEADY if self.in_a_row else 0.3)
            grown = [AnimationGroup(*bar.animate(upright=self.in_a_row)) for bar in self.bars]
            self.play(LaggedStart(*grown, lag_ratio=0.25), FadeIn(note), run_time=max(2.0, line.remaining))
        most = int(np.argmax([bar.count for bar in self.bars]))
        box = self.diagram.holding[most].box
        alone = decoded_name(box.path) if box.kind == "whole" else self.name_of(box)
        named = f"{box.title} ×{box.times}" if box.times > 1 else alone
        with self.say(most_told(self.parameters, named)) as line:
            self.play(
                self.bars[most].bar.animate.set_fill(palette().attention), run_time=max(QUICK, line.fraction(0.6))
            )

    def name_of(self, box: ModelBox) -> str:
        """Return what a part is called: by its class alone where no other with parameters is of that."""
        alike = [cell for cell in self.diagram.holding if cell.box.title == box.title and cell.box.parameters]
        known = len(alike) > 1 and box.path in {module.path for module in self.structure.modules}
        return layer_name(self.recording, box.path) if known else box.title

    def run_through(self) -> None:
        """Let a pulse run along all ways once, and colour each part when it arrives."""
        with self.say(N_("And this is the way that an input takes.")) as line:
            layers = self.diagram.layers
            seconds = max(TURN * len(layers), line.remaining)
            flashes = ([shown for cell in layer for shown in cell.lit()] for layer in layers)
            lit = LaggedStart(*[AnimationGroup(*shown) for shown in flashes if shown], lag_ratio=0.7, run_time=seconds)
            self.play(lit, Pulses(self.diagram.journeys(), run_time=seconds))


def stand_apart(cells: list[Cell]) -> bool:
    """Tell whether bars can stand side by side below boxes."""
    xs = sorted(float(cell.body.get_x()) for cell in cells)
    return all(after - before >= APART for before, after in pairwise(xs))


def grow(diagram: Diagram) -> list[Animation]:
    """Return animations in which each layer comes out of the one before, along the ways between them."""
    found: list[Animation] = []
    for before, layer in pairwise(diagram.layers):
        source = Group(*[cell.picture for cell in before])
        parts: list[Animation] = []
        for cell in layer:
            parts += [Create(wire) for wire in diagram.arriving(cell)]
            parts += [FadeIn(cell.picture, target_position=source, scale=0.5)] if len(cell.picture) else []
            parts += [FadeIn(cell.texts, shift=0.15 * DOWN)] if len(cell.texts) else []
        found.append(AnimationGroup(*parts))
    return [*found, *[Create(wire) for wire in diagram.returning]]
