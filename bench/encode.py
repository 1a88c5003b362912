"""What the compiled hash grid is worth: numba against torch in one run, for the encoding alone and for a CoDeF step.

Two forms in torch are compared with. *Plain* takes all levels and corners at once, as one would write it down from the
equations; *by level* is Unreel's own torch backend, the reference, which makes no such arrays.
"""

from __future__ import annotations

import argparse
import itertools
import os
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # before torch starts its threads

import torch
from torch import Tensor, nn
from torch.nn import functional
from unreel.core.fields.encode import HashGrid
from unreel.core.fields.hash_grid import PRIMES, GridSpec, make_levels
from unreel.core.fields.perceptron import Perceptron

from bench.processes import describe_machine

SIZE = (480, 270)
PUBLISHED = {2: GridSpec(2, growth=1.44), 3: GridSpec(3, growth=1.38)}
"""CoDeF's canonical and deformation grids."""
NETWORKS = [(35, 2, 8, 64), (34, 3, 2, 64)]
"""Its deformation's and its canonical's: inputs, outputs, hidden layers and their width."""


class PlainGrid(nn.Module):
    """The grid in vectorised torch: [points, levels, corners] at once, gradients by autograd."""

    def __init__(self, spec: GridSpec, seed: int = 0):
        super().__init__()
        levels = make_levels(spec)
        self.table = HashGrid(spec, seed).table
        self.width = spec.width
        self.scale = torch.tensor([level.scale for level in levels])
        self.first = torch.tensor([level.first for level in levels])
        self.entries = torch.tensor([level.entries for level in levels])
        self.hashed = torch.tensor([level.hashed for level in levels])
        self.stride = torch.tensor([[level.resolution**axis for axis in range(spec.axes)] for level in levels])
        self.primes = torch.tensor(PRIMES[: spec.axes])
        self.corners = torch.tensor(list(itertools.product((0, 1), repeat=spec.axes)))

    def forward(self, points: Tensor, level_weights: None = None) -> Tensor:
        position = points[:, None, :] * self.scale[:, None] + 0.5
        floor = position.floor()
        place = (position - floor)[:, :, None, :]
        vertex = floor.long()[:, :, None, :] + self.corners
        parts = (vertex * self.primes).unbind(-1)
        hashed = parts[0]
        for part in parts[1:]:
            hashed = hashed ^ part
        dense = (vertex * self.stride[:, None, :]).sum(-1)
        row = torch.where(self.hashed[:, None], hashed, dense) % self.entries[:, None] + self.first[:, None]
        sides = torch.where(self.corners.bool(), place, 1 - place).unbind(-1)
        weight = sides[0]
        for side in sides[1:]:  # not prod(): its gradient is slower
            weight = weight * side
        return (self.table[row] * weight[..., None]).sum(2).flatten(1)


@dataclass(frozen=True)
class Cost:
    core: float
    """Core-seconds."""
    wall: float


def measure(phases: Sequence[Callable[[], None]], repeats: int) -> list[Cost]:
    """Each phase's median over a few rounds, after one that is not counted."""
    rounds = []
    for _ in range(repeats + 1):
        clocks = [(time.process_time(), time.perf_counter())]
        for phase in phases:
            phase()
            clocks.append((time.process_time(), time.perf_counter()))
        rounds.append([(b[0] - a[0], b[1] - a[1]) for a, b in itertools.pairwise(clocks)])
    return [Cost(*map(statistics.median, zip(*costs, strict=True))) for costs in zip(*rounds[1:], strict=True)]


def frame_points(axes: int) -> Tensor:
    """A frame's pixel centres [n, axes], row after row, at one time."""
    y, x = torch.meshgrid(
        (torch.arange(SIZE[1]) + 0.5) / SIZE[1], (torch.arange(SIZE[0]) + 0.5) / SIZE[0], indexing="ij"
    )
    return torch.stack([x, y, torch.full_like(x, 0.4)][:axes], -1).reshape(-1, axes)


def encode_costs(grid: nn.Module, points: Tensor, into_points: bool, repeats: int) -> list[Cost]:
    """Forward and backward; `into_points` where a field before this one wants its gradient."""
    points = points.clone().requires_grad_(into_points)
    given = torch.randn(len(points), grid.width, generator=torch.Generator().manual_seed(1))
    made: list[Tensor] = []

    def forward() -> None:
        made[:] = [grid(points)]

    def backward() -> None:
        grid.table.grad = points.grad = None
        made.pop().backward(given)

    return measure([forward, backward], repeats)


