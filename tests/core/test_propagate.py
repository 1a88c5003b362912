from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

import cv2
import numpy as np
import pytest
from unreel.core import rendering
from unreel.core.cli import main
from unreel.core.color import Color
from unreel.core.coordinates import index_from_st
from unreel.core.errors import Cancelled
from unreel.core.exr_read import read_frame
from unreel.core.exr_write import write_frame, write_picture
from unreel.core.frame import Attribute, Frame, Window, alpha, rgb
from unreel.core.propagate import named, remove_leftovers

pytestmark = pytest.mark.slow

FRAMES = (1001, 1002, 1003, 1004, 1005)
KEY = 1003
DISPLAY = Window(0, 0, 120, 60)
DATA = Window(-7, 5, 90, 70)
"""Smaller than the display window, offset from it and partly beyond it, to the left and below."""
FOREIGN = {
    "compression": Attribute("string", "zips"),
    "PixelAspectRatio": Attribute("float", 2.0),
    "FramesPerSecond": Attribute("rational", (24000, 1001)),
    "worldToCamera": Attribute("matrix", tuple(float(i) for i in range(16))),
    "nuke/node_hash": Attribute("string", "ab12"),
    "camera/take": Attribute("int", 4),
}


def bits(plane):
    return np.ascontiguousarray(plane).view(f"u{plane.dtype.itemsize}")


def differing(a, b):
    """[h, w] bool: where any sample of any channel has other bits."""
    assert list(a.planes) == list(b.planes)
    assert [p.dtype for p in a.planes.values()] == [p.dtype for p in b.planes.values()]
    return np.any([bits(a.planes[name]) != bits(b.planes[name]) for name in a.planes], axis=0)


def psnr(a, b, where):
    return -10 * np.log10(((a - b)[where] ** 2).mean())


@dataclass(frozen=True)
class OddShot:
    """What production hands over: half colour from -0.1 to 60, NaN and infinities, five channels more, odd windows."""

    tiny: object

    def frame(self, number):
        rng = np.random.default_rng(number)
        data = Window(DATA.x + (number == 1002), DATA.y, DATA.width - (number == 1004), DATA.height)
        colour = self.tiny.colour(number, data)
        least, most = np.quantile(self.tiny.colour(KEY, DISPLAY), (0.01, 0.99))
        colour = np.where(colour < least, -0.1, np.where(colour > most, 60.0, colour)).astype(np.float16)
        colour[2, 3], colour[50, 70], colour[51, 71, 1] = np.nan, np.inf, -np.inf
        planes = dict(zip("RGB", np.moveaxis(colour, 2, 0), strict=True))
        planes |= {
            "Z": rng.standard_normal(data.shape).astype(np.float32),
            "forward.u": rng.standard_normal(data.shape).astype(np.float16),
            "forward.v": rng.standard_normal(data.shape).astype(np.float16),
            "id": rng.integers(0, 1 << 32, data.shape, np.uint32),
            "matte.hero": rng.integers(0, 1 << 16, data.shape, np.uint16).view(np.float16),
        }
        time = Attribute("timecode", (0x01020300 + number - 1000, 0))
        return Frame(planes, data, DISPLAY, {**FOREIGN, "smpte:TimeCode": time})


@pytest.fixture(scope="module")
def odd(make_shot, make_paint, tmp_path_factory):
    """A folder with an odd plate, trained, a red box painted on its frame 1001, and every output of all frames."""
    folder = tmp_path_factory.mktemp("odd")
    shot = OddShot(make_shot(folder))
    for number in FRAMES:
        write_frame(folder / f"plate.{number}.exr", shot.frame(number))
    unreel = folder / "odd.unreel"
    assert main(["train", str(folder / "plate.####.exr"), "-o", str(unreel), "--key", str(KEY)]) == 0
    make_paint(folder / "mark.exr", Window(30, 30, 14, 10), DISPLAY)
    assert main(["import", str(unreel), str(folder / "mark.exr"), "--on", "1001"]) == 0
    outputs = "comp,layer,stmap,inverse,visibility,confidence"
    assert main(["propagate", str(unreel), "-o", str(folder / "out.####.exr"), "--outputs", outputs]) == 0
    return folder


@pytest.mark.parametrize("number", FRAMES)
def test_outside_the_edit_every_sample_of_every_channel_is_the_plates_own_bit(odd, number):
    plate, out = read_frame(odd / f"plate.{number}.exr"), read_frame(odd / f"out.{number}.exr")
    layer = read_frame(odd / f"out_layer.{number}.exr")
    assert (out.data, out.display) == (plate.data, plate.display)
    footprint = (alpha(layer) > 0) | (rgb(layer) != 0).any(2)
    footprint = footprint[plate.data.slices_in(layer.data)]
    changed = differing(plate, out)
    assert changed.any()  # the paint is there
    assert np.count_nonzero(changed & ~footprint) == 0
    for name in set(plate.planes) - set("RGB"):
        assert np.array_equal(bits(plate.planes[name]), bits(out.planes[name]))


