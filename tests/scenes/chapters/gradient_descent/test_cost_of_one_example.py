"""`cost_of_one_example` shows recorded outputs and costs, and claims of them only what is so."""

from __future__ import annotations

import numpy as np
import pytest

from scenes.chapters.gradient_descent.answers.cost_cases import AFTER, BEFORE, choose_cases
from scenes.evidence.evidence import EvidenceError
from scenes.language.translation import LANGUAGES
from scenes.mobjects.pictures.colormap import brightness
from tests.scenes.chapters.beats import played_beat, require_well_told, run_beat


class Altered:
    """An analysis with another outcome: costs and outputs that were not recorded in this run."""

    def __init__(self, analysis, **arrays):
        self.analysis, self.changed = analysis, arrays
        self.config, self.arrays = analysis.config, analysis.arrays

    def only(self, names):
        return self

    def read(self, name, **where):
        return (
            self.changed[name.replace(".", "_")] if name.replace(".", "_") in self.changed else self.analysis.read(name)
        )


@pytest.fixture(scope="module")
def played(recordings):
    return {
        language: played_beat("cost_of_one_example", recordings, chapter="gradient-descent", language=language)
        for language in LANGUAGES
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_plays_and_gives_every_line_its_time(played, language):
    beat = played[language]
    assert 16 <= beat.time <= 30
    require_well_told(beat)


def test_it_begins_and_ends_on_an_empty_frame(played):
    for frame in (played["en"].renderer.first, played["en"].renderer.last):
        assert (frame[..., :3] == frame[0, 0, :3]).all()


def test_the_examples_are_those_of_the_greatest_fall_and_of_the_greatest_cost(recordings):
    review = recordings["digits-review"]
    costs = review.read("train.cost")[:, : len(review.read("train.label"))]
    first, worst = choose_cases(costs)
    fall = costs[BEFORE] - costs[AFTER]
    assert fall[first] == fall.max()
    assert costs[AFTER, worst] == np.delete(costs[AFTER], first).max()
    assert first != worst
    assert choose_cases(np.array([[9.0, 1.0, 1.0], [5.0, 3.0, 4.0]])) == (0, 2)


def test_the_squares_of_each_case_add_up_to_the_recorded_cost(played, recordings):
    beat, cost = played["en"], recordings["digits-review"].read("train.cost")
    for case, (moment, example) in enumerate(beat.cases.places):
        output, wanted, square = beat.cases.values(case)
        assert wanted.sum() == 1
        assert wanted.argmax() == recordings["digits-review"].read("train.label")[example]
        assert square == pytest.approx((output - wanted) ** 2)
        assert square.sum() == pytest.approx(cost[moment, example], abs=1e-5)


def test_the_columns_the_picture_and_the_sum_are_those_recorded(played, recordings):
    beat, review = played["en"], recordings["digits-review"]
    moment, example = beat.cases.places[-1]
    output = review.read("train.output")[moment, example]
    wanted = np.eye(10)[review.read("train.label")[example]]
    for column, values in zip(beat.columns, (output, wanted, (output - wanted) ** 2), strict=True):
        assert [number.value for number in column.numbers] == pytest.approx(values.tolist())
        lengths = [bar.width / column.tracks[0].width for bar in column.bars]
        assert lengths == pytest.approx(values.tolist(), abs=1e-3)
    assert beat.total.value == pytest.approx(review.read("train.cost")[moment, example])
    assert beat.image.fill == pytest.approx(brightness(review.read("train.input")[example].ravel()))


def test_the_last_picture_compares_the_three_recorded_costs(played, recordings):
    beat, review = played["en"], recordings["digits-review"]
    costs = [float(review.read("train.cost")[case]) for case in beat.cases.places]
    for bars, (image, number), cost, (_, example) in zip(
        beat.compared, beat.filed, costs, beat.cases.places, strict=True
    ):
        assert bars.numbers[0].value == pytest.approx(cost)
        assert number.value == pytest.approx(cost)
        assert bars.bars[0].width / bars.tracks[0].width == pytest.approx(cost / max(costs), abs=1e-3)
        assert image.pixels == pytest.approx(review.read("train.input")[example])


def test_what_is_said_is_what_was_recorded(played, recordings):
    beat, review = played["en"], recordings["digits-review"]
    wanted, _, after, worst = [caption for caption in beat.captions if caption.values or "Add them" in caption.text][:4]
    cost, label = review.read("train.cost"), review.read("train.label")
    assert wanted.values == {"label": str(label[beat.cases.first])}
    assert after.values == {"cost": f"{cost[AFTER, beat.cases.first]:.2f}"}
    answer = review.read("train.output")[AFTER, beat.cases.worst].argmax()
    assert worst.values == {"cost": f"{cost[AFTER, beat.cases.worst]:.2f}", "count": str(len(label) - 1)}
    told = beat.translate(after.text, **after.values)
    assert ("next to nothing" in told) == (cost[AFTER, beat.cases.first] < 0.005)
    assert f"a {label[beat.cases.worst]}, its answer: {answer}" in [claim.text for claim in beat.log.claims][-1]


def test_it_tells_which_moment_is_shown_as_the_numbers_change(played, recordings):
    beat, last = played["en"], recordings["digits"].last_step
    (before, after) = beat.steps_shown
    assert [(shown.experiment, shown.step) for shown in (before, after)] == [("digits", 0), ("digits", last)]
    line = next(caption for caption in beat.captions if "After training" in caption.text)
    assert before.time == 0 and line.start < after.time < line.end


def test_a_run_that_has_learned_nothing_is_not_said_to_answer_well(recordings):
    review = recordings["digits-review"]
    cost, output = review.read("train.cost"), review.read("train.output")
    lazy = Altered(review, train_cost=cost[[0, 0]], train_output=output[[0, 0]])
    beat = run_beat("cost_of_one_example", {"digits-review": lazy}, chapter="gradient-descent")
    assert not any("only" in caption.text or "next to nothing" in caption.text for caption in beat.captions)
    assert "These are far from it" in beat.captions[-1].text


def test_a_run_in_which_all_is_right_is_not_said_to_answer_badly(recordings):
    review = recordings["digits-review"]
    wanted = np.eye(10)[review.read("train.label")]
    perfect = np.stack([0.1 + 0.8 * wanted, wanted * 0.9])
    cost = ((perfect - wanted) ** 2).sum(axis=-1)
    altered = Altered(review, train_cost=cost, train_output=perfect)
    beat = run_beat("cost_of_one_example", {"digits-review": altered}, chapter="gradient-descent")
    assert beat.captions[-1].text == "The nearer to what is wanted, the lower the cost."


def test_a_cost_that_is_not_the_sum_of_the_squares_cannot_be_told(recordings):
    review = recordings["digits-review"]
    altered = Altered(review, train_cost=1.01 * review.read("train.cost"))
    with pytest.raises(EvidenceError, match="squares_added"):
        run_beat("cost_of_one_example", {"digits-review": altered}, chapter="gradient-descent")
