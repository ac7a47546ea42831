"""Computes the digest of a film part: a hash over everything that can change its picture.

That is the source of its module and of all of ours that it imports, the code that films it, its texts, the translation
and the fonts, the arrays that it is handed, quality, language and style, and the versions of the libraries that draw.
Nothing of this imports manim: a render with nothing to do must say so at once.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from renders.base.hashing import digest_of
from renders.cache.import_graph import PROJECT, ImportGraph
from renders.cache.messages import Messages
from renders.request.parts import FilmPart, Kind
from renders.request.quality import Quality
from renders.request.style import USUAL, RenderStyle
from renders.voice.provider import find_voice
from scenes.language.translation import LANGUAGES
from scenes.text.fonts import font_digest
from scenes.text.script_fonts import script_font_digest

if TYPE_CHECKING:
    from engine.recording import Recording

FILMING = "renders.scene.filming"
NARRATING = "renders.voice.narrator"
# They say what is wrong, and where files lie and how they get there: no picture comes of them
NO_PICTURE = (
    "renders.base.errors",
    "renders.base.film_errors",
    "renders.base.names",
    "engine.files.replacing",
    "engine.files.set_aside",
)
LIBRARIES = ("manim", "numpy", "numba", "typst", "av", "pycairo", "pillow", "skia-pathops", "svgelements")


class Digests:
    """Computes the digests of film parts in one quality, one language and one style."""

    def __init__(
        self,
        quality: Quality,
        language: str,
        recordings: Mapping[str, Recording],
        sources: ImportGraph,
        look: RenderStyle = USUAL,
    ) -> None:
        self._sources, self._recordings = sources, recordings
        self._language, self._messages = language, Messages(sources)
        self._filming = sources.dependencies(FILMING)
        self._common: dict[str, Any] = {
            "quality": vars(quality),
            "language": language,
            "look": look.drawing,
            "fonts": font_digest(),
            "versions": installed_versions(),
            "filming": self._sources.digest(drawn_by(self._filming)),
            **({"voice": self._voice(look.voice)} if look.voice else {}),
        }

    def of(self, piece: FilmPart) -> str:
        """Return the hex digest of a film part."""
        data = {name: self._data(name, arrays) for name, arrays in piece.needs.items()}
        return digest_of({**self._drawing(piece), "data": data})

    def without_data(self, piece: FilmPart) -> str:
        """Return the hex digest of all that decides how a film part is drawn, whatever it is drawn from."""
        return digest_of(self._drawing(piece))

    def captions(self, piece: FilmPart) -> str:
        """Return the hex digest of the texts of a film part, in all languages."""
        return digest_of([self._told(piece, language) for language in LANGUAGES])

    def _told(self, piece: FilmPart, language: str) -> dict[str, Any]:
        chapter, others = piece.chapter, [piece.title]
        if piece.kind in (Kind.TITLE, Kind.END):
            others += [chapter.title, *(beat.title for beat in chapter.beats)]
        if piece.kind is Kind.END:
            others += chapter.sources
        return self._messages.told((*self._filming, *self._sources.dependencies(piece.module)), language, others)

    def _drawing(self, piece: FilmPart) -> dict[str, Any]:
        parts = {
            **self._common,
            "class": f"{piece.module}:{piece.class_name}",
            "modules": self._sources.digest(drawn_by(self._sources.dependencies(piece.module))),
            "told": self._told(piece, self._language),
        }
        if piece.kind is Kind.PICTURE:
            parts["kind"] = piece.kind.value
        elif piece.kind is not Kind.BEAT:  # a card is handed the chapter and all that recordings say of themselves
            parts["chapter"] = [piece.chapter.name, piece.chapter.title, [beat.title for beat in piece.chapter.beats]]
        return parts

    def _voice(self, told: str) -> list[str]:
        """Return what decides how lines sound, and so how long the picture waits: the voice, and how words are said."""
        voice = find_voice(told)
        module = type(voice).__module__
        ours = (module,) if module.partition(".")[0] in PROJECT else ()
        return [voice.fingerprint(), self._sources.digest(self._sources.dependencies(NARRATING, *ours))]

    def _data(self, name: str, arrays: tuple[str, ...]) -> list[Any]:
        recording = self._recordings[name]
        structure = [recording.structure.to_json()] if recording.structure else []
        fonts = script_font_digest(json.dumps(recording.config, ensure_ascii=False, default=str))
        told = [recording.config, recording.digest_of(arrays) if arrays else recording.digest, *structure]
        return [*told, fonts] if fonts else told


def drawn_by(modules: Iterable[str]) -> list[str]:
    """Return the modules that may change a picture."""
    return [module for module in modules if module not in NO_PICTURE]


@cache
def installed_versions(libraries: Iterable[str] = LIBRARIES) -> dict[str, str]:
    """Return the versions of Python and of libraries, without importing them."""
    return {"python": platform.python_version()} | {name: _version(name) for name in libraries}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"
