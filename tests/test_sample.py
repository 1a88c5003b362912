"""The bundled sample is whole, small, and the demo runs on it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from unreel.core import tasks
from unreel.core.exr_read import read_frame, read_header
from unreel.core.frame import Frame, alpha, on_window, rgb
from unreel.core.report import never, silent
from unreel.core.sequence import Sequence

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "core" / "sample"
KEY = 1
MOST_BYTES = 8_000_000


def test_the_sample_is_whole_and_small():
    plate, matte = (Sequence.find(SAMPLE / f"{name}.####.exr") for name in ("beauty", "matte"))
    assert plate.frames == matte.frames == tuple(range(KEY, 21))
    files = [path for path in SAMPLE.iterdir() if path.is_file()]
    assert len(files) == 2 * len(plate.frames) + 2
    assert sum(path.stat().st_size for path in files) < MOST_BYTES


def test_all_pictures_of_the_sample_have_one_size():
    displays = {read_header(path).display for path in SAMPLE.glob("*.exr")}
    assert len(displays) == 1


def test_the_edit_is_premultiplied_paint_inside_the_matte():
    edit, matte = read_frame(SAMPLE / "edit.exr"), read_frame(SAMPLE / f"matte.{KEY:04d}.exr")
    cover = alpha_of(edit)
    surface = on_window(matte.planes["Y"].astype(np.float32), matte.data, edit.data)
    assert 0.01 < (cover > 0).mean() < 0.1
    assert not rgb(edit)[cover == 0].any()
    assert (surface[cover > 0] > 0.9).all()


def alpha_of(frame: Frame) -> np.ndarray:
    plane = alpha(frame)
    assert plane is not None
    return plane.astype(np.float32)


@pytest.mark.slow
def test_the_demo_paints_the_van_and_nothing_else(tmp_path):
    told = tasks.demo(tmp_path, silent, never)
    assert told["verdict"].startswith("good")
    assert all((tmp_path / name).exists() for name in ("canonical.exr", "sheet.png", "pillar.unreel/model.safetensors"))
    assert len(list(tmp_path.glob("result.*.exr"))) == 20
    changed = {}
    for number in (KEY, 15, 20):
        plate, result = (
            read_frame(folder / f"{name}.{number:04d}.exr")
            for folder, name in ((SAMPLE, "beauty"), (tmp_path, "result"))
        )
        matte = read_frame(SAMPLE / f"matte.{number:04d}.exr")
        differs = (rgb(plate) != rgb(result)).any(-1)
        surface = on_window(matte.planes["Y"].astype(np.float32), matte.data, plate.data)
        assert not differs[surface == 0].any()
        changed[number] = int(differs.sum())
    # the decal is 3900 pixels; in frame 15 the pillar hides all but a strip of 670, in frame 20 it has passed
    assert changed[KEY] == pytest.approx(3950, rel=0.05)
    assert changed[15] < 1000
    assert changed[20] == pytest.approx(changed[KEY], rel=0.1)
