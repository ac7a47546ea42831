"""Makes an embed: renders, cuts and writes it, and moves it into place when it is whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from engine.files.replacing import scratch_folder
from renders.base.errors import RenderError, WrongUsageError
from renders.base.listed_files import note_made
from renders.base.progress import say
from renders.base.replacing import made_at
from renders.clip.clip import Clip
from renders.embed.find import WHAT, Named, common_folder, find_clips, find_named, joined_name
from renders.embed.fitted import write_fitted
from renders.embed.targets import TARGETS, Target, find_target
from renders.recordings.checked_recordings import Train
from renders.request.embed_request import EmbedRequest
from renders.request.language import DEFAULT_LANGUAGE
from renders.request.option_names import option_of
from renders.request.paths import EMBEDS, Paths, require_writable
from renders.request.quality import find_quality
from renders.request.style import USUAL
from scenes.beats.running_time import about_seconds

FAR = 2.0  # times as long as a clip is said to run: no clip is as long
ONLY_SOME = ("at", "max_size", "autoplay", "split")  # options that only some targets understand


def make_embed(wish: EmbedRequest, places: Paths, train: Train) -> Path:
    """Make the embed that is requested and return its path.

    Raises RenderError, one line, where that cannot be; nothing half-made is left, and what was there stays unless the
    request says force.
    """
    target = find_target(wish.target)
    _require_sense(wish, target)
    named = [find_named(told, places) for told in wish.clips]
    _require_fitting(named, wish, target)
    for one in named:
        _require_within(one, wish)
    place = _place(wish, target, named, places)
    if place.exists() and not wish.force:
        raise RenderError(f"{place} is there already; --force replaces it, --out gives another name")
    require_writable(place.parent)
    target.write()  # what it lacks is told before anything is rendered
    clips = find_clips(named, wish, target, places, train)
    with scratch_folder() as scratch, made_at(place) as draft:
        ready = [_ready(clip, wish, target, scratch / f"{number}") for number, clip in enumerate(clips)]
        told = write_fitted(target, ready, draft, wish, scratch)
    say(f"{place.name}: {told}")
    if wish.out is None:  # in a folder of ours, where `clean` is to know it again
        note_made(place.parent, place)
    return place


def _require_sense(wish: EmbedRequest, target: Target) -> None:
    if not wish.clips:
        raise WrongUsageError(f"name at least one clip: {WHAT}")
    for name in ONLY_SOME:
        if getattr(wish, name) not in (None, False) and name not in target.takes:
            raise WrongUsageError(f"--as {target.name} has nothing to do with {option_of(name)}")
    if wish.look.transparent:
        _require_alpha(target)


def _require_fitting(named: Sequence[Named], wish: EmbedRequest, target: Target) -> None:
    """Raise WrongUsageError where a drawn film is to be drawn otherwise, or one picture to be made of several clips."""
    if target.name == "png" and len(named) > 1:
        raise WrongUsageError("--as png makes one picture: name one clip")
    drawn = [name for name, value in vars(replace(wish.look, loop=False)).items() if value != getattr(USUAL, name)]
    drawn += ["quality"] if wish.quality else []
    if drawn and any(one.film for one in named):
        told = ", ".join(option_of(name) for name in drawn)
        raise WrongUsageError(f"a film file is drawn already: leave {told} out, or name CHAPTER/BEAT")


def _require_within(named: Named, wish: EmbedRequest) -> None:
    """Raise WrongUsageError where a cut begins far behind the end of a clip, before anything is rendered.

    How long it runs is known by its lines alone, about.
    """
    if named.chapter is None or not wish.cut.start or named.given:
        return
    about = sum(about_seconds(named.chapter.module_of(beat)) for beat in named.beats)
    if wish.cut.start > FAR * about:
        raise WrongUsageError(f"nothing is left: {named.name} runs about {about:.0f} s, --from is {wish.cut.start:g} s")


def _require_alpha(target: Target) -> None:
    if not (target.transparent or "transparent" in target.takes):
        able = [one.name for one in TARGETS.values() if one.transparent or "transparent" in one.takes]
        raise WrongUsageError(f"--as {target.name} has no transparent pixels; {', '.join(able)} have")


def _ready(clip: Clip, wish: EmbedRequest, target: Target, scratch: Path) -> Clip:
    """Return a clip cut as requested, and as an MP4 unless its pixels have alpha, whatever file it was."""
    from renders.clip.cut import cut_clip
    from renders.clip.frame_source import Moving
    from renders.clip.plain_film import as_plain

    clip = as_plain(clip, scratch.with_name(f"{scratch.name}-plain"))
    if transparent := Moving.of(clip.film).transparent:
        _require_alpha(target)
    elif target.transparent:
        raise WrongUsageError(
            f"{clip.film.name} has a background; --as {target.name} takes CHAPTER/BEAT, or a film without"
        )
    if not wish.cut.changes and (transparent or clip.film.suffix == ".mp4"):
        return clip
    return cut_clip(clip, wish.cut, scratch)


def _place(wish: EmbedRequest, target: Target, named: Sequence[Named], places: Paths) -> Path:
    """Return where it goes: the file or folder that was given, a name of its own in the folder given, or in ours."""
    quality = wish.quality or find_quality(target.quality)
    name = f"{joined_name(named)}.{wish.language or DEFAULT_LANGUAGE}.{quality.name}{wish.look.marks}"
    if len(named) == 1 and named[0].film:
        name = named[0].name
    name += wish.marks
    if wish.out is None:
        return common_folder(named, places) / EMBEDS / f"{name}{target.suffix}"
    return wish.out / f"{name}{target.suffix}" if wish.out.is_dir() else wish.out
