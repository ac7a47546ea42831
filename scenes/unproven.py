"""TRANSITIONAL: beats whose lines have no evidence yet. Goes when it is empty."""

from __future__ import annotations

UNPROVEN = frozenset(
    {
        "scenes.animate.representation",
    }
)
