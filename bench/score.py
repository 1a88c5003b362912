"""How near a shot that carries an edit is to the same shot rendered with the edit in the texture.

All in display values: sRGB's curve, 0..1. The reference frame is left out of the means.

psnr_edit  dB over the edit's visible pixels (coverage over 2 %) and 3 px around them
psnr_all   dB over the whole frame
align      px: how far the edit's own detail lies from the truth, by block matching; 6 is lost
contour    px: mean distance between the outlines of what changed, both ways
miss       share of what should have changed that did not
spill      what changed and should not have, as a share of what should have; 2 px are forgiven in both
flicker    100 rms, over the edit, of the error's change from frame to frame along the true motion
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from scipy.ndimage import convolve1d, distance_transform_edt

from bench.shots import Mask, Picture, Plane, Shot, Vectors

FIGURES = ("psnr_edit", "psnr_all", "align", "contour", "miss", "spill", "flicker")
HIGHER_IS_BETTER = ("psnr_edit", "psnr_all")

COVERED = 0.02
"""Coverage from which a pixel belongs to the edit."""
CHANGED = 0.06
"""Difference, in display values, from which a pixel counts as changed."""
LEAST_EDIT = 40
"""Pixels more than half covered, under which an edit is not scored: it is hidden."""
FARTHEST = 40.0
"""Pixels at which an outline's distance is capped."""

SEARCH, BLOCK, STRIDE = 6, 24, 16
CORNER = 0.35
"""Least eigenvalue of a block's summed structure tensor from which its place can be told."""
ALIKE = 0.5
"""Share of a block's energy that may differ before it counts as lost."""

STILL = 0.6
"""Pixels that true motion there and back may differ by where a surface point shows in both frames."""


@dataclass(frozen=True)
class Figure:
    mean: float
    worst: float
    worst_frame: int


# --- pictures ------------------------------------------------------------------------------------------------------


def display_from_linear(linear: np.ndarray) -> np.ndarray:
    """sRGB's curve on 0..1."""
    x = np.clip(linear, 0, 1)
    return np.where(x <= 0.0031308, 12.92 * x, 1.055 * x ** (1 / 2.4) - 0.055)


def grown(mask: Mask, radius: int) -> Mask:
    """All within `radius` pixels of what is marked."""
    y, x = np.mgrid[-radius : radius + 1, -radius : radius + 1]
    disc = (x * x + y * y <= radius * radius + 0.5).astype(np.uint8)
    return cv2.dilate(mask.astype(np.uint8), disc, borderType=cv2.BORDER_CONSTANT, borderValue=0) > 0


def blurred(picture: np.ndarray) -> np.ndarray:
    """1 2 1 over 4 along both axes."""
    for axis in (0, 1):
        picture = convolve1d(picture, [0.25, 0.5, 0.25], axis, mode="wrap")
    return picture


def outline(mask: Mask) -> Mask:
    """The marked pixels with an unmarked neighbour beside, over or under them, or at the picture's edge."""
    inner = cv2.erode(mask.astype(np.uint8), cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3)), borderValue=0)
    return mask & (inner == 0)


