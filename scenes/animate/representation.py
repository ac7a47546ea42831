"""Shows how a model comes to tell its inputs apart: the probes in its last hidden space, while it learns."""

from __future__ import annotations

import numpy as np
from manim import LEFT, UP, Create, FadeIn, FadeOut, Group, VGroup, there_and_back

from scenes.animate.activity.hidden_layers import called
from scenes.animate.shared.fitting import name_within
from scenes.animate.space.cloud import answered, read_cloud
from scenes.animate.space.dots import Dots, as_points, framed, scale_for
from scenes.animate.space.hidden_space import (
    EVERY_POSITION,
    INPUT,
    OUTPUT,
    is_picture,
    is_plane,
    space_of,
)
from scenes.animate.space.measured import MeasuredCloud
from scenes.animate.space.measures import ANSWERS, MEASURES, form_of_measure
from scenes.animate.space.shading import Alike, ByClass, ByNumber, Shading, names_at
from scenes.beats.timeline import Line, Said, said
from scenes.drawing.edges import Edges
from scenes.drawing.flight import Flight
from scenes.evidence.evidence import Quoted, Shown
from scenes.evidence.series import Series
from scenes.language.translation import N_
from scenes.look.style import DIMMED, QUICK, SMALL, TITLE, palette
from scenes.mobjects.pictures.riders import Riders, in_small, ways_beside
from scenes.text.glyphs import format_number
from scenes.text.numbers import Number

Box = tuple[float, float, float, float]  # left, bottom, width, height, scene units

WIDE: Box = (-6.65, -2.65, 9.95, 5.75)
BESIDE: Box = (-1.65, -2.3, 4.95, 4.95)  # the space, where the plane of inputs stands
INPUTS: Box = (-6.65, -2.3, 4.7, 4.95)
COLUMN, COLUMN_WIDTH, COLUMN_TOP = 3.75, 2.9, 3.45
LEGEND_Y = 1.4
RIDERS, RIDER, AWAY = 10, 0.62, 0.62  # pictures that go along; the side of one, and how far it is from its dot
BEHIND = 0.6  # opacity of dots behind names
STRETCH = 2.0  # how many times as much as the one axis the other may be drawn out
SPOKEN = 40  # letters of a layer's name
ROW_Y, ROW_STEP = 0.2, 1.15  # of the pictures before they go to their dots


