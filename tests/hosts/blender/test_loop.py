"""From the plate to propagated frames by the nodes' buttons, against the command line's frames."""

from __future__ import annotations

import pytest

from ..conftest import Read
from ..frames import SAMPLE, agree_with_the_command_line
from .conftest import Blender

FRAMES = (1, 2, 3, 4, 5)


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

    agree_with_the_command_line(place, folder, FRAMES)

    live = read(place / "live.0003.exr")
    for saved in ("shot", "frozen"):
        blender.call("loop.bare", with_unreel=False, file=place / f"{saved}.blend", out=place / "bare.exr", number=3)
        assert (read(place / "bare.exr") == live).all(), saved
    where, st, status = blender.call("loop.again", file=place / "shot.blend", out=place / "again.exr", number=3)
    assert (where, st) == (str(folder), str(folder / "live" / "pillar_live_st.####.exr"))
    assert status
    assert (read(place / "again.exr") == live).all()
