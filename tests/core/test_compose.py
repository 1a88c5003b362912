"""Paint on a frame whose map and light are known: the answer can be written down."""

import cv2
import numpy as np
import pytest
from unreel.core.compose import LightSettings, Match, Paint, ground_beside_plate, lay, prepare
from unreel.core.grain import Grain, make_noise

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


# Matching


@pytest.fixture
def photograph():
    """Detail of every size: what a blur can be measured on."""
    rng = np.random.default_rng(2)
    noise = [
        cv2.GaussianBlur(rng.standard_normal((HEIGHT, WIDTH, 3)).astype(np.float32), (0, 0), s) * s for s in (1, 2, 5)
    ]
    return (0.18 * np.exp(1.5 * sum(noise))).astype(np.float32)


def soft(picture, sigma):
    return cv2.GaussianBlur(picture, (0, 0), sigma)


def test_no_match_is_what_was_there_before_bit_for_bit(picture, identity):
    paint = make_paint(picture)
    plain = lay(picture * 1.3, identity + np.float32(0.3), ONES, ONES > 0, paint)
    matched = lay(picture * 1.3, identity + np.float32(0.3), ONES, ONES > 0, paint, match=Match())
    assert plain.rgb.tobytes() == matched.rgb.tobytes()


def test_a_sharp_plate_keeps_the_paint_bit_for_bit(photograph, identity):
    paint = make_paint(photograph)
    plain, matched = (
        lay(photograph * 1.3, identity, ONES, ONES > 0, paint, match=Match(sharpness=s)) for s in (0.0, 1.0)
    )
    assert plain.rgb.tobytes() == matched.rgb.tobytes()


def test_paint_on_a_blurred_plate_is_as_soft_as_if_it_had_been_shot(photograph, identity):
    paint = make_paint(photograph)
    painted = photograph * (1 - paint.alpha)[..., None] + paint.layer
    truth, plate = soft(painted, 2), soft(photograph, 2)
    errors = [
        np.abs(lay(plate, identity, ONES, ONES > 0, paint, match=Match(sharpness=s)).rgb - truth).mean()
        for s in (0.0, 0.5, 1.0)
    ]
    assert errors[2] < 0.35 * errors[0] and errors[2] < errors[1] < errors[0]


def test_softened_paint_has_a_footprint_and_bits_beyond_it(photograph, identity):
    plate = soft(photograph, 2)
    laid = lay(plate, identity, ONES, ONES > 0, make_paint(photograph), match=Match(sharpness=1))
    sharp = lay(plate, identity, ONES, ONES > 0, make_paint(photograph))
    assert laid.footprint.sum() > 1.1 * sharp.footprint.sum()
    assert laid.rgb[~laid.footprint].tobytes() == plate[~laid.footprint].tobytes()


def test_softened_paint_is_not_thinned_where_its_surface_ends(photograph, identity):
    matte = ONES.copy()
    matte[:, 50:] = 0
    plate = np.where(matte[..., None] > 0, soft(photograph, 2), np.float32(0.02))
    laid = lay(plate, identity, matte, matte > 0.5, make_paint(photograph), STILL, Match(sharpness=1))
    np.testing.assert_allclose(laid.alpha[30, 45:50], 1, atol=0.02)
    assert not laid.footprint[:, 50:].any()


FILM = Grain(np.tile([0.0, 0.0, 1e-3], (3, 1)), np.full(3, 0.7), np.eye(3, dtype=np.float32))


