"""Models of pictures, volumes and waves, after well-known architectures."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tests.engine.recorder.thirty.brought import SGD, Brought, normal


class ShortcutBlock(nn.Module):
    """Two convolutions beside a shortcut, as in ResNet."""

    def __init__(self, into: int, out: int, stride: int) -> None:
        super().__init__()
        self.conv1, self.norm1 = nn.Conv2d(into, out, 3, stride, 1, bias=False), nn.BatchNorm2d(out)
        self.conv2, self.norm2 = nn.Conv2d(out, out, 3, 1, 1, bias=False), nn.BatchNorm2d(out, momentum=None)
        self.relu, self.shortcut = nn.ReLU(inplace=True), nn.Sequential()
        if stride > 1:
            self.shortcut = nn.Sequential(nn.Conv2d(into, out, 1, stride, bias=False), nn.BatchNorm2d(out))

    def forward(self, picture: Tensor) -> Tensor:
        out = self.norm2(self.conv2(self.relu(self.norm1(self.conv1(picture)))))
        out += self.shortcut(picture)
        return self.relu(out)


class InvertedResidual(nn.Module):
    """A wide layer that looks at each channel by itself and weighs them, as in MobileNet."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        wide = 3 * channels
        self.expand = nn.Sequential(nn.Conv2d(channels, wide, 1), nn.BatchNorm2d(wide), nn.ReLU6(inplace=True))
        self.depth = nn.Sequential(nn.Conv2d(wide, wide, 3, padding=1, groups=wide), nn.BatchNorm2d(wide))
        self.weigh = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(wide, wide, 1), nn.Hardsigmoid())
        self.project = nn.Conv2d(wide, channels, 1)

    def forward(self, picture: Tensor) -> Tensor:
        wide = self.depth(self.expand(picture))
        return picture + self.project(wide * self.weigh(wide))


class Concatenating(nn.Module):
    """Layers that each see the outputs of all before, as in DenseNet."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.ModuleList(nn.Sequential(nn.ReLU(), nn.Conv2d(3 + 2 * n, 2, 3, padding=1)) for n in range(3))
        self.drop, self.head = nn.Dropout2d(0.3), nn.Linear(9, 2)

    def forward(self, picture: Tensor) -> Tensor:
        seen = [picture]
        for layer in self.layers:
            seen.append(layer(torch.cat(seen, 1)))
        return self.head(self.drop(torch.cat(seen, 1)).mean((2, 3)))


class Contracting(nn.Module):
    """Down, up again, and across, as in U-Net."""

    def __init__(self) -> None:
        super().__init__()
        self.down, self.deep = nn.Conv2d(2, 4, 3, padding=1), nn.Conv2d(4, 6, 3, padding=1)
        self.pool, self.up = nn.MaxPool2d(2), nn.ConvTranspose2d(6, 4, 2, 2)
        self.join, self.norm = (
            nn.Conv2d(8, 1, 3, padding=1),
            nn.InstanceNorm2d(4, affine=True, track_running_stats=True),
        )

    def forward(self, picture: Tensor) -> Tensor:
        high = self.norm(self.down(picture)).relu_()
        low = F.silu(self.deep(self.pool(high)))
        return self.join(torch.cat([high, self.up(low)], 1))


class MixerBlock(nn.Module):
    """Mixes the places, then the channels, as in MLP-Mixer."""

    def __init__(self) -> None:
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(6), nn.LayerNorm(6)
        self.places = nn.Sequential(nn.Linear(4, 8), nn.GELU(), nn.Linear(8, 4))
        self.channels = nn.Sequential(nn.Linear(6, 8), nn.GELU(), nn.Linear(8, 6))

    def forward(self, patches: Tensor) -> Tensor:
        patches = patches + self.places(self.norm1(patches).transpose(1, 2)).transpose(1, 2)
        return patches + self.channels(self.norm2(patches))


class Mixing(nn.Module):
    """Cuts a picture into patches, and mixes them."""

    def __init__(self) -> None:
        super().__init__()
        self.cut, self.blocks, self.head = (
            nn.Conv2d(1, 6, 4, 4),
            nn.ModuleList(MixerBlock() for _ in range(2)),
            nn.Linear(6, 2),
        )

    def forward(self, picture: Tensor) -> Tensor:
        patches = self.cut(picture).flatten(2).transpose(1, 2)
        for block in self.blocks:
            patches = block(patches)
        return self.head(patches.mean(1))


class ScaledBlock(nn.Module):
    """A block with a scale of its own that is left out now and then, as in ConvNeXt."""

    def __init__(self) -> None:
        super().__init__()
        self.depthwise, self.norm = nn.Conv2d(4, 4, 7, padding=3, groups=4), nn.LayerNorm(4)
        self.widen, self.act, self.narrow = nn.Linear(4, 16), nn.GELU(), nn.Linear(16, 4)
        self.gamma = nn.Parameter(torch.full((4,), 0.5))

    def forward(self, picture: Tensor) -> Tensor:
        if self.training and torch.rand(()) < 0.3:
            return picture
        values = self.norm(self.depthwise(picture).permute(0, 2, 3, 1))
        return picture + (self.gamma * self.narrow(self.act(self.widen(values)))).permute(0, 3, 1, 2)


class Unpooling(nn.Module):
    """Puts values back where they were the greatest, as SegNet does: a module that puts out two things."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.pool, self.put_back = (
            nn.Conv2d(1, 3, 3, padding=1),
            nn.MaxPool2d(2, return_indices=True),
            nn.MaxUnpool2d(2),
        )
        self.prelu, self.fine = nn.PReLU(3), nn.Sequential(nn.Conv2d(3, 4, 1), nn.PixelShuffle(2))

    def forward(self, picture: Tensor) -> tuple[Tensor, Tensor]:
        values, places = self.pool(self.prelu(self.conv(picture)))
        return self.fine(self.put_back(values, places)), places


