"""ST maps that the core writes of a known slide: what their files say, and what the core and OpenImageIO make of them.

Everything to float precision: half an ulp of u and v, and in colours what that comes to, see `slides.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import OpenImageIO as oiio
import pytest
from unreel.core.color import linear_from_shaped, shaped_from_linear
from unreel.core.coordinates import index_from_st
from unreel.core.exr_read import read_frame
from unreel.core.exr_write import write_frame
from unreel.core.fields.minify import make_pyramid, sample_area
from unreel.core.frame import Frame, alpha, rgb

from .slides import (
    EPSILON,
    KEY,
    KINDS,
    SHIFTS,
    Slides,
    colour_error,
    make_slides,
    own_places,
    place_error,
    reached,
    shaped_error,
    slid,
)

BACK = {number: (-across, -down) for number, (across, down) in SHIFTS.items()}

SlidesOf = Callable[[str], Slides]


@pytest.fixture(scope="module")
def slides_of(tmp_path_factory: pytest.TempPathFactory) -> SlidesOf:
    return cache(lambda kind: make_slides(tmp_path_factory.mktemp("slides"), KINDS[kind]))


@pytest.fixture(params=KINDS)
def slides(request: pytest.FixtureRequest, slides_of: SlidesOf) -> Slides:
    return slides_of(request.param)


def places(frame: Frame) -> np.ndarray:
    return np.stack([frame.planes["R"], frame.planes["G"]], -1)


@pytest.mark.parametrize("number", SHIFTS)
def test_u_and_v_are_the_formula_rounded_once(slides: Slides, number: int):
    """Of the map and of the live one; the inverse is searched for, and may be off by one rounding more."""
    display = slides.kind.display
    st, live, inverse = (read_frame(slides.output(name, number)) for name in ("stmap", "live_st", "inverse"))
    expected = own_places(st.data, display, SHIFTS[number])
    np.testing.assert_array_equal(places(st), expected.astype(np.float32))
    np.testing.assert_array_max_ulp(places(live), expected.astype(np.float32), 1)
    found = alpha(inverse) > 0
    expected = own_places(inverse.data, display, BACK[number])
    assert np.abs(places(inverse) - expected)[found].max() <= EPSILON
    assert (alpha(st) == 1).all() and found[reached(inverse.data, st.data, BACK[number])].all()


@pytest.mark.parametrize("number", SHIFTS)
def test_a_map_that_is_read_leads_to_the_place(slides: Slides, number: int):
    st, canonical = read_frame(slides.output("stmap", number)), read_frame(slides.canonical)
    x, y = np.meshgrid(np.arange(st.data.width), np.arange(st.data.height))
    corner = np.array([st.data.x - canonical.data.x, st.data.y - canonical.data.y])
    expected = np.stack([x, y], -1) + corner + SHIFTS[number]
    found = index_from_st(places(st), canonical.data, canonical.display)
    assert np.abs(found - expected).max() <= place_error(canonical.data, canonical.display)


@pytest.mark.parametrize("number", SHIFTS)
def test_the_core_finds_what_lies_there(slides: Slides, number: int):
    st, paint = read_frame(slides.output("stmap", number)), read_frame(slides.paint)
    expected = slid(rgb(paint), paint.data, st.data, SHIFTS[number])
    inside = reached(st.data, paint.data, SHIFTS[number])
    assert inside.mean() > 0.9
    xy = index_from_st(places(st), paint.data, paint.display)
    found = sample_area(make_pyramid(rgb(paint)), xy)
    assert np.abs(found - expected)[inside].max() <= colour_error(rgb(paint), paint.data, paint.display)


@pytest.mark.parametrize("number", SHIFTS)
def test_the_rendered_frame_shows_what_lies_there(slides: Slides, number: int):
    """Opaque paint all over the canonical, resampled in the shaper."""
    out, paint = read_frame(slides.output("", number)), read_frame(slides.paint)
    expected = linear_from_shaped(slid(shaped_from_linear(rgb(paint)), paint.data, out.data, SHIFTS[number]))
    inside = reached(out.data, paint.data, SHIFTS[number]) & seen(slides, number)
    assert inside.mean() > 0.9
    assert np.abs(rgb(out) - expected)[inside].max() <= shaped_error(rgb(paint), paint.data, paint.display)


def seen(slides: Slides, number: int) -> np.ndarray:
    """Where the live map trusts the map wholly: the canonical shows the pixel."""
    return alpha(read_frame(slides.output("live_hold", number))) == 1


def opened(path: Path) -> oiio.ImageBuf:
    """As OpenImageIO reads it; a display window that begins elsewhere is put at 0, 0, as Nuke does when it reads."""
    picture = oiio.ImageBuf(str(path))
    assert picture.read(force=True, convert="float"), picture.geterror()
    x, y = picture.spec().full_x, picture.spec().full_y
    picture.set_origin(picture.spec().x - x, picture.spec().y - y)
    full = picture.roi_full
    picture.set_full(full.xbegin - x, full.xend - x, full.ybegin - y, full.yend - y, 0, 1)
    return picture


def st_warped(picture: Path, st: Path, flip_t: bool = True) -> np.ndarray:
    """By OpenImageIO, on the map's window [h, w, c]."""
    source, map_ = opened(picture), opened(st)
    roi = oiio.ROI(*(getattr(map_.roi, end) for end in ("xbegin", "xend", "ybegin", "yend")), 0, 1, 0, source.nchannels)
    found = oiio.ImageBufAlgo.st_warp(source, map_, "catmull-rom", 0.0, 0, 1, False, flip_t, roi)
    assert not found.has_error, found.geterror()
    return np.asarray(found.get_pixels(oiio.FLOAT))


