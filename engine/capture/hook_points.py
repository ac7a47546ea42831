"""Lists every point of an `nn.Module` where a hook can record a value, without a change to the module's code.

A value is named by the path of its module, and its last word is the kind:

- `layer1.activation`: the module's output; of several things the first tensor.
- `layer1.pre_activation`: the input of the module's activation function. It is named after the module that owns both
  the parameters and the function, and where there is no such module, after the function.
- `lstm.hidden_state`: a recurrent module's output at each position, batch first; of a module that is called once for
  each position, its hidden states side by side, and as `cell_state` an LSTM cell's other state.
- `layer1.activation_gradient`: the gradient of a loss by the module's output.
- `blocks.0.attention.query` and the other fields of `engine.models.attention.Attended`: the values that an attention
  module computes. `….head_update` is what each head adds to the residual stream, its part of the output
  projection's product.
- `blocks.0.residual`: the output of a transformer's block, which is the residual stream behind it; `embedding`: the
  input of the first block; `logits`: the model's output. `output` is the same, of a model of any kind.

The idea of naming values by module path is TransformerLens's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence, pad_packed_sequence

from engine.capture.attention.comparison import alike
from engine.capture.attention.output_matrix import is_mixed_by, is_trying, matrix_of
from engine.capture.tensors import first_tensor
from engine.capture.value_axes import ATTENTION_AXES
from engine.models.attention import Attended, tapped
from engine.models.scripted import open_modules
from engine.recording.format.encoded_names import encoded_name

Keep = Callable[[str, int, Tensor], None]  # takes a value's name, the number of its module's call in the pass, and it

TRANSFORMER_KINDS = (*ATTENTION_AXES, "residual", "embedding", "logits")
STATE_KINDS = ("hidden_state", "cell_state")
VALUE_KINDS = ("pre_activation", "activation", *STATE_KINDS, *TRANSFORMER_KINDS, "output")
ACTIVATION_GRADIENT = "activation_gradient"


@dataclass(frozen=True)
class HookPoint:
    """A point of a model where values can be recorded: a module's output, its input, or its attention.

    projection: the module that mixes the heads of an attention module, None where none was found.
    """

    path: str
    module: nn.Module
    kinds: tuple[str, ...]
    projection: nn.Module | None = None

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the values."""
        path = encoded_name(self.path)
        return tuple(f"{path}.{kind}" if path else kind for kind in self.kinds)

    @property
    def of_the_whole(self) -> bool:
        """Whether the value is what the model puts out, which whoever calls it keeps: it may call itself inside."""
        return self.kinds in (("logits",), ("output",))

    def watched(self, keep: Keep) -> AbstractContextManager[Any]:
        """Give `keep` the values of one pass, until the block ends; gradients at the backward pass."""
        kind, name = self.kinds[0], self.names[0]
        keep = _of_a_pass(keep)
        numbers = _numbers_of_calls()
        if self.of_the_whole:
            return nullcontext()
        if kind in ATTENTION_AXES:
            return tapped(self.module, lambda seen: self._keep_attention(seen, next(numbers), keep))
        look = {ACTIVATION_GRADIENT: _keep_gradient, "hidden_state": _keep_state, "cell_state": _keep_state}
        caught = look.get(kind, _keep_first)

        def before(module: nn.Module, inputs: Any) -> None:
            caught(name, inputs, numbers, keep, module)

        def after(module: nn.Module, _: Any, output: Any) -> None:
            caught(name, output, numbers, keep, module)

        if kind in ("pre_activation", "embedding"):
            return self.module.register_forward_pre_hook(before)
        return self.module.register_forward_hook(after)

    def only(self, names: frozenset[str]) -> HookPoint:
        """Return the hook point with those of its values that are in `names`."""
        kinds = tuple(kind for kind, name in zip(self.kinds, self.names, strict=True) if name in names)
        return HookPoint(self.path, self.module, kinds, self.projection)

    def _keep_attention(self, seen: Attended, number: int, keep: Keep) -> None:
        for kind, name in zip(self.kinds, self.names, strict=True):
            keep(name, number, self._head_update(seen.head_output) if kind == "head_update" else getattr(seen, kind))

    def _head_update(self, head_output: Tensor) -> Tensor:
        """Return each head's share of the projection W_O, (batch, head, query, model feature); without its bias."""
        heads, size = head_output.shape[1], head_output.shape[3]
        weight = matrix_of(self.projection or self.module, heads * size)  # (out, head·feature)
        return torch.einsum("bhqf,ohf->bhqo", head_output, weight.reshape(len(weight), heads, size))


