"""What a solve's figures mean, in words an artist can act on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from .sequence import format_range

Word = Literal["good", "patch these frames", "add a key", "split"]

POOR = 0.5
"""Misfit above which a frame does not match; 0.15 to 0.35 is usual for a match, 0.6 for chance."""
UNSEEN = 0.45
"""Share of a frame's layer in the key below which the key is not enough for it."""


@dataclass(frozen=True)
class Verdict:
    word: Word
    reason: str
    frames: tuple[int, ...] = ()


def judge(figures: dict[str, Any], key: int) -> Verdict:
    """From `Model.figures`."""
    frames = {int(n): f for n, f in figures["frames"].items() if int(n) != key}
    hidden = {n for n, f in frames.items() if f["covered"] == 0.0}
    shown = {n: f for n, f in frames.items() if n not in hidden}
    if not shown:
        return Verdict("split", "no frame shows the layer of the key frame; check the matte and the key")
    unseen = tuple(n for n, f in shown.items() if f["covered"] < UNSEEN)
    poor = tuple(n for n, f in shown.items() if f["misfit"] > POOR)
    if len(poor) > 0.5 * len(shown):
        return Verdict(
            "split",
            "most frames do not match the key frame: one sheet cannot stand for what is seen. Give a matte of one "
            "surface, or split the shot where it changes",
            poor,
        )
    if len(unseen) > 0.25 * len(shown):
        return Verdict(
            "add a key",
            f"frames {format_range(unseen)} show mostly what key frame {key} does not: paint them on a frame of their "
            "own (import --on FRAME), or choose a key nearer to them",
            unseen,
        )
    bad = tuple(sorted({*poor, *unseen}))
    if bad:
        return Verdict("patch these frames", f"frames {format_range(bad)} match poorly; look at them first", bad)
    return Verdict("good", "all frames match the key frame")
