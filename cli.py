"""The commands of neuroreel: `neuroreel …`, or `python cli.py …`.

Exit code 0: done; 1: it failed, one line on stderr says why; 2: wrong usage. A command's own is what it returns.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from renders.commands.command_line import Commands
from renders.commands.options import (
    beat_option,
    chapter_argument,
    chapter_or_all,
    cut_options,
    language_option,
    look_options,
    output_options,
    own_training_options,
    quality_option,
    recordings_option,
    refuse_own,
    target_options,
    trainable_argument,
    variation_options,
    workers_option,
)
from renders.request import paths as project
from renders.request.target_names import target_lines

if TYPE_CHECKING:
    from engine.analyses.catalog import Analysis
    from engine.experiments import TrainingConfig
    from engine.overrides import Overrides
    from renders.request.quality import Quality
    from renders.request.style import RenderStyle
    from scenes.beats.entries import ChapterEntry

FILE, FOLDER = click.Path(path_type=Path), click.Path(path_type=Path, file_okay=False)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Films about neural networks, drawn from networks that were really trained."""


@main.command()
def chapters() -> None:
    """List chapters, beats, running times, and what each beat needs."""
    from renders.commands.listing import chapter_lines
    from scenes.catalog import CHAPTERS

    for chapter in CHAPTERS:
        click.echo("\n".join(chapter_lines(chapter, project.find_paths())))


@main.command()
@trainable_argument
@click.option("--steps", type=click.IntRange(min=1), help="Updates to make; the experiment's own number unless told.")
@variation_options
@own_training_options
@click.option("--out", type=FILE, help="The recording; unless told, one of the project's, or NAME.zarr beside FILE.py.")
@click.option("--resume", is_flag=True, help="Go on where a training was stopped.")
@click.option("--force", is_flag=True, help="Train again, and replace the recording when that is done.")
def train(
    experiment: TrainingConfig | Analysis | str,
    steps: int | None,
    variation: Overrides,
    own: dict[str, Any],
    out: Path | None,
    resume: bool,
    force: bool,
) -> None:
    """Train and record: an experiment, an analysis of one, or a model of your own, FILE.py:FUNCTION.

    With other sizes, learning rate, seed or digit the recording of an experiment is NAME-DIGEST.zarr, where `render`
    finds it again. A function of yours returns a torch.nn.Module, the one that --data names what it is trained on.
    """
    from renders.recordings.training import train_as_asked, train_own_model

    if isinstance(experiment, str):
        click.echo(train_own_model(experiment, steps, variation, own, out, resume=resume, force=force))
    else:
        refuse_own(experiment.name, own)
        click.echo(train_as_asked(experiment, steps, variation, out, resume=resume, force=force))


@main.command()
@click.argument("recording")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def inspect(recording: str, as_json: bool) -> None:
    """Show what is in a recording: its path, or the name of its experiment."""
    from renders.commands.listing import describe_recording, recording_lines
    from renders.recordings.checked_recordings import open_checked
    from renders.recordings.own_film import find_recording

    places = project.find_paths()
    opened = open_checked(find_recording(recording, places), places)
    click.echo(json.dumps(describe_recording(opened), indent=1) if as_json else "\n".join(recording_lines(opened)))


@main.command()
@chapter_or_all
@beat_option
@quality_option
@language_option
@look_options
@variation_options
@workers_option
@output_options
@click.option("--watch", is_flag=True, help="A draft of one beat, again whenever its code is saved.")
def render(
    chapter: ChapterEntry,
    beats: tuple[str, ...],
    quality: Quality | None,
    language: str | None,
    look: RenderStyle,
    variation: Overrides,
    workers: int,
    out: Path | None,
    sheet: bool,
    still: bool,
    force: bool,
    watch: bool,
) -> None:
    """Render a chapter, some of its beats, or --all chapters as one film; what is missing is trained first."""
    from renders.film.execution import Output, drawable_paths, execute, order_for
    from renders.recordings.training import trainer_for

    output = Output.of(sheet=sheet, still=still, watch=watch)
    order = order_for(chapter, beats, quality, language, workers, force, output, look)
    places = drawable_paths(chapter, variation, out)
    for path in execute(order, places, trainer_for(places), output):
        click.echo(path)


@main.command()
@chapter_argument
@beat_option
@language_option
@look_options
@variation_options
@workers_option
def check(
    chapter: ChapterEntry,
    beats: tuple[str, ...],
    language: str | None,
    look: RenderStyle,
    variation: Overrides,
    workers: int,
) -> int:
    """Look for faults of layout: texts off the frame, too small, overlapping, gone too soon; pictures that stand still.

    All languages are checked unless one is given. Exit code 1 if anything is found.
    """
    from renders.film.execution import drawable_paths, languages_of, order_for, report_layout
    from renders.recordings.training import trainer_for

    order = order_for(chapter, beats, None, language, workers, look=look)
    places = drawable_paths(chapter, variation)
    return int(report_layout(order, languages_of(language), places, trainer_for(places)) > 0)


