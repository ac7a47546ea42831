"""Defines the arguments and options that several commands take, a decorator each."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar, cast

import click

from engine.user_training.settings import LOSSES, OPTIMIZERS
from renders.base.errors import WrongUsageError
from renders.commands.command_line import checked_name, named
from renders.request.option_names import option_of

DEFAULT_SPEAKER = "kokoro"
F = TypeVar("F", bound=Callable[..., Any])


def chapter_argument(function: F) -> F:
    """Add the argument CHAPTER, a name, and pass on its entry in the catalogue."""
    return click.argument("chapter", callback=named("scenes.catalog", "find_chapter"))(function)


def chapter_or_all(function: F) -> F:
    """Add the argument CHAPTER and the option --all, and pass on the chapter or the film of all chapters."""

    @wraps(function)
    def with_chapter(*args: Any, chapter: Any, everything: bool, **kwargs: Any) -> Any:
        from scenes.catalog import course

        if everything == (chapter is not None):
            raise WrongUsageError("give a CHAPTER, or --all for one film of all chapters")
        return function(*args, chapter=course() if everything else chapter, **kwargs)

    told = click.option("--all", "everything", is_flag=True, help="All chapters, as one film.")
    argument = click.argument("chapter", required=False, callback=named("scenes.catalog", "find_chapter"))
    return cast(F, argument(told(with_chapter)))


def trainable_argument(function: F) -> F:
    """Add the argument EXPERIMENT, and pass on the experiment or analysis so named, or FILE.py:FUNCTION as it is."""

    def find(context: click.Context, parameter: click.Parameter, told: str) -> Any:
        return told if ".py" in told else named("engine.analyses.catalog", "find_recordable")(context, parameter, told)

    return click.argument("experiment", callback=find)(function)


def own_training_options(function: F) -> F:
    """Add the options of the training of a user's own model, and pass on those given, as `own`."""
    names = ("data", "optimizer", "loss", "batch_size", "record", "every", "budget", "probes")

    @wraps(function)
    def with_own(*args: Any, **kwargs: Any) -> Any:
        told = {name: value for name in names if (value := kwargs.pop(name))}
        if "record" in told:
            told["record"] = tuple(one.strip() for part in told["record"] for one in part.split(",") if one.strip())
        return function(*args, own=told, **kwargs)

    counted = click.IntRange(min=1)
    options = (
        click.option("--data", metavar="FILE.py:FUNCTION", help="Of a model of yours: what it is trained on."),
        click.option("--optimizer", type=click.Choice(OPTIMIZERS), help="Of a model of yours; adam unless told."),
        click.option(
            "--loss",
            help=f"Of a model of yours: {', '.join(LOSSES)} or FILE.py:FUNCTION; what fits the targets unless told.",
        ),
        click.option("--batch-size", type=counted, help="Of a model of yours; 64 unless told."),
        click.option(
            "--record",
            multiple=True,
            help="Of a model of yours: kinds and globs of names; may be repeated.",
        ),
        click.option("--every", type=counted, help="Of a model of yours: steps from snapshot to snapshot."),
        click.option("--budget", type=counted, help="Of a model of yours: bytes of a snapshot; a million unless told."),
        click.option("--probes", type=counted, help="Of a model of yours: examples in every snapshot; 64 unless told."),
    )
    for option in reversed(options):
        with_own = option(with_own)
    return cast(F, with_own)


def refuse_own(name: str, own: Mapping[str, Any]) -> None:
    """Raise WrongUsageError where options of a user's own model were given for an experiment."""
    if own:
        options = ", ".join(option_of(setting) for setting in own)
        raise WrongUsageError(f"{name} is trained as the catalogue says: {options} go with FILE.py:FUNCTION")


def beat_option(function: F) -> F:
    """Add the option --beat, names of beats."""
    return click.option("--beat", "beats", multiple=True, help="Only this beat; may be given several times.")(function)


def quality_option(function: F) -> F:
    """Add the option --quality, a name, and pass on the quality; None unless given."""
    text = "draft (180p10), low (480p15), medium (720p30), high (1080p60) or 4k (2160p60); medium unless told."
    return click.option("--quality", callback=named("renders.request.quality", "find_quality"), help=text)(function)


def language_option(function: F) -> F:
    """Add the option --language, and pass on the language; None unless given."""
    text = "Language of the film: en or zh_CN."
    callback = named("renders.request.language", "find_language")
    return click.option("--language", callback=callback, help=text)(function)


def workers_option(function: F) -> F:
    """Add the option --workers, the number of processes."""
    return click.option(
        "--workers",
        type=click.IntRange(min=1),
        default=os.cpu_count() or 1,
        help="Processes that work side by side; as many as there are cores unless told.",
    )(function)


def recordings_option(function: F) -> F:
    """Add the option --recording, for recordings that a film was drawn from and that are not among the project's."""
    text = "A recording that the film was drawn from, where it is not among the project's; may be repeated."
    return click.option("--recording", "recordings", multiple=True, type=click.Path(path_type=Path), help=text)(
        function
    )


def output_options(function: F) -> F:
    """Add the options of the output: --out for its folder, --sheet, --still and --force."""
    options = (
        click.option(
            "--out",
            type=click.Path(path_type=Path, file_okay=False),
            help="Folder of the films; renders/out unless told.",
        ),
        click.option("--sheet", is_flag=True, help="A contact sheet beside each film, too."),
        click.option("--still", is_flag=True, help="No films: only the picture that each beat rests on."),
        click.option("--force", is_flag=True, help="Render everything again."),
    )
    for option in reversed(options):
        function = option(function)
    return function


