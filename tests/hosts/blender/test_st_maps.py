"""ST maps that the core writes of a known slide, in real Blenders, to float precision: live, and with a bare Map UV."""

from __future__ import annotations

import numpy as np
import pytest
from unreel.core.color import linear_from_shaped, shaped_from_linear
from unreel.core.exr_read import read_frame
from unreel.core.frame import rgb

from ...core.slides import KINDS, SHIFTS, Kind, make_slides, reached, shaped_error, slid
from ..conftest import Read
from .conftest import Blender


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_opaque_paint_lies_where_the_slide_says(blender: Blender, kind: Kind, read: Read):
    """The scene is as large as the plate's data window: all that Blender knows of it."""
    slides = make_slides(blender.place, kind)
    rendered = blender.call(
        "slides.lay",
        plate=slides.plate(1),
        texture=slides.paint,
        knobs=slides.live,
        size=(kind.data.width, kind.data.height),
        aspect=kind.aspect,
        count=len(SHIFTS),
        out=blender.place / "blender",
    )
    paint = read_frame(slides.paint)
    for number, file in zip(SHIFTS, rendered, strict=True):
        shaped = slid(shaped_from_linear(rgb(paint)), paint.data, kind.data, SHIFTS[number])
        inside = reached(kind.data, paint.data, SHIFTS[number])
        error = np.abs(read(file)[..., :3] - linear_from_shaped(shaped))[inside].max()
        assert error <= shaped_error(rgb(paint), paint.data, paint.display), number
        assert read_frame(file).pixel_aspect == kind.aspect


@pytest.mark.parametrize("kind", ["plain", "wide pixels", "narrow pixels"])
def test_map_uv_alone_takes_the_pixels_themselves(blender: Blender, kind: str, read: Read):
    """Of a picture without overscan, since its 0..1 are the picture's own; bit for bit, at whole pixels."""
    slides = make_slides(blender.place, KINDS[kind])
    numbers = [number for number, shift in SHIFTS.items() if shift == tuple(map(int, shift))]
    data = slides.kind.data
    rendered = blender.call(
        "slides.map_uv",
        picture=slides.plate(1),
        st_maps=[slides.output("stmap", number) for number in numbers],
        size=(data.width, data.height),
        aspect=slides.kind.aspect,
        out=blender.place / "map_uv",
    )
    plate = read_frame(slides.plate(1))
    for number, file in zip(numbers, rendered, strict=True):
        expected = slid(rgb(plate), data, data, SHIFTS[number]).astype(np.float32)
        np.testing.assert_array_equal(read(file)[..., :3], expected)
