"""Shows what a model still gets wrong: its answers to the probes, from the first snapshot to the last."""

from __future__ import annotations

from scenes.animate.answers.answers import read_answers
from scenes.animate.answers.class_mistakes import ClassMistakes
from scenes.animate.answers.inputs import input_to_draw
from scenes.animate.answers.token_mistakes import TokenMistakes
from scenes.animate.shared.scored import scores_and_truth


class Mistakes(ClassMistakes, TokenMistakes):
    """What does it still get wrong?"""

    def open(self) -> None:
        arrays = self.recording.arrays
        found = scores_and_truth(self.recording)
        if found is None:  # the composition has looked before
            raise ValueError(f"{self.recording.path} has no scores of classes")
        self.scores, truth = found
        self.answers = read_answers(self.recording, self.scores, truth, self.classes)
        self.of_tokens = self.answers.truth.ndim > 1
        if self.of_tokens:
            self.open_grid()
        else:
            self.input_name = input_to_draw({name: arrays[name] for name in arrays if name not in (self.scores, truth)})
            self.open_table()

    def script(self) -> None:
        if self.of_tokens:
            self.tell_of_tokens()
        else:
            self.tell_of_classes()
