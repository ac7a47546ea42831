"""Executes what the command line asks of a chapter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import Enum
from pathlib import Path

from engine.overrides import Overrides, recordables_behind, settings_taken
from renders.base.errors import WrongUsageError
from renders.base.progress import say
from renders.recordings.checked_recordings import Train
from renders.request import paths as project
from renders.request.language import DEFAULT_LANGUAGE
from renders.request.option_names import option_of
from renders.request.parts import FilmPart, Kind
from renders.request.paths import Paths
from renders.request.quality import DEFAULT_QUALITY, Quality, find_quality
from renders.request.render_request import RenderRequest
from renders.request.style import USUAL, RenderStyle
from renders.voice.provider import require_voice
from scenes.beats.entries import ChapterEntry
from scenes.language.translation import LANGUAGES


class Output(Enum):
    """The kind of output: films; films with contact sheets; stills of beats; drafts, made again at each change."""

    FILMS = "films"
    SHEETS = "--sheet"
    STILLS = "--still"
    DRAFTS = "--watch"

    @classmethod
    def of(cls, *, sheet: bool = False, still: bool = False, watch: bool = False) -> Output:
        """Return the output that the options ask for; raises WrongUsageError where they exclude each other."""
        asked = [
            one for one, told in zip((cls.SHEETS, cls.STILLS, cls.DRAFTS), (sheet, still, watch), strict=True) if told
        ]
        if len(asked) > 1:
            raise WrongUsageError("--sheet, --still and --watch exclude each other")
        return asked[0] if asked else cls.FILMS


def order_for(
    chapter: ChapterEntry,
    beats: tuple[str, ...],
    quality: Quality | None,
    language: str | None,
    workers: int,
    force: bool = False,
    output: Output = Output.FILMS,
    look: RenderStyle = USUAL,
) -> RenderRequest:
    """Return the render request for what was asked; raises WrongUsageError where that makes no sense."""
    if output is Output.DRAFTS and len(beats) != 1:
        raise WrongUsageError("--watch takes one beat: add --beat NAME")
    order = RenderRequest(
        chapter=chapter,
        quality=quality or find_quality("draft" if output is Output.DRAFTS else DEFAULT_QUALITY),
        language=language or DEFAULT_LANGUAGE,
        workers=workers,
        beats=beats,
        force=force,
        look=look,
    )
    require_voice(look.voice, order.language)
    require_layouts(order.pieces, look)  # and an unknown beat is an error now rather than after a training
    return order


def require_layouts(pieces: Sequence[FilmPart], look: RenderStyle) -> None:
    """Raise WrongUsageError, which names the beats that have one, where a beat has no layout for the style's aspect."""
    beats = [(piece, piece.chapter.beat(piece.name)) for piece in pieces if piece.kind is Kind.BEAT]
    lacking = [piece.label for piece, beat in beats if look.aspect not in beat.aspects]
    if not lacking:
        return
    having = [
        f"{chapter.name}/{beat.name}"
        for chapter in {piece.chapter.name: piece.chapter for piece, _ in beats}.values()
        for beat in chapter.beats
        if look.aspect in beat.aspects
    ]
    instead = f"only {', '.join(having)} can be drawn so" if having else "leave --aspect out"
    has = "has" if len(lacking) == 1 else "have"
    raise WrongUsageError(f"{', '.join(lacking)} {has} no layout for {look.aspect}: {instead}")


def drawable_paths(chapter: ChapterEntry, variation: Overrides, films: Path | None = None) -> Paths:
    """Return the folders of a chapter's films with the user's overrides. films: a folder of the user's own.

    Raises WrongUsageError where the chapter cannot be drawn like that.
    """
    taken = settings_taken(chapter.experiments) if variation else ()
    for name in variation.changed:
        if name not in taken:
            options = ", ".join(map(option_of, taken))
            raise WrongUsageError(
                f"the film of {chapter.name} has nothing to do with {option_of(name)}; it takes {options}"
            )
    wanted = variation.hidden
    if wanted is not None and len(wanted) != chapter.hidden_layers:
        raise WrongUsageError(
            f"the film of {chapter.name} draws {chapter.hidden_layers} hidden layers: give as many sizes, such as "
            f"--hidden 30,20, not {len(wanted)}"
        )
    for recordable in recordables_behind(chapter.experiments):
        variation.of(recordable)  # what cannot be trained or read is an error before anything is
    return project.find_paths(films, variation)


def execute(order: RenderRequest, places: Paths, train: Train, output: Output) -> Sequence[Path]:
    """Execute a request, and return the paths of what was made."""
    if output is Output.DRAFTS:
        from renders.film.watch import watch

        watch(order, places, train)
        return ()
    if output is Output.STILLS:
        from renders.film.quick import draw_stills

        return draw_stills(order, places, train)
    from renders.film.chapter_film import render_films

    rendered = render_films(order, places, train)
    if not rendered.made:
        say("nothing has changed since these were rendered")
    if output is not Output.SHEETS:
        return rendered.films
    from renders.film.sheet_files import write_sheets

    return (*rendered.films, *write_sheets(rendered.films, order.language))


def report_layout(order: RenderRequest, languages: Sequence[str], places: Paths, train: Train) -> int:
    """Print the faults in the layout of a request in several languages, and return how many there are."""
    from renders.film.quick import check_layout

    checked = check_layout([replace(order, language=language) for language in languages], places, train)
    for line in (line for one in checked for line in one.lines()):
        say(line)
    found = sum(len(one.report.findings) for one in checked)
    texts = sum(one.report.texts for one in checked)
    say(f"{texts} texts inspected in {', '.join(languages)}: {found or 'no'} finding{'' if found == 1 else 's'}")
    return found


def languages_of(language: str | None) -> Sequence[str]:
    """Return the one language asked for, or all where it is None."""
    return (language,) if language else LANGUAGES
