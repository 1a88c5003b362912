import dataclasses
import json

import cv2
import numpy as np
import pytest
from unreel.core.color import Color
from unreel.core.errors import IncompatibleModel, InputError, MismatchedPictures, UnreadableFile, UsageError
from unreel.core.exr_read import read_frame
from unreel.core.exr_write import make_frame, write_frame, write_picture
from unreel.core.frame import Window, on_window
from unreel.core.texture import Texture, layer_from_rgba, load_texture, make_texture
from unreel.core.texture_edit import layer_from_edit
from unreel.core.texture_folder import read_texture, write_texture

DISPLAY = Window(0, 0, 120, 80)
DATA = Window(-10, -6, 140, 92)
COLOR = Color("ocio://cg-config-v2.2.0_aces-v1.3_ocio-v2.4")
PAINT = np.float32([0.7, 0.15, 0.05])


def make_plate(shape, detail=0.03):
    """A picture with grain and a highlight that PNG can't hold."""
    rng = np.random.default_rng(5)
    rough = cv2.GaussianBlur(rng.random((*shape, 3)).astype(np.float32), (0, 0), 6)
    plate = 0.15 + 0.6 * (rough - 0.5) + detail * rng.standard_normal((*shape, 3)).astype(np.float32)
    plate[-12:-6, -20:-10] = 4
    return np.maximum(plate, 0.001).astype(np.float32)


def soft_brush(shape, centre, radius):
    y, x = np.mgrid[: shape[0], : shape[1]]
    distance = np.hypot(x - centre[0], y - centre[1]) / radius
    return np.clip(1.5 * (1 - distance), 0, 1).astype(np.float32) ** 1.5


def planes_of(rgb, alpha=None):
    planes = {name: rgb[..., i] for i, name in enumerate("RGB")}
    return planes | ({} if alpha is None else {"A": alpha})


@pytest.fixture
def canonical():
    """An exported canonical: half, premultiplied, overscan, a soft edge of coverage and a corner nobody saw."""
    coverage = np.ones(DATA.shape, np.float32)
    coverage[:20, :30] = 0
    coverage = np.minimum(coverage, cv2.GaussianBlur(coverage, (0, 0), 2))
    rgb = make_plate(DATA.shape) * coverage[..., None]
    return make_frame(planes_of(rgb, coverage), DATA, DISPLAY)


def linear_of(frame):
    return np.stack([frame.planes[c] for c in "RGB"], 2).astype(np.float32)


def straight_of(frame):
    alpha = frame.planes["A"].astype(np.float32)[..., None]
    return np.where(alpha > 0, linear_of(frame) / np.maximum(alpha, 1e-6), 0)


def painted(rgb, alpha, color=PAINT):
    return alpha[..., None] * color + (1 - alpha[..., None]) * rgb


def codes(linear, dtype):
    top = np.iinfo(dtype).max
    return np.rint(np.clip(COLOR.from_linear(linear.astype(np.float32), "texture_paint"), 0, 1) * top).astype(dtype)


def put_back(texture, window):
    return tuple(on_window(p, texture.window, window) for p in (texture.layer, texture.alpha))


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
@pytest.mark.parametrize("with_alpha", [True, False])
def test_an_untouched_exr_is_an_empty_texture(tmp_path, canonical, dtype, with_alpha):
    planes = {n: p.astype(dtype) for n, p in canonical.planes.items() if with_alpha or n != "A"}
    frame = make_frame(planes, DATA, DISPLAY, kind="data" if dtype == np.float32 else "picture")
    write_frame(tmp_path / "same.exr", frame)
    texture = load_texture(tmp_path / "same.exr", canonical, color=COLOR)
    assert texture.empty and "nothing is painted" in texture.notes[0]


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize(("with_alpha", "flattened"), [(True, False), (False, True), (False, False)])
def test_an_untouched_png_is_an_empty_texture(tmp_path, canonical, dtype, with_alpha, flattened):
    pixels = codes(linear_of(canonical) if flattened else straight_of(canonical), dtype)
    if with_alpha:
        alpha = np.rint(canonical.planes["A"].astype(np.float32)[..., None] * np.iinfo(dtype).max)
        pixels = np.concatenate([pixels, alpha.astype(dtype)], 2)
    write_picture(tmp_path / "same.png", pixels)
    assert load_texture(tmp_path / "same.png", canonical, color=COLOR).empty


