"""TRANSITIONAL: beats whose lines have no evidence yet. Goes when it is empty."""

from __future__ import annotations

UNPROVEN = frozenset(
    {
        "scenes.chapters.gradient_descent.the_real_path",
        "scenes.chapters.attention.the_equation",
        "scenes.chapters.attention.counting",
        "scenes.chapters.attention.many_heads",
        "scenes.animate.architecture",
        "scenes.animate.forward_pass",
        "scenes.animate.mistakes",
        "scenes.animate.class_mistakes",
        "scenes.animate.token_mistakes",
        "scenes.animate.predictions",
        "scenes.animate.representation",
    }
)