def look_options(function: F) -> F:
    """Add the options of how a film looks and sounds, and pass on a `RenderStyle`, as `look`."""

    @wraps(function)
    def with_look(*args: Any, voice: bool, speaker: str | None, **kwargs: Any) -> Any:
        from renders.request.style import RenderStyle

        if speaker and not voice:
            raise WrongUsageError("--speaker says who speaks: add --voice")
        told = {name: kwargs.pop(name) for name in ("theme", "aspect", "transparent", "loop", "pace")}
        chosen = {name: value for name, value in told.items() if value}
        speaks = (speaker or DEFAULT_SPEAKER) if voice else ""
        return function(*args, look=RenderStyle(**chosen, voice=speaks, title=not kwargs.pop("no_title")), **kwargs)

    options = (
        click.option("--theme", callback=checked_name("scenes.look.themes", "find_theme"), help="dark, light or safe."),
        click.option(
            "--aspect",
            callback=checked_name("renders.request.style", "find_aspect"),
            help="16:9, 4:3, 1:1 or 9:16, where beats have a layout for it.",
        ),
        click.option("--transparent", is_flag=True, help="Without a background: a .mov whose pixels have alpha."),
        click.option("--loop", is_flag=True, help="Each beat ends on the picture that it opens with."),
        click.option("--no-title", is_flag=True, help="Without the card that opens a chapter's film."),
        click.option(
            "--pace",
            type=float,
            callback=checked_name("renders.request.style", "find_pace"),
            help="How fast lines are said: 1 is 2.4 words or 4 Chinese characters a second.",
        ),
        click.option("--voice", is_flag=True, help="The narration is spoken."),
        click.option("--speaker", help=f"Who speaks, such as kokoro:af_bella; {DEFAULT_SPEAKER} unless told."),
    )
    for option in reversed(options):
        with_look = option(with_look)
    return cast(F, with_look)


def cut_options(function: F) -> F:
    """Add the options of what is made of a film before it is embedded, and pass on a `Cut`."""

    @wraps(function)
    def with_cut(*args: Any, start: float | None, end: float | None, speed: float, burn: bool, **kwargs: Any) -> Any:
        from renders.request.embed_request import Cut

        return function(*args, cut=Cut(start or 0.0, end, speed, burn), **kwargs)

    moment = named("renders.request.embed_request", "find_time")
    options = (
        click.option("--from", "start", callback=moment, metavar="TIME", help="Begin at 3.2s or 1:03.2."),
        click.option("--to", "end", callback=moment, metavar="TIME", help="End there; that frame is left out."),
        click.option("--speed", type=float, default=1.0, help="2 takes half of the time."),
        click.option("--burn", is_flag=True, help="Captions in the picture, in the film's language."),
    )
    for option in reversed(options):
        with_cut = option(with_cut)
    return cast(F, with_cut)


def target_options(function: F) -> F:
    """Add the options of some targets: --at, the time of a picture, --max-size, --autoplay and --split."""
    when, size = (
        named("renders.request.embed_request", "find_time"),
        named("renders.request.embed_request", "find_size"),
    )
    split = "Of pptx: a film for each step, for programs that cannot play a part of one."
    function = click.option("--split", is_flag=True, help=split)(function)
    by_itself = "Of pptx, html: films begin by themselves, in html silent and again and again."
    function = click.option("--autoplay", is_flag=True, help=by_itself)(function)
    function = click.option(
        "--max-size", callback=size, help="Of what is made, such as 5MB; reduced as little as will do."
    )(function)
    return click.option("--at", callback=when, metavar="TIME", help="Of png: when; the end unless told.")(function)


def variation_options(function: F) -> F:
    """Add the options that change experiments and analyses, and pass on an `Overrides`, as `variation`."""

    @wraps(function)
    def varied(*args: Any, digit: Path | None, cut: bool, **kwargs: Any) -> Any:
        from engine.data.digit_image import read_digit
        from engine.overrides import Overrides

        told = {
            name: kwargs.pop(name) for name in ("hidden", "learning_rate", "seed", "model", "text", "layer", "head")
        }
        picture = None if digit is None else read_digit(digit)
        return function(*args, variation=Overrides(picture=picture, cut=cut or None, **told), **kwargs)

    counted = click.IntRange(min=0)
    options = (
        click.option(
            "--hidden", callback=sizes_of_layers, metavar="SIZES", help="Sizes of the hidden layers, such as 30,20."
        ),
        click.option(
            "--learning-rate", "--lr", type=float, help="η of gradient descent; the experiment's own unless told."
        ),
        click.option("--seed", type=counted, help="Of first weights and batches."),
        click.option("--digit", type=click.Path(path_type=Path), help="A picture of a digit of yours to be shown."),
        click.option("--text", help="A sentence of yours for the language model to read."),
        click.option("--cut", is_flag=True, help="Read as much of the text as can be drawn."),
        click.option("--model", help="The language model: smollm2, a folder, or a name on Hugging Face's hub."),
        click.option("--layer", type=counted, help="Whose attention is shown, from 0; chosen by score unless told."),
        click.option("--head", type=counted, help="Which head of that layer, from 0; chosen by score unless told."),
    )
    for option in reversed(options):
        varied = option(varied)
    return cast(F, varied)


def sizes_of_layers(context: click.Context, parameter: click.Parameter, told: str | None) -> tuple[int, ...] | None:
    """Return the numbers in a text such as "30,20", None for None; raises WrongUsageError where they are none."""
    if told is None:
        return None
    try:
        return tuple(int(size) for size in told.split(","))
    except ValueError:
        raise WrongUsageError(f"--hidden takes whole numbers with commas, such as 30,20, not {told!r}") from None
