"""A hub for models on this machine, which answers as Hugging Face's does to whoever fetches the files of one model."""

from __future__ import annotations

import hashlib
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlparse

REVISION = "a" * 40


class Hub(ThreadingHTTPServer):
    """Serves the model "someone/else", whose files are those of a folder. asked: for which paths it was, in order."""

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.folder = folder
        self.asked: list[str] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    @property
    def fetched(self) -> list[str]:
        """The names of the files that were asked for."""
        return [path.rsplit("/", 1)[1] for path in self.asked if "/resolve/" in path]


class _Answers(BaseHTTPRequestHandler):
    server: Hub
    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def log_message(self, format: str, *told: object) -> None:
        """Say nothing of what is asked."""

    def _answer(self, *, with_body: bool) -> None:
        path = unquote(urlparse(self.path).path)
        if with_body:
            self.server.asked.append(path)
        names = sorted(file.name for file in self.server.folder.iterdir())
        if path.startswith("/api/models/someone/else/tree/"):
            listed = [{"type": "file", "path": name, "size": len(self._content(name)), "oid": "0"} for name in names]
            self._send(json.dumps(listed).encode(), with_body)
        elif path.startswith("/api/models/someone/else"):
            told = {"id": "someone/else", "sha": REVISION, "siblings": [{"rfilename": name} for name in names]}
            self._send(json.dumps(told).encode(), with_body)
        elif path.startswith("/someone/else/resolve/") and path.rsplit("/", 1)[1] in names:
            self._send(self._content(path.rsplit("/", 1)[1]), with_body)
        else:
            self.send_response(404)
            self.send_header("X-Error-Code", "RepoNotFound")
            self.send_header("Content-Length", "0")
            self.end_headers()

    def _content(self, name: str) -> bytes:
        return (self.server.folder / name).read_bytes()

    def _send(self, content: bytes, with_body: bool) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("X-Repo-Commit", REVISION)
        self.send_header("ETag", f'"{hashlib.sha256(content).hexdigest()}"')
        self.end_headers()
        if with_body:
            self.wfile.write(content)
