"""Records one text's pass through a pretrained model: one head in full, and all heads' patterns (`ReadingAnalysis`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from engine.analyses.catalog import MODEL, AnalysisResult, Arrays, ReadingAnalysis
from engine.capture.attention import head_scores
from engine.capture.attention.hugging_face import patched_attention
from engine.capture.attention.residual_stream import stream_of
from engine.capture.hook_points import HookPoint, find_hook_points
from engine.capture.projections import Projections, projections_of, size_of
from engine.capture.snapshots.snapshotter import Snapshotter
from engine.capture.value_axes import ATTENTION_AXES
from engine.experiments import ExperimentError
from engine.pretrained.loading import LanguageModel, load_pretrained
from engine.recording.format.conventions import ASKED_FOR, LOOKS_BACK, LOOKS_BACK_IN_LAYER

LEAST = 4  # tokens: with fewer there is nothing between the first token and the one before the last
NEXT = 8  # of the tokens that may come next, how many are recorded


@dataclass(frozen=True)
class _Insides:
    """The values of one pass of a text, with the streams (layer + 1, position, feature) and patterns of all layers."""

    model: LanguageModel
    attentions: tuple[HookPoint, ...]
    ids: tuple[int, ...]
    values: Mapping[str, np.ndarray]
    stream: np.ndarray
    pattern: np.ndarray  # (layer, head, query, key)

    def of(self, layer: int, kind: str) -> np.ndarray:
        """Return a value of a layer's attention, without its batch axis."""
        return self.values[f"{self.attentions[layer].path}.{kind}"][0]

    @property
    def layers(self) -> int:
        return len(self.attentions)


def measure_reading(analysis: ReadingAnalysis) -> AnalysisResult:
    """Return what a reading comes to.

    Raises `DataError` where there is no such model or it is replaced meanwhile, `ExperimentError` where it cannot read
    the text or has no such layer or head, `RecordingError` where its attention modules are of an unknown form.
    """
    model = load_pretrained(analysis.model)
    ids = _ids(analysis, model)
    with patched_attention(model.network):
        inside = _look(model, ids)
        layer, head, chosen_by = _choose(analysis, inside)
        scores, repeated = _head_scores(analysis, inside)
    shared = inside.of(layer, "key").shape[0]
    matrices = projections_of(inside.attentions[layer], inside.pattern.shape[1], shared)
    told = {
        MODEL: model.source.sha256,
        "tokens": [model.written(token) for token in ids],
        "chosen_layer": layer,
        "chosen_head": head,
        "chosen_by": chosen_by,
        "score_names": list(scores),
        "anatomy": _anatomy(inside, matrices, layer),
    }
    told["next_tokens"] = [model.written(int(token)) for token in _next(inside)[0]]
    model.require_unchanged()
    return AnalysisResult(
        told, {"model": model.source.to_json()}, _arrays(inside, layer, head, matrices, scores, repeated)
    )


def _ids(analysis: ReadingAnalysis, model: LanguageModel) -> tuple[int, ...]:
    """Return the text's token numbers, as many as can be read and drawn."""
    ids = model.tokens_of(analysis.text)
    most = min(analysis.most, model.context)
    if len(ids) > most:
        if not analysis.cut:
            end = "".join(model.written(token) for token in ids[:most])[-30:]
            why = f"{model.title} reads" if most < analysis.most else "the film draws"
            raise ExperimentError(
                f"the text has {len(ids)} tokens and {why} {most}: it would end after '…{end}'; shorten it, or cut it "
                "there with --cut"
            )
        ids = ids[:most]
    if len(ids) < LEAST:
        raise ExperimentError(
            f"the text has {len(ids)} token{'s' * (len(ids) != 1)} for {model.title}, and attention is between tokens: "
            f"give --text one with at least {LEAST}"
        )
    return tuple(ids)


def _look(model: LanguageModel, ids: tuple[int, ...]) -> _Insides:
    inputs = torch.tensor([ids])
    attentions = _attentions_of(model.network, inputs, model.title)
    snapshotter = Snapshotter(model.network, inputs, (*ATTENTION_AXES, "residual", "embedding", "logits"))
    values = snapshotter.snapshot()
    pattern = np.stack([values[f"{place.path}.pattern"][0] for place in attentions])
    return _Insides(model, attentions, ids, values, stream_of(values), pattern)


def _attentions_of(network: nn.Module, inputs: Tensor, name: str) -> tuple[HookPoint, ...]:
    with torch.no_grad():
        places = find_hook_points(network, lambda: network(inputs))
    found = tuple(place for place in places if "pattern" in place.kinds)
    if not found:
        raise ExperimentError(f"{name} has no attention that can be looked at: choose another --model")
    return found


