"""How much memory a frame takes while it is propagated: so many of them are worked on at once as there is room for."""

from __future__ import annotations

from collections.abc import Iterable

from .settings import MatchSettings
from .shutter import MOST_SAMPLES
from .source import Source

PLATE_BYTES = 80
"""A pixel of the plate: what is read, what is written, and both as they are coded."""
PAINT_BYTES = 220
"""A pixel that the paint is looked at on: maps, samples and light; 250 with all of the above were measured."""
MOMENT_BYTES = 8
"""A pixel there, for each moment of an open shutter."""
GROWTH = 2
"""By how much more a paint may cover on some frame than where it was painted."""


def frame_bytes(sources: Iterable[Source], outputs: Iterable[str], match: MatchSettings) -> float:
    """Bytes a pixel of the plate; outputs that tell of the whole frame count as paint on all of it."""
    share = 0.0 if set(outputs) <= {"comp", "layer"} else 1.0
    for source in sources:
        painted, raster = source.painted, source.solved.shot.raster
        share = max(share, min(1.0, GROWTH * painted.width * painted.height / (raster.width * raster.height)))
    paint = PAINT_BYTES + (MOMENT_BYTES * MOST_SAMPLES if match.shutter > 0 else 0)
    return PLATE_BYTES + share * paint
