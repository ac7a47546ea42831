"""Serves a folder on this computer's own address, to its own browser and nobody else; browsers can seek in its films.

Python's own server lacks `Range`: without it no browser jumps to a place that it has not loaded.
"""

from __future__ import annotations

import errno
import re
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from renders.base.errors import RenderError, WrongUsageError, describe_os_error
from renders.base.progress import say

HOST = "127.0.0.1"
PORT = 8000
NAMES = (HOST, "localhost")
_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")
INDEX = "index.html"


def serve(folder: Path, port: int = PORT) -> None:
    """Serve a folder until Ctrl-C; port 0 takes any that is free.

    Raises RenderError, one line, where there is no such folder, or the port is taken or may not be used.
    """
    with server_of(folder, port) as server:
        say(f"http://{HOST}:{server.server_port}/ shows the gallery; Ctrl-C ends it")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            say("the gallery is no longer served")


def server_of(folder: Path, port: int) -> ThreadingHTTPServer:
    """Return a server of a folder, which listens on the loopback address alone; raises RenderError as `serve` does."""
    if not 0 <= port <= 65535:
        raise WrongUsageError(f"--port is a number from 0 to 65535, not {port}")
    if not folder.is_dir():
        raise RenderError(f"there is no gallery in {folder}; make it with `neuroreel gallery`")
    try:
        return _Server((HOST, port), partial(_Handler, directory=str(folder)))
    except OSError as error:
        if error.errno in (errno.EADDRINUSE, errno.EACCES):
            raise RenderError(f"port {port} is taken or not to be used; give another one with --port") from None
        raise RenderError(f"port {port} cannot be used: {describe_os_error(error)}") from error


class _Server(ThreadingHTTPServer):
    """A server that ends with the program, whatever a browser still asks for."""

    daemon_threads = True
    # Of a port that somebody listens on, one half of the visitors would get ours
    allow_reuse_port = False

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a browser that seeks lets go of what it had asked for."""


class _Handler(SimpleHTTPRequestHandler):
    """Files of a folder, whole or in part. Every request gets a status, and nothing outside of the folder is sent."""

    protocol_version = "HTTP/1.1"
    default_request_version = "HTTP/1.0"  # 0.9, as who says no version is taken to mean, has answers without a status
    extensions_map = {  # noqa: RUF012 - as the class above has it
        **SimpleHTTPRequestHandler.extensions_map,
        ".vtt": "text/vtt; charset=utf-8",
        ".webp": "image/webp",
        ".html": "text/html; charset=utf-8",
    }

    def send_head(self) -> BinaryIO | BytesIO | None:
        """Answer a request, and return what is to be sent; a part of a file where that was asked for."""
        # Another page, whose name was made to lead here, is not to read the films
        if self.headers.get("Host", "").partition(":")[0] not in NAMES:
            self.send_error(HTTPStatus.FORBIDDEN)
            return None
        place = self._place()
        if place is None:
            self.send_error(HTTPStatus.NOT_FOUND)
            return None
        asked = self.headers.get("Range")
        try:
            return self._part(place, asked) if asked and place.is_file() else super().send_head()
        except (OSError, ValueError, OverflowError):  # it cannot be read, or its date cannot be told
            self._headers_buffer: list[bytes] = []
            self.send_error(HTTPStatus.NOT_FOUND)
            return None

    def _place(self) -> Path | None:
        """Return the file or folder that is asked for; None where there is none, or a link leads out of the folder."""
        asked = self.translate_path(self.path)
        try:
            place = Path(asked).resolve(strict=True)
            if asked.endswith("/"):
                place = (place / INDEX).resolve(strict=True)  # so that of a file is none, and a folder's is shown
        except (OSError, ValueError, RuntimeError):  # no such name, one that no file can have, links in a circle
            return None
        known = place.is_file() or place.is_dir()  # a pipe would never end
        isin = place.is_relative_to(Path(self.directory).resolve())
        return place if known and isin and self.path.startswith("/") else None

    def list_directory(self, path: object) -> None:
        """Show no lists of files."""
        self.send_error(HTTPStatus.NOT_FOUND)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing of each request."""

    def end_headers(self) -> None:
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Cache-Control", "no-cache")
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def _part(self, path: Path, asked: str) -> BinaryIO | BytesIO | None:
        size = path.stat().st_size
        span = _span(asked, size)
        if span is None:
            self.send_response(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
            self.send_header("Content-Range", f"bytes */{size}")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return None
        first, last = span
        with path.open("rb") as file:
            file.seek(first)
            content = file.read(last - first + 1)
        self.send_response(HTTPStatus.PARTIAL_CONTENT)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Range", f"bytes {first}-{last}/{size}")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        return BytesIO(content)


MOST = 4 << 20  # bytes of one answer: a browser asks for more when it wants it


def _span(asked: str, size: int) -> tuple[int, int] | None:
    """Return the first and the last byte that are asked for, as far as they are there; None where none is."""
    found = _RANGE.fullmatch(asked.strip())
    if not found or found[0] == "bytes=-":
        return None
    first, last = found[1], found[2]
    if not first:
        start, end = max(0, size - int(last)), size - 1
    else:
        start, end = int(first), min(int(last), size - 1) if last else size - 1
    end = min(end, start + MOST - 1)
    return (start, end) if start <= end and start < size else None
