"""The still picture as a function of place: colours [n, 3] at unit coordinates [n, 2] of the frame's size.

All reach `margin` beyond the frame on every side, the frame being 1 wide and high.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, Protocol

import torch
from torch import Tensor, nn
from torch.nn import functional

from .encode import HashGrid
from .explicit import ColourKind, FormName, FusedForm, PixelGrid, Sampling, choose_form
from .fourier import FourierFeatures
from .hash_grid import GridSpec
from .perceptron import Perceptron

Size = tuple[int, int]
"""Width and height."""
BOUND = 2.0
"""Colours of a `FourierCanonical` lie between 0 and this: twice the log's, as the solve sees them."""


class CanonicalField(Protocol):
    margin: float

    def __call__(self, xy_unit: Tensor) -> Tensor: ...

    def parameters(self) -> Iterator[nn.Parameter]: ...


def canvas_of(size: Size, margin: float) -> tuple[Size, Size]:
    """Of a frame's size: the size of the canvas with whole pixels, and how many of them lie left of and above it."""
    pad = (round(size[0] * margin), round(size[1] * margin))
    return (size[0] + 2 * pad[0], size[1] + 2 * pad[1]), pad


def pixel_centres_unit(canvas: Size, pad: Size, size: Size) -> Tensor:
    """Unit coordinates [h * w, 2] of a canvas' pixels, in a frame of `size` that begins `pad` from its corner."""
    x = (torch.arange(canvas[0]) + 0.5 - pad[0]) / size[0]
    y = (torch.arange(canvas[1]) + 0.5 - pad[1]) / size[1]
    return torch.stack(torch.meshgrid(x, y, indexing="xy"), -1).reshape(-1, 2)


@torch.no_grad()
def render_canonical(field: CanonicalField, size: Size, chunk: int = 1 << 17) -> Tensor:
    """The field's picture [h, w, 3] with a frame of `size` in its middle."""
    canvas, pad = canvas_of(size, field.margin)
    places = pixel_centres_unit(canvas, pad, size).to(next(field.parameters()).device)
    return torch.cat([field(part) for part in places.split(chunk)]).view(canvas[1], canvas[0], 3)


class ExplicitCanonical(nn.Module):
    """A picture: a colour a pixel, sampled smoothly; its edge holds on."""

    form: FormName | Literal["auto"] = "auto"

    def __init__(self, size: Size, margin: float, sampling: Sampling = "bilinear"):
        super().__init__()
        self.margin, self.size = margin, size
        (width, height), self.pad = canvas_of(size, margin)
        self.grid = PixelGrid(size, (self.pad[0] - 0.5, self.pad[1] - 0.5), sampling)
        self.colours = nn.Parameter(torch.full((1, 3, height, width), 0.5))

    def forward(self, xy_unit: Tensor) -> Tensor:
        return choose_form(self.form, self.colours, xy_unit).sample(self.colours, xy_unit, self.grid)

    def colour_error(
        self, xy_unit: Tensor, target: Tensor, weight: Tensor, kind: ColourKind, soft: float
    ) -> tuple[Tensor, Tensor] | None:
        """As `FusedForm` has it; None where no such form serves."""
        form = choose_form(self.form, self.colours, xy_unit, target, weight)
        if not isinstance(form, FusedForm):
            return None
        return form.colour_error(self.colours, xy_unit, self.grid, target, weight, kind, soft)

    @torch.no_grad()
    def set_picture(self, picture: Tensor) -> None:
        """Take over a frame [h, w, 3] of `size`; the margin continues its edge."""
        (left, top) = self.pad
        framed = functional.pad(picture.permute(2, 0, 1)[None].float(), (left, left, top, top), mode="replicate")
        self.colours.copy_(framed)


class HashCanonical(nn.Module):
    """2D hash grid and a network that also sees the place (CoDeF)."""

    def __init__(self, spec: GridSpec, margin: float, layers: int, width: int, seed: int):
        super().__init__()
        self.margin = margin
        self.grid = HashGrid(spec, seed=seed)
        self.network = Perceptron(2 + self.grid.width, 3, layers, width, seed=seed + 1)

    def forward(self, xy_unit: Tensor) -> Tensor:
        xy_grid = (xy_unit + self.margin) / (1 + 2 * self.margin)
        return self.network(torch.cat([xy_grid, self.grid(xy_grid)], -1)).float()


class FourierCanonical(nn.Module):
    """Frequencies and a deep network (CoDeF's option)."""

    def __init__(self, frequencies: int, margin: float, layers: int, width: int, seed: int):
        super().__init__()
        self.margin = margin
        self.features = FourierFeatures(2, frequencies)
        skips = (4,) if layers > 4 else ()
        self.network = Perceptron(
            self.features.width, 3, layers, width, seed=seed, bias=True, skips=skips, padded=False
        )

    def forward(self, xy_unit: Tensor) -> Tensor:
        return BOUND * torch.sigmoid(self.network(self.features(xy_unit)).float())
