"""tiny-cuda-nn's own grid and network, on our parameters: to compare with, and to exchange trained fields.

It computes in half precision whatever it is given. Its grids want no more than our table; level weights, which it does
not know, scale its columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import tinycudann
import torch
from torch import Tensor, nn

from .hash_grid import GridSpec
from .perceptron import Perceptron


def why_not() -> str | None:
    return None if torch.cuda.is_available() else "tinycudann is there, a CUDA device is not"


def serves(points: Tensor, table: Tensor) -> bool:
    return points.is_cuda and points.device == table.device and points.dtype == table.dtype == torch.float32


def encoding_config(spec: GridSpec) -> dict[str, str | int | float]:
    """The grid in its own words."""
    return {
        "otype": "HashGrid",
        "n_levels": spec.levels,
        "n_features_per_level": spec.features,
        "log2_hashmap_size": spec.table_log2,
        "base_resolution": spec.base,
        "per_level_scale": spec.growth,
        "interpolation": {"linear": "Linear", "smoothstep": "Smoothstep"}[spec.interpolation],
    }


def make_network(perceptron: Perceptron) -> nn.Module:
    """Its Network with our parameters; takes [n, width_in] and continues that with ones itself, as ours does."""
    flat = perceptron.flat_parameters()
    config = {
        "otype": "CutlassMLP",  # the fused one serves four widths only; their parameters lie alike
        "activation": "ReLU",
        "output_activation": "None",
        "n_neurons": perceptron.weights[0].shape[0],
        "n_hidden_layers": len(perceptron.weights) - 1,
    }
    network: nn.Module = tinycudann.Network(perceptron.width_in, perceptron.width_out, config)
    network.params = nn.Parameter(flat.to(torch.float32).clone())
    return network


@cache
def make_encoding(spec: GridSpec) -> Any:
    return tinycudann.Encoding(spec.axes, encoding_config(spec), dtype=torch.float32)


def run_encoding(spec: GridSpec, points: Tensor, table: Tensor) -> tuple[Tensor, Tensor]:
    """Its features [n, levels * features], and the flat parameters that they come from."""
    encoding = make_encoding(spec)
    encoding.params = nn.Parameter(table.detach().reshape(-1))  # the same memory: nothing is copied
    return encoding(points), encoding.params


def columns_of(spec: GridSpec, level_weights: Sequence[float], like: Tensor) -> Tensor:
    return like.new_tensor(level_weights).repeat_interleave(spec.features)


def forward(spec: GridSpec, points: Tensor, table: Tensor, level_weights: Sequence[float]) -> Tensor:
    with torch.no_grad():
        features, _ = run_encoding(spec, points, table)
        return features.to(table.dtype) * columns_of(spec, level_weights, table)


def backward(
    spec: GridSpec,
    points: Tensor,
    table: Tensor,
    level_weights: Sequence[float],
    gradient: Tensor,
    wants: tuple[bool, bool],
) -> tuple[Tensor | None, Tensor | None]:
    with torch.enable_grad():
        free_points = points.detach().requires_grad_(wants[0])
        features, parameters = run_encoding(spec, free_points, table)
        scaled = (gradient * columns_of(spec, level_weights, table)).to(features.dtype)
        wanted = [tensor for tensor, want in zip((free_points, parameters), wants, strict=True) if want]
        found = iter(torch.autograd.grad(features, wanted, scaled))
    return (
        next(found) if wants[0] else None,
        next(found).view_as(table) if wants[1] else None,
    )