@pytest.mark.parametrize("number", FRAMES)
def test_the_paint_lies_where_the_plane_has_moved_to(odd, number):
    plate, out = read_frame(odd / f"plate.{number}.exr"), read_frame(odd / f"out.{number}.exr")
    rows, columns = np.nonzero(differing(plate, out))
    centre = columns.mean() + plate.data.x, rows.mean() + plate.data.y
    assert np.allclose(centre, (36.5 + 3 * (number - 1001), 34.5 + number - 1001), atol=0.5)


@pytest.mark.parametrize("number", FRAMES)
def test_all_metadata_is_there(odd, number):
    plate, out = read_frame(odd / f"plate.{number}.exr"), read_frame(odd / f"out.{number}.exr")
    assert out.timecode == plate.timecode == f"01:02:03:{number - 1000:02d}"
    assert {name: value for name, value in out.metadata.items() if not name.startswith("unreel/")} == plate.metadata


def test_the_values_go_from_below_0_to_far_above_1(odd):
    picture = rgb(read_frame(odd / "plate.1003.exr"))
    finite = picture[np.isfinite(picture)]
    assert (finite.min(), finite.max()) == (np.float16(-0.1), 60)


def test_nan_and_infinity_pass_through(odd):
    plate, out = read_frame(odd / "plate.1002.exr"), read_frame(odd / "out.1002.exr")
    assert np.isnan(out.planes["R"][2, 3])
    assert out.planes["G"][50, 70] == np.inf and out.planes["G"][51, 71] == -np.inf
    assert np.array_equal(np.isfinite(rgb(out)), np.isfinite(rgb(plate)))


def test_maps_and_layer_keep_the_plates_time_and_rate(odd):
    for name in ("layer", "stmap", "inverse", "visibility", "confidence"):
        made = read_frame(odd / f"out_{name}.1002.exr")
        assert (made.timecode, made.frame_rate.numerator, made.pixel_aspect) == ("01:02:03:02", 24000, 2.0)
        assert made.display == DISPLAY
        assert all(np.isfinite(plane).all() for plane in made.planes.values())


def test_the_canonical_has_the_plates_display_window_pixel_aspect_and_rate(odd, run):
    plate, path = read_frame(odd / f"plate.{KEY}.exr"), odd / "canonical.exr"
    assert run("export", odd / "odd.unreel", "-o", path, "--guides").code == 0
    made = read_frame(path)
    assert (made.display, made.pixel_aspect, made.frame_rate) == (DISPLAY, 2.0, plate.frame_rate)
    assert made.timecode == plate.timecode and made.data.contains(plate.data)
    key = plate.data.slices_in(made.data)
    known = np.isfinite(rgb(plate)).all(2)
    assert np.array_equal(rgb(made)[key][known], rgb(plate)[known])


def host_st_map(st, picture):
    """What a host makes of picture and ST map over the map's window: (colour, where it is to be compared)."""
    xy = index_from_st(rgb(st)[..., :2], picture.data, picture.display)
    inside = (xy > 3).all(-1) & (xy < np.array([picture.data.width, picture.data.height]) - 4).all(-1)
    inside &= cv2.remap(calm(picture), xy, None, cv2.INTER_NEAREST) > 0
    finite = np.nan_to_num(rgb(picture), posinf=0, neginf=0)
    return cv2.remap(finite, xy, None, cv2.INTER_CUBIC), inside & (alpha(st) > 0)


def calm(frame):
    """Where no lamp, NaN or infinity is near: a hundredth of a pixel is a lot at a step of 60."""
    loud = ~(np.abs(rgb(frame)).max(-1) < 10)
    return 1 - cv2.dilate(loud.astype(np.uint8), np.ones((7, 7), np.uint8))


@pytest.mark.parametrize(
    ("map_name", "source", "target"),
    [(name, *pair) for n in FRAMES for name, pair in (("stmap", (KEY, n)), ("inverse", (n, KEY)))],
)
def test_a_host_gets_the_frame_by_the_st_map_and_the_canonical_by_the_inverse(odd, map_name, source, target):
    number = source + target - KEY
    st, target_frame = read_frame(odd / f"out_{map_name}.{number}.exr"), read_frame(odd / f"plate.{target}.exr")
    found, inside = host_st_map(st, read_frame(odd / f"plate.{source}.exr"))
    own = target_frame.data.slices_in(st.data)
    where = inside[own] & (calm(target_frame) > 0)
    assert where.mean() > 0.5
    assert psnr(found[own], rgb(target_frame), where) > 45


