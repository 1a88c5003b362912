"""Which frame the canonical should be: a sharp one that sees most of the others, and is seen by them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any

import cv2
import numpy as np

from .flow import Flow, carry, carry_map, compute_flow

WIDTH = 160
"""Pixels across of the pictures it is judged on."""
CANDIDATES = 9
FINE_SIGMA = 2.0
"""Pixels of the solve up to which detail counts as fine."""
SHARP_ENOUGH = 0.8
"""Of the shot's upper quartile of fine detail; what has less is blurred. Measured: 0.83 and up in the candidates of
shots without motion blur, 0.5 to 0.7 where a hand moves the layer fast."""


def choose_key_frame(
    read: Callable[[int], tuple[np.ndarray, np.ndarray]],
    frames: tuple[int, ...],
    each: Callable[..., Iterable[Any]] = map,
) -> int:
    """The frame with the best two-way coverage, from (encoded luma, mask) of each frame.

    Coarse flow is chained from up to nine candidates; score: the mean over frames of how much of the frame's layer the
    candidate explains plus how much of the candidate's is found there, less what it lacks in sharpness where motion
    or focus blurs it. Near ties go to the middle. each: `map`, or one that does it in threads.
    """

    def look(number: int) -> tuple[tuple[np.ndarray, np.ndarray], float]:
        luma, mask = read(number)
        return shrunk(luma, mask), fine_detail(luma, mask)

    small, sharp = zip(*each(look, frames), strict=True)
    enough = SHARP_ENOUGH * float(np.percentile([s for s in sharp if s > 0] or [1.0], 75))
    ahead = list(each(lambda pair: compute_flow(pair[0][0], pair[1][0]), pairwise(small)))
    behind = list(each(lambda pair: compute_flow(pair[1][0], pair[0][0]), pairwise(small)))
    last = len(frames) - 1
    candidates = sorted({round(last * k / (CANDIDATES - 1)) for k in range(CANDIDATES)})
    area = max(float(mask.sum()) for _, mask in small) + 1e-6

    def score(candidate: int) -> float:
        own = float(small[candidate][1].sum()) / area
        seen = [own]
        for order, flows in ((range(candidate + 1, last + 1), behind), (range(candidate - 1, -1, -1), ahead)):
            seen += coverage_along(small, candidate, order, flows)
        clear = min(sharp[candidate] / enough, 1) if sharp[candidate] > 0 else 1.0  # else nothing tells
        return own * clear * float(np.mean(seen)) - 0.02 * abs(candidate / last - 0.5)

    scores = dict(zip(candidates, each(score, candidates), strict=True))
    return frames[max(candidates, key=lambda candidate: scores[candidate])]


def coverage_along(
    small: Sequence[tuple[np.ndarray, np.ndarray]], candidate: int, order: range, flows: list[Flow]
) -> list[float]:
    """Two-way coverage 0..1 of each frame in `order`, carried from neighbour to neighbour."""
    key_mask = small[candidate][1]
    height, width = key_mask.shape
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    carried, sure = np.stack([x, y], -1), np.ones_like(key_mask)
    out = []
    step = order.step
    for index in order:
        flow = flows[index - 1] if step > 0 else flows[index]
        carried = carry_map(carried, flow.to)
        sure = carry(sure, flow.to) * (flow.confidence > 0.1)
        inside = cv2.remap(
            key_mask, carried[..., 0], carried[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0
        )
        mask = small[index][1]
        common = float((mask * inside * sure).sum())
        found = np.zeros_like(key_mask)
        good = mask * inside * sure > 0.5
        column = np.clip(carried[..., 0][good].round().astype(int), 0, width - 1)
        row = np.clip(carried[..., 1][good].round().astype(int), 0, height - 1)
        found[row, column] = 1
        found = cv2.dilate(found, np.ones((3, 3)))
        here = common / (float(mask.sum()) + 1e-6) if mask.sum() > 1 else 0.0
        there = float((found * key_mask).sum()) / (float(key_mask.sum()) + 1e-6)
        out.append((here + there) / 2)
    return out


def fine_detail(luma: np.ndarray, mask: np.ndarray) -> float:
    """Deviation of what a small blur takes away, of the layer alone; 0 where too little of it shows."""
    layer = cv2.erode((mask > 0.5).astype(np.float32), np.ones((5, 5)), borderValue=0)  # not its outline
    if layer.sum() < 64:
        return 0.0
    weight = cv2.GaussianBlur(layer, (0, 0), FINE_SIGMA) + 1e-6
    fine = luma - cv2.GaussianBlur(luma * layer, (0, 0), FINE_SIGMA) / weight
    return float(fine[layer > 0].std())


def shrunk(luma: np.ndarray, mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    scale = min(1.0, WIDTH / luma.shape[1])
    size = (max(32, round(luma.shape[1] * scale)), max(32, round(luma.shape[0] * scale)))
    return cv2.resize(luma, size, interpolation=cv2.INTER_AREA), cv2.resize(mask, size, interpolation=cv2.INTER_AREA)
