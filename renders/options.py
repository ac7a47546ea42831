"""Arguments and options that several commands take, a decorator each."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar, cast

import click

from renders.command_line import named
from renders.errors import WrongUsageError

F = TypeVar("F", bound=Callable[..., Any])


def chapter_argument(function: F) -> F:
    """Take the name of a chapter, and hand on its entry in the catalogue."""
    return click.argument("chapter", callback=named("scenes.catalog", "find_chapter"))(function)


def experiment_argument(function: F) -> F:
    """Take the name of an experiment or a study, and hand it on."""
    return click.argument("experiment", callback=named("engine.studies", "find_recordable"))(function)


def beat_option(function: F) -> F:
    """Take names of beats."""
    return click.option("--beat", "beats", multiple=True, help="Only this beat; may be given several times.")(function)


def quality_option(function: F) -> F:
    """Take the name of a quality, and hand on the quality; None unless given."""
    text = "draft (180p10), low (480p15), medium (720p30), high (1080p60) or 4k (2160p60); medium unless told."
    return click.option("--quality", callback=named("renders.quality", "find_quality"), help=text)(function)


def language_option(function: F) -> F:
    """Take a language; None unless given."""
    text = "Language of the film: en or zh_CN."
    callback = named("renders.language", "find_language")
    return click.option("--language", callback=callback, help=text)(function)


def workers_option(function: F) -> F:
    """Take the number of processes."""
    return click.option(
        "--workers",
        type=click.IntRange(min=1),
        default=os.cpu_count() or 1,
        help="Processes that work side by side; as many as there are cores unless told.",
    )(function)


def output_options(function: F) -> F:
    """Take where the files go, and what else there is to be than films."""
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


def variation_options(function: F) -> F:
    """Take what the user changes of the experiments and studies, and hand on a `Variation`."""

    @wraps(function)
    def varied(*args: Any, digit: Path | None, cut: bool, **kwargs: Any) -> Any:
        from engine.digit_image import read_digit
        from engine.variation import Variation

        told = {
            name: kwargs.pop(name) for name in ("hidden", "learning_rate", "seed", "model", "text", "layer", "head")
        }
        picture = None if digit is None else read_digit(digit)
        return function(*args, variation=Variation(picture=picture, cut=cut or None, **told), **kwargs)

    counted = click.IntRange(min=0)
    options = (
        click.option("--hidden", callback=sizes, metavar="SIZES", help="Sizes of the hidden layers, such as 30,20."),
        click.option("--learning-rate", type=float, help="η of gradient descent; the experiment's own unless told."),
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


def option_of(setting: str) -> str:
    """Return the option by which a setting of a `Variation` is changed."""
    return "--digit" if setting == "picture" else f"--{setting.replace('_', '-')}"


def sizes(context: click.Context, parameter: click.Parameter, told: str | None) -> tuple[int, ...] | None:
    """Turn "30,20" into numbers."""
    if told is None:
        return None
    try:
        return tuple(int(size) for size in told.split(","))
    except ValueError:
        raise WrongUsageError(f"--hidden takes whole numbers with commas, such as 30,20, not {told!r}") from None