def test_the_key_frames_maps_are_the_identity(odd):
    for name in ("stmap", "inverse"):
        st = read_frame(odd / f"out_{name}.{KEY}.exr")
        xy = index_from_st(rgb(st)[..., :2], st.data, st.display)
        rows, columns = np.nonzero(alpha(st) > 0)
        assert np.abs(xy[rows, columns] - np.stack([columns, rows], -1)).max() < 1e-3


def test_the_layer_over_the_plate_is_the_result(odd):
    plate, out = read_frame(odd / "plate.1005.exr"), read_frame(odd / "out.1005.exr")
    layer = read_frame(odd / "out_layer.1005.exr")
    own = plate.data.slices_in(layer.data)
    changed = differing(plate, out)
    laid = rgb(layer)[own] + (1 - alpha(layer)[own].astype(np.float32))[..., None] * rgb(plate)
    assert np.allclose(laid[changed], rgb(out)[changed], atol=0.01)


def test_every_bit_comes_through_in_float_and_from_a_lossy_plate(make_shot, make_paint, run, tmp_path):
    lossy = {"compression": Attribute("string", "dwaa")}
    for name, kind in (("float", {"dtype": np.float32}), ("lossy", {"metadata": lossy})):
        shot = make_shot(tmp_path / name, **kind).write()
        unreel = tmp_path / f"{name}.unreel"
        assert run("train", shot.plate, "-o", unreel, "--key", KEY).code == 0
        assert run("import", unreel, make_paint(tmp_path / "mark.exr", Window(40, 24, 16, 12))).code == 0
        out = tmp_path / f"{name}.1002.exr"
        assert run("propagate", unreel, "-o", out, "--frames", 1002).code == 0
        changed = differing(read_frame(shot.path(1002)), read_frame(out))
        assert 150 < np.count_nonzero(changed) < 500


def test_a_plate_in_another_space_stays_in_that_space(make_shot, make_paint, run, tmp_path):
    shot = make_shot(tmp_path / "log")
    for number in FRAMES:
        linear = shot.frame(number)
        planes = {name: (np.log2(p.astype(np.float32).clip(1e-4)) + 9.72) / 17.52 for name, p in linear.planes.items()}
        write_frame(shot.path(number), replace(linear, planes={n: p.astype(np.float16) for n, p in planes.items()}))
    unreel = tmp_path / "log.unreel"
    assert run("train", shot.plate, "-o", unreel, "--key", KEY, "--set", "space=ACEScct").code == 0
    assert run("import", unreel, make_paint(tmp_path / "mark.exr", Window(40, 24, 16, 12))).code == 0
    assert run("propagate", unreel, "-o", tmp_path / "out.####.exr", "--frames", "1002", "--no-light").code == 0
    plate, out = read_frame(shot.path(1002)), read_frame(tmp_path / "out.1002.exr")
    changed = differing(plate, out)
    assert 150 < np.count_nonzero(changed) < 500
    linear_red = 2 ** (float(out.planes["R"][29, 45]) * 17.52 - 9.72)
    assert linear_red == pytest.approx(0.8, rel=0.02)


def test_an_8_bit_plate_becomes_a_scene_linear_exr(make_shot, run, tmp_path):
    shot = make_shot(tmp_path)
    for number in FRAMES:
        coded = Color().from_linear(shot.colour(number), "texture_paint")
        write_picture(tmp_path / f"plate.{number}.png", np.rint(coded.clip(0, 1) * 255).astype(np.uint8))
    write_picture(tmp_path / "mark.png", np.zeros((64, 96, 4), np.uint8))
    unreel = tmp_path / "png.unreel"
    assert run("train", tmp_path / "plate.####.png", "-o", unreel, "--key", KEY).code == 0
    assert run("import", unreel, tmp_path / "mark.png").code == 0
    assert run("propagate", unreel, "-o", tmp_path / "out.####.exr").code == 0
    out = read_frame(tmp_path / "out.1001.exr")
    assert {plane.dtype for plane in out.planes.values()} == {np.dtype(np.float16)}
    stored = rgb(read_frame(tmp_path / "plate.1001.png"))
    assert np.allclose(rgb(out), Color().to_linear(stored, "texture_paint"), rtol=1e-3, atol=1e-4)


