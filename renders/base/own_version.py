"""Tells which neuroreel runs: its version, and the commit where it runs out of a clone."""

from __future__ import annotations

import os
import subprocess
import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CHANGED = "+changes"  # after a commit, where the code is not as it was committed
PATIENCE = 20  # seconds
CODE = ("engine", "scenes", "renders", "cli.py")


def own_version(root: Path = ROOT) -> dict[str, str]:
    """Return `version`, and `commit` where the project is a clone and git can tell; "" where it is not known."""
    return {"version": _version(root), "commit": _commit(root)}


def _version(root: Path) -> str:
    try:
        return str(tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])
    except (OSError, ValueError, KeyError):
        pass  # installed as a package, which has no such file
    try:
        return version("neuroreel")
    except PackageNotFoundError:
        return ""


def _commit(root: Path) -> str:
    """Return the commit that is checked out, marked where the code differs from it."""
    if not (root / ".git").exists():  # else git would look in the folders around
        return ""
    command = ["git", "--no-optional-locks", "-C", str(root), "status", "--porcelain=v2", "--branch", "--", *CODE]
    elsewhere = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        done = subprocess.run(command, env=elsewhere, capture_output=True, timeout=PATIENCE, check=True)
    except (OSError, subprocess.SubprocessError):
        return ""
    lines = done.stdout.decode("utf-8", "replace").splitlines()
    told = next((line.split()[-1] for line in lines if line.startswith("# branch.oid ")), "")
    changed = any(not line.startswith("#") for line in lines)
    return told + CHANGED if changed else told
