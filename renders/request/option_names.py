"""Names the options of the command line."""

from __future__ import annotations


def option_of(setting: str) -> str:
    """Return the option that changes a setting, such as one of an `Overrides`."""
    return "--digit" if setting == "picture" else f"--{setting.replace('_', '-')}"
