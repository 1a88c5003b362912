from fractions import Fraction

import numpy as np
import pytest
from unreel.core.errors import InputError, MismatchedPictures
from unreel.core.frame import (
    Attribute,
    Frame,
    Window,
    alpha,
    channel,
    colour_names,
    on_window,
    rgb,
    timecode_text,
    with_rgb,
)

WINDOW = Window(-2, 3, 5, 4)


def make_test_frame(names="RGBA", dtype=np.float16):
    rng = np.random.default_rng(1)
    return Frame({name: rng.random(WINDOW.shape).astype(dtype) for name in names}, WINDOW, Window(0, 0, 8, 8))


def bits(array):
    return array.view(f"u{array.itemsize}")


def test_union_and_intersection_of_overlapping_windows():
    other = Window(1, 0, 10, 5)
    assert WINDOW.union(other) == Window(-2, 0, 13, 7)
    assert WINDOW.intersect(other) == Window(1, 3, 2, 2)
    assert WINDOW.contains(Window(1, 3, 2, 2)) and not WINDOW.contains(other)


def test_windows_that_do_not_meet_have_an_empty_intersection():
    assert WINDOW.intersect(Window(100, 3, 2, 2)).empty
    assert WINDOW.union(Window(0, 0, 0, 0)) == WINDOW


def test_slices_find_a_window_in_an_array_over_another():
    assert Window(0, 4, 2, 1).slices_in(WINDOW) == (slice(1, 2), slice(2, 4))
    with pytest.raises(ValueError, match="not inside"):
        Window(0, 4, 20, 1).slices_in(WINDOW)


def test_on_window_crops_and_pads_and_keeps_the_type():
    array = np.arange(20, dtype=np.uint16).reshape(4, 5)
    moved = on_window(array, WINDOW, Window(-3, 5, 3, 3), fill=99)
    assert moved.dtype == np.uint16
    assert moved.tolist() == [[99, 10, 11], [99, 15, 16], [99, 99, 99]]


def test_on_window_to_its_own_window_is_a_copy():
    array = np.zeros((4, 5, 3))
    moved = on_window(array, WINDOW, WINDOW)
    moved += 1
    assert array.max() == 0


def test_on_window_without_overlap_is_all_fill():
    assert np.all(on_window(np.zeros((4, 5)), WINDOW, Window(50, 50, 2, 2), 7) == 7)


def test_rgb_is_float32_as_stored():
    frame = make_test_frame()
    assert rgb(frame).shape == (4, 5, 3) and rgb(frame).dtype == np.float32
    assert np.array_equal(rgb(frame)[..., 1], frame.planes["G"].astype(np.float32))


def test_a_single_y_is_repeated():
    frame = make_test_frame("YA")
    assert np.array_equal(rgb(frame)[..., 0], rgb(frame)[..., 2])


def test_sixteen_bit_integers_become_zero_to_one():
    frame = Frame({name: np.array([[0, 65535]], np.uint16) for name in "RGB"}, Window(0, 0, 2, 1), Window(0, 0, 2, 1))
    assert rgb(frame).tolist() == [[[0, 0, 0], [1, 1, 1]]]


@pytest.mark.parametrize("names", [("diffuse.R", "diffuse.G", "diffuse.B"), ("d.red", "d.green", "d.blue")])
def test_the_only_coloured_layer_is_taken_where_there_is_no_rgb(names):
    frame = make_test_frame([*names, "Z"])
    assert colour_names(frame) == names
    assert colour_names(frame, names[0].split(".")[0]) == names


def test_no_colour_is_an_error_naming_the_channels():
    with pytest.raises(InputError, match=r"depth\.Z, id"):
        rgb(make_test_frame(["depth.Z", "id"]))
    with pytest.raises(InputError, match="'spec'.*R, G, B, A"):
        rgb(make_test_frame(), "spec")
    with pytest.raises(InputError, match="several layers"):
        rgb(make_test_frame(["a.r", "a.g", "a.b", "b.r", "b.g", "b.b"]))
    with pytest.raises(InputError, match="no colour"):
        rgb(make_test_frame(["Y", "RY", "BY"]))


def test_channel_and_alpha_by_name():
    frame = make_test_frame()
    assert channel(frame, "G") is frame.planes["G"]
    assert alpha(frame) is frame.planes["A"] and alpha(make_test_frame("RGB")) is None
    with pytest.raises(InputError, match="no channel Z; the picture has R, G, B, A"):
        channel(frame, "Z")


def test_samples_outside_the_mask_keep_their_bits_nan_payloads_too():
    every_half = np.arange(65536, dtype=np.uint16).reshape(256, 256).view(np.float16)
    window = Window(0, 0, 256, 256)
    frame = Frame({name: every_half for name in "RGBA"}, window, window)
    where = np.zeros(window.shape, bool)
    where[10, 20] = True
    new = with_rgb(frame, np.full((256, 256, 3), 0.5, np.float32), where)
    for name in "RGB":
        assert np.array_equal(bits(new.planes[name])[~where], bits(every_half)[~where])
        assert new.planes[name][10, 20] == 0.5
    assert new.planes["A"] is frame.planes["A"]
    assert np.array_equal(bits(frame.planes["R"]), bits(every_half))


def test_half_is_clipped_and_never_becomes_infinite():
    frame = make_test_frame()
    for value, expected in ((1e6, 65504), (-1e6, -65504), (65519.9, 65504), (65530, 65504), (np.inf, 65504)):
        new = with_rgb(frame, np.full((4, 5, 3), value, np.float32), np.ones((4, 5), bool))
        assert np.all(new.planes["R"] == expected)


def test_float32_planes_take_values_beyond_half():
    new = with_rgb(make_test_frame(dtype=np.float32), np.full((4, 5, 3), 1e6, np.float32), np.ones((4, 5), bool))
    assert np.all(new.planes["B"] == 1e6)


def test_integer_planes_are_rounded_and_clipped():
    frame = Frame({name: np.zeros((1, 3), np.uint8) for name in "RGB"}, Window(0, 0, 3, 1), Window(0, 0, 3, 1))
    new = with_rgb(frame, np.repeat(np.float32([[[-1], [0.5], [2]]]), 3, axis=2), np.ones((1, 3), bool))
    assert new.planes["R"].tolist() == [[0, 128, 255]]


def test_a_single_y_takes_the_luma():
    new = with_rgb(make_test_frame("Y"), np.full((4, 5, 3), (1, 0, 0), np.float32), np.ones((4, 5), bool))
    assert np.allclose(new.planes["Y"], 0.2126, atol=1e-4)


def test_colour_or_mask_of_another_size_is_refused():
    with pytest.raises(MismatchedPictures, match="data window"):
        with_rgb(make_test_frame(), np.zeros((4, 4, 3)), np.zeros((4, 5), bool))


def test_header_values_are_read_by_name():
    metadata = {
        "smpte:TimeCode": Attribute("timecode", (0x01020304, 0)),
        "FramesPerSecond": Attribute("rational", (24000, 1001)),
        "PixelAspectRatio": Attribute("float", 2.0),
    }
    frame = Frame({}, WINDOW, WINDOW, metadata)
    assert (frame.timecode, frame.frame_rate, frame.pixel_aspect) == ("01:02:03:04", Fraction(24000, 1001), 2.0)
    bare = Frame({}, WINDOW, WINDOW)
    assert (bare.timecode, bare.frame_rate, bare.pixel_aspect) == (None, None, 1.0)


def test_timecode_knows_tens_and_drop_frame():
    assert timecode_text(0x23595929) == "23:59:59:29"
    assert timecode_text(0x10000042) == "10:00:00;02"
