"""Draws a line of tokens in letters of one width, the fainter the less probable each was."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from manim import LEFT, UpdateFromAlphaFunc, VGroup, linear
from manim.animation.animation import Animation

from scenes.evidence.evidence import Because
from scenes.look.style import palette
from scenes.text.typeset import Words, can_be_set

FAINTEST = 0.3  # opacity of a token that was hardly probable
SIGNS = {"\n": "↵", "\t": "→", " ": " "}  # what letters are shown as that would not be seen
UNKNOWN = "□"  # in place of what no font here has


class TokenLine(VGroup):
    """Tokens as one line that begins at `left`, (x, y), scene units; those that fit into a width.

    probabilities: (token,) 0 to 1; all are drawn alike without them. `count`: how many tokens it has.
    """

    def __init__(
        self,
        texts: Sequence[str],
        left: tuple[float, float],
        width: float,
        size: float,
        because: Because,
        probabilities: np.ndarray | None = None,
    ) -> None:
        room = int(width / (size * advance()))
        shown, owners = "", list[int]()
        for number, text in enumerate(texts):
            letters = "".join(map(sign_of, text))
            if len(shown) + len(letters) > room:
                break
            shown += letters
            owners += [number] * len(letters)
        self.count = owners[-1] + 1 if owners else 0
        super().__init__()
        self._letters: list[VGroup] = []
        self._opacities: list[float] = []
        if not shown.strip():
            return
        words = Words(shown.rstrip(), size, palette().text, code=True, because=because)
        words.move_to([left[0], left[1], 0], aligned_edge=LEFT)
        start = len(shown) - len(shown.lstrip())
        words.shift([start * size * advance(), 0, 0])
        self.add(words)
        owners = [owner for owner, letter in zip(owners, shown, strict=True) if not letter.isspace()]
        outlines = [part for part in words.family_members_with_points() if len(part.points)]
        for outline, owner in zip(outlines, owners, strict=False):
            share = 1.0 if probabilities is None else float(np.nan_to_num(probabilities[owner]))
            self._letters.append(outline)
            self._opacities.append(FAINTEST + (1 - FAINTEST) * share)
        self.show_share(1.0)

    def show_share(self, share: float) -> None:
        """Show so much of the line, from its beginning."""
        seen = share * len(self._letters)
        for place, (letter, opacity) in enumerate(zip(self._letters, self._opacities, strict=True)):
            letter.set_opacity(opacity * float(np.clip(seen - place, 0, 1)))

    def animate_writing(self) -> Animation:
        """Return an animation that writes one letter after the other."""
        return UpdateFromAlphaFunc(self, lambda line, share: line.show_share(share), rate_func=linear)


def sign_of(letter: str) -> str:
    """Return what a letter is shown as."""
    return SIGNS.get(letter) or (letter if _is_known(letter) else UNKNOWN)


@cache
def _is_known(letter: str) -> bool:
    return letter.isprintable() and can_be_set(letter)


@cache
def advance() -> float:
    """Return the width of a letter, in ems."""
    return (Words("mm", 1.0, code=True).width - Words("m", 1.0, code=True).width) / 1.0
