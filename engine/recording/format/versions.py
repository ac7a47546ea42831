"""Which versions of what the recorded numbers depend on computed them."""

from __future__ import annotations

import platform
from importlib import metadata


def versions(*more: str) -> dict[str, str]:
    """Return the versions of Python and of the packages."""
    packages = {package: metadata.version(package) for package in ("numpy", "torch", "zarr", *more)}
    return {"python": platform.python_version(), **packages}
