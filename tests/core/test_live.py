"""What a host's nodes make of live maps is what the core renders."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from unreel.core.cli import main
from unreel.core.compose import LightSettings
from unreel.core.errors import UsageError
from unreel.core.exr_read import read_frame
from unreel.core.exr_write import write_frame
from unreel.core.frame import Attribute, Window, rgb
from unreel.core.live import held_share, without_holes
from unreel.core.output_plate import Moment, own_plate
from unreel.core.propagate import Composited, Layer, check_request, composite
from unreel.core.rendering import painted_layers
from unreel.core.report import silent
from unreel.core.settings import MatchSettings
from unreel.core.source import make_source
from unreel.core.surface_in_frame import surface_in_frame
from unreel.core.texture import Texture

from .live_host import LiveFiles, Resample, as_the_core, catmull_rom, index_map, lay_live, on_canvas

SAMPLE = Path(__file__).resolve().parents[2] / "core" / "sample"
SAMPLE_FRAMES = (1, 6, 14)
"""The key, the van alone, and the van half behind the pillar."""
ODD_FRAMES = (1001, 1003, 1005)
ODD_DATA, ODD_DISPLAY = Window(-7, 5, 90, 70), Window(0, 0, 120, 60)


class Painted:
    """An unreel folder and the live maps beside it."""

    def __init__(self, unreel: Path) -> None:
        [self.layer] = painted_layers(unreel, [])
        self.files = LiveFiles(unreel.parent)
        self.texture = self.layer.textures[0]

    def plate(self, number: int) -> np.ndarray:
        return own_plate(self.layer.solved, number).linear

    def rendered(self, number: int, texture: Texture) -> Composited:
        under = own_plate(self.layer.solved, number)
        source = make_source(texture, self.layer.folder, self.layer.solved, silent)
        assert source is not None
        return composite(under, [source], Moment(number, number), LightSettings(), MatchSettings())

    def paint(self, texture: Texture) -> np.ndarray:
        canvas = self.files.canonical.data
        return texture.opacity * on_canvas(texture.layer, texture.alpha, texture.window, canvas)

    def live(self, number: int, texture: Texture, resample: Resample) -> np.ndarray:
        return lay_live(self.plate(number), self.paint(texture), self.files, number, resample, texture.mode)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Painted:
    folder = tmp_path_factory.mktemp("live")
    unreel, frames = folder / "van.unreel", ",".join(map(str, SAMPLE_FRAMES))
    quiet = ("--progress", "none")
    plate, matte = (str(SAMPLE / f"{name}.####.exr") for name in ("beauty", "matte"))
    train = ("train", plate, "--matte", matte, "--key", "1", "--frames", frames, "-o", str(unreel), *quiet)
    assert main([*train]) == 0
    assert main(["import", str(unreel), str(SAMPLE / "edit.exr"), *quiet]) == 0
    assert main(["propagate", str(unreel), "-o", str(folder / "out.####.exr"), "--outputs", "comp,live", *quiet]) == 0
    return Painted(unreel)


def change(live: np.ndarray, rendered: Composited) -> float:
    return float(np.abs(live - rendered.linear).max())


@pytest.mark.slow
@pytest.mark.parametrize("number", SAMPLE_FRAMES)
@pytest.mark.parametrize("mode", ["over", "replace", "add", "multiply"])
def test_with_the_cores_own_sampler_live_is_rendered(sample: Painted, number: int, mode: str) -> None:
    texture = replace(sample.texture, mode=mode, opacity=0.7)
    rendered = sample.rendered(number, texture)
    assert change(sample.plate(number), rendered) > 0.1  # there is something to be equal to
    assert change(sample.live(number, texture, as_the_core), rendered) < 1e-3


@pytest.mark.slow
@pytest.mark.parametrize("number", SAMPLE_FRAMES)
def test_with_a_hosts_filter_live_is_rendered(sample: Painted, number: int) -> None:
    rendered = sample.rendered(number, sample.texture)
    live = sample.live(number, sample.texture, catmull_rom)
    inside = rendered.alpha > 0
    error = np.abs(live - rendered.linear)
    assert error[inside].mean() < 1e-3
    assert error.max() < 0.02
    assert np.abs(sample.plate(number) - rendered.linear)[inside].mean() > 0.1


@pytest.mark.slow
@pytest.mark.parametrize("number", SAMPLE_FRAMES)
def test_where_no_paint_is_read_the_plate_keeps_its_bits(sample: Painted, number: int) -> None:
    plate, live = sample.plate(number), sample.live(number, sample.texture, catmull_rom)
    marked = (np.abs(sample.paint(sample.texture)).max(2) > 0).astype(np.uint8)
    wide = cv2.dilate(marked, np.ones((5, 5), np.uint8))
    at = np.rint(index_map(sample.files, number)).astype(np.float32)
    read = cv2.remap(wide, at, None, cv2.INTER_NEAREST) > 0
    assert (live != plate).any() and read.mean() < 0.2
    assert live[~read].tobytes() == plate[~read].tobytes()


@pytest.mark.slow
def test_the_maps_are_finite_and_lie_within_their_limits(sample: Painted) -> None:
    for number in SAMPLE_FRAMES:
        st, gain, hold = (sample.files.rgba(what, number) for what in ("st", "gain", "hold"))
        assert all(np.isfinite(each).all() for each in (st, gain, hold))
        assert (st[..., 2:] == 1).all()
        assert gain.min() >= 0 and hold.min() >= 0 and hold.max() <= 1
        assert (gain[hold[..., 3] == 0] == 0).all()
        assert {plane.dtype for plane in sample.files.read("gain", number).planes.values()} == {np.dtype(np.float32)}


@pytest.mark.slow
def test_what_a_host_must_know_is_told(sample: Painted) -> None:
    told = json.loads((sample.files.folder / "out_live.json").read_text(encoding="utf-8"))
    canvas, raster = sample.files.canonical.data, sample.layer.solved.shot.raster
    assert told["canonical_window"] == [canvas.x, canvas.y, canvas.width, canvas.height]
    assert told["window"] == told["display"] == [0, 0, raster.width, raster.height]
    assert (told["frames"], told["key"], told["pixel_aspect"], told["notes"]) == ("1,6,14", 1, 1.0, [])
    assert told["light"] == {"strength": 1.0, "sigma": 0.5}
    assert (told["st"], told["canonical"]) == ("out_live_st.####.exr", "out_live_canonical.exr")
    assert (sample.files.folder / told["canonical"]).exists()


@pytest.mark.slow
def test_the_canonical_is_the_exported_one_and_goes_on_where_nothing_was_seen(sample: Painted, run, tmp_path) -> None:
    unreel = sample.layer.folder.path
    assert run("export", unreel, "-o", tmp_path / "canonical.exr").code == 0
    exported, live = read_frame(tmp_path / "canonical.exr"), sample.files.canonical
    covered = live.planes["A"]
    assert (live.data, live.display) == (exported.data, exported.display)
    np.testing.assert_array_equal(covered, exported.planes["A"])
    half = exported.planes["R"].astype(np.float32)
    np.testing.assert_allclose((rgb(live)[..., 0] * covered)[covered > 0.02], half[covered > 0.02], rtol=1e-6)
    assert (covered == 0).any() and (rgb(live)[covered == 0] > 0).all()


@pytest.fixture(scope="module")
def odd(make_shot, make_paint, tmp_path_factory) -> Painted:
    """A data window that is not the display window, pixels twice as wide as high, and samples that are not finite."""
    folder = tmp_path_factory.mktemp("odd")
    aspect = {"PixelAspectRatio": Attribute("float", 2.0)}
    shot = make_shot(folder, data=ODD_DATA, display=ODD_DISPLAY, metadata=aspect)
    for number in ODD_FRAMES:
        frame = shot.frame(number)
        frame.planes["R"][20, 45], frame.planes["G"][40, 50] = np.nan, np.inf
        write_frame(shot.path(number), frame)
    make_paint(folder / "mark.exr", Window(24, 20, 30, 20), ODD_DISPLAY)
    matte = shot.write_matte(Window(-50, -50, 115, 200), size=(ODD_DISPLAY.width, ODD_DISPLAY.height))
    unreel, out = str(folder / "odd.unreel"), str(folder / "out.####.exr")
    assert main(["train", shot.plate, "-o", unreel, "--key", "1003", "--matte", matte, "--frames", "1001-1005x2"]) == 0
    assert main(["import", unreel, str(folder / "mark.exr")]) == 0
    assert main(["propagate", unreel, "-o", out, "--outputs", "live"]) == 0
    return Painted(Path(unreel))


@pytest.mark.slow
@pytest.mark.parametrize("number", ODD_FRAMES)
def test_windows_and_pixel_aspect_are_the_plates(odd: Painted, number: int) -> None:
    for what in ("st", "gain", "hold"):
        made = odd.files.read(what, number)
        assert (made.data, made.display, made.pixel_aspect) == (ODD_DATA, ODD_DISPLAY, 2.0)
    canonical = odd.files.canonical
    assert canonical.display == ODD_DISPLAY and canonical.data.contains(ODD_DATA) and canonical.data != ODD_DATA
    plate, rendered = odd.plate(number), odd.rendered(number, odd.texture)
    finite = np.isfinite(plate).all(2)
    live = odd.live(number, odd.texture, as_the_core)
    assert np.abs(live[finite] - rendered.linear[finite]).max() < 1e-3
    assert (rendered.alpha > 0.9).sum() > 300
    assert (~finite).sum() == 2
    np.testing.assert_array_equal(live[~finite], plate[~finite])


@pytest.mark.slow
def test_no_texture_is_needed_and_what_live_maps_lack_is_told(trained: Path, run, tmp_path) -> None:
    words = ("--outputs", "live", "--frames", 1001, "--set", "match.grain=1")
    ran = run("propagate", trained, "-o", tmp_path / "out.####.exr", *words)
    notes = json.loads((tmp_path / "out_live.json").read_text(encoding="utf-8"))["notes"]
    assert ran.code == 0 and "match.grain" in ran.err and "without a matte" in ran.err
    assert len(notes) == 2 and "match.grain" in notes[0] and "without a matte" in notes[1]
    ends = (".json", "_canonical.exr", "_st.1001.exr", "_gain.1001.exr", "_hold.1001.exr")
    assert {path.name for path in tmp_path.iterdir()} == {f"out_live{end}" for end in ends}


@pytest.mark.slow
def test_live_maps_lead_to_one_canonical_on_frames_that_there_are(tiny, make_paint, run, tmp_path) -> None:
    unreel, out = tmp_path / "two.unreel", tmp_path / "out.####.exr"
    assert run("train", tiny.plate, "-o", unreel, "--key", 1001, "--key", 1005).code == 0
    paint = make_paint(tmp_path / "mark.exr", Window(40, 24, 16, 12))
    for name, key in (("a", 1001), ("b", 1005)):
        assert run("import", unreel, paint, "--name", name, "--key", key).code == 0
    both = run("propagate", unreel, "-o", out, "--outputs", "live")
    assert both.code == 2 and "keys 1001, 1005" in both.err and "--texture" in both.err
    assert not list(tmp_path.glob("out*"))
    assert run("propagate", unreel, "-o", out, "--outputs", "live", "--texture", "b", "--frames", 1005).code == 0
    assert json.loads((tmp_path / "out_live.json").read_text(encoding="utf-8"))["key"] == 1005
    canvas, xy = LiveFiles(tmp_path).canonical.data, index_map(LiveFiles(tmp_path), 1005)
    np.testing.assert_allclose(xy[30, 50], (50 - canvas.x, 30 - canvas.y), atol=1e-3)
    (tmp_path / "out_live_gain.1005.exr").unlink()
    (tmp_path / "out_live_gain.1005.exr").mkdir()
    assert run("propagate", unreel, "-o", out, "--outputs", "live", "--texture", "b", "--frames", 1005).code != 0
    assert not (tmp_path / "out_live.json").exists()  # it would speak of maps that are not there
    between = run("propagate", unreel, "-o", out, "--outputs", "live", "--texture", "b", "--times", "1001-1002x0.5")
    assert between.code == 2 and "live: not with --times" in between.err


@pytest.mark.slow
@pytest.mark.parametrize("unwritten", ["gain", "hold"])
def test_a_frame_with_an_st_map_has_the_other_maps(trained: Path, run, tmp_path, unwritten: str) -> None:
    (tmp_path / f"o_live_{unwritten}.1003.exr").mkdir()
    assert run("propagate", trained, "-o", tmp_path / "o.####.exr", "--outputs", "live", "--frames", "1003").code == 1
    assert not (tmp_path / "o_live_st.1003.exr").exists()


@pytest.mark.slow
def test_each_layer_has_live_maps_of_its_own(sample: Painted) -> None:
    with pytest.raises(UsageError, match="live: each layer has its own; name one with --layer"):
        check_request([Layer(sample.layer.folder, sample.layer.solved, ())] * 2, (1,), ("live",), None)


def test_paint_takes_away_all_of_the_surface_and_nothing_else() -> None:
    plate = np.full((20, 20, 3), 0.2, np.float32)
    plate[:, 10:] = 0.6
    matte = np.zeros((20, 20), np.float32)
    matte[:, :10], matte[:, 9] = 1, 0.5
    plate[:, 9] = 0.4
    held = held_share(plate, matte)
    np.testing.assert_allclose(held[:, :9], 1)
    np.testing.assert_allclose(held[:, 9], 0.25, rtol=1e-5)  # of 0.4, 0.3 are the occluder's
    assert (held[:, 10:] == 0).all()


def test_the_map_goes_on_as_a_slide_where_it_leads_nowhere() -> None:
    here = np.stack(np.meshgrid(np.arange(30), np.arange(20)), -1).astype(np.float32)
    seen = np.zeros((20, 30), bool)
    seen[5:15, 8:20] = True
    there = surface_in_frame(np.ones((20, 30, 3), np.float32), here + 7, seen.astype(np.float32), seen)
    np.testing.assert_allclose(without_holes(there), here + 7, atol=1e-5)
    nowhere = surface_in_frame(there.plate, here, there.matte * 0, seen)
    np.testing.assert_array_equal(without_holes(nowhere), here)
