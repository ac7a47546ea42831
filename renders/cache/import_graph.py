"""Finds which modules of ours a module imports, by reading the sources and importing none of them."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterable, Iterator
from importlib.machinery import PathFinder
from pathlib import Path

from renders.base.errors import RenderError

PROJECT = ("engine", "scenes", "renders")


class ImportGraph:
    """The imports among the project's source files; each is read once, so a new graph is needed to see later changes.

    A module outside `PROJECT` (a chapter of a user's own) brings its top-level package with it.
    """

    def __init__(self) -> None:
        self._paths: dict[str, Path | None] = {}
        self._bytes: dict[Path, bytes] = {}
        self._imports: dict[str, tuple[str, ...]] = {}

    def dependencies(self, *modules: str) -> tuple[str, ...]:
        """Return the modules, all of ours that they import directly or not, and the packages around them, sorted.

        Raises RenderError where a module does not exist, or Python cannot parse it.
        """
        for module in modules:
            if self.path(module) is None:
                raise RenderError(f"no module {module}: there is no source file for it")
        found: set[str] = set()
        waiting = list(modules)
        while waiting:
            module = waiting.pop()
            if module not in found:
                found.add(module)
                waiting += self._imported_by(module)
        return tuple(sorted(found))

    def digest(self, modules: Iterable[str]) -> str:
        """Return a hex digest over the names and the contents of modules."""
        total = hashlib.blake2b(digest_size=16)
        for module in modules:
            path = self.path(module)
            total.update(module.encode() + b"\0" + (self._read(path) if path else b"") + b"\0")
        return total.hexdigest()

    def text(self, module: str) -> str:
        """Return the text of a module's file, "" where there is none."""
        path = self.path(module)
        return self._read(path).decode("utf-8", "replace") if path else ""

    def path(self, module: str) -> Path | None:
        """Return the file of a module or package, None where there is none."""
        if module not in self._paths:
            self._paths[module] = self._find(module)
        return self._paths[module]

    def _find(self, module: str) -> Path | None:
        package, _, name = module.rpartition(".")
        if not package:
            folder = _folder_of(module)
        else:
            around = self.path(package)
            folder = around.parent / name if around and around.name == "__init__.py" else None
        if folder is None:
            return None
        candidates = (folder / "__init__.py", folder.with_name(f"{name}.py"))
        return next((path for path in candidates if path.is_file()), None)

    def _read(self, path: Path) -> bytes:
        if path not in self._bytes:
            self._bytes[path] = path.read_bytes()
        return self._bytes[path]

    def _imported_by(self, module: str) -> tuple[str, ...]:
        """Return the modules that one imports, and the packages that it lies in."""
        if module not in self._imports:
            self._imports[module] = tuple(self._find_imports(module))
        return self._imports[module]

    def _find_imports(self, module: str) -> Iterator[str]:
        package = module.rpartition(".")[0]
        if package:
            yield package
        path = self.path(module)
        if path is None:
            return
        ours = {*PROJECT, module.partition(".")[0]}
        inside = module if path.name == "__init__.py" else package
        for node in _statements(_parse(path, self._read(path))):
            for name in _names_imported(node, inside):
                if name.partition(".")[0] in ours and self.path(name):
                    yield name


def _folder_of(top: str) -> Path | None:
    if top in PROJECT:  # whatever else is called so in a folder that is imported from
        return Path(__file__).parents[2] / top
    spec = PathFinder.find_spec(top)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations)))


def _names_imported(node: ast.AST, package: str) -> Iterator[str]:
    """Yield the names in an import, each of which may be a module or something inside one."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = node.module or ""
        if node.level:
            parents = package.split(".")
            base = ".".join(parents[: len(parents) - node.level + 1] + ([base] if base else []))
        yield base
        yield from (f"{base}.{alias.name}" for alias in node.names)


_BLOCKS = ("body", "orelse", "handlers", "finalbody", "cases")


def _statements(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield all statements that can run; imports inside functions count, too, since they run when the beat does."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        for_checkers = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for block in ("orelse",) if for_checkers else _BLOCKS:
            waiting += getattr(node, block, ())


def _parse(path: Path, source: bytes) -> ast.Module:
    try:
        return ast.parse(source, filename=str(path))
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        raise RenderError(f"{path}:{line}: {getattr(error, 'msg', error)}") from error