class CodefStep:
    """One Adam step on one whole frame with the published sizes, all levels open, squared error only."""

    def __init__(self, make_grid: Callable[[GridSpec], nn.Module], half: bool = False):
        self.grids = [make_grid(PUBLISHED[3]), make_grid(PUBLISHED[2])]
        self.networks = [Perceptron(*sizes, seed=seed) for seed, sizes in enumerate(NETWORKS)]
        modules = nn.ModuleList([*self.grids, *self.networks])
        self.optimizer = torch.optim.Adam(modules.parameters(), lr=1e-3, eps=1e-8, fused=True)
        self.xyt, self.half = frame_points(3), half
        self.target = torch.rand(len(self.xyt), 3, generator=torch.Generator().manual_seed(0))

    def render(self) -> Tensor:
        (deform_grid, colour_grid), (deform, colour) = self.grids, self.networks
        with torch.autocast("cpu", torch.bfloat16, enabled=self.half):
            moved = deform(torch.cat([self.xyt, deform_grid(self.xyt)], -1)).float() / 5
            xy_grid = (self.xyt[:, :2] + moved + 0.3) / 1.6
            return colour(torch.cat([xy_grid, colour_grid(xy_grid)], -1)).float()

    def __call__(self) -> None:
        self.optimizer.zero_grad(set_to_none=True)
        functional.mse_loss(self.render(), self.target).backward()
        self.optimizer.step()


def ratios(plain: Cost, ours: Cost) -> str:
    return f"{plain.core / ours.core:5.1f} / {plain.wall / ours.wall:5.1f}"


def milliseconds(cost: Cost) -> str:
    return f"{1e3 * cost.core:7.0f} / {1e3 * cost.wall:7.0f}"


def added(*costs: Cost) -> Cost:
    return Cost(sum(cost.core for cost in costs), sum(cost.wall for cost in costs))


def row(*cells: str) -> None:
    print("| " + " | ".join(cells) + " |", flush=True)


def print_costs(label: str, plain: Cost, by_level: Cost, ours: Cost) -> None:
    row(label, *map(milliseconds, (plain, by_level, ours)), ratios(plain, ours), ratios(by_level, ours))


def bench_encoding(axes: int, threads: int, repeats: int) -> None:
    """The canonical's grid (2D) is asked at points that learn, and gives them a gradient; the deformation's is not."""
    spec, into_points = PUBLISHED[axes], axes == 2
    grids = [PlainGrid(spec), HashGrid(spec, backend="torch"), HashGrid(spec, backend="numba")]
    counts = [max(2, repeats // 3), repeats, 3 * repeats]
    costs = [encode_costs(g, frame_points(axes), into_points, n) for g, n in zip(grids, counts, strict=True)]
    name = f"{axes}D, {threads} thread{'s' * (threads > 1)}"
    print_costs(f"{name}, forward", *(cost[0] for cost in costs))
    print_costs(f"{name}, backward", *(cost[1] for cost in costs))
    print_costs(f"{name}, both", *(added(*cost) for cost in costs))


def bench_step(threads: int, repeats: int) -> None:
    plain = measure([CodefStep(PlainGrid)], max(2, repeats // 3))[0]
    by_level = measure([CodefStep(lambda spec: HashGrid(spec, backend="torch"))], repeats)[0]
    ours = measure([CodefStep(lambda spec: HashGrid(spec, backend="numba"))], repeats)[0]
    name = f"{threads} thread{'s' * (threads > 1)}"
    print_costs(f"step, {name}", plain, by_level, ours)
    half = measure([CodefStep(lambda spec: HashGrid(spec, backend="numba"), half=True)], repeats)[0]
    print_costs(f"step, {name}, our networks in bfloat16", plain, by_level, half)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    options = parser.parse_args(arguments)
    print(f"{describe_machine()}, torch {torch.__version__}, {SIZE[0]}x{SIZE[1]} points; core / wall\n")
    row("", "plain torch, ms", "torch by level, ms", "numba, ms", "plain : numba", "by level : numba")
    row(*["---"] * 6)
    for threads in options.threads:
        torch.set_num_threads(threads)
        for axes in PUBLISHED:
            bench_encoding(axes, threads, options.repeats)
        bench_step(threads, options.repeats)


if __name__ == "__main__":
    main()