def test_a_brush_in_a_16_bit_png_is_found_and_nothing_else(tmp_path, canonical):
    truth = soft_brush(DATA.shape, (80, 50), 22)
    write_picture(tmp_path / "edit.png", codes(painted(linear_of(canonical), truth), np.uint16))
    texture = load_texture(tmp_path / "edit.png", canonical, color=COLOR)
    layer, alpha = put_back(texture, DATA)
    assert (alpha[truth == 0] == 0).all() and (layer[truth == 0] == 0).all()
    assert np.abs(alpha - truth)[truth > 0.02].mean() < 0.04
    assert texture.notes == () and texture.name == "edit"


def test_layer_and_canonical_give_the_edit_back_exactly():
    original = make_plate((80, 100))
    edited = painted(original, soft_brush((80, 100), (50, 40), 25))
    layer, alpha = layer_from_edit(edited, original)
    back = layer + (1 - alpha[..., None]) * original
    assert np.abs(back - edited).max() < 1e-6
    assert np.array_equal(back[alpha == 0], original[alpha == 0])


@pytest.mark.parametrize("detail", [0.03, 0.002, 0.0])
@pytest.mark.parametrize("color", [(0.7, 0.15, 0.05), (0.0, 0.0, 0.0), (2.0, 2.0, 2.0)])
def test_a_soft_brush_gives_a_fitting_soft_matte(detail, color):
    original = make_plate((120, 160), detail)
    truth = soft_brush((120, 160), (80, 60), 40)
    layer, alpha = layer_from_edit(painted(original, truth, np.float32(color)), original, None, 1e-5)
    off = np.abs(alpha - truth)[truth > 0.05]
    assert off.mean() < (0.05 if detail else 0.12)
    assert layer.min() > -1e-4


def test_a_transparent_stroke_keeps_its_opacity_where_the_plate_has_grain():
    original = make_plate((80, 100))
    truth = np.zeros((80, 100), np.float32)
    truth[20:60, 30:70] = 0.4
    _, alpha = layer_from_edit(painted(original, truth), original, None, 1e-5)
    assert abs(np.median(alpha[truth > 0]) - 0.4) < 0.03


def test_a_hard_patch_of_another_picture_is_whole_and_keeps_its_edge():
    original = make_plate((80, 100))
    edited = original.copy()
    edited[20:60, 30:70] = np.random.default_rng(9).random((40, 40, 3)).astype(np.float32)
    _, alpha = layer_from_edit(edited, original)
    assert np.median(alpha[20:60, 30:70]) > 0.95 and np.count_nonzero(alpha) == 1600


def test_paint_where_nothing_was_seen_is_whole():
    original = np.zeros((40, 40, 3), np.float32)
    edited = painted(original, soft_brush((40, 40), (20, 20), 10))
    layer, alpha = layer_from_edit(edited, original, np.zeros((40, 40), np.float32))
    assert set(np.unique(alpha)) == {0, 1} and np.array_equal(layer, edited)


def test_a_layer_in_an_exr_keeps_its_bits(tmp_path, canonical):
    alpha = soft_brush(DATA.shape, (60, 40), 20).astype(np.float16)
    rgb = (PAINT * alpha[..., None].astype(np.float32)).astype(np.float16)
    write_frame(tmp_path / "paint.exr", make_frame(planes_of(rgb, alpha), DATA, DISPLAY))
    texture = load_texture(tmp_path / "paint.exr", canonical, color=COLOR, opacity=0.5, mode="multiply")
    layer, back = put_back(texture, DATA)
    assert np.array_equal(layer, rgb.astype(np.float32)) and np.array_equal(back, alpha.astype(np.float32))
    assert texture.opacity == 0.5 and texture.mode == "multiply" and texture.on == "canonical"
    assert texture.window.width < 45


