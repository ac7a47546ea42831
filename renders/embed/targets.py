"""What a clip can be embedded as: a literal list, each target with the function that writes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from renders.clip import Clip
from renders.embed.wish import Wish
from renders.errors import unknown

Write = Callable[[Sequence[Clip], Path, Wish], None]


@dataclass(frozen=True)
class Target:
    """Something that clips can be embedded as.

    suffix: of its name; a folder's has no dot. joined: whether several clips become one film rather than several parts.
    writer: "module:function", which gets the clips, a path where nothing is, and the wish.
    takes: which of the options there are only for some it understands. transparent: whether it is always so.
    """

    name: str
    told: str
    suffix: str
    writer: str
    joined: bool = False
    takes: tuple[str, ...] = ()
    transparent: bool = False

    def write(self) -> Write:
        """Return the function that writes it; its libraries are imported now."""
        module, _, name = self.writer.partition(":")
        found: Write = getattr(import_module(f"renders.embed.{module}"), name)
        return found


_TARGETS = (
    Target("mp4", "a film for every player", ".mp4", "video:write_mp4", joined=True),
    Target("webm", "a film in VP9", ".webm", "video:write_webm", True, ("transparent",)),
    Target(
        "obs", "an overlay for OBS: a transparent film", ".obs.webm", "video:write_webm", joined=True, transparent=True
    ),
    Target("gif", "an animated GIF", ".gif", "pictures:write_gif", True, ("max_size",)),
    Target("apng", "an animated PNG, lossless", ".apng", "pictures:write_apng", True, ("max_size", "transparent")),
    Target("webp", "an animated WebP", ".webp", "pictures:write_webp", True, ("max_size", "transparent")),
    Target("png", "one picture, the last or --at a time", ".png", "pictures:write_png", True, ("at", "transparent")),
    Target("frames", "a folder with a PNG for each frame", "-frames", "pictures:write_frames", True, ("transparent",)),
    Target("html", "a folder with a snippet for a page, film, poster, captions", "-html", "snippet:write_snippet"),
    Target("page", "one page with everything inside, for a browser without a network", ".html", "page:write_page"),
    Target("reveal", "a deck of reveal.js, a slide a beat, steps at its pauses", "-reveal", "reveal:write_reveal"),
    Target("pptx", "slides for PowerPoint, a slide a beat", ".pptx", "slides:write_pptx"),
    Target("notebook", "a Jupyter notebook", ".ipynb", "notebook:write_notebook"),
    Target("quarto", "a Quarto document, a slide a beat", "-quarto", "documents:write_quarto"),
    Target("markdown", "a Markdown page with the films", "-markdown", "documents:write_markdown"),
    Target("transcript", "what is said, in Markdown, with stills", "-transcript", "documents:write_transcript"),
)
TARGETS: Mapping[str, Target] = {target.name: target for target in _TARGETS}


def find_target(name: str) -> Target:
    """Return the target of that name; raise UnknownNameError with the nearest right one."""
    if name not in TARGETS:
        raise unknown("target", name, TARGETS)
    return TARGETS[name]
