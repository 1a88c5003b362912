"""CoDeF as published, in plain torch on the CPU: the baseline that Unreel's speed is measured against.

Written from the paper's equations and from the numerics of the grid encoding it uses; no line is copied. Wherever torch
offers several ways, the fastest that was found is taken, so that the baseline is not made slow on purpose:
- one level at a time (no [points, levels, corners] temporaries), arithmetic in int32, gathers and scatters with int64
  indices (`index_add_` is 20 times slower with int32 ones) on the two features seen as one complex number;
- levels whose annealing weight is 0 are skipped: nothing in, nothing back, exactly as if they were computed;
- no optical flow term (it needs a learned network and doubles the deformation's evaluations).
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from bench.clip import Clip

# --- the grid encoding ---------------------------------------------------------------------------------------------

PRIMES_INT32 = (1, 2654435761 - (1 << 32), 805459861)
"""The hash's primes, as the int32 of the same bits: products then wrap as uint32 ones do."""


@dataclass(frozen=True)
class GridSpec:
    """A multi-resolution hash grid with two features an entry."""

    axes: int
    growth: float
    """Each level's cells are this much finer than the last one's."""
    levels: int = 16
    entries_log2: int = 19
    base: int = 16
    """Vertices an axis of the coarsest level."""

    def scales(self) -> list[float]:
        """Cells an axis over the unit interval, a level; float32 as the original computes it."""
        log2_growth = np.log2(np.float32(self.growth))
        return [float(np.exp2(np.float32(i) * log2_growth) * np.float32(self.base) - 1) for i in range(self.levels)]

    def resolutions(self) -> list[int]:
        """Vertices an axis, a level."""
        return [math.ceil(scale) + 1 for scale in self.scales()]

    def entries(self) -> list[int]:
        """Rows of the table, a level: all vertices rounded up to 8, or the table's bound."""
        return [min(-(-(r**self.axes) // 8) * 8, 1 << self.entries_log2) for r in self.resolutions()]


@dataclass(frozen=True)
class Level:
    scale: float
    resolution: int
    first: int
    entries: int
    hashed: bool


def make_levels(spec: GridSpec) -> list[Level]:
    """The levels in the order in which they lie in the one table."""
    levels, first = [], 0
    for scale, resolution, entries in zip(spec.scales(), spec.resolutions(), spec.entries(), strict=True):
        levels.append(Level(scale, resolution, first, entries, resolution**spec.axes > entries))
        first += entries
    return levels


def compute_entry(level: Level, vertex: list[Tensor]) -> Tensor:
    """Row in the level's table (int64 [n]) of vertices, one int32 [n] an axis."""
    if level.hashed:
        row = vertex[0]
        for coordinate, prime in zip(vertex[1:], PRIMES_INT32[1:], strict=False):
            row = row ^ (coordinate * prime)
        return (row & (level.entries - 1)).long()
    row, stride = vertex[0], 1
    for coordinate in vertex[1:]:
        stride *= level.resolution
        row = row + coordinate * stride
    low, high = torch.aminmax(row)
    if low >= 0 and high < level.entries:
        return row.long()
    return (row.long() & 0xFFFFFFFF) % level.entries  # off the grid: as uint32 wraps


def split_cell(level: Level, columns: list[Tensor]) -> tuple[list[Tensor], list[Tensor]]:
    """Cell (int32) and place in it (0..1) of unit coordinates, each [n] an axis; levels stand half a cell apart."""
    position = [column * level.scale + 0.5 for column in columns]
    floor = [p.floor() for p in position]
    return [f.int() for f in floor], [p - f for p, f in zip(position, floor, strict=True)]


def iterate_corners(
    level: Level, cell: list[Tensor], place: list[Tensor]
) -> Iterator[tuple[Tensor, list[Tensor], list[int]]]:
    """Each corner of the cells: row [n], weight [n] an axis, and which side it is on (-1 or 1) an axis."""
    sides = [(c, c + 1) for c in cell]
    weights = [(1 - p, p) for p in place]
    for corner in range(1 << len(cell)):
        bits = [(corner >> axis) & 1 for axis in range(len(cell))]
        row = compute_entry(level, [side[bit] for side, bit in zip(sides, bits, strict=True)])
        yield row, [weight[bit] for weight, bit in zip(weights, bits, strict=True)], [2 * bit - 1 for bit in bits]


def multiply(factors: list[Tensor]) -> Tensor:
    product = factors[0]
    for factor in factors[1:]:
        product = product * factor
    return product


class EncodeGrid(torch.autograd.Function):
    """Features [n, 2 * levels] of points [n, axes] from a table [entries, 2]; `level_weights` scales each level's."""

    @staticmethod
    def forward(ctx: Any, points: Tensor, table: Tensor, levels: list[Level], level_weights: list[float]) -> Tensor:
        columns = list(points.detach().t().contiguous())
        pairs = torch.view_as_complex(table.detach())
        features = pairs.new_zeros(len(levels), points.shape[0])
        for index, (level, level_weight) in enumerate(zip(levels, level_weights, strict=True)):
            if level_weight == 0:
                continue
            rows = pairs[level.first : level.first + level.entries]
            for row, weights, _ in iterate_corners(level, *split_cell(level, columns)):
                features[index].addcmul_(rows.index_select(0, row), multiply(weights).to(pairs.dtype))
            features[index] *= level_weight
        ctx.save_for_backward(points, table)
        ctx.levels, ctx.level_weights = levels, level_weights
        return torch.view_as_real(features.t().contiguous()).flatten(1)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, Tensor, None, None]:
        points, table = ctx.saved_tensors
        columns = list(points.detach().t().contiguous())
        pairs = torch.view_as_complex(table.detach())
        by_level = torch.view_as_complex(gradient.contiguous().view(points.shape[0], -1, 2)).t()
        into_table = torch.zeros_like(pairs)
        into_columns = [torch.zeros_like(column) for column in columns]
        for index, (level, level_weight) in enumerate(zip(ctx.levels, ctx.level_weights, strict=True)):
            if level_weight == 0:
                continue
            here = slice(level.first, level.first + level.entries)
            feature_gradient = by_level[index].contiguous() * level_weight
            conjugate = feature_gradient.conj().resolve_conj()
            for row, weights, sides in iterate_corners(level, *split_cell(level, columns)):
                into_table[here].scatter_add_(0, row, feature_gradient * multiply(weights).to(pairs.dtype))
                if not ctx.needs_input_grad[0]:
                    continue
                along = (pairs[here].index_select(0, row) * conjugate).real
                for axis, side in enumerate(sides):
                    others = multiply([along, *(w for other, w in enumerate(weights) if other != axis)])
                    into_columns[axis].add_(others, alpha=side * level.scale)
        into_points = torch.stack(into_columns, -1) if ctx.needs_input_grad[0] else None
        return into_points, torch.view_as_real(into_table), None, None


class HashGrid(nn.Module):
    def __init__(self, spec: GridSpec, generator: torch.Generator):
        super().__init__()
        self.levels = make_levels(spec)
        self.width = 2 * spec.levels
        self.table = nn.Parameter(torch.empty(sum(spec.entries()), 2).uniform_(-1e-4, 1e-4, generator=generator))

    def forward(self, points: Tensor, level_weights: list[float] | None = None) -> Tensor:
        return EncodeGrid.apply(points, self.table, self.levels, level_weights or [1.0] * len(self.levels))


# --- the two fields ------------------------------------------------------------------------------------------------


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


# --- training ------------------------------------------------------------------------------------------------------


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


@dataclass(frozen=True)
class Point:
    """One point of a trajectory."""

    step: int
    core_seconds: float
    """Of all steps so far, on one core; start-up and measuring are not in it."""
    psnr: float


def compute_psnr(squared_error_mean: float) -> float:
    return -10 * math.log10(max(squared_error_mean, 1e-12))


def compute_sobel_luma(frame: Tensor) -> Tensor:
    """Sobel gradients [1, 2, h, w] of the luma of a frame [h, w, 3]."""
    luma = frame @ frame.new_tensor([0.299, 0.587, 0.114])
    x = frame.new_tensor([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]]) / 8
    return functional.conv2d(luma[None, None], torch.stack([x, x.t()])[:, None], padding=1)


class Trainer:
    """CoDeF on frames [t, h, w, 3] as stored; each `step` is one Adam step on one whole frame."""

    STATEFUL = ("canonical", "deformation", "optimizer", "schedule")

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

    def point(self) -> Point:
        return Point(self.steps, self.core_seconds, self.measure_psnr())

    def save(self, path: Path, trajectory: list[Point]) -> None:
        parts = {name: getattr(self, name).state_dict() for name in self.STATEFUL}
        counters = {"steps": self.steps, "core_seconds": self.core_seconds, "order": self.order}
        temporary = path.with_suffix(".part")
        points = [asdict(point) for point in trajectory]
        torch.save(parts | counters | {"generator": self.generator.get_state(), "trajectory": points}, temporary)
        temporary.replace(path)

    def load(self, path: Path) -> list[Point]:
        """Go on from a saved trainer; its trajectory so far."""
        saved = torch.load(path, weights_only=True)
        for name in self.STATEFUL:
            getattr(self, name).load_state_dict(saved[name])
        self.steps, self.core_seconds, self.order = saved["steps"], saved["core_seconds"], saved["order"]
        self.generator.set_state(saved["generator"])
        return [Point(**point) for point in saved["trajectory"]]


def train(
    trainer: Trainer,
    trajectory: list[Point],
    max_steps: int = 10000,
    max_core_seconds: float = math.inf,
    measure_every: int = 50,
    on_point: Callable[[Point], None] = lambda point: None,
) -> None:
    """Train until a budget is used up; the PSNR every so many steps, put on `trajectory` and told to `on_point`."""
    while True:
        done = trainer.steps >= max_steps or trainer.core_seconds >= max_core_seconds
        due = done or trainer.steps % measure_every == 0
        if due and (not trajectory or trajectory[-1].step < trainer.steps):
            trajectory.append(trainer.point())
            on_point(trajectory[-1])
        if done:
            return
        trainer.step()


def write_recording(path: Path, name: str, settings: Settings, trajectory: list[Point]) -> None:
    """Put a trajectory on the bench's clip into a file of recordings, one line a point; the file's others stay."""
    recordings = json.loads(path.read_text())["recordings"] if path.exists() else {}
    points = [[p.step, round(p.core_seconds, 2), round(p.psnr, 3)] for p in trajectory]
    recordings[name] = {"settings": asdict(settings), "columns": ["step", "core_seconds", "psnr"], "points": points}
    blocks = []
    for key, entry in recordings.items():
        head = [f"   {json.dumps(k)}: {json.dumps(v)}" for k, v in entry.items() if k != "points"]
        rows = ",\n".join(f"    {json.dumps(row)}" for row in entry["points"])
        blocks.append(f"  {json.dumps(key)}: {{\n" + ",\n".join([*head, f'   "points": [\n{rows}\n   ]']) + "\n  }")
    path.write_text('{\n "recordings": {\n' + ",\n".join(blocks) + "\n }\n}\n")


def main() -> None:
    """Record a trajectory on the bench's clip, rewritten at each point, so that it can be read while it grows."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("json", type=Path)
    parser.add_argument("--steps", type=int, default=10000)
    parser.add_argument("--measure-every", type=int, default=50)
    parser.add_argument("--no-anneal", action="store_true", help="the deformation's grid from the first step on")
    parser.add_argument("--checkpoint", type=Path, help="saved at each point; gone on from where it exists")
    options = parser.parse_args()
    torch.set_num_threads(1)
    settings = Settings(anneal=not options.no_anneal)
    name = "published" if settings.anneal else "grid from the start"
    trainer = Trainer(Clip().frames(), settings)
    resumed = options.checkpoint and options.checkpoint.exists()
    trajectory = trainer.load(options.checkpoint) if resumed else []

    def on_point(_: Point) -> None:
        write_recording(options.json, name, settings, trajectory)
        if options.checkpoint:
            trainer.save(options.checkpoint, trajectory)

    train(trainer, trajectory, options.steps, measure_every=options.measure_every, on_point=on_point)


if __name__ == "__main__":
    main()
