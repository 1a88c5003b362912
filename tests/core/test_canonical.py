import cv2
import numpy as np
import pytest
from unreel.core.canonical import NO_SOURCE, CanonicalPicture, KeyPicture, View, canvas_for
from unreel.core.canonical_average import average_canonical
from unreel.core.canonical_blend import PyramidBlend
from unreel.core.canonical_fill import fill_canonical
from unreel.core.canonical_light import light_log_gain, push_pull
from unreel.core.canonical_small import grid_factor, smallest_singular_value
from unreel.core.errors import UsageError
from unreel.core.frame import Window, on_window

KEY = Window(0, 0, 96, 64)
CANVAS = Window(-16, -8, 128, 80)


def make_world(seed=3):
    """A textured surface [80, 128, 3] that covers the canvas."""
    noise = np.random.default_rng(seed).random((80, 128, 3)).astype(np.float32)
    return 0.05 + 0.4 * cv2.GaussianBlur(noise, (0, 0), 2) + 0.05 * noise


def make_shot(slides, lights=None, hidden=None):
    """Frames that look at the world through the key's window, slid by whole pixels (x, y); slides[0] is the key's."""
    world = make_world()
    lights = lights or [1.0] * len(slides)
    pictures, views = {}, {}
    y, x = np.mgrid[: CANVAS.height, : CANVAS.width].astype(np.float32)
    for number, ((slide_x, slide_y), light) in enumerate(zip(slides, lights, strict=True)):
        seen = Window(slide_x, slide_y, KEY.width, KEY.height)
        pictures[number] = on_window(world, CANVAS, seen) * np.float32(light)
        xy = np.stack([x + CANVAS.x - slide_x, y + CANVAS.y - slide_y], 2)
        visible = on_window(np.ones(KEY.shape, np.float32), seen, CANVAS)
        if hidden is not None and number in hidden:
            visible *= 1 - hidden[number]
        views[number] = View(number, xy, visible)
    return world, pictures, lambda wanted: (v for n, v in views.items() if wanted is None or n in wanted)


def make_hole():
    """A matte on the key that misses a box, and that box on the canvas."""
    matte = np.ones(KEY.shape, np.float32)
    matte[20:40, 30:60] = 0
    return matte, on_window(1 - matte, KEY, CANVAS) > 0


def fill(slides, matte=None, **shot):
    world, pictures, views = make_shot(slides, **shot)
    key = KeyPicture(0, pictures[0], KEY, matte=matte)
    return world, key, fill_canonical(key, CANVAS, views, pictures.__getitem__)


def error(a, b, where):
    return float(np.abs(a - b)[where].max())


def test_key_pixels_are_bit_exact():
    matte, _ = make_hole()
    _, key, picture = fill([(0, 0), (10, 4), (-12, -5)], matte)
    own = on_window(key.own(), KEY, CANVAS)
    assert own.sum() == (matte > 0).sum()
    assert np.array_equal(picture.rgb[own], key.rgb[key.own()])
    assert (picture.alpha[own] == 1).all() and (picture.source[own] == 0).all()


def test_a_hole_in_the_key_is_filled_from_the_frame_that_saw_it():
    matte, hole = make_hole()
    world, _, picture = fill([(0, 0), (6, 3), (-12, -5)], matte, hidden={2: make_hole()[1]})
    assert (picture.source[hole] == 1).all() and (picture.alpha[hole] == 1).all()
    assert error(picture.rgb, world, hole) < 0.003


def test_overscan_is_filled_and_what_nobody_saw_is_empty():
    world, _, picture = fill([(0, 0), (16, 8)])
    beyond = on_window(np.ones(KEY.shape, bool), Window(16, 8, 96, 64), CANVAS)
    unseen = ~beyond & ~on_window(np.ones(KEY.shape, bool), KEY, CANVAS)
    assert error(picture.rgb, world, beyond) < 0.003
    assert (picture.alpha[unseen] == 0).all() and (picture.rgb[unseen] == 0).all()
    assert (picture.source[unseen] == NO_SOURCE).all()


