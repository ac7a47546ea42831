"""Models that do something of their own: in other precisions, parametrised, hooked, scripted, mapped, recomputed."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.ao import quantization
from torch.nn.utils import parametrizations, parametrize, prune
from torch.utils.checkpoint import checkpoint

from tests.engine.recorder.thirty.brought import SGD, Brought, normal


class Symmetric(nn.Module):
    """Makes a matrix symmetric."""

    def forward(self, matrix: Tensor) -> Tensor:
        return matrix.triu() + matrix.triu(1).transpose(-1, -2)


def parametrised() -> nn.Module:
    layers = [nn.Linear(4, 4) for _ in range(4)]
    parametrizations.weight_norm(layers[0])
    parametrizations.orthogonal(layers[1])
    parametrizations.spectral_norm(layers[2], n_power_iterations=2)
    parametrize.register_parametrization(layers[3], "weight", Symmetric())
    return nn.Sequential(*layers)


def formerly_parametrised() -> nn.Module:
    """Layers whose weight is an attribute that is worked out before each call, as it was done formerly."""
    layers = [nn.Linear(4, 4) for _ in range(3)]
    nn.utils.weight_norm(layers[0])
    nn.utils.spectral_norm(layers[1])
    prune.random_unstructured(layers[2], "weight", 0.4)
    return nn.Sequential(*layers)


def fake_quantised() -> nn.Module:
    layers = nn.Sequential(
        quantization.QuantStub(), nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 2), quantization.DeQuantStub()
    )
    layers.qconfig = quantization.get_default_qat_qconfig()
    return quantization.prepare_qat(layers.train())


class MixedPrecision(nn.Module):
    """A trunk in half precision and a head in single, with a part that is cast as it runs."""

    def __init__(self) -> None:
        super().__init__()
        self.trunk, self.head, self.cast = nn.Linear(4, 4).half(), nn.Linear(4, 2), nn.Linear(2, 2)

    def forward(self, values: Tensor) -> Tensor:
        scores = self.head(self.trunk(values.half()).float())
        with torch.autocast("cpu", torch.bfloat16):
            return self.cast(scores)


class PhaseShift(nn.Module):
    """Complex numbers throughout."""

    def __init__(self) -> None:
        super().__init__()
        self.into, self.out = nn.Linear(3, 4, dtype=torch.complex64), nn.Linear(4, 2, dtype=torch.complex64)

    def forward(self, values: Tensor) -> Tensor:
        hidden = self.into(values)
        return self.out(torch.polar(hidden.abs().tanh(), hidden.angle()))


class Recomputed(nn.Module):
    """Two parts that are computed again on the way back, in both ways that there are."""

    def __init__(self) -> None:
        super().__init__()
        self.into, self.out = nn.Linear(4, 4), nn.Linear(4, 2)
        self.first, self.second = nn.Sequential(nn.Linear(4, 4), nn.Dropout(0.2)), nn.Linear(4, 4)

    def forward(self, values: Tensor) -> Tensor:
        values = checkpoint(self.first, self.into(values), use_reentrant=False)
        return self.out(checkpoint(self.second, values, use_reentrant=True).relu())


class PartlyCompiled(nn.Module):
    """A part that is compiled between two that are not."""

    def __init__(self) -> None:
        super().__init__()
        self.into, self.out = nn.Linear(4, 4), nn.Linear(4, 2)
        self.inside = torch.compile(nn.Sequential(nn.Linear(4, 4), nn.ReLU()), backend="eager")

    def forward(self, values: Tensor) -> Tensor:
        return self.out(self.inside(self.into(values)))


class Ensemble(nn.Module):
    """Three networks in one, by a map over their parameters, and the mould of each, which holds no numbers."""

    def __init__(self) -> None:
        super().__init__()
        networks = [nn.Sequential(nn.Linear(4, 3), nn.Tanh(), nn.Linear(3, 1)) for _ in range(3)]
        stacked, _ = torch.func.stack_module_state(networks)
        self.stacked = nn.ParameterDict({name.replace(".", "_"): values.detach() for name, values in stacked.items()})
        self.names, self.mould = list(stacked), networks[0].to("meta")

    def forward(self, values: Tensor) -> Tensor:
        def run(parameters: dict[str, Tensor]) -> Tensor:
            return torch.func.functional_call(self.mould, parameters, (values,))

        return torch.vmap(run)({name: self.stacked[name.replace(".", "_")] for name in self.names}).transpose(0, 1)


def partly_scripted() -> nn.Module:
    """A part that is scripted between two that are not."""

    class Inside(nn.Module):  # anew each time, as what is optimised of a class stays so for its next models
        def __init__(self) -> None:
            super().__init__()
            self.layer, self.norm, self.still = nn.Linear(4, 4), nn.LayerNorm(4), nn.BatchNorm1d(4)

        def forward(self, values: Tensor) -> Tensor:
            return self.still(F.gelu(self.norm(torch.tanh(self.layer(values)) * torch.sigmoid(values))))

    return nn.Sequential(nn.Linear(4, 4), torch.jit.script(Inside()), nn.Linear(4, 2))


class Opponents(nn.Module):
    """A forger and a judge, to whom the sign of the gradient is turned between the two."""

    class Turned(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, values: Tensor) -> Tensor:
            return values.view_as(values)

        @staticmethod
        def backward(ctx: Any, gradient: Tensor) -> Tensor:
            return -gradient

    def __init__(self) -> None:
        super().__init__()
        forger = nn.Sequential(nn.Linear(2, 4), nn.LeakyReLU(0.2, inplace=True), nn.Linear(4, 3))
        self.both = nn.ModuleDict(
            {"forger": forger, "judge": nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 1))}
        )

    def forward(self, real: Tensor) -> dict[str, Tensor]:
        forged = self.both["forger"](torch.randn(len(real), 2))
        return {"judged": self.both["judge"](torch.cat([real, self.Turned.apply(forged)]))}


class Forces(nn.Module):
    """An energy, and as forces its gradient by the places, worked out in the model."""

    def __init__(self) -> None:
        super().__init__()
        self.energy = nn.Sequential(nn.Linear(3, 6), nn.Softplus(), nn.Linear(6, 1))

    def forward(self, places: Tensor) -> tuple[Tensor, Tensor]:
        with torch.enable_grad():
            places = places.detach().requires_grad_()
            energy = self.energy(places)
            slopes: Any = torch.autograd.grad(energy.sum(), places, create_graph=True)
        return -slopes[0], energy


class Hooked(nn.Module):
    """Hooks of its own: before, behind, on the way back, and on a parameter."""

    def __init__(self) -> None:
        super().__init__()
        self.into, self.out = nn.Linear(4, 4), nn.Linear(4, 2)
        self.into.register_forward_pre_hook(lambda _, inputs: (inputs[0] / 2,))
        self.into.register_forward_hook(lambda _, inputs, output: output + inputs[0])
        self.out.register_full_backward_hook(self._halve)
        self.out.weight.register_hook(lambda gradient: gradient.clamp(-0.1, 0.1))

    @staticmethod
    def _halve(_: nn.Module, into: Any, out: Any) -> tuple[Tensor]:
        return (into[0] / 2,)

    def forward(self, values: Tensor) -> Tensor:
        return self.out(self.into(values).sigmoid())


def in_precision(dtype: torch.dtype) -> nn.Module:
    return nn.Sequential(nn.Linear(4, 5), nn.LayerNorm(5), nn.GELU(), nn.Linear(5, 2)).to(dtype)


UNUSUAL: dict[str, Brought] = {
    "parametrised": Brought(parametrised, normal(4)),
    "formerly parametrised": Brought(formerly_parametrised, normal(4)),
    "fake quantised": Brought(fake_quantised, normal(4), SGD),
    "double": Brought(lambda: in_precision(torch.float64), normal(4, dtype=torch.float64)),
    "bfloat16": Brought(lambda: in_precision(torch.bfloat16), normal(4, dtype=torch.bfloat16)),
    "mixed precision": Brought(MixedPrecision, normal(4), SGD),
    "complex": Brought(PhaseShift, normal(3, dtype=torch.complex64)),
    "recomputed": Brought(Recomputed, normal(4)),
    "ensemble": Brought(Ensemble, normal(4)),
    "partly compiled": Brought(PartlyCompiled, normal(4)),
    "partly scripted": Brought(partly_scripted, normal(4)),
    "opponents": Brought(Opponents, normal(3)),
    "forces": Brought(Forces, normal(3)),
    "hooked": Brought(Hooked, normal(4)),
}
