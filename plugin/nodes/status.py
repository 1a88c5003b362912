"""A node's status line and colour: what it does, what came of it, and what is out of date."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from .. import protocol
from ..protocol import Status

IDLE, BUSY, GOOD, STALE, WRONG = (
    (0.35, 0.35, 0.38),
    (0.25, 0.42, 0.62),
    (0.27, 0.48, 0.30),
    (0.66, 0.50, 0.16),
    (0.62, 0.22, 0.20),
)
"""Tints, dark enough for a light label."""
DOING = {
    "matte": "making the matte",
    "estimate": "estimating",
    "train": "training",
    "restore": "going back",
    "discard": "throwing away",
    "export": "exporting",
    "import": "bringing in",
    "propagate": "writing frames",
    "sheet": "writing the contact sheet",
    "farm": "writing the farm job",
    "movie": "writing the movie",
}
DONE = {
    "matte": "matte made",
    "estimate": "estimated",
    "train": "trained",
    "restore": "back at an earlier training",
    "discard": "thrown away",
    "export": "exported",
    "import": "brought in",
    "propagate": "frames written",
    "sheet": "contact sheet written",
    "farm": "farm job written",
    "movie": "movie written",
}
MORE = 2
"""Reasons that a line holds; the first is the most telling."""


def running_line(command: str, status: Status) -> str:
    """Such as `training: solve, 12 of 40, 38.2 dB, 2 min left`."""
    doing = DOING.get(command, command)
    if status.state == protocol.STARTING:
        return f"{doing}: starting"
    if status.state == protocol.STOPPING:
        return f"{doing}: stopping, {status.message or 'what it reached is kept'}"
    if status.state == protocol.PAUSED:
        return f"{doing}: paused" + (f" at {status.done} of {status.total}" if status.total else "")
    parts = [status.stage] if status.stage else []
    if status.total:
        parts.append(f"{status.done} of {status.total}")
    if status.psnr is not None:
        parts.append(decibel(status.psnr))
    if status.eta_seconds is not None and status.done < status.total:
        parts.append(f"{duration(status.eta_seconds)} left")
    return f"{doing}: {', '.join(parts)}" if parts else doing


def ended_line(command: str, status: Status) -> str:
    """What came of a job."""
    if status.state == protocol.DONE:
        parts = [DONE.get(command, command)]
        if status.psnr is not None and command == "train":
            parts.append(decibel(status.psnr))
        return ", ".join(parts) + (f"; {status.verdict}" if status.verdict else "")
    if status.state == protocol.STOPPED:
        return f"stopped: {status.message}" if status.message else "stopped"
    return f"{'lost' if status.state == protocol.LOST else 'failed'}: {status.message}"


def stale_line(reasons: Sequence[str]) -> str:
    """`out of date: ...`; empty where there is no reason."""
    if not reasons:
        return ""
    more = f"; and {len(reasons) - MORE} more" if len(reasons) > MORE else ""
    return "out of date: " + "; ".join(reasons[:MORE]) + more


def colour_of(status: Status) -> tuple[float, float, float]:
    if not status.ended:
        return BUSY
    colours: Mapping[str, tuple[float, float, float]] = {protocol.DONE: GOOD, protocol.STOPPED: STALE}
    return colours.get(status.state, WRONG)


def fraction_of(status: Status) -> float:
    """Of the stage that runs, 0..1."""
    return min(1.0, status.done / status.total) if status.total else 0.0


def decibel(psnr: float) -> str:
    return f"{psnr:.1f} dB" if math.isfinite(psnr) else "no difference"


def duration(seconds: float) -> str:
    if seconds < 60:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
