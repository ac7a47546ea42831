"""What is read off measured learning curves."""

import numpy as np
import pytest

from scenes.measures.learning_curves import first_reaching, level_of_both

STEPS = np.array([0.0, 10.0, 40.0, 90.0])


def test_the_level_is_the_highest_tenth_that_both_reach():
    assert level_of_both([np.array([0.1, 0.97]), np.array([0.1, 0.93, 0.92])]) == pytest.approx(0.9)
    assert level_of_both([np.array([0.1, 0.87]), np.array([0.1, 0.99])]) == pytest.approx(0.8)


def test_first_reaching_is_the_first_evaluation_at_that_level():
    assert first_reaching(STEPS, np.array([0.1, 0.9, 0.8, 0.95]), 0.9) == 10
