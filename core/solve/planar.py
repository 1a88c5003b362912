"""A frame's homography onto the key frame: Gauss-Newton coarse to fine, searched anew where the track is lost."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ..fields.homography import apply_homography, homography_derivative, normalise_homography, translation_matrix
from .comparison import Comparison, compare, misfit, robust_weight
from .pyramid import LEVELS, Pyramid

NEAREST = 0.05
"""Least depth of a box's corner, where the picture's first pixel has 1."""
LARGEST_CHANGE = 50.0
"""Of a box's area."""
UNSHARED = 0.3
"""Doubt of a map under which the two masks share nothing."""
LEAST_OVERLAP = 0.2
"""Of two pictures without a matte, under which the track is taken for lost."""
NEAR_DOUBT = 0.1
"""Under `lost`: doubt from which starts that cost little are tried."""
NEAR_GAIN, SEARCH_GAIN = 0.01, 0.05
"""Less doubt for which another start is taken: one that stands to reason, and one of many that were searched."""


@dataclass(frozen=True)
class PlanarSettings:
    robustness: float = 2.0
    """k of the robust weight: about 2 with a matte, 0.5 where occluders are in view."""
    epsilon: float = 0.005
    """Contrast under which a window counts as flat, in encoded units."""
    steps: int = 6
    prior: float = 0.05
    """Pull of 25 points of the target's box towards the prediction, so that a sliver still fixes eight numbers."""
    lost: float = 0.45
    """Doubt above which the frame is searched anew."""
    search_each: bool = True
    """Search every lost frame: the layer may have been hidden. Else only one whose misfit has risen: a picture without
    a matte is never hidden, and where it is no plane a search finds none."""
    finest: int = 0
    """Level at which the solve ends; 1 is good for a first look, at a quarter of the cost."""
    search_cells: int = 6
    """Reach of the search, in pixels of the coarsest level."""


