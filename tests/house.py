"""Which folder knows which: `python -m tests.house [WING …]` draws it, a folder a line, those it knows behind it."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WINGS = ("engine", "scenes", "renders")


@cache
def modules() -> dict[str, Path]:
    """Return the files of all modules, by the modules' names."""
    found = {}
    for wing in WINGS:
        for path in sorted((ROOT / wing).rglob("*.py")):
            if "out" not in path.parts:
                name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
                found[name.removesuffix(".__init__")] = path
    return found


def imported_by(module: str) -> Iterator[str]:
    """Yield the modules of ours that one imports when it runs, anywhere in it."""
    waiting: list[ast.AST] = [ast.parse(modules()[module].read_text(encoding="utf-8"))]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules())
        elif isinstance(node, ast.ImportFrom) and node.module in modules():
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in modules() else str(node.module)
        waiting += ast.iter_child_nodes(node)


def folder_of(module: str) -> str:
    """Return the folder in which a module lies, with dots."""
    return ".".join(modules()[module].parent.relative_to(ROOT).parts)


def arrows(wing: str) -> dict[str, set[str]]:
    """Return which folders of a wing each of its folders knows."""
    found: dict[str, set[str]] = {}
    for module in modules():
        if module.partition(".")[0] == wing:
            known = {folder_of(other) for other in imported_by(module)}
            inside = {folder for folder in known if folder.partition(".")[0] == wing}
            found.setdefault(folder_of(module), set()).update(inside - {folder_of(module)})
    return found


def main(wings: list[str]) -> None:
    """Draw the folders of wings, those first that know nothing of their wing; last, and told, those in a circle."""
    for wing in wings or WINGS:
        known = arrows(wing)
        files = {folder: sum(folder_of(module) == folder for module in modules()) for folder in known}
        drawn: set[str] = set()
        while waiting := sorted(folder for folder in known if folder not in drawn):
            free = [folder for folder in waiting if known[folder] <= drawn]
            for folder in free or waiting:
                behind = ", ".join(one.removeprefix(f"{wing}.") for one in sorted(known[folder])) or "-"
                circle = "" if free else "  (in a circle)"
                print(f"{folder:<28}{files[folder]:>3} files  knows {behind}{circle}")
            drawn.update(free or waiting)


if __name__ == "__main__":
    main(sys.argv[1:])
