"""Defines the catalogue's entries for chapters and beats: plain data, importing neither manim nor torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from scenes.look.choices import WIDE, CatalogError, no_such

LICENCE = "CC BY 4.0"
OWN = "animate"  # folder of the beats of films of recordings that anybody made


@dataclass(frozen=True)
class BeatEntry:
    """One beat: its name (file and, in CamelCase, class), its title, and what it needs: experiment -> array names.

    aspects: the shapes of frame that it has a layout for, of `ASPECTS`.
    """

    name: str
    title: str
    needs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    aspects: tuple[str, ...] = (WIDE,)

    @property
    def class_name(self) -> str:
        return "".join(word.capitalize() for word in self.name.split("_"))


@dataclass(frozen=True)
class ChapterEntry:
    """One chapter: its name on the command line, its title, and its beats in the order of the film.

    folder: where in `package_root` its beats lie; the folder of its own name unless told. hidden_layers: how many the
    networks have that it can draw, of whatever sizes. sources: keys of `scenes/evidence/sources.toml`, of all that its
    beats and its data rest on besides recordings. telling: the beat whose picture stands for the chapter; the first
    unless told. What a user may change of it follows from what it needs: see `engine.overrides.settings_taken`.
    """

    name: str
    title: str
    beats: tuple[BeatEntry, ...]
    package_root: str = "scenes.chapters"
    folder: str = ""
    hidden_layers: int = 2
    sources: tuple[str, ...] = ()
    telling: str = ""

    @property
    def licence(self) -> str:
        """The licence of the chapter's film; "" where that is for whoever made the recording to say."""
        return "" if self.folder == OWN else LICENCE

    @property
    def package(self) -> str:
        return f"{self.package_root}.{self.folder or self.name.replace('-', '_')}"

    @property
    def experiments(self) -> tuple[str, ...]:
        """Names of the experiments that the beats need, in order of first use."""
        return tuple(dict.fromkeys(name for beat in self.beats for name in beat.needs))

    def beat(self, name: str) -> BeatEntry:
        """Return the beat of that name; raises CatalogError, with the nearest right one, where there is none."""
        by_name = {beat.name: beat for beat in self.beats}
        if name not in by_name:
            raise CatalogError(no_such(f"chapter '{self.name}' has no beat", name, by_name))
        return by_name[name]

    def module_of(self, beat_name: str) -> str:
        """Return the dotted name of a beat's module."""
        return f"{self.package}.{self.beat(beat_name).name}"


@dataclass(frozen=True)
class Compilation(ChapterEntry):
    """A film of beats of several chapters, in any order: (chapter, names of its beats) for each stretch of it.

    titled: whether each stretch begins with its own chapter's title card; the film has one of its own in any case.
    """

    parts: tuple[tuple[ChapterEntry, tuple[str, ...]], ...] = ()
    titled: bool = False
    beats: tuple[BeatEntry, ...] = ()

    @property
    def experiments(self) -> tuple[str, ...]:
        needed = (name for chapter, beats in self.parts for beat in beats for name in chapter.beat(beat).needs)
        return tuple(dict.fromkeys(needed))
