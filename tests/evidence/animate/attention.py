"""Where heads look, counted cell by cell from the recorded patterns."""

from __future__ import annotations

import numpy as np

from tests.evidence.world import World

MOST_LAYERS, MOST_HEADS, MOST_POSITIONS, SNAPSHOTS = 4, 8, 32, 40


def shown(world: World) -> object:
    patterns = _patterns(world)
    heads = [pattern.shape[2] for pattern in patterns]
    positions = max(max(pattern.shape[3:]) for pattern in patterns)
    assert len(patterns) <= MOST_LAYERS and max(heads) <= MOST_HEADS
    return {
        "layers": len(patterns),
        "of": len(patterns),
        "heads": [list(range(count)) for count in heads],
        "of_heads": max(heads),
        "positions": min(positions, MOST_POSITIONS),
        "of_positions": positions,
    }


def best(world: World) -> object:
    found: dict[str, object] = {"look": "", "layer": 0, "place": 0, "head": 0, "share": 0.0}
    for look in ("before", "itself", "first"):
        for layer, pattern in enumerate(_patterns(world)):
            for head in range(pattern.shape[2]):
                share = _share(pattern[-1, :, head], look)
                if share > float(str(found["share"])):
                    found = {"look": look, "layer": layer, "place": head, "head": head, "share": share}
    return found


def snapshots(world: World) -> object:
    names = [name for name in world["film"].arrays if name.endswith(".pattern")]
    steps = world["film"].steps(names[0])
    assert len(steps) <= SNAPSHOTS
    return {"first": int(steps.min()), "last": int(steps.max())}


def _patterns(world: World) -> list[np.ndarray]:
    return [world.read("film", name).astype(float) for name in world["film"].arrays if name.endswith(".pattern")]


def _share(patterns: np.ndarray, look: str) -> float:
    """Return the mean weight that positions but the first give to one, of all inputs: patterns (batch, query, key)."""
    given = []
    for pattern in patterns:
        for query in range(1, len(pattern)):
            given.append(pattern[query, {"before": query - 1, "itself": query, "first": 0}[look]])
    return float(np.mean(given))
