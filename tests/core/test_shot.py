from dataclasses import replace

import numpy as np
import pytest
from unreel.core.errors import InputError, MismatchedPictures, MissingFrames, UsageError
from unreel.core.exr_read import read_frame
from unreel.core.exr_write import write_frame
from unreel.core.frame import Window
from unreel.core.settings import make_settings
from unreel.core.shot import dilated, open_shot


def opened(shot, **values):
    return open_shot(make_settings({"plate": shot.plate, **values}, "the test"))


def test_the_raster_holds_every_frames_pixels(make_shot, tmp_path):
    shot = make_shot(tmp_path, data=Window(-4, 3, 50, 40)).write((1001, 1002))
    replace(shot, data=Window(2, -1, 60, 30)).write((1003,))
    found = opened(shot)
    assert (found.raster, found.display) == (Window(-4, -1, 66, 44), Window(0, 0, 96, 64))
    linear = found.linear(found.read_plate(1003))
    assert np.isnan(linear[0, 0]).all() and np.isfinite(linear[0, 6:]).all()


def test_a_frame_in_its_own_space_is_read_linear_and_stored_back(make_shot, tmp_path):
    found = opened(make_shot(tmp_path).write(), space="ACEScct")
    frame = found.read_plate(1001)
    linear = found.linear(frame)
    stored = found.stored(linear, frame, frame.data)
    assert np.allclose(stored, np.stack([frame.planes[c] for c in "RGB"], -1), atol=1e-3)
    assert not np.allclose(linear, stored, atol=0.1)


def test_stored_colour_under_alpha_is_stored_as_it_was(make_shot, tmp_path):
    shot = make_shot(tmp_path).write()
    for number in (1001, 1002):
        frame = read_frame(shot.path(number))
        half = {name: (plane / 2).astype(np.float16) for name, plane in frame.planes.items()}
        half["A"] = np.full((64, 96), 0.5, np.float16)
        write_frame(shot.path(number), replace(frame, planes=half))
    found = opened(shot, space="ACEScct")
    frame = found.read_plate(1001)
    assert np.allclose(
        found.stored(found.linear(frame), frame, frame.data), np.stack([frame.planes[c] for c in "RGB"], -1), atol=1e-3
    )


def test_missing_frames_are_an_error_that_names_them(tiny):
    tiny.path(1002).unlink()
    tiny.path(1003).unlink()
    with pytest.raises(MissingFrames, match="plate.####.exr: 1002-1003 are missing; render them, or set missing to"):
        opened(tiny)


@pytest.mark.parametrize(("policy", "stand_in"), [("nearest", 1001), ("hold", 1001)])
def test_a_stand_in_is_another_frame(tiny, policy, stand_in):
    tiny.path(1002).unlink()
    found = opened(tiny, missing=policy)
    assert found.frames == (1001, 1002, 1003, 1004, 1005)
    assert np.array_equal(found.linear(found.read_plate(1002)), found.linear(found.read_plate(stand_in)))


def test_a_black_stand_in_shows_no_layer(tiny):
    matte = tiny.write_matte(Window(20, 20, 40, 20))
    tiny.path(1002).unlink()
    found = opened(tiny, missing="black", matte={"path": matte})
    assert not found.linear(found.read_plate(1002)).any()
    assert not found.surface(1002, found.read_plate(1002)).any()
    assert not found.read_proxy(1002)[0].mask.any()
    assert found.read_proxy(1003)[0].mask.any()


def test_skipped_frames_are_not_in_the_shot(tiny):
    tiny.path(1002).unlink()
    assert opened(tiny, missing="skip").frames == (1001, 1003, 1004, 1005)


def test_a_stand_in_from_outside_the_range_must_fit_too(tiny, make_shot):
    tiny.path(1002).unlink()
    small = Window(0, 0, 64, 64)
    make_shot(tiny.folder, data=small, display=small).write((1001,))
    with pytest.raises(MismatchedPictures, match="64x64"):
        opened(tiny, missing="nearest", frames="1002-1005")


