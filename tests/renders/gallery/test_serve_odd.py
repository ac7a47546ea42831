"""The gallery's server is asked for odd things: every answer is a status, and nothing outside of the folder is sent."""

from __future__ import annotations

import os
import random
import socket
from collections.abc import Iterator, Sequence
from contextlib import suppress
from threading import Thread

import pytest

from renders.gallery.serve import HOST, server_of

SECRET = b"what is nobody's business"
FILM = bytes(range(256)) * 40
ODD = 200  # requests
SEED = 20_260_301

# Of which odd paths are put together
PARTS = (
    "..", "%2e%2e", "%2E.", "..%2f", "%5c..", ".", "", "media", "film.mp4", "index.html", "secret.txt", "out",
    "out-file.txt", "circle", "pipe", "etc", "passwd", "%00", "a%00b", "%ff%fe", "%ed%a0%80", "\\", "C:", "~",
    "%", "%zz", "%u002e", "CON", "x" * 300, "x" * 5000, "%e8%af%be", "\xe9", "[", "]", "http:", "?", "#", "?a=/../",
)  # fmt: skip
RANGES = (
    "bytes=0-3", "bytes=-5", "bytes=5-", "bytes=-", "bytes=--", "bytes=0-0,2-3", "bytes=" + "9" * 5000 + "-",
    "bytes=1-" + "9" * 30, "bytes=-" + "9" * 4000, "Bytes=0-1", "bytes=0x1-0x2", "bytes=\u00b2-\u00b3", "bytes = 0 - 1",
    "lines=1-2", "", "\x01", "bytes=10240-10241", "bytes=9-3", "bytes=-0", "bytes=1e3-", "bytes=" + "1-2," * 3000,
)  # fmt: skip
HOSTS = (
    HOST,
    "localhost",
    "LOCALHOST",
    "evil.example",
    "",
    "127.0.0.1.evil.example",
    "[::1]",
    "127.0.0.1:99999",
    "\xff",
)
SINCE = ("Thu, 01 Jan 1970 00:00:00 GMT", "soon", "Thu, 99 Foo 99999 99:99:99 GMT", "", "0" * 3000)
METHODS = ("GET", "GET", "GET", "GET", "HEAD", "POST", "OPTIONS", "get", "G\x00T", "")


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Return the port of a server of a folder with links that lead out of it, a pipe, and what may not be read."""
    root = tmp_path_factory.mktemp("root")
    folder = root / "gallery"
    (folder / "media").mkdir(parents=True)
    (folder / "linked").mkdir()
    (root / "other").mkdir()
    (folder / "index.html").write_text("<p>课</p>", encoding="utf-8")
    (folder / "media" / "film.mp4").write_bytes(FILM)
    for secret in (root / "secret.txt", root / "other" / "secret.txt", root / "other" / "index.html"):
        secret.write_bytes(SECRET)
    (folder / "out").symlink_to(root / "other")
    (folder / "out-file.txt").symlink_to(root / "secret.txt")
    (folder / "linked" / "index.html").symlink_to(root / "secret.txt")
    (folder / "inside.mp4").symlink_to(folder / "media" / "film.mp4")
    (folder / "circle").symlink_to(folder / "circle")
    (folder / "hard.mp4").hardlink_to(folder / "media" / "film.mp4")
    os.mkfifo(folder / "pipe")
    (folder / "old.mp4").write_bytes(b"old")
    os.utime(folder / "old.mp4", (-(10**9), -(10**9)))
    with server_of(folder, 0) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def answer(port: int, request: bytes) -> bytes:
    """Return all that the server says to a request, as it is sent."""
    with socket.create_connection((HOST, port), timeout=5) as connection:
        connection.sendall(request)
        with suppress(OSError):  # it may have said all by now, and be gone
            connection.shutdown(socket.SHUT_WR)
        parts = []
        while part := connection.recv(1 << 16):
            parts.append(part)
        return b"".join(parts)


def asked(path: str, *headers: tuple[str, str], method: str = "GET", host: str = HOST) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in (("Host", host), *headers))]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1", "replace")


def status(told: bytes) -> int:
    assert told.startswith((b"HTTP/1.0 ", b"HTTP/1.1 ")), told[:80]
    return int(told.split(b" ", 2)[1])


@pytest.mark.parametrize(
    "path",
    [
        "/%00", "/a%00b", "/media/%00.mp4", "/%ff", "/%ed%a0%80", "/" + "x" * 5000, "/" + "../" * 50 + "etc/passwd",
        "/media/film.mp4/", "/circle", "/circle/", "/pipe", "/linked/", "/out", "/out/", "/out/secret.txt",
        "/out-file.txt", "//etc/passwd", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/media/..%2f..%2fsecret.txt",
        "http://[bad/media", "http:/../media", "media", "/media/", "*",
    ],
)  # fmt: skip
@pytest.mark.parametrize("part", [False, True])
def test_what_is_not_there_or_lies_outside_is_not_found(port: int, path: str, part: bool) -> None:
    told = answer(port, asked(path, *([("Range", "bytes=0-3")] if part else [])))
    assert status(told) == 404 and SECRET not in told


@pytest.mark.parametrize(
    "path", ["/media/film.mp4", "/inside.mp4", "/hard.mp4", "//media/film.mp4", "/a/../inside.mp4"]
)
def test_what_lies_inside_comes_by_whatever_name(port: int, path: str) -> None:
    told = answer(port, asked(path))
    assert status(told) == 200 and told.endswith(FILM)
    assert answer(port, asked(path, ("Range", "bytes=1-4"))).endswith(FILM[1:5])


def test_a_file_of_an_odd_date_comes(port: int) -> None:
    assert answer(port, asked("/old.mp4")).endswith(b"old")


@pytest.mark.parametrize("told", RANGES)
def test_odd_parts_have_a_status(port: int, told: str) -> None:
    assert status(answer(port, asked("/media/film.mp4", ("Range", told)))) in (200, 206, 416)


def test_who_says_no_version_gets_a_status_too(port: int) -> None:
    assert status(answer(port, b"GET /\r\n\r\n")) == 403, "no host is told"
    assert status(answer(port, b"GET / HTTP/9.9\r\n\r\n")) == 505


def test_odd_requests_have_a_status_and_show_nothing_from_outside(port: int) -> None:
    chance = random.Random(SEED)
    seen = set()
    for _ in range(ODD):
        request = _odd_request(chance)
        told = answer(port, request)
        seen.add(status(told))
        assert SECRET not in told and b"root:" not in told, request[:200]
    assert {200, 403, 404} <= seen, "the requests reach far enough"


def _odd_request(chance: random.Random) -> bytes:
    def one(of: Sequence[str]) -> str:
        return chance.choice(of)

    slash = one(("/", "/", "/", "//", "%2f", "\\"))
    path = one(("/", "/", "/", "//", "/./")) + slash.join(one(PARTS) for _ in range(chance.randint(0, 4)))
    headers = [("Range", one(RANGES))] if chance.random() < 0.5 else []
    headers += [("If-Modified-Since", one(SINCE))] if chance.random() < 0.2 else []
    host = HOST if chance.random() < 0.8 else one(HOSTS)
    method = "GET" if chance.random() < 0.8 else one(METHODS)
    return asked(path, *headers, method=method, host=host)
