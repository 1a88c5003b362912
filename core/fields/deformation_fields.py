"""Where a frame's points lie on the canonical: unit coordinates [n, 2] of unit coordinates [n, 2] and frames [n].

Frames count from 0. All are the identity when they are made: the last layer, or all that bends, begins as zero.
`step` opens annealed levels and frequencies; without it all are open.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
import torch
from torch import Tensor, nn

from .annealing import anneal_weights
from .encode import HashGrid
from .explicit import FormName, choose_form
from .fourier import FourierFeatures
from .frame_map import FrameMap
from .hash_grid import GridSpec
from .perceptron import Perceptron
from .spline import knot_count

Size = tuple[int, int]
"""Width and height."""
OUTPUT_SHARE = 0.2
"""A network's output is so much of the frame's side (CoDeF)."""


class Deformation(Protocol):
    def __call__(self, xy_unit: Tensor, frame: Tensor, step: int | None = None) -> Tensor: ...

    def parameters(self) -> Iterator[nn.Parameter]: ...


@dataclass(frozen=True)
class Annealing:
    begin: int = 0
    length: int = 0
    """Steps; 0 opens all at once."""

    def weights(self, step: int | None, count: int) -> list[float] | None:
        if step is None or self.length == 0 or step >= self.begin + self.length:
            return None
        return [float(w) for w in anneal_weights(step, count, self.begin, self.length)]


def begun_at_zero(network: Perceptron) -> Perceptron:
    """Its output is 0 whatever goes in, until the first step."""
    last = [p for p in network.parameters() if p.ndim == 2][-1]
    biases = [p for p in network.parameters() if p.ndim == 1]
    with torch.no_grad():
        for parameter in (last, *biases[-1:]):
            parameter.zero_()
    return network


class SplineDeformation(nn.Module):
    """Homography and cubic B-spline lattice, a set each frame: `FrameMap` in torch."""

    form: FormName | Literal["auto"] = "auto"

    def __init__(self, frames: int, size: Size, cell: int):
        super().__init__()
        self.size, self.cell = size, cell
        self.plane = nn.Parameter(torch.zeros(frames, 8))
        """What is added to the identity's first eight entries, in unit coordinates from the frame's middle."""
        self.knots = nn.Parameter(torch.zeros(frames, knot_count(size[1], cell), knot_count(size[0], cell), 2))
        """Unit coordinates."""

    def forward(self, xy_unit: Tensor, frame: Tensor, step: int | None = None) -> Tensor:
        form = choose_form(self.form, self.plane, self.knots, xy_unit)
        cells = (self.size[0] / self.cell, self.size[1] / self.cell)
        return form.warp(self.plane, self.knots, xy_unit, frame, cells)

    def frame_map(self, frame: int) -> FrameMap:
        """The same map between pixels."""
        width, height = self.size
        centred = np.array([[1 / width, 0, 0.5 / width - 0.5], [0, 1 / height, 0.5 / height - 0.5], [0, 0, 1]])
        plane = np.eye(3)
        plane.flat[:8] += self.plane[frame].detach().double().cpu().numpy()
        matrix = np.linalg.inv(centred) @ plane @ centred
        knots = self.knots[frame].detach().cpu().numpy() * np.array([width, height], np.float32)
        return FrameMap(matrix / matrix[2, 2], knots, self.cell)

    @torch.no_grad()
    def set_frame(self, frame: int, homography: np.ndarray, knots: np.ndarray) -> None:
        """From a homography between pixels, and knots [ny, nx, 2] in pixels of a lattice that is at least as large."""
        width, height = self.size
        pixel = np.array([[width, 0, 0.5 * width - 0.5], [0, height, 0.5 * height - 0.5], [0, 0, 1]])
        plane = np.linalg.inv(pixel) @ homography @ pixel
        added = (plane / plane[2, 2] - np.eye(3)).ravel()[:8]
        self.plane[frame] = torch.from_numpy(added).to(self.plane)
        ny, nx = self.knots.shape[1:3]
        own = knots[:ny, :nx] / np.array([width, height])
        self.knots[frame] = torch.from_numpy(own).to(self.knots)


class HashDeformation(nn.Module):
    """3D hash grid over place and time, and a deep narrow network that also sees them (CoDeF)."""

    def __init__(self, frames: int, spec: GridSpec, layers: int, width: int, annealing: Annealing, seed: int):
        super().__init__()
        self.frames, self.annealing, self.levels = frames, annealing, spec.levels
        self.grid = HashGrid(spec, seed=seed)
        self.network = begun_at_zero(Perceptron(3 + self.grid.width, 2, layers, width, seed=seed + 1))

    def forward(self, xy_unit: Tensor, frame: Tensor, step: int | None = None) -> Tensor:
        xyt = torch.cat([xy_unit, (frame / self.frames).to(xy_unit)[:, None]], -1)
        features = self.grid(xyt, self.annealing.weights(step, self.levels))
        return xy_unit + OUTPUT_SHARE * self.network(torch.cat([xyt, features], -1)).float()


class FourierDeformation(nn.Module):
    """Frequencies of the place, a code of the frame's own, and a network (CoDeF's option)."""

    def __init__(
        self, frames: int, frequencies: int, code: int, layers: int, width: int, annealing: Annealing, seed: int
    ):
        super().__init__()
        self.annealing, self.frequencies = annealing, frequencies
        self.features = FourierFeatures(2, frequencies)
        generator = torch.Generator().manual_seed(seed)
        self.codes = nn.Parameter(torch.randn(frames, code, generator=generator))
        skips = (4,) if layers > 4 else ()
        self.network = begun_at_zero(
            Perceptron(
                self.features.width + code, 2, layers, width, seed=seed + 1, bias=True, skips=skips, padded=False
            )
        )

    def forward(self, xy_unit: Tensor, frame: Tensor, step: int | None = None) -> Tensor:
        weights = self.annealing.weights(step, self.frequencies)
        features = self.features(xy_unit, None if weights is None else xy_unit.new_tensor(weights))
        return xy_unit + self.network(torch.cat([features, self.codes[frame]], -1)).float()


class SmoothDeformation(nn.Module):
    """A plain network of place and time (LNA's mapping, as in codef-experiments): it can be nothing but smooth."""

    def __init__(self, frames: int, layers: int, width: int, seed: int):
        super().__init__()
        self.frames = frames
        self.network = begun_at_zero(Perceptron(3, 2, layers, width, seed=seed, bias=True, padded=False))

    def forward(self, xy_unit: Tensor, frame: Tensor, step: int | None = None) -> Tensor:
        time = 2 * (frame.to(xy_unit) + 0.5) / self.frames - 1
        xyt = torch.cat([2 * xy_unit - 1, time[:, None]], -1)
        return xy_unit + 0.5 * torch.tanh(self.network(xyt).float())


class ResidualDeformation(nn.Module):
    """One deformation, and a share of another's displacement on top."""

    def __init__(self, base: nn.Module, residual: nn.Module, scale: float):
        super().__init__()
        self.base, self.residual, self.scale = base, residual, scale

    def forward(self, xy_unit: Tensor, frame: Tensor, step: int | None = None) -> Tensor:
        return self.base(xy_unit, frame) + self.scale * (self.residual(xy_unit, frame, step) - xy_unit)