def test_a_layer_in_a_png_is_straight_and_display_coded(tmp_path, canonical):
    alpha = soft_brush(DATA.shape, (60, 40), 20)
    grey = np.float32([0.5, 0.4, 0.3])  # inside sRGB: what lies outside is clipped by the PNG
    straight = np.broadcast_to(grey, (*DATA.shape, 3))
    pixels = np.concatenate([codes(straight, np.uint16), np.rint(alpha[..., None] * 65535).astype(np.uint16)], 2)
    write_picture(tmp_path / "paint.png", pixels)
    layer, back = put_back(load_texture(tmp_path / "paint.png", canonical, color=COLOR), DATA)
    assert np.allclose(back, alpha, atol=2e-5) and np.allclose(layer, grey * alpha[..., None], atol=1e-4)


def test_a_layer_cropped_to_its_stroke_is_placed_by_its_window(tmp_path, canonical):
    box = Window(30, 20, 10, 8)
    alpha = np.ones(box.shape, np.float32)
    write_frame(tmp_path / "crop.exr", make_frame(planes_of(alpha[..., None] * PAINT, alpha), box, DISPLAY))
    texture = load_texture(tmp_path / "crop.exr", canonical, color=COLOR)
    assert texture.window == box and (texture.alpha == 1).all()


def test_a_picture_without_overscan_is_placed_on_the_display_window(tmp_path, canonical):
    inside = on_window(linear_of(canonical), DATA, DISPLAY)
    inside[30:40, 50:70] = 0.9
    write_picture(tmp_path / "edit.png", codes(inside, np.uint16))
    texture = load_texture(tmp_path / "edit.png", canonical, color=COLOR)
    assert texture.window == Window(50, 30, 20, 10)


def test_an_exr_that_lost_its_windows_is_placed_by_its_size(tmp_path, canonical):
    edited = linear_of(canonical)
    edited[40:50, 60:80] = 0.9
    write_frame(tmp_path / "edit.exr", make_frame(planes_of(edited), Window(0, 0, DATA.width, DATA.height)))
    texture = load_texture(tmp_path / "edit.exr", canonical, color=COLOR)
    assert texture.window == Window(60 + DATA.x, 40 + DATA.y, 20, 10)


def test_a_wrong_size_says_both_sizes(tmp_path, canonical):
    write_picture(tmp_path / "edit.png", np.zeros((40, 60, 3), np.uint16))
    with pytest.raises(MismatchedPictures, match="edit.png is 60x40, the canonical is 140x92.*120x80"):
        load_texture(tmp_path / "edit.png", canonical, color=COLOR)


def test_paint_on_a_frame_stays_on_its_grid(tmp_path):
    plate = make_frame(planes_of(make_plate(DISPLAY.shape)), DISPLAY)
    edited = linear_of(plate)
    edited[10:20, 30:50] = PAINT
    write_frame(tmp_path / "f.exr", make_frame(planes_of(edited), DISPLAY))
    texture = load_texture(tmp_path / "f.exr", plate, on=1007, color=COLOR)
    assert texture.on == 1007 and texture.window == Window(30, 10, 20, 10)
    write_picture(tmp_path / "small.png", np.zeros((40, 60, 3), np.uint16))
    with pytest.raises(MismatchedPictures, match="frame 1007 is 120x80"):
        load_texture(tmp_path / "small.png", plate, on=1007, color=COLOR)


def test_nan_in_paint_is_an_error_with_its_count(tmp_path, canonical):
    edited = linear_of(canonical)
    edited[40:42, 60] = np.nan
    write_frame(tmp_path / "edit.exr", make_frame(planes_of(edited), DATA, DISPLAY))
    with pytest.raises(InputError, match="2 pixels that are NaN or infinite, the first at 50, 34"):
        load_texture(tmp_path / "edit.exr", canonical, color=COLOR)


