import os
from fractions import Fraction

import numpy as np
import OpenImageIO as oiio
import pytest
from unreel.core import exr
from unreel.core.errors import InputError, UnreadableFile, UnreelError
from unreel.core.frame import Attribute, Frame, Window

DATA, DISPLAY = Window(-3, 5, 50, 37), Window(0, 0, 60, 70)
TYPES = {"R": "f2", "G": "f2", "B": "f2", "A": "f2", "depth.Z": "f4", "id": "u4"}
HEADER = {
    "compression": Attribute("string", "zips"),
    "PixelAspectRatio": Attribute("float", 2.0),
    "smpte:TimeCode": Attribute("timecode", (0x01020304, 7)),
    "FramesPerSecond": Attribute("rational", (24000, 1001)),
    "worldToCamera": Attribute("matrix", tuple(float(i) for i in range(16))),
    "chromaticities": Attribute("float[8]", (0.713, 0.293, 0.165, 0.83, 0.128, 0.044, 0.32168, 0.33767)),
    "nuke/node_hash": Attribute("string", "ab12é"),
    "unreel/version": Attribute("int", 3),
}


def random_bits(dtype, shape=DATA.shape, seed=0):
    """Every kind of sample: NaN with payloads, infinities, denormals."""
    size = np.dtype(dtype).itemsize
    rng = np.random.default_rng(seed)
    return rng.integers(0, 1 << 8 * size, shape, dtype=f"u{size}").view(dtype)


def make_plate(types=TYPES, **header):
    planes = {name: random_bits(dtype, seed=at) for at, (name, dtype) in enumerate(types.items())}
    changed = {name: Attribute("string", value) for name, value in header.items()}
    return Frame(planes, DATA, DISPLAY, {**HEADER, **changed})


def assert_same_bits(read, written):
    assert sorted(read.planes) == sorted(written.planes)
    for name, plane in written.planes.items():
        assert read.planes[name].dtype == plane.dtype, name
        assert read.planes[name].tobytes() == plane.tobytes(), name
    assert (read.data, read.display) == (written.data, written.display)


@pytest.mark.parametrize("compression", ["none", "rle", "zip", "zips", "piz"])
def test_mixed_channel_types_come_back_bit_for_bit(tmp_path, compression):
    plate = make_plate(compression=compression)
    exr.write_frame(tmp_path / "a.exr", plate)
    read = exr.read_frame(tmp_path / "a.exr")
    assert_same_bits(read, plate)
    assert read.metadata["compression"].value == compression
    assert os.listdir(tmp_path) == ["a.exr"]


@pytest.mark.parametrize("dtype", ["f2", "f4", "u4"])
def test_channels_of_one_type_come_back_bit_for_bit(tmp_path, dtype):
    plate = make_plate(dict.fromkeys("RGB", dtype))
    exr.write_frame(tmp_path / "a.exr", plate)
    assert_same_bits(exr.read_frame(tmp_path / "a.exr"), plate)


@pytest.mark.parametrize("names", [("id", "depth.Z", "R"), ("Z", "id", "b", "A", "R"), ("x.g", "x.r", "x.a", "x.Z")])
def test_channels_in_any_order_stay_with_their_names(tmp_path, names):
    types = ("u4", "f4", "f2", "u4", "f4")
    plate = make_plate(dict(zip(names, types, strict=False)))
    exr.write_frame(tmp_path / "a.exr", plate)
    assert_same_bits(exr.read_frame(tmp_path / "a.exr"), plate)


def test_colour_comes_first_when_read(tmp_path):
    exr.write_frame(tmp_path / "a.exr", make_plate())
    assert list(exr.read_frame(tmp_path / "a.exr").planes)[:4] == ["R", "G", "B", "A"]


def test_every_sample_survives_with_names_longer_than_31_bytes(tmp_path):
    plate = make_plate({"R": "f2", "a_layer_with_a_rather_long_name_indeed.red": "f4"})
    exr.write_frame(tmp_path / "a.exr", plate)
    assert_same_bits(exr.read_frame(tmp_path / "a.exr"), plate)


def test_the_header_survives_two_round_trips(tmp_path):
    exr.write_frame(tmp_path / "a.exr", make_plate())
    once = exr.read_frame(tmp_path / "a.exr")
    exr.write_frame(tmp_path / "b.exr", once)
    twice = exr.read_frame(tmp_path / "b.exr")
    assert {name: value for name, value in once.metadata.items() if name in HEADER} == {
        **HEADER,
        "PixelAspectRatio": Attribute("float", 2.0),
        "chromaticities": once.metadata["chromaticities"],
    }
    assert once.metadata["chromaticities"].value == pytest.approx(HEADER["chromaticities"].value)
    assert once.metadata == twice.metadata
    assert (twice.timecode, twice.frame_rate, twice.pixel_aspect) == ("01:02:03:04", Fraction(24000, 1001), 2.0)