@pytest.mark.parametrize("light", [2.0, 0.4])
def test_another_light_is_matched_to_the_keys(light):
    matte, hole = make_hole()
    world, _, picture = fill([(0, 0), (16, 8)], matte, lights=[1.0, light])
    assert error(picture.rgb, world, hole) < 0.02
    beyond = on_window(np.ones(KEY.shape, bool), Window(16, 8, 96, 64), CANVAS)
    assert error(picture.rgb, world, beyond) < 0.03


def test_light_is_handed_on_by_frames_that_the_key_never_met():
    """Key, its neighbour twice as bright, and a third that shares pixels with the neighbour only."""
    matte = np.zeros(KEY.shape, np.float32)
    matte[:, :40] = 1
    left = np.zeros(CANVAS.shape, np.float32)
    left[:, :80] = 1
    world, _, picture = fill([(0, 0), (0, 0), (16, 0)], matte, lights=[1, 2, 3], hidden={2: left})
    assert (picture.alpha[20:60, 115:125] == 1).all()
    assert error(picture.rgb, world, np.s_[20:60, 115:125]) < 0.03


def test_somebody_who_walks_by_in_one_frame_is_not_chosen():
    matte, hole = make_hole()
    world, pictures, views = make_shot([(0, 0), (4, 0), (8, 0), (-4, 0), (-8, 0)])
    pictures[1][22:38, 40:60] = 3.0
    key = KeyPicture(0, pictures[0], KEY, matte=matte)
    picture = fill_canonical(key, CANVAS, views, pictures.__getitem__)
    passer_by = on_window(pictures[1][..., 0] == 3, Window(4, 0, 96, 64), CANVAS) & hole
    assert passer_by.any() and not (picture.source[passer_by] == 1).any()
    assert error(picture.rgb, world, hole) < 0.06


def test_soft_key_edges_keep_the_plate_where_no_other_frame_helps():
    matte = np.ones(KEY.shape, np.float32)
    matte[:, 60], matte[:, 61:] = 0.5, 0
    _, key, picture = fill([(0, 0)], matte)
    column = 60 - CANVAS.x
    rows = np.s_[8:72]
    assert (picture.alpha[rows, column] == 0.5).all() and (picture.alpha[rows, column + 1] == 0).all()
    assert np.array_equal(picture.rgb[rows, column], key.rgb[:, 60])


def test_no_views_at_all_leave_the_key():
    _, key, picture = fill([(0, 0)])
    own = on_window(np.ones(KEY.shape, bool), KEY, CANVAS)
    assert np.array_equal(picture.alpha, own.astype(np.float32))
    assert np.array_equal(picture.rgb[own].reshape(key.rgb.shape), key.rgb)


def test_nan_in_a_plate_or_a_map_stays_where_it_is():
    _, pictures, views = make_shot([(0, 0), (16, 8)])
    pictures[0][5, 5] = np.nan
    pictures[1][50, 90] = np.inf
    unseen = [np.where(v.visible[..., None] > 0, v.xy_frame, np.nan) for v in views(None)]
    with_nan = [View(v.frame_number, xy, v.visible) for v, xy in zip(views(None), unseen, strict=True)]
    key = KeyPicture(0, pictures[0], KEY)
    picture = fill_canonical(key, CANVAS, lambda wanted: with_nan, pictures.__getitem__)
    assert np.isfinite(picture.rgb).all()
    assert picture.source[5 - CANVAS.y, 5 - CANVAS.x] == NO_SOURCE
    assert picture.source[50 + 8 - CANVAS.y, 90 + 16 - CANVAS.x] == NO_SOURCE


def test_highlights_and_negative_values_come_through():
    matte, hole = make_hole()
    _, pictures, views = make_shot([(0, 0), (6, 3)])
    pictures[1] *= 40
    pictures[0] *= 40
    pictures[1][30, 30] = -0.01
    picture = fill_canonical(KeyPicture(0, pictures[0], KEY, matte=matte), CANVAS, views, pictures.__getitem__)
    assert picture.rgb[hole].max() > 5 and picture.rgb.min() < 0