def test_8_bits_are_warned_of(tmp_path, canonical):
    edited = linear_of(canonical)
    edited[40:50, 60:80] = 0.9
    write_picture(tmp_path / "edit.png", codes(edited, np.uint8))
    assert "8 bits" in load_texture(tmp_path / "edit.png", canonical, color=COLOR).notes[0]


def test_jpeg_and_modes_that_need_a_layer_are_refused(tmp_path, canonical):
    with pytest.raises(InputError, match="JPEG"):
        load_texture(tmp_path / "edit.jpg", canonical, color=COLOR)
    write_picture(tmp_path / "edit.png", codes(linear_of(canonical), np.uint16))
    with pytest.raises(UsageError, match="mode add needs a layer"):
        load_texture(tmp_path / "edit.png", canonical, color=COLOR, mode="add")


@pytest.mark.parametrize("mode", ["difference", "ratio"])
def test_a_grade_of_a_layer_with_alpha_is_refused_and_says_what_to_use(tmp_path, canonical, mode):
    alpha = soft_brush(DATA.shape, (80, 50), 22)
    planes = {name: p.astype(np.float16) for name, p in planes_of(PAINT * alpha[..., None], alpha).items()}
    write_frame(tmp_path / "layer.exr", make_frame(planes, DATA, DISPLAY))
    with pytest.raises(
        UsageError, match="use (add|multiply), which takes it as it is, or flatten it onto the canonical"
    ):
        load_texture(tmp_path / "layer.exr", canonical, color=COLOR, mode=mode)


def graded(canonical, grade):
    """The canonical with `grade` on its straight colour inside a box, premultiplied again."""
    coverage = canonical.planes["A"].astype(np.float32)[..., None]
    out = linear_of(canonical)
    out[30:70, 40:110] = (grade(straight_of(canonical)) * coverage)[30:70, 40:110]
    return out


@pytest.mark.parametrize("with_alpha", [True, False])
def test_a_difference_is_added_and_gives_the_edit_back(tmp_path, canonical, with_alpha):
    edited = graded(canonical, lambda x: 0.5 * x - 0.01)
    planes = planes_of(edited, canonical.planes["A"] if with_alpha else None)
    write_frame(tmp_path / "grade.exr", make_frame(planes, DATA, DISPLAY, kind="data"))
    texture = load_texture(tmp_path / "grade.exr", canonical, color=COLOR, mode="difference")
    layer, alpha = put_back(texture, DATA)
    assert texture.mode == "add" and (alpha == 0).all() and layer.min() < -0.05
    np.testing.assert_allclose(linear_of(canonical) + layer, edited, atol=1e-5)
    assert not layer[:30].any() and not layer[:, 110:].any()
    write_texture(tmp_path / "kept", texture)
    assert np.array_equal(read_texture(tmp_path / "kept").layer, texture.layer)


@pytest.mark.parametrize("with_alpha", [True, False])
def test_a_ratio_multiplies_and_gives_the_edit_back(tmp_path, canonical, with_alpha):
    edited = graded(canonical, lambda x: x * np.float32([2, 0.5, 0]))
    planes = planes_of(edited, canonical.planes["A"] if with_alpha else None)
    write_frame(tmp_path / "grade.exr", make_frame(planes, DATA, DISPLAY, kind="data"))
    texture = load_texture(tmp_path / "grade.exr", canonical, color=COLOR, mode="ratio")
    layer, alpha = put_back(texture, DATA)
    assert texture.mode == "multiply" and set(np.unique(alpha)) == {0, 1}
    np.testing.assert_allclose(
        layer[32:68, 42:108], np.float32([2, 0.5, 0]) * np.ones((36, 66, 1)), rtol=1e-3, atol=1e-6
    )
    back = linear_of(canonical) * (1 - alpha[..., None] + layer)
    np.testing.assert_allclose(back, edited, rtol=1e-3, atol=2e-3)
    assert not alpha[:30].any() and not alpha[:, 110:].any()


