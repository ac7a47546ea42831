"""Models, data and losses as a user writes them into a file of their own, some of them wrong."""

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def build():
    return nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Dropout(0.1), nn.Linear(8, 3))


def to_one():
    return nn.Linear(2, 1)


def number():
    return 3


def broken():
    return helper()


def helper():
    raise KeyError("no such thing")


def picky():
    class Picky(nn.Linear):
        def forward(self, values):
            raise RuntimeError("not like this")

    return Picky(2, 3)


points = np.random.default_rng(0).normal(size=(90, 2))
labels = np.argmax(points @ np.array([[1.0, -1, 0], [0, 1, -1]]), axis=1)


def load():
    return {"train": (points[:80], labels[:80]), "test": (points[80:], labels[80:]), "classes": ["a", "b", "c"]}


def pair():
    return points.astype("float32"), labels


def dataset():
    return TensorDataset(torch.tensor(points, dtype=torch.float32), torch.tensor(labels))


def loader():
    return DataLoader(dataset(), batch_size=16)


def sums():
    return points, points.sum(axis=1, keepdims=True)


def flat_sums():
    return points, points.sum(axis=1)


def too_many():
    return points, labels + 1


def unequal():
    return points, labels[:50]


def one_array():
    return points


def generator():
    return ((points, labels) for _ in range(3))


def triples():
    return [(points, labels, labels)]


class Frame:
    # A table as pandas has it, as far as it is asked for
    def __init__(self, values):
        self.values = values

    def to_numpy(self):
        return self.values


def frames():
    return Frame(points), Frame(labels)


def lists():
    return points.tolist(), labels.tolist()


def words():
    return points, np.array(["low", "high", "low one"])[labels]


def truths():
    return points, labels > 0


def holes():
    holed = points.copy()
    holed[5, 1] = np.nan
    return holed, labels


def inputs_of_words():
    return np.array([["a", "b"]] * 90), labels


def minus_one():
    return points, 2 * (labels > 0).astype(int) - 1


def pixels():
    return np.repeat(points[:, :, None], 5, axis=2), np.repeat(labels[:, None], 5, axis=1)


def of_pixels():
    return nn.Conv1d(2, 3, 1)


def in_double():
    return build().double()


def error(output, targets):
    return (output - targets).abs().mean()


def vector(output, targets):
    return (output - targets).abs()
