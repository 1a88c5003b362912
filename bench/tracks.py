"""True tracks of a rendered shot from its texture coordinates, and how near a method's tracks are to them.

Query points lie on the reference frame; all other frames count. Average Jaccard as TAP-Vid defines it (Doersch et al.
2022), in pixels of the shot.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from jaxtyping import Bool, Float
from scipy.spatial import cKDTree

from bench.shots import Mask, Shot, Vectors

Points = Float[np.ndarray, "n 2"]
Paths = Float[np.ndarray, "t n 2"]
Lengths = Float[np.ndarray, "t n"]
Seen = Bool[np.ndarray, "t n"]
Chosen = Bool[np.ndarray, " n"]

THRESHOLDS = (1, 2, 4, 8, 16)
MOST_POINTS = 4000
NEWTON_STEPS = 8
SOLVED_PIXEL = 0.01
TORN = 3.0
"""A cell of four pixels this many times as long, on the texture, as those around it joins two surfaces."""


@dataclass(frozen=True, eq=False)
class Tracks:
    """Where points of the reference frame lie in other frames."""

    xy_pixel: Paths
    """Index coordinates; where a point is hidden, whatever was said."""
    visible: Seen


@dataclass(frozen=True, eq=False)
class TrueTracks:
    points: Points
    """On the reference frame."""
    under_edit: Chosen
    frame_numbers: list[int]
    tracks: Tracks
    counted: Seen
    """False where the truth is not clear: within a pixel of the surface's edge, or of where it hides itself."""

    def only(self, chosen: Chosen) -> Seen:
        return self.counted & chosen


@dataclass(frozen=True)
class TrackFigures:
    points: int
    median: float
    """Pixels, of all points in all frames where they show."""
    p95: float
    within: tuple[float, ...]
    """Share of those that are nearer than each threshold."""
    average_jaccard: float
    occlusion_accuracy: float
    """Share of all points in all frames whose visibility is told rightly."""


# --- the truth -----------------------------------------------------------------------------------------------------


def true_tracks(shot: Shot, most: int = MOST_POINTS) -> TrueTracks:
    """Of the target's pixels on the reference frame, thinned evenly at random to `most`."""
    uv, target = shot.uv(shot.reference)
    rows, columns = np.where(target & ~torn_cells(uv, target))
    chosen = np.sort(np.random.default_rng(0).permutation(len(rows))[:most])
    rows, columns = rows[chosen], columns[chosen]
    points = np.stack([columns, rows], -1).astype(np.float64)
    found = [find_on_texture(uv[rows, columns], *shot.uv(number)) for number in shot.others]
    xy, visible, counted = (np.stack(part) for part in zip(*found, strict=True))
    under_edit = shot.edit_layer()[rows, columns, 3] > 0.5
    return TrueTracks(points, under_edit, shot.others, Tracks(xy, visible), counted)


def texture_steps(uv: Vectors) -> tuple[np.ndarray, np.ndarray]:
    """How far a pixel's step right, and one down, leads on the texture [h, w]."""
    right, down = np.diff(uv, axis=1, append=uv[:, -1:]), np.diff(uv, axis=0, append=uv[-1:])
    return np.hypot(right[..., 0], right[..., 1]), np.hypot(down[..., 0], down[..., 1])


def torn_cells(uv: Vectors, target: Mask) -> Mask:
    """Which cells, named by their upper left pixel, reach over a tear: another part of the surface, or none of it."""
    right, down = texture_steps(uv)
    longest = np.maximum.reduce([right, down, np.roll(right, -1, 0), np.roll(down, -1, 1)])
    whole = target & np.roll(target, -1, 1) & np.roll(target, -1, 0) & np.roll(target, (-1, -1), (0, 1))
    whole[-1], whole[:, -1] = False, False
    usual = cv2.medianBlur(np.where(whole, longest, 0).astype(np.float32), 5)
    return ~whole | (longest > TORN * np.maximum(usual, 1e-9))


