"""Reports errors of commands: one line on stderr, exit code 1, or 2 for wrong usage.

A traceback is shown only where it is asked for.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from renders.base.errors import describe_os_error
from renders.request.paths import HOME

OURS = ("engine", "scenes", "renders")
STOPPED = "stopped; what was finished is kept"
# Names that a user mistyped, settings that make no sense: how the command is used, not what became of it
_WRONG_USAGE = ("WrongUsageError", "UnknownNameError", "CatalogError", "ExperimentError")


class Commands(click.Group):
    """A group of commands that each know `--debug`, and whose errors are one line each."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params += [_home_option(), _debug_option()]

    def add_command(self, command: click.Command, name: str | None = None) -> None:
        command.params.append(_debug_option())
        super().add_command(command, name)

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except KeyboardInterrupt:
            raise click.ClickException(STOPPED) from None
        except Exception as error:
            click.echo(getattr(error, "own_traceback", ""), err=True, nl=False)  # of what the user wrote
            if not context.meta.get(_DEBUG):
                raise explain(error) from error
            click.echo(getattr(error, "trace", ""), err=True, nl=False)  # what a worker's own process knew
            raise

    def main(self, *args: Any, **kwargs: Any) -> Any:
        try:
            code = super().main(*args, **{**kwargs, "standalone_mode": False})
        except click.ClickException as error:
            for line in error.format_message().splitlines():
                click.echo(f"neuroreel: {line}", err=True)
            code = error.exit_code
        except click.Abort:  # the answer to a question
            click.echo("neuroreel: nothing was done", err=True)
            code = 1
        except BrokenPipeError:  # the reader of our output has gone, as `head` does
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            code = 1
        sys.exit(code if isinstance(code, int) else 0)


def explain(error: Exception) -> click.ClickException:
    """Return the error of click by which the command line reports an error."""
    if type(error).__name__ in _WRONG_USAGE:
        return click.UsageError(str(error))
    if type(error).__module__.partition(".")[0] in OURS:
        return click.ClickException(str(error))
    if isinstance(error, OSError):
        return click.ClickException(describe_os_error(error))
    reason = str(error).split("\n", 1)[0]
    return click.ClickException(f"{type(error).__name__}: {reason} (this should not happen; --debug tells more)")


def named(module: str, finder: str) -> Callable[[click.Context, click.Parameter, str | None], Any]:
    """Return a callback that replaces a name by what `finder` in `module` finds by it; None stays None."""

    def find(context: click.Context, parameter: click.Parameter, name: str | None) -> Any:
        return None if name is None else getattr(import_module(module), finder)(name)

    return find


def checked_name(module: str, finder: str) -> Callable[[click.Context, click.Parameter, str | None], Any]:
    """Return a callback that hands a name on as it is, once `finder` in `module` has found something by it."""

    def look_up(context: click.Context, parameter: click.Parameter, name: str | None) -> Any:
        named(module, finder)(context, parameter, name)
        return name

    return look_up


_DEBUG = "neuroreel.debug"


def _set_home(folder: str | None) -> None:
    """Name the home where the processes that render know it, too; None: no longer."""
    if folder is None:
        os.environ.pop(HOME, None)
    else:
        os.environ[HOME] = folder


def _home_option() -> click.Option:
    def settle(context: click.Context, parameter: click.Parameter, folder: Path | None) -> None:
        if folder:
            context.call_on_close(partial(_set_home, os.environ.get(HOME)))
            _set_home(str(folder.resolve()))

    text = "Folder of films, recordings and cache; NEUROREEL_HOME, else renders/out of the clone, unless told."
    kind = click.Path(path_type=Path, file_okay=False)
    return click.Option(["--home"], type=kind, expose_value=False, is_eager=True, callback=settle, help=text)


def _debug_option() -> click.Option:
    def note(context: click.Context, parameter: click.Parameter, wanted: bool) -> None:
        if wanted:
            context.meta[_DEBUG] = True

    text = "Show the traceback of an error."
    return click.Option(["--debug"], is_flag=True, expose_value=False, is_eager=True, callback=note, help=text)
