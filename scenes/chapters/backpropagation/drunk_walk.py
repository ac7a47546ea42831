"""All images at each step, or a few: how far each comes in the same time, and how each of them walks."""

from __future__ import annotations

import numpy as np
from manim import DOWN, LEFT, UP, Create, FadeIn, FadeOut, VGroup

from scenes.beats.beat import Beat
from scenes.beats.timeline import said
from scenes.chapters.backpropagation.steps.plane import WalkPlane
from scenes.chapters.backpropagation.steps.values import PACE, TwoPaces
from scenes.evidence.evidence import Exact
from scenes.language.translation import N_
from scenes.look.boxes import FrameBox, safe_area
from scenes.look.style import SMALL, palette
from scenes.mobjects.plots.axes import Axes2D, Curve
from scenes.text.numbers import significant
from scenes.text.typeset import Words

STAGGERS = 1.2  # times as long as the straight line, from which on a walk is said to stagger


class DrunkWalk(Beat):
    """Which comes further in the same time?"""

    def open(self) -> None:
        self.paces = TwoPaces(self.data[PACE])
        self.area = safe_area()
        plot, self.below = self.area.rows(4.2, 1)
        self.colors = {"full": palette().positive, "mini": palette().attention}
        self.axes, self.names = self.clock(plot)
        self.plane_box = plot

    def clock(self, box: FrameBox) -> tuple[Axes2D, VGroup]:
        """Return the axes of cost over time, with their names."""
        most = max(float(self.paces.times(way)[-1]) for way in ("full", "mini"))
        top = 1.05 * max(float(self.paces.read(f"{way}.cost").max()) for way in ("full", "mini"))
        look = {"ticks": 5, "form": "{:.3g}"}
        axes = Axes2D((0.0, most), (0.0, top), box.width - 1.2, box.height - 1.2, x=look, y=look)
        names = VGroup(
            self.words(N_("seconds on a core of this machine, at one step size"), SMALL, palette().muted),
            self.words(N_("cost on test images"), SMALL, palette().muted),
        )
        names[0].next_to(axes.x_axis, DOWN, buff=0.12)
        names[1].next_to(axes.y_axis, UP, buff=0.15, aligned_edge=LEFT)
        VGroup(axes, names).move_to(box.center)
        return axes, names

    def script(self) -> None:
        timed = self.paces.pace.when(lambda of: of["ratio"] > 0)
        text = N_("Ask all images at each step, or take many cheap steps: which comes further in the same time?")
        with self.say(text, timed) as line:
            line.play(FadeIn(self.names), Create(self.axes))
        self.race()
        self.walk()

    def race(self) -> None:
        pace = self.paces.pace
        values = {"size": pace.value["size"], "images": pace.value["images"]}
        curves = {way: self.curve(way) for way in ("full", "mini")}
        legend = VGroup(
            self.words(N_("{count} images a step"), SMALL, self.colors["full"], because=pace, count=values["images"]),
            self.words(N_("{count} images a step"), SMALL, self.colors["mini"], because=pace, count=values["size"]),
        ).arrange(DOWN, buff=0.2, aligned_edge=LEFT)
        legend.move_to(self.plane_box.at(0.72, 0.75))
        ratio = significant(pace.value["ratio"])
        text = N_("A step over {images} images lasts as long as about {ratio} steps over {size}.")
        with self.say(text, pace, ratio=ratio, **values) as line:
            line.play(FadeIn(legend), fraction=0.3)
            line.play(Create(curves["full"]), Create(curves["mini"]), least=2.5)
        values = {"cost": significant(pace.value["cost"]), "small": significant(pace.value["small_cost"])}
        values |= {"seconds": f"{pace.value['seconds']:.1f}", "less": f"{pace.value['small_seconds']:.1f}"}
        faster = pace.when(lambda of: of["faster"])
        text = N_("Down to {small} in {less} seconds, against {cost} in {seconds}: many cheap steps come further.")
        otherwise = said(N_("{small} in {less} seconds, against {cost} in {seconds}."), pace, **values)
        line_of = self.choose(said(text, faster, **values), otherwise=otherwise)
        with self.say(line_of) as line:
            ends = [
                self.end_of("full", values["cost"], legend[0]),
                self.end_of("mini", values["small"], legend[1]),
            ]
            line.play(*[curve.animate.set_stroke(width=5) for curve in curves.values()], *map(FadeIn, ends), least=1.0)
        self.play(*map(FadeOut, (self.axes, self.names, legend, *ends, *curves.values())), run_time=0.6)

    def end_of(self, way: str, text: str, named: Words) -> Words:
        """Return the cost that a way comes to, before its name: wherever the curves end, none runs through it."""
        return Words(text, SMALL, self.colors[way], because=self.paces.pace).next_to(named, LEFT, buff=0.3)

    def curve(self, way: str) -> Curve:
        times, costs = self.paces.times(way), self.paces.read(f"{way}.cost")
        return Curve(self.axes.point(times, costs), np.ones(len(times), dtype=bool), color=self.colors[way])

    def two(self) -> Exact:
        """Return the evidence that two weights are walked in: the axes of the plane."""
        return Exact("n == 2", n=len(self.paces.read("walk.entry")))

    def walk(self) -> None:
        """Let both ways walk over the cost of two weights, from the same place."""
        walks = self.paces.walks
        plane = WalkPlane(self.paces, self.plane_box, self.words(N_("cost"), SMALL, palette().muted))
        text = N_("two weights, the others as trained; walks on {examples} images, colours on {drawn}")
        images = {name: walks.value[name] for name in ("examples", "drawn")}
        note = self.note_in(self.below.rows(1, 1.4, gap=0.15)[1], text, walks, **images)
        with self.say(N_("How do they walk? Two weights alone, so that it can be drawn."), self.two()) as line:
            line.play(FadeIn(plane), FadeIn(note))
        values = {"full": f"{walks.value['full']:.2f}", "mini": f"{walks.value['mini']:.2f}"}
        straight = walks.when(lambda of: of["steps"] > 0)
        with self.say(
            N_("With {examples} images at each step: {full} times the straight line."),
            straight,
            full=values["full"],
            examples=walks.value["examples"],
        ) as line:
            told = [self.factor(way, at) for at, way in enumerate(("full", "mini"))]
            line.play(Create(plane.straight()), fraction=0.3)
            line.play(Create(plane.walk("full", self.colors["full"])), FadeIn(told[0]), least=1.5)
        staggers = walks.when(lambda of: of["mini"] >= STAGGERS and of["mini"] > of["full"])
        text = N_("In {steps} steps with a batch: {mini} times, like a drunk: each batch pulls a little elsewhere.")
        steps = walks.value["steps"]
        otherwise = said(
            N_("In {steps} steps with a batch: {mini} times the straight line."),
            walks,
            mini=values["mini"],
            steps=steps,
        )
        line_of = self.choose(said(text, staggers, mini=values["mini"], steps=steps), otherwise=otherwise)
        with self.say(line_of, result=True) as line:
            line.play(Create(plane.walk("mini", self.colors["mini"])), FadeIn(told[1]), least=2.5)

    def factor(self, way: str, at: int) -> Words:
        """Return how many times as long as the straight line a walk is, below the plane."""
        walks, text = self.paces.walks, N_("{factor} × the straight line")
        factor = f"{walks.value[way]:.2f}"
        told = self.words(text, SMALL, self.colors[way], because=walks, factor=factor)
        return self.below.rows(1, 1.4, gap=0.15)[0].columns(1, 1)[at].place(told)
