"""Paint on a frame whose map and light are known: the answer can be written down."""

import numpy as np
import pytest
from unreel.core.compose import LightSettings, Paint, lay, prepare

HEIGHT, WIDTH = 60, 90
STILL = LightSettings(strength=0)


@pytest.fixture
def picture():
    return np.random.default_rng(0).random((HEIGHT, WIDTH, 3), np.float32) * 0.6 + 0.05


@pytest.fixture
def identity():
    return np.stack(np.meshgrid(np.arange(WIDTH), np.arange(HEIGHT)), -1).astype(np.float32)


ONES = np.ones((HEIGHT, WIDTH), np.float32)


def make_paint(picture, mode="over", value=(0.9, 0.2, 0.1), opacity=1.0, coverage=ONES):
    """A patch with a soft border, opaque inside rows 20:40 and columns 30:60."""
    alpha = np.zeros((HEIGHT, WIDTH), np.float32)
    alpha[18:42, 28:62] = 0.5
    alpha[20:40, 30:60] = 1
    return Paint(alpha[..., None] * np.float32(value), alpha, picture, coverage, mode, opacity)


@pytest.mark.parametrize("opacity", [1.0, 0.4])
def test_an_identity_map_without_light_is_a_plain_over(picture, identity, opacity):
    paint = make_paint(picture, opacity=opacity)
    laid = lay(picture, identity, ONES, ONES > 0, paint, STILL)
    expected = picture * (1 - opacity * paint.alpha)[..., None] + opacity * paint.layer
    np.testing.assert_allclose(laid.rgb, expected, rtol=2e-6, atol=1e-6)
    np.testing.assert_allclose(laid.layer + (1 - laid.alpha)[..., None] * picture, laid.rgb, atol=1e-6)


def test_pixels_outside_the_edit_are_bit_identical(picture, identity):
    plate = picture * 1.5
    plate[0, 0] = -3
    plate[50, 80] = 60000
    paint = make_paint(picture)
    laid = lay(plate, identity, ONES, ONES > 0, paint)
    np.testing.assert_array_equal(laid.footprint, paint.alpha > 0)
    assert laid.rgb[~laid.footprint].tobytes() == plate[~laid.footprint].tobytes()
    assert (laid.layer[~laid.footprint] == 0).all() and (laid.alpha[~laid.footprint] == 0).all()
    assert (laid.gain[~laid.footprint] == 1).all()


def test_a_doubled_light_doubles_the_paint(picture, identity):
    paint = make_paint(picture)
    laid = lay(picture * 2, identity, ONES, ONES > 0, paint)
    np.testing.assert_allclose(laid.gain[20:40, 30:60], 2, rtol=0.02)
    np.testing.assert_allclose(laid.rgb[20:40, 30:60], 2 * paint.layer[20:40, 30:60], rtol=0.02)


def test_a_slide_carries_the_paint_with_it(picture, identity):
    moved = np.roll(picture, (4, 7), (0, 1))
    laid = lay(moved, identity - np.float32([7, 4]), ONES, ONES > 0, make_paint(picture), STILL)
    still = lay(picture, identity, ONES, ONES > 0, make_paint(picture), STILL)
    np.testing.assert_array_equal(laid.rgb[10:, 10:], np.roll(still.rgb, (4, 7), (0, 1))[10:, 10:])


def test_values_of_60_survive(picture, identity):
    laid = lay(picture, identity, ONES, ONES > 0, make_paint(picture, value=(60, 0.5, 0)), STILL)
    np.testing.assert_allclose(
        laid.rgb[25:35, 35:55], np.float32([60, 0.5, 0]) * np.ones((10, 20, 1)), rtol=1e-5, atol=1e-6
    )


def test_broken_plate_pixels_stay_and_do_not_spread(picture, identity):
    plate = picture.copy()
    broken = np.zeros((HEIGHT, WIDTH), bool)
    broken[[5, 30, 19, 45], [5, 45, 29, 45]] = True
    plate[broken] = np.nan
    plate[45, 45, 1] = np.inf
    laid = lay(plate, identity, ONES, ONES > 0, make_paint(picture))
    clean = lay(picture, identity, ONES, ONES > 0, make_paint(picture))
    np.testing.assert_allclose(laid.rgb[~broken], clean.rgb[~broken], rtol=0.05)
    np.testing.assert_allclose(laid.rgb[30, 45], clean.rgb[30, 45], rtol=0.05)  # under opaque paint
    np.testing.assert_allclose(laid.rgb[19, 29], clean.rgb[19, 29], rtol=0.05)  # half covered: the lit source shows
    assert laid.rgb[[5, 45], [5, 45]].tobytes() == plate[[5, 45], [5, 45]].tobytes()
    assert np.isfinite(laid.layer).all() and np.isfinite(laid.gain).all()


