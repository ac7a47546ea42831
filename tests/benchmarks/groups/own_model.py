"""A user's own training loop with the `Recorder` of every ten steps against the same loop without one.

`own_cnn`: the convolutional network of "digits-cnn" on batches of 64 digits; `own_transformer`: six layers of 128
numbers on batches of 32 sequences of 64 tokens. All that is recorded by default, of 64 and of 8 probes, with the
default budget; torch on one thread.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.data.mnist import load_mnist
from engine.models.convnet import ConvNet
from engine.models.transformer import GPT
from engine.recorder import Recorder
from engine.training.losses import next_token
from tests.benchmarks.measure import Row, Seconds, interleave, summarize
from tests.benchmarks.workshop import Workshop

STEPS = 2_000  # of the small network; a tenth of it of the large one
EVERY = 10
FEWEST = 20  # steps that show that a loop can be recorded
MOST = 1.10  # times as long with a recorder

Batches = Callable[[int], tuple[Tensor, Tensor]]
Loss = Callable[[Tensor, Tensor], Tensor]


def measure(rounds: int, shop: Workshop) -> dict[str, Row]:
    """Return the rows."""
    images, steps = load_mnist().train, shop.of(STEPS, FEWEST)
    pixels, labels = torch.from_numpy(images.inputs), torch.from_numpy(images.labels)

    def digits(step: int) -> tuple[Tensor, Tensor]:
        first = 64 * (step % (len(pixels) // 64))  # again from the first image on, where all have been seen
        return pixels[first : first + 64], labels[first : first + 64]

    def tokens(step: int) -> tuple[Tensor, Tensor]:
        ids = torch.randint(0, 64, (32, 65), generator=torch.Generator().manual_seed(step))
        return ids[:, :-1], ids[:, 1:]

    return {
        "own_cnn": _row(ConvNet, digits, F.cross_entropy, 64, steps, rounds),
        "own_transformer": _row(lambda: GPT(64, 64, 128, 6, 4), tokens, next_token, 8, steps // 10, rounds),
    }


def _row(build: Callable[[], nn.Module], batches: Batches, loss: Loss, probes: int, steps: int, rounds: int) -> Row:
    def timed(recorded: bool) -> Seconds:
        return _train(build, batches, loss, probes if recorded else 0, steps)

    timed(True)  # torch and Zarr import more when they are first used
    frames = f"{steps // EVERY + 1} snapshots in {steps} steps"
    pair = interleave(lambda: timed(True), lambda: timed(False), rounds)
    return summarize(*pair, "s", f"ratio at least {1 / MOST:.3f}", frames=frames)


def _train(build: Callable[[], nn.Module], batches: Batches, loss_of: Loss, probes: int, steps: int) -> Seconds:
    """Return the seconds of a training; probes: how many are recorded, 0 for no recorder."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    model = build()
    optimizer = torch.optim.AdamW(model.parameters(), 1e-3)
    begin = time.perf_counter()
    with ExitStack() as stack:
        recorder = None
        if probes:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            inputs, targets = (part[:probes] for part in batches(steps))
            recorder = stack.enter_context(Recorder(model, folder / "own", every=EVERY, probe=inputs, target=targets))
        for step in range(steps):
            inputs, targets = batches(step)
            optimizer.zero_grad()
            loss = loss_of(model(inputs), targets)
            loss.backward()
            optimizer.step()
            reached = loss.item()  # either loop looks at its loss
            if recorder:
                recorder.step(loss=reached)
    seconds = time.perf_counter() - begin
    torch.set_num_threads(threads)
    return seconds
