"""A vector on its way through a matrix: what goes in, the matrix, and what comes out, as numbers side by side."""

from __future__ import annotations

import numpy as np
from manim import DOWN, RIGHT, Arrow, VGroup

from scenes.chapters.attention.one_head.meeting import chip_of
from scenes.evidence.evidence import Measured
from scenes.look.style import LABEL, SMALL, THIN, palette
from scenes.text.brace import SideBrace
from scenes.text.matrices import NumberColumn, NumberMatrix
from scenes.text.typeset import Formula, Words

EM, SHOWN = 0.27, 4  # of the numbers, and how many of a vector or of a side of a matrix are shown
STACK_X, MATRIX_X, RESULT_X = -5.55, -2.1, 5.1
LARGE = 100.0  # vectors with numbers from here on are written without decimals


class Through:
    """One token's vector, the matrix that it goes through, and what comes out, side by side.

    y: of the row. letter: of the result, q or k, which names the matrix as well. sizes: what its sizes rest on.
    """

    def __init__(
        self,
        token: str,
        vector: np.ndarray,
        matrix: np.ndarray,
        result: np.ndarray,
        *,
        letter: str,
        y: float,
        sizes: Measured,
    ) -> None:
        color = palette().attention if letter == "q" else palette().right
        self.matrix = NumberMatrix(
            matrix, (SHOWN, SHOWN), size=EM, colors=(palette().negative, palette().positive)
        ).move_to([MATRIX_X, y, 0])
        first = np.append(vector[: SHOWN - 1], vector[-1])
        self.vector = NumberColumn(vector, SHOWN, form=rounds(first), size=EM)
        self.vector.next_to(self.matrix, RIGHT, buff=0.12)
        self.result = NumberColumn(result, SHOWN, form="{:.1f}", size=EM, color=color).move_to([RESULT_X, y, 0])
        self.chip = chip_of(token, color)
        source = f"W_{letter.upper()} bold(E) arrow.r {{{{bold({letter}) : out}}}}"
        self.formula = Formula(source, LABEL, colors={"out": color})
        rows, columns = matrix.shape
        self.size = Formula(f"{rows} times {columns}", SMALL, palette().muted, because=sizes)
        self.stack = VGroup(self.chip, self.formula, self.size).arrange(DOWN, buff=0.2).move_to([STACK_X, y, 0])
        counts = [Words(f"{len(values)}", SMALL, palette().muted, because=sizes) for values in (vector, result)]
        self.vector_brace = SideBrace(self.vector, RIGHT, counts[0], color=palette().muted)
        self.result_brace = SideBrace(self.result, RIGHT, counts[1], color=palette().muted)
        left, right = self.vector_brace.get_right()[0] + 0.2, self.result.get_left()[0] - 0.2
        self.arrow = Arrow([left, y, 0], [right, y, 0], buff=0, stroke_width=2 * THIN, color=palette().line)
        self.arrow.set_stroke(width=2 * THIN)

    @property
    def all(self) -> VGroup:
        """All that is drawn of the row."""
        return VGroup(
            self.stack, self.matrix, self.vector, self.vector_brace, self.arrow, self.result,
            self.result_brace,
        )  # fmt: skip


def rounds(values: np.ndarray) -> str:
    """Return how a vector's numbers are written."""
    return "{:.1f}" if np.abs(values).max() < LARGE else "{:,.0f}"
