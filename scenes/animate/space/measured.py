"""Measures the dots in a hidden space, and notes what is to be said of them in small print."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from scenes.animate.shared.own import Remark
from scenes.animate.shared.running import RunningBeat
from scenes.animate.space.cloud import Cloud
from scenes.animate.space.hidden_space import EVERY_POSITION, LAST_POSITION, MEAN, Space
from scenes.animate.space.measures import HOW
from scenes.evidence.evidence import Measured
from scenes.language.translation import N_
from scenes.text.glyphs import format_number


class MeasuredCloud(RunningBeat):
    """The part of a beat that measures a cloud.

    pixels: the least and the greatest of the pictures that are drawn, None where there are none. clipped: whether some
    answers lie beyond the ends of the bar that shows their colours.
    """

    cloud: Cloud
    space: Space
    pixels: tuple[float, float] | None
    clipped: bool

    def measure(self) -> None:
        """Measure how well dots are told apart at each step, the plane that is seen, and which probes there are."""
        cloud = self.cloud
        known = np.isfinite(cloud.scores)
        scores = {"steps": cloud.steps[known].tolist(), "values": cloud.scores[known].tolist()}
        self.scores = self.measured("scores", scores, HOW[cloud.measure])
        step = int(cloud.steps[-1]) if len(cloud.steps) else 0
        plane = {"share": cloud.explained, "numbers": cloud.features, "step": step}
        how = N_("the share of the variance in the plane of its two largest directions, at the last finite step")
        self.plane = self.measured("plane", plane, how, self.space.layer.array)
        rule = self.recording.sampled(self.space.layer.array)
        probes = {"shown": len(np.unique(cloud.probes)), "all": rule["of"][0] if rule else cloud.recorded}
        self.probes = self.measured("probes", probes, N_("probes that have a dot, and all"))

    def looked_at(self) -> np.ndarray:
        """Return the steps that are looked at, (n,): those with finite numbers, and all after them."""
        if self.cloud.stopped is None:
            return self.cloud.steps
        steps = self.recording.steps(self.space.layer.array)
        return np.append(self.cloud.steps, steps[steps >= self.cloud.stopped])

    def broken_at(self, step: int) -> Measured:
        """Return how many of the layer's values at a step are no finite numbers, with the rule that some are."""
        array = self.space.layer.array
        values = self.recording.read(array, step=self.recording.steps(array).tolist().index(step))
        value = {"step": step, "broken": int((~np.isfinite(values)).sum())}
        how = N_("values of the layer at the first step looked at with such that are no finite numbers")
        broken = self.measured("broken", value, how, array)
        return broken.when(lambda was: was["broken"] > 0, N_("some are no finite numbers"))

    def remarks(self) -> Iterator[Remark]:
        """Yield notes on the plane that is seen, on what each dot is, and on which probes there are."""
        cloud, probes = self.cloud, self.probes.value
        texts = (
            N_("the plane in which they differ most at the end: {share} of the variance of {count} numbers"),
            N_("the plane in which they differ most at step {step}: {share} of the variance of {count} numbers"),
        )
        of_plane: dict[str, object] = {"share": f"{cloud.explained:.0%}", "count": cloud.features}
        if cloud.stopped is not None:
            of_plane["step"] = self.plane.value["step"]
        yield texts[cloud.stopped is not None], self.plane, of_plane
        yield N_("its axes to scales of their own"), None, {}
        ways = {
            LAST_POSITION: N_("at the last position"),
            EVERY_POSITION: N_("a dot: a position of a probe"),
            MEAN: N_("mean over the places"),
        }
        if self.space.how in ways:
            yield ways[self.space.how], self.plane, {}
        lines = N_("{count} probes"), N_("{count} of {all} probes, picked evenly")
        values = {"count": probes["shown"], "all": probes["all"]}
        yield lines[probes["shown"] < probes["all"]], self.probes, values
        if cloud.targets > 1 and not cloud.classes:
            because = self.measured("numbers", cloud.targets, N_("numbers that are right for each probe"))
            yield N_("target and answer: the first of {count} numbers"), because, {"count": cloud.targets}
        if self.clipped:
            yield N_("answers beyond the bar: in the colour of its end"), None, {}
        if self.pixels is not None:
            low, high = (format_number(float(end), "{:.3g}") for end in self.pixels)
            because = self.measured("pixels", list(self.pixels), N_("the least and the greatest pixel of these inputs"))
            yield N_("pixels from {low} to {high}"), because, {"low": low, "high": high}
        rule = self.recording.sampled(self.space.layer.array)
        if rule and set(rule["every"]) - {"batch", "position"}:
            yield N_("units in part"), None, {}
