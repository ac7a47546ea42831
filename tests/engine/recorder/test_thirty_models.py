"""More than thirty models of all kinds: their training stays what it was, and what is recorded is what there was.

What there was is an account that the training keeps of its own: see `tests.engine.recorder.thirty`.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from engine.capture.snapshots.snapshotter import Snapshotter
from engine.recorder import RecorderWarning
from engine.recording import Recording
from tests.engine.recorder.thirty.account import Trained, as_plain, trained_on_account
from tests.engine.recorder.thirty.models import MODELS
from tests.engine.recorder.training_loop import hook_count

# Parameters that are called as what attention or the model puts out is called
RENAMED = {"output": "output.parameter", "0.query": "0.query.parameter"}
TOLD = {"made later": "is a new parameter: what is recorded of it begins", "partly compiled": "the model is compiled"}


@pytest.mark.parametrize("name", MODELS)
def test_any_model_trains_as_it_would_and_is_recorded_as_it_was(name: str, tmp_path: Path) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        alone = trained_on_account(MODELS[name], None)
        recorded = trained_on_account(MODELS[name], tmp_path / "mine")
    told = [str(one.message) for one in caught if issubclass(one.category, RecorderWarning)]
    assert bool(told) == (name in TOLD) and all(TOLD[name] in line for line in told), told
    require_the_same_training(alone, recorded)
    require_what_there_was(Recording.open(tmp_path / "mine.zarr"), recorded)


def require_the_same_training(alone: Trained, recorded: Trained) -> None:
    """Check that parameters, gradients, buffers and generators are the same to the last bit, and no hook is left."""
    one, other = alone.model, recorded.model
    before, after = state_of(one), state_of(other)
    assert before.keys() == after.keys()
    for name, values in before.items():
        assert values.dtype == after[name].dtype and torch.equal(values, after[name]), name
    for (name, left), right in zip(one.named_parameters(), other.parameters(), strict=True):
        assert (left.grad is None) == (right.grad is None), name
        assert left.grad is None or right.grad is None or torch.equal(as_plain(left.grad), as_plain(right.grad)), name
    assert alone.generators == recorded.generators
    assert [part.training for part in one.modules()] == [part.training for part in other.modules()]
    assert hook_count(one) == hook_count(other)


def state_of(model: nn.Module) -> dict[str, Tensor]:
    """Return all parameters and buffers that hold numbers, by name."""
    both = {**dict(model.named_parameters()), **dict(model.named_buffers())}
    return {name: as_plain(values) for name, values in both.items() if not values.is_meta}


def require_what_there_was(recording: Recording, trained: Trained) -> None:
    """Check every value that is recorded, at every snapshot, against the account."""
    model, first = trained.model, trained.moments[0]
    assert recording.complete and recording.config["sampled"] == {}
    np.testing.assert_array_equal(recording.steps("output"), np.arange(len(trained.moments)))
    read = {name: recording.read(name) for name in recording.arrays}
    once = [path for path in first.activations if first.called[path] == 1 and not is_named_after_owner(model, path)]
    whole = {name for name in read if name.rpartition(".")[2] == "pattern"}
    for step, moment in enumerate(trained.moments):
        for name in first.weights:
            array = RENAMED[name] if RENAMED.get(name) in read else name
            require_equal(read[array][step], moment.weights[name], array)
        for name in first.gradients:
            require_equal(read[f"{name}.gradient"][step], moment.gradients[name], f"{name}.gradient")
        require_equal(read["output"][step], moment.output, "output")
        for path in once:
            array = next(name for name in (f"{path}.residual", f"{path}.activation") if name in read)
            if moment.called[path] < 2:
                require_equal(read[array][step], moment.activations.get(path), array)
        for path, states in moment.states.items():
            require_equal(read[f"{path}.hidden_state"][step], states, f"{path}.hidden_state")
        assert whole == {pattern_of(path) for path in moment.patterns}
        for path, (pattern,) in moment.patterns.items():
            np.testing.assert_allclose(read[pattern_of(path)][step], pattern, atol=1e-6, err_msg=pattern_of(path))


def require_equal(seen: np.ndarray, values: Tensor | None, name: str) -> None:
    """Check that an array is what a tensor was; without numbers where there was none, or one of another shape."""
    if values is None or tuple(values.shape) != seen.shape:
        nothing: Any = np.isnan(seen) if seen.dtype.kind in "fc" else seen == 0
        assert nothing.all(), name
        return
    half = values.is_floating_point() and values.element_size() < 4
    wanted = (values.float() if half else values).numpy()
    assert seen.dtype == wanted.dtype, name
    np.testing.assert_array_equal(seen, wanted, err_msg=name)


def is_named_after_owner(model: nn.Module, path: str) -> bool:
    """Tell whether a module is a mere function of one with parameters, of which its input is what can be recorded."""
    module, (owner, _, _) = model.get_submodule(path), path.rpartition(".")
    mere = not list(module.parameters()) and not list(module.children()) and "dropout" not in type(module).__module__
    return bool(owner) and mere and bool(list(model.get_submodule(owner).parameters(recurse=False)))


def pattern_of(path: str) -> str:
    return f"{path}.pattern" if path else "pattern"


@pytest.mark.filterwarnings("ignore:enable_nested_tensor:UserWarning")
def test_the_account_is_of_what_it_is_meant_to_be_of(tmp_path: Path) -> None:
    """Check that experts are left out and see other numbers, that attention is seen, and what hides it is told."""
    experts = trained_on_account(MODELS["experts"], tmp_path / "experts")
    calls = [[moment.called[f"experts.{number}"] for number in range(5)] for moment in experts.moments]
    assert {0, 1} == {count for counts in calls for count in counts[2:]}
    seen = [moment.activations[f"experts.{number}"].shape[0] for moment in experts.moments for number in range(2)]
    assert 0 in seen and len(set(seen)) > 1
    attending = trained_on_account(MODELS["encoder-decoder"], tmp_path / "attending")
    assert len(attending.moments[0].patterns) == 5
    trained_on_account(MODELS["handmade attention"], tmp_path / "handmade")
    assert Recording.open(tmp_path / "handmade.zarr").config["unseen"] == {"0": "HandmadeAttention"}


@pytest.mark.parametrize(
    "name",
    [
        "embed.weight",
        "embed.weight.gradient",
        "output",
        "encoder.layers.1.linear1.activation",
        "encoder.layers.0.self_attn.pattern",
    ],
)
def test_a_value_that_is_wrong_would_be_found(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    take = Snapshotter.snapshot

    def wrong(self: Snapshotter) -> dict[str, np.ndarray]:
        values = take(self)
        values[name].flat[-1] += 1e-5
        return values

    monkeypatch.setattr(Snapshotter, "snapshot", wrong)
    trained = trained_on_account(MODELS["padded encoder"], tmp_path / "mine")
    with pytest.raises(AssertionError, match=re.escape(name)):
        require_what_there_was(Recording.open(tmp_path / "mine.zarr"), trained)


@pytest.mark.parametrize(("name", "left"), [("remembering", "keep_modules"), ("chancy", "keep_generators")])
def test_a_training_that_is_changed_would_be_found(
    name: str, left: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = trained_on_account(MODELS[name], None)
    nothing: Callable[..., Callable[[], None]] = lambda *_, **__: lambda: None  # noqa: E731
    monkeypatch.setattr(f"engine.capture.isolation.{left}", nothing)
    recorded = trained_on_account(MODELS[name], tmp_path / "mine")
    with pytest.raises(AssertionError):
        require_the_same_training(alone, recorded)
