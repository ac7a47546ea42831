"""Computes the stamp of a film: a digest of all that decides how it comes out, by which a current film is known."""

from __future__ import annotations

from collections.abc import Sequence

from renders.base.hashing import digest_of
from renders.cache.digest import drawn_by, installed_versions
from renders.cache.import_graph import ImportGraph
from renders.request.parts import FilmPart


def common_stamp(sources: ImportGraph) -> str:
    """Return the digest of the code and the libraries that make files of film parts."""
    return digest_of([sources.digest(drawn_by(sources.dependencies("renders.film.outputs"))), installed_versions()])


def film_stamp(
    common: str, title: str, pieces: Sequence[FilmPart], digests: Sequence[str], captions: Sequence[str]
) -> str:
    """Return the digest of all that can change a film's files.

    common: see `common_stamp`. title: of the film, in English. digests: of the film parts, with what they are drawn
    from, or, for a stamp of the code alone, without it. captions: of what they say in every language (see `Digests`).
    """
    return digest_of([common, [title, *(piece.title for piece in pieces)], digests, captions])
