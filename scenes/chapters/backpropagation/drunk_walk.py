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
from scenes.text.numbers import three_significant

STAGGERS = 1.2  # times as long as the straight line, from which on a walk is said to stagger


class DrunkWalk(Beat):
    """Which comes further in the same time?"""

    def open(self) -> None:
        self.paces = TwoPaces(self.data[PACE])
        self.area = safe_area()
        plot, self.below = self.area.rows(5, 1)
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
            self.words(N_("seconds on a core of this machine"), SMALL, palette().muted),
            self.words(N_("cost on test images"), SMALL, palette().muted),
        )
        names[0].next_to(axes.x_axis, DOWN, buff=0.12)
        names[1].next_to(axes.y_axis, UP, buff=0.15, aligned_edge=LEFT)
        VGroup(axes, names).move_to(box.center)
        return axes, names

    def script(self) -> None:
        timed = self.paces.pace.when(lambda of: of["ratio"] > 0)
        text = N_("Ask all images at each step, or take many small steps: which comes further in the same time?")
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
        ratio = three_significant(pace.value["ratio"])
        text = N_("A step over {images} images lasts as long as about {ratio} steps over {size}.")
        with self.say(text, pace, ratio=ratio, **values) as line:
            line.play(FadeIn(legend), fraction=0.3)
            line.play(Create(curves["full"]), Create(curves["mini"]), least=2.5)
        values = {"cost": three_significant(pace.value["cost"]), "small": three_significant(pace.value["small_cost"])}
        values |= {"seconds": f"{pace.value['seconds']:.2g}", "less": f"{pace.value['small_seconds']:.2g}"}
        faster = pace.when(lambda of: of["faster"])
        text = N_("Down to {small} in {less} seconds, against {cost} in {seconds}: small steps, faster.")
        otherwise = said(N_("{small} in {less} seconds, against {cost} in {seconds}."), pace, **values)
        line_of = self.choose(said(text, faster, **values), otherwise=otherwise)
        with self.say(line_of) as line:
            line.play(*[curve.animate.set_stroke(width=5) for curve in curves.values()], least=1.0)
        self.play(*map(FadeOut, (self.axes, self.names, legend, *curves.values())), run_time=0.6)

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
        note = self.words_within(
            self.below.width,
            N_("two weights of the trained network, all others as they are; step size for these two alone"),
            SMALL,
            color=palette().muted,
            because=walks,
        )
        self.below.place(note)
        with self.say(N_("How do they walk? Two weights alone, so that it can be drawn."), self.two()) as line:
            line.play(FadeIn(plane), FadeIn(note))
        values = {"full": f"{walks.value['full']:.2f}", "mini": f"{walks.value['mini']:.2f}"}
        straight = walks.when(lambda of: of["steps"] > 0)
        with self.say(N_("With all images: {full} times the straight line."), straight, full=values["full"]) as line:
            line.play(Create(plane.walk("full", self.colors["full"])), least=1.5)
        staggers = walks.when(lambda of: of["mini"] >= STAGGERS and of["mini"] > of["full"])
        text = N_("With a batch it staggers, {mini} times, like a drunk: every batch pulls elsewhere.")
        otherwise = said(N_("With a batch: {mini} times the straight line."), walks, mini=values["mini"])
        line_of = self.choose(said(text, staggers, mini=values["mini"]), otherwise=otherwise)
        with self.say(line_of, result=True) as line:
            line.play(Create(plane.walk("mini", self.colors["mini"])), least=2.5)
