import numpy as np
import PyOpenColorIO as ocio
import pytest
from unreel.core import color
from unreel.core.color import Color
from unreel.core.errors import InputError, UsageError


@pytest.fixture(autouse=True)
def no_ocio_in_the_environment(monkeypatch):
    monkeypatch.delenv("OCIO", raising=False)


@pytest.fixture(scope="module")
def built_in():
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("OCIO", raising=False)
        return Color()


def greys(*values):
    return np.repeat(np.float32(values)[:, None], 3, axis=1)


def wide_range():
    """-0.1 .. 60 and saturated, negative channels beside bright ones."""
    rng = np.random.default_rng(0)
    return np.concatenate([greys(*np.linspace(-0.1, 60, 5000)), rng.uniform(-0.1, 60, (5000, 3)).astype(np.float32)])


def write_config(path, log="", role_log=True):
    """A small config of our own: `scene_linear` lin, a log space with the transform `log`, and no texture_paint."""
    config = ocio.Config()
    lin = ocio.ColorSpace(name="lin")
    shaper = ocio.ColorSpace(name="shop log")
    if log == "clamp":
        shaper.setTransform(ocio.RangeTransform(0, 1, 0, 1), ocio.COLORSPACE_DIR_FROM_REFERENCE)
    if log == "cdl":
        # Invertible everywhere: half the value.
        shaper.setTransform(ocio.MatrixTransform.Scale([0.5] * 4), ocio.COLORSPACE_DIR_FROM_REFERENCE)
    for space in (lin, shaper, ocio.ColorSpace(name="sRGB - Texture")):
        config.addColorSpace(space)
    config.setRole("scene_linear", "lin")
    if role_log:
        config.setRole("compositing_log", "shop log")
    config.addDisplayView("d", "v", "lin")
    path.write_text(config.serialize())
    return str(path)


def test_the_built_in_is_pinned(built_in):
    assert built_in.name == "ocio://cg-config-v2.2.0_aces-v1.3_ocio-v2.4"
    assert built_in.log_name == "ACEScct"


def test_encode_gives_the_known_acescct_values(built_in):
    encoded = built_in.encode(greys(-0.01, 0, 0.18, 1, 16, 100))[:, 0]
    assert encoded == pytest.approx([-0.0325, 0.0729, 0.4136, 0.5548, 0.7831, 0.9341], abs=1e-4)


@pytest.mark.parametrize("pair", [("encode", "decode")])
def test_log_round_trip_from_minus_a_tenth_to_sixty_is_within_1e_5(built_in, pair):
    linear = wide_range()
    there, back = (getattr(built_in, name) for name in pair)
    assert np.max(np.abs(back(there(linear)) - linear) / np.maximum(np.abs(linear), 0.1)) < 1e-5


def test_the_argument_is_not_changed_and_shapes_are_kept(built_in):
    linear = np.full((4, 5, 3), 0.18, np.float32)
    encoded = built_in.encode(linear)
    assert encoded.shape == linear.shape and encoded.dtype == np.float32
    assert np.all(linear == np.float32(0.18))
    assert built_in.encode(np.zeros((0, 5, 3), np.float32)).shape == (0, 5, 3)
    assert np.array_equal(built_in.encode(linear[:, ::2]), encoded[:, ::2])


def test_texture_paint_is_srgb_and_keeps_values_outside_zero_to_one(built_in):
    linear = greys(-0.05, 0, 0.18, 1, 4)
    painted = built_in.from_linear(linear, "texture_paint")
    assert painted[2] == pytest.approx([0.4614] * 3, abs=1e-4)
    assert painted[0].max() < 0 and painted[4].min() > 1
    assert built_in.to_linear(painted, "texture_paint") == pytest.approx(linear, abs=1e-4)


def test_every_16_bit_code_comes_back_within_one(built_in):
    codes = np.repeat(np.arange(65536, dtype=np.uint16)[:, None], 3, axis=1)
    back = built_in.from_linear(built_in.to_linear(codes, "texture_paint"), "texture_paint") * 65535
    assert np.max(np.abs(np.rint(back) - codes)) <= 1


def test_integers_are_scaled_to_one():
    assert color.unit_from_integer(np.uint8([0, 255])).tolist() == [0, 1]
    assert color.unit_from_integer(np.uint16([0, 65535])).tolist() == [0, 1]
    assert color.unit_from_integer(np.float32([-1, 7])).tolist() == [-1, 7]


