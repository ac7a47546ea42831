"""TRANSITIONAL: beats whose lines have no evidence yet. Goes when it is empty."""

from __future__ import annotations

UNPROVEN = frozenset(
    {
        "scenes.chapters.attention.counting",
        "scenes.animate.architecture",
        "scenes.animate.forward_pass",
        "scenes.animate.predictions",
        "scenes.animate.representation",
    }
)
