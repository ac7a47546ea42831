"""The way of a training through the plane that holds most of it, and what `the_real_path` measures of it."""

from __future__ import annotations

import numpy as np

from engine.recording import Recording
from scenes.beats.stage import LAYERS
from scenes.chapters.gradient_descent.landscape.ground import Ground
from scenes.evidence.evidence import Measured
from scenes.language.translation import N_
from scenes.mobjects.space.space import View

ANALYSIS, COST = "digits-landscape", "metric.train_loss"
PARAMETERS = tuple(f"{layer}.{kind}" for layer in LAYERS for kind in ("weight", "bias"))
_TRACES = tuple(f"digits/{name}" for name in PARAMETERS)

WIDEST, DEEPEST, FLATTEST, TALL = 11.2, 5.0, 1.8, 5.0  # of the ground, and the highest cost, scene units
ROOM = np.array([12.6, 6.9])  # for all of it, scene units, from wherever it is looked at
WALL = 1.3  # how much higher the near side is than the far one if it stands before the way
LEVELS = 24  # contour lines
EARLY = 0.5  # share of the recorded places in the first half of the steps: most of them are from early steps
LOW = 0.1  # of the ground's heights, counted from the lowest: that is in a valley
BEFORE = View(azimuth=0.22, elevation=0.62)
ALONG = View(azimuth=-0.28, elevation=0.8)
AROUND = View(azimuth=0.3, elevation=0.8)


class TrainingPath:
    """What was recorded of a training on its way through the plane.

    snapshots: (snapshot,) steps. places: (snapshot, axis) in the plane. steps: (evaluation,) those of the snapshots at
    which the cost was measured. costs: (evaluation,) on all training images. stops: (evaluation, axis) where it was
    then. gone: (evaluation,) how far from the start that is, straight through the plane: how long the way itself is, is
    not known, as it bends between snapshots, too. half: the first evaluation at half of the distance to the end.
    """

    def __init__(self, analysis: Recording, digits: Recording) -> None:
        self.snapshots, self.places = digits.steps(PARAMETERS[0]), analysis.read("path.place")
        self.steps, self.costs = digits.steps(COST), digits.read(COST)
        self.explained = analysis.read("path.explained")
        measured = np.searchsorted(self.snapshots, self.steps)
        self.stops = self.places[measured]
        self.gone = np.linalg.norm(self.stops - self.stops[0], axis=1)
        self.half = max(1, int((self.gone >= self.gone[-1] / 2).argmax()))


def ground_of(analysis: Recording, way: TrainingPath) -> Ground:
    """Return the plane of the path with the start at its left, as large as the frame allows.

    Both directions are to one scale, but that a plane which hardly has a second one is drawn FLATTEST wide.
    """
    plane = Ground(analysis, "path")
    spans = np.array([np.ptp(plane.first), np.ptp(plane.second)])
    scale = min(WIDEST / spans[0], DEEPEST / spans[1])
    near, far = plane.cost[0].max(), plane.cost[-1].max()
    turned = [1 if way.places[0, 0] <= way.places[-1, 0] else -1, -1 if near > WALL * far else 1]
    sides = np.maximum(scale * spans, FLATTEST) * turned
    height = TALL * plane.highest / max(plane.highest, float(way.costs.max()))
    whole = Ground(analysis, "path", sides=(sides[0], sides[1]), height=height)
    sizes = [np.ptp(all_of(whole, way, view), axis=0) for view in (BEFORE, ALONG, AROUND)]
    fit = float(np.min(ROOM / sizes, initial=1.0))
    return Ground(analysis, "path", sides=(fit * sides[0], fit * sides[1]), height=fit * height, levels=LEVELS)


def all_of(ground: Ground, way: TrainingPath, view: View) -> np.ndarray:
    """Return where the ground's corners and the ball's places are on the frame, (n, 2)."""
    first, second = np.meshgrid(ground.first, ground.second)
    corners = ground.to_space(first, second, ground.cost).reshape(-1, 3)
    tops = ground.to_space(way.stops[:, 0], way.stops[:, 1], way.costs)
    return view(np.concatenate([corners, tops]))[:, :2]