def test_a_grade_in_a_16_bit_png_is_found_too(tmp_path, canonical):
    edited = graded(canonical, lambda x: 0.5 * x)
    write_picture(tmp_path / "grade.png", codes(edited, np.uint16))
    layer, _ = put_back(load_texture(tmp_path / "grade.png", canonical, color=COLOR, mode="ratio"), DATA)
    bright = linear_of(canonical)[32:68, 42:108].min(2) > 0.02
    right = np.abs(layer[32:68, 42:108][bright] - 0.5) < 0.005
    assert right.mean() > 0.995  # what sRGB can't hold is clipped


@pytest.mark.parametrize("mode", ["difference", "ratio"])
def test_an_untouched_picture_is_no_grade(tmp_path, canonical, mode):
    write_picture(tmp_path / "same.png", codes(straight_of(canonical), np.uint16))
    assert load_texture(tmp_path / "same.png", canonical, color=COLOR, mode=mode).empty


def test_replace_pastes_every_changed_pixel(tmp_path, canonical):
    edited = painted(linear_of(canonical), soft_brush(DATA.shape, (80, 50), 22))
    write_frame(tmp_path / "edit.exr", make_frame(planes_of(edited), DATA, DISPLAY))
    texture = load_texture(tmp_path / "edit.exr", canonical, color=COLOR, mode="replace")
    assert set(np.unique(texture.alpha)) == {0, 1}


def test_a_kept_texture_comes_back_bit_for_bit_and_replaces_the_last(tmp_path):
    rng = np.random.default_rng(0)
    for seed in range(2):
        alpha = rng.random((8, 9)).astype(np.float32)
        texture = make_texture(rng.random((8, 9, 3)).astype(np.float32), alpha, Window(-4, 6, 9, 8), on=12 + seed)
        write_texture(tmp_path, texture)
    back = read_texture(tmp_path)
    assert np.array_equal(back.layer, texture.layer) and np.array_equal(back.alpha, texture.alpha)
    assert (back.window, back.on, back.mode) == (texture.window, 13, "over")
    assert len(list(tmp_path.glob("*.exr"))) == 1


def test_an_empty_texture_can_be_kept(tmp_path):
    write_texture(tmp_path, make_texture(np.zeros((4, 5, 3), np.float32), np.zeros((4, 5), np.float32), DATA))
    assert read_texture(tmp_path).empty


def test_a_folder_without_or_with_a_newer_or_damaged_texture_says_so(tmp_path):
    with pytest.raises(InputError, match="holds no texture"):
        read_texture(tmp_path)
    (tmp_path / "texture.json").write_text(json.dumps({"schema": 99}))
    with pytest.raises(IncompatibleModel, match="newer"):
        read_texture(tmp_path)
    (tmp_path / "texture.json").write_text("{")
    with pytest.raises(UnreadableFile, match="damaged"):
        read_texture(tmp_path)


def test_the_darkest_of_paint_is_its_least_sample_below_0_and_0_where_there_is_none():
    layer = np.full((2, 3, 3), 0.5, np.float32)
    bright = Texture(layer, np.ones((2, 3), np.float32), Window(0, 0, 3, 2))
    dark = dataclasses.replace(bright, layer=layer - np.float32(0.56401), opacity=0.5)
    assert (bright.darkest, dark.darkest) == (0, -0.0321)
    assert dataclasses.replace(dark, mode="add").darkest == 0
    assert dataclasses.replace(dark, window=Window(0, 0, 0, 0)).darkest == 0


def test_straight_paint_is_premultiplied_and_alpha_kept_within_bounds():
    rgb, alpha = np.ones((2, 2, 3), np.float32), np.float32([[0, 0.5], [1, 1.2]])
    layer, kept = layer_from_rgba(rgb, alpha, straight=True)
    assert np.array_equal(layer[..., 0], [[0, 0.5], [1, 1]]) and kept.max() == 1


def test_written_pictures_are_read_as_they_are_meant(tmp_path):
    """The tests' own writer: 16-bit PNG codes come back as the same codes."""
    pixels = codes(make_plate((6, 7)), np.uint16)
    write_picture(tmp_path / "a.png", pixels)
    assert np.array_equal(read_frame(tmp_path / "a.png").planes["R"], pixels[..., 0])