def pixel_grid(height: int, width: int, level: int, offset: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Level-0 index coordinates of the pixel centres of a level of a picture that begins at `offset` (x, y)."""
    step = 2**level
    x = (np.arange(width, dtype=np.float32) + 0.5) * step - 0.5 + offset[0]
    y = (np.arange(height, dtype=np.float32) + 0.5) * step - 0.5 + offset[1]
    return np.broadcast_to(x, (height, width)), np.broadcast_to(y[:, None], (height, width))


def level_grid(frame: Pyramid, level: int, offset: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    height, width = frame.luma[level].shape
    return pixel_grid(height, width, level, offset)


def map_of(matrix: np.ndarray, frame: Pyramid, level: int, offset: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    x, y = level_grid(frame, level, offset)
    u, v = apply_homography(matrix.astype(np.float32), x, y)
    return u.astype(np.float32), v.astype(np.float32)


def planar_misfit(
    frame: Pyramid, key: Pyramid, matrix: np.ndarray, level: int, offset: tuple[int, int], settings: PlanarSettings
) -> tuple[float, float]:
    """Misfit of a homography at a level, and which share of the layer it explains: of the smaller of the two masks."""
    seen = compare(frame, key, level, *map_of(matrix, frame, level, offset), settings.epsilon)
    return misfit(seen), shared(seen, frame, key, level)


def is_plausible(matrix: np.ndarray, size: tuple[int, int], offset: tuple[int, int]) -> bool:
    """Whether a homography keeps a box (height and width at x, y) before the camera and of a like size."""
    height, width = size
    x = np.array([0, width, width, 0]) + offset[0]
    y = np.array([0, 0, height, height]) + offset[1]
    if not (matrix[2, 0] * x + matrix[2, 1] * y + matrix[2, 2] > NEAREST).all():
        return False
    u, v = apply_homography(matrix, x, y)
    area = 0.5 * float(u @ np.roll(v, -1) - v @ np.roll(u, -1))
    return 1 / LARGEST_CHANGE < area / (height * width) < LARGEST_CHANGE


def shared(seen: Comparison, frame: Pyramid, key: Pyramid, level: int) -> float:
    """Share, 0..1, of the smaller of two masks that both pictures see."""
    layer = min(float(frame.mask[level].sum()), float(key.mask[level].sum()))
    return min(float(seen.mask.sum()) / max(layer, 1.0), 1.0)


def shared_on_key(frame: Pyramid, key: Pyramid, matrix: np.ndarray, level: int, offset: tuple[int, int]) -> float:
    """Share, 0..1, of the smaller of two masks that both pictures see, counted in the key's pixels.

    A map onto a small flat patch of the key matches it with all of the frame: only here it shows. What of the key lies
    beyond the frame's edge does not count, so that a zoom is none of it.
    """
    x, y = level_grid(key, level, (0, 0))
    back = np.linalg.inv(matrix)
    depth = back[2, 0] * x + back[2, 1] * y + back[2, 2]
    u, v = ((row[0] * x + row[1] * y + row[2]) / np.maximum(depth, 1e-6) for row in back[:2])
    height, width = key.size  # also the frame's, which is cut
    layer = key.mask[level] * ((depth > 1e-6) & (u >= 0) & (v >= 0) & (u <= width - 1) & (v <= height - 1))
    column, row = (((p - o + 0.5) / 2**level - 0.5).astype(np.float32) for p, o in zip((u, v), offset, strict=True))
    seen = cv2.remap(frame.mask[level], column, row, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0)
    smaller = min(float(frame.mask[level].sum()), float(layer.sum()))
    return min(float((layer * seen).sum()) / max(smaller, 1.0), 1.0)


def doubt(
    frame: Pyramid, key: Pyramid, matrix: np.ndarray, level: int, offset: tuple[int, int], settings: PlanarSettings
) -> float:
    """What candidates are compared by: the misfit, and what the masks do not share, counted where it is more.

    Without a matte, what a picture does not share with the other has left it, and tells nothing of the other's pixels.
    """
    left, here = planar_misfit(frame, key, matrix, level, offset, settings)
    if settings.search_each:
        here = min(here, shared_on_key(frame, key, matrix, level, offset))
    return left + UNSHARED * (1 - here)


def slide_of_masks(frame: Pyramid, key: Pyramid, offset: tuple[int, int]) -> np.ndarray:
    """The shift from the middle of the frame's mask to that of the key's."""

    def middle(mask: np.ndarray) -> np.ndarray:
        places = np.arange(mask.shape[1]) @ mask.sum(0), np.arange(mask.shape[0]) @ mask.sum(1)
        return np.array(places) / max(float(mask.sum()), 1e-6)

    return translation_matrix(*(middle(key.mask[0]) - middle(frame.mask[0]) - offset))


def refine_planar(
    frame: Pyramid,
    key: Pyramid,
    start: np.ndarray,
    levels: tuple[int, ...],
    offset: tuple[int, int],
    settings: PlanarSettings,
    towards: np.ndarray | None = None,
) -> np.ndarray:
    """Gauss-Newton from `start` down the levels, pulled a little towards a prediction (by default `start`)."""
    matrix = start.copy()
    height, width = frame.size
    anchor_x, anchor_y = (
        a.ravel()
        for a in np.meshgrid(
            np.linspace(0, width - 1, 5) + offset[0],
            np.linspace(0, height - 1, 5) + offset[1],
        )
    )
    goal_x, goal_y = apply_homography(start if towards is None else towards, anchor_x, anchor_y)
    unit = np.array([1, 1, max(width, height)] * 2 + [1 / max(width, height)] * 2, np.float64)
    for level in levels:
        x, y = level_grid(frame, level, offset)
        for _ in range(settings.steps):
            seen = compare(frame, key, level, *map_of(matrix, frame, level, offset), settings.epsilon)
            weight = robust_weight(seen, settings.robustness)
            if (weight > 1e-3).sum() < 30:
                break
            normal, gradient = normal_equations(matrix, x, y, seen, weight * np.float32(4**level))
            ax, ay = homography_derivative(matrix, anchor_x, anchor_y)
            now_x, now_y = apply_homography(matrix, anchor_x, anchor_y)
            normal += settings.prior * (ax @ ax.T + ay @ ay.T)
            gradient += settings.prior * (ax @ (goal_x - now_x) + ay @ (goal_y - now_y))
            scaled = normal * unit[:, None] * unit
            scaled[np.diag_indices(8)] *= 1 + 1e-6
            change = unit * np.linalg.solve(scaled, gradient * unit)
            candidate = normalise_homography(matrix + np.append(change, 0).reshape(3, 3))
            moved_x, moved_y = apply_homography(candidate, anchor_x, anchor_y)
            matrix = candidate
            if np.hypot(moved_x - now_x, moved_y - now_y).max() < 0.01:
                break
    return matrix


def normal_equations(
    matrix: np.ndarray, x: np.ndarray, y: np.ndarray, seen: Comparison, weight: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """J' W J [8, 8] and J' W r [8] for the eight free entries of a homography.

    J is the product of g = (sx, sy, -(u sx + v sy)) / w and (x, y, 1): all entries are sums over pixels of the products
    of g, and of g r, times monomials in x and y up to the second degree. Single precision along a row, double across.
    """
    x1, y1 = x[0].astype(np.float64), y[:, 0].astype(np.float64)
    u, v = (plane.astype(np.float32) for plane in apply_homography(matrix, x1, y1[:, None]))
    w = ((matrix[2, 0] * x1 + matrix[2, 2]) + (matrix[2, 1] * y1)[:, None]).astype(np.float32)
    g = (seen.slope_x / w, seen.slope_y / w, -(u * seen.slope_x + v * seen.slope_y) / w)
    weighted = [weight * part for part in g]
    powers_x = np.stack([np.ones_like(x1), x1, x1 * x1], 1).astype(np.float32)
    powers_y = np.stack([np.ones_like(y1), y1, y1 * y1])

    def moments(plane: np.ndarray) -> np.ndarray:
        """Sums of plane * y^q x^p, [q, p] = [3, 3]."""
        return powers_y @ (plane @ powers_x).astype(np.float64)

    degree_x, degree_y = np.array([1, 0, 0]), np.array([0, 1, 0])
    normal, gradient = np.empty((3, 3, 3, 3)), np.empty((3, 3))
    for a in range(3):
        gradient[a] = moments(weighted[a] * seen.residual)[degree_y, degree_x]
        for b in range(a, 3):
            block = moments(weighted[a] * g[b])[degree_y[:, None] + degree_y, degree_x[:, None] + degree_x]
            normal[a, :, b] = normal[b, :, a] = block
    return normal.reshape(9, 9)[:8, :8], gradient.ravel()[:8]


def search_planar(
    frame: Pyramid, key: Pyramid, prediction: np.ndarray, offset: tuple[int, int], settings: PlanarSettings
) -> list[np.ndarray]:
    """The three best separated shifts of the prediction at the coarsest level, best first."""
    level = LEVELS - 1
    reach = range(-settings.search_cells, settings.search_cells + 1)
    found: list[tuple[float, int, int]] = []
    for j in reach:
        for i in reach:
            matrix = translation_matrix(i * 2**level, j * 2**level) @ prediction
            seen = compare(frame, key, level, *map_of(matrix, frame, level, offset), settings.epsilon)
            total, overlap = float(seen.mask.sum()), shared(seen, frame, key, level)
            if overlap < 0.4:
                continue
            cost = float((np.minimum(np.abs(seen.residual), 1.5) * seen.mask).sum() / total)
            found.append((cost + 0.002 * np.hypot(i, j) * 2**level + 0.3 * (1 - overlap), j, i))
    found.sort()
    kept: list[tuple[int, int]] = []
    for _, j, i in found:
        if all(max(abs(j - b), abs(i - a)) > 1 for b, a in kept):
            kept.append((j, i))
        if len(kept) == 3:
            break
    return [translation_matrix(i * 2**level, j * 2**level) @ prediction for j, i in kept]


def solve_planar(
    frame: Pyramid,
    key: Pyramid,
    prediction: np.ndarray,
    offset: tuple[int, int],
    settings: PlanarSettings,
    last: np.ndarray | None = None,
    always_search: bool = False,
) -> np.ndarray:
    """The homography frame -> key nearest to the prediction that matches; where that is in doubt, another one.

    Near starts come first: the neighbour's map, `last`, and the masks laid on each other. They do not go on with what
    went wrong frame by frame, as a prediction does. Then shifts are searched. Candidates are judged at half size; only
    the one that is taken is refined at full size, if at all.
    """
    coarse = tuple(range(LEVELS - 1, 0, -1))
    best, towards = refine_planar(frame, key, prediction, coarse, offset, settings), prediction
    least = doubt(frame, key, best, 1, offset, settings)

    def tried(starts: list[np.ndarray], gain: float) -> None:
        nonlocal best, towards, least
        for start in starts:
            matrix = refine_planar(frame, key, start, coarse, offset, settings)
            other = doubt(frame, key, matrix, 1, offset, settings)
            if other < least - gain:
                best, towards, least = matrix, start, other

    if not settings.search_each:
        left, overlap = planar_misfit(frame, key, best, 1, offset, settings)
        lost = left > settings.lost or overlap <= LEAST_OVERLAP
    else:
        if last is not None and least > settings.lost - NEAR_DOUBT:
            tried([last, slide_of_masks(frame, key, offset)], NEAR_GAIN)
        lost = least > settings.lost
    if lost or always_search:
        tried(search_planar(frame, key, prediction, offset, settings), SEARCH_GAIN)
    return refine_planar(frame, key, best, (0,), offset, settings, towards) if settings.finest == 0 else best
