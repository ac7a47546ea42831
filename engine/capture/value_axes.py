"""Names the axes of parameters and of values inside a model."""

from __future__ import annotations

from torch import Tensor, nn

_SCORES = ("batch", "head", "query", "key")
ATTENTION_AXES = {
    "query": ("batch", "head", "query", "feature"),
    "key": ("batch", "group", "key", "feature"),
    "value": ("batch", "group", "key", "feature"),
    "score": _SCORES,
    "masked_score": _SCORES,
    "pattern": _SCORES,
    "head_output": ("batch", "head", "query", "feature"),
    "head_update": ("batch", "head", "query", "feature"),
}
_VALUE_AXES = {
    0: (),
    1: ("batch",),
    2: ("batch", "feature"),
    3: ("batch", "position", "feature"),
    4: ("batch", "channel", "height", "width"),
    5: ("batch", "channel", "depth", "height", "width"),
}
_PARAMETER_AXES = {
    0: (),
    1: ("out",),
    2: ("out", "in"),
    3: ("out", "in", "width"),
    4: ("out", "in", "height", "width"),
    5: ("out", "in", "depth", "height", "width"),
}
_BACKWARDS = (nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)  # keep their weights as (in, out, …)
_ALONG_A_LINE = (nn.Conv1d, nn.ConvTranspose1d, nn.MaxPool1d, nn.AvgPool1d)


def axes_of_value(
    kind: str, dimensions: int, module: nn.Module | None = None, examples: int | None = 0
) -> tuple[str, ...]:
    """Return the names of a value's axes. kind: its kind (see `engine.capture.hook_points`). dimensions: the number of
    axes. module: the module that puts it out. examples: the axis along which they lie, None for none.
    """
    known = ATTENTION_AXES.get(kind, ())
    if len(known) == dimensions:
        return known
    if dimensions == 3 and isinstance(module, _ALONG_A_LINE):
        return ("batch", "channel", "position")
    if dimensions == 3 and kind in ("activation", "activation_gradient") and puts_position_first(module):
        return ("position", "batch", "feature")
    return _with_examples(dimensions, examples)


def _with_examples(dimensions: int, examples: int | None) -> tuple[str, ...]:
    """Return the names of as many axes, with "batch" where the examples lie."""
    if examples == 1 and dimensions == 2:
        return ("position", "batch")
    usual = dimensions + (examples is None)
    _, *others = _VALUE_AXES.get(usual, ("batch", *(f"axis{number}" for number in range(usual - 1)))) or ("",)
    return tuple(others) if examples is None else (*others[:examples], "batch", *others[examples:])[:dimensions]


def axes_of_input(values: Tensor) -> tuple[str, ...]:
    """Return the names of the axes of a model's input; whole numbers are tokens, (batch, position)."""
    tokens = values.ndim == 2 and not values.is_floating_point()
    if values.ndim == 3 and values.is_floating_point() and values.shape[1] == values.shape[2] > 16:
        return ("batch", "height", "width")  # a picture without a channel
    return ("batch", "position") if tokens else axes_of_value("input", values.ndim)


def axes_of_parameter(parameter: Tensor, owner: nn.Module) -> tuple[str, ...]:
    """Return the names of the axes of a module's parameter."""
    axes = _PARAMETER_AXES.get(parameter.ndim, tuple(f"axis{number}" for number in range(parameter.ndim)))
    return ("in", "out", *axes[2:]) if isinstance(owner, _BACKWARDS) and parameter.ndim > 2 else axes


def puts_position_first(module: nn.Module | None) -> bool:
    """Tell whether a module of PyTorch's puts out (position, batch, feature), as those for sequences do unless told."""
    if isinstance(module, (nn.RNNBase, nn.MultiheadAttention)):
        return not module.batch_first
    if type(module).__module__ != "torch.nn.modules.transformer" or module is None:
        return False
    return any(not part.batch_first for part in module.modules() if isinstance(part, nn.MultiheadAttention))