def test_scene_linear_and_data_pass_untouched(built_in):
    linear = wide_range()
    assert np.array_equal(built_in.to_linear(linear, "scene_linear"), linear)
    assert np.array_equal(built_in.to_linear(linear, "data"), linear)


def test_an_unknown_space_names_near_ones(built_in):
    with pytest.raises(UsageError, match="no space 'acescg2'; did you mean ACEScg"):
        built_in.to_linear(greys(1), "acescg2")
    with pytest.raises(UsageError, match="it has .*ACEScg"):
        built_in.space("qqqqqqqqqq")


def test_colour_that_is_not_three_channels_is_our_own_bug(built_in):
    with pytest.raises(ValueError, match="is \\(..., 3\\)"):
        built_in.encode(np.zeros((4, 4), np.float32))


def test_the_environment_comes_first_then_the_setting(tmp_path, monkeypatch):
    ours = write_config(tmp_path / "ours.ocio", "cdl")
    assert Color(ours).log_name == "shop log"
    monkeypatch.setenv("OCIO", ours)
    assert Color(color.BUILT_IN_CONFIG).name == ours
    monkeypatch.setenv("OCIO", "")
    assert Color().name == color.BUILT_IN_CONFIG


@pytest.mark.parametrize("content", [None, "not: [a config"])
def test_a_wrong_ocio_path_is_an_input_error(tmp_path, monkeypatch, content):
    if content:
        (tmp_path / "c.ocio").write_text(content)
    monkeypatch.setenv("OCIO", str(tmp_path / "c.ocio"))
    with pytest.raises(InputError, match=r"\$OCIO .*c\.ocio cannot be used"):
        Color()


def test_a_config_without_scene_linear_is_refused(tmp_path):
    (tmp_path / "raw.ocio").write_text(ocio.Config.CreateRaw().serialize())
    with pytest.raises(InputError, match="no role scene_linear"):
        Color(str(tmp_path / "raw.ocio"))


@pytest.mark.parametrize(("log", "role_log"), [("clamp", True), ("", True), ("cdl", False)])
def test_a_log_that_clamps_or_is_none_falls_back_to_the_analytic_one(tmp_path, log, role_log):
    fallback = Color(write_config(tmp_path / "c.ocio", log, role_log))
    assert fallback.log_name == color.ANALYTIC_LOG
    linear = wide_range()
    assert np.max(np.abs(fallback.decode(fallback.encode(linear)) - linear) / np.maximum(np.abs(linear), 0.1)) < 1e-5


def test_texture_paint_is_found_by_name_where_the_role_is_missing(tmp_path):
    assert Color(write_config(tmp_path / "c.ocio")).space("texture_paint") == "sRGB - Texture"


def test_the_analytic_log_equals_the_configs(built_in):
    linear = wide_range()
    assert np.allclose(color.acescct_from_linear(linear), built_in.encode(linear), atol=1e-5)


@pytest.mark.parametrize(
    ("name", "dtype", "role"),
    [
        ("a.exr", None, "scene_linear"),
        ("a.HDR", None, "scene_linear"),
        ("a.png", None, "texture_paint"),
        ("a.jpg", np.uint8, "texture_paint"),
        ("a.tif", np.uint16, "texture_paint"),
        ("a.tiff", np.float32, "scene_linear"),
        ("a.tiff", None, "texture_paint"),
    ],
)
def test_the_default_space_goes_by_the_name(name, dtype, role):
    assert color.default_space(name, dtype) == role


def test_shaper_gives_worked_out_values():
    assert color.shaped_from_linear(np.float32([-0.02, 0, 0.02, 0.02 * (np.e - 1)])) == pytest.approx(
        [-1, 0, np.log(2), 1]
    )


def test_shaper_is_inverted_exactly_enough_for_half():
    linear = np.concatenate([-np.geomspace(65504, 1e-7, 2000), [0], np.geomspace(1e-7, 65504, 2000)]).astype(np.float32)
    back = color.linear_from_shaped(color.shaped_from_linear(linear))
    assert back.dtype == np.float32
    assert np.max(np.abs(back - linear) / np.maximum(np.abs(linear), 1e-7)) < 5e-6
    assert np.array_equal(back.astype(np.float16), linear.astype(np.float16)) or np.allclose(back, linear, rtol=5e-6)
