"""One image that is answered wrongly: what it wants of the outputs, as arrows up and down."""

from __future__ import annotations

import numpy as np
from manim import RIGHT, FadeIn, GrowFromCenter, Indicate, LaggedStart, VGroup

from scenes.beats.beat import Beat
from scenes.beats.timeline import said
from scenes.chapters.backpropagation.wishes.column import LayerColumn
from scenes.chapters.backpropagation.wishes.values import BACKPROP, Wishes
from scenes.evidence.evidence import Quoted
from scenes.language.translation import N_
from scenes.look.boxes import safe_area
from scenes.look.style import LABEL, SMALL, palette, sign_color
from scenes.mobjects.pictures.pixels import DigitImage
from scenes.text.numbers import Number

SIZE = 0.34  # em of the outputs


class OneExample(Beat):
    """What does one image want?"""

    def open(self) -> None:
        self.wishes = Wishes(self.data[BACKPROP])
        area, self.below = safe_area().rows(6.4, 1)
        picture, column = area.side_by_side(1, 1.5)
        image, self.told = picture.rows(2, 1)
        height = min(3.0, image.height, image.width)
        self.image = image.place(DigitImage(self.wishes.read("example.picture"), height=height))
        labels = [str(digit) for digit in range(len(self.wishes.output))]
        self.column = LayerColumn(self.wishes.output, column.columns(1, 1.2)[0], labels=labels)
        self.ground(self.column.labels, Quoted(" ".join(labels)))
        self.numbers = VGroup(
            *(
                Number(float(value), size=SIZE, because=self.wishes.example).next_to(neuron, RIGHT, buff=0.8)
                for value, neuron in zip(self.wishes.output, self.column.neurons, strict=True)
            )
        )

    def script(self) -> None:
        with self.say(N_("What does one image want of the network?")) as line:
            line.play(FadeIn(self.image, shift=0.3 * RIGHT))
        self.answer()
        self.pull_up()
        self.pull_down()
        self.size_them()

    def answer(self) -> None:
        example, moment = self.wishes.example, self.wishes.moment
        values = {"step": moment.value["step"], "label": example.value["label"]}
        label = self.words(N_("it is a {label}"), LABEL, palette().right, because=example, label=values["label"])
        self.told.rows(1, 1)[0].place(label)
        wrong = example.when(lambda of: of["label"] != of["answer"])
        answer = example.value["answer"]
        line_of = self.choose(
            said(
                N_("After {step} steps: a {label}, and the answer is {answer}."),
                (moment, wrong),
                answer=answer,
                **values,
            ),
            otherwise=said(N_("After {step} steps: a {label}, and that is the answer."), (moment, example), **values),
        )
        with self.say(line_of) as line:
            line.play(FadeIn(self.column, shift=0.2 * RIGHT), FadeIn(label), fraction=0.4)
            line.play(LaggedStart(*map(FadeIn, self.numbers), lag_ratio=0.1))

    def pull_up(self) -> None:
        """Let the wanted output's arrow grow."""
        wishes, at = self.wishes.wishes, self.wishes.label
        self.arrows = self.column.arrows(wishes, float(np.abs(wishes).max()), beside=0.35)
        with self.say(N_("The output for {label} should go up."), self.wishes.example, label=at) as line:
            lit = Indicate(self.column.neurons[at], 1.2, color=palette().positive)
            line.play(GrowFromCenter(self.arrows[at]), lit)

    def pull_down(self) -> None:
        others = [arrow for at, arrow in enumerate(self.arrows) if at != self.wishes.label]
        down = self.wishes.example.when(lambda of: of["up"] == 1)
        with self.say(N_("All the others should go down."), down) as line:
            line.play(LaggedStart(*map(GrowFromCenter, others), lag_ratio=0.15), least=1.4)

    def size_them(self) -> None:
        """Say that an arrow is as long as an output is off, and point to the longest ones."""
        wishes = self.wishes.wishes
        loud = np.argsort(-np.abs(wishes))[:2]
        note = self.words(N_("arrow: how far the output is from what is wanted"), SMALL, palette().muted)
        self.below.place(note)
        with self.say(N_("The further an output is off, the stronger the wish."), result=True) as line:
            line.play(FadeIn(note), fraction=0.3)
            lit = [Indicate(self.arrows[at], 1.3, color=sign_color(float(wishes[at]))) for at in loud]
            grown = [Indicate(self.numbers[at], 1.2, color=palette().attention) for at in loud]
            line.play(*lit, *grown, least=1.2)