def test_premultiplied_keeps_the_bits_of_whole_pixels():
    rgb = np.random.default_rng(0).random((4, 5, 3)).astype(np.float32)
    alpha = np.ones((4, 5), np.float32)
    alpha[0] = 0.5
    out = CanonicalPicture(rgb, alpha, np.zeros((4, 5), np.int32), Window(0, 0, 5, 4)).premultiplied()
    assert np.array_equal(out[1:, :, :3], rgb[1:]) and np.array_equal(out[0, :, :3], rgb[0] / 2)


def test_the_average_has_less_noise_than_the_key():
    world, pictures, views = make_shot([(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1), (1, 1)])
    rng = np.random.default_rng(1)
    noisy = {n: p + 0.01 * rng.standard_normal(p.shape).astype(np.float32) for n, p in pictures.items()}
    key = KeyPicture(0, noisy[0], KEY)
    average = average_canonical(key, CANVAS, views, noisy.__getitem__)
    inside = on_window(np.ones((50, 80), bool), Window(8, 7, 80, 50), CANVAS)
    truth = world[inside]
    before = np.sqrt(((on_window(noisy[0], KEY, CANVAS)[inside] - truth) ** 2).mean())
    after = np.sqrt(((average.rgb[inside] - truth) ** 2).mean())
    assert after < 0.65 * before


def test_the_canvas_is_the_union_of_the_footprints_rounded_out_to_even():
    corners = np.array([[-10.2, 3], [50, 3], [50, 70], [-10.2, 70]])
    canvas = canvas_for(KEY, [corners])
    assert canvas.window == Window(-12, 0, 108, 72) and not canvas.limited and canvas.message() == ""
    assert canvas_for(KEY, []).window == KEY


def test_a_canvas_beyond_the_limit_is_cut_and_says_so():
    far = np.array([[-10000.0, 0], [5000, 10]])
    canvas = canvas_for(KEY, [far], limit=3)
    assert canvas.limited and canvas.window.width <= 3 * 96 + 3
    assert canvas.window.x < -100 and canvas.window.right > 96
    assert "limited to" in canvas.message()
    assert canvas_for(KEY, [np.array([[np.nan, np.inf]])]).window == KEY
    with pytest.raises(UsageError, match="limit"):
        canvas_for(KEY, [], limit=0.5)


def test_push_pull_keeps_what_is_known_and_carries_it_on():
    values = np.zeros((40, 50, 1), np.float32)
    values[:, :25], values[:, 25:] = 1, 3
    weight = np.zeros((40, 50), np.float32)
    weight[10:30, 5:10], weight[10:30, 40:45] = 1, 1
    out = push_pull(values, weight)[..., 0]
    assert np.array_equal(out[weight > 0], values[weight > 0, 0])
    assert abs(out[0, 0] - 1) < 0.2 and abs(out[39, 49] - 3) < 0.2 and 1 < out[20, 25] < 3
    assert (push_pull(values, np.zeros_like(weight)) == 0).all()


def test_a_gain_is_found_and_reaches_beyond_the_overlap():
    world = make_world()
    overlap = np.zeros(world.shape[:2], np.float32)
    overlap[:, :60] = 1
    gain = np.exp(light_log_gain(world * np.float32([2, 1, 0.5]), world, overlap))
    assert np.allclose(gain, [2, 1, 0.5], rtol=0.02)


def test_one_picture_goes_through_the_pyramid_unchanged():
    world = make_world()[:75, :101]
    blend = PyramidBlend(*world.shape[:2], 3)
    y0, x0, y1, x1 = blend.region(0, 0, *world.shape[:2])
    padded = cv2.copyMakeBorder(world, 0, y1 - 75, 0, x1 - 101, cv2.BORDER_REPLICATE)
    blend.add(y0, x0, padded, np.ones(padded.shape[:2], np.float32))
    assert np.allclose(blend.finish(), world, atol=1e-5)


def test_the_small_grid_fits_and_scale_is_that_of_the_map():
    assert grid_factor(270, 480) == 1 and grid_factor(1500, 2600) == 4
    y, x = np.mgrid[:10, :12].astype(np.float32)
    assert np.allclose(smallest_singular_value(np.stack([3 * x, 0.5 * y], 2), 1), 0.5)
