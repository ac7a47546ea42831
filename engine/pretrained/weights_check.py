"""Checks that a model's weights are those of its files, all of them: none missing, none left over, none made up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import torch
from torch import nn

from engine.data.mnist import DataError
from engine.pretrained.files import CONFIG
from engine.pretrained.folder import ModelFolder
from engine.pretrained.safetensors_header import StoredTensor

_FLOATS = ("F64", "F32", "F16", "BF16", "F8_E4M3", "F8_E5M2")
_SLACK = 2**22  # numbers that a model may have beyond those in its files: some follow from its configuration
_MOST_BUFFERS = 2**30  # bytes of tables that follow from the configuration, whatever the size of the files
_NAMED = 3  # of all the weights that something is wrong with


def require_fitting(folder: ModelFolder, plan: nn.Module) -> None:
    """Raise `DataError` where the files cannot hold a model; its weights need have no values, and none are read.

    plan: the model as its configuration describes it. Of weights that have one name in both, types and numbers of
    elements are compared; and the model must not be much larger than the files, so that to load it takes hardly more
    memory.
    """
    wrong = []
    for name, weight in plan.named_parameters():
        held = _held(folder.tensors, name, getattr(plan, "base_model_prefix", ""))
        if held is None:
            continue
        if held.kind not in _FLOATS:
            wrong.append(f"{name} is stored as {held.kind}, which is no type of weights")
        elif held.numbers != weight.numel():
            wrong.append(f"{name} has {_sizes(held.shape)} numbers in the files and {_sizes(weight.shape)} by {CONFIG}")
    if wrong:
        raise DataError(f"the weights of {folder.name} are not those that its {CONFIG} describes: {_some(wrong)}")
    numbers = sum(weight.numel() for weight in plan.parameters())
    there = sum(held.numbers for held in folder.tensors.values())
    tables = sum(values.numel() * values.element_size() for values in plan.buffers())
    if numbers > 1.25 * there + _SLACK or tables > 8 * there + _MOST_BUFFERS:
        raise DataError(
            f"the {CONFIG} of {folder.name} describes {numbers} weights and {tables} bytes of tables, and its files "
            f"hold {there} numbers: they do not belong together; get the model again"
        )


def require_from_files(folder: ModelFolder, network: nn.Module, report: Mapping[str, Any]) -> None:
    """Raise `DataError` where a loaded model has a weight that is not in its files, or they hold another model's.

    report: transformers' report of the loading, by its own rules of what may be missing or left over. Heads of other
    tasks may be left over besides; where they are missing they are not built.
    """
    missing = sorted(report["missing_keys"])
    if missing:
        raise DataError(
            f"the files of {folder.name} lack {_weights(missing)}, and random numbers would take their place: get the "
            f"model again, or see whether its {CONFIG} is that of these weights"
        )
    mismatched = [
        f"{name} is {_sizes(held)} in the files and {_sizes(wanted)} by {CONFIG}"
        for name, held, wanted in sorted(report["mismatched_keys"])
    ]
    if mismatched:
        raise DataError(f"the weights of {folder.name} are not those that its {CONFIG} describes: {_some(mismatched)}")
    beyond = [name for name in sorted(report["unexpected_keys"]) if not _is_other_head(name, folder, network)]
    if beyond:
        raise DataError(
            f"the files of {folder.name} hold {_weights(beyond)}, for which the model that its {CONFIG} describes has "
            "no place: it would compute something else; get the model again"
        )
    if report.get("error_msgs"):
        raise DataError(f"the weights of {folder.name} could not be read: {str(report['error_msgs'][0])[:160]!r}")


def require_numbers(folder: ModelFolder, network: nn.Module) -> None:
    """Raise `DataError` where a weight of a loaded model is infinite or no number."""
    for name, values in network.state_dict().items():
        if values.is_floating_point() and values.numel():
            least, most = torch.aminmax(values)  # both are NaN where one value is
            if not (least.isfinite() and most.isfinite()):
                raise DataError(
                    f"the weight {name} of {folder.name} has values that are infinite or not a number: get the model "
                    "again"
                )


def _held(tensors: Mapping[str, StoredTensor], name: str, prefix: str) -> StoredTensor | None:
    """Return the tensor that files hold for a weight, under its name with or without the model's prefix."""
    for called in (name, f"{prefix}.{name}", name.removeprefix(f"{prefix}.")):
        if called in tensors:
            return tensors[called]
    return None


def _is_other_head(name: str, folder: ModelFolder, network: nn.Module) -> bool:
    """Tell whether a weight is beside the model proper, where that alone was asked for: one of a task's head."""
    prefix = f"{getattr(network, 'base_model_prefix', '')}."
    is_bare = getattr(network, "base_model", None) is network
    return is_bare and any(held.startswith(prefix) for held in folder.tensors) and not name.startswith(prefix)


def _weights(names: Sequence[str]) -> str:
    return f"the weight{'s' * (len(names) != 1)} {_some(names)}"


def _some(told: Sequence[str]) -> str:
    beyond = f" and {len(told) - _NAMED} more" if len(told) > _NAMED else ""
    return ", ".join(told[:_NAMED]) + beyond


def _sizes(shape: Iterable[int]) -> str:
    return " × ".join(map(str, shape)) or "1"
