"""How an induction head forms, from the texts drawn and the first model made again, and from the recorded scores."""

from __future__ import annotations

from dataclasses import fields

from tests.evidence.world import World


def copies(world: World) -> object:
    tokens = _run(world).shown[0].tolist()
    half = len(tokens) // 2
    return {"tokens": half, "alike": sum(tokens[place] == tokens[place + half] for place in range(half))}


def chosen(world: World) -> object:
    finals = world.read("induction", "metric.induction_score")[-1].tolist()
    found = {(layer, head): score for layer, row in enumerate(finals) for head, score in enumerate(row)}
    layer, head = max(found, key=lambda place: found[place])
    return {"layer": layer, "head": head, "score": found[layer, head]}


def even(world: World) -> object:
    import torch

    from engine.models.attention import tapped

    run, place, seen = _run(world), chosen(world), []
    attention = list(run.model.attentions())[place["layer"]]
    with torch.no_grad(), tapped(attention, lambda found: seen.append(found.pattern.numpy())):
        run.model(run.shown[:1])
    pattern = seen[0][0, place["head"]]
    rows = [pattern[query, : query + 1] * (query + 1) for query in range(len(pattern))]
    return {"least": float(min(row.min() for row in rows)), "greatest": float(max(row.max() for row in rows))}


def learning(world: World) -> object:
    place = chosen(world)
    recording = world["induction"]
    scores = recording.read("metric.induction_score", layer=place["layer"], head=place["head"])
    steps = recording.steps("metric.induction_score").tolist()
    begun, done = (
        next(step for step, score in zip(steps, scores, strict=True) if score >= share * scores[-1])
        for share in (0.1, 0.9)
    )
    return {"begun": begun, "done": done, "steps": steps[-1]}


def _run(world: World):
    """Return the training as it began, its model drawn again from the seed."""
    import torch

    from engine.experiments.induction.config import InductionConfig
    from engine.experiments.induction.task import InductionTask

    config = world["induction"].config
    settings = {field.name: config[field.name] for field in fields(InductionConfig)}
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(config["seed"])
        return InductionTask(InductionConfig(**{**settings, "record": tuple(settings["record"])}))
