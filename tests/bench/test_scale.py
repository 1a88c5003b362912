from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from unreel.core.exr_read import read_frame

from bench.scale import Row, measure, read_rows, swept, write_rows
from bench.scale_plot import draw_curves
from bench.scale_shot import SAMPLE, forth_and_back, write_tiled
from bench.scale_stages import stage_seconds
from bench.scale_wanted import figures

ROW = Row("train", 480, 270, 24, 2, 10.0, 20.0, 400.0, 0, 0)


def test_tiles_go_on_in_their_mirror_images_and_time_turns_round(tmp_path: Path):
    write_tiled(tmp_path, (960, 300), 24)
    own = read_frame(SAMPLE / "beauty.0001.exr").planes["R"]
    picture = read_frame(tmp_path / "beauty.1001.exr").planes["R"]
    np.testing.assert_array_equal(picture[:270, :480], own)
    np.testing.assert_array_equal(picture[:270, 480:], own[:, ::-1])
    np.testing.assert_array_equal(picture[270:, :480], own[:-31:-1])
    assert [forth_and_back(at) for at in (0, 19, 20, 37, 38, 39)] == [0, 19, 18, 1, 0, 1]
    assert os.path.samefile(tmp_path / "beauty.1021.exr", tmp_path / "beauty.1019.exr")
    write_tiled(tmp_path / "mattes", (480, 270), 2, "matte")
    matte = read_frame(SAMPLE / "matte.0001.exr")
    tile = read_frame(tmp_path / "mattes" / "matte.1001.exr").planes["Y"]
    assert tile.sum(dtype=float) == matte.planes["Y"].sum(dtype=float) and tile.shape == (270, 480)


@pytest.mark.slow
def test_train_and_propagate_are_measured_and_the_frames_are_gone(tmp_path: Path):
    train, propagate = measure(tmp_path, (96, 54), 3, 1, matte=False)
    assert train.what == ("train", 96, 54, 3, 1) and propagate.command == "propagate"
    assert train.core_seconds > 0 and propagate.peak_mib > 20
    assert not list((tmp_path / "out").iterdir())
    write_rows(tmp_path / "rows.json", {row.what: row for row in (propagate, train)})
    assert read_rows(tmp_path / "rows.json") == {row.what: row for row in (train, propagate)}


def test_time_belongs_to_the_stage_that_was_told_before(tmp_path: Path):
    lines = [{"stage": "read"}, {"message": "a line of the log"}, {"stage": "planes"}]
    code = f"import sys, json; [print(json.dumps(line), file=sys.stderr, flush=True) for line in {lines}]"
    assert list(stage_seconds([sys.executable, "-c", code])) == ["start", "read", "end"]
    code = 'import sys; print(\'{"error": "no plate"}\', file=sys.stderr)'
    with pytest.raises(RuntimeError, match="no plate"):
        stage_seconds([sys.executable, "-c", code])


def test_frames_are_counted_as_they_go_and_half_ones_are_left(tmp_path: Path):
    with swept(tmp_path / "out") as names:
        for name in ("a.1.exr", ".a.2.tmp.exr", "a.3.exr"):
            (tmp_path / "out" / name).touch()
    assert names == {"a.1.exr", "a.3.exr"} and [path.name for path in (tmp_path / "out").iterdir()] == [".a.2.tmp.exr"]


def test_what_is_wanted_is_compared_with_what_is(tmp_path: Path):
    hd = replace(ROW, width=1920, height=1080, frames=100, core_seconds=260.0, peak_mib=3000.0)
    rows = [
        ROW,
        replace(ROW, threads=1, seconds=16.0),
        replace(ROW, width=960, height=540, core_seconds=90.0),
        hd,
        replace(hd, command="propagate", core_seconds=50.0),
        replace(hd, frames=24, core_seconds=60.0, peak_mib=1500.0),
        replace(hd, frames=300, peak_mib=3600.0),
        replace(hd, width=3840, height=2160, frames=300, swapped_pages=7),
    ]
    met = {each.what: (round(each.value, 3), each.met) for each in figures(rows)}
    assert met["train, 24 frames, 2 threads, a megapixel of 960x540 : 480x270"] == (1.125, True)
    assert met["train 480x270, 24 frames, two threads"] == (1.6, False)
    assert met["train of 100 frames 1920x1080, 2 threads, core-s"] == (260.0, False)
    assert met["train of 100 frames 1920x1080, 2 threads, peak MiB"] == (3000.0, True)
    assert met["propagate of 100 frames 1920x1080, 2 threads, core-s a frame"] == (0.5, True)
    assert met["train 1920x1080, 2 threads, memory of 300 : 100 frames"] == (1.2, False)
    assert met["train of 300 frames 3840x2160, 2 threads, pages swapped"] == (7, False)
    draw_curves(tmp_path / "curves.png", rows)
    picture = cv2.imread(str(tmp_path / "curves.png"))
    assert picture.shape == (560, 900, 3) and (picture != 255).any(-1).mean() > 0.01
