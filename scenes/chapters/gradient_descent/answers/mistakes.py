"""What a network gets wrong on images it has not seen, and the mistakes that are worth a closer look."""

from __future__ import annotations

import numpy as np


class TestMistakes:
    """The mistakes of a network on labelled images.

    outputs: (image, digit). labels: (image,). `wrong` holds the images, in their order, whose highest output is not
    that of their label. `close` is the one whose label comes second by the least, `sure` the one whose wrong answer is
    the highest; each is None where there is none, and they are never the same image.
    """

    def __init__(self, outputs: np.ndarray, labels: np.ndarray) -> None:
        self.outputs, self.labels = outputs, labels
        ranked = outputs.argsort(axis=1, kind="stable")
        self.answers = outputs.argmax(axis=1)
        # of two equal outputs the answer is the first one, and the other of them is the second
        self.second = np.where(ranked[:, -1] == self.answers, ranked[:, -2], ranked[:, -1])
        every = np.arange(len(labels))
        self.top, self.gap = outputs[every, self.answers], outputs.max(axis=1) - outputs[every, self.second]
        self.wrong = np.flatnonzero(self.answers != labels)
        self.sure = int(self.wrong[self.top[self.wrong].argmax()]) if len(self.wrong) else None
        near = self.wrong[(self.second[self.wrong] == labels[self.wrong]) & (self.wrong != self.sure)]
        self.close = int(near[self.gap[near].argmin()]) if len(near) else None

    def shown(self, most: int) -> np.ndarray:
        """Return at most so many mistakes: the first ones, and in any case `close` and `sure`."""
        if len(self.wrong) <= most:
            return self.wrong
        picked = [image for image in (self.close, self.sure) if image is not None]
        others = self.wrong[~np.isin(self.wrong, picked)]
        return np.sort(np.concatenate([others[: most - len(picked)], picked]))

    def tenths(self) -> list[np.ndarray]:
        """Return the images in ten parts, from those with the lowest answers to those with the highest."""
        return np.array_split(np.argsort(self.top, kind="stable"), 10)

    def right_in_tenths(self) -> list[int]:
        """Return how many of each tenth are answered rightly."""
        right = self.answers == self.labels
        return [int(right[images].sum()) for images in self.tenths()]


def widest_grid(count: int, width: float, height: float, largest: float) -> tuple[int, float]:
    """Return how many of `count` squares stand in a row, and their pitch, that they be largest in that room."""
    pitches = [min(width / -(-count // down), height / down, largest) for down in range(1, count + 1)]
    down = int(np.argmax(pitches)) + 1
    across = -(-count // down)
    return across, pitches[down - 1]
