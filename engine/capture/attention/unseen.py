"""Finds the attention of a model that was computed in a pass and cannot be recorded, and says what cannot be seen."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager

from torch import nn

from engine.models.scripted import open_modules

NAMED = 3  # paths of one class in a line


@contextmanager
def called_attention(model: nn.Module) -> Iterator[set[nn.Module]]:
    """Yield a set that grows by the modules that run until the block ends and are attention by their class's name."""
    called: set[nn.Module] = set()
    with ExitStack() as stack:
        for _, module in open_modules(model):
            if "attention" in type(module).__name__.lower():
                stack.callback(module.register_forward_pre_hook(lambda one, _: called.add(one)).remove)
        yield called


def unseen_attention(
    model: nn.Module, seen: Collection[nn.Module], called: Collection[nn.Module], different: Collection[nn.Module]
) -> dict[str, str]:
    """Return path -> class of the modules whose attention was computed and is not recorded.

    seen: the modules whose attention is recorded. called: those that ran, of all that are attention by their name; of
    several within each other the innermost counts. different: those whose own output is another than the attention
    computed from their queries, keys and values.
    """
    unseen = {}
    for path, module in model.named_modules():
        inside = [part for part in module.modules() if part is not module]
        by_name = module in called and not any(part in called or part in different or part in seen for part in inside)
        if module not in seen and (module in different or by_name):
            unseen[path] = type(module).__name__
    return unseen


def unseen_lines(limits: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Return a line for each class of modules of which something cannot be seen. limits: `Snapshotter.limits`."""
    lines = {
        "scripted": "{kind} is scripted: nothing inside of {paths} is recorded but parameters and gradients",
        "mapped": "{kind} is called by torch.vmap: nothing inside of {paths} is recorded but parameters and gradients",
        "unseen": "{kind} computes its attention where it cannot be seen: no pattern of {paths}",
    }
    return [
        line.format(kind=kind, paths=paths)
        for name, line in lines.items()
        for kind, paths in _by_class(limits.get(name, {}))
    ]


def _by_class(modules: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield each class with its paths as a text. modules: path -> class."""
    found: dict[str, list[str]] = {}
    for path, kind in modules.items():
        found.setdefault(kind, []).append(path)
    for kind, paths in found.items():
        yield kind, _listed(paths)


def _listed(paths: list[str]) -> str:
    more = f" and {len(paths) - NAMED} more" if len(paths) > NAMED else ""
    return f"{', '.join(path or 'the model' for path in paths[:NAMED])}{more}"
