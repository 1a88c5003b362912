"""What a long task says while it runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .verdict import Verdict


@dataclass(frozen=True)
class Preview:
    """Pictures of how a training stands, which were just written."""

    frame: int
    """The one that is shown."""
    files: dict[str, str]
    """`canonical`, `reconstruction` and `plate`: their paths."""


@dataclass(frozen=True)
class Report:
    stage: str
    done: int
    total: int
    psnr: float | None = None
    """Of the frame just done, dB, encoded luma inside the layer."""
    frame: int | None = None
    loss: float | None = None
    """What the stage makes smaller: the misfit of the frame just done, or the weighted sum of a step's losses."""
    preview: Preview | None = None
    """In a report of its own."""
    early: Verdict | None = None
    """What can be told of the shot before it is solved: in one report, at the end of a stage."""


OnReport = Callable[[Report], None]
ShouldStop = Callable[[], bool]


def silent(_: Report) -> None:
    """Nobody listens."""


def never() -> bool:
    """Nobody stops it."""
    return False
