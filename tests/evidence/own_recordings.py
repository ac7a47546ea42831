"""Recordings of a user's models that the films of any recording are held against: learned, of other kinds, untaught."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.recorder import Recorder, RecorderWarning
from engine.recording import Recording
from tests.evidence.partly_seen import PARTLY_SEEN, HiddenAttention
from tests.scenes.animate.runs.answering import classified, of_tokens, regressed
from tests.scenes.animate.runs.loops import record_steps
from tests.scenes.animate.runs.recordings import falling, open_metrics, rising
from tests.scenes.animate.runs.small_models import Attending, Residual

KINDS = ("weight", "bias", "gradient", "gradient_norm", "activation", "activation_gradient")
NAMES = ("dark", "grey", "bright")
UNTAUGHT = 1e-9  # a learning rate at which nothing is learned
EXPLODING = 1e30  # one at which outputs are soon no numbers
Loss = Callable[[Tensor, Tensor], Tensor]


def clouds(path: Path, *, seed: int = 0, rate: float = 0.05, steps: int = 40, hidden: int = 16) -> Recording:
    """Return the recording of a classification of points in three clouds."""
    chance = _generator(seed)
    middles = 2.0 * torch.randn(3, 2, generator=chance)
    target = torch.arange(40) % 3
    inputs = middles[target] + torch.randn(40, 2, generator=chance)
    model = nn.Sequential(nn.Linear(2, hidden), nn.ReLU(), nn.Linear(hidden, 3))
    return _recorded(path, model, inputs, target, functional.cross_entropy, rate, steps)


def pictures(path: Path, *, rate: float = 0.01, steps: int = 12) -> Recording:
    """Return that of a residual network that tells bright pictures from dark ones."""
    chance = _generator(1)
    target = torch.arange(18) % 3
    inputs = 0.5 * torch.rand(18, 1, 6, 6, generator=chance) + 0.25 * target[:, None, None, None]
    return _recorded(path, Residual(2), inputs, target, functional.cross_entropy, rate, steps, NAMES)


def tokens(path: Path, *, rate: float = 0.02, steps: int = 12) -> Recording:
    """Return that of a transformer that is to tell the tokens of each sequence from behind."""
    inputs = torch.randint(0, 5, (8, 6), generator=_generator(2))
    return _recorded(path, Attending(), inputs, inputs.flip(1), _over_tokens, rate, steps, kinds=(*KINDS, "pattern"))


class Writing(nn.Module):
    """A model of letters that sees the letters before."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.embed, self.head = nn.Embedding(count, 32), nn.Linear(32, count)
        self.memory = nn.GRU(32, 32, batch_first=True)

    def forward(self, ids: Tensor) -> Tensor:
        """Return scores (batch, position, letter) of letters (batch, position)."""
        scores: Tensor = self.head(self.memory(self.embed(ids))[0])
        return scores


VERSE = "the model writes what it has read\nand reads again what it has written, line by line\n"


def writing(path: Path, *, rate: float = 0.01, steps: int = 160, seed: int = 0, long: int = 1) -> Recording:
    """Return that of a model that learns a verse by heart. long: how often each letter stands in a token's text."""
    letters = sorted(set(VERSE))
    ids = torch.tensor([[letters.index(letter) for letter in VERSE]])
    torch.manual_seed(seed)
    model = Writing(len(letters))

    def cost(output: Tensor) -> Tensor:
        return functional.cross_entropy(output[:, :-1].flatten(0, 1), ids[:, 1:].flatten())

    optimizer = torch.optim.Adam(model.parameters(), lr=rate)
    told = {"every": 20, "probe": ids, "tokenizer": [long * letter for letter in letters], "record": ("weight",)}
    return record_steps(path, model, ids, cost, optimizer, steps, **told)


class LookingBack(nn.Module):
    """Attention of two heads, none of which sees what comes later."""

    def __init__(self) -> None:
        super().__init__()
        self.embed, self.place = nn.Embedding(6, 16), nn.Parameter(0.1 * torch.randn(7, 16))
        self.attention, self.head = nn.MultiheadAttention(16, 2, batch_first=True), nn.Linear(16, 6)

    def forward(self, tokens: Tensor) -> Tensor:
        values, later = self.embed(tokens) + self.place, torch.ones(7, 7, dtype=torch.bool).triu(1)
        return self.head(self.attention(values, values, values, attn_mask=later, need_weights=False)[0])


def looking(path: Path) -> Recording:
    """Return that of a model that learned to say the token before."""
    inputs = torch.randint(0, 6, (24, 7), generator=_generator(14))
    target = torch.cat([inputs[:, :1], inputs[:, :-1]], 1)
    kinds = (*KINDS, "pattern")
    return _recorded(path, LookingBack(), inputs, target, _over_tokens, 0.02, 38, kinds=kinds)


