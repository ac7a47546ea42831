"""The pace of both ways out of what was timed, which cannot be had again, and the lengths of the walks."""

from __future__ import annotations

import math
import statistics
from itertools import pairwise

from tests.evidence.world import World


def pace(world: World) -> object:
    pace_of = world["digits-pace"]
    seconds = {way: world.read("digits-pace", f"{way}.seconds").tolist() for way in ("full", "mini")}
    looks = {way: world.read("digits-pace", f"{way}.look").tolist() for way in seconds}
    costs = {way: world.read("digits-pace", f"{way}.cost").tolist() for way in seconds}
    means = {way: statistics.fmean(each) for way, each in seconds.items()}
    after = {way: math.fsum(each[: looks[way][-1]]) for way, each in seconds.items()}
    told = {**means, "ratio": means["full"] / means["mini"]}
    told |= {"cost": costs["full"][-1], "small_cost": costs["mini"][-1]}
    told |= {"seconds": after["full"], "small_seconds": after["mini"]}
    told |= {"step_of": math.fsum(seconds["full"][: looks["full"][1]]), "size": world["digits"].config["batch_size"]}
    told |= {"images": len(world.mnist.train), "tested": pace_of.config["tested"]}
    faster = costs["mini"][-1] < costs["full"][-1] and after["mini"] < after["full"]
    return {**told, "faster": faster}


def walks(world: World) -> object:
    told = {}
    for way in ("full", "mini"):
        walk = world.read("digits-pace", f"walk.{way}").tolist()
        length = math.fsum(math.dist(one, other) for one, other in pairwise(walk))
        told[way] = length / max(math.dist(walk[0], walk[-1]), 1e-300)
    config = world["digits-pace"].config
    return {**told, "steps": len(walk) - 1, "examples": config["examples"], "drawn": config["drawn"]}