def test_frames_of_another_size_are_named(tiny, make_shot):
    small = Window(0, 0, 80, 60)
    make_shot(tiny.folder, data=small, display=small).write((1002, 1004))
    with pytest.raises(MismatchedPictures, match=r"frames 1002,1004 are 80x60 where frame 1001 is 96x64; .*--frames"):
        opened(tiny)


def test_a_matte_of_another_size_is_refused(tiny):
    matte = tiny.write_matte(Window(10, 10, 20, 20), size=(48, 32))
    with pytest.raises(MismatchedPictures, match=r"matte.1001.exr is 48x32, the plate is 96x64"):
        opened(tiny, matte={"path": matte})


def test_a_matte_without_the_channel_is_named(tiny):
    matte = tiny.write_matte(Window(10, 10, 20, 20))
    with pytest.raises(InputError, match=r"matte.1001.exr: there is no channel hero; the picture has Y"):
        opened(tiny, matte={"path": matte, "channel": "hero"}).read_cut(1001)


def test_a_matte_is_inverted_and_grown(tiny):
    matte = tiny.write_matte(Window(40, 20, 20, 20))
    plain, inverted, grown = (
        opened(tiny, matte={"path": matte, **more}).read_cut(1003) for more in ({}, {"invert": True}, {"dilate": 2})
    )
    assert plain.sum() == 400
    assert np.array_equal(inverted, 1 - plain)
    assert 400 < grown.sum() < 24 * 24 + 1


def test_dilating_by_a_radius_and_back_is_the_same_for_a_disc():
    y, x = np.mgrid[:41, :41]
    disc = (np.hypot(x - 20, y - 20) < 10).astype(np.float32)
    assert np.array_equal(dilated(dilated(disc, 3), -3), disc)


def test_a_plate_without_colour_is_named(tiny):
    for number in (1001, 1002, 1003, 1004, 1005):
        frame = read_frame(tiny.path(number))
        write_frame(tiny.path(number), replace(frame, planes={"Z": frame.planes["R"]}))
    with pytest.raises(InputError, match=r"plate.1001.exr: there is no colour \(R, G, B or Y\); the picture has Z"):
        opened(tiny).read_plate(1001)


def test_nan_and_infinity_are_counted_and_masked(tiny):
    frame = read_frame(tiny.path(1001))
    frame.planes["R"][5:8, 10:12] = np.nan
    frame.planes["G"][40, 40] = np.inf
    write_frame(tiny.path(1001), frame)
    proxy, bad = opened(tiny).read_proxy(1001)
    assert bad == 7
    assert np.isfinite(proxy.luma).all()
    assert np.count_nonzero(proxy.mask == 0) == 7


def test_one_frame_is_not_a_shot(make_shot, tmp_path):
    with pytest.raises(InputError, match="a shot needs two frames or more on disk, there is 1"):
        opened(make_shot(tmp_path).write((1001,)))


def test_a_key_must_be_one_of_the_frames(tiny):
    with pytest.raises(UsageError, match="key frame 1009 is not among the shot's frames 1001-1005"):
        opened(tiny, key=1009)


def test_the_fingerprint_changes_with_any_file_that_is_read(tiny):
    matte = tiny.write_matte(Window(10, 10, 20, 20))
    values = {"matte": {"path": matte}, "vectors": {"forward": str(tiny.folder / "none.####.exr")}}
    before = opened(tiny, **values).fingerprint()
    assert before == opened(tiny, **values).fingerprint()
    tiny.write_matte(Window(10, 10, 21, 20))
    after_matte = opened(tiny, **values).fingerprint()
    tiny.write((1004,))
    assert len({before, after_matte, opened(tiny, **values).fingerprint()}) == 3


def test_the_shots_own_files_are_no_outputs(tiny):
    found = opened(tiny)
    found.require_outputs([tiny.folder / "other.1001.exr"])
    link = tiny.folder / "link.exr"
    link.symlink_to(tiny.path(1002))
    for path in (tiny.path(1003), tiny.folder / "." / tiny.path(1001).name, link):
        with pytest.raises(UsageError, match="is a file of the shot itself; write to another name"):
            found.require_outputs([path])