class Deforming(nn.Module):
    """Turns the picture before it looks at it, as a spatial transformer does."""

    def __init__(self) -> None:
        super().__init__()
        self.find, self.look = nn.Linear(36, 6), nn.Sequential(nn.Conv2d(1, 3, 3), nn.Flatten(), nn.Linear(48, 2))
        nn.init.zeros_(self.find.weight)
        self.find.bias.data = torch.tensor([1.0, 0, 0, 0, 1, 0])

    def forward(self, picture: Tensor) -> Tensor:
        grid = F.affine_grid(self.find(picture.flatten(1)).view(-1, 2, 3), list(picture.shape), align_corners=False)
        return self.look(F.grid_sample(picture, grid, align_corners=False))


class FourierOperator(nn.Module):
    """Weighs the frequencies of a wave by complex numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.weights = nn.Parameter(0.3 * torch.randn(2, 3, 4, dtype=torch.complex64))
        self.beside, self.out = nn.Conv1d(2, 3, 1), nn.Conv1d(3, 1, 1)

    def forward(self, wave: Tensor) -> Tensor:
        bent = torch.einsum("bif,iof->bof", torch.fft.rfft(wave)[..., :4], self.weights)
        return self.out(F.gelu(self.beside(wave) + torch.fft.irfft(bent, wave.shape[-1])))


class Gated(nn.Module):
    """Two dilated convolutions, of which one is the other's gate, as in WaveNet."""

    def __init__(self, dilation: int) -> None:
        super().__init__()
        self.dilation = dilation
        self.filter, self.gate = nn.Conv1d(4, 4, 2, dilation=dilation), nn.Conv1d(4, 4, 2, dilation=dilation)
        self.skip, self.back = nn.Conv1d(4, 3, 1), nn.Conv1d(4, 4, 1)

    def forward(self, wave: Tensor) -> tuple[Tensor, Tensor]:
        padded = F.pad(wave, (self.dilation, 0))
        both = self.filter(padded).tanh() * self.gate(padded).sigmoid()
        return wave + self.back(both), self.skip(both)


class Waves(nn.Module):
    """Gated convolutions that each look back twice as far."""

    def __init__(self) -> None:
        super().__init__()
        self.into, self.stack, self.out = nn.Conv1d(1, 4, 1), nn.ModuleList(map(Gated, (1, 2, 4))), nn.Conv1d(3, 1, 1)

    def forward(self, wave: Tensor) -> Tensor:
        wave, skips = self.into(wave), []
        for layer in self.stack:
            wave, skip = layer(wave)
            skips.append(skip)
        return self.out(torch.stack(skips).sum(0).relu())


class PictureTokens(nn.Module):
    """Patches of a picture behind a token for its class, as in ViT; puts out where it looked."""

    def __init__(self) -> None:
        super().__init__()
        self.cut, self.token, self.place = (
            nn.Conv2d(1, 8, 3, 3),
            nn.Parameter(torch.randn(1, 1, 8)),
            nn.Parameter(torch.randn(5, 8)),
        )
        self.attention, self.head = nn.MultiheadAttention(8, 2, dropout=0.2, batch_first=True), nn.Linear(8, 2)

    def forward(self, picture: Tensor) -> tuple[Tensor, Tensor]:
        patches = self.cut(picture).flatten(2).transpose(1, 2)
        patches = torch.cat([self.token.expand(len(picture), 1, 8), patches], 1) + self.place
        mixed, looked = self.attention(patches, patches, patches)
        return self.head(mixed[:, 0]), looked


def of_volumes() -> nn.Module:
    return nn.Sequential(
        nn.Conv3d(1, 3, 3, padding=1), nn.GroupNorm(3, 3), nn.ELU(), nn.MaxPool3d(2), nn.ConvTranspose3d(3, 1, 2, 2)
    )


def channels_last() -> nn.Module:
    model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(inplace=True), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(36, 3))
    return model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]


PICTURES: dict[str, Brought] = {
    "convolutions": Brought(channels_last, normal(1, 8, 8)),
    "basic blocks": Brought(
        lambda: nn.Sequential(ShortcutBlock(2, 4, 2), ShortcutBlock(4, 4, 1)), normal(2, 6, 6), SGD
    ),
    "inverted residual": Brought(
        lambda: nn.Sequential(InvertedResidual(3), nn.Flatten(), nn.Linear(75, 2)), normal(3, 5, 5)
    ),
    "concatenating": Brought(Concatenating, normal(3, 5, 5)),
    "contracting": Brought(Contracting, normal(2, 8, 8)),
    "mixing": Brought(Mixing, normal(1, 8, 8)),
    "scaled blocks": Brought(lambda: nn.Sequential(ScaledBlock(), ScaledBlock(), nn.Conv2d(4, 1, 1)), normal(4, 6, 6)),
    "unpooling": Brought(Unpooling, normal(1, 6, 6)),
    "deforming": Brought(Deforming, normal(1, 6, 6)),
    "Fourier operator": Brought(FourierOperator, normal(2, 12)),
    "picture tokens": Brought(PictureTokens, normal(1, 6, 6)),
    "waves": Brought(Waves, normal(1, 12)),
    "volumes": Brought(of_volumes, normal(1, 4, 4, 4), SGD),
}