@main.command()
@click.argument("recording")
@click.option("--beats", multiple=True, metavar="NAMES", help="Only these beats, with commas; may be given repeatedly.")
@quality_option
@language_option
@look_options
@workers_option
@output_options
@click.option("--check", "only_check", is_flag=True, help="No films: look for faults of layout, as `check` does.")
def animate(
    recording: str,
    beats: tuple[str, ...],
    quality: Quality | None,
    language: str | None,
    look: RenderStyle,
    workers: int,
    out: Path | None,
    sheet: bool,
    still: bool,
    force: bool,
    only_check: bool,
) -> int:
    """Compose a film from what a recording of any model holds: its path, or its name in renders/out/recordings.

    A recording whose training was stopped is finished first. With --check, all languages are checked unless one is
    given, and the exit code is 1 if anything is found.
    """
    from renders.film.execution import Output, execute, languages_of, order_for, report_layout
    from renders.recordings.own_film import compose_film, find_recording, named_beats
    from renders.recordings.training import finish_recording, trainer_for

    path = find_recording(recording, project.find_paths())
    finish_recording(path)
    film, places = compose_film(path, named_beats(beats), project.find_paths(out))
    output = Output.of(sheet=sheet, still=still)
    order = order_for(film, (), quality, language, workers, force, output, look)
    if not only_check:
        for made in execute(order, places, trainer_for(places), output):
            click.echo(made)
        return 0
    return int(report_layout(order, languages_of(language), places, trainer_for(places)) > 0)


@main.command()
@click.argument("target", metavar="FILM|RECORDING")
@recordings_option
@workers_option
def verify(target: str, recordings: tuple[Path, ...], workers: int) -> int:
    """Hold a film against its .json and its recordings, or a recording against its own seals, and say what differs.

    FILM is its file, or the .json beside it; what it says, claims and shows is computed again, without drawing it. Exit
    code 1 if anything differs.
    """
    from renders.verify.verify import verify_target

    verdict = verify_target(target, project.find_paths(), recordings, workers)
    click.echo("\n".join(verdict.lines()))
    return int(len(verdict.differences) > 0)


@main.command(epilog=target_lines())
@click.argument("clips", nargs=-1, required=True, metavar="CLIP…")
@click.option("--as", "target", required=True, metavar="TARGET", help="What to make; the targets stand below.")
@quality_option
@language_option
@look_options
@cut_options
@target_options
@workers_option
@click.option("--title", default="", help="What the title card says before clips that are joined.")
@click.option("--out", type=FILE, help="A file or folder; one in renders/out/embeds unless told.")
@click.option("--force", is_flag=True, help="Replace what is there.")
def embed(**wish: Any) -> None:
    """Make clips into something for slides, pages and notebooks; what is missing is rendered.

    A CLIP is a chapter, CHAPTER/BEAT, a recording, RECORDING/BEAT, or the file of a film rendered before.
    """
    from renders.embed.make import make_embed
    from renders.recordings.training import trainer_for
    from renders.request.embed_request import EmbedRequest

    places = project.find_paths()
    click.echo(make_embed(EmbedRequest(**wish), places, trainer_for(places)))


@main.command()
@click.option("--out", type=FOLDER, help="Folder of the page; renders/out/gallery unless told.")
@click.option("--serve", is_flag=True, help="Show it on this machine, until Ctrl-C.")
@click.option("--port", type=click.IntRange(0, 65535), help="Of --serve; 8000 unless told, 0 for any that is free.")
def gallery(out: Path | None, serve: bool, port: int | None) -> None:
    """Make a web page of all that was rendered, for the disk or any server."""
    from renders.gallery import serve as server
    from renders.gallery.write import write_gallery

    if port is not None and not serve:
        raise click.UsageError("--port goes with --serve")
    page = write_gallery(project.find_paths(), out)
    click.echo(page)
    if serve:
        server.serve(page.parent, server.PORT if port is None else port)


@main.command()
def doctor() -> int:
    """Show what is installed, what is missing, and how to get it.

    Exit code 1 if something that is needed is missing.
    """
    from renders.commands.doctor import examine, report
    from renders.recordings.training import data_source, language_model

    return int(not report(examine(project.find_paths(), data_source, language_model)))


@main.command()
@click.option("--cache", is_flag=True, help="Remove the pieces kept so that only what changed is rendered again.")
@click.option("--films", is_flag=True, help="Remove films with all that stands beside them.")
@click.option("--recordings", is_flag=True, help="Remove recorded trainings.")
@click.option("--all", "everything", is_flag=True, help="Remove all of it.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def clean(cache: bool, films: bool, recordings: bool, everything: bool, yes: bool) -> None:
    """Show what takes how much space, and remove what is named."""
    from renders.commands.cleaning import KINDS, freed_line, size_lines

    places = project.find_paths()
    click.echo("\n".join(size_lines(places)))
    chosen = [kind for kind, wanted in zip(KINDS, (cache, films, recordings), strict=True) if wanted or everything]
    if chosen and (yes or click.confirm(f"Remove {' and '.join(chosen)}?", abort=True)):
        click.echo(freed_line(places, chosen, click.echo))


if __name__ == "__main__":
    main()
