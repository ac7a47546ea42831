"""The gallery's server: films in parts, for this computer alone."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from threading import Thread

import pytest

from renders.base.errors import RenderError, WrongUsageError
from renders.gallery.serve import HOST, server_of

FILM = bytes(range(256)) * 40


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """Return the port of a server of a folder with a page and a film; beside it lies what is nobody's business."""
    folder = tmp_path / "gallery"
    (folder / "media").mkdir(parents=True)
    (folder / "index.html").write_text("<p>课</p>", encoding="utf-8")
    (folder / "media" / "film.mp4").write_bytes(FILM)
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    with server_of(folder, 0) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def ask(port: int, path: str, **headers: str) -> tuple[HTTPResponse, bytes]:
    """Return an answer and what came with it."""
    connection = HTTPConnection(HOST, port, timeout=5)
    connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer, content


def test_pages_come_whole(port: int) -> None:
    answer, content = ask(port, "/")
    assert answer.status == 200 and content.decode() == "<p>课</p>"
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8" and answer.headers["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=100-199", 100, 199),
        ("bytes=10000-", 10_000, 10_239),
        ("bytes=-40", 10_200, 10_239),
        ("bytes=0-99999", 0, 10_239),
    ],
)
def test_films_come_in_the_parts_that_are_asked_for(port: int, asked: str, first: int, last: int) -> None:
    answer, content = ask(port, "/media/film.mp4", Range=asked)
    assert answer.status == 206 and content == FILM[first : last + 1]
    assert answer.headers["Content-Range"] == f"bytes {first}-{last}/10240"


@pytest.mark.parametrize("asked", ["bytes=10240-", "bytes=9-3", "bytes=-", "bytes=-0", "lines=1-2"])
def test_parts_that_are_not_there_are_refused(port: int, asked: str) -> None:
    answer, content = ask(port, "/media/film.mp4", Range=asked)
    assert answer.status == 416 and not content and answer.headers["Content-Range"] == "bytes */10240"


def test_nothing_else_is_shown(port: int) -> None:
    assert ask(port, "/media/")[0].status == 404, "no lists of files"
    for path in ("/../secret.txt", "/%2e%2e/secret.txt", "/media/../../secret.txt"):
        assert ask(port, path)[0].status == 404, path
        assert ask(port, path, Range="bytes=0-3")[0].status == 404, path


def test_a_page_of_another_name_cannot_read_it(port: int) -> None:
    assert ask(port, "/", Host=f"evil.example:{port}")[0].status == 403
    assert ask(port, "/media/film.mp4", Host="evil.example", Range="bytes=0-3")[0].status == 403
    assert ask(port, "/", Host=f"localhost:{port}")[0].status == 200


def test_it_listens_to_this_computer_alone(tmp_path: Path) -> None:
    with server_of(tmp_path, 0) as server:
        assert server.socket.getsockname()[0] == "127.0.0.1"


def test_what_cannot_be_served_is_one_line(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind((HOST, 0))
        other.listen()
        taken = other.getsockname()[1]
        with pytest.raises(RenderError, match=rf"^port {taken} is taken .* give another one with --port$"):
            server_of(tmp_path, taken)
    with pytest.raises(WrongUsageError, match="--port is a number from 0 to 65535, not 70000"):
        server_of(tmp_path, 70_000)
    with pytest.raises(RenderError, match=r"there is no gallery in .*; make it with `neuroreel gallery`"):
        server_of(tmp_path / "none", 0)
