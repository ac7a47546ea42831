"""Models of many architectures are recorded as they are: what they put out, and the attention that can be seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from engine.capture.inputs import call
from engine.capture.snapshots.snapshotter import Snapshotter
from engine.capture.tensors import first_tensor, tensors_in
from engine.recording.format.structure import CALL, name_of_call
from tests.engine.capture.architectures import DECODERS, ENCODERS, Architecture
from tests.engine.capture.more_architectures import ENCODER_DECODERS, PICTURES, SOUND_AND_SERIES

pytestmark = pytest.mark.usefixtures("one_thread")

ALL = (*DECODERS, *ENCODERS, *ENCODER_DECODERS, *PICTURES, *SOUND_AND_SERIES)
SINGLE, DOUBLE = torch.float32, torch.float64
TOLERANCE = {SINGLE: 5e-6, DOUBLE: 1e-10}
# Between patterns of two implementations, that by matrices in single precision at best; as for that, scores are large
OTHER_TOLERANCE = {SINGLE: 1e-3, DOUBLE: 2e-5}
LEAST_PEAK = 1.5  # of the weight of a query's most attended key, times the keys: 1 where all are attended alike


def test_there_are_many_architectures() -> None:
    assert len(ALL) == len({architecture.name for architecture in ALL}) >= 120


@pytest.mark.parametrize("dtype", [SINGLE, DOUBLE], ids=["single", "double"])
@pytest.mark.parametrize("architecture", ALL, ids=lambda architecture: architecture.name)
def test_outputs_and_patterns_are_those_of_the_model(architecture: Architecture, dtype: torch.dtype) -> None:
    model, inputs = architecture.build(dtype, "eager"), architecture.inputs_in(dtype)
    if dtype == DOUBLE and not architecture.double:
        assert not _can_compute(model, inputs)
        return
    patterns, unseen = _recorded(model, inputs, dtype)
    assert {*unseen.values()} == {*architecture.unseen}
    theirs = list(_attention_of(model, inputs))
    for name, weights in theirs:
        assert name in patterns or _is_told(name, unseen, patterns)
        if name in patterns:
            pattern = patterns[name].mean(1, keepdims=True) if architecture.of_all_heads else patterns[name]
            np.testing.assert_allclose(pattern, weights[:, : pattern.shape[1]], rtol=0, atol=TOLERANCE[dtype])
            assert weights.max(-1).values.mean() * weights.shape[-1] > LEAST_PEAK
    assert len({*patterns} - {name for name, _ in theirs}) == architecture.besides
    usual = architecture.build(dtype)
    if usual.config._attn_implementation != "eager":  # type: ignore[union-attr]
        _check_the_usual_implementation(usual, inputs, dtype, patterns)


def _check_the_usual_implementation(
    model: nn.Module, inputs: Mapping[str, Any], dtype: torch.dtype, eager: Mapping[str, np.ndarray]
) -> None:
    """Check that a model is recorded as it computes by another implementation, which gives no weights itself."""
    patterns, unseen = _recorded(model, inputs, dtype)
    assert all(name in patterns or _is_told(name, unseen, patterns) for name in eager)
    for name, pattern in patterns.items():
        if name in eager:
            attends = pattern.sum(-1) > 0.5  # by this one a query that may look nowhere attends to nothing
            np.testing.assert_allclose(pattern[attends], eager[name][attends], rtol=0, atol=OTHER_TOLERANCE[dtype])


def _recorded(
    model: nn.Module, inputs: Mapping[str, Any], dtype: torch.dtype
) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """Return the patterns that are recorded of a model and what is unseen; its output has to be that of its own."""
    untouched, before = deepcopy(model), _implementations(model)
    snapshotter = Snapshotter(model, inputs, ("pattern", "output"), if_there=True)
    torch.manual_seed(1)
    values = snapshotter.snapshot()
    assert snapshotter.failed is None and _implementations(model) == before
    output, own = values.pop("output"), _output(untouched, inputs)
    assert output.dtype == own.numpy().dtype and own.isfinite().all() and own.std() > 0
    np.testing.assert_allclose(output, own, rtol=0, atol=TOLERANCE[dtype] * float(own.abs().max()))
    assert torch.equal(_output(model, inputs), own)  # which is as it was
    patterns: dict[str, np.ndarray] = {}
    for array in snapshotter.values:
        if array.kind == "pattern":
            path, taken = array.name.removesuffix(".pattern"), values[array.name]
            calls = zip(array.calls, taken if CALL in array.axes else [taken], strict=True)
            patterns |= {f"{name_of_call(path, number)}.pattern": one for number, one in calls}
    return patterns, snapshotter.unseen


def _output(model: nn.Module, inputs: Mapping[str, Any], **asked: Any) -> Tensor:
    torch.manual_seed(1)  # some choose by chance what they look at
    with torch.no_grad():
        output = first_tensor(call(model, {**inputs, **asked}))
    assert output is not None
    return output


def _can_compute(model: nn.Module, inputs: Mapping[str, Any]) -> bool:
    try:
        return bool(_output(model, inputs).isfinite().all())
    except RuntimeError:
        return False


def _implementations(model: nn.Module) -> list[Any]:
    """Return the implementation of attention that each part of a model is set to."""
    configs = [getattr(part, "config", None) for part in model.modules()]
    return [getattr(config, "_attn_implementation", None) for config in configs]


def _attention_of(model: nn.Module, inputs: Mapping[str, Any]) -> Iterator[tuple[str, Tensor]]:
    """Yield the weights that a model itself puts out, each with the name that the recorder has for them."""
    made_by: dict[int, str] = {}  # identity of a tensor -> path of the innermost module that put it out

    def look(path: str) -> Callable[[nn.Module, Any, Any], None]:
        def see(module: nn.Module, _: Any, output: Any) -> None:
            if path and not isinstance(module, nn.Dropout):
                for tensor in tensors_in(output):
                    made_by.setdefault(id(tensor), path)
                    kept.append(tensor)

        return see

    kept: list[Tensor] = []  # so that no identity is given twice
    handles = [module.register_forward_hook(look(path)) for path, module in model.named_modules()]
    torch.manual_seed(1)
    with torch.no_grad():
        output = call(model, {**inputs, "output_attentions": True})
    for handle in handles:
        handle.remove()
    calls: Counter[str] = Counter()
    for weights in _weights_in(output):
        path = made_by.get(id(weights), "")
        calls[path] += 1
        yield f"{path if calls[path] == 1 else name_of_call(path, calls[path])}.pattern", weights


def _weights_in(output: Any, *, within: bool = False) -> Iterator[Tensor]:
    """Yield the tensors in all parts of a model's output that are called attentions."""
    if isinstance(output, Mapping):
        for name, part in output.items():
            yield from _weights_in(part, within=within or "attentions" in name)
    elif within:
        yield from tensors_in(output)


def _is_told(name: str, unseen: Mapping[str, str], patterns: Mapping[str, np.ndarray]) -> bool:
    """Tell whether a module's attention, or that of a part of it, is said to be unseen; without a path, that of all."""
    path = name.removesuffix(".pattern").partition("#")[0]
    if not path:
        return bool(unseen) and not patterns
    return any(f"{path}.".startswith(f"{one}.") or one.startswith(f"{path}.") for one in unseen)
