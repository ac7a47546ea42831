"""Training images with their labels below them, which go from one to the other where labels are shuffled."""

from __future__ import annotations

import numpy as np
from manim import DOWN, Animation, FadeIn, FadeOut, Group, VGroup

from scenes.evidence.evidence import Recorded
from scenes.look.style import TITLE, palette
from scenes.mobjects.pictures.pixels import DigitImage
from scenes.text.numbers import Number

ACROSS, ROWS = 8, (1.3, -1.75)  # images a row, and the heights of the rows' middles
PITCH, IMAGE, LABEL_BELOW = 1.6, 1.4, 1.1  # scene units
OUTSIDE = -4.6  # height from where labels come that other images had, and to where others go


class LabelCards(Group):
    """Images, and below each the number that is its label.

    images: where each stands in the training set, (n,). pixels: (n, rows, columns). given: whose label each of them
    gets. own, shuffled: the labels before and after, as they were recorded, (n,).
    """

    def __init__(
        self, images: list[int], pixels: np.ndarray, given: list[int], own: Recorded, shuffled: Recorded
    ) -> None:
        self.images, self.given, self.own, self.shuffled = images, given, own, shuffled
        self.pictures, self.labels = Group(), VGroup()
        for k, (picture, label) in enumerate(zip(pixels, own.content, strict=True)):
            place = np.array([PITCH * (k % ACROSS - (ACROSS - 1) / 2), ROWS[k // ACROSS], 0])
            self.pictures.add(DigitImage(picture, height=IMAGE, line=0.06).move_to(place))
            self.labels.add(self._number(label).move_to(place + LABEL_BELOW * DOWN))
        super().__init__(self.pictures, self.labels)

    def cards(self) -> list[Group]:
        """Return each image with its label."""
        return [Group(*pair) for pair in zip(self.pictures, self.labels, strict=True)]

    def animate_shuffle(self) -> list[Animation]:
        """Return each label's flight to the image that gets it, in from outside or out; `labels` are those after it."""
        goes_to = {donor: k for k, donor in enumerate(self.given)}
        flights: list[Animation] = []
        after: list[Number] = list(self.labels)
        for k, image in enumerate(self.images):
            label, place = self.labels[k], self.labels[k].get_center()
            to = goes_to.get(image)
            if to is None:  # to an image that is not shown
                flights.append(FadeOut(label, target_position=[place[0], OUTSIDE, 0]))
            else:
                after[to] = label
                flights.append(label.animate(path_arc=0.9).move_to(self.labels[to].get_center()))
            if self.given[k] not in self.images:
                after[k] = self._number(self.shuffled.content[k]).move_to(place)
                flights.append(FadeIn(after[k], target_position=[place[0], OUTSIDE, 0]))
        self.labels = VGroup(*after)
        return flights

    def animate_wrong(self) -> list[Animation]:
        """Return the animations that colour the labels which are not what their images show."""
        pairs = zip(self.labels, self.own.content, strict=True)
        return [label.animate.set_color(palette().negative) for label, own in pairs if label.value != own]

    def _number(self, label: float) -> Number:
        return Number(int(label), "{:.0f}", TITLE, palette().right, because=(self.own, self.shuffled))


def handed_round(given: np.ndarray, count: int) -> list[int]:
    """Return images, at most `count`, whose labels go to each other as far as may be, in the order of the training set.

    given: (image,) whose label each of the first images gets.
    """
    told = {image for image in range(len(given)) if given[image] < len(given)}
    chains = []
    for start in sorted(told - {int(given[image]) for image in told}):
        chain = [start]
        while (image := int(given[chain[-1]])) in told:
            chain.append(image)
        chains.append(chain)
    chains.sort(key=len, reverse=True)
    return sorted([image for chain in chains for image in chain][:count])
