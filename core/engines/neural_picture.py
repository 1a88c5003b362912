"""The canonical as a trained field has it, for those who want to see it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..canonical import CanonicalPicture
from ..errors import IncompatibleModel
from ..fields.canonical_fields import canvas_of, render_canonical
from ..frame import Window
from ..solved import Solved
from .neural_file import read_fields
from .reading import LUMA_GAIN


def render_field(path: Path, solved: Solved) -> CanonicalPicture:
    """At the plate's size, with the field's margin. IncompatibleModel where the fields are not those of the model."""
    fields, header = read_fields(path)
    if header["key"] != solved.model.key or tuple(header["size"]) != solved.model.solve_size:
        raise IncompatibleModel(f"{path} belongs to another training; train again")
    raster = solved.shot.raster
    size = (raster.width, raster.height)
    encoded = render_canonical(fields.canonical, size).cpu().numpy() / np.float32(LUMA_GAIN)
    _, (left, top) = canvas_of(size, fields.canonical.margin)
    window = Window(raster.x - left, raster.y - top, encoded.shape[1], encoded.shape[0])
    source = np.full(window.shape, solved.model.key, np.int32)
    return CanonicalPicture(solved.shot.color.decode(encoded), np.ones(window.shape, np.float32), source, window)
