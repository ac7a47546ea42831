"""Keeps the states of random generators, of the libraries, of devices and of a model's own, and sets them back."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import torch

Restore = Callable[[], object]  # puts something back as it was


def keep_generators(devices: Iterable[torch.device]) -> Restore:
    """Return the function that sets the random generators of Python, NumPy and PyTorch back, and those of devices."""
    of_python, of_numpy, of_torch = random.getstate(), np.random.get_state(legacy=False), torch.get_rng_state()
    there = [one for device in devices if (one := _generator_of(device))]

    def restore() -> None:
        if random.getstate() != of_python:  # which takes less time than to set it
            random.setstate(of_python)
        np.random.set_state(of_numpy)
        torch.set_rng_state(of_torch)
        for one in there:
            one()

    return restore


def _generator_of(device: torch.device) -> Restore | None:
    """Return the function that sets a device's random generator back; None for the processor's, and without one."""
    module = None if device.type in ("cpu", "meta") else getattr(torch, device.type, None)
    if not hasattr(module, "get_rng_state"):
        return None
    which = () if device.type == "mps" else (device,)  # of which there is a single one
    state = module.get_rng_state(*which)  # type: ignore[union-attr]
    return lambda: module.set_rng_state(state, *which)  # type: ignore[union-attr]


def keep_generator(value: Any) -> Restore | None:
    """Return the function that sets a random generator of a model's own back; None for anything else."""
    if isinstance(value, np.random.Generator):
        bits, of_bits = value.bit_generator, copy.deepcopy(value.bit_generator.state)
        return lambda: setattr(bits, "state", of_bits)
    if isinstance(value, torch.Generator | np.random.RandomState):
        state: Any = value.get_state()
        return lambda: value.set_state(state)
    if isinstance(value, random.Random) and not isinstance(value, random.SystemRandom):
        of_python = value.getstate()
        return lambda: value.setstate(of_python)
    return None
