from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from unreel.core.color import Color
from unreel.core.errors import InputError, UnreadableFile
from unreel.core.exr_write import make_frame, write_frame
from unreel.core.frame import Frame, Window
from unreel.core.sequence import Sequence
from unreel.qt_panel.model.plate import half_from, half_rgba, read_picture

FORMAT = Window(0, 0, 4, 3)
OVERSCAN = Window(-2, -1, 8, 5)


@pytest.fixture(scope="module")
def color() -> Color:
    return Color()


def test_a_half_exr_keeps_its_bits_and_windows(tmp_path: Path, color: Color):
    rng = np.random.default_rng(1)
    planes = {name: rng.normal(0, 3, OVERSCAN.shape).astype(np.float16) for name in "RGBA"}
    write_frame(tmp_path / "a.0007.exr", make_frame(planes, OVERSCAN, FORMAT))
    picture = read_picture(Sequence.find(tmp_path), 7, color, "scene_linear")
    assert (picture.window, picture.display, picture.scale, picture.name) == (OVERSCAN, FORMAT, 1.0, "frame 7")
    for at, name in enumerate("RGBA"):
        assert picture.rgba[..., at].tobytes() == planes[name].tobytes()


def test_an_8_bit_file_becomes_scene_linear(tmp_path: Path, color: Color):
    cv2.imwrite(str(tmp_path / "a.1.png"), np.full((3, 4, 3), 255, np.uint8))
    picture = read_picture(Sequence.find(tmp_path), 1, color, "texture_paint")
    assert picture.rgba.shape == (3, 4, 4)
    assert np.allclose(picture.rgba, 1, atol=2e-3)
    cv2.imwrite(str(tmp_path / "a.1.png"), np.full((3, 4, 3), 118, np.uint8))
    picture = read_picture(Sequence.find(tmp_path), 1, color, "texture_paint")
    assert np.allclose(picture.rgba[..., :3], 0.1812, atol=1e-3)


def test_colour_that_was_not_multiplied_by_alpha_is(color: Color):
    planes = {name: np.full((3, 4), value, np.uint8) for name, value in zip("RGBA", (255, 255, 255, 51), strict=True)}
    straight = Frame(planes, FORMAT, FORMAT, straight_alpha=True)
    assert np.allclose(half_rgba(straight, color, "texture_paint"), 0.2, atol=2e-3)
    multiplied = Frame({name: np.full((3, 4), 51, np.uint8) for name in "RGBA"}, FORMAT, FORMAT)
    assert np.allclose(half_rgba(multiplied, color, "texture_paint"), 0.2, atol=2e-3)


def test_what_is_finite_stays_so_and_what_is_not_is_not_hidden():
    values = np.array([1e6, -1e6, 0.5, np.inf, -np.inf, np.nan], np.float32)
    half = half_from(values)
    assert half[:5].tolist() == [65504, -65504, 0.5, np.inf, -np.inf]
    assert np.isnan(half[5])


def test_what_can_not_be_shown_names_file_and_reason(tmp_path: Path, color: Color):
    for number in (1, 3):
        write_frame(tmp_path / f"a.{number}.exr", make_frame({"Z": np.zeros((3, 4), np.float16)}, FORMAT))
    sequence = Sequence.find(tmp_path / "a.#.exr", "1-4")
    with pytest.raises(InputError, match=r"a\.1\.exr: there is no colour"):
        read_picture(sequence, 1, color, "scene_linear")
    with pytest.raises(InputError, match=r"frame 2 is missing: .*a\.2\.exr"):
        read_picture(sequence, 2, color, "scene_linear")
    (tmp_path / "a.3.exr").write_bytes(b"torn")
    with pytest.raises(UnreadableFile, match=r"a\.3\.exr"):
        read_picture(sequence, 3, color, "scene_linear")