def test_decreasing_line_order_is_kept_and_does_not_flip_the_picture(tmp_path):
    plate = make_plate(**{"openexr:lineOrder": "decreasingY"})
    exr.write_frame(tmp_path / "a.exr", plate)
    read = exr.read_frame(tmp_path / "a.exr")
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
    exr.write_frame(tmp_path / "a.exr", written)
    read = exr.read_frame(tmp_path / "a.exr")
    assert exr.read_header(tmp_path / "a.exr").parts == 3
    assert_same_bits(read, written)
    for read_part, written_part, name in zip(read.others, written.others, ("depth", "ids"), strict=True):
        assert_same_bits(read_part, written_part)
        assert read_part.metadata["oiio:subimagename"].value == name


def test_a_tiled_file_is_read_like_a_scanline_file(tmp_path):
    pixels = np.random.default_rng(0).random((64, 80, 3)).astype(np.float16)
    spec = oiio.ImageSpec(80, 64, 3, oiio.TypeHalf)
    spec.tile_width = spec.tile_height = 16
    write_with_oiio(tmp_path / "tiled.exr", spec, pixels)
    read = exr.read_frame(tmp_path / "tiled.exr")
    assert np.array_equal(np.stack(list(read.planes.values()), -1), pixels)
    exr.write_frame(tmp_path / "b.exr", read)
    assert_same_bits(exr.read_frame(tmp_path / "b.exr"), read)


