"""Lists the kinds of values recorded of a plain network, each the last word of its arrays' names."""

from __future__ import annotations

KINDS = ("weight", "bias", "gradient", "pre_activation", "activation")
