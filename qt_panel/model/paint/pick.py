"""The colour under the cursor."""

from __future__ import annotations

from math import ceil, floor

import numpy as np

from ..picture import Picture
from .strokes import Rgb, Xy


def pick(picture: Picture, xy: Xy, radius: float = 0.0) -> Rgb | None:
    """The mean of the pixels whose middle is within a radius, in full-size pixels; at least of the one that is hit.

    Scene-linear, not premultiplied. None outside the picture, and where it shows nothing at all.
    """
    x, y = ((at - start) * picture.scale for at, start in zip(xy, (picture.window.x, picture.window.y), strict=True))
    height, width = picture.rgba.shape[:2]
    if not (0 <= x < width and 0 <= y < height):
        return None
    reach = max(radius * picture.scale, 0)
    rows = np.arange(max(floor(y - reach), 0), min(ceil(y + reach) + 1, height))
    columns = np.arange(max(floor(x - reach), 0), min(ceil(x + reach) + 1, width))
    near = (columns[None] + 0.5 - x) ** 2 + (rows[:, None] + 0.5 - y) ** 2 <= reach * reach
    near |= (columns[None] == floor(x)) & (rows[:, None] == floor(y))
    found = picture.rgba[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1][near].astype(np.float32)
    found = found[np.isfinite(found).all(1)]
    covered = float(found[:, 3].sum())
    if covered <= 0:
        return None
    red, green, blue = (float(part) for part in found[:, :3].sum(0) / covered)
    return red, green, blue
