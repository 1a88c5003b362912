"""A point's features out of a hash grid, by whichever backend is there."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any, Literal, Protocol, cast

import torch
from torch import Tensor, nn

from .hash_grid import INITIAL, GridSpec, entry_count

BackendName = Literal["torch", "numba", "triton", "tinycudann"]
MODULES: dict[BackendName, str] = {
    "torch": ".encode_torch",
    "numba": ".encode_numba",
    "triton": ".encode_triton",
    "tinycudann": ".encode_tcnn",
}


class Backend(Protocol):
    """The module of a backend: two functions, nothing remembered between them.

    `points` [n, axes], `table` [entries, features], `level_weights` one number a level, 0 for a level to skip;
    `gradient` [n, levels * features] is contiguous.
    """

    def why_not(self) -> str | None:
        """What is missing on this machine."""

    def serves(self, points: Tensor, table: Tensor) -> bool:
        """Whether it takes their devices and dtypes."""

    def forward(self, spec: GridSpec, points: Tensor, table: Tensor, level_weights: Sequence[float]) -> Tensor:
        """Features [n, levels * features], level after level."""

    def backward(
        self,
        spec: GridSpec,
        points: Tensor,
        table: Tensor,
        level_weights: Sequence[float],
        gradient: Tensor,
        wants: tuple[bool, bool],
    ) -> tuple[Tensor | None, Tensor | None]:
        """A gradient's parts for points and table, each only if wanted."""


def load_backend(name: BackendName) -> Backend:
    """Raises ImportError where its package is missing."""
    return cast(Backend, import_module(MODULES[name], __package__))


def available_backends() -> dict[BackendName, str | None]:
    """Each backend with None if it can be used here, else the reason why not."""
    return {name: why_not(name) for name in MODULES}


def why_not(name: BackendName) -> str | None:
    try:
        return load_backend(name).why_not()
    except (ImportError, OSError) as error:  # OSError: a package that is there, with a driver's library that is not
        return f"{name} does not import: {error}"


def choose_backend(points: Tensor, table: Tensor) -> BackendName:
    """The fastest that computes in float32.

    Never tinycudann, which computes in half precision: results must not change because a package is installed.
    """
    preferred: BackendName = "triton" if points.is_cuda else "numba"
    usable = why_not(preferred) is None and load_backend(preferred).serves(points, table)
    return preferred if usable else "torch"


class Encode(torch.autograd.Function):
    """Joins a backend to torch's gradients; once differentiable."""

    @staticmethod
    def forward(
        ctx: Any, points: Tensor, table: Tensor, spec: GridSpec, level_weights: Sequence[float], backend: Backend
    ) -> Tensor:
        ctx.save_for_backward(points, table)
        ctx.spec, ctx.level_weights, ctx.backend = spec, level_weights, backend
        return backend.forward(spec, points.detach(), table.detach(), level_weights)

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, Tensor | None, None, None, None]:
        points, table = ctx.saved_tensors
        wants = (ctx.needs_input_grad[0], ctx.needs_input_grad[1])
        into_points, into_table = ctx.backend.backward(
            ctx.spec, points, table, ctx.level_weights, gradient.contiguous(), wants
        )
        return into_points, into_table, None, None, None


class HashGrid(nn.Module):
    """Multiresolution features of points. `table` is tiny-cuda-nn's parameter vector, a row an entry."""

    def __init__(self, spec: GridSpec, seed: int = 0, backend: BackendName | Literal["auto"] = "auto"):
        super().__init__()
        self.spec, self.backend, self.width = spec, backend, spec.width
        generator = torch.Generator().manual_seed(seed)
        table = torch.empty(entry_count(spec), spec.features)
        self.table = nn.Parameter(table.uniform_(-INITIAL, INITIAL, generator=generator))

    def forward(self, points: Tensor, level_weights: Tensor | Sequence[float] | None = None) -> Tensor:
        """Features [n, width] of points [n, axes], meant for 0..1 but defined everywhere; weights one a level."""
        if points.ndim != 2 or points.shape[1] != self.spec.axes:
            raise ValueError(f"points are {list(points.shape)}, this grid wants [n, {self.spec.axes}]")
        weights = weights_of(level_weights, self.spec.levels)
        name = choose_backend(points, self.table) if self.backend == "auto" else self.backend
        backend = load_backend(name)
        if not backend.serves(points, self.table):
            raise ValueError(f"backend {name} does not take {points.dtype} points on {points.device}")
        return cast(Tensor, Encode.apply(points.contiguous(), self.table, self.spec, weights, backend))

    def flat_parameters(self) -> Tensor:
        """All numbers as tiny-cuda-nn's Encoding has them."""
        return self.table.detach().reshape(-1)

    @torch.no_grad()
    def load_flat_parameters(self, flat: Tensor) -> None:
        if flat.shape != (self.table.numel(),):
            raise ValueError(f"parameters given: {list(flat.shape)}; this grid has [{self.table.numel()}]")
        self.table.copy_(flat.reshape(self.table.shape))


def weights_of(level_weights: Tensor | Sequence[float] | None, levels: int) -> tuple[float, ...]:
    if level_weights is None:
        return (1.0,) * levels
    weights = tuple(float(weight) for weight in level_weights)
    if len(weights) != levels:
        raise ValueError(f"{len(weights)} level weights for {levels} levels")
    return weights
