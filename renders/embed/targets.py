"""Lists the targets that a clip can be embedded as, each with the function that writes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from renders.base.errors import WrongUsageError, unknown
from renders.clip.clip import Clip
from renders.request.embed_request import EmbedRequest
from renders.request.quality import DEFAULT_QUALITY

Write = Callable[[Sequence[Clip], Path, EmbedRequest], None]


@dataclass(frozen=True)
class Target:
    """A format that clips can be embedded as.

    suffix: of its name; a folder's has no dot. joined: whether several clips become one film rather than several parts.
    writer: "module:function", which gets the clips, a path where nothing is, and the embed request. takes: the options
    for only some targets that it takes. transparent: whether it is always so. shares: whether films go into it, which
    are encoded for sharing. quality: of what is rendered for it, unless told.
    """

    name: str
    suffix: str
    writer: str
    joined: bool = False
    takes: tuple[str, ...] = ()
    transparent: bool = False
    shares: bool = False
    quality: str = DEFAULT_QUALITY

    def write(self) -> Write:
        """Return the function that writes it; its libraries are imported now."""
        module, _, name = self.writer.partition(":")
        found: Write = getattr(import_module(f"renders.embed.{module}"), name)
        return found


_TARGETS = (
    Target("mp4", ".mp4", "video.video:write_mp4", True, ("max_size",), shares=True),
    Target("webm", ".webm", "video.video:write_webm", True, ("max_size", "transparent")),
    Target("obs", ".obs.webm", "video.video:write_webm", joined=True, transparent=True),
    Target("youtube", "-youtube", "documents.youtube:write_youtube", joined=True, quality="high"),
    Target("gif", ".gif", "video.pictures:write_gif", True, ("max_size",)),
    Target("apng", ".apng", "video.pictures:write_apng", True, ("max_size", "transparent")),
    Target("webp", ".webp", "video.pictures:write_webp", True, ("max_size", "transparent")),
    Target("png", ".png", "video.pictures:write_still", True, ("at", "transparent")),
    Target("frames", "-frames", "video.pictures:write_frames", True, ("transparent",)),
    Target("html", "-html", "documents.snippet:write_snippet", takes=("max_size", "autoplay"), shares=True),
    Target("page", ".html", "documents.page:write_page", takes=("max_size",), shares=True),
    Target("reveal", "-reveal", "documents.reveal:write_reveal", takes=("max_size",), shares=True),
    Target("pptx", ".pptx", "powerpoint.deck:write_pptx", takes=("max_size", "autoplay", "split"), shares=True),
    Target("notebook", ".ipynb", "documents.notebook:write_notebook", takes=("max_size",), shares=True),
    Target("quarto", "-quarto", "documents.markdown_documents:write_quarto", takes=("max_size",), shares=True),
    Target("markdown", "-markdown", "documents.markdown_documents:write_markdown", takes=("max_size",), shares=True),
    Target("transcript", "-transcript", "documents.markdown_documents:write_transcript"),
)
TARGETS: Mapping[str, Target] = {target.name: target for target in _TARGETS}
INSTEAD = {  # what people ask for, and what does it
    "keynote": "Keynote opens --as pptx --split, and takes films of --as mp4",
    "powerpoint": "--as pptx makes slides for PowerPoint",
    "ppt": "--as pptx makes slides for PowerPoint",
    "impress": "LibreOffice opens --as pptx --split",
    "odp": "LibreOffice opens --as pptx --split",
    "google-slides": "Google Slides takes films of --as mp4 from your Drive",
    "beamer": "a PDF holds no films: take --as png for its slides, and --as mp4 beside them",
    "pdf": "a PDF holds no films: take --as png, or print --as reveal by index.html?print-pdf",
    "jupyter": "--as notebook makes a Jupyter notebook",
    "ipynb": "--as notebook makes a Jupyter notebook",
    "md": "--as markdown makes a Markdown document",
    "qmd": "--as quarto makes a Quarto document",
    "jpg": "--as png makes a picture",
    "jpeg": "--as png makes a picture",
    "mov": "--as mp4 makes a film, --as webm --transparent one without a background",
}


def find_target(name: str) -> Target:
    """Return the target of that name; raises UnknownNameError, with the nearest right one, where there is none."""
    if instead := INSTEAD.get(name.lower()):
        raise WrongUsageError(f"there is no target '{name}': {instead}")
    if name not in TARGETS:
        raise unknown("target", name, TARGETS)
    return TARGETS[name]
