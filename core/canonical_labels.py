"""Which frame fills each part of the canonical."""

from __future__ import annotations

import cv2
import numpy as np

from .canonical_small import SmallView

SMALL_SHARE, SMALL_PENALTY = 0.04, 0.5
"""A frame that would fill less than this share yields to others that see the same: fewer seams."""


def consensus(small: list[SmallView], rounds: int = 4) -> np.ndarray:
    """What most lit views agree on [h, w, 3], shaped: the weighted geometric median by Weiszfeld's rounds."""
    mean = np.zeros((*small[0].visible.shape, 3), np.float32)
    for turn in range(rounds + 1):
        total = np.zeros((*small[0].visible.shape, 3), np.float32)
        weight = np.full(small[0].visible.shape, 1e-6, np.float32)
        for view in small:
            vote = view.visible.astype(np.float32)
            if turn > 0:
                vote = vote / (np.abs(view.shaped - mean).mean(2) + 0.05)
            total += vote[..., None] * view.shaped
            weight += vote
        mean = total / weight[..., None]
    return mean


def compute_score(view: SmallView, agreed: np.ndarray | None) -> np.ndarray:
    """How good a source a view is [h, w]; -inf where it sees nothing.

    ln(scale) + 0.1 for being 8 pixels inside its mask, - 8 for what it doesn't see, and up to - 1.5
    where its picture is not what the other frames show there (somebody walks by who has no matte).
    """
    visible = view.visible.astype(np.float32)
    score = np.log(np.clip(view.texel_scale.astype(np.float32), 0.3, 2)) - 8 * (1 - visible)
    inside = cv2.copyMakeBorder((visible > 0.97).astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT)
    distance = cv2.distanceTransform(inside, cv2.DIST_L2, 3)[1:-1, 1:-1]
    score += 0.1 * np.minimum(distance / 8, 1)
    if agreed is not None:
        differs = cv2.GaussianBlur(np.abs(view.shaped - agreed).mean(2), (0, 0), 1.5)
        score -= 1.5 * np.minimum((differs / 0.3) ** 2, 1)
    return np.where(visible > 0.02, score, -np.inf).astype(np.float16)


def choose_labels(small: list[SmallView], needed: np.ndarray, rounds: int = 8) -> np.ndarray:
    """Index of the view for each pixel of the small grid [h, w], -1 where none is needed or none sees it.

    Rounds of score + 4 x Gaussian(one-hot, 3 pixels) make large patches of one source.
    """
    agreed = consensus(small) if len(small) >= 3 else None
    scores = [compute_score(view, agreed) for view in small]
    labels = smoothed_labels(scores, needed, np.full(needed.shape, -1, np.int16), rounds)
    counts = np.bincount(labels[labels >= 0], minlength=len(small))
    yields = np.where(counts < SMALL_SHARE * counts.sum(), SMALL_PENALTY, 0)
    scores = [score - penalty for score, penalty in zip(scores, yields.astype(np.float16), strict=True)]
    return smoothed_labels(scores, needed, labels, rounds)


def smoothed_labels(scores: list[np.ndarray], needed: np.ndarray, labels: np.ndarray, rounds: int) -> np.ndarray:
    """`labels` [h, w] after some rounds of each pixel taking the best of score [h, w] + what its neighbours took."""
    for _ in range(rounds + 1):
        best = np.full(needed.shape, -np.inf, np.float32)
        chosen = np.full(needed.shape, -1, np.int16)
        for index, score in enumerate(scores):
            total = score.astype(np.float32)
            mine = labels == index
            if mine.any():
                total += 4 * cv2.GaussianBlur(mine.astype(np.float32), (0, 0), 3)
            better = needed & (total > best)
            best[better], chosen[better] = total[better], index
        if np.array_equal(chosen, labels):
            break
        labels = chosen
    return labels
