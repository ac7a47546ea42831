"""Four neurons in a row: the smallest network that still has layers, trained to tell 0s from 1s by their ink."""

from __future__ import annotations

from manim import DOWN, LEFT, RIGHT, UP, Create, FadeIn, GrowFromCenter, Indicate, LaggedStart, VGroup

from scenes.beats.beat import Beat
from scenes.chapters.backpropagation_calculus.chain.picture import ChainPicture, value_of
from scenes.chapters.backpropagation_calculus.chain.values import ANALYSIS, ChainPass
from scenes.language.translation import N_
from scenes.look.boxes import safe_area
from scenes.look.frame import frame
from scenes.look.style import LABEL, SMALL, palette
from scenes.mobjects.pictures.pixels import DigitImage
from scenes.text.numbers import number_words, significant
from scenes.text.typeset import Formula


class SimplestNetwork(Beat):
    """What is the smallest network that can learn?"""

    def open(self) -> None:
        recording = self.data[ANALYSIS]
        self.chain = ChainPass(recording)
        tall = frame().tall
        area = safe_area()
        if tall:
            picture, rest = area.rows(2.6, 1)
            digit, chain = picture.rows(1, 3)
        else:
            picture, rest = area.rows(1.5, 1)
            digit, chain = picture.columns(1, 4)
        self.digit = digit.place(
            DigitImage(recording.read("example.picture"), height=min(2.2, digit.height, digit.width))
        )
        self.picture = ChainPicture(self.chain, chain, upright=tall)
        self.rest_box = rest
        self.wanted = value_of("y", self.chain.y, self.chain).set_color(palette().right)
        self.wanted.next_to(VGroup(self.picture.names[-1], self.picture.numbers[-1]), DOWN, buff=0.25)

    def script(self) -> None:
        self.ask()
        self.let_in()
        self.want()
        self.name_knobs()
        self.tell_superscripts()
        self.price()

    def ask(self) -> None:
        with self.say(N_("Where does a gradient come from? A tiny network will show it.")) as line:
            line.play(LaggedStart(*map(GrowFromCenter, self.picture.neurons), lag_ratio=0.3))

    def let_in(self) -> None:
        """Let the digit's ink become the one number that goes in."""
        text, size = N_("{neurons} neurons in a row. The first holds how much ink a digit has."), self.chain.size
        with self.say(text, size, neurons=size.value["neurons"]) as line:
            line.play(FadeIn(self.digit, shift=0.3 * RIGHT), fraction=0.3)
            flying = self.digit.copy()
            gone = flying.animate.scale(0.1).move_to(self.picture.neurons[0]).set_opacity(0)
            line.play(gone, FadeIn(self.picture.names[0], self.picture.numbers[0]), fraction=0.35)
            self.remove(flying)
            edges = LaggedStart(*map(Create, self.picture.edges), lag_ratio=0.4)
            line.play(edges, FadeIn(self.picture.names[1:], self.picture.numbers[1:]))

    def want(self) -> None:
        text = N_("wanted: 1 for a 0, 0 for a 1")
        told = self.words(text, LABEL, palette().right, because=self.chain.values)
        self.told = VGroup(self.rest_box.rows(1, 1, 1)[0].place(told), self.wanted)
        with self.say(N_("It should say 1 for a 0, and 0 for a 1: by their ink alone."), self.chain.values) as line:
            line.play(FadeIn(self.told, shift=0.2 * UP))

    def name_knobs(self) -> None:
        size, moment = self.chain.size, self.chain.moment
        knobs = [FadeIn(part, scale=1.4) for part in (*self.picture.weights, *self.picture.biases)]
        text = N_("{weights} weights, {biases} biases: after {step} steps it tells {percent} of new 0s and 1s rightly.")
        values = {**size.value, "step": moment.value["step"], "percent": f"{moment.value['percent']:.1f} %"}
        with self.say(
            text, (size, moment), **{key: values[key] for key in ("weights", "biases", "step", "percent")}
        ) as line:
            line.play(LaggedStart(*knobs, lag_ratio=0.2), least=1.6)

    def tell_superscripts(self) -> None:
        note = self.words(N_("in brackets: which layer, L the output"), SMALL, palette().muted)
        self.superscripts = self.rest_box.rows(1, 1, 1)[1].place(note)
        with self.say(N_("What stands in brackets counts layers. Take it for a name, not for a power.")) as line:
            lit = [Indicate(name, 1.25, color=palette().attention) for name in self.picture.names[1:]]
            line.play(FadeIn(self.superscripts), LaggedStart(*lit, lag_ratio=0.4), least=1.6)

    def price(self) -> None:
        cost = VGroup(
            Formula("{{C_0 : cost}} = (a^((L)) - y)^2", LABEL, colors={"cost": palette().attention}),
            number_words(self.chain.cost, LABEL, because=self.chain.values, before="="),
        ).arrange(RIGHT, buff=0.15)
        self.rest_box.rows(1, 1, 1)[2].place(cost)
        values = {"answer": significant(float(self.chain.a[-1])), "wanted": significant(self.chain.y)}
        text = N_("For this image it says {answer}. We wanted {wanted}. The difference, squared, is the cost.")
        with self.say(text, self.chain.values, result=True, **values) as line:
            line.play(
                Indicate(VGroup(self.picture.names[-1], self.picture.numbers[-1]), color=palette().attention),
                fraction=0.35,
            )
            line.play(FadeIn(cost, shift=0.2 * LEFT))
