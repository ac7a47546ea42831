"""One word's vectors in several texts, from the model run again."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from tests.evidence.language import read_text
from tests.evidence.networks import quantile_of
from tests.evidence.world import World


def _vectors(world: World, kind: str) -> np.ndarray:
    """Return the vector of the last token in each text, (text, layer, feature)."""
    settings = world["attention-meanings"].config
    return np.stack([read_text(settings["model"], text).stream[:, -1] for text in settings[f"{kind}s"]])


def _cosines(vectors: np.ndarray) -> np.ndarray:
    """Return the cosines of each two texts, (pair, layer)."""
    layers = range(vectors.shape[1])
    angle = [[_cosine(vectors[a, layer], vectors[b, layer]) for layer in layers] for a, b in combinations(range(3), 2)]
    return np.array(angle)


def _cosine(one: np.ndarray, other: np.ndarray) -> float:
    return float(one @ other / np.sqrt((one @ one) * (other @ other)))


def _units(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.sqrt((vectors**2).sum(axis=-1, keepdims=True))


def _kept(vectors: np.ndarray) -> float:
    unit = _units(vectors)
    apart = (unit - unit.mean(axis=0)).reshape(-1, unit.shape[-1])
    variances = np.sort(np.linalg.eigvalsh(np.cov(apart.T)))
    return float(variances[-2:].sum() / variances.sum())


def put_in(world: World) -> object:
    first = _vectors(world, "sentence")[:, 0]
    largest = max(float(np.abs(a - b).max()) for a, b in combinations(first, 2))
    return {"sentences": len(first), "numbers": first.shape[1], "largest difference": largest}


def cosines(world: World) -> object:
    return _cosines(_vectors(world, "sentence")).tolist()


def parting(world: World) -> object:
    vectors = _vectors(world, "sentence")
    one, other, money = _cosines(vectors)
    river = np.maximum(one, other)
    furthest = max(1 - river)
    found, best = 1, -1.0
    for layer in range(len(river)):
        far, near = 1 - river[layer], max(1 - money[layer], 1e-6)
        if far >= furthest / 2 and far / near > best:
            found, best = max(1, layer), far / near
    later = all(river[layer] < money[layer] for layer in range(found, len(river)))
    return {
        "layer": found,
        "layers": vectors.shape[1] - 1,
        "river and money": float(river[found]),
        "money and money": float(money[found]),
        "apart from there on": bool(river[found] < 0.95 and later),
    }


def plane(world: World) -> float:
    return _kept(_vectors(world, "sentence"))


def phrase_plane(world: World) -> float:
    return _kept(_vectors(world, "phrase"))


def full_shades(world: World) -> float:
    unit = np.abs(_units(_vectors(world, "sentence")))
    full = [unit[:, layer] >= quantile_of(unit[:, layer].ravel(), 0.9) for layer in range(unit.shape[1])]
    return float(np.mean(full))


def phrases_part(world: World) -> object:
    return _cosines(_vectors(world, "phrase")).min(axis=1).tolist()


def changed(world: World) -> float:
    last = _vectors(world, "sentence")[:, -1]
    apart = [np.sqrt(a @ a + b @ b - 2 * (a @ b)) for a, b in combinations(last, 2)]
    return float(min(apart) / np.sqrt(max(one @ one for one in last)))
