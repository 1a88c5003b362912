"""From the plate to propagated frames by the nodes' buttons, against the command line's frames."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from .conftest import ROOT, Blender, Read

SAMPLE = ROOT / "core" / "sample"
FRAMES = (1, 2, 3, 4, 5)
LEAST_DB, MOST_MEAN = 75.0, 0.0005
"""Live against rendered, inside the edit: sRGB, and scene-linear. Measured were 83 dB and 0.0001."""
REACH = 4
"""Pixels around the edit that a filter of 4 by 4 pixels and the core's soft rim may touch."""


def encoded(linear: np.ndarray) -> np.ndarray:
    """sRGB."""
    clipped = np.clip(linear, 0, None)
    return np.where(clipped <= 0.0031308, 12.92 * clipped, 1.055 * np.maximum(clipped, 1e-8) ** (1 / 2.4) - 0.055)


def grown(mask: np.ndarray, by: int) -> np.ndarray:
    padded = np.pad(mask, by)
    height, width = mask.shape
    shifts = [padded[y : y + height, x : x + width] for y in range(2 * by + 1) for x in range(2 * by + 1)]
    return np.any(shifts, axis=0)


def unreel(*arguments: object) -> None:
    command = [sys.executable, "-m", "unreel.core.cli", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_the_buttons_give_the_command_lines_frames(blender: Blender, read: Read):
    place = blender.place / "a shot ü"
    place.mkdir()
    folder = place / "pillar.unreel"
    size = read(SAMPLE / "beauty.0001.exr").shape[1::-1]
    said = blender.call("loop.work", sample=SAMPLE, folder=folder, out=place, size=size, frames=FRAMES)

    status, psnr, verdict, plate, matte = said["train"]
    assert (plate, matte) == (str(SAMPLE / "beauty.####.exr"), str(SAMPLE / "matte.####.exr"))
    assert float(psnr.split()[0]) > 15 and verdict and status
    file, shown = said["canonical"]
    canonical = read(file)
    assert canonical.shape[2] == 4 and (read(shown) != 0).any()
    assert said["live"][0] == "live" and said["rendered"][0] == "rendered"
    assert said["frozen"] == ["", []]

    unreel("import", folder, SAMPLE / "edit.exr", "--name", "by_hand")
    unreel("propagate", folder, "-o", place / "cli.####.exr", "--texture", "by_hand", "--progress", "none")
    for number in FRAMES:
        plate_rgb = read(SAMPLE / f"beauty.{number:04d}.exr")[..., :3]
        wanted = read(place / f"cli.{number:04d}.exr")[..., :3]
        rendered = read(place / f"rendered.{number:04d}.exr")[..., :3]
        live = read(place / f"live.{number:04d}.exr")[..., :3]
        assert (rendered == wanted).all(), number
        edit = (wanted != plate_rgb).any(2)
        assert 0.005 < edit.mean() < 0.2
        beyond = ~grown(edit, REACH)
        assert (live[beyond] == plate_rgb[beyond]).all(), number
        error = (encoded(live) - encoded(wanted))[edit]
        assert -10 * np.log10((error**2).mean()) > LEAST_DB, number
        assert np.abs(live - wanted)[edit].mean() < MOST_MEAN, number

    live = read(place / "live.0003.exr")
    for saved in ("shot", "frozen"):
        blender.call("loop.bare", with_unreel=False, file=place / f"{saved}.blend", out=place / "bare.exr", number=3)
        assert (read(place / "bare.exr") == live).all(), saved
    where, st, status = blender.call("loop.again", file=place / "shot.blend", out=place / "again.exr", number=3)
    assert (where, st) == (str(folder), str(folder / "live" / "pillar_live_st.####.exr"))
    assert status
    assert (read(place / "again.exr") == live).all()
