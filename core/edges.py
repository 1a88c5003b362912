"""Where a surface ends: its map carried a few pixels on, and what stands before it taken out of mixed pixels."""

from __future__ import annotations

import cv2
import numpy as np

from .channels import in_three

EDGE_REACH = 6
"""Pixels past the seen area that the map is carried where the surface only partly covers a pixel."""
HIDDEN_REACH = 2
"""The same where it covers it wholly: surface that the source picture does not show."""
FIT_SIGMA = 2.0
LEAP = 3.0
"""Source pixels per frame pixel beyond which two neighbours are taken for two surfaces, not one."""
OCCLUDER_SIGMA = 1.5
WHOLE, NONE = 0.98, 0.02
"""Matte values that count as the surface alone and as none of it."""


def continue_map(xy_pixel: np.ndarray, seen: np.ndarray, surface: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The map [h, w, 2] past the seen area [h, w] bool, and how much of it to trust [h, w] float32 (1 where seen).

    A new pixel takes the affine fit to the seen ones around it, Gaussian-weighted; NaN where nothing is to be painted.
    """
    trust = seen.astype(np.float32)
    out = np.where(seen[..., None], xy_pixel, np.float32(np.nan))
    if seen.all() or not seen.any():
        return out, trust
    distance = cv2.distanceTransform((~seen).astype(np.uint8), cv2.DIST_L2, 5)
    reach = np.where(surface < WHOLE, np.float32(EDGE_REACH), np.float32(HIDDEN_REACH))
    new = ~seen & (surface > 0) & (distance < reach + 0.5)
    rows, columns = np.nonzero(new)
    if len(rows):
        out[rows, columns] = fit_affine(xy_pixel, seen, rows, columns)
        trust[rows, columns] = np.clip(reach + 0.5 - distance, 0, 1)[rows, columns]
    return out, trust


def fit_affine(xy_pixel: np.ndarray, seen: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """xy at `rows`, `columns` [n] -> [n, 2] from the seen pixels around: least squares of xy = a + B d, B near I."""
    radius = EDGE_REACH + 2
    offset = np.arange(-radius, radius + 1)
    dy, dx = (d.ravel() for d in np.meshgrid(offset, offset, indexing="ij"))
    basis = np.stack([np.ones(dx.size), dx, dy], 1).astype(np.float32)
    falloff = np.exp(-0.5 * (dx**2 + dy**2) / FIT_SIGMA**2).astype(np.float32)
    products = np.einsum("ki,kj->kij", basis, basis).reshape(dx.size, 9)
    inside = np.pad(seen, radius)
    known = np.pad(np.where(seen[..., None], xy_pixel, 0), ((radius, radius), (radius, radius), (0, 0)))
    out = np.empty((len(rows), 2), np.float32)
    for start in range(0, len(rows), 4096):
        row, column = rows[start : start + 4096, None], columns[start : start + 4096, None]
        at = (row + radius + dy, column + radius + dx)
        weight = falloff * inside[at]
        nearest = np.arange(len(row)), weight.argmax(1)
        leap = np.hypot(*np.moveaxis(known[at] - known[at][nearest][:, None], -1, 0))
        away = np.hypot(dx - dx[nearest[1], None], dy - dy[nearest[1], None])
        weight *= leap <= LEAP * (away + 1)
        weight /= weight.sum(1, keepdims=True)
        origin = (weight[..., None] * known[at]).sum(1, keepdims=True)
        slide = np.stack([dx, dy], 1).astype(np.float32)
        residual = (known[at] - origin - slide) * weight[..., None]  # about a slide by the mean: small numbers
        normal = (weight @ products).reshape(-1, 3, 3).astype(np.float64)
        normal += np.diag([1e-9, 0.05, 0.05])
        right = np.einsum("nkc,ki->nic", residual, basis)
        out[start : start + 4096] = origin[:, 0] + np.linalg.solve(normal, right)[:, 0]
    return out


def occluder_share(plate: np.ndarray, surface: np.ndarray) -> np.ndarray:
    """What stands before the surface in each pixel's colour [h, w, 3]: min((1 - m) O, B), or (1 - m) B.

    O = Gaussian mean of the plate over pixels without any surface (m < 0.02), where there are any within 3 px and
    0 < m < 0.98; it takes the surface's own colour out of mixed pixels without a division.
    """
    rest = in_three(1 - surface) * plate
    mixed = (surface > 0) & (surface < WHOLE)
    alone = (surface < NONE).astype(np.float32)
    if not mixed.any() or not alone.any():
        return rest
    blur = (0, 0), OCCLUDER_SIGMA
    share = cv2.GaussianBlur(alone, *blur)
    colour = cv2.GaussianBlur(plate * alone[..., None], *blur) / np.maximum(share, 1e-6)[..., None]
    unmixed = np.minimum((1 - surface)[..., None] * colour, np.maximum(plate, 0))
    return np.where((mixed & (share > 0.01))[..., None], unmixed, rest)
