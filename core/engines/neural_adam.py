"""Adam, as each device has it fastest."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor

FUSED = ("cpu", "cuda")
"""Devices with one kernel for all of it."""


def make_adam(parameters: Iterable[Any], device: torch.device, **given: Any) -> torch.optim.Adam:
    """`parameters` and `given` as torch.s own takes them; on a card its steps can be recorded."""
    fused = device.type in FUSED
    return torch.optim.Adam(parameters, fused=fused, capturable=device.type == "cuda", **given)


def put(value: Tensor, part: str, parameter: Tensor) -> Tensor:
    """A part of a parameter's state, where Adam looks for it."""
    counted_here = part == "step" and parameter.device.type not in FUSED
    return value.cpu() if counted_here else value.to(parameter.device)
