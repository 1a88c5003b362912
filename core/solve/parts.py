"""Where a long shot is cut into overlapping parts that are solved one beside the other."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

AUTO_FROM, AUTO_LENGTH = 120, 60
"""Frames beyond which a shot is cut by itself, and those of a part then."""
SHOWN = 0.5
"""Of the layer's median area: what each frame that two parts share must show of it."""


def parts_of(frames: tuple[int, ...], area: Mapping[int, float], length: int, overlap: int) -> list[tuple[int, ...]]:
    """The frames of each part, of about `length` frames (0: by itself), of which neighbours share `overlap`.

    area: of the layer in each frame, any unit. Where two parts meet the layer has to be seen: a cut is moved to where
    it is, and where there is no such place near, there is none: a part that holds a hidden stretch is longer. No frame
    is in more than two parts.
    """
    count = len(frames)
    if length == 0:
        length = max(AUTO_LENGTH, 2 * overlap + 1) if count > AUTO_FROM else count
    if count <= length:
        return [frames]
    pieces = min(-(-(count - overlap) // (length - overlap)), (count - overlap) // overlap)
    step = (count - overlap) / pieces
    reach = max(int(step - overlap - 1) // 2, 0)
    least = SHOWN * float(np.median([area[n] for n in frames if area[n] > 0] or [0.0]))
    starts = [0]
    for piece in range(1, pieces):
        nominal = round(piece * step)
        near = sorted(range(nominal - reach, nominal + reach + 1), key=lambda at: abs(at - nominal))
        seen = [at for at in near if all(area[n] > least for n in frames[at : at + overlap])]
        starts += seen[:1]
    ends = [start + overlap for start in starts[1:]] + [count]
    return [frames[start:end] for start, end in zip(starts, ends, strict=True)]