def _choose(analysis: ReadingAnalysis, inside: _Insides) -> tuple[int, int, str]:
    """Return layer and head, those asked for or else those that a rule finds, and in words how they were chosen."""
    layers, heads = inside.pattern.shape[:2]
    for what, value, count in (("layer", analysis.layer, layers), ("head", analysis.head, heads)):
        if value is not None and value >= count:
            raise ExperimentError(f"{inside.model.title} has the {what}s 0 to {count - 1}; there is no {what} {value}")
    scores = head_scores.look_back(inside.pattern)
    if analysis.layer is None:
        layer, head = np.unravel_index(scores.argmax(), scores.shape)
        return int(layer), int(head), LOOKS_BACK
    if analysis.head is None:
        return analysis.layer, int(scores[analysis.layer].argmax()), LOOKS_BACK_IN_LAYER
    return analysis.layer, analysis.head, ASKED_FOR


def _head_scores(analysis: ReadingAnalysis, inside: _Insides) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Return every head's scores, (layer, head) each, and the repeated tokens that one of them is measured on."""
    scores = {name: score(inside.pattern) for name, score in head_scores.ON_ANY_TEXT.items()}
    scores["duplicate token"] = head_scores.duplicate_token(inside.pattern, np.array(inside.ids))
    vocabulary = int(inside.model.network.get_input_embeddings().weight.shape[0])  # type: ignore[operator]
    period = min(analysis.repeated, inside.model.context // 2)
    once = np.random.default_rng(analysis.seed).integers(vocabulary, size=period)
    repeated = np.tile(once, 2)
    seen = _look(inside.model, tuple(repeated.tolist()))
    scores["induction"] = head_scores.induction(seen.pattern, period)
    best = np.unravel_index(scores["induction"].argmax(), scores["induction"].shape)
    return scores, seen.pattern[best]


def _anatomy(inside: _Insides, matrices: Projections, layer: int) -> dict[str, Any]:
    """Return the sizes of a model and how many parameters its parts have."""
    network = inside.model.network
    config: Any = network.config
    layers, heads = inside.pattern.shape[:2]
    return {
        "layers": layers,
        "heads": heads,
        "groups": int(inside.of(layer, "key").shape[0]),
        "width": int(inside.stream.shape[2]),
        "head_size": int(matrices.query.shape[1]),
        "vocabulary": int(config.vocab_size),
        "context": inside.model.context,
        "causal": inside.model.causal,
        "rotary": any("rotary" in name for name, _ in network.named_modules()),
        "weights": matrices.counts,  # of the chosen layer's attention
        "parameters": size_of(network),
    }


def _arrays(
    inside: _Insides,
    layer: int,
    head: int,
    matrices: Projections,
    scores: Mapping[str, np.ndarray],
    repeated: np.ndarray,
) -> Arrays:
    yield "token", ("position",), np.array(inside.ids)
    yield "stream", ("layer", "position", "feature"), inside.stream
    yield "patterns", ("layer", "head", "query", "key"), inside.pattern
    yield "pattern.nearest", ("layer", "head"), head_scores.nearest(inside.pattern).astype(np.float32)
    yield from _one_head(inside, layer, head, matrices)
    yield "head_updates", ("head", "position", "feature"), inside.of(layer, "head_update")
    yield "head_score", ("score", "layer", "head"), np.stack(list(scores.values())).astype(np.float32)
    yield "repeated.pattern", ("query", "key"), repeated
    updates = [inside.of(number, "head_update").sum(axis=0) for number in range(inside.layers)]
    yield "attention.update", ("layer", "position", "feature"), np.stack(updates)
    ids, probabilities = _next(inside)
    yield "next.token", ("rank",), ids
    yield "next.probability", ("rank",), probabilities


def _one_head(inside: _Insides, layer: int, head: int, matrices: Projections) -> Arrays:
    """Yield all that one head does: its matrices, and the values on the way through them."""
    group = head * len(matrices.key) // len(matrices.query)
    for kind in ("query", "score", "masked_score", "pattern", "head_output", "head_update"):
        yield kind, ATTENTION_AXES[kind][2:], inside.of(layer, kind)[head]
    for kind in ("key", "value"):
        yield kind, ("key", "feature"), inside.of(layer, kind)[group]
    yield "weight.query", ("out", "in"), matrices.query[head]
    yield "weight.key", ("out", "in"), matrices.key[group]
    yield "weight.value", ("out", "in"), matrices.value[group]
    yield "weight.output", ("out", "in"), matrices.output[head]
    value_map = matrices.output[head] @ matrices.value[group]  # what a token's vector adds to another's
    yield "value_map.singular", ("rank",), np.linalg.svd(value_map, compute_uv=False).astype(np.float32)


def _next(inside: _Insides) -> tuple[np.ndarray, np.ndarray]:
    """Return the likeliest next tokens with their probabilities; none of a model that predicts none."""
    if not inside.model.causal:
        return np.zeros(0, np.int64), np.zeros(0, np.float32)
    last = torch.from_numpy(inside.values["logits"][0, -1])
    likeliest = last.softmax(-1).topk(NEXT)
    return likeliest.indices.numpy(), likeliest.values.numpy()
