"""Trains a model, recorded or not, and keeps an account of its own of all that the recorder should have seen."""

from __future__ import annotations

import copy
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch._C._functorch import is_functorch_wrapped_tensor
from torch.nn.utils.rnn import PackedSequence, pad_packed_sequence

from engine.recorder import Recorder
from tests.engine.recorder.thirty.brought import Brought, all_tensors, squares

UPDATES = 4


@dataclass
class OneMoment:
    """A model as it was at one step; what is inside is of a pass of the probe through a copy of it."""

    weights: dict[str, Tensor] = field(default_factory=dict)
    gradients: dict[str, Tensor | None] = field(default_factory=dict)
    output: Tensor = field(default_factory=lambda: torch.zeros(()))
    called: Counter[str] = field(default_factory=Counter)
    activations: dict[str, Tensor] = field(default_factory=dict)  # of each module, what it put out last
    states: dict[str, Tensor] = field(default_factory=dict)  # of each recurrent layer, batch first
    patterns: dict[str, list[Tensor]] = field(default_factory=dict)  # of each module that attends, call by call


@dataclass
class Trained:
    """A model behind its training. moments: before it, and after each update. generators: their states at the end."""

    model: nn.Module
    moments: list[OneMoment]
    generators: tuple[Any, ...]


def trained_on_account(brought: Brought, out: Path | None) -> Trained:
    """Train a model for some steps; recorded at `out`, with an account, or not at all."""
    torch.manual_seed(0)
    np.random.seed(0)
    random.seed(0)
    model, probe = brought.build().train(), brought.inputs()
    optimizer = brought.optimizer([one for one in model.parameters() if one.requires_grad])
    given, moments = copy.deepcopy(probe), []
    with ExitStack() as stack:
        if out:
            moments.append(moment_now(model, given))
            recorder = stack.enter_context(Recorder(model, out, probe=probe, every=1))
        for _ in range(UPDATES):
            optimizer.zero_grad()
            loss = squares(output_for(model, brought.inputs()))
            loss.backward()
            optimizer.step()
            if out:
                moments.append(moment_now(model, given))
                recorder.step(loss=loss)
    for now, before in zip(all_tensors(probe), all_tensors(given), strict=True):
        assert torch.equal(as_plain(now), as_plain(before)), "the probe was changed"
    _, *of_numpy = np.random.get_state()
    generators = torch.get_rng_state().tolist(), np.asarray(of_numpy[0]).tolist(), of_numpy[1:], random.getstate()
    return Trained(model, moments, generators)


def output_for(model: nn.Module, inputs: Any) -> Any:
    """Return what a model makes of inputs, by name or in order."""
    if isinstance(inputs, dict):
        return model(**inputs)
    return model(*inputs) if isinstance(inputs, tuple) else model(inputs)


def as_plain(values: Tensor) -> Tensor:
    """Return a copy of a tensor's numbers, all of them where it is sparse."""
    return values.detach().clone() if values.layout == torch.strided else values.detach().to_dense()


def moment_now(model: nn.Module, probe: Any) -> OneMoment:
    """Return what the model holds now, and what a copy of it makes of the probe."""
    moment = OneMoment()
    for name, parameter in model.named_parameters():
        if not parameter.is_meta:
            moment.weights[name] = as_plain(parameter)
            if parameter.requires_grad:
                moment.gradients[name] = None if parameter.grad is None else as_plain(parameter.grad)
    other = _copy_of(model)
    for module in other.modules():
        module.training = False
    for path, module in _open(other):
        if path:
            module.register_forward_hook(_noting(path, moment))
    unoptimised: Any = torch.jit
    with ExitStack() as stack:
        stack.enter_context(_kept_generators())
        stack.enter_context(_watched_attention(other, moment.patterns))
        stack.enter_context(unoptimised.optimized_execution(False))
        stack.enter_context(torch.compiler.set_stance("force_eager"))
        output = output_for(other, copy.deepcopy(probe))
    moment.output = as_plain(next(all_tensors(output)))
    return moment