class Representation(MeasuredCloud):
    """How does the model come to tell its inputs apart?"""

    def open(self) -> None:
        recording = self.recording
        space = space_of(recording)
        if space is None:
            raise ValueError(f"{recording.path} has no hidden layer to be shown")
        self.space, self.cloud = space, read_cloud(recording, space)
        self.target = self.cloud.target  # what is right for each dot
        self.measure()
        self.place_clock(self.steps(space.layer.array).only(self.looked_at()))
        self.shading = self.shade()
        self.colors = self.shading.colors(np.zeros(len(self.cloud.probes)) if self.target is None else self.target)
        self.clipped = False
        self.beside = INPUT in recording.arrays and is_plane(recording)
        self.place_space()
        if self.beside:
            self.place_inputs()
        self.place_column()
        self.place_riders()
        self.remark = self.notes([*self.remarks(), *self.about_classes()])
        self.labels = VGroup()
        all_ride = self.riders is not None and len(self.ridden) == len(self.dots.centers)
        if not all_ride and isinstance(self.shading, ByClass) and self.ways is not None and self.target is not None:
            self.labels = names_at(self.shading, self.ways.values[-1], self.target, self.box)
        self.show_share(0.0)

    def shade(self) -> Shading:
        if self.target is None:
            return Alike()
        return ByClass(self.target, self.classes) if self.cloud.classes else ByNumber(self.target)

    # What stands where ----------------------------------------------------------------------------------------------

    def place_space(self) -> None:
        """Put the frame of the space, its title, and the dots at the first snapshot."""
        box = BESIDE if self.beside else WIDE
        self.box = box
        scale = scale_for(self.cloud.points, box, STRETCH)
        self.ways = Series(self.cloud.steps, scale(self.cloud.points), Shown()) if len(self.cloud.steps) else None
        self.frame = framed(box)
        name, then = called(self.space.layer, SPOKEN), self.space.layer.then
        text = N_("what {layer} puts out, after {function}") if then else N_("what {layer} puts out")
        told = self.translate(text, layer=name, function=then)
        self.title = name_within(told, box[2], SMALL, palette().text, because=(Quoted(name), Quoted(told)))
        self.title.move_to([box[0], box[1] + box[3] + 0.3, 0], aligned_edge=LEFT)
        places = self.ways.at(self.cloud.steps[0]) if self.ways else np.zeros((0, 2))
        self.dots = Dots(as_points(places), self.colors[: len(places)])

    def place_inputs(self) -> None:
        """Put the plane of inputs beside the space, each dot where its input is, and read the model's answers."""
        inputs = self.recording.read(INPUT)[self.cloud.probes].astype(float)
        self.inputs_frame = framed(INPUTS)
        self.inputs = Dots(as_points(scale_for(inputs[None], INPUTS)(inputs)), self.colors)
        self.answers: np.ndarray | None = None
        if OUTPUT in self.recording.arrays and self.target is not None:
            width = self.recording.arrays[OUTPUT].shape[-1]
            places, known = answered(self.recording, self.cloud.probes)
            # Of many classes only some answers may have been recorded
            if known.all() and (not self.cloud.classes or width > 1):
                self.answer_steps = self.recording.steps(OUTPUT)
                output = self.recording.read(OUTPUT)[:, places]
                self.answers = output.argmax(axis=2) if self.cloud.classes else output[..., 0]
                if isinstance(self.shading, ByNumber):
                    beyond = (self.answers < self.shading.low) | (self.answers > self.shading.high)
                    self.clipped = bool(beyond.any())
        texts = (N_("the inputs"), N_("what the model answers to them"))
        self.inputs_titles = [name_within(self.translate(text), INPUTS[2], SMALL, palette().text) for text in texts]
        for title in self.inputs_titles:
            title.move_to([INPUTS[0], INPUTS[1] + INPUTS[3] + 0.3, 0], aligned_edge=LEFT)

    def place_column(self) -> None:
        """Put what is measured, its number, and the legend into the column at the right."""
        cloud = self.cloud
        text, muted = MEASURES[cloud.measure], palette().muted
        self.measure_told = self.words(text, SMALL, muted, because=self.scores, line_width=COLUMN_WIDTH, align="left")
        values = np.array(self.scores.value["values"])
        form = form_of_measure(cloud.measure, float(values[-1]) if len(values) else np.nan)
        self.number = Number(float(values[0]) if len(values) else 0.0, form, TITLE, palette().attention)
        if len(values):
            self.number.follow(Series(np.array(self.scores.value["steps"]), values, self.scores))
        self.number.move_to([COLUMN, COLUMN_TOP - 0.3, 0], aligned_edge=LEFT)
        self.measure_told.move_to([COLUMN, self.number.get_bottom()[1] - 0.2, 0], aligned_edge=UP + LEFT)
        self.legend = self.shading.legend(self, (COLUMN, LEGEND_Y), COLUMN_WIDTH)

    def place_riders(self) -> None:
        """Choose pictures to go along with their dots: the first of each class, or an even choice."""
        self.riders: Riders | None = None
        self.pixels = None
        if INPUT not in self.recording.arrays or not is_picture(self.recording) or self.ways is None:
            return
        self.ridden = self.chosen_dots()
        pictures = self.recording.read(INPUT, batch=self.cloud.probes[self.ridden].tolist())
        self.pixels = float(pictures.min()), float(pictures.max())
        if pictures.ndim == 4:
            pictures = pictures[:, 0] if pictures.shape[1] == 1 else np.moveaxis(pictures, 1, 3)
        left, bottom, width, height = self.box
        corners = ((left + 0.06, bottom + 0.06), (left + width - 0.06, bottom + height - 0.06))
        ways = ways_beside(self.ways.values[:, self.ridden], RIDER, *corners, AWAY)
        self.rides = Series(self.cloud.steps, ways, Shown())
        pitch = min(ROW_STEP, 0.97 * width / len(self.ridden))
        x = (np.arange(len(self.ridden)) - (len(self.ridden) - 1) / 2) * pitch + left + width / 2
        row = np.column_stack([x, np.full(len(x), ROW_Y), 0 * x])
        self.riders = Riders(in_small(pictures), row, RIDER, self.colors[self.ridden])
        rgba = np.column_stack([self.colors[self.ridden], np.full(len(x), 0.9)])
        self.leads = Edges(row, row, rgba=rgba)

    def chosen_dots(self) -> np.ndarray:
        """Return the positions of the dots that a picture goes with."""
        if self.target is not None and self.cloud.classes:
            first = np.sort(np.unique(self.target, return_index=True)[1])[:RIDERS]
            others = np.setdiff1d(np.arange(len(self.target)), first)[: RIDERS - len(first)]
            return np.sort(np.append(first, others)).astype(int)
        count = len(self.cloud.probes)
        return np.unique(np.linspace(0, count - 1, min(RIDERS, count)).round().astype(int))

    # The film of it -------------------------------------------------------------------------------------------------

    def script(self) -> None:
        self.ask()
        if self.ways is None:
            text = N_("At the first step its values are no finite numbers: there is nothing to be seen.")
            with self.say(text, self.broken_at(self.recorded_steps.step(0)), result=True):
                pass
            return
        self.tell_what_a_dot_is()
        if self.beside and self.answers is not None:
            self.turn_to_the_answers(self.answers)
        self.run([self.of_the_run()])
        self.answer()

    def ask(self) -> None:
        text = N_("What does the model make of its inputs?")
        if self.target is not None and self.cloud.classes:
            text = N_("How well does the model tell its inputs apart?")
        with self.say(text) as line:
            if self.beside:
                self.play(FadeIn(self.inputs_frame, self.inputs_titles[0], self.legend), run_time=QUICK)
                self.play(Create(self.inputs), run_time=max(1.2, line.remaining))
            elif self.riders is not None:
                self.play(Create(self.riders), FadeIn(self.legend), run_time=line.remaining)
            else:
                self.play(FadeIn(self.frame, self.title, self.legend), run_time=QUICK)
                self.play(Create(self.dots), run_time=max(1.0, line.remaining))

    def tell_what_a_dot_is(self) -> None:
        """Let the dots come: out of the plane of inputs, or out of the pictures, or one after the other."""
        parts = Group(self.counter, self.number, self.measure_told, *([self.remark] if self.remark else []))
        texts = (
            N_("A dot is one of them, as this layer puts it out at step {step}."),
            N_("A dot is one position, as this layer puts it out at step {step}."),
        )
        because = self.steps_of(self.film, self.space.layer.array)
        step = int(self.cloud.steps[0])
        with self.say(texts[self.space.how == EVERY_POSITION], because, step=step) as line:
            if self.beside:
                flying = self.inputs.copy()
                self.play(FadeIn(self.frame, self.title), run_time=QUICK)
                self.play(Flight(flying, self.dots, lag=0.4), FadeIn(parts), run_time=max(2.0, line.remaining))
                self.remove(flying)
                self.add(self.dots)
            elif self.riders is not None:
                self.send_the_riders(self.riders, line, parts)
            else:
                for left, part in zip(range(len(parts), 0, -1), parts, strict=True):
                    self.play(FadeIn(part), run_time=max(0.3, line.remaining / left))

    def send_the_riders(self, riders: Riders, line: Line, parts: Group) -> None:
        """Draw the dots behind the pictures, and move the pictures to theirs."""
        self.play(FadeIn(self.frame, self.title), run_time=QUICK)
        self.add(self.dots, self.leads)
        self.bring_to_front(riders)
        self.play(Create(self.dots), run_time=line.fraction(0.3))
        moved = riders.copy().move_to_places(as_points(self.rides.values[0]))
        leads = Edges(self.dots.centers[self.ridden], moved.places, rgba=self.leads.rgba)
        flights = Flight(riders, moved, lag=0.0), Flight(self.leads, leads, lag=0.0)
        self.play(*flights, FadeIn(parts), run_time=max(1.5, line.remaining))
        riders.places = moved.places

    def turn_to_the_answers(self, answers: np.ndarray) -> None:
        """Give each input the colour of what the model answers to it at the first snapshot."""
        with self.say(N_("At the left, inputs now take the colour of the model's answer.")) as line:
            answered = self.inputs.copy()
            answered.fill[:, :3] = self.shading.colors(answers[0])
            self.play(FadeOut(self.inputs_titles[0]), run_time=QUICK / 2)
            coloured = Flight(self.inputs, answered, lag=0.6)
            self.play(coloured, FadeIn(self.inputs_titles[1]), run_time=max(1.0, line.remaining))

    def of_the_run(self) -> Said:
        """Return the line that is said while the training runs."""
        if self.beside and self.answers is not None:
            return Said(N_("Now it trains. Watch the answers at the left, and the dots at the right."))
        if isinstance(self.shading, ByClass):
            if self.shading.classes > len(self.shading.shown):
                return Said(N_("Now it trains. Dots of one class have one colour, but for the grey ones."))
            return Said(N_("Now it trains. Dots of one colour belong to one class: watch where they go."))
        if isinstance(self.shading, ByNumber):
            return Said(N_("Now it trains. Colours tell the targets, from low, red, to high, blue."))
        return Said(N_("Now it trains, and they move."))

    def show_training(self, now: float, told: float) -> None:
        """Show all dots where they are at step `now`; the number as it was measured last up to step `told`."""
        if self.ways is None:
            self.number.set_opacity(0)
            return
        self.dots.move_items(as_points(self.ways.at(now)))
        known = told in self.scores.value["steps"]
        if known:
            self.number.at(told)
        self.number.set_opacity(float(known))
        self.measure_told.set_opacity(float(known))
        if self.riders is not None and self.share:
            places = as_points(self.rides.at(now))
            self.riders.move_to_places(places)
            self.leads.points = np.stack([self.dots.centers[self.ridden], places], axis=1).reshape(-1, 3)
        if self.beside and self.answers is not None and self.share:
            row = max(0, int(np.searchsorted(self.answer_steps, told, side="right")) - 1)
            self.inputs.fill[:, :3] = self.shading.colors(self.answers[row])

    def answer(self) -> None:
        """Say what was measured at first and at the end, with the names of the classes where they are."""
        if self.cloud.stopped is not None:
            text = N_("At step {step} its values are no finite numbers, and the dots stop.")
            with self.say(text, self.broken_at(self.cloud.stopped), result=True, step=self.cloud.stopped) as line:
                self.play(self.dots.animate(rate_func=there_and_back).set_opacity(DIMMED), run_time=line.remaining)
            return
        scores = self.cloud.scores[[0, -1]]
        if not np.isfinite(scores).all():
            return
        first, last = (format_number(float(score), self.number.form) for score in scores)
        line_of = said(ANSWERS[self.cloud.measure], self.scores, first=first, last=last)
        with self.say(line_of, result=True) as line:
            if len(self.labels):
                self.name_the_classes(line.fraction(0.35))
            self.play(self.number.animate(rate_func=there_and_back).scale(1.35), run_time=max(1.0, line.remaining))

    def name_the_classes(self, seconds: float) -> None:
        """Let the pictures go, dim the dots a little, and bring the classes' names to their places."""
        gone = [FadeOut(Group(self.riders, self.leads))] if self.riders is not None else []
        dimmed = self.dots.animate.set_opacity(BEHIND)
        self.play(FadeIn(self.labels, lag_ratio=0.1, shift=0.15 * UP), dimmed, *gone, run_time=max(1.0, seconds))
