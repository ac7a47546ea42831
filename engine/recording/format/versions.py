"""Lists the versions of what the recorded numbers depend on."""

from __future__ import annotations

import platform
from importlib import metadata


def versions(*more: str) -> dict[str, str]:
    """Return the versions of Python, NumPy, PyTorch, Zarr and the packages `more`."""
    packages = {package: metadata.version(package) for package in ("numpy", "torch", "zarr", *more)}
    return {"python": platform.python_version(), **packages}
