"""What a long task says while it runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .verdict import Verdict


@dataclass(frozen=True)
class Report:
    stage: str
    done: int
    total: int
    psnr: float | None = None
    """Of the frame just done, dB, encoded luma inside the layer."""
    frame: int | None = None
    early: Verdict | None = None
    """What can be told of the shot before it is solved: in one report, at the end of a stage."""


OnReport = Callable[[Report], None]
ShouldStop = Callable[[], bool]


def silent(_: Report) -> None:
    """Nobody listens."""


def never() -> bool:
    """Nobody stops it."""
    return False
