"""Each operation against an answer worked out by hand: this is what hosts are held to."""

from __future__ import annotations

import numpy as np
import pytest
from unreel.plugin.nodes.graph import Step
from unreel.plugin.nodes.ops import OPS

from .evaluate import MERGES, ONE, SOURCES, Picture, evaluate, keys_weights

A = (0.2, 0.4, -0.6, 0.5)
B = (0.1, 1.5, -0.2, 0.25)


def flat(rgba: tuple[float, ...], size: tuple[int, int] = (4, 3), x: int = 0, y: int = 0) -> Picture:
    width, height = size
    return Picture(np.broadcast_to(np.float32(rgba), (height, width, 4)).copy(), (4, 3), x, y)


def one(step: Step, *inputs: Picture, **numbers: float) -> Picture:
    named = {f"i{n}": picture for n, picture in enumerate(inputs)}
    ports = [Step(name, "input", (), {"port": name}) for name in named]
    return evaluate([*ports, step], named, {}, {}, numbers)[step.name]


def step(op: str, count: int, **params: object) -> Step:
    return Step("x", op, tuple(f"i{n}" for n in range(count)), params)  # type: ignore[arg-type]


KNOWN = {
    "over": (0.25, 1.15, -0.7, 0.625),
    "in": (0.05, 0.1, -0.15, 0.125),
    "out": (0.15, 0.3, -0.45, 0.375),
    "plus": (0.3, 1.9, -0.8, 0.75),
    "from": (-0.1, 1.1, 0.4, -0.25),
    "multiply": (0.02, 0.6, 0.12, 0.125),
    "difference": (0.1, 1.1, 0.4, 0.25),
    "copy": A,
}


@pytest.mark.parametrize(("op", "answer"), KNOWN.items())
def test_two_pictures_merge(op: str, answer: tuple[float, ...]):
    np.testing.assert_allclose(one(step(op, 2, channels="rgba"), flat(A), flat(B)).rgba[1, 2], answer, atol=1e-6)


def test_channels_that_are_not_written_are_bs():
    for channels, answer in (("rgb", (*A[:3], B[3])), ("alpha", (*B[:3], A[3]))):
        got = one(step("copy", 2, channels=channels), flat(A), flat(B))
        np.testing.assert_array_equal(got.rgba[0, 0], np.float32(answer))


def test_a_merge_has_bs_window_and_a_is_nothing_beyond_its_own():
    got = one(step("plus", 2, channels="rgba"), flat(A, (1, 1), x=2, y=1), flat(B, (3, 2), x=1, y=1))
    assert (got.x, got.y, got.rgba.shape) == (1, 1, (2, 3, 4))
    np.testing.assert_allclose(got.rgba[0, 1], np.float32(A) + np.float32(B))
    np.testing.assert_array_equal(got.rgba[0, 0], np.float32(B))
    np.testing.assert_array_equal(got.rgba[1, 1], np.float32(B))


def test_one_picture_changes():
    x = flat(A)
    assert (one(step("white", 1), x).rgba == 1).all()
    np.testing.assert_allclose(one(step("scale", 1, knob="opacity"), x, opacity=0.5).rgba[0, 0], np.array(A) / 2)
    np.testing.assert_allclose(one(step("invert", 1), x).rgba[0, 0], (0.8, 0.6, 1.6, 0.5), atol=1e-6)
    for least, blue in ((0, 0), (-0.3, -0.3), (-1, -0.6), (0.3, 0)):
        got = one(step("floor", 1, knob="darkest"), x, darkest=least).rgba[0, 0]
        np.testing.assert_array_equal(got, np.float32((0.2, 0.4, blue, 0.5)))
    np.testing.assert_allclose(one(step("clamp_alpha", 1), flat((3, -2, 0, 1.2))).rgba[0, 0], (3, -2, 0, 1))
    assert (one(step("any", 1, least=0.1, slope=1e6), flat((0.1, 0.05, 0, 0))).rgba == 1).all()
    assert (one(step("any", 1, least=0.1, slope=1e6), flat((0.05, 0.05, 0, 1))).rgba == 0).all()


def test_the_shaper_is_logarithmic_above_zero_and_straight_below():
    bright = 0.02 * (np.e - 1)
    got = one(step("shape", 1, knee=0.02), flat((bright, 0, -0.04, 0.5)))
    np.testing.assert_allclose(got.rgba[0, 0], (1, 0, -2, 0.5), atol=1e-6)
    back = one(step("unshape", 1, knee=0.02), got)
    np.testing.assert_allclose(back.rgba[0, 0], (bright, 0, -0.04, 0.5), atol=1e-7)


