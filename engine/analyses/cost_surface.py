"""Computes the cost along one weight, along a line, or over a plane through the space of all parameters.

A `Section` is an affine subspace of that space, spanned by one, two or more directions from an origin. A place in it
has one coordinate per direction: θ = origin + Σᵢ cᵢ directionᵢ. Costs and slopes are of the whole network on all the
examples given, computed by torch at that very θ; nothing is interpolated.

[1] Li, Xu, Taylor, Studer, Goldstein, *Visualizing the loss landscape of neural nets*, 2018: directions as long, filter
by filter, as the parameters themselves (section 4), and the plane of the path by PCA (section 7).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.func import functional_call, grad, vmap

from engine.experiments import DigitsConfig
from engine.models.mlp import MLP
from engine.recording import Recording, RecordingError
from engine.training.losses import COSTS, Cost

Parameters = Mapping[str, Tensor]  # by their paths in the module, as `named_parameters` names them

TOGETHER = 8  # places whose costs are computed in one pass


def model_at(recording: Recording, step: int) -> nn.Module:
    """Return the recorded network as it was at a position along `step`, -1 for the last snapshot."""
    experiment = DigitsConfig.from_config(recording.config)
    model = MLP(experiment.sizes, experiment.activation, experiment.output)
    state = {name: torch.from_numpy(recording.read(name, step=step).copy()) for name in _names(model)}
    model.load_state_dict(state)
    return model


def path_of(recording: Recording) -> tuple[Parameters, ...]:
    """Return the parameters at every snapshot."""
    experiment = DigitsConfig.from_config(recording.config)
    names = _names(MLP(experiment.sizes, experiment.activation, experiment.output))
    arrays = {name: torch.from_numpy(recording.read(name).copy()) for name in names}  # (step, …)
    steps = len(next(iter(arrays.values())))
    return tuple({name: values[step] for name, values in arrays.items()} for step in range(steps))


def parameters_of(model: nn.Module) -> Parameters:
    """Return a model's parameters as they are, detached."""
    return {name: parameter.detach() for name, parameter in model.named_parameters()}


def costs_of_examples(model: nn.Module, inputs: Tensor, targets: Tensor, cost: Cost) -> Tensor:
    """Return the cost of each example alone, (example,); their mean is the cost of all."""
    with torch.no_grad():
        outputs = model(inputs)  # (example, output)
    return vmap(lambda output, target: cost(output[None], target[None]))(outputs, targets)


def gradient_of(model: nn.Module, inputs: Tensor, targets: Tensor, cost: Cost) -> Parameters:
    """Return ∇C on a batch, shaped like the parameters; gradients stored in the model are left as they are."""

    def cost_at(parameters: Parameters) -> Tensor:
        return cost(functional_call(model, dict(parameters), (inputs,)), targets)

    return grad(cost_at)(dict(parameters_of(model)))


@dataclass(frozen=True)
class Objective:
    """A cost and the examples that it is computed on, inputs (example, …) and targets (example, …)."""

    inputs: Tensor
    targets: Tensor
    cost: Cost

    @classmethod
    def of(cls, inputs: Tensor, targets: Tensor, loss: str) -> Objective:
        """Return the objective of a cost, given by its name in an experiment."""
        return cls(inputs, targets, COSTS[loss])

    def double(self) -> Objective:
        """Return the same in double precision; targets that are labels stay as they are."""
        targets = self.targets.double() if self.targets.is_floating_point() else self.targets
        return Objective(self.inputs.double(), targets, self.cost)


class Section:
    """An affine subspace of the space of all parameters of a model."""

    def __init__(self, model: nn.Module, origin: Parameters, directions: Sequence[Parameters]) -> None:
        """Span it from `origin` by `directions`; a direction names only the parameters that change along it."""
        self.origin = dict(origin)
        self.directions = tuple(dict(direction) for direction in directions)
        self._model = model

    def at(self, place: Tensor) -> dict[str, Tensor]:
        """Return the parameters at a place, (direction,)."""
        parameters = dict(self.origin)
        for coordinate, direction in zip(place, self.directions, strict=True):
            for name, part in direction.items():
                parameters[name] = parameters[name] + coordinate * part
        return parameters

    def cost_at(self, place: Tensor, objective: Objective) -> Tensor:
        """Return the cost at a place, a scalar that can be differentiated."""
        return objective.cost(functional_call(self._model, self.at(place), (objective.inputs,)), objective.targets)

    def costs(self, places: np.ndarray, objective: Objective) -> np.ndarray:
        """Return the costs at places (…, direction), as (…) float64."""
        flat = self._tensor(places)
        with torch.no_grad():
            found = vmap(lambda place: self.cost_at(place, objective), chunk_size=TOGETHER)(flat)
        return found.double().numpy().reshape(places.shape[:-1])

    def slopes(self, places: np.ndarray, objective: Objective) -> np.ndarray:
        """Return the derivatives of the cost along each direction at places (…, direction), of their shape, float64."""
        slope_at = grad(lambda place: self.cost_at(place, objective))
        found = vmap(slope_at, chunk_size=TOGETHER)(self._tensor(places))
        return found.double().numpy().reshape(places.shape)

    def descend(self, start: Sequence[float], rate: float, steps: int, objective: Objective) -> np.ndarray:
        """Descend from a place by c ← c − η ∂C/∂c and return all places on the way, (steps + 1, direction).

        The descent ends early, with fewer places, where the next one is not finite: the rate was too high.
        """
        way = [np.asarray(start, dtype=np.float64)]
        for _ in range(steps):
            place = way[-1] - rate * self.slopes(way[-1][None], objective)[0]
            if not np.isfinite(place).all():
                break
            way.append(place)
        return np.array(way)

    def _tensor(self, places: np.ndarray) -> Tensor:
        kind = next(iter(self.origin.values())).dtype
        return torch.as_tensor(np.asarray(places).reshape(-1, len(self.directions)), dtype=kind)


