"""Shuffled and cut into batches: a step for each, and a turn through all images is many steps."""

from __future__ import annotations

import numpy as np
from manim import UP, Create, FadeIn, FadeOut, Indicate, LaggedStart, Rectangle, VGroup

from scenes.beats.beat import Beat
from scenes.chapters.backpropagation.steps.values import FirstBatches
from scenes.chapters.backpropagation.wishes.values import BACKPROP
from scenes.language.translation import N_
from scenes.look.boxes import safe_area
from scenes.look.style import LABEL, TITLE, palette
from scenes.mobjects.pictures.pixels import DigitWall, grid_centers
from scenes.text.typeset import Formula


class MiniBatches(Beat):
    """Must every step ask all images?"""

    def open(self) -> None:
        self.batches = FirstBatches(self.data[BACKPROP])
        walls, self.below = safe_area().rows(5.2, 1.3)
        boxes = walls.side_by_side(1, 1, gap=0.8)
        size = self.batches.size
        across = int(np.ceil(np.sqrt(2 * size)))
        down = -(-size // across)
        pitch = min((boxes[0].height - 0.4) / down, (boxes[0].width - 0.4) / across)
        look = {"stroke_width": 2.5, "color": palette().attention}
        frame = Rectangle(width=across * pitch + 0.3, height=down * pitch + 0.3, **look)
        self.frames = VGroup(*[frame.copy().move_to(box.center) for box in boxes])
        self.places = np.concatenate([grid_centers(down, across, down * pitch)[:size] + box.center for box in boxes])
        unshuffled = self.places[np.argsort(np.argsort(self.batches.positions))]
        self.pictures = [
            DigitWall(picture[None], across=1, height=pitch).shift(place)
            for picture, place in zip(self.batches.pictures, unshuffled, strict=True)
        ]
        self.ways = self.places - unshuffled

    def script(self) -> None:
        measured = self.batches.measured
        told = measured.value
        several = measured.when(lambda of: of["batches"] > 1 and of["images"] == of["size"] * of["batches"])
        with self.say(N_("Must every step ask all {images} images?"), several, images=told["images"]) as line:
            shown = [FadeIn(picture, scale=0.6) for picture in self.pictures]
            line.play(LaggedStart(*shown, lag_ratio=0.03), least=2.0)
        with self.say(
            N_("Shuffle them, then take {size} at a time: a mini-batch."), measured, size=told["size"]
        ) as line:
            moves = [one.animate.shift(way) for one, way in zip(self.pictures, self.ways, strict=True)]
            line.play(LaggedStart(*moves, lag_ratio=0.01), fraction=0.6, least=2.0)
            line.play(Create(self.frames[0]), fraction=0.2)
            first = ", ".join(f"{at:,}" for at in told["first"])
            text = N_("the first batches of this training: images {first}, …")
            note = self.note_in(self.below.rows(1, 1.3)[1], text, measured, first=first)
            line.play(FadeIn(note))
        formula = Formula('theta arrow.l theta - eta nabla C_upright("batch")', LABEL)
        self.below.rows(1, 1.3)[0].place(formula)
        with self.say(N_("The gradient of that batch gives a step. It is a guess of the whole one.")) as line:
            line.play(FadeIn(formula, shift=0.2 * UP), Indicate(self.frames[0], 1.03, color=palette().attention))
        with self.say(N_("Then the next batch, and the next step.")) as line:
            faded = self.frames[0].animate.set_stroke(palette().muted, width=1.5)
            line.play(faded, Create(self.frames[1]), Indicate(formula, 1.15, color=palette().attention))
        text = N_("One turn through all images: {batches} steps in place of one.")
        with self.say(text, several, result=True, batches=told["batches"]) as line:
            values = {"batches": told["batches"], "size": told["size"]}
            text = self.words(
                N_("{batches} × {size} images"), TITLE, palette().attention, because=measured, values=values
            )
            self.play(FadeOut(formula, note), run_time=0.3)
            line.play(FadeIn(self.below.place(text), scale=1.3), least=1.2)