def hidden_attention(path: Path) -> Recording:
    """Return that of two layers of attention that is seen nowhere, one behind the other."""
    chance = _generator(12)
    target = torch.arange(24) % 3
    inputs = torch.randn(24, 5, 4, generator=chance) + target[:, None, None]
    model = nn.Sequential(HiddenAttention(), HiddenAttention(), nn.Flatten(), nn.Linear(20, 3))
    return _recorded(path, model, inputs, target, functional.cross_entropy, 0.02, 12)


def one_number(path: Path) -> Recording:
    """Return that of a classification of one number: those near to zero, and those below and above it."""
    inputs = torch.linspace(-2, 2, 33)[:, None]
    target = (inputs[:, 0] > -0.7).long() + (inputs[:, 0] > 0.7).long()
    torch.manual_seed(4)
    model = nn.Sequential(nn.Linear(1, 16), nn.Tanh(), nn.Linear(16, 3), nn.Softmax(dim=1))

    def loss(output: Tensor, target: Tensor) -> Tensor:
        return functional.nll_loss(output.log(), target)

    return _recorded(path, model, inputs, target, loss, 0.05, 30, ("below", "near zero", "above"))


def sines(path: Path, *, seed: int = 3, rate: float = 0.05, features: int = 1, outputs: int = 1) -> Recording:
    """Return that of a regression on sines."""
    chance = _generator(seed)
    inputs = 4 * torch.rand(40, features, generator=chance) - 2
    target = torch.sin(inputs.sum(dim=1, keepdim=True) + torch.arange(outputs)) * (1 + torch.arange(outputs))
    model = nn.Sequential(nn.Linear(features, 16), nn.Tanh(), nn.Linear(16, outputs))
    return _recorded(path, model, inputs, target, functional.mse_loss, rate, 30)


def vanishing(path: Path) -> Recording:
    """Return that of sigmoids so many behind each other that hardly any gradient comes back to the first layer."""
    chance = _generator(4)
    inputs, target = torch.randn(16, 4, generator=chance), torch.arange(16) % 2
    layers = [layer for a, b in pairwise((4, 4, 4, 4, 4, 4, 2)) for layer in (nn.Linear(a, b), nn.Sigmoid())]
    return _recorded(path, nn.Sequential(*layers[:-1]), inputs, target, functional.cross_entropy, 0.01, 8)


def deep(path: Path) -> Recording:
    """Return that of more and wider layers than have room, of which every so many-th probe is recorded."""
    chance = _generator(6)
    inputs, target = torch.randn(60, 4, generator=chance), torch.arange(60) % 3
    sizes = (4, *[64] * 8)
    layers = [layer for a, b in pairwise(sizes) for layer in (nn.Linear(a, b), nn.ReLU())]
    model = nn.Sequential(*layers, nn.Linear(64, 3))
    kinds = ("bias", "activation")
    return _recorded(path, model, inputs, target, functional.cross_entropy, 0.003, 8, kinds=kinds, budget=1 << 17)


def probabilities(path: Path) -> Recording:
    """Return that of a classification whose scores are probabilities."""
    chance = _generator(8)
    inputs, target = torch.randn(30, 2, generator=chance), torch.arange(30) % 3
    model = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 3), nn.Softmax(dim=1))
    return _recorded(path, model, inputs, target, lambda p, t: functional.nll_loss(torch.log(p), t), 0.03, 6)


def unprobed(path: Path) -> Recording:
    """Return that of a model that no fixed input passed through, so that the way through it is not known."""
    _generator(6)
    model, inputs = nn.Sequential(nn.Linear(2, 5), nn.ReLU(), nn.Linear(5, 1)), torch.randn(8, 2)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    settings = {"record": ("weight", "bias"), "every": 1}
    return record_steps(path, model, inputs, lambda output: output.square().mean(), optimizer, 3, **settings)


def twelve(path: Path) -> Recording:
    """Return that of a classification with more classes than have colours."""
    chance = _generator(9)
    target = torch.arange(48) % 12
    inputs = torch.randn(12, 2, generator=chance)[target] + 0.2 * torch.randn(48, 2, generator=chance)
    model = nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 12))
    return _recorded(path, model, inputs, target, functional.cross_entropy, 0.05, 6)


