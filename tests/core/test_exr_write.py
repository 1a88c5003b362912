"""What is written comes back: bit for bit with its header, or as what it was made for."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from unreel.core import exr_write
from unreel.core.errors import UnreelError
from unreel.core.exr_read import read_frame, read_header
from unreel.core.exr_write import is_lossy, make_frame, write_frame, write_picture
from unreel.core.frame import Attribute, Frame, Window

from .plates import DATA, DISPLAY, HEADER, TYPES, assert_same_bits, make_plate, random_bits


@pytest.mark.parametrize("compression", ["none", "rle", "zip", "zips", "piz"])
def test_mixed_channel_types_come_back_bit_for_bit(tmp_path, compression):
    plate = make_plate(compression=compression)
    write_frame(tmp_path / "a.exr", plate)
    read = read_frame(tmp_path / "a.exr")
    assert_same_bits(read, plate)
    assert read.metadata["compression"].value == compression
    assert os.listdir(tmp_path) == ["a.exr"]


@pytest.mark.parametrize("dtype", ["f2", "f4", "u4"])
def test_channels_of_one_type_come_back_bit_for_bit(tmp_path, dtype):
    plate = make_plate(dict.fromkeys("RGB", dtype))
    write_frame(tmp_path / "a.exr", plate)
    assert_same_bits(read_frame(tmp_path / "a.exr"), plate)


@pytest.mark.parametrize("names", [("id", "depth.Z", "R"), ("Z", "id", "b", "A", "R"), ("x.g", "x.r", "x.a", "x.Z")])
def test_channels_in_any_order_stay_with_their_names(tmp_path, names):
    types = ("u4", "f4", "f2", "u4", "f4")
    plate = make_plate(dict(zip(names, types, strict=False)))
    write_frame(tmp_path / "a.exr", plate)
    assert_same_bits(read_frame(tmp_path / "a.exr"), plate)


def test_every_sample_survives_with_names_longer_than_31_bytes(tmp_path):
    plate = make_plate({"R": "f2", "a_layer_with_a_rather_long_name_indeed.red": "f4"})
    write_frame(tmp_path / "a.exr", plate)
    assert_same_bits(read_frame(tmp_path / "a.exr"), plate)


def test_the_header_survives_two_round_trips(tmp_path):
    write_frame(tmp_path / "a.exr", make_plate())
    once = read_frame(tmp_path / "a.exr")
    write_frame(tmp_path / "b.exr", once)
    twice = read_frame(tmp_path / "b.exr")
    assert {name: value for name, value in once.metadata.items() if name in HEADER} == {
        **HEADER,
        "PixelAspectRatio": Attribute("float", 2.0),
        "chromaticities": once.metadata["chromaticities"],
    }
    assert once.metadata["chromaticities"].value == pytest.approx(HEADER["chromaticities"].value)
    assert once.metadata == twice.metadata
    assert (twice.timecode, twice.frame_rate, twice.pixel_aspect) == ("01:02:03:04", Fraction(24000, 1001), 2.0)


def test_a_moment_of_capture_is_the_plates_or_none(tmp_path):
    write_frame(tmp_path / "a.exr", make_plate())
    write_frame(tmp_path / "b.exr", make_plate(DateTime="2019:05:04 03:02:01"))
    write_picture(tmp_path / "c.tif", random_bits("u2", (8, 8, 3)))
    told = [read_header(tmp_path / name).metadata.get("DateTime") for name in ("a.exr", "b.exr", "c.tif")]
    assert told == [None, Attribute("string", "2019:05:04 03:02:01"), None]


def test_decreasing_line_order_is_kept_and_does_not_flip_the_picture(tmp_path):
    plate = make_plate(**{"openexr:lineOrder": "decreasingY"})
    write_frame(tmp_path / "a.exr", plate)
    read = read_frame(tmp_path / "a.exr")
    assert_same_bits(read, plate)
    assert read.metadata["openexr:lineOrder"].value == "decreasingY"


def test_all_parts_of_a_multi_part_file_survive(tmp_path):
    def part(name, types, window):
        planes = {each: random_bits(dtype, window.shape) for each, dtype in types.items()}
        return Frame(planes, window, DISPLAY, {**HEADER, "oiio:subimagename": Attribute("string", name)})

    depth = part("depth", {"Z": "f4"}, DATA)
    ids = part("ids", {"id": "u4", "mask": "f2"}, Window(4, 4, 9, 7))
    first = part("rgba", TYPES, DATA)
    written = Frame(first.planes, first.data, first.display, first.metadata, (depth, ids))
    write_frame(tmp_path / "a.exr", written)
    read = read_frame(tmp_path / "a.exr")
    assert read_header(tmp_path / "a.exr").parts == 3
    assert_same_bits(read, written)
    for read_part, written_part, name in zip(read.others, written.others, ("depth", "ids"), strict=True):
        assert_same_bits(read_part, written_part)
        assert read_part.metadata["oiio:subimagename"].value == name


@pytest.mark.parametrize("name", ["a.png", "a.tif"])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_painted_pictures_keep_integers_and_straight_alpha(tmp_path, name, dtype):
    pixels = np.random.default_rng(0).integers(0, np.iinfo(dtype).max, (9, 8, 4), dtype=dtype, endpoint=True)
    pixels[0, 0] = (200, 100, 50, 0)
    write_picture(tmp_path / "deep" / name, pixels, {"unreel/canonical": "main"})
    read = read_frame(tmp_path / "deep" / name)
    assert read.straight_alpha
    assert list(read.planes) == ["R", "G", "B", "A"]
    assert np.array_equal(np.stack(list(read.planes.values()), -1), pixels)


def test_write_picture_refuses_floats_and_other_names(tmp_path):
    with pytest.raises(ValueError, match="uint8 and uint16"):
        write_picture(tmp_path / "a.png", np.zeros((4, 4, 3), np.float32))
    with pytest.raises(ValueError, match="uint8 and uint16"):
        write_picture(tmp_path / "a.jpg", np.zeros((4, 4, 3), np.uint8))


def test_a_made_picture_is_half_with_the_plates_compression_and_timecode(tmp_path):
    plate = make_plate(compression="piz")
    planes = {name: np.full((5, 6), 0.25, np.float32) for name in "RGB"}
    frame = make_frame(planes, Window(0, 0, 6, 5), like=plate, metadata={"unreel/key": 1001, "unreel/of": "a"})
    write_frame(tmp_path / "a.exr", frame)
    read = read_frame(tmp_path / "a.exr")
    assert read.planes["R"].dtype == np.float16 and read.display == DISPLAY
    assert read.metadata["compression"].value == "piz"
    assert (read.timecode, read.frame_rate, read.pixel_aspect) == ("01:02:03:04", Fraction(24000, 1001), 2.0)
    assert read.metadata["unreel/key"] == Attribute("int", 1001)
    assert "nuke/node_hash" not in read.metadata


def test_made_data_is_float32_zips_whatever_the_plate_is(tmp_path):
    plate = make_plate(compression="dwaa")
    planes = {"R": np.ones((5, 6), np.float64), "id": np.full((5, 6), 4_000_000_001, np.uint32)}
    frame = make_frame(planes, Window(0, 0, 6, 5), Window(0, 0, 6, 5), plate, {"m": tuple(range(16))}, "data")
    write_frame(tmp_path / "a.exr", frame)
    read = read_frame(tmp_path / "a.exr")
    assert read.planes["R"].dtype == np.float32 and read.planes["id"].max() == 4_000_000_001
    assert read.metadata["compression"].value == "zips" and read.metadata["m"].type == "matrix"
    assert read.timecode == "01:02:03:04"


def test_make_frame_refuses_planes_of_another_size():
    with pytest.raises(ValueError, match="R is"):
        make_frame({"R": np.zeros((2, 3))}, Window(0, 0, 2, 3))


def test_lossy_compressions_are_known_and_can_be_replaced(tmp_path):
    plate = make_plate(dict.fromkeys("RGB", "f2"), compression="b44")
    assert is_lossy(plate) and not is_lossy(make_plate())
    write_frame(tmp_path / "a.exr", plate, compression="zips")
    assert_same_bits(read_frame(tmp_path / "a.exr"), plate)


def test_planes_that_exr_does_not_hold_are_refused():
    with pytest.raises(ValueError, match="float16, float32 and uint32, not uint8"):
        write_frame("a.exr", make_plate({"R": "u1"}))


@pytest.mark.parametrize("left", [2 / 3, 0.999])
@pytest.mark.parametrize("name", ["a.exr", "a.tif"])
def test_a_file_that_closes_short_is_not_taken(
    name: str, left: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = exr_write._writer

    @contextmanager
    def short(kind: str) -> Iterator[object]:
        with whole(kind) as out:
            yield out
        (path,) = tmp_path.iterdir()
        os.truncate(path, int(path.stat().st_size * left))

    monkeypatch.setattr(exr_write, "_writer", short)
    noise = np.random.default_rng(0).integers(0, 65535, (40, 50, 3)).astype(np.uint16)
    with pytest.raises(UnreelError, match="was not written"):
        if name == "a.exr":
            write_frame(tmp_path / name, make_frame({"Y": noise[..., 0].astype(np.float32)}, Window(0, 3, 50, 40)))
        else:
            write_picture(tmp_path / name, noise)
    assert not list(tmp_path.iterdir())
