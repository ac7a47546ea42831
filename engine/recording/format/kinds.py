"""What of a plain network is recorded, by the last word of the arrays' names."""

from __future__ import annotations

KINDS = ("weight", "bias", "gradient", "pre_activation", "activation")
