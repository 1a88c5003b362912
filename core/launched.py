"""Whether `torchrun` has started this process, with others."""

from __future__ import annotations

import os


def launched_size() -> int:
    """How many processes it has started; 1 where it has not started this one."""
    return int(os.environ.get("WORLD_SIZE", 1)) if "TORCHELASTIC_RUN_ID" in os.environ else 1


def launched_here() -> int:
    """How many of them on this machine."""
    return int(os.environ.get("LOCAL_WORLD_SIZE", 1)) if launched_size() > 1 else 1


def local_rank() -> int:
    """Which of those this one is."""
    return int(os.environ.get("LOCAL_RANK", 0)) if launched_size() > 1 else 0