def sample_bilinear(picture: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Values at index coordinates x, y [...] of a picture [h, w] or [h, w, c]; its edge holds on."""
    height, width = picture.shape[:2]
    x, y = np.clip(x, 0, width - 1), np.clip(y, 0, height - 1)
    column, row = np.minimum(x.astype(int), width - 2), np.minimum(y.astype(int), height - 2)
    right, down = x - column, y - row
    if picture.ndim == 3:
        right, down = right[..., None], down[..., None]
    upper = picture[row, column] * (1 - right) + picture[row, column + 1] * right
    lower = picture[row + 1, column] * (1 - right) + picture[row + 1, column + 1] * right
    return upper * (1 - down) + lower * down


# --- figures of one frame ------------------------------------------------------------------------------------------


def compute_psnr(a: Picture, b: Picture, region: Mask) -> float:
    """99 for pictures that are the same."""
    error = float(((a - b) ** 2).mean(2)[region].mean())
    return 99.0 if error < 1e-10 else float(-10 * np.log10(error))


def score_change(plate: Picture, truth: Picture, result: Picture, cover: Plane) -> dict[str, float]:
    """miss, spill and contour: where something changed, in both."""
    near = grown(grown(grown(cover > COVERED, 8), 8), 8)
    wanted = blurred(np.abs(truth - plate).max(2)) > CHANGED
    found = (blurred(np.abs(result - plate).max(2)) > CHANGED) & near
    area = max(int(wanted.sum()), 1)
    scores = {
        "miss": float((wanted & ~grown(found, 2)).sum() / area),
        "spill": float((found & ~grown(wanted, 2)).sum() / area),
    }
    if found.sum() >= 20 and wanted.any():
        there, here = outline(wanted), outline(found)
        apart = np.concatenate([distance_transform_edt(~there)[here], distance_transform_edt(~here)[there]])
        scores["contour"] = float(np.minimum(apart, FARTHEST).mean())
    return scores


def match_blocks(true_change: Picture, change: Picture, cover: Plane) -> np.ndarray:
    """How far each block [n] of the edit lies from the truth in pixels; a block's brightness is free.

    Blocks without corners tell nothing and are left out.
    """
    rows, columns = np.where(cover > COVERED)
    height, width = cover.shape
    top, bottom = max(SEARCH, rows.min() - 4), min(height - SEARCH, rows.max() + 5)
    left, right = max(SEARCH, columns.min() - 4), min(width - SEARCH, columns.max() + 5)
    inner = true_change[top:bottom, left:right]
    if inner.shape[0] < BLOCK or inner.shape[1] < BLOCK:
        return np.zeros(0)
    down, along = np.gradient(inner.mean(2))
    a, b, c = block_sums(along * along), block_sums(down * down), block_sums(along * down)
    least_eigenvalue = (a + b) / 2 - np.sqrt(((a - b) / 2) ** 2 + c * c)
    energy = block_sums((inner**2).sum(2)) + 1e-6
    steps = range(-SEARCH, SEARCH + 1)
    cost = np.empty((len(steps), len(steps), *energy.shape))
    for i, dy in enumerate(steps):
        for j, dx in enumerate(steps):
            moved = change[top + dy : bottom + dy, left + dx : right + dx]
            product = np.maximum(block_sums((inner * moved).sum(2)), 0)
            cost[i, j] = 1 - product**2 / (energy * block_sums((moved**2).sum(2)) + 1e-3)
    return np.array([best_shift(cost[:, :, i, j]) for i, j in zip(*np.where(least_eigenvalue > CORNER), strict=True)])


def block_sums(plane: Plane) -> np.ndarray:
    """Sums over all blocks of a plane [rows, columns]."""
    total = np.pad(plane.cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    y, x = (np.arange(0, length - BLOCK + 1, STRIDE)[:, None] for length in plane.shape)
    x = x.T
    return total[y + BLOCK, x + BLOCK] - total[y, x + BLOCK] - total[y + BLOCK, x] + total[y, x]


def best_shift(cost: np.ndarray) -> float:
    """Length of the shift of least cost [2 SEARCH + 1, same], by parabolas; SEARCH where there is none in reach."""
    i, j = (int(n) for n in np.unravel_index(cost.argmin(), cost.shape))
    if cost[i, j] > ALIKE or not (0 < i < 2 * SEARCH and 0 < j < 2 * SEARCH):
        return float(SEARCH)
    dy = i - SEARCH + vertex(cost[i - 1, j], cost[i, j], cost[i + 1, j])
    dx = j - SEARCH + vertex(cost[i, j - 1], cost[i, j], cost[i, j + 1])
    return min(float(SEARCH), float(np.hypot(dx, dy)))


def vertex(before: float, at: float, after: float) -> float:
    """Where the parabola through values at -1, 0, 1 is least."""
    return 0.5 * (before - after) / max(before - 2 * at + after, 1e-9)


def score_flicker(shot: Shot, number: int, region: Mask, error: Picture, error_before: Picture) -> float | None:
    """From the frame before `number`; region: of the edit there. None where too little shows in both."""
    ahead, back = shot.flow(number - 1, "fwd"), shot.flow(number, "bwd")
    height, width = region.shape
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    x, y = columns + ahead[..., 0], rows + ahead[..., 1]
    shown = region & (x >= 0) & (y >= 0) & (x <= width - 1) & (y <= height - 1)
    shown &= length_of(ahead + sample_bilinear(back, x, y)) < STILL
    if shown.sum() <= LEAST_EDIT:
        return None
    change = sample_bilinear(blurred(blurred(error)), x, y) - blurred(blurred(error_before))
    return float(100 * np.sqrt((change**2).mean(2)[shown].mean()))


def length_of(vectors: Vectors) -> Plane:
    return np.hypot(vectors[..., 0], vectors[..., 1])


# --- figures of a shot ---------------------------------------------------------------------------------------------


def score_shot(shot: Shot, read_result: Callable[[int], Picture]) -> dict[int, dict[str, float]]:
    """All figures of all frames; read_result gives the finished frame, scene-linear."""
    scores: dict[int, dict[str, float]] = {}
    before: tuple[Mask, Picture] | None = None
    for number in shot.frame_numbers:
        linear, cover = shot.edited(number)
        plate, truth = display_from_linear(shot.beauty(number)), display_from_linear(linear)
        result, region = display_from_linear(read_result(number)), grown(cover > COVERED, 3)
        frame = {"psnr_all": compute_psnr(result, truth, np.ones_like(region))}
        if (cover > 0.5).sum() >= LEAST_EDIT:
            frame["psnr_edit"] = compute_psnr(result, truth, region)
            frame |= score_change(plate, truth, result, cover)
            shifts = match_blocks(truth - plate, result - plate, cover)
            if len(shifts):
                frame["align"] = float(shifts.mean())
        error = result - truth
        if before is not None:
            flicker = score_flicker(shot, number, before[0], error, before[1])
            if flicker is not None:
                frame["flicker"] = flicker
        before = region, error
        scores[number] = frame
    return scores


def summarise(scores: dict[int, dict[str, float]], reference: int) -> dict[str, Figure]:
    """Mean and worst frame of each figure, the reference frame left out."""
    out = {}
    for name in FIGURES:
        values = [(frame[name], number) for number, frame in scores.items() if name in frame and number != reference]
        if values:
            worst, worst_frame = (min if name in HIGHER_IS_BETTER else max)(values)
            out[name] = Figure(float(np.mean([value for value, _ in values])), worst, worst_frame)
    return out
