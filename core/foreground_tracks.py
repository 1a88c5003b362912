"""Evidence followed along the flow: what moved on its own for a while stays foreground when it pauses."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Executor

import numpy as np

from .foreground_motion import Evidence
from .solve.flow import Flow, carry

MEMORY = 0.87
"""A frame: how the past counts in the share of time that a track has moved on its own; about eight frames."""
HOLD = 0.97
"""A frame: what once has moved is believed this much longer; half is left after 23 frames."""
SLOW_PIXEL = 11.0
"""Motion a frame from which a track may break by its speed alone. A slower one that breaks is water, fire or leaves,
and the time before the break counts as rest."""
RARE, OFTEN = 0.36, 0.86
"""Shares of time: from the first a track begins to count as moving, at the second it does."""

Between = Callable[[int, int], Flow]
"""Flow from one place in the shot to another, counted from 0, cut to the proxy."""


def followed(evidence: list[Evidence], flow_between: Between, pool: Executor) -> list[np.ndarray]:
    """What moves on its own at some time near each frame, 0..1 [h, w] float32 a frame."""
    count = len(evidence)
    ways = (range(count), range(count - 1, -1, -1))
    behind, ahead = pool.map(lambda way: shares(evidence, flow_between, way), ways)
    moving = []
    for now, before, after in zip(evidence, behind, ahead, strict=True):
        share = (before[0] + after[0] + now.moving) / (before[1] + after[1] + 1)
        moving.append(np.clip((share - RARE) / (OFTEN - RARE), 0, 1).astype(np.float32))
    carried = pool.map(lambda way: held(moving, flow_between, way), ways)
    return [np.maximum(a, b) for a, b in zip(*carried, strict=True)]


def shares(evidence: list[Evidence], flow_between: Between, way: range) -> list[tuple[np.ndarray, np.ndarray]]:
    """Time that each pixel's track has moved on its own, and that it could have, before the frame; fading."""
    found: dict[int, tuple[np.ndarray, np.ndarray]] = {}
    for at in way:
        now = evidence[at]
        if at == way.start:
            found[at] = np.zeros_like(now.moving), np.zeros_like(now.moving)
            continue
        flow = flow_between(at, at - way.step)
        trust = np.sqrt(flow.confidence)
        last, (moved, could) = evidence[at - way.step], found[at - way.step]
        fast = 1 / (1 + (now.speed / SLOW_PIXEL) ** 4)
        could = MEMORY * carry(could + 1, flow.to) * (trust + (1 - trust) * fast)
        found[at] = MEMORY * trust * carry(moved + last.moving, flow.to), could
    return [found[at] for at in sorted(found)]


def held(moving: list[np.ndarray], flow_between: Between, way: Iterable[int]) -> list[np.ndarray]:
    """max(moving(t), HOLD * trust * held(t - 1) along the flow)."""
    found: dict[int, np.ndarray] = {}
    before = None
    for at in way:
        found[at] = moving[at]
        if before is not None:
            flow = flow_between(at, before)
            found[at] = np.maximum(found[at], HOLD * np.sqrt(flow.confidence) * carry(found[before], flow.to))
        before = at
    return [found[at] for at in sorted(found)]
