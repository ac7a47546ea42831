"""Sends a loss's gradient back through a model, past hooks that wait for it."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engine.recording.format.layout import RecordingError, in_a_line


def send_back(model: nn.Module, loss: Tensor) -> None:
    """Send a loss's gradient back through a model; what the parameters hold of theirs is left alone.

    Raises `RecordingError` where the model cannot be gone back through.
    """
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    if parameters:
        try:
            torch.autograd.grad(loss, parameters, allow_unused=True)
        except RuntimeError as error:
            reason = in_a_line(str(error))[:160]
            raise RecordingError(f"no gradient of activations can be recorded of this model: {reason}") from error
