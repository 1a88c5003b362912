"""CoDeF as published, in plain torch on the CPU: the baseline that Unreel's speed is measured against.

Written from the paper's equations and from the numerics of the grid encoding it uses; no line is copied. Wherever torch
offers several ways, the fastest that was found is taken, so that the baseline is not made slow on purpose. There is no
optical flow term: it needs a learned network and doubles the deformation's evaluations.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from bench.codef_grid import GridSpec, HashGrid


class Perceptron(nn.Module):
    """ReLU layers without biases, but the input is padded with ones to a multiple of 16: a bias of the first layer."""

    def __init__(self, width_in: int, hidden: int, width: int, width_out: int, generator: torch.Generator):
        super().__init__()
        self.width_in, self.width_out = width_in, width_out
        padded = [math.ceil(width_in / 16) * 16, *[width] * hidden, math.ceil(width_out / 16) * 16]
        self.weights = nn.ParameterList()
        for fan_in, fan_out in pairwise(padded):
            bound = math.sqrt(6 / (fan_in + fan_out))
            self.weights.append(torch.empty(fan_out, fan_in).uniform_(-bound, bound, generator=generator))

    def forward(self, x: Tensor) -> Tensor:
        first, *others = self.weights
        x = functional.linear(x, first[:, : self.width_in], first[:, self.width_in :].sum(1))
        for weight in others[:-1]:
            x = functional.linear(functional.relu_(x), weight)
        return functional.linear(functional.relu_(x), others[-1][: self.width_out])


class Canonical(nn.Module):
    """The colour of the still picture: 2D grid and point, 2 x 64."""

    def __init__(self, generator: torch.Generator):
        super().__init__()
        self.grid = HashGrid(GridSpec(axes=2, growth=1.44), generator)
        self.network = Perceptron(2 + self.grid.width, 2, 64, 3, generator)

    def forward(self, xy_unit: Tensor) -> Tensor:
        """Colours [n, 3] at [n, 2]; the grid spans -0.3 to 1.3 of the frame."""
        xy_grid = (xy_unit + 0.3) / 1.6
        return self.network(torch.cat([xy_grid, self.grid(xy_grid)], -1))


class Deformation(nn.Module):
    """Where a frame's point lies on the canonical: 3D grid and point, 8 x 64, a fifth of the output added."""

    def __init__(self, generator: torch.Generator):
        super().__init__()
        self.grid = HashGrid(GridSpec(axes=3, growth=1.38), generator)
        self.network = Perceptron(3 + self.grid.width, 8, 64, 2, generator)

    def forward(self, xyt_unit: Tensor, level_weights: list[float]) -> Tensor:
        features = self.grid(xyt_unit, level_weights)
        return xyt_unit[:, :2] + self.network(torch.cat([xyt_unit, features], -1)) / 5


def compute_level_weights(step: int, levels: int, begin: int, length: int) -> list[float]:
    """The cosine window that opens the levels one after the other, from `begin` on for `length` steps."""
    opened = (step - begin) / length * levels
    return [(1 - math.cos(math.pi * min(max(opened - level, 0.0), 1.0))) / 2 for level in range(levels)]


@dataclass(frozen=True)
class Settings:
    """The published values. One step is one whole frame."""

    learning_rate: float = 1e-3
    halve_at: tuple[int, ...] = (2500, 5000, 7500)
    anneal: bool = True
    """False: all levels of the deformation's grid from the first step on (not what was published; slower a step)."""
    anneal_begin: int = 4000
    anneal_length: int = 4000
    gradient_weight: float = 0.0
    """Of the L1 of Sobel gradients of luma; the published code uses 0.1, the paper has no such term."""
    seed: int = 1


def compute_psnr(squared_error_mean: float) -> float:
    return -10 * math.log10(max(squared_error_mean, 1e-12))


def compute_sobel_luma(frame: Tensor) -> Tensor:
    """Sobel gradients [1, 2, h, w] of the luma of a frame [h, w, 3]."""
    luma = frame @ frame.new_tensor([0.299, 0.587, 0.114])
    x = frame.new_tensor([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]]) / 8
    return functional.conv2d(luma[None, None], torch.stack([x, x.t()])[:, None], padding=1)


class Trainer:
    """CoDeF on frames [t, h, w, 3] as stored; each `step` is one Adam step on one whole frame."""

    def __init__(self, frames: np.ndarray, settings: Settings = Settings()):
        self.frames, self.settings = torch.from_numpy(np.ascontiguousarray(frames, np.float32)), settings
        self.generator = torch.Generator().manual_seed(settings.seed)
        self.canonical, self.deformation = Canonical(self.generator), Deformation(self.generator)
        parameters = [*self.canonical.parameters(), *self.deformation.parameters()]
        self.optimizer = torch.optim.Adam(parameters, lr=settings.learning_rate, eps=1e-8, fused=True)
        self.schedule = torch.optim.lr_scheduler.MultiStepLR(self.optimizer, list(settings.halve_at), gamma=0.5)
        self.steps, self.core_seconds = 0, 0.0
        self.order: list[int] = []
        height, width = frames.shape[1:3]
        y, x = torch.meshgrid((torch.arange(height) + 0.5) / height, (torch.arange(width) + 0.5) / width, indexing="ij")
        self.xy_unit = torch.stack([x, y], -1).reshape(-1, 2)

    def render(self, index: int) -> Tensor:
        """Frame `index` as the fields have it: [h, w, 3]."""
        time_unit = torch.full((self.xy_unit.shape[0], 1), index / self.frames.shape[0])
        s = self.settings
        weights = [1.0] * len(self.deformation.grid.levels)
        if s.anneal:
            weights = compute_level_weights(self.steps, len(weights), s.anneal_begin, s.anneal_length)
        xy_canonical = self.deformation(torch.cat([self.xy_unit, time_unit], -1), weights)
        return self.canonical(xy_canonical).view(self.frames.shape[1:])

    def step(self) -> float:
        """One step; the squared error before it."""
        start = time.process_time()
        if not self.order:
            self.order = torch.randperm(self.frames.shape[0], generator=self.generator).tolist()
        index = self.order.pop()
        rendered, target = self.render(index), self.frames[index]
        squared_error = functional.mse_loss(rendered, target)
        loss = squared_error
        if self.settings.gradient_weight:
            difference = compute_sobel_luma(rendered) - compute_sobel_luma(target)
            loss = loss + self.settings.gradient_weight * difference.abs().mean()
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()
        self.schedule.step()
        self.steps += 1
        self.core_seconds += time.process_time() - start
        return squared_error.item()

    @torch.no_grad()
    def measure_psnr(self) -> float:
        """Of the squared error's mean over all pixels and channels of all frames; its time is not counted."""
        errors = [functional.mse_loss(self.render(i), frame).item() for i, frame in enumerate(self.frames)]
        return compute_psnr(sum(errors) / len(errors))
