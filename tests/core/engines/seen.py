"""A shot as the parts of the trained fields see it: what they ask of `Pictures`, with flow that is known."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import torch

SIZE, FRAMES = (64, 40), 3


def pictures(masks: torch.Tensor | None = None) -> Any:
    """What the parts ask of `Pictures`."""
    width, height = SIZE
    colours = torch.rand(FRAMES, height, width, 3, generator=torch.Generator().manual_seed(1))
    masks = torch.ones(FRAMES, height, width) if masks is None else masks
    return SimpleNamespace(
        numbers=(11, 12, 13),
        size=SIZE,
        key=1,
        colours=colours,
        masks=masks,
        mask=lambda frame: masks[frame].numpy(),
        flow=lambda a, b: torch.cat([torch.full((height, width, 2), float(b - a)), masks[a][..., None]], -1),
    )