@pytest.mark.parametrize("number", SHIFTS)
@pytest.mark.parametrize("name", ["stmap", "live_st"])
def test_openimageio_warps_the_paint_to_the_place(slides: Slides, name: str, number: int):
    paint, window = read_frame(slides.paint), slides.kind.data
    expected = slid(rgb(paint), paint.data, window, SHIFTS[number])
    found = st_warped(slides.paint, slides.output(name, number))[..., :3]
    inside = reached(window, paint.data, SHIFTS[number])
    assert np.abs(found - expected)[inside].max() <= colour_error(rgb(paint), paint.data, paint.display)


@pytest.mark.parametrize("number", SHIFTS)
def test_openimageio_warps_the_frame_to_the_canonical_by_the_inverse(slides: Slides, number: int):
    frame, inverse = read_frame(slides.plate(number)), read_frame(slides.output("inverse", number))
    expected = slid(rgb(frame), frame.data, inverse.data, BACK[number])
    found = st_warped(slides.plate(number), slides.output("inverse", number))
    inside = reached(inverse.data, frame.data, BACK[number]) & (alpha(inverse) > 0)
    assert inside.mean() > 0.4
    assert np.abs(found - expected)[inside].max() <= colour_error(rgb(frame), frame.data, frame.display)


def test_a_map_upside_down_or_astray_would_be_found(slides_of: SlidesOf, tmp_path: Path):
    """What the tests above stand on: their tolerance is less than a miss of 0.0002 pixels makes."""
    slides = slides_of("overscan")
    paint, st = read_frame(slides.paint), read_frame(slides.output("stmap", KEY))
    expected = slid(rgb(paint), paint.data, st.data, SHIFTS[KEY])
    upside_down = st_warped(slides.paint, slides.output("stmap", KEY), flip_t=False)[..., :3]
    assert np.abs(upside_down - expected).max() > 0.5
    u, v = np.moveaxis(own_places(st.data, st.display, (2e-4, 0)).astype(np.float32), 2, 0)
    write_frame(tmp_path / "astray.exr", replace(st, planes={**st.planes, "R": u, "G": v}))
    astray = st_warped(slides.paint, tmp_path / "astray.exr")[..., :3]
    inside = reached(st.data, paint.data, SHIFTS[KEY])
    assert np.abs(astray - expected)[inside].max() > 1.5 * colour_error(rgb(paint), paint.data, paint.display)


@pytest.mark.parametrize("number", SHIFTS)
def test_windows_and_pixel_aspect_are_the_plates(slides: Slides, number: int):
    kind, canonical = slides.kind, read_frame(slides.canonical)
    assert (canonical.display, canonical.pixel_aspect) == (kind.display, kind.aspect)
    assert canonical.data.contains(kind.data) and canonical.data != kind.data
    names = ("", "layer", "stmap", "visibility", "confidence", "live_st", "live_gain", "live_hold")
    frames = {name: read_frame(slides.output(name, number)) for name in (*names, "inverse")}
    for name, frame in frames.items():
        data = canonical.data if name == "inverse" else kind.data
        assert (frame.data, frame.display, frame.pixel_aspect) == (data, kind.display, kind.aspect), name
    live = read_frame(Path(slides.live["live_canonical"]))
    assert (live.data, live.display, live.pixel_aspect) == (canonical.data, kind.display, kind.aspect)


def test_pixel_aspect_changes_nothing_but_itself(slides_of: SlidesOf):
    """Pixels count as they are stored: no map, and no frame, is another for it."""
    for one, other in (("plain", "wide pixels"), ("overscan", "overscan, narrow pixels")):
        a, b = slides_of(one), slides_of(other)
        names = [a.output(name, number).name for name in ("", "stmap", "inverse", "live_st") for number in SHIFTS]
        for name in ("canonical.exr", *names):
            first, second = read_frame(a.folder / name), read_frame(b.folder / name)
            assert first.pixel_aspect != second.pixel_aspect
            for channel, plane in first.planes.items():
                np.testing.assert_array_equal(plane, second.planes[channel], err_msg=f"{name} {channel}")
