"""What heads do, from the model run again, on its text and on random tokens that are read twice."""

from __future__ import annotations

from functools import cache

import numpy as np

from tests.evidence.language import model_of, read_again
from tests.evidence.world import World


def previous_token(world: World) -> object:
    return _best(np.stack([[_mean(head, -1) for head in layer] for layer in read_again(world).patterns]))


def current_token(world: World) -> object:
    return _best(np.stack([[_mean(head, 0) for head in layer] for layer in read_again(world).patterns]))


def first_token(world: World) -> object:
    return _best(_on_first(world))


def induction(world: World) -> object:
    settings = world["attention-text"].config
    period = min(settings["repeated"], settings["anatomy"]["context"] // 2)
    patterns = _on_random_tokens(settings["model"], settings["seed"], period)
    queries = range(period, 2 * period)
    scores = sum(patterns[:, :, query, query - period + 1].astype(float) for query in queries) / period
    return {**_best(scores), "tokens": period}


def resting(world: World) -> object:
    scores = _on_first(world)
    return {"count": int((scores > 0.5).sum()), "total": scores.size}


def twins(world: World) -> object:
    patterns = read_again(world).patterns
    rows = patterns[:, :, 1:].reshape(-1, patterns.shape[-1] * (patterns.shape[-2] - 1)).astype(float)
    rests, count, both = (_on_first(world) > 0.5).ravel(), 0, 0
    for place, row in enumerate(rows):
        others = np.delete(rows, place, axis=0)
        cosines = (others * row).sum(axis=1) / (np.sqrt((others**2).sum(axis=1)) * np.sqrt((row**2).sum()))
        count += bool(cosines.max() > 0.99)
        both += bool(cosines.max() > 0.99 and rests[place])
    return {"count": count, "total": len(rows), "resting": both}


def steps(world: World) -> object:
    updates, whole = _added(world)
    lengths = [float(np.sqrt((update**2).sum())) for update in updates]
    together = float(np.sqrt((whole**2).sum()))
    known = world.read("attention-text", "attention.update")[world["attention-text"].config["chosen_layer"], -1]
    same = np.isclose(updates.sum(axis=0), known, rtol=0, atol=1e-3 * np.abs(known).max())
    return {
        "lengths": lengths,
        "added": sum(lengths),
        "end to end": together,
        "whole": together,
        "agreeing": int(same.sum()),
        "numbers": len(whole),
    }


def plane(world: World) -> float:
    updates, _ = _added(world)
    powers = np.sort(np.linalg.eigvalsh(updates @ updates.T))[::-1]
    return float(powers[:2].sum() / powers.sum())


def _mean(pattern: np.ndarray, offset: int) -> float:
    """Return the mean weight that the tokens after the first give to the one so far from them."""
    return float(np.mean([pattern[query, query + offset] for query in range(1, len(pattern))], dtype=float))


def _on_first(world: World) -> np.ndarray:
    return read_again(world).patterns[:, :, 1:, 0].astype(float).mean(axis=-1)


def _best(scores: np.ndarray) -> dict[str, float]:
    found = {(layer, head): float(score) for (layer, head), score in np.ndenumerate(scores)}
    layer, head = max(found, key=lambda place: found[place])
    return {"score": found[layer, head], "layer": layer, "head": head}


def _added(world: World) -> tuple[np.ndarray, np.ndarray]:
    """Return what each head of the chosen layer adds to the last token, (head, feature), and all of them together."""
    settings = world["attention-text"].config
    layer, count = settings["chosen_layer"], len(settings["tokens"])
    taken, given = _through_output(settings["model"], settings["text"], layer, count)
    weight = model_of(settings["model"]).network.model.layers[layer].self_attn.o_proj.weight
    heads = settings["anatomy"]["heads"]
    matrices = np.split(weight.detach().numpy().astype(float), heads, axis=1)
    parts = np.split(taken, heads)
    return np.stack([matrix @ part for matrix, part in zip(matrices, parts, strict=True)]), given


@cache
def _through_output(model: str, text: str, layer: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return what goes into and comes out of a layer's output matrix at the last token."""
    import torch

    loaded, seen = model_of(model), []
    module = loaded.network.model.layers[layer].self_attn.o_proj
    hook = module.register_forward_hook(lambda _, given, out: seen.append((given[0][0, -1], out[0, -1])))
    try:
        with torch.no_grad():
            loaded.network(torch.tensor([loaded.tokens_of(text)[:count]]))
    finally:
        hook.remove()
    taken, given = (one.numpy().astype(float) for one in seen[0])
    return taken, given


@cache
def _on_random_tokens(model: str, seed: int, period: int) -> np.ndarray:
    """Return the patterns, (layer, head, query, key), of random tokens that are read twice."""
    import torch

    network = model_of(model).network
    vocabulary = len(network.get_input_embeddings().weight)
    once = np.random.default_rng(seed).integers(vocabulary, size=period).tolist()
    before = network.config._attn_implementation
    network.set_attn_implementation("eager")
    try:
        with torch.no_grad():
            found = network(torch.tensor([[*once, *once]]), output_attentions=True).attentions
    finally:
        network.set_attn_implementation(before)
    return np.stack([layer[0].numpy() for layer in found])
