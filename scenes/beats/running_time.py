"""Tells about how long a beat runs, from the lines in its code: before anything is recorded or played.

Of lines of which one is said by what was measured, the mean counts; what is only shown, without a word, is not counted.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from scenes.beats.pace import AFTER_QUESTION, AFTER_RESULT, BREATH, speaking_time
from scenes.language.translation import translate

MARK = "N_"  # marks a text that is translated
SAYING = "say"  # the method that says a line
_CLOSING = 2.0  # seconds that a beat rests and fades at its end


def about_seconds(module: str, language: str = "en") -> float:
    """Return about how many seconds a beat runs at the usual pace, by the lines in its module.

    Raises LookupError where there is no such module.
    """
    lines = list(_lines(_tree(module)))
    return _CLOSING + sum(_seconds(line, language) for line in lines)


@cache
def _tree(module: str) -> ast.Module:
    try:
        spec = find_spec(module)
    except ModuleNotFoundError:  # of the package that it would be in
        spec = None
    if spec is None or spec.origin is None:
        raise LookupError(f"there is no module {module}")
    return ast.parse(Path(spec.origin).read_text(encoding="utf-8"))


def _lines(tree: ast.Module) -> Iterator[tuple[tuple[str, ...], bool]]:
    """Yield the texts of which each line is one, and whether it is a result."""
    named = dict(_named(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == SAYING:
            texts = tuple(_texts(node, named)) or ("",)
            yield texts, any(keyword.arg == "result" for keyword in node.keywords)


def _named(tree: ast.Module) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the texts that names of the module, and of the functions in it, stand for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    yield target.id, tuple(_texts(node.value, {}))
        elif isinstance(node, ast.FunctionDef):
            yield node.name, tuple(_texts(node, {}))


def _texts(node: ast.AST, named: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """Yield the marked texts within a piece of code, and those that names in it stand for."""
    for part in ast.walk(node):
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id == MARK:
            if part.args and isinstance(part.args[0], ast.Constant) and isinstance(part.args[0].value, str):
                yield part.args[0].value
        elif isinstance(part, ast.Name) and named.get(part.id):
            yield from named[part.id]
        elif isinstance(part, ast.Attribute) and named.get(part.attr):
            yield from named[part.attr]


def _seconds(line: tuple[tuple[str, ...], bool], language: str) -> float:
    texts, result = line
    spoken = [speaking_time(translate(text, language)) for text in texts]
    asks = texts[0].endswith("?")
    return sum(spoken) / len(spoken) + BREATH + (AFTER_QUESTION if asks else AFTER_RESULT if result else 0.0)