def find_hook_points(model: nn.Module, run: Callable[[], object]) -> list[HookPoint]:
    """Return all hook points of a model. run: a function that passes inputs through it, to find attention modules."""
    attentions = dict(_find_attentions(model, run))
    blocks = {block for path in attentions if (block := _block_of(model, path))}
    places = [_as_block(place) if place.path in blocks else place for place in _plain_places(model)]
    if attentions:
        places += [_attention_place(model, path, projection) for path, projection in attentions.items()]
        places += [_embedding_place(model, block) for block in sorted(blocks) if block.endswith(".0")]
        places.append(HookPoint("", model, ("logits",)))
    return [*places, HookPoint("", model, ("output",))]


def _plain_places(model: nn.Module) -> Iterator[HookPoint]:
    """Yield the hook points of all named modules in order, without those of attention."""
    owned: dict[nn.Module, str] = {}
    for path, module in open_modules(model):
        if module in owned:
            yield HookPoint(owned[module], module, ("pre_activation",))
        elif path:
            if _is_known_function(module):
                yield HookPoint(path, module, ("pre_activation",))
            yield HookPoint(path, module, ("activation",))
            yield HookPoint(path, module, (ACTIVATION_GRADIENT,))
            if isinstance(module, nn.RNNBase | nn.RNNCellBase):
                yield HookPoint(path, module, ("hidden_state",))
            if isinstance(module, nn.LSTMCell):
                yield HookPoint(path, module, ("cell_state",))
        if any(True for _ in module.parameters(recurse=False)):
            owned.update((child, path) for child in module.children() if path and _may_be_function(child))


def _find_attentions(model: nn.Module, run: Callable[[], object]) -> list[tuple[str, nn.Module | None]]:
    """Run the model and return the path of each attention module with the matrix that its heads' outputs go through."""
    seen: dict[str, Tensor] = {}  # path -> outputs of the heads side by side, (batch, query, head·feature)
    candidates: dict[str, list[tuple[nn.Module, Tensor]]] = {}  # path -> modules that take these in, and their outputs

    def tap(path: str) -> Callable[[Attended], None]:
        def look(attended: Attended) -> None:
            seen[path] = attended.head_output.transpose(1, 2).flatten(2)

        return look

    def compare(module: nn.Module, inputs: tuple[Any, ...], output: Any) -> None:
        if inputs and isinstance(inputs[0], Tensor) and isinstance(output, Tensor):
            for path, merged in list(seen.items())[-2:]:  # what mixes them comes soon
                if inputs[0].numel() == merged.numel() and alike(inputs[0], merged):
                    candidates.setdefault(path, []).append((module, output))

    with ExitStack() as stack:
        for path, module in open_modules(model):
            stack.enter_context(tapped(module, tap(path)))
            stack.callback(module.register_forward_hook(compare).remove)
        run()
    return [
        (path, _projection(model.get_submodule(path), merged, candidates.get(path, [])))
        for path, merged in seen.items()
    ]


def _projection(
    attention: nn.Module, merged: Tensor, candidates: Sequence[tuple[nn.Module, Tensor]]
) -> nn.Module | None:
    """Return the outermost module that mixes the heads' outputs (batch, query, head·feature) by a matrix."""
    if isinstance(attention, nn.MultiheadAttention):  # uses the matrix without calling the module that holds it
        return attention.out_proj
    found = (
        module
        for module, output in reversed(candidates)
        if output.numel() % max(1, merged[..., 0].numel()) == 0
        and is_mixed_by(module, merged, output.reshape(*merged.shape[:-1], -1))
    )
    return next(found, None)


