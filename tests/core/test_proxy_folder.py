"""A shot at proxy size is a shot, kept as long as what it was made of is the same."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest
from unreel.core.cli import main
from unreel.core.exr_read import read_frame
from unreel.core.frame import Window, rgb
from unreel.core.made import made_id
from unreel.core.proxy_folder import (
    NOTE,
    Span,
    area_weights,
    at_proxy_size,
    proxy_path,
    proxy_size,
    reduced_plate,
)
from unreel.core.settings import LightSettings
from unreel.core.solved import open_solved
from unreel.core.unreel_folder import UnreelFolder

SIZE = (64, 43)
"""Of the solve, where a plate of 96x64 is solved at 64 pixels."""


@pytest.fixture(scope="module")
def half(tiny_shot, tmp_path_factory) -> Path:
    """Solved smaller than its plate, with a matte and a canonical; to copy."""
    folder = tmp_path_factory.mktemp("proxy")
    unreel, matte = folder / "half.unreel", tiny_shot.write_matte(Window(8, 8, 72, 48), "proxy_matte")
    words = ("--key", "1003", "--set", "solve.proxy=64", "--matte", matte, "--progress", "none")
    assert main(["train", tiny_shot.plate, "-o", str(unreel), *words]) == 0
    return unreel


@pytest.fixture
def unreel(half: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(half, tmp_path / "half.unreel"))


def make(run, unreel: Path, *words: object, frames: str = "1004,1003"):
    out = proxy_path(UnreelFolder(unreel)) / "maps" / "shot.####.exr"
    return run("propagate", unreel, "-o", out, "--proxy", 80, "--outputs", "live,inverse", "--frames", frames, *words)


def test_the_size_is_a_whole_number_of_times_the_solves():
    plate = Window(0, 0, 1920, 1080)
    assert proxy_size((480, 270), plate, 960) == (960, 540)
    assert proxy_size((640, 360), plate, 960) == (640, 360)
    assert proxy_size((1920, 1080), plate, 960) == (1920, 1080)
    assert proxy_size((480, 270), Window(0, 0, 854, 480), 960) == (480, 270)
    assert proxy_size((96, 64), Window(0, 0, 96, 64), 960) == (96, 64)


@pytest.mark.slow
def test_it_is_a_solved_shot_whose_maps_lead_to_the_same_places(run, unreel: Path):
    assert make(run, unreel).code == 0
    whole, small = (open_solved(UnreelFolder(path)) for path in (unreel, proxy_path(UnreelFolder(unreel))))
    assert small.size == SIZE == small.model.solve_size
    assert small.shot.frames == whole.shot.frames
    ratio = np.array(whole.size) / SIZE
    at = (small.xy_key(1005)[20, 30] + 0.5) * ratio - 0.5
    x, y = (np.array([30.5, 20.5]) * ratio - 0.5)[:, None]
    np.testing.assert_allclose(at, whole.xy_key_at(1005, x, y)[0, 0], atol=1e-3)
    expected = cv2.resize(whole.linear(1004), SIZE, interpolation=cv2.INTER_AREA)
    np.testing.assert_allclose(small.linear(1004), expected, rtol=1e-3)
    cut = whole.shot.read_cut(1004)
    assert cut is not None
    expected = cv2.resize(cut, SIZE, interpolation=cv2.INTER_AREA)
    np.testing.assert_allclose(small.shot.read_cut(1004), expected, atol=1e-3)


@pytest.mark.slow
def test_it_is_kept_until_the_shot_is_trained_anew(run, unreel: Path):
    place, folder = proxy_path(UnreelFolder(unreel)), UnreelFolder(unreel)
    assert make(run, unreel).code == 0
    plate, note = place / "plate.1003.exr", json.loads((place / NOTE).read_text(encoding="utf-8"))
    assert note["trained"] == made_id(folder, "train") and note["size"] == list(SIZE)
    assert (note["raster"], note["key"], note["frames"]) == ([0, 0, 96, 64], 1003, "1001-1005")
    before, left = plate.stat().st_mtime_ns, place / "maps" / "shot_live_st.1003.exr"
    assert make(run, unreel, frames="1001").code == 0
    assert plate.stat().st_mtime_ns == before and left.exists()
    words = ("--key", "1002", "--set", "solve.proxy=64", "--progress", "none")
    plain = json.loads((unreel / "made" / "train.json").read_text(encoding="utf-8"))["settings"]["plate"]
    assert main(["train", plain, "-o", str(unreel), *words]) == 0
    assert make(run, unreel, frames="1001").code == 0
    assert plate.stat().st_mtime_ns != before and not left.exists()
    assert not (place / "matte.1003.exr").exists()
    assert json.loads((place / NOTE).read_text(encoding="utf-8"))["key"] == 1002


@pytest.mark.slow
def test_a_canonical_that_is_there_is_reduced(run, unreel: Path, tmp_path: Path):
    assert run("export", unreel, "-o", tmp_path / "canonical.exr").code == 0
    assert make(run, unreel).code == 0
    whole = read_frame(unreel / "canonical_plate.1003.exr")
    small = read_frame(proxy_path(UnreelFolder(unreel)) / "canonical_plate.1003.exr")
    covered = small.planes["A"].astype(np.float32)
    assert covered.sum() * (96 / 64) * (64 / 43) == pytest.approx(whole.planes["A"].astype(np.float32).sum(), rel=1e-3)
    assert rgb(small).mean() * small.data.width * small.data.height == pytest.approx(
        rgb(whole).mean() * whole.data.width * whole.data.height * SIZE[0] * SIZE[1] / (96 * 64), rel=1e-3
    )


@pytest.mark.slow
def test_frames_come_in_the_order_they_were_asked_for_and_the_canonical_before_them(run, unreel: Path):
    assert make(run, unreel, "--set", "solve.threads=1", frames="1004").code == 2  # only light and match are set here
    assert make(run, unreel, frames="1004,1003,1005,1001").code == 0
    maps = proxy_path(UnreelFolder(unreel)) / "maps"
    times = {n: os.stat(maps / f"shot_live_hold.{n}.exr").st_mtime_ns for n in (1004, 1003, 1005, 1001)}
    assert max(times[1004], times[1003]) < min(times[1005], times[1001])  # two at a time
    assert os.stat(maps / "shot_live_canonical.exr").st_mtime_ns < min(times.values())
    assert json.loads((maps / "shot_live.json").read_text(encoding="utf-8"))["frames"] == "1001,1003-1005"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--outputs", "comp,live"), "--proxy is for inverse and live, not for comp"),
        (("--outputs", "live", "--times", "1001-1002x0.5"), "leave out --times"),
    ],
)
@pytest.mark.slow
def test_what_is_not_made_at_that_size_is_refused(run, unreel: Path, words, says):
    refused = run("propagate", unreel, "-o", unreel / "a.####.exr", "--proxy", 96, *words)
    assert refused.code == 2 and says in refused.err
    assert not (unreel / "live").exists()


def test_what_is_no_unreel_folder_is_left_alone(run, tmp_path: Path):
    assert make(run, tmp_path / "no.unreel").code == 3
    assert not (tmp_path / "no.unreel").exists()


def test_samples_that_are_not_finite_are_left_out_of_the_mean():
    plate = np.ones((4, 6, 3), np.float32)
    plate[:2, :2] = np.nan
    plate[2, 2:4] = np.inf
    small = reduced_plate(plate, (3, 2))
    assert np.isnan(small[0, 0]).all()
    assert np.isnan(small[1, 1]).all()  # half of it is too little
    np.testing.assert_array_equal(small[np.isfinite(small)], 1)
    assert np.isfinite(small).all(2).sum() == 4


def test_each_reduced_pixel_is_the_mean_of_what_it_covers():
    source = Span(-3, 12)
    target = source.reduced(1.5)
    assert target == Span(-2, 8)
    weights = area_weights(target, source, 1.5)
    np.testing.assert_allclose(weights.sum(1), 1, rtol=1e-6)
    np.testing.assert_allclose(weights[0, :3], [2 / 3, 1 / 3, 0], rtol=1e-6)
    assert area_weights(Span(1, 1), Span(0, 2), 1.5).sum() == pytest.approx(1 / 3)  # the rest is not there


@pytest.mark.slow
def test_light_is_as_fine_on_the_picture(half: Path):
    solved = open_solved(UnreelFolder(half))

    class Small:
        size = (48, 32)

    assert at_proxy_size(LightSettings(sigma=4), solved, Small()).sigma == 2
    assert at_proxy_size(LightSettings(), solved, Small()).sigma is None
