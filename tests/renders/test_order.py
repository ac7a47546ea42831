"""What an order comes to: pieces in the film's order, the longest rendered first, leftovers of killed renders swept."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from renders.cache.timings import read_costs, write_costs
from renders.farm.inline_executor import InlineExecutor
from renders.film.chapter_film import render_films
from renders.film.plan import partial_of
from renders.request.parts import RenderJob
from scenes.look.choices import CatalogError
from tests.renders.reel import TINY, Reel, never_train, reel_in


@pytest.fixture
def reel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reel:
    return reel_in(tmp_path, monkeypatch)


def test_beats_come_in_the_order_of_the_film_and_without_the_cards(reel: Reel) -> None:
    assert [piece.name for piece in reel.order().pieces] == ["title_card", "grow", "slide", "end_card", "last_picture"]
    assert [piece.name for piece in reel.order("slide", "grow", "slide").pieces] == ["grow", "slide"]
    with pytest.raises(CatalogError, match="grow"):
        _ = reel.order("glow").pieces


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("tiny.en.draft.mp4", True),
        ("tiny.en.draft", True),
        ("tiny-12345678.zh_CN.medium.json", True),
        ("tiny-steps.en.draft.mp4", False),
        ("tinier.en.draft.mp4", False),
        ("gallery", False),
    ],
)
def test_only_this_chapters_leftovers_are_swept(name: str, ours: bool) -> None:
    assert partial_of(TINY)(name) == ours


def test_costs_are_remembered_by_quality(reel: Reel) -> None:
    assert read_costs(reel.places.cache, reel.order()) == {}
    write_costs(reel.places.cache, reel.order(), {"grow": 2.0, "slide": 1.0})
    write_costs(reel.places.cache, reel.order(), {"slide": 3.0})
    assert read_costs(reel.places.cache, reel.order()) == {"grow": 2.0, "slide": 3.0}


def test_the_longest_is_started_first_and_what_is_not_known_before_all(reel: Reel) -> None:
    started: list[str] = []

    class Noting(InlineExecutor):
        def submit(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
            started.extend(job.piece.name for job in args if isinstance(job, RenderJob))
            return super().submit(function, *args, **kwargs)

    reel.record()
    write_costs(reel.places.cache, reel.order(), {"tiny/grow": 1.0, "tiny/slide": 5.0, "tiny/end_card": 3.0})
    render_films(reel.order(), reel.places, never_train, Noting)
    assert started == ["title_card", "last_picture", "slide", "end_card", "grow"]
    assert set(read_costs(reel.places.cache, reel.order())) == {f"tiny/{name}" for name in started}