def ramp(width: int, height: int, x: int = 0, y: int = 0, display: tuple[int, int] | None = None) -> Picture:
    """R: plate column, G: plate row, B: 1, A: 1."""
    rows, columns = np.mgrid[y : y + height, x : x + width]
    rgba = np.stack([columns, rows, np.ones_like(rows), np.ones_like(rows)], 2).astype(np.float32)
    return Picture(rgba, display or (width, height), x, y)


def shift(width: int, height: int, dx: float, dy: float, display: tuple[int, int]) -> Picture:
    """An ST map to what lies (dx, dy) pixels right and down."""
    at = ramp(width, height).rgba
    u, v = (at[..., 0] + dx + 0.5) / display[0], 1 - (at[..., 1] + dy + 0.5) / display[1]
    return Picture(np.stack([u, v, u * 0, u * 0], 2).astype(np.float32), display)


def test_an_identity_map_changes_nothing_and_its_blue_and_alpha_do_not_matter():
    got = one(step("stmap", 2, filter="keys"), ramp(7, 5), shift(7, 5, 0, 0, (7, 5)))
    np.testing.assert_allclose(got.rgba, ramp(7, 5).rgba, atol=1e-5)


def test_a_shift_by_whole_pixels_is_found_as_that_and_is_nothing_outside():
    got = one(step("stmap", 2, filter="keys"), ramp(9, 7), shift(9, 7, 3, 2, (9, 7))).rgba
    np.testing.assert_allclose(got[:4, :5, :2], ramp(9, 7).rgba[2:6, 3:8, :2], atol=1e-4)
    np.testing.assert_allclose(got[:, 7:], 0, atol=1e-4)
    np.testing.assert_allclose(got[6:], 0, atol=1e-4)


def test_u_and_v_run_over_the_display_window_also_with_overscan():
    wide = ramp(14, 11, x=-3, y=-2, display=(8, 6))
    got = one(step("stmap", 2, filter="keys"), wide, shift(8, 6, 1.5, -0.5, (8, 6))).rgba
    np.testing.assert_allclose(got[..., 0], ramp(8, 6).rgba[..., 0] + 1.5, atol=1e-4)
    np.testing.assert_allclose(got[..., 1], ramp(8, 6).rgba[..., 1] - 0.5, atol=1e-4)


def test_the_filter_is_catmull_rom():
    np.testing.assert_allclose(keys_weights(np.float64(0.5)), [-1 / 16, 9 / 16, 9 / 16, -1 / 16])
    for t in (0.0, 0.3, 0.9):
        assert sum(keys_weights(np.float64(t))) == pytest.approx(1)


def test_a_map_that_is_no_number_gives_nothing():
    nowhere = flat((np.nan, np.inf, 1, 1))
    assert (one(step("stmap", 2, filter="keys"), flat(A), nowhere).rgba == 0).all()


def test_a_switch_takes_what_the_choice_says():
    ports = {"a": flat(A), "b": flat(B)}
    steps = [Step(n, "input", (), {"port": n}) for n in ports] + [Step("x", "switch", ("a", "b"), {"knob": "way"})]
    for place, wanted in enumerate((A, B)):
        got = evaluate(steps, ports, {}, {"way": place}, {})["x"].rgba[0, 0]
        np.testing.assert_array_equal(got, np.float32(wanted))


def test_a_layer_of_a_file_is_read():
    steps = [Step("x", "read", (), {"knob": "file", "layer": "grid", "still": True, "raw": True})]
    assert evaluate(steps, {}, {"file": flat(A), "file.grid": flat(B)}, {}, {})["x"].rgba[0, 0, 1] == 1.5


def test_every_operation_is_known_here_and_tested():
    assert {*MERGES, *ONE, *SOURCES, "stmap"} == set(OPS)
    assert set(KNOWN) == set(MERGES)


def test_what_is_wrong_raises():
    with pytest.raises(KeyError):
        one(step("screen", 2, channels="rgba"), flat(A), flat(B))
    with pytest.raises(ValueError, match="over has 2 inputs, not 1"):
        one(step("over", 1, channels="rgba"), flat(A))
    with pytest.raises(ValueError, match=r"over has \('channels',\), not \(\)"):
        one(step("over", 2), flat(A), flat(B))
    with pytest.raises(ValueError, match="display windows"):
        one(step("plus", 2, channels="rgba"), flat(A), Picture(flat(B).rgba, (9, 9)))
