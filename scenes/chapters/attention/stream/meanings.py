"""One word's vectors in several texts: how alike they are, where they part, and how they look."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from scenes.chapters.attention.stream.paths import unit_vectors
from scenes.measures.projection import principal_plane
from scenes.mobjects.pictures.colormap import diverging
from scenes.mobjects.pictures.pixels import SignedPicture

FULL = 0.9  # the share of a layer's numbers whose colour is not yet at its full
PARTED = 0.05  # what the likeness must have fallen by at least to be called parting


class Meanings:
    """One word's vectors in several texts.

    texts: each as (what stands before the word, the word). stream: (text, layer, feature), layer 0 before the first
    block. direction: the same at length 1.
    """

    def __init__(self, texts: Sequence[str], stream: np.ndarray) -> None:
        self.texts = [tuple(text.rsplit(" ", 1)) for text in texts]
        self.stream, self.direction = stream, unit_vectors(stream)
        self.layers = stream.shape[1] - 1
        self.alike_at_first = bool(np.allclose(stream[:, 0], stream[:1, 0], atol=1e-6))
        apart = self.direction - self.direction.mean(axis=0)  # each layer's seen from the middle of all texts
        self.plane = principal_plane(apart.reshape(-1, apart.shape[-1]))
        self.places = self.plane.of(apart)  # (text, layer, 2)

    def cosine(self, one: int, other: int) -> np.ndarray:
        """Return how alike two texts' directions are, (layer,)."""
        return (self.direction[one] * self.direction[other]).sum(axis=-1)

    def parting(self) -> tuple[int, bool]:
        """Return the layer where the first text is furthest from the others for how far those are from each other,

        of the layers where it is at least half as far as ever, and whether it stays further from there on.
        """
        far = 1 - np.maximum(self.cosine(0, 1), self.cosine(0, 2))
        near = 1 - self.cosine(1, 2)
        ratio = np.where(far >= far.max() / 2, far / np.maximum(near, 1e-6), -np.inf)
        layer = max(1, int(ratio.argmax()))
        return layer, bool(far[layer] > PARTED and (far > near)[layer:].all())

    def picture(self, text: int, layer: float, height: float) -> SignedPicture:
        """Return a vector as a picture, its rows about a seventh as many as its columns."""
        count = self.stream.shape[2]
        rows = max(rows for rows in range(1, int(np.sqrt(count / 7)) + 2) if count % rows == 0)
        values = np.zeros((rows, count // rows))
        picture = SignedPicture(values, scale=1.0, height=height, line=0, gap=0.0)
        picture.fill = self.shades(text, layer)
        return picture

    def shades(self, text: int, layer: float) -> np.ndarray:
        """Return the colours of a vector's numbers, (feature, 4), to the scale of all texts at that layer."""
        before = min(int(layer), self.layers - 1)
        both = self.direction[:, before : before + 2]  # (text, 2, feature)
        values = both[:, 0] + (both[:, 1] - both[:, 0]) * (layer - before)
        return diverging(values[text], max(float(np.quantile(np.abs(values), FULL)), 1e-12))
