"""Records the vector of one word in several texts, layer by layer (`MeaningsAnalysis`)."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from engine.analyses.catalog import MODEL, AnalysisResult, MeaningsAnalysis
from engine.capture.attention.residual_stream import stream_of
from engine.capture.snapshots.snapshotter import Snapshotter
from engine.experiments import ExperimentError
from engine.pretrained.loading import LanguageModel, load_pretrained


def record_meanings(analysis: MeaningsAnalysis) -> AnalysisResult:
    """Return entries for the config, the origin of the numbers, and the arrays: the last word's vector in every text.

    Raises `DataError` where there is no such model or it is replaced meanwhile, `ExperimentError` where the texts do
    not end with one and the same token.
    """
    model = load_pretrained(analysis.model)
    told: dict[str, Any] = {MODEL: model.source.sha256}
    found: list[tuple[str, tuple[str, ...], np.ndarray]] = []
    for name, texts in (("sentence", analysis.sentences), ("phrase", analysis.phrases)):
        ids = [model.tokens_of(text) for text in texts]
        places = _places_of_the_word(model, ids)
        streams = [_stream(model, tokens, place) for tokens, place in zip(ids, places, strict=True)]
        found.append((f"{name}.stream", ("text", "layer", "feature"), np.stack(streams)))
        told[f"{name}_tokens"] = [[model.written(token) for token in tokens] for tokens in ids]
        told[f"{name}_word"] = places
    model.require_unchanged()
    return AnalysisResult(told, {"model": model.source.to_json()}, iter(found))


def _places_of_the_word(model: LanguageModel, ids: list[list[int]]) -> list[int]:
    """Return the position of each text's last token that is no special token; the token must be the same in all."""
    special = set(model.tokenizer.all_special_ids)
    places = [max(place for place, token in enumerate(tokens) if token not in special) for tokens in ids]
    words = {tokens[place] for tokens, place in zip(ids, places, strict=True)}
    if len(words) != 1:
        read = ", ".join(repr(model.written(word)) for word in words)
        raise ExperimentError(f"the sentences must end with one and the same token; {model.title} reads {read} there")
    return places


def _stream(model: LanguageModel, ids: list[int], place: int) -> np.ndarray:
    """Return a token's vector before the first block and behind each, (layer + 1, feature)."""
    values = Snapshotter(model.network, torch.tensor([ids]), ("embedding", "residual")).snapshot()
    return stream_of(values)[:, place]
