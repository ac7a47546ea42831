"""Defines beats that show the whole training once, from its first step to its last, while it is talked about."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from manim import LEFT, RIGHT, Group, ValueTracker

from scenes.animate.shared.own import OwnBeat
from scenes.animate.shared.panels import RIGHT_END
from scenes.beats.pace import BREATH
from scenes.beats.timeline import Said
from scenes.evidence.series import Series
from scenes.language.translation import N_
from scenes.look.style import LABEL, SMALL, palette
from scenes.text.numbers import Number

RUN = 10.0  # seconds that the whole training takes, at least
HASTE = 2.4  # steps made grow with this power of the time: most changes early
CHANGES = 5  # of the numbers on screen, in a second: more cannot be read
COUNTER_Y = -3.4


class RunningBeat(OwnBeat):
    """A beat with a clock: `place_clock` in `open`, then `run` plays the training."""

    def place_clock(self, steps: Series) -> None:
        """Put the number of the step into its corner, `counter`. steps: at which what is shown was recorded."""
        self.recorded_steps = steps
        self.last, self.share, self.seconds = float(steps.steps[-1]), 0.0, RUN
        self.step = Number(float(steps.steps[0]), "{:,.0f}", LABEL, fixed="right").follow(steps)
        self.step.move_to([RIGHT_END, COUNTER_Y, 0], aligned_edge=RIGHT)
        word = self.words(N_("step"), SMALL, palette().muted)
        room = Number(self.last, "{:,.0f}", LABEL).width
        word.next_to(self.step.get_right() + room * LEFT, LEFT, buff=0.2).align_baseline(self.step)
        self.counter = Group(self.step, word)

    def show_training(self, now: float, told: float) -> None:
        """Show all as it is at step `now`; numbers and words as they were recorded last up to step `told`."""
        raise NotImplementedError

    def run(self, lines: Iterable[Said]) -> None:
        """Play the training while lines are said. Its clock runs on evenly, so that it does not halt between lines."""
        said = list(lines)
        self.seconds = max(RUN, sum(self.pace(self.translate(line.text, **line.values)) + BREATH for line in said))
        clock = ValueTracker(0.0)
        clock.add_updater(lambda clock, dt: clock.set_value(min(1.0, clock.get_value() + dt / self.seconds)))
        self.counter.add_updater(lambda _: self.show_share(float(clock.get_value())))
        self.add(clock)
        start = self.time
        for line in said:
            with self.say(line):
                pass
        self.wait(max(0.1, self.seconds - (self.time - start)))
        clock.clear_updaters()
        self.counter.clear_updaters()
        self.remove(clock)
        self.show_share(1.0)

    def show_share(self, share: float) -> None:
        """Show all as it is after a share of the run; numbers change at most five times a second, and all at once."""
        if share == self.share == 1:
            return  # the run is over, and all is there
        self.share = share
        told = share if share == 1 else np.floor(share * self.seconds * CHANGES) / (self.seconds * CHANGES)
        step = self.recorded_steps.step(self.last * told**HASTE)
        self.step.at(step)
        self.showing_step(step)
        self.show_training(self.last * share**HASTE, float(step))
