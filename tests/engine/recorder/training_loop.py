"""A loop of a user's own around one of the families of models, with the recorder or without."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from engine.capture.inputs import call
from engine.recorder import Recorder
from tests.engine.families import Family

STEPS = 7


def hook_count(model: nn.Module) -> int:
    kinds = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
    hooks = sum(len(getattr(module, kind)) for module in model.modules() for kind in kinds)
    return hooks + sum(len(parameter._backward_hooks or ()) for parameter in model.parameters())


def trained(family: Family, out: Path | None, **how: Any) -> tuple[nn.Module, list[float], Tensor]:
    """Train for some steps, recorded or not; return the model, the losses, and the generator's state at the end."""
    torch.manual_seed(0)
    model = family.build()
    model.train()
    optimizer = torch.optim.AdamW([one for one in model.parameters() if one.requires_grad], lr=1e-2)
    losses = []
    with ExitStack() as stack:
        recorder = None
        if out:
            with torch.random.fork_rng():  # the probe is no part of the training
                probe = family.inputs(3)
            recorder = stack.enter_context(Recorder(model, out, every=2, probe=probe, probe_loss=family.loss, **how))
        for step in range(STEPS):
            loss = family.loss(call(model, family.inputs(4 if step % 2 else 2)))  # batches of changing lengths
            loss.backward()
            if step % 2:  # gradients are summed over two batches
                optimizer.step()
            if recorder:
                recorder.step(loss=loss.item())
            if step % 2:
                optimizer.zero_grad()
            losses.append(loss.item())
    return model, losses, torch.get_rng_state()
