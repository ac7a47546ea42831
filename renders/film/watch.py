"""Renders a draft of a beat again whenever its code is saved."""

from __future__ import annotations

import time
from concurrent.futures import BrokenExecutor
from pathlib import Path
from threading import Event

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from renders.base.errors import RenderError
from renders.base.hashing import digest_of, file_digest
from renders.base.progress import say
from renders.cache.digest import FILMING
from renders.cache.import_graph import PROJECT, ImportGraph
from renders.farm.inline_executor import InlineExecutor
from renders.farm.pool import DIED, Failure
from renders.farm.worker import WorkerProcess, failure_of, threads_of, warm_up
from renders.film.chapter_film import Rendered, render_films
from renders.recordings.checked_recordings import Train, open_recordings
from renders.request.paths import Paths
from renders.request.render_request import RenderRequest
from scenes.language.translation import LANGUAGES, catalogue_path

SETTLE = 0.2  # seconds in which an editor finishes writing, and other files may follow
WATCHED = (".py", ".po")


def watch(order: RenderRequest, places: Paths, train: Train) -> None:
    """Render the one beat of a request now, and again at each change, until Ctrl-C; an error ends nothing."""
    open_recordings(order.pieces, places, train)
    module = order.pieces[0].module
    saved = _Saved()
    observer = Observer()
    for folder in _folders(module):
        observer.schedule(saved, str(folder))
    observer.start()
    draft = _Draft(order, places)
    seen = ""
    try:
        while True:  # until Ctrl-C, which is how a watch ends well
            if (now := _signature(module)) != seen:
                seen = now
                draft.render()
                say(f"watching {order.pieces[0].label}; Ctrl-C ends it")
            saved.wait()
    except KeyboardInterrupt:
        say(f"no longer watching {order.pieces[0].label}")
    finally:
        observer.stop()
        draft.close()


def _folders(module: str) -> set[Path]:
    """Return every folder that holds code of ours, or texts: a beat may import more tomorrow than it does today."""
    packages = {ImportGraph().path(name) for name in (*PROJECT, module.partition(".")[0])}
    roots = [package.parent for package in packages if package]
    return {path.parent for root in roots for ending in WATCHED for path in root.rglob(f"*{ending}")}


def _sources(module: str) -> dict[str, Path]:
    """Return the files whose change may change the beat, by name."""
    sources = ImportGraph()
    paths = {name: sources.path(name) for name in sources.dependencies(module, FILMING)}
    catalogues = {language: catalogue_path(language) for language in LANGUAGES}
    found = {**paths, **{name: path for name, path in catalogues.items() if path.exists()}}
    return {name: path for name, path in found.items() if path}


def _signature(module: str) -> str:
    """Return a digest of the files; code that cannot be parsed has one, too."""
    try:
        return digest_of({name: file_digest(path) for name, path in _sources(module).items()})
    except RenderError as error:
        return str(error)


class _Saved(FileSystemEventHandler):
    """Waits until a file of ours was written."""

    def __init__(self) -> None:
        self._event = Event()

    def on_any_event(self, event: FileSystemEvent) -> None:
        written = event.event_type in ("created", "modified", "moved", "deleted")
        if written and str(event.dest_path or event.src_path).endswith(WATCHED):
            self._event.set()

    def wait(self) -> None:
        while not self._event.wait(timeout=0.5):  # in turns, so that Ctrl-C gets through on every system
            pass
        time.sleep(SETTLE)
        self._event.clear()


class _Draft:
    """Renders each time in a new process, since a process keeps the code that it has imported.

    The next process is started in advance, and imports what is not ours: that takes longer than a draft does.
    """

    def __init__(self, order: RenderRequest, places: Paths) -> None:
        self._order, self._places = order, places
        self._next = self._start()

    def render(self) -> None:
        """Render once and print the result."""
        process, begin = self._next, time.perf_counter()
        try:
            result = process.submit(render_here, self._order, self._places).result()
        except BrokenExecutor:
            result = Failure(DIED)
        finally:
            process.shutdown(cancel_futures=True)
        if isinstance(result, Failure):
            say(result.line)
        else:
            say(f"{result.films[0]} in {time.perf_counter() - begin:.1f} s")
        self._next = self._start()

    def close(self) -> None:
        """End the process that waits."""
        self._next.shutdown(cancel_futures=True)

    def _start(self) -> WorkerProcess:
        process = WorkerProcess(threads_of(1))
        process.submit(warm_up)
        return process


def render_here(order: RenderRequest, places: Paths) -> Rendered | Failure:
    """Return the films of a request, rendered in this process, that of a worker, or why that failed."""
    try:
        return render_films(order, places, _cannot_train, InlineExecutor)
    except Exception as error:
        return failure_of(error, order.pieces[0].module)


def _cannot_train(name: str, path: Path) -> None:
    raise RenderError(f"the recording {path} is gone; make it again: neuroreel train {name}")
