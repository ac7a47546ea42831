"""`layers` counts what networks of other sizes have, too."""

import pytest

from scenes.beats.stage import LAST
from tests.scenes.chapters.beats import played_beat


def test_it_counts_what_other_sizes_have_and_tells_the_step_of_its_answers(other_recordings):
    recording, beat = other_recordings["digits"], played_beat("layers", other_recordings)
    assert [count.text for count in beat.counts] == ["30", "20"]
    assert beat.brace.label.text == "784"
    assert len(beat.shown) == 4
    last = recording.steps("layer3.activation")[LAST]
    assert [(shown.experiment, shown.step) for shown in beat.steps_shown] == [("digits", last)]
    told = next(caption.evidence[0] for caption in beat.captions if "How bright" in caption.text)
    outputs = recording.read("layer3.activation", step=LAST, batch=beat.shown)
    assert told["value"]["highest"] == pytest.approx(outputs.max(axis=1).tolist())
    assert told["value"]["highest"][-1] == recording.read("layer3.activation", step=LAST).max(axis=1).min()
