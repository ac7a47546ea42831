"""Loads functions from a user's own file, `FILE.py:FUNCTION`, and reports their errors with Python's traceback."""

from __future__ import annotations

import importlib.util
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from engine.training.config import ExperimentError

OURS = ("engine", "scenes", "renders")  # packages of neuroreel's, which its users' scripts import as well


class OwnCodeError(Exception):
    """Raised where a user's own code fails; `own_traceback` is Python's traceback from that code on."""

    def __init__(self, line: str, own_traceback: str) -> None:
        super().__init__(line)
        self.own_traceback = own_traceback


def load_function(where: str) -> Callable[..., Any]:
    """Return the function that `FILE.py:FUNCTION` names.

    The file's folder can be imported from, as if Python had been started with the file. Raises `ExperimentError` where
    there is no such file or function, `OwnCodeError` where the file itself fails.
    """
    file, _, name = where.rpartition(":")
    path = Path(file)
    if not file or not name or path.suffix != ".py":
        raise ExperimentError(f"a function is named FILE.py:FUNCTION, such as my_model.py:build, not {where!r}")
    if not path.is_file():
        near = get_close_matches(path.name, [one.name for one in _folder(path).glob("*.py")], n=1)
        hint = f"; there is {near[0]}" if near else ""
        raise ExperimentError(f"there is no file {file}{hint}")
    module = _load(path.resolve())
    found = getattr(module, name, None)
    if not callable(found):
        mine = [key for key, value in vars(module).items() if callable(value) and _is_of(value, module)]
        there = f"it has {', '.join(mine)}" if mine else "it has none"
        raise ExperimentError(f"{file} has no function {name!r}: {there}")
    return found


@contextmanager
def own_code(what: str, where: str) -> Iterator[None]:
    """Turn errors in the block into `OwnCodeError`. what: what was run. where: FILE.py, whose frames are the user's."""
    try:
        yield
    except OwnCodeError:
        raise
    except Exception as error:
        file = Path(where.rpartition(":")[0] or where)
        raise OwnCodeError(_told(what, error, file), _from_their_frame_on(error, file)) from error


def namesakes(folder: Path) -> tuple[str, ...]:
    """Return the names of neuroreel's packages that modules or packages in a user's folder have, too."""
    return tuple(name for name in OURS if (folder / f"{name}.py").is_file() or any((folder / name).glob("*.py")))


def _folder(path: Path) -> Path:
    return path.parent if path.parent.is_dir() else Path.cwd()


def _load(path: Path) -> Any:
    """Run a file as a module and return it; a second function of the same file finds it there."""
    name = f"_own_{path.stem}"
    module = sys.modules.get(name)
    if module is not None and getattr(module, "__file__", None) == str(path):
        return module
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ExperimentError(f"{path} cannot be imported")
    for ours in OURS:  # before the user's folder can be imported from: what is called alike there is not ours
        importlib.import_module(ours)
    if str(path.parent) not in sys.path:
        sys.path.insert(0, str(path.parent))
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        with own_code(path.name, str(path)):
            spec.loader.exec_module(module)
    except OwnCodeError:
        del sys.modules[name]
        raise
    return module


def _is_of(value: Any, module: Any) -> bool:
    return getattr(value, "__module__", None) == module.__name__


def _told(what: str, error: Exception, file: Path) -> str:
    """Say what went wrong in a line; `error.name` of an ImportError is the module that was imported from."""
    imported = (error.name or "") if isinstance(error, ImportError) else ""
    wanted = imported.partition(".")[0]
    if wanted in namesakes(file.resolve().parent):
        return (
            f"{what} imports {imported}, which here is neuroreel's {wanted}, not the {wanted} beside {file.name}: "
            f"call yours something else than {', '.join(OURS)}"
        )
    return f"{what} raised {_last_line(error)}"


def _last_line(error: BaseException) -> str:
    return "".join(traceback.format_exception_only(error)).strip().splitlines()[-1]


def _from_their_frame_on(error: BaseException, file: Path) -> str:
    """Return the traceback without the frames of ours that led to the user's file."""
    frames = traceback.extract_tb(error.__traceback__)
    theirs = [number for number, frame in enumerate(frames) if Path(frame.filename).resolve() == file.resolve()]
    kept = traceback.StackSummary.from_list(frames[theirs[0] :] if theirs else [])
    told = ["Traceback (most recent call last):\n", *kept.format()] if kept else []
    return "".join([*told, *traceback.format_exception_only(error)])