def along_weight(model: nn.Module, name: str, index: tuple[int, ...]) -> Section:
    """Return the line on which one parameter changes and all others stay; its coordinate is the change.

    name: the parameter's path, such as "layer2.weight". index: the entry, (out, in) for a weight.
    """
    origin = parameters_of(model)
    if name not in origin:
        raise ValueError(f"there is no parameter {name!r}, only {', '.join(origin)}")
    shape = tuple(origin[name].shape)
    if len(index) != len(shape) or not all(-size <= place < size for place, size in zip(index, shape, strict=True)):
        raise ValueError(f"{name} has the shape {shape}: there is no entry {index}")
    direction = torch.zeros_like(origin[name])
    direction[index] = 1
    return Section(model, origin, [{name: direction}])


def random_plane(model: nn.Module, seed: int) -> Section:
    """Return a plane through a model's parameters, spanned by two random directions of the parameters' length [1].

    The weights and the bias of a neuron are together as long in a direction as in the model.
    """
    generator = torch.Generator().manual_seed(seed)
    origin = parameters_of(model)
    return Section(model, origin, [_as_long_as(origin, generator) for _ in range(2)])


def _as_long_as(parameters: Parameters, generator: torch.Generator) -> dict[str, Tensor]:
    noise = {name: torch.randn(value.shape, generator=generator).to(value.dtype) for name, value in parameters.items()}
    lengths, wanted = _length_of_neurons(noise), _length_of_neurons(parameters)
    scaled = {}
    for name, value in noise.items():
        layer = name.rpartition(".")[0]
        share = wanted[layer] / lengths[layer].clamp_min(1e-12)  # (out,)
        scaled[name] = value * share.reshape(-1, *[1] * (value.ndim - 1))
    return scaled


def _length_of_neurons(parameters: Parameters) -> dict[str, Tensor]:
    """Return for each module the Euclidean length of what belongs to each of its neurons, (out,)."""
    squares: dict[str, Tensor] = {}
    for name, value in parameters.items():
        layer = name.rpartition(".")[0]
        squares[layer] = squares.get(layer, torch.zeros(1)) + value.reshape(len(value), -1).square().sum(1)
    return {layer: square.sqrt() for layer, square in squares.items()}


@dataclass(frozen=True)
class PathPlane:
    """The plane that explains most of a path's variance, and the path's position relative to it.

    section: the plane, through the path's mean. places: the path in the plane, (snapshot, 2). explained: shares of the
    path's variance, (2,), 0 to 1. away: each snapshot's distance from the plane, (snapshot,), in units of the
    parameters.
    """

    section: Section
    places: np.ndarray
    explained: np.ndarray
    away: np.ndarray


def plane_of_path(model: nn.Module, path: Sequence[Parameters]) -> PathPlane:
    """Return a path's plane of principal components [1]; raises `RecordingError` where snapshots are fewer than 3."""
    if len(path) < 3:
        raise RecordingError(
            f"a plane needs at least 3 snapshots of the parameters, and there are {len(path)}: record more of them"
        )
    names = list(path[0])
    flat = torch.stack([torch.cat([point[name].reshape(-1) for name in names]) for point in path]).double()
    mean = flat.mean(dim=0)
    _, strengths, components = torch.linalg.svd(
        flat - mean, full_matrices=False
    )  # (component,), (component, parameter)
    variance = strengths.square()
    plane = components[:2]
    places = (flat - mean) @ plane.T
    away = (flat - mean - places @ plane).norm(dim=1)
    origin, one, other = (_unflattened(vector, path[0]) for vector in (mean, *plane))
    return PathPlane(
        section=Section(model, origin, [one, other]),
        places=places.numpy(),
        explained=(variance[:2] / variance.sum().clamp_min(1e-300)).numpy(),
        away=away.numpy(),
    )


def _unflattened(vector: Tensor, like: Parameters) -> dict[str, Tensor]:
    parts = vector.split([value.numel() for value in like.values()])
    return {
        name: part.reshape(value.shape).to(value.dtype) for (name, value), part in zip(like.items(), parts, strict=True)
    }


def _names(model: nn.Module) -> list[str]:
    return [name for name, _ in model.named_parameters()]
