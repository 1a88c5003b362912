"""What the solve sees of a frame: one encoded plane and a soft mask, at halving sizes."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

LEVELS = 4
ALIGN = 16
"""Solve pictures are padded to multiples of this, so that every level and every lattice cell has whole pixels."""


@dataclass(frozen=True)
class Pyramid:
    """Level 0 is the proxy itself; a level's pixel i covers the proxy's pixels i * 2**level and on."""

    luma: tuple[np.ndarray, ...]
    mask: tuple[np.ndarray, ...]

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of level 0."""
        height, width = self.luma[0].shape
        return height, width


def pad_to_align(plane: np.ndarray, value: float | None) -> np.ndarray:
    """Pad right and bottom to the alignment: with `value`, or with the edge where it is None."""
    bottom, right = -plane.shape[0] % ALIGN, -plane.shape[1] % ALIGN
    if value is None:
        return np.pad(plane, ((0, bottom), (0, right)), mode="edge")
    return np.pad(plane, ((0, bottom), (0, right)), constant_values=value)


def make_pyramid(luma: np.ndarray, mask: np.ndarray) -> Pyramid:
    """From a proxy's encoded luma [h, w] and its mask 0..1 [h, w] (0 where a sample must not be believed)."""
    planes = [pad_to_align(luma.astype(np.float32), None)]
    masks = [pad_to_align(mask.astype(np.float32), 0.0)]
    for _ in range(LEVELS - 1):
        # masked halving: what is not believed does not bleed into what is
        weight = cv2.GaussianBlur(masks[-1], (5, 5), 0.8) + 1e-6
        smooth = cv2.GaussianBlur(planes[-1] * masks[-1] + planes[-1] * 1e-6, (5, 5), 0.8) / weight
        size = (smooth.shape[1] // 2, smooth.shape[0] // 2)
        planes.append(cv2.resize(smooth, size, interpolation=cv2.INTER_AREA))
        masks.append(cv2.resize(masks[-1], size, interpolation=cv2.INTER_AREA))
    return Pyramid(tuple(planes), tuple(masks))


def crop_pyramid(pyramid: Pyramid, x: int, y: int, width: int, height: int) -> Pyramid:
    """The part from (x, y) on; all four numbers multiples of `ALIGN`."""
    parts = [
        tuple(
            np.ascontiguousarray(p[y >> n : (y + height) >> n, x >> n : (x + width) >> n]) for n, p in enumerate(planes)
        )
        for planes in (pyramid.luma, pyramid.mask)
    ]
    return Pyramid(*parts)


def box_of_mask(mask: np.ndarray, margin: int) -> tuple[int, int, int, int]:
    """(x, y, width, height) of what the mask covers, grown by `margin` and out to the alignment; all if it is empty."""
    height, width = mask.shape
    rows, columns = np.flatnonzero(mask.max(1) > 0.01), np.flatnonzero(mask.max(0) > 0.01)
    if rows.size == 0:
        return 0, 0, width, height
    x0, y0 = max(columns[0] - margin, 0) // ALIGN * ALIGN, max(rows[0] - margin, 0) // ALIGN * ALIGN
    x1 = min(-(-(columns[-1] + 1 + margin) // ALIGN) * ALIGN, width)
    y1 = min(-(-(rows[-1] + 1 + margin) // ALIGN) * ALIGN, height)
    return int(x0), int(y0), int(x1 - x0), int(y1 - y0)