def test_a_jpeg_plate_becomes_an_exr(make_shot, make_paint, run, tmp_path):
    shot = make_shot(tmp_path)
    for number in FRAMES:
        coded = Color().from_linear(shot.colour(number), "texture_paint")
        cv2.imwrite(str(tmp_path / f"plate.{number}.jpg"), np.rint(coded.clip(0, 1) * 255).astype(np.uint8)[..., ::-1])
    unreel = tmp_path / "jpeg.unreel"
    assert run("train", tmp_path / "plate.####.jpg", "-o", unreel, "--key", KEY).code == 0
    assert run("import", unreel, make_paint(tmp_path / "mark.exr", Window(40, 24, 16, 12))).code == 0
    assert run("propagate", unreel, "-o", tmp_path / "out.####.exr", "--frames", "1001", "--no-light").code == 0
    out, stored = read_frame(tmp_path / "out.1001.exr"), rgb(read_frame(tmp_path / "plate.1001.jpg"))
    plate = Color().to_linear(stored, "texture_paint")
    away = np.ones((64, 96), bool)
    away[20:38, 30:54] = False
    assert np.allclose(rgb(out)[away], plate[away], rtol=1e-3, atol=1e-4)
    assert rgb(out)[27, 41] == pytest.approx((0.8, 0.05, 0.05), rel=0.02)


def test_a_straight_alpha_plate_becomes_a_premultiplied_exr(make_shot, run, tmp_path):
    shot = make_shot(tmp_path)
    half = np.full((64, 96, 1), 255, np.uint8)
    half[:, 80:] = 128
    for number in FRAMES:
        coded = np.full((64, 96, 3), 188, np.uint8) + (shot.colour(number) * 40).clip(0, 60).astype(np.uint8)
        write_picture(tmp_path / f"plate.{number}.png", np.concatenate([coded, half], 2))
    write_picture(tmp_path / "mark.png", np.zeros((64, 96, 4), np.uint8))
    unreel = tmp_path / "png.unreel"
    assert run("train", tmp_path / "plate.####.png", "-o", unreel, "--key", KEY).code == 0
    assert run("import", unreel, tmp_path / "mark.png").code == 0
    assert run("propagate", unreel, "-o", tmp_path / "out.####.exr", "--frames", KEY).code == 0
    out = read_frame(tmp_path / f"out.{KEY}.exr")
    assert alpha(out)[0, 90] == pytest.approx(128 / 255, abs=1e-3)
    stored = rgb(read_frame(tmp_path / f"plate.{KEY}.png"))
    straight = Color().to_linear(stored, "texture_paint")
    assert np.allclose(rgb(out)[0, 90], straight[0, 90] * 128 / 255, rtol=2e-3)
    assert np.allclose(rgb(out)[0, 70], straight[0, 70], rtol=2e-3)


def test_propagating_twice_writes_the_same(painted, run, tmp_path):
    for name in "ab":
        assert run("propagate", painted, "-o", tmp_path / f"{name}.####.exr").code == 0
    for number in FRAMES:
        first, second = (read_frame(tmp_path / f"{name}.{number}.exr") for name in "ab")
        assert not differing(first, second).any()


def test_without_light_the_paint_keeps_its_own_colour(painted, run, tmp_path):
    assert run("propagate", painted, "-o", tmp_path / "a.exr", "--frames", KEY, "--no-light").code == 0
    out = read_frame(tmp_path / "a.exr")
    assert rgb(out)[29, 47] == pytest.approx((0.8, 0.05, 0.05), rel=0.01)


def test_outputs_have_names_of_their_own():
    both = ("comp", "stmap")
    assert named("a/out.####.exr", "comp", 7, 2, both).name == "out.0007.exr"
    assert named("a/out.####.exr", "stmap", 7, 2, both).name == "out_stmap.0007.exr"
    assert named("a/out.####.exr", "stmap", 7, 2, ("stmap",)).name == "out.0007.exr"
    assert named("a/v1.2.####.exr", "stmap", 7, 2, both) == Path("a/v1.2_stmap.0007.exr")


def test_what_a_killed_run_left_is_taken_away_and_nothing_else(tmp_path):
    ours, other = tmp_path / ".out.0007.0123456789ab.tmp.exr", tmp_path / ".other.0007.0123456789ab.tmp.exr"
    ours.touch()
    other.touch()
    remove_leftovers([tmp_path / "out.0007.exr", tmp_path / "out.0008.exr"])
    assert not ours.exists() and other.exists()


def test_a_stop_is_heard_between_a_frames_making_and_its_writing(painted, tmp_path):
    asked = count()
    with pytest.raises(Cancelled):
        rendering.propagate(
            painted, str(tmp_path / "a.#.exr"), None, ["mark"], ("comp",), {}, lambda _: None, lambda: next(asked) > 0
        )
    assert not list(tmp_path.iterdir())