def test_the_header_is_read_without_the_pixels(tmp_path):
    plate = make_plate()
    exr.write_frame(tmp_path / "a.exr", plate)
    content = (tmp_path / "a.exr").read_bytes()
    (tmp_path / "cut.exr").write_bytes(content[: len(content) * 2 // 3])
    header = exr.read_header(tmp_path / "cut.exr")
    assert (header.data, header.display, header.parts) == (DATA, DISPLAY, 1)
    assert {name: dtype.str[1:] for name, dtype in header.channels.items()} == TYPES
    assert (header.pixel_aspect, header.timecode, header.frame_rate) == (2.0, "01:02:03:04", Fraction(24000, 1001))


@pytest.mark.parametrize("kept", [0, 10, 400, 0.3, 0.6, 0.9, -1])
@pytest.mark.parametrize("compression", ["none", "zips", "piz", "dwaa"])
def test_a_truncated_exr_is_an_error_and_never_black(tmp_path, kept, compression):
    exr.write_frame(tmp_path / "a.exr", make_plate(compression=compression))
    content = (tmp_path / "a.exr").read_bytes()
    (tmp_path / "cut.exr").write_bytes(content[: int(len(content) * kept) if isinstance(kept, float) else kept])
    with pytest.raises(UnreadableFile, match=r"cut\.exr"):
        exr.read_frame(tmp_path / "cut.exr")


@pytest.mark.parametrize("name", ["a.png", "a.tif", "a.jpg"])
def test_a_truncated_picture_is_an_error(tmp_path, name):
    pixels = np.random.default_rng(0).integers(0, 256, (64, 80, 3), dtype=np.uint8)
    write_with_oiio(tmp_path / name, oiio.ImageSpec(80, 64, 3, oiio.UINT8), pixels)
    exr.read_frame(tmp_path / name)
    content = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(content[: len(content) * 9 // 10])
    with pytest.raises(UnreadableFile, match="damaged or not whole|cannot be read"):
        exr.read_frame(tmp_path / name)


@pytest.mark.parametrize("read", [exr.read_frame, exr.read_header])
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
        exr.read_frame(tmp_path / "deep.exr")


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    exr.write_frame(tmp_path / "a.exr", make_plate())
    before = (tmp_path / "a.exr").read_bytes()

    def fails(source, target):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(exr.os, "replace", fails)
    with pytest.raises(UnreelError, match=r"a\.exr was not written: Permission denied"):
        exr.write_frame(tmp_path / "a.exr", make_plate(dict.fromkeys("RGB", "f4")))
    assert (tmp_path / "a.exr").read_bytes() == before
    assert os.listdir(tmp_path) == ["a.exr"]


def test_an_interrupted_write_leaves_nothing(tmp_path):
    with pytest.raises(KeyboardInterrupt), exr.replaced_whole(tmp_path / "new" / "a.exr") as temporary:
        temporary.write_text("half of it")
        raise KeyboardInterrupt
    assert os.listdir(tmp_path / "new") == []


@pytest.mark.parametrize("types", [dict.fromkeys("RGB", "f4"), TYPES])
def test_a_disk_that_takes_no_more_is_an_error_that_says_so(tmp_path, types):
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        with pytest.raises(UnreelError, match="was not written"):
            exr.write_frame(tmp_path / "a.exr", make_plate(types))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert os.listdir(tmp_path) == []


def test_a_full_disk_is_called_full(tmp_path, monkeypatch):
    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(exr.os, "fsync", full)
    with pytest.raises(UnreelError, match="the disk is full; free some space"):
        exr.write_frame(tmp_path / "a.exr", make_plate())
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("name", ["a.exr", "sub/a.exr"])
def test_a_file_in_the_place_of_a_folder_is_named_with_what_to_do(tmp_path, name):
    (tmp_path / "file").write_text("")
    words = r"a\.exr was not written: .*file is a file, and a folder is needed there; move it away or write to another"
    with pytest.raises(UnreelError, match=words):
        exr.write_frame(tmp_path / "file" / name, make_plate())


def test_a_folder_in_the_place_of_the_file_is_told(tmp_path):
    (tmp_path / "a.exr").mkdir()
    with pytest.raises(UnreelError, match=r"a\.exr was not written: a folder of that name is there; write to another"):
        exr.write_frame(tmp_path / "a.exr", make_plate())
    assert os.listdir(tmp_path) == ["a.exr"]


@pytest.mark.parametrize("name", ["a.png", "a.tif"])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_painted_pictures_keep_integers_and_straight_alpha(tmp_path, name, dtype):
    pixels = np.random.default_rng(0).integers(0, np.iinfo(dtype).max, (9, 8, 4), dtype=dtype, endpoint=True)
    pixels[0, 0] = (200, 100, 50, 0)
    exr.write_picture(tmp_path / "deep" / name, pixels, {"unreel/canonical": "main"})
    read = exr.read_frame(tmp_path / "deep" / name)
    assert read.straight_alpha
    assert list(read.planes) == ["R", "G", "B", "A"]
    assert np.array_equal(np.stack(list(read.planes.values()), -1), pixels)


def test_a_png_without_alpha_is_not_straight(tmp_path):
    exr.write_picture(tmp_path / "a.png", np.zeros((4, 4, 3), np.uint8))
    assert not exr.read_frame(tmp_path / "a.png").straight_alpha


def test_premultiplied_exr_is_not_straight(tmp_path):
    exr.write_frame(tmp_path / "a.exr", make_plate())
    assert not exr.read_frame(tmp_path / "a.exr").straight_alpha


def test_write_picture_refuses_floats_and_other_names(tmp_path):
    with pytest.raises(ValueError, match="uint8 and uint16"):
        exr.write_picture(tmp_path / "a.png", np.zeros((4, 4, 3), np.float32))
    with pytest.raises(ValueError, match="uint8 and uint16"):
        exr.write_picture(tmp_path / "a.jpg", np.zeros((4, 4, 3), np.uint8))


def test_a_made_picture_is_half_with_the_plates_compression_and_timecode(tmp_path):
    plate = make_plate(compression="piz")
    planes = {name: np.full((5, 6), 0.25, np.float32) for name in "RGB"}
    frame = exr.make_frame(planes, Window(0, 0, 6, 5), like=plate, metadata={"unreel/key": 1001, "unreel/of": "a"})
    exr.write_frame(tmp_path / "a.exr", frame)
    read = exr.read_frame(tmp_path / "a.exr")
    assert read.planes["R"].dtype == np.float16 and read.display == DISPLAY
    assert read.metadata["compression"].value == "piz"
    assert (read.timecode, read.frame_rate, read.pixel_aspect) == ("01:02:03:04", Fraction(24000, 1001), 2.0)
    assert read.metadata["unreel/key"] == Attribute("int", 1001)
    assert "nuke/node_hash" not in read.metadata


def test_made_data_is_float32_zips_whatever_the_plate_is(tmp_path):
    plate = make_plate(compression="dwaa")
    planes = {"R": np.ones((5, 6), np.float64), "id": np.full((5, 6), 4_000_000_001, np.uint32)}
    frame = exr.make_frame(planes, Window(0, 0, 6, 5), Window(0, 0, 6, 5), plate, {"m": tuple(range(16))}, "data")
    exr.write_frame(tmp_path / "a.exr", frame)
    read = exr.read_frame(tmp_path / "a.exr")
    assert read.planes["R"].dtype == np.float32 and read.planes["id"].max() == 4_000_000_001
    assert read.metadata["compression"].value == "zips" and read.metadata["m"].type == "matrix"
    assert read.timecode == "01:02:03:04"


def test_make_frame_refuses_planes_of_another_size():
    with pytest.raises(ValueError, match="R is"):
        exr.make_frame({"R": np.zeros((2, 3))}, Window(0, 0, 2, 3))


def test_lossy_compressions_are_known_and_can_be_replaced(tmp_path):
    plate = make_plate(dict.fromkeys("RGB", "f2"), compression="b44")
    assert exr.is_lossy(plate) and not exr.is_lossy(make_plate())
    exr.write_frame(tmp_path / "a.exr", plate, compression="zips")
    assert_same_bits(exr.read_frame(tmp_path / "a.exr"), plate)


def test_planes_that_exr_does_not_hold_are_refused():
    with pytest.raises(ValueError, match="float16, float32 and uint32, not uint8"):
        exr.write_frame("a.exr", make_plate({"R": "u1"}))


def write_with_oiio(path, spec, pixels):
    out = oiio.ImageOutput.create(str(path))
    assert out.open(str(path), spec) and out.write_image(pixels)
    out.close()
