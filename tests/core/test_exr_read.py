"""What is read: all that a file holds, or an error."""

from fractions import Fraction

import numpy as np
import OpenImageIO as oiio
import pytest
from unreel.core.errors import InputError, UnreadableFile
from unreel.core.exr_read import read_frame, read_header
from unreel.core.exr_write import write_frame, write_picture

from .plates import DATA, DISPLAY, TYPES, assert_same_bits, make_plate, write_with_oiio


def test_colour_comes_first_when_read(tmp_path):
    write_frame(tmp_path / "a.exr", make_plate())
    assert list(read_frame(tmp_path / "a.exr").planes)[:4] == ["R", "G", "B", "A"]


def test_a_tiled_file_is_read_like_a_scanline_file(tmp_path):
    pixels = np.random.default_rng(0).random((64, 80, 3)).astype(np.float16)
    spec = oiio.ImageSpec(80, 64, 3, oiio.TypeHalf)
    spec.tile_width = spec.tile_height = 16
    write_with_oiio(tmp_path / "tiled.exr", spec, pixels)
    read = read_frame(tmp_path / "tiled.exr")
    assert np.array_equal(np.stack(list(read.planes.values()), -1), pixels)
    write_frame(tmp_path / "b.exr", read)
    assert_same_bits(read_frame(tmp_path / "b.exr"), read)


def test_the_header_is_read_without_the_pixels(tmp_path):
    plate = make_plate()
    write_frame(tmp_path / "a.exr", plate)
    content = (tmp_path / "a.exr").read_bytes()
    (tmp_path / "cut.exr").write_bytes(content[: len(content) * 2 // 3])
    header = read_header(tmp_path / "cut.exr")
    assert (header.data, header.display, header.parts) == (DATA, DISPLAY, 1)
    assert {name: dtype.str[1:] for name, dtype in header.channels.items()} == TYPES
    assert (header.pixel_aspect, header.timecode, header.frame_rate) == (2.0, "01:02:03:04", Fraction(24000, 1001))


@pytest.mark.parametrize("kept", [0, 10, 400, 0.3, 0.6, 0.9, -1])
@pytest.mark.parametrize("compression", ["none", "zips", "piz", "dwaa"])
def test_a_truncated_exr_is_an_error_and_never_black(tmp_path, kept, compression):
    write_frame(tmp_path / "a.exr", make_plate(compression=compression))
    content = (tmp_path / "a.exr").read_bytes()
    (tmp_path / "cut.exr").write_bytes(content[: int(len(content) * kept) if isinstance(kept, float) else kept])
    with pytest.raises(UnreadableFile, match=r"cut\.exr"):
        read_frame(tmp_path / "cut.exr")


@pytest.mark.parametrize("name", ["a.png", "a.tif", "a.jpg"])
def test_a_truncated_picture_is_an_error(tmp_path, name):
    pixels = np.random.default_rng(0).integers(0, 256, (64, 80, 3), dtype=np.uint8)
    write_with_oiio(tmp_path / name, oiio.ImageSpec(80, 64, 3, oiio.UINT8), pixels)
    read_frame(tmp_path / name)
    content = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(content[: len(content) * 9 // 10])
    with pytest.raises(UnreadableFile, match="damaged or not whole|cannot be read"):
        read_frame(tmp_path / name)


@pytest.mark.parametrize("read", [read_frame, read_header])
def test_what_is_not_there_or_not_a_picture_is_said_in_one_line(tmp_path, read):
    (tmp_path / "a.exr").write_text("hello")
    for path, kind, text in (
        (tmp_path / "none.exr", InputError, "does not exist"),
        (tmp_path, InputError, "is a folder"),
        (tmp_path / "a.exr", UnreadableFile, "cannot be read"),
    ):
        with pytest.raises(kind, match=text) as caught:
            read(path)
        assert "\n" not in str(caught.value)


def test_a_deep_exr_is_refused_with_a_way_out(tmp_path):
    spec = oiio.ImageSpec(2, 2, 2, oiio.FLOAT)
    spec.deep, spec.channelnames = True, ("A", "Z")
    deep = oiio.DeepData()
    deep.init(4, 2, (oiio.TypeFloat, oiio.TypeFloat), ("A", "Z"))
    out = oiio.ImageOutput.create("openexr")
    assert out.open(str(tmp_path / "deep.exr"), spec) and out.write_deep_image(deep)
    out.close()
    with pytest.raises(UnreadableFile, match="deep EXR; flatten it"):
        read_frame(tmp_path / "deep.exr")


def test_a_png_without_alpha_is_not_straight(tmp_path):
    write_picture(tmp_path / "a.png", np.zeros((4, 4, 3), np.uint8))
    assert not read_frame(tmp_path / "a.png").straight_alpha


def test_premultiplied_exr_is_not_straight(tmp_path):
    write_frame(tmp_path / "a.exr", make_plate())
    assert not read_frame(tmp_path / "a.exr").straight_alpha
