"""Fourier features: a point as sines and cosines of its coordinates."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn


class FourierFeatures(nn.Module):
    """(x, sin(2^0 u x), cos(2^0 u x), sin(2^1 u x), ...) of points x [n, axes], each of these `axes` wide.

    `unit` is u, the lowest frequency in radians: 1 as CoDeF's code has it, pi as NeRF's paper has it (Eq. 4).
    """

    def __init__(self, axes: int, frequencies: int, include_input: bool = True, unit: float = 1.0):
        super().__init__()
        self.frequencies, self.include_input = frequencies, include_input
        self.width = axes * (2 * frequencies + include_input)
        self.radians: Tensor
        self.register_buffer("radians", unit * 2.0 ** torch.arange(frequencies), persistent=False)

    def forward(self, points: Tensor, weights: Tensor | Sequence[float] | None = None) -> Tensor:
        """Features [n, width]; `weights` has one number a frequency, see `anneal_weights`."""
        angles = points[:, None, :] * self.radians.to(points.dtype)[:, None]
        waves = torch.stack([angles.sin(), angles.cos()], 2)
        if weights is not None:
            waves = waves * torch.as_tensor(weights, dtype=waves.dtype, device=waves.device)[:, None, None]
        parts = [points] if self.include_input else []
        return torch.cat([*parts, waves.flatten(1)], -1)
