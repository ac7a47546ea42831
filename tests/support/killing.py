"""Run commands, and kill them just before any chosen change of the disk, or have the disk be full from there on.

    python -m tests.support.killing

is a server that imports everything once. It reads a job a line from stdin, as JSON, forks a process for it, and answers
with what became of it. An audit hook in that process counts what changes files below the job's folder; so the program
itself has no hook for it. A killed process ends at once, as by SIGKILL: nothing is flushed, and nothing tidied up.
"""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).parents[2]
KILLED = 137
PATIENCE = 300  # seconds after which a command that hangs is ended
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
# Which arguments of an event are paths, and where each one's folder stands that it may be relative to
_CHANGES: dict[str, tuple[tuple[int, int | None], ...]] = {
    "os.rename": ((0, 2), (1, 3)),
    "os.remove": ((0, 1),),
    "os.rmdir": ((0, 1),),
    "os.mkdir": ((0, 2),),
    "os.link": ((0, 2), (1, 3)),
    "os.symlink": ((1, 2),),
    "os.truncate": ((0, None),),
    "shutil.rmtree": ((0, None),),
    "shutil.copyfile": ((1, None),),
    "shutil.copytree": ((1, None),),
    "shutil.move": ((0, None), (1, None)),
}
_TAKING_ROOM = ("open", "os.mkdir", "os.link", "os.symlink")  # what a full disk, or one that is read alone, refuses


@dataclass(frozen=True)
class Job:
    """A command to be run below a folder.

    kill: before which change, counted from 1; 0 for none. refuse: from which change on no file is made, with the
    system's error `number`. below: only changes below this folder count, of those below the job's own. exchange:
    whether the system lets two folders change places in one step.
    """

    folder: str
    arguments: tuple[str, ...]
    kill: int = 0
    refuse: int = 0
    number: int = errno.ENOSPC
    below: str = ""
    exchange: bool = True


@dataclass(frozen=True)
class Ran:
    """What became of a command. changes: of the disk, each as "event path", in their order."""

    code: int
    changes: tuple[str, ...]
    output: str
    errors: str


class Commands:
    """The server, as its client sees it; commands run one after the other."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.killing"],
            cwd=ROOT,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._process.communicate()

    def run(self, folder: Path, *arguments: str, **how: Any) -> Ran:
        """Run a command with the tiny chapter of `tests.renders.reel`, whose places are in a folder; how: see `Job`."""
        assert self._process.stdin and self._process.stdout
        job = Job(str(folder), arguments, **how)
        self._process.stdin.write(json.dumps(asdict(job)) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, "the server of commands has ended"
        told = json.loads(answer)
        return Ran(told["code"], tuple(told["changes"]), told["output"], told["errors"])


class Disk:
    """The audit hook: notes each change of the disk below a folder in a file, and strikes before the chosen one."""

    def __init__(self, job: Job, notes: int) -> None:
        self._job, self._notes, self._count = job, notes, 0
        self._below = os.path.realpath(job.below or job.folder)
        self._counting = threading.Lock()

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        path = self._changed(event, arguments)
        if not path:
            return
        with self._counting:
            self._count += 1
            if self._count == self._job.kill:
                os._exit(KILLED)
            os.write(self._notes, f"{event} {path}\n".encode())
            refused = self._job.refuse and self._count >= self._job.refuse
        if refused and event in _TAKING_ROOM:
            raise OSError(self._job.number, os.strerror(self._job.number), path)

    def _changed(self, event: str, arguments: tuple[Any, ...]) -> str:
        """Return the first path below the folder that an event changes, "" where it changes none."""
        if event == "open":
            path, mode, flags = arguments
            writes = set(mode) & set("wax+") if isinstance(mode, str) else (flags or 0) & _WRITING
            return self._inside(path, None) if writes else ""
        for place, folder in _CHANGES.get(event, ()):
            beside = arguments[folder] if folder is not None and folder < len(arguments) else None
            if inside := self._inside(arguments[place], beside):
                return inside
        return ""

    def _inside(self, path: Any, folder: Any) -> str:
        if not isinstance(path, str | bytes | os.PathLike):
            return ""
        told = os.fsdecode(path)
        if isinstance(folder, int) and folder >= 0 and not os.path.isabs(told):
            told = os.path.join(os.readlink(f"/proc/self/fd/{folder}"), told)
        whole = os.path.abspath(told)
        return whole if whole.startswith(self._below + os.sep) else ""


def serve(lines: Sequence[str] | Any) -> None:
    """Answer jobs until there are no more."""
    _import_everything()
    answers = os.fdopen(os.dup(1), "w")
    for line in lines:
        job = Job(**{**json.loads(line), "arguments": tuple(json.loads(line)["arguments"])})
        print(json.dumps(_answer(job)), file=answers, flush=True)


def _import_everything() -> None:
    """Import what commands import, and read the data of trainings once."""
    from functools import cache

    from engine.data import mnist as data
    from renders.farm import dispatch
    from renders.farm.inline_executor import InlineExecutor

    data.load_mnist = cache(data.load_mnist)
    digests = data.load_mnist().digests()
    data.Mnist.digests = lambda self: digests
    for module in (
        "av",
        "manim",
        "numba",
        "pptx",
        "torch",
        "cli",
        "engine.experiments.digits",
        "engine.train",
        "renders.film.chapter_film",
        "renders.commands.cleaning",
        "renders.embed.video.animated",
        "renders.embed.documents.markdown_documents",
        "renders.embed.make",
        "renders.embed.documents.notebook",
        "renders.embed.documents.page",
        "renders.embed.video.pictures",
        "renders.embed.documents.reveal",
        "renders.embed.powerpoint.deck",
        "renders.embed.documents.snippet",
        "renders.embed.video.video",
        "renders.scene.filming",
        "renders.gallery.serve",
        "renders.gallery.write",
        "renders.film.outputs",
        "renders.recordings.own_film",
        "renders.recordings.training",
        "tests.renders.reel",
    ):
        __import__(module)
    dispatch.WorkerProcess = lambda threads: InlineExecutor()  # what the workers do is to be counted, too


def _answer(job: Job) -> dict[str, Any]:
    files = [os.memfd_create(name) for name in ("notes", "output", "errors")]
    child = os.fork()
    if not child:
        _run(job, *files)
    _, status = os.waitpid(child, 0)
    told = []
    for file in files:
        with open(file, "rb") as stream:
            stream.seek(0)
            told.append(stream.read().decode())
    code, changes = os.waitstatus_to_exitcode(status), told[0].splitlines()
    return {"code": code, "changes": changes, "output": told[1], "errors": told[2]}


def _run(job: Job, notes: int, output: int, errors: int) -> None:
    """Run a command in this process, and end it."""
    import tempfile

    import cli
    from engine.files import replacing
    from tests.renders.reel import Reel, use_reel

    code = 1
    signal.alarm(PATIENCE)
    if not job.exchange:
        replacing._renameat2 = lambda: None
    try:
        os.dup2(output, 1)
        os.dup2(errors, 2)
        os.chdir(job.folder)
        reel = Reel(Path(job.folder))
        use_reel(reel)
        sys.path.insert(0, job.folder)
        sys.dont_write_bytecode = True
        tempfile.tempdir = str(reel.folder / "tmp")
        (reel.folder / "tmp").mkdir(exist_ok=True)
        sys.addaudithook(Disk(job, notes))
        cli.main(list(job.arguments), prog_name="neuroreel")
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    serve(sys.stdin)
