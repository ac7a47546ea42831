"""The exact functions are exact."""

import numpy as np
import pytest

from scenes.measures.functions import relu, sigmoid


def test_sigmoid():
    x = np.linspace(-20, 20, 81)
    assert sigmoid(x) == pytest.approx(1 / (1 + np.exp(-x)), rel=1e-12)
    with np.errstate(all="raise", under="ignore"):
        assert sigmoid(np.array([-1e4, 0.0, 1e4])) == pytest.approx([0.0, 0.5, 1.0])


def test_relu():
    assert relu(np.array([-2.0, 0.0, 3.0])).tolist() == [0.0, 0.0, 3.0]