def changing(path: Path) -> Recording:
    """Return that of a model whose first layer learns from the third step on, with another head from the fifth on."""
    chance = _generator(13)
    target = torch.arange(24) % 3
    inputs = torch.randn(24, 4, generator=chance) + target[:, None]
    torch.manual_seed(13)
    model = nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 6), nn.ReLU(), nn.Linear(6, 3))
    model[0].requires_grad_(False)
    own = {"record": KINDS, "every": 1, "probe": inputs, "target": target, "probe_loss": _first}
    with warnings.catch_warnings(action="ignore", category=RecorderWarning), Recorder(model, path, **own) as recorder:
        for step in range(1, 9):
            if step == 3:
                model[0].requires_grad_(True)
            if step == 5:
                model[4] = nn.Linear(6, 4)
            loss = functional.cross_entropy(model(inputs), target)
            loss.backward()
            torch.optim.SGD([one for one in model.parameters() if one.requires_grad], 0.2).step()
            recorder.step(loss=loss.item())
            model.zero_grad()
    return recorder.recording


def _first(output: Tensor) -> Tensor:
    """Return the loss of a model that is to find the first class in everything."""
    return functional.cross_entropy(output, torch.zeros(len(output), dtype=torch.int64))


def metrics(path: Path) -> Recording:
    """Return that of a noisy loss, an accuracy with steps of its own, and more curves than are shown."""
    others = {name: (np.arange(4) * 1500, np.linspace(1.0, size, 4)) for size, name in enumerate("abcde", 2)}
    curves = {"loss": falling(500, noise=0.4), "accuracy": rising(20), **others}
    return open_metrics(path.with_suffix(".zarr"), curves)


def broken(path: Path) -> Recording:
    """Return that of a loss that ends as no number, and of one that rises."""
    steps, values = falling(30)
    values = np.where(steps >= 200, np.nan, values)
    worse = (np.arange(5) * 70, np.linspace(1.0, 3.0, 5))
    return open_metrics(path.with_suffix(".zarr"), {"loss": (steps, values), "validation_loss": worse})


REELS: dict[str, Callable[[Path], Recording]] = {
    **PARTLY_SEEN,
    "clouds": clouds,
    "other clouds": lambda path: clouds(path, seed=7, rate=0.3, steps=9),
    "wide clouds": lambda path: clouds(path, seed=2, steps=3, hidden=300),
    "untaught clouds": lambda path: clouds(path, rate=UNTAUGHT, steps=6),
    "hidden attention": hidden_attention,
    "pictures": pictures,
    "untaught pictures": lambda path: pictures(path, rate=UNTAUGHT, steps=4),
    "tokens": tokens,
    "looking": looking,
    "untaught tokens": lambda path: tokens(path, rate=UNTAUGHT, steps=4),
    "one number": one_number,
    "writing": writing,
    "other writing": lambda path: writing(path, rate=0.03, steps=40, seed=5, long=3),
    "exploding writing": lambda path: writing(path, rate=EXPLODING, steps=4),
    "untaught writing": lambda path: writing(path, rate=UNTAUGHT, steps=3),
    "sines": sines,
    "several sines": lambda path: sines(path, seed=5, features=2, outputs=3),
    "untaught sines": lambda path: sines(path, rate=UNTAUGHT),
    "vanishing": vanishing,
    "deep": deep,
    "twelve": twelve,
    "probabilities": probabilities,
    "many classes": lambda path: classified(path, 60, 40, 30, steps=4),
    "many sines": lambda path: regressed(path, 2300, 2, 6, steps=2),
    "long tokens": lambda path: of_tokens(path, 20, 130, steps=3),
    "exploding clouds": lambda path: clouds(path, rate=EXPLODING, steps=4),
    "exploding sines": lambda path: sines(path, rate=EXPLODING),
    "unprobed": unprobed,
    "changing": changing,
    "metrics": metrics,
    "broken": broken,
}


def _recorded(
    path: Path,
    model: nn.Module,
    inputs: Tensor,
    target: Tensor,
    loss: Loss,
    rate: float,
    steps: int,
    classes: tuple[str, ...] | None = None,
    kinds: tuple[str, ...] = KINDS,
    budget: int = 1 << 24,
) -> Recording:
    """Train a model on its probe for some steps, all recorded, and open the recording."""
    optimizer = torch.optim.Adam(model.parameters(), lr=rate)

    def cost(output: Tensor) -> Tensor:
        return loss(output, target)

    told = {"record": kinds, "every": 1, "probe": inputs, "target": target, "classes": classes, "probe_loss": cost}
    return record_steps(path, model, inputs, cost, optimizer, steps, budget=budget, **told)


def _over_tokens(output: Tensor, target: Tensor) -> Tensor:
    return functional.cross_entropy(output.flatten(0, -2), target.flatten())


def _generator(seed: int) -> torch.Generator:
    """Return a generator, and seed what models start from."""
    torch.manual_seed(seed)
    return torch.Generator().manual_seed(seed)
