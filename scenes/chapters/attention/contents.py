"""The beats of chapter 7 in their order, and the recorded arrays that each is handed."""

from __future__ import annotations

from scenes.beats.entries import BeatEntry, ChapterEntry
from scenes.language.translation import N_
from scenes.look.choices import EVERY_ASPECT

ATTENTION = ChapterEntry(
    name="attention",
    title=N_("Attention"),
    telling="scale_and_mask",
    sources=("vaswani2017", "allal2025", "brown2020", "olsson2022"),
    beats=(
        BeatEntry(
            "same_word_different_meaning",
            N_("One word, several meanings"),
            {"attention-meanings": ("sentence.stream", "phrase.stream")},
        ),
        BeatEntry(
            "queries_and_keys",
            N_("Queries and keys"),
            {"attention-text": ("stream", "query", "key", "weight.query", "weight.key")},
        ),
        BeatEntry("dot_grid", N_("Every query meets every key"), {"attention-text": ("query", "key")}, EVERY_ASPECT),
        BeatEntry(
            "scale_and_mask",
            N_("From scores to weights"),
            {"attention-text": ("query", "key", "score", "masked_score", "pattern")},
            EVERY_ASPECT,
        ),
        BeatEntry(
            "values",
            N_("What is passed on"),
            {
                "attention-text": (
                    "stream",
                    "pattern",
                    "value",
                    "head_output",
                    "head_update",
                    "weight.value",
                    "weight.output",
                )
            },
        ),
        BeatEntry(
            "the_equation",
            N_("The whole in one line"),
            {
                "attention-text": (
                    "query",
                    "key",
                    "score",
                    "masked_score",
                    "pattern",
                    "value",
                    "head_output",
                )
            },
        ),
        BeatEntry(
            "n_squared",
            N_("The price of a long text"),
            {
                "attention-cost": ("tokens", "seconds", "seconds.low", "seconds.high", "seconds.all", "bytes"),
                "attention-text": ("pattern",),
            },
        ),
        BeatEntry(
            "counting",
            N_("How many numbers it takes"),
            {
                "attention-text": (
                    "weight.query",
                    "weight.key",
                    "weight.value",
                    "weight.output",
                    "value_map.singular",
                )
            },
        ),
        BeatEntry(
            "many_heads",
            N_("Many heads"),
            {
                "attention-text": (
                    "patterns",
                    "head_updates",
                    "head_score",
                    "repeated.pattern",
                    "attention.update",
                    "pattern.nearest",
                )
            },
        ),
        BeatEntry(
            "it_was_learned",
            N_("A head in training"),
            {
                "induction": (
                    "probe.token",
                    "blocks.0.attention.pattern",
                    "blocks.1.attention.pattern",
                    "metric.induction_score",
                    "metric.second_half_loss",
                )
            },
        ),
        BeatEntry(
            "cross_attention",
            N_("From one text into another"),
            {
                "dates": (
                    "probe.source",
                    "probe.target",
                    "probe.truth",
                    "source.alphabet",
                    "target.alphabet",
                    "decoder.blocks.0.cross_attention.pattern",
                    "metric.exact_match",
                )
            },
        ),
        BeatEntry(
            "stacked",
            N_("Block upon block"),
            {"attention-text": ("stream", "patterns", "attention.update", "next.probability")},
        ),
    ),
)
