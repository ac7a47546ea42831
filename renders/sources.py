"""Which modules of ours a module imports, found by reading the sources and importing none of them."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterable, Iterator
from importlib.machinery import PathFinder
from pathlib import Path

from renders.errors import RenderError

PROJECT = ("engine", "scenes", "renders")


class Sources:
    """The project's source files. Each is read once, so make a new one to see what has changed since.

    A module outside `PROJECT` (a chapter of a user's own) brings its top-level package with it.
    """

    def __init__(self) -> None:
        self._folders: dict[str, Path | None] = {}
        self._bytes: dict[Path, bytes] = {}
        self._imports: dict[str, tuple[str, ...]] = {}

    def closure(self, *modules: str) -> tuple[str, ...]:
        """Return the modules, all of ours that they import directly or not, and the packages around them, sorted.

        Raises RenderError for a module that does not exist, or that Python cannot parse.
        """
        for module in modules:
            if self.path(module) is None:
                raise RenderError(f"no module {module}: there is no source file for it")
        ours = {*PROJECT, *(module.partition(".")[0] for module in modules)}
        found: set[str] = set()
        waiting = list(modules)
        while waiting:
            module = waiting.pop()
            if module in found:
                continue
            found.add(module)
            waiting += [name for name in self._imported_by(module) if name.partition(".")[0] in ours]
        return tuple(sorted(found))

    def digest(self, modules: Iterable[str]) -> str:
        """Return a hex digest over the names and the contents of modules."""
        total = hashlib.blake2b(digest_size=16)
        for module in modules:
            path = self.path(module)
            total.update(module.encode() + b"\0" + (self._read(path) if path else b"") + b"\0")
        return total.hexdigest()

    def path(self, module: str) -> Path | None:
        """Return the file of a module or package, None where there is none."""
        top, *rest = module.split(".")
        if top not in self._folders:
            self._folders[top] = _folder_of(top)
        folder = self._folders[top]
        if folder is None:
            return None
        base = folder.joinpath(*rest)
        candidates = (base / "__init__.py", base.with_suffix(".py") if rest else base / "__init__.py")
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
        inside = module if path.name == "__init__.py" else package
        for node in _statements(_parse(path, self._read(path))):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names if self.path(alias.name))
            elif isinstance(node, ast.ImportFrom):
                yield from self._from_import(node, inside)

    def _from_import(self, node: ast.ImportFrom, package: str) -> Iterator[str]:
        base = node.module or ""
        if node.level:
            parents = package.split(".")
            base = ".".join(parents[: len(parents) - node.level + 1] + ([base] if base else []))
        # `from package import name`: the name may be a module or something inside the package
        for name in (base, *(f"{base}.{alias.name}" for alias in node.names)):
            if self.path(name):
                yield name


def _folder_of(top: str) -> Path | None:
    spec = PathFinder.find_spec(top)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations)))


def _statements(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield all nodes that can run; imports inside functions count too, since they run when the beat does."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            waiting += node.orelse
        elif not isinstance(node, ast.expr):  # an import is a statement: no need to look into expressions
            waiting += ast.iter_child_nodes(node)


def _parse(path: Path, source: bytes) -> ast.Module:
    try:
        return ast.parse(source, filename=str(path))
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        raise RenderError(f"{path}:{line}: {getattr(error, 'msg', error)}") from error
