"""Where fields are trained: on the processor, or on a card."""

from __future__ import annotations

import logging

import torch

from ..errors import UsageError
from ..launched import local_rank
from .neural_pictures import Pictures

log = logging.getLogger(__name__)

SHARE = 0.5
"""Of a card's free memory that pictures may take; the rest is for the steps."""


def choose_device(wanted: str) -> torch.device:
    """What `fields.device` names; of several processes on a machine, each has a card.

    UsageError where this machine, or this build of torch, has none such.
    """
    if wanted == "auto":
        wanted = "cuda" if torch.cuda.is_available() else "cpu"
    if wanted == "cuda":
        wanted = f"cuda:{local_rank()}"
    device = torch.device(wanted)
    if device.type == "cuda" and not torch.cuda.is_available():
        raise UsageError(f"fields.device={wanted}: torch {torch.__version__} sees no CUDA device here; {INSTEAD}")
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        last = torch.cuda.device_count() - 1
        raise UsageError(f"fields.device={wanted}: the last CUDA device here is cuda:{last}; {INSTEAD}")
    if device.type == "mps" and not torch.backends.mps.is_available():
        raise UsageError(f"fields.device={wanted}: torch {torch.__version__} sees no Apple GPU here; {INSTEAD}")
    return device


INSTEAD = "use fields.device=auto, or see docs/gpu.md"


def place_pictures(pictures: Pictures, device: torch.device) -> None:
    """Onto the device that trains, where it has room for them; else each batch is carried there."""
    if device.type == "cuda":
        free, _ = torch.cuda.mem_get_info(device)
        if pictures.bytes > SHARE * free:
            log.info(
                "the frames (%.1f GB) stay beside the card, which has %.1f GB free", pictures.bytes / 1e9, free / 1e9
            )
            return
    pictures.move(device)
