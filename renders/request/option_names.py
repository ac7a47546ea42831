"""What options are called."""

from __future__ import annotations


def option_of(setting: str) -> str:
    """Return the option by which a setting of a `Overrides` is changed."""
    return "--digit" if setting == "picture" else f"--{setting.replace('_', '-')}"
