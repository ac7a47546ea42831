"""Shows clips and beats in a notebook's cell.

    from renders.notebook import beat, clip

    clip("network/feed_forward")

What is missing is rendered; what is shown is kept within the notebook, so that it needs neither a network nor a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from engine.files.replacing import scratch_folder
from renders.base.errors import WrongUsageError
from renders.clip.clip import Clip
from renders.embed.documents.notebook_display import beat_bundle, clip_bundle
from renders.embed.find import find_clips, find_named
from renders.embed.targets import find_target
from renders.request import paths as project
from renders.request.embed_request import Cut, EmbedRequest
from renders.request.language import DEFAULT_LANGUAGE, find_language
from renders.request.quality import DEFAULT_QUALITY, find_quality
from renders.request.style import USUAL, RenderStyle, find_aspect
from scenes.look.themes import find_theme


@dataclass(frozen=True)
class NotebookOutput:
    """An output that a notebook shows. bundle: its content, by media type."""

    bundle: Mapping[str, object]

    def __repr__(self) -> str:
        return str(self.bundle["text/plain"])

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Mapping[str, object]:
        return self.bundle


def clip(
    told: str | Path,
    *,
    quality: str = DEFAULT_QUALITY,
    language: str = DEFAULT_LANGUAGE,
    theme: str = USUAL.theme,
    aspect: str = USUAL.aspect,
    loop: bool = False,
    voice: str = "",
    start: float = 0.0,
    end: float | None = None,
    speed: float = 1.0,
    burn: bool = False,
    workers: int = 1,
) -> NotebookOutput:
    """Return a clip to be shown in a cell, with captions in all languages: of a chapter, a recording or a film file.

    told: CHAPTER, CHAPTER/BEAT, RECORDING, RECORDING/BEAT or the path of a film. start, end: seconds of what is shown.
    speed: 2.0 takes half of the time. burn: captions in the picture.
    Raises RenderError, one line, where there is no such thing.
    """
    find_theme(theme)
    look = RenderStyle(theme=theme, aspect=find_aspect(aspect), loop=loop, voice=voice)
    cut = Cut(start=start, end=end, speed=speed, burn=burn)
    wish = EmbedRequest(
        (str(told),), "notebook", find_quality(quality), find_language(language), look, cut, workers=workers
    )
    found = _find(wish)
    if not cut.changes:
        return NotebookOutput(clip_bundle(found, wish))
    from renders.clip.cut import cut_clip

    with scratch_folder() as scratch:
        return NotebookOutput(clip_bundle(cut_clip(found, cut, scratch / "0"), wish))


def beat(
    told: str, *, quality: str = DEFAULT_QUALITY, language: str = DEFAULT_LANGUAGE, theme: str = USUAL.theme
) -> NotebookOutput:
    """Return a beat, CHAPTER/BEAT or RECORDING/BEAT, to be shown in a cell: its poster, what is said and what it reads.

    Raises RenderError, one line, where there is no such beat.
    """
    find_theme(theme)
    wish = EmbedRequest(
        (told,), "notebook", find_quality(quality), find_language(language), replace(USUAL, theme=theme)
    )
    if len(find_named(told, project.find_paths()).beats) != 1:
        raise WrongUsageError(f"'{told}' is not one beat: name it as CHAPTER/BEAT or RECORDING/BEAT")
    return NotebookOutput(beat_bundle(_find(wish)))


def _find(wish: EmbedRequest) -> Clip:
    from renders.recordings.training import trainer_for

    places = project.find_paths()
    (found,) = find_clips([find_named(wish.clips[0], places)], wish, find_target("mp4"), places, trainer_for(places))
    return found
