"""The beats of chapter 3 in their order, and the recorded arrays that each is handed."""

from __future__ import annotations

from scenes.beats.entries import BeatEntry, ChapterEntry
from scenes.language.translation import N_
from scenes.look.choices import EVERY_ASPECT

_EXAMPLE = ("example.picture", "example.label", "example.target", "layer3.activation")
_WANTED = ("layer1.wanted", "layer2.wanted", "layer3.wanted")
_LARGEST = ("layer1.largest", "layer2.largest", "layer3.largest")
_TABLE = tuple(f"table.{name}" for name in ("entry", "picture", "label", "wish", "mean", "count", "agree"))
_PACE = tuple(f"{way}.{name}" for way in ("full", "mini") for name in ("seconds", "look", "cost"))
_WALKS = ("walk.full", "walk.mini", "walk.entry", "plane.first", "plane.second", "plane.cost")
_LAST = ("last.before", "last.weight", "last.path", "last.delta")

_NO_SQUARE = tuple(aspect for aspect in EVERY_ASPECT if aspect != "1:1")

BACKPROPAGATION = ChapterEntry(
    name="backpropagation",
    title=N_("Backpropagation, intuitively"),
    telling="all_wishes",
    sources=("rumelhart1986", "nielsen2015", "lecun1998"),
    beats=(
        BeatEntry(
            "sensitivity",
            N_("How much a weight matters"),
            {"digits-backprop": ("pair.entry", "pair.gradient", "pair.nudge", "pair.change")},
            _NO_SQUARE,
        ),
        BeatEntry("one_example", N_("What one image wants"), {"digits-backprop": (*_EXAMPLE, *_WANTED)}, EVERY_ASPECT),
        BeatEntry("three_levers", N_("Three levers"), {"digits-backprop": (*_EXAMPLE, *_WANTED, *_LAST)}, EVERY_ASPECT),
        BeatEntry(
            "fire_together",
            N_("Where the largest change is"),
            {"digits-backprop": (*_EXAMPLE, *_WANTED, *_LAST, "rows.share", "rows.step", "rows.brightest")},
            _NO_SQUARE,
        ),
        BeatEntry(
            "all_wishes",
            N_("All wishes, added up"),
            {"digits-backprop": (*_EXAMPLE, *_WANTED, *_LAST)},
            EVERY_ASPECT,
        ),
        BeatEntry(
            "recurse",
            N_("And a layer further back"),
            {"digits-backprop": (*_EXAMPLE, *_WANTED, "layer1.activation", "layer2.activation", *_LARGEST)},
            EVERY_ASPECT,
        ),
        BeatEntry(
            "average_over_examples",
            N_("Many images, one gradient"),
            {"digits-backprop": _TABLE},
            EVERY_ASPECT,
        ),
        BeatEntry(
            "mini_batches",
            N_("A few images at a time"),
            {"digits-backprop": ("batch.position", "batch.picture", "batch.label", "batch.sizes")},
            EVERY_ASPECT,
        ),
        BeatEntry(
            "drunk_walk",
            N_("A drunk walk, and faster"),
            {"digits-pace": (*_PACE, *_WALKS)},
            EVERY_ASPECT,
        ),
    ),
)
