"""Shows what happens to one input on its way through the trained model, place by place."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from manim import (
    DOWN,
    LEFT,
    UP,
    Create,
    FadeIn,
    FadeOut,
    Group,
    Indicate,
    VGroup,
    rush_into,
)
from manim.animation.animation import Animation
from manim.mobject.mobject import Mobject

from engine.recording.format.encoded_names import decoded_name
from scenes.animate.one_input.arrival_lines import LATER, line_of
from scenes.animate.one_input.example import ProbeExample
from scenes.animate.one_input.final_answer import Answer, answer_of
from scenes.animate.one_input.stage_pictures import StagePicture, picture_of
from scenes.animate.one_input.stages import InputPath, Stage, way_through
from scenes.animate.one_input.trail import lit, trail
from scenes.animate.one_input.unit_edges import edges_between
from scenes.animate.shared.fitting import fitted_name
from scenes.animate.shared.own import OwnBeat
from scenes.drawing.flight import Flight
from scenes.drawing.tiles import Tiles
from scenes.evidence.evidence import Because, Exact, Mark, Quoted
from scenes.language.translation import N_
from scenes.look.style import QUICK, SMALL, palette
from scenes.mobjects.diagram.network import PassingFlash
from scenes.mobjects.diagram.wires import Wire
from scenes.text.glyphs import format_number
from scenes.text.typeset import Words

BEFORE, AFTER = np.array([-3.75, 0.4, 0]), np.array([3.75, 0.4, 0])  # middles of the two pictures
ALONE = np.array([0, 0.4, 0])  # middle of what goes in, while there is nothing else
ARROW = (-0.75, 0.75)  # from where to where the arrow between them runs
TOP, BOTTOM = 2.9, -2.95  # of what is written above and below lines between units
SLOW = 2.4  # seconds in which a strip is filled position by position


class ForwardPass(OwnBeat):
    """What happens to one input on its way through?"""

    def open(self) -> None:
        way = way_through(self.recording)
        if way is None:
            raise LookupError(f"{self.recording.path} holds no input, or nothing of what became of it")
        self.way: InputPath = way
        self.example = ProbeExample(self.recording, self.way)
        self.names = self.token_names()
        self.found = self.read_answer()
        self.measure()
        told = self.translate(N_("one input: number {number} of those recorded"), number=self.example.number)
        self.first = self.picture(self.way.entry, told, because=self.chosen)
        output = [] if self.found else [self.last_stage()]
        self.pictures = {stage.array: self.picture_at(stage) for stage in (*self.way.stages, *output)}
        self.ground_pictures()
        self.shown = {self.first.kind} & {"units"}  # kinds of pictures that need no more be said of
        self.passings = 0  # how often it was said that modules were passed
        self.arrived = 0  # at which module, counted from 0
        self.last: StagePicture = self.first
        self.before: Group = Group()
        self.between: Group = Group()

    def read_answer(self) -> Answer | None:
        """Return the answer that the output is; None where it is of no kind that can be told."""
        named = {"classes": self.classes, "tokens": self.names}
        config = {**self.recording.config, **{kind: names for kind, names in named.items() if names}}
        return answer_of(self.example.value(self.way.output), self.example.target, config, self.translate)

    def last_stage(self) -> Stage:
        """Return the place of the output."""
        last = self.way.last
        names = last.names or last.before.functions[-1:] or (self.translate(N_("output")),)
        functions = last.before.functions if last.names else last.before.functions[:-1]
        return replace(
            last, array=self.way.output, names=names, path="", before=replace(last.before, functions=functions)
        )

    def measure(self) -> None:
        """Measure which example is shown, at which step, how many modules there are, and what the answer is."""
        example = self.example
        chosen = {"number": example.number, "right": example.answered, "apart": example.apart}
        how = N_("the first input recorded at the places shown; of a classifier the first that it answers rightly")
        self.chosen = self.measured("chosen", chosen, how)
        self.stepped = "step" in self.recording.arrays[self.way.output].axes
        last = int(self.recording.steps(self.way.output)[-1]) if self.stepped else 0
        self.at = self.measured("at", {"step": last}, N_("the last step recorded"), self.way.output)
        self.modules = self.measured(
            "modules", {"all": self.way.all}, N_("modules without modules inside that the model calls"), "structure"
        )
        unseen = self.recording.config.get("unseen")
        how = N_("attention by what they call, or by their class’s name, that the recorder could not see")
        self.unseen = None
        if isinstance(unseen, dict) and unseen:  # path -> class
            self.unseen = self.measured("unseen", {"count": len(unseen)}, how, "config.unseen")
        if self.found:
            how = N_("its answer to this input, by its output")
            self.answered = self.measured("answer", self.found.found, how, self.way.output)

    def picture(self, array: str, name: str, path: str = "", because: Because = None) -> StagePicture:
        """Return the picture of what was recorded of the example in an array."""
        return picture_of(self.example.value(array), self.translate, name, self.names, path, because=because)

    def picture_at(self, stage: Stage) -> StagePicture:
        """Return the picture of a place."""
        path = "" if stage.path.isdigit() or stage.path in stage.names else decoded_name(stage.path)
        return self.picture(stage.array, " + ".join(stage.names), path)

    def ground_pictures(self) -> None:
        """Give the texts beside pictures their evidence: the values, and what was left out of them."""
        pictures = {self.way.entry: self.first, **self.pictures}
        told = {array: list(picture.told) for array, picture in pictures.items() if picture.told}
        how = N_("how many values are drawn of how many, and how far those recorded are apart")
        left_out = self.measured("left_out", told, how)
        for array, picture in pictures.items():
            values = self.recorded(self.film, array, **self.example.selection(array))
            self.ground(picture.group, (values, left_out, Mark(0, 1)))

    def token_names(self) -> list[str] | None:
        """Return the names of the tokens; None where the recording does not tell them."""
        told = self.recording.config.get("tokens")
        if isinstance(told, list):
            return [str(token) for token in told]
        if self.way.alphabet:
            return [chr(letter) for letter in self.recording.read(self.way.alphabet).tolist()]
        return None

    # The film of it -----------------------------------------------------------------------------------------------

    def script(self) -> None:
        self.ask()
        for number, stage in enumerate(self.way.stages, 1):
            self.pass_on(number, stage)
        self.answer()

    def ask(self) -> None:
        """Show the input, and how many places there are to come."""
        if self.stepped:
            self.showing_step(self.at.value["step"])
        self.trail = lit(trail(len(self.way.stages) + 2), 0)
        self.first.group.shift(ALONE - middle(self.first))
        with self.say(N_("What happens to one input on its way through?")) as line:
            self.play(FadeIn(self.first.group, scale=0.9), FadeIn(self.trail), run_time=line.fraction(0.5))
            if note := self.remarks():
                self.play(FadeIn(note), run_time=QUICK)

    def remarks(self) -> Words | None:
        """Return the note on the choice of the example, and on what is passed over; None where there is none."""
        notes: list[tuple[str, Because, dict[str, object]]] = []
        if self.stepped:
            notes.append((N_("as recorded at step {step}"), self.at, self.at.value))
        if self.example.answered:
            notes.append((N_("the first input that it answers rightly"), self.chosen, {}))
        if self.example.apart > 1:
            text = N_("one probe in {k} was recorded at every layer")
            notes.append((text, self.chosen, {"k": self.example.apart}))
        if self.way.unseen == self.way.all and self.way.stages:
            text = N_("shown: what whole blocks put out, not each of {all} modules")
            notes.append((text, self.modules, self.modules.value))
        elif self.way.unseen:
            notes.append((N_("some of {all} modules are passed over"), self.modules, self.modules.value))
        if self.unseen:
            notes.append((N_("modules whose attention could not be seen: {count}"), self.unseen, self.unseen.value))
        return self.notes([*notes, *self.about_classes()])

    def pass_on(self, number: int, stage: Stage) -> None:
        """Let the next picture come out of the one before it."""
        picture = self.pictures[stage.array]
        picture.group.shift(AFTER - middle(picture))
        passed = stage.at - self.arrived
        self.arrived = stage.end
        text = line_of(picture.kind, stage, passed, again=picture.kind in self.shown, before=self.passings)
        self.passings += text in LATER
        self.shown.add(picture.kind)
        with self.say(text) as line:
            self.make_room(number)
            edges = None if passed else edges_between(self.last, picture, stage, self.example.weight(stage.weight))
            between = self.arrow(stage, passed) if edges is None else self.over(stage)
            self.play(FadeIn(between), run_time=0.3)
            if edges:
                self.play(PassingFlash(edges, edges.rgba), FadeIn(edges, rate_func=rush_into), run_time=1.2)
                between = Group(between, edges)
            slow = SLOW if picture.kind == "hidden" else 1.4
            self.play(self.come_out(picture), FadeIn(picture.beside), run_time=max(slow, line.remaining))
        self.last, self.between = picture, between

    def over(self, stage: Stage) -> VGroup:
        """Return the texts above and below the lines between two columns of units: what is done, and what lines are."""
        weight, before = np.asarray(self.example.weight(stage.weight)), np.asarray(self.last.units)
        row, column = np.unravel_index(int(np.abs(weight * before).argmax()), weight.shape)
        strongest = Exact("abs(w * x)", w=float(weight[row, column]), x=float(before[column]))
        text = N_("lines: weight × value; full shade: {scale}")
        values = {"scale": format_number(float(strongest.value), "{:.3g}")}
        told = self.words(text, SMALL, color=palette().muted, because=strongest, values=values)
        name = fitted_name(stage.names[0], 1.9, palette().text, lines=1)
        return VGroup(name.move_to([0, TOP, 0]), told.move_to([0, BOTTOM, 0]))

    def make_room(self, number: int) -> None:
        """Move the picture that was last to where the one before it was."""
        gone: list[Animation] = []
        if number > 1:
            gone = [FadeOut(self.before, shift=2.5 * LEFT), FadeOut(self.between, shift=2.5 * LEFT)]
        moved, come = self.last.group.animate.shift(BEFORE - middle(self.last)), lit(self.trail.copy(), number)
        self.play(moved, *gone, self.trail.animate.become(come), run_time=QUICK)
        self.before = self.last.group

    def arrow(self, stage: Stage, passed: int = 0) -> VGroup:
        """Return the arrow between the pictures, over it what is done, and below it how much is passed over."""
        (left, right), y = ARROW, BEFORE[1]
        wire = Wire(np.array([[left, y, 0], [right, y, 0]]))
        done = " + ".join((*stage.before.functions, stage.names[0]))
        arrow = VGroup(wire, fitted_name(done, 1.9, palette().text).next_to(wire, UP, buff=0.15))
        if passed > 0 or stage.before.joins:
            told = self.translate(N_("and others before") if passed > 0 else N_("with what came another way"))
            arrow.add(fitted_name(told, 1.9, palette().muted).next_to(wire, DOWN, buff=0.15))
        return arrow

    def come_out(self, picture: StagePicture) -> Animation:
        """Return the animation in which a picture's boxes go from the picture before to their places."""
        if picture.values is None:
            return FadeIn(picture.chips, target_position=self.last.group)
        boxes = picture.values.boxes
        goal = boxes.copy()
        squeezed(boxes, flying(self.last))
        self.add(boxes)
        lag = 0.85 if picture.kind in ("hidden", "pattern") else 0.5
        return Flight(boxes, goal, order=picture.values.order, lag=lag)

    def answer(self) -> None:
        """Let the answer come out of the last picture."""
        found, stage = self.found, self.last_stage()
        if found is None:
            self.pass_on_output(stage)
            return
        because = (self.answered, self.recorded(self.film, self.way.output, **self.example.selection(self.way.output)))
        self.ground(found.group, because)
        found.group.shift(AFTER - found.group.get_center())
        with self.say(N_("And in the end, an answer.")) as line:
            self.make_room(len(self.way.stages) + 1)
            arrow = self.arrow(stage)
            self.play(Create(arrow[0]), FadeIn(arrow[1:]), run_time=0.3)
            self.play(found.animate_coming(flying(self.last)), run_time=1.0)
            if found.bars:
                self.play(found.bars.animate_values(found.lengths), run_time=max(1.0, line.remaining))
        self.tell(found)

    def tell(self, found: Answer) -> None:
        names = [Quoted(str(found.said[name])) for name in ("answer", "target") if name in found.said]
        because = (self.answered.when(found.rule) if found.rule else self.answered, *names)
        with self.say(found.text, because, **found.said) as line:
            self.play(Indicate(found.best, 1.08, palette().attention), run_time=max(QUICK, line.remaining))

    def pass_on_output(self, stage: Stage) -> None:
        self.pass_on(len(self.way.stages) + 1, stage)
        whole, part = N_("That is what the model makes of this input."), N_("Here its own way ends.")
        with self.say(whole if self.way.reaches_end else part) as line:
            self.play(Indicate(self.last.beside, 1.03, palette().attention), run_time=max(QUICK, line.fraction(0.5)))


def flying(picture: StagePicture) -> Mobject:
    """Return what a picture shows, without what is written around it."""
    return picture.values.boxes if picture.values else picture.group[0]


def middle(picture: StagePicture) -> np.ndarray:
    """Return the middle of what a picture shows."""
    return np.asarray(flying(picture).get_center())


def squeezed(boxes: Tiles, source: Group) -> None:
    """Put boxes, unseen, over the place of `source`, each where it would be in it."""
    low, high = boxes.points.min(axis=0), boxes.points.max(axis=0)
    share = (boxes.points - low) / np.maximum(high - low, 1e-9)
    corner = source.get_corner(DOWN + LEFT)
    size = np.array([source.width, source.height, 0])
    boxes.points = corner + share * size
    boxes.shown[:] = 0