# Measured -------------------------------------------------------------------------------------------------------------


def spread(way: TrainingPath, digits: Recording) -> Measured:
    """Measure how many directions there are, and the shares of the path's variance along two of them and the next.

    The next is the third main component of the parameters at all snapshots, found from their products.
    """
    path = np.concatenate([digits.read(name).reshape(len(way.snapshots), -1) for name in PARAMETERS], axis=1)
    path = path.astype(float) - path.mean(axis=0, dtype=float)
    variances = np.linalg.eigvalsh(path @ path.T)[::-1]
    value = {
        "directions": path.shape[1],
        "drawn": len(way.explained),
        "shares": way.explained.tolist(),
        "together": float(way.explained.sum()),
        "next": float(max(variances[2], 0.0) / max(variances.sum(), 1e-300)),
    }
    how = N_(
        "share of the recorded places' variance along the directions drawn, and along the next at right angles to both"
    )
    return Measured("spread", value, how, (f"{ANALYSIS}/path.explained", *_TRACES))


def kept(way: TrainingPath) -> Measured:
    """Measure how many places of the way are recorded, and the share of them in the first half of the steps."""
    early = float((way.snapshots <= way.snapshots[-1] / 2).mean())
    how = N_("places of the training that were recorded, and the share of them in the first half of its steps")
    return Measured("kept", {"places": len(way.snapshots), "early": early}, how, (_TRACES[0],))


def mostly_early(kept: Measured) -> Measured:
    """Ask that most of the recorded places are from early steps."""
    return kept.when(lambda are: are["early"] > EARLY, N_("most: more than half in half of the steps"))


def halves(way: TrainingPath) -> Measured:
    """Measure how many steps both halves of the distance to the end take, and how far the cost falls on each.

    share, before: of the distance from start to end, at the evaluation between the halves, and at the one before it.
    """
    places = [0, way.half, -1]
    value = {
        "steps": np.diff(way.steps[places]).tolist(),
        "fell": (-np.diff(way.costs[places])).tolist(),
        "share": float(way.gone[way.half] / max(way.gone[-1], 1e-300)),
        "before": float(way.gone[way.half - 1] / max(way.gone[-1], 1e-300)),
    }
    how = N_("steps up to half of the straight distance from start to end and from there on, and how far the cost fell")
    return Measured("halves", value, how, (f"{ANALYSIS}/path.place", f"digits/{COST}", _TRACES[0]))


def slower(halves: Measured) -> Measured:
    """Ask that the second half, no shorter than the first, took longer, on flatter ground."""
    return halves.when(
        lambda way: way["steps"][1] > way["steps"][0] and way["fell"][1] < way["fell"][0] / 2,
        N_("flatter: on the second half the cost falls less than half as far"),
    )


def end_of(way: TrainingPath, plane: Ground) -> Measured:
    """Measure the cost before and after the training, and the lowest and highest on the ground."""
    value = {
        "start": float(way.costs[0]),
        "end": float(way.costs[-1]),
        "lowest": plane.lowest,
        "highest": plane.highest,
    }
    how = N_("cost of all training images before and after the training, and the lowest and highest of the ground")
    return Measured("end", value, how, (f"digits/{COST}", f"{ANALYSIS}/path.cost"))


def into_a_valley(end: Measured) -> Measured:
    """Ask that the training came down to where the ground is lowest."""
    return end.when(
        lambda cost: (
            cost["end"] - cost["lowest"] < LOW * (cost["highest"] - cost["lowest"]) < cost["start"] - cost["lowest"]
        ),
        N_("into a valley: its cost comes into the lowest tenth of the ground's"),
    )


def across(way: TrainingPath) -> Measured:
    """Measure how far the end is from the start, in the plane."""
    far = float(np.linalg.norm(way.places[-1] - way.places[0]))
    how = N_("distance in the plane from the start to the end, in units of the weights")
    return Measured("across", far, how, (f"{ANALYSIS}/path.place",))
