"""Explicit grids of features at several resolutions: what a hash grid is without the hash, for small sizes."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from .encode import weights_of
from .hash_grid import INITIAL


class DensePyramid(nn.Module):
    """Features of points, interpolated linearly in grids of `resolutions`, a grid a level; called as `HashGrid` is.

    A grid's outer vertices lie on the unit cube's faces; beyond them its edge holds on.
    """

    def __init__(self, axes: int, resolutions: Sequence[int], features: int = 4, seed: int = 0):
        """`resolutions`: vertices an axis, at least 2."""
        super().__init__()
        self.axes, self.features, self.width = axes, features, len(resolutions) * features
        generator = torch.Generator().manual_seed(seed)
        self.grids = nn.ParameterList(
            torch.empty(1, features, *[resolution] * axes).uniform_(-INITIAL, INITIAL, generator=generator)
            for resolution in resolutions
        )

    def forward(self, points: Tensor, level_weights: Tensor | Sequence[float] | None = None) -> Tensor:
        """Features [n, width] of points [n, axes] in 0..1; `level_weights` one number a grid, 0 to skip it."""
        if points.ndim != 2 or points.shape[1] != self.axes:
            raise ValueError(f"points are {list(points.shape)}, this pyramid wants [n, {self.axes}]")
        at = (2 * points - 1).view(1, *[1] * (self.axes - 1), -1, self.axes)
        weights = weights_of(level_weights, len(self.grids))
        return torch.cat([self.sample(grid, at, weight) for grid, weight in zip(self.grids, weights, strict=True)], -1)

    def sample(self, grid: Tensor, at: Tensor, weight: float) -> Tensor:
        """One level's features [n, features]; the grid's last axis is the points' first."""
        if weight == 0:
            return at.new_zeros(at.shape[-2], self.features)
        found = functional.grid_sample(grid, at, mode="bilinear", padding_mode="border", align_corners=True)
        return weight * found.reshape(self.features, -1).t()