def _open(model: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    """Return the modules of a model, without what is scripted and what only wraps a compiled one."""
    modules = ((path, one) for path, one in model.named_modules() if not hasattr(one, "_orig_mod"))
    return ((path, one) for path, one in modules if not isinstance(one, torch.jit.ScriptModule))


def _noting(path: str, moment: OneMoment) -> Callable[..., None]:
    def note(module: nn.Module, inputs: Any, output: Any) -> None:
        moment.called[path] += 1
        found = next(all_tensors(output), None)
        if found is None or is_functorch_wrapped_tensor(found):  # in a map it is no tensor of its own
            return
        moment.activations[path] = as_plain(found)
        if isinstance(module, nn.RNNBase):
            states = output[0]
            if isinstance(states, PackedSequence):
                states = pad_packed_sequence(states, batch_first=module.batch_first)[0]
            moment.states[path] = as_plain(states if module.batch_first else states.transpose(0, 1))

    return note


def _copy_of(model: nn.Module) -> nn.Module:
    """Return a deep copy, also of a model with tensors as attributes that were worked out with a graph."""
    held = [value for module in model.modules() for value in vars(module).values() if isinstance(value, Tensor)]
    return copy.deepcopy(model, {id(value): value.detach().clone() for value in held if not value.is_leaf})


@contextmanager
def _kept_generators() -> Iterator[None]:
    before = torch.get_rng_state(), np.random.get_state(), random.getstate()
    try:
        yield
    finally:
        torch.set_rng_state(before[0])
        np.random.set_state(before[1])
        random.setstate(before[2])


@contextmanager
def _watched_attention(model: nn.Module, patterns: dict[str, list[Tensor]]) -> Iterator[None]:
    """Note until the block ends where modules look: by the formula, or by the weights of PyTorch's own module."""
    at_work: list[tuple[str, nn.Module]] = [("", model)]
    attend = F.scaled_dot_product_attention

    def attend_and_note(query: Tensor, key: Tensor, value: Tensor, *args: Any, **how: Any) -> Tensor:
        path, module = at_work[-1]
        if not isinstance(module, nn.MultiheadAttention):
            patterns.setdefault(path, []).append(_pattern(query, key, how))
        return attend(query, key, value, *args, **how)

    def entered(path: str) -> Callable[..., None]:
        def enter(module: nn.Module, args: Any, how: Any) -> None:
            at_work.append((path, module))
            if isinstance(module, nn.MultiheadAttention):
                asked = {**how, "need_weights": True, "average_attn_weights": False}
                weights = nn.MultiheadAttention.forward(module, *args, **asked)[1]
                assert weights is not None
                patterns.setdefault(path, []).append(weights.detach())

        return enter

    def left(module: nn.Module, inputs: Any, output: Any) -> None:
        at_work.pop()

    for path, module in _open(model):
        module.register_forward_pre_hook(entered(path), with_kwargs=True)
        module.register_forward_hook(left)
    F.scaled_dot_product_attention = attend_and_note
    try:
        yield
    finally:
        F.scaled_dot_product_attention = attend


def _pattern(query: Tensor, key: Tensor, how: dict[str, Any]) -> Tensor:
    """Return softmax(Q Kᵀ / √d), (batch, head, query, key), of arguments of `scaled_dot_product_attention`."""
    keys = key.repeat_interleave(query.shape[1] // key.shape[1], 1) if how.get("enable_gqa") else key
    scores = query @ keys.transpose(-1, -2) / query.shape[-1] ** 0.5
    allowed = how.get("attn_mask")
    if how.get("is_causal"):
        allowed = torch.ones(scores.shape[-2:], dtype=torch.bool).tril()
    scores = scores if allowed is None else scores.masked_fill(~allowed, -torch.inf)
    pattern = scores.softmax(-1).detach()
    return pattern if pattern.ndim == 4 else pattern[:, None]