def find_on_texture(wanted: Points, uv: Vectors, target: Mask) -> tuple[Points, Chosen, Chosen]:
    """Where a frame shows points of the texture, index coordinates; whether it does, and whether that is sure."""
    rows, columns = np.where(target)
    if not len(rows):
        nowhere = np.zeros(len(wanted), bool)
        return np.zeros((len(wanted), 2)), nowhere, ~nowhere
    distance, nearest = cKDTree(uv[rows, columns]).query(wanted)
    at = np.stack([columns[nearest], rows[nearest]], -1).astype(np.float64)
    pixel = at.astype(int)
    at, miss_pixel = newton_on_texture(wanted, uv, at)
    height, width = target.shape
    cell = np.clip(np.floor(at).astype(int), 0, (width - 2, height - 2))
    torn = torn_cells(uv, target)
    visible = (miss_pixel < SOLVED_PIXEL) & ~torn[cell[:, 1], cell[:, 0]] & (np.abs(at - pixel).max(1) < 2)
    reach = texture_reach(uv, torn)[pixel[:, 1], pixel[:, 0]]
    return at, visible, visible | (distance > 1.5 * reach)


def newton_on_texture(wanted: Points, uv: Vectors, at: Points) -> tuple[Points, np.ndarray]:
    """Places in the frame that show `wanted`, bilinear between its pixels; and by how many pixels they don't [n]."""
    height, width = uv.shape[:2]
    for _ in range(NEWTON_STEPS):
        cell = np.clip(np.floor(at).astype(int), 0, (width - 2, height - 2))
        right, down = (at - cell).T[:, :, None]
        column, row = cell.T
        a, b, c, d = uv[row, column], uv[row, column + 1], uv[row + 1, column], uv[row + 1, column + 1]
        miss = wanted - (a * (1 - right) + b * right) * (1 - down) - (c * (1 - right) + d * right) * down
        by_x, by_y = (b - a) * (1 - down) + (d - c) * down, (c - a) * (1 - right) + (d - b) * right
        determinant = by_x[:, 0] * by_y[:, 1] - by_x[:, 1] * by_y[:, 0]
        safe = np.where(determinant == 0, np.inf, determinant)
        step_x = (by_y[:, 1] * miss[:, 0] - by_y[:, 0] * miss[:, 1]) / safe
        step_y = (by_x[:, 0] * miss[:, 1] - by_x[:, 1] * miss[:, 0]) / safe
        step = np.stack([step_x, step_y], -1)
        at = np.clip(at + np.clip(step, -1, 1), 0, (width - 1, height - 1))
    return at, np.where(determinant == 0, np.inf, np.hypot(step_x, step_y))


def texture_reach(uv: Vectors, torn: Mask) -> np.ndarray:
    """[h, w]: how far a step of one pixel leads on the texture at most, by the whole cells around."""
    longest = np.where(torn, 0, np.maximum(*texture_steps(uv)))
    return cv2.dilate(longest.astype(np.float32), np.ones((3, 3), np.uint8))


# --- figures -------------------------------------------------------------------------------------------------------


def compare_tracks(truth: TrueTracks, tracks: Tracks, chosen: Chosen | None = None) -> TrackFigures | None:
    """None where no point that counts is ever visible."""
    counted = truth.counted if chosen is None else truth.only(chosen)
    shown = truth.tracks.visible & counted
    if not shown.any():
        return None
    apart = np.hypot(*np.moveaxis(tracks.xy_pixel - truth.tracks.xy_pixel, 2, 0))
    apart = np.where(np.isfinite(apart), apart, np.inf)
    near = apart[shown]
    return TrackFigures(
        points=int(counted.any(0).sum()),
        median=float(np.median(near)),
        p95=float(np.percentile(near, 95, method="lower")),
        within=tuple(float((near < threshold).mean()) for threshold in THRESHOLDS),
        average_jaccard=compute_average_jaccard(apart, truth.tracks.visible, tracks.visible, counted),
        occlusion_accuracy=float((truth.tracks.visible == tracks.visible)[counted].mean()),
    )


def compute_average_jaccard(
    apart: Lengths,
    visible: Seen,
    said_visible: Seen,
    counted: Seen,
) -> float:
    """Mean over the thresholds of TP / (visible + FP).

    TP: visible, said to be, and nearer than the threshold. FP: said to be visible, and hidden or farther than that.
    """
    jaccards = []
    for threshold in THRESHOLDS:
        hit = visible & said_visible & (apart < threshold)
        false = said_visible & ~(visible & (apart < threshold))
        jaccards.append((hit & counted).sum() / max(((visible & counted).sum() + (false & counted).sum()), 1))
    return float(np.mean(jaccards))
