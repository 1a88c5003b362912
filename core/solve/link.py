"""From one key frame to another, by way of frames that are solved against both."""

from __future__ import annotations

import cv2
import numpy as np

from ..fields.frame_map import FrameMap, evaluate_map
from ..fields.homography import apply_homography
from ..inverse import invert_map, sampled
from .frame_map_fit import fit_frame_map, fit_plane

REACH = 2.0
"""Pictures beyond its edge that a key may be led to by way of others."""
MARGIN = 0.25
"""Share of a picture's size that a map is continued beyond its edge before it is turned round."""


def between_keys(
    source: FrameMap, target: FrameMap, size: tuple[int, int], shown: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """M_target o M_source^-1 of one frame: from the key of `source` to that of `target`.

    size: width and height of the solve's pictures. shown [h, w]: what of the frame both maps hold for.
    Gives key positions [h, w, 2] of the source key's pixels, and whether each is known [h, w].
    """
    width, height = size
    margin = (int(width * MARGIN), int(height * MARGIN))
    x, y = (np.arange(-m, side + m, dtype=float) for m, side in zip(margin, size, strict=True))
    at, found = invert_map(evaluate_map(source, x, y), (-float(margin[0]), -float(margin[1])), (0, 0, width, height))
    onto = evaluate_map(target, x, y)
    there = at + np.array(margin, np.float32)
    xy = np.stack([sampled(onto[..., c], there) for c in range(2)], -1)
    told = cv2.remap(shown.astype(np.float32), at, None, cv2.INTER_NEAREST, borderValue=1) > 0.5
    return xy, found & told


def continued(xy_key: np.ndarray, found: np.ndarray) -> np.ndarray:
    """A map [h, w, 2] that is known where `found` [h, w], and elsewhere is the plane of that."""
    rows, columns = np.nonzero(found)
    matrix = fit_plane(columns, rows, xy_key[found], np.ones(len(rows)), found.shape, REACH)
    grid = np.meshgrid(*(np.arange(side, dtype=float) for side in found.shape[::-1]))
    beyond = np.stack(apply_homography(matrix, *grid), -1)
    return np.where(found[..., None], xy_key, beyond).astype(np.float32)


def link_map(xy_key: np.ndarray, found: np.ndarray) -> FrameMap:
    """The same as it is kept."""
    return fit_frame_map(continued(xy_key, found), found.astype(np.float32), REACH)