def test_grain_lies_on_the_paint_as_strong_as_its_level_asks(picture, identity):
    noise = make_noise(FILM, (HEIGHT, WIDTH), np.random.default_rng(0))
    paint = make_paint(picture)
    clean = lay(picture, identity, ONES, ONES > 0, paint, STILL)
    grainy = lay(picture, identity, ONES, ONES > 0, paint, STILL, Match(grain=FILM, noise=noise))
    inner = np.s_[20:40, 30:60]
    added = (grainy.rgb - clean.rgb)[inner]
    np.testing.assert_allclose(added, (np.sqrt(1e-3) * noise * clean.rgb)[inner], rtol=1e-3, atol=1e-6)
    np.testing.assert_array_equal(grainy.footprint, clean.footprint)
    assert grainy.rgb[~clean.footprint].tobytes() == picture[~clean.footprint].tobytes()
    over = grainy.layer + (1 - grainy.alpha)[..., None] * picture
    np.testing.assert_allclose(over, grainy.rgb, atol=1e-6)  # the layer alone has it too


@pytest.mark.parametrize("mode", ["add", "multiply"])
def test_a_grade_keeps_the_plates_own_grain(picture, identity, mode):
    noise = make_noise(FILM, (HEIGHT, WIDTH), np.random.default_rng(0))
    clean, matched = (
        lay(picture, identity, ONES, ONES > 0, make_paint(picture, mode), STILL, m)
        for m in (Match(), Match(grain=FILM, noise=noise))
    )
    assert clean.rgb.tobytes() == matched.rgb.tobytes()


def test_what_is_compared_is_the_plate_beside_the_warped_picture(picture, identity):
    plate = np.roll(picture, 3, 1)
    plate[30, 45] = np.nan
    found = ground_beside_plate(plate, identity - np.float32([3, 0]), ONES, ONES > 0, prepare(make_paint(picture)))
    ours, theirs, weight = found
    known = weight > 0
    assert 0.5 < known.mean() < 1 and np.isfinite(ours).all()
    np.testing.assert_allclose(ours[known], theirs[known], atol=1e-5)
    assert ground_beside_plate(plate, identity + 500, ONES, ONES > 0, prepare(make_paint(picture))) is None


# Grades


def test_a_layer_below_0_survives_a_half_pixel_and_follows_the_light(photograph, identity):
    darker = Paint(np.where(ONES[..., None] > 0, -0.4 * photograph, 0), 0 * ONES, photograph, ONES, "add")
    half = identity + np.float32([0.5, 0.25])
    warped = cv2.remap(photograph, half, None, cv2.INTER_CUBIC)
    for light in (1.0, 1.7):
        laid = lay(light * warped, half, ONES, ONES > 0, darker)
        inner = np.s_[5:-5, 5:-5]
        off = np.abs(laid.rgb / (0.6 * light * warped) - 1)[inner]
        assert off.mean() < 0.03 and off.max() < 0.4
        assert laid.layer[inner].max() < 0


@pytest.mark.parametrize("mode", ["add", "multiply"])
def test_a_grade_of_one_place_is_the_plate_bit_for_bit_elsewhere(photograph, identity, mode):
    layer, alpha = np.zeros_like(photograph), np.zeros((HEIGHT, WIDTH), np.float32)
    layer[20:40, 30:60] = -0.01 if mode == "add" else 0.7
    alpha[20:40, 30:60] = mode == "multiply"
    plate = photograph * 1.2
    laid = lay(plate, identity + np.float32(0.4), ONES, ONES > 0, Paint(layer, alpha, photograph, ONES, mode))
    away = np.ones((HEIGHT, WIDTH), bool)
    away[16:44, 26:64] = False
    assert laid.rgb[away].tobytes() == plate[away].tobytes() and not laid.footprint[away].any()
    assert laid.footprint[22:38, 32:58].all()


def test_a_neutral_grade_is_the_plate_bit_for_bit(photograph, identity):
    plate = photograph * 1.3
    neutral = Paint(np.ones_like(photograph), ONES, photograph, ONES, "multiply")
    nothing = Paint(np.zeros_like(photograph), 0 * ONES, photograph, ONES, "add")
    for paint in (neutral, nothing):
        laid = lay(plate, identity + np.float32(0.4), ONES, ONES > 0, paint)
        assert laid.rgb.tobytes() == plate.tobytes()