def test_a_broken_picture_under_the_paint_does_not_spread(picture, identity):
    source = picture.copy()
    source[30, 45] = np.nan
    laid = lay(picture, identity, ONES, ONES > 0, make_paint(source))
    assert np.isfinite(laid.rgb).all()
    np.testing.assert_allclose(laid.rgb[25:35, 40:50], np.float32([0.9, 0.2, 0.1]) * np.ones((10, 10, 1)), rtol=0.05)


def test_multiply_and_add_are_their_formulas(picture, identity):
    matte = ONES * np.float32(0.75)
    plate = picture * 1.25
    paint = make_paint(picture, "multiply")
    laid = lay(plate, identity, matte, ONES > 0, paint)
    factor = 1 - 0.75 * paint.alpha[..., None] + 0.75 * paint.layer
    np.testing.assert_allclose(laid.rgb, plate * factor, atol=1e-5)
    paint = make_paint(picture, "add")
    laid = lay(plate, identity, matte, ONES > 0, paint, STILL)
    np.testing.assert_allclose(laid.rgb, plate + 0.75 * paint.layer, atol=1e-5)
    laid = lay(plate, identity, ONES, ONES > 0, paint)
    np.testing.assert_allclose(laid.rgb, plate + 1.25 * paint.layer, rtol=0.02)


def test_replace_takes_no_light(picture, identity):
    laid = lay(picture * 3, identity, ONES, ONES > 0, make_paint(picture, "replace"))
    np.testing.assert_allclose(laid.rgb[22:38, 32:58], np.float32([0.9, 0.2, 0.1]) * np.ones((16, 26, 1)), atol=1e-5)


def test_a_mixed_pixel_holds_paint_and_occluder_and_nothing_of_the_surface(identity):
    surface_rgb, occluder_rgb, paint_rgb = (
        np.float32([1, 0.5, 0.2]),
        np.float32([0.1, 0.3, 0.6]),
        np.float32([0, 0.9, 0]),
    )
    matte = ONES.copy()
    matte[:, 45:] = 0
    matte[:, 45] = 0.3
    plate = matte[..., None] * surface_rgb + (1 - matte)[..., None] * occluder_rgb
    picture = np.broadcast_to(surface_rgb, plate.shape)
    laid = lay(plate, identity, matte, matte > 0.5, make_paint(picture, value=paint_rgb))
    expected = 0.3 * paint_rgb + 0.7 * occluder_rgb
    np.testing.assert_allclose(laid.rgb[25:35, 45], expected * np.ones((10, 1)), atol=0.01)
    assert not laid.footprint[:, 46:].any()


def test_where_the_picture_is_unknown_the_paint_still_lands(picture, identity):
    coverage = ONES.copy()
    coverage[:, 45:] = 0
    half = np.float32([0.5, 0])
    laid = lay(picture, identity + half, ONES, ONES > 0, make_paint(picture, coverage=coverage), STILL)
    np.testing.assert_allclose(laid.rgb[24:36, 32:56], np.float32([0.9, 0.2, 0.1]) * np.ones((12, 24, 1)), atol=0.02)


def test_paint_that_is_not_in_the_frame_changes_nothing(picture, identity):
    laid = lay(picture, identity + 500, ONES, ONES > 0, make_paint(picture))
    assert laid.rgb.tobytes() == picture.tobytes() and not laid.footprint.any()
    empty = Paint(np.zeros_like(picture), 0 * ONES, picture, ONES)
    assert prepare(empty) is None
    assert not lay(picture, identity, ONES, ONES > 0, empty).footprint.any()
    assert not lay(picture, identity, 0 * ONES, ONES > 0, make_paint(picture)).footprint.any()


def test_paint_below_zero_is_not_clipped(picture, identity):
    laid = lay(picture, identity, ONES, ONES > 0, make_paint(picture, value=(-0.2, 0.5, 0.1)), STILL)
    np.testing.assert_allclose(laid.rgb[25:35, 35:55, 0], -0.2, atol=1e-5)


def test_the_inputs_are_left_as_they_were(picture, identity):
    plate, xy = picture * 2, identity + np.float32(0.25)
    plate[30, 45] = np.nan
    before = [a.tobytes() for a in (plate, xy, picture)]
    lay(plate, xy, ONES, ONES > 0, make_paint(picture))
    assert before == [a.tobytes() for a in (plate, xy, picture)]