def _attention_place(model: nn.Module, path: str, projection: nn.Module | None) -> HookPoint:
    kinds = tuple(field.name for field in fields(Attended)) + (("head_update",) if projection is not None else ())
    return HookPoint(path, model.get_submodule(path), kinds, projection)


def _block_of(model: nn.Module, path: str) -> str:
    """Return the path of the block that a module belongs to: its nearest ancestor in a list of modules, or ""."""
    parts = path.split(".")
    for end in range(len(parts), 1, -1):
        if isinstance(model.get_submodule(".".join(parts[: end - 1])), nn.ModuleList):
            return ".".join(parts[:end])
    return ""


def _as_block(place: HookPoint) -> HookPoint:
    return HookPoint(place.path, place.module, ("residual",)) if place.kinds == ("activation",) else place


def _embedding_place(model: nn.Module, first_block: str) -> HookPoint:
    stack = first_block.split(".")[:-2]  # without the list's name and the block's number
    return HookPoint(".".join(stack), model.get_submodule(first_block), ("embedding",))


def _is_known_function(module: nn.Module) -> bool:
    """Tell whether the module is one of torch's activation functions (attention lives in the same file)."""
    return type(module).__module__ == "torch.nn.modules.activation" and not isinstance(module, nn.MultiheadAttention)


def _may_be_function(child: nn.Module) -> bool:
    """Tell whether a child of a module with parameters can be its function: anything without parts of its own."""
    empty = not any(True for _ in child.children()) and not any(True for _ in child.parameters())
    return empty and not type(child).__module__.endswith(".dropout")


def _numbers_of_calls() -> Iterator[int]:
    """Yield the numbers of a module's calls in a pass; 0 for one by which it is tried for its matrix meanwhile."""
    number = 0
    while True:
        number += not is_trying()
        yield 0 if is_trying() else number


def _of_a_pass(keep: Keep) -> Keep:
    """Return what keeps values of the model's passes, and none of a module that is tried for its matrix meanwhile."""

    def kept(name: str, number: int, value: Tensor) -> None:
        if not is_trying() and not value.is_nested:
            keep(name, number, value)

    return kept


def _keep_first(name: str, value: Any, numbers: Iterator[int], keep: Keep, _: nn.Module) -> None:
    """Keep a value if it is a tensor, or the first of several, or the logits among a model's outputs."""
    tensor = first_tensor(value)
    if tensor is not None:
        keep(name, next(numbers), tensor)


def _keep_gradient(name: str, value: Any, numbers: Iterator[int], keep: Keep, _: nn.Module) -> None:
    """Keep the gradient by a module's output once it is computed, whatever is changed in place meanwhile."""
    tensor = first_tensor(value)
    if tensor is not None and tensor.requires_grad:
        number = next(numbers)  # now: on the way back the last call comes first
        tensor.register_hook(lambda gradient: keep(name, number, gradient))


def _keep_state(name: str, output: Any, numbers: Iterator[int], keep: Keep, module: Any) -> None:
    """Keep the states of a recurrent module, or the one of a cell, (batch, position, feature)."""
    if isinstance(module, nn.RNNCellBase):
        both = output if isinstance(output, tuple) else (output,)
        state = both[name.endswith("cell_state")]
        keep(name, next(numbers), state.reshape(-1, 1, state.shape[-1]))
        return
    states: Any = output[0]
    if isinstance(states, PackedSequence):
        states, _ = pad_packed_sequence(states, batch_first=True)
    elif states.ndim == 2:  # a single sequence
        states = states.unsqueeze(0)
    elif not module.batch_first:
        states = states.transpose(0, 1)
    keep(name, next(numbers), states)
