"""From the plate to propagated frames by the nodes' buttons, against the command line's frames."""

from __future__ import annotations

import pytest

from ..frames import SAMPLE, agree_with_the_command_line, pixels
from .conftest import Natron

FRAMES = (1, 2, 3, 4, 5)


@pytest.mark.slow
def test_the_buttons_give_the_command_lines_frames(natron: Natron):
    place = natron.place / "a shot ü"
    place.mkdir()
    folder = place / "pillar.unreel"
    said = natron.call("loop.work", sample=SAMPLE, folder=folder, out=place, frames=FRAMES)

    status, psnr, verdict, plate, matte = said["train"]
    assert (plate, matte) == (str(SAMPLE / "beauty.####.exr"), str(SAMPLE / "matte.####.exr")), status
    assert float(psnr.split()[0]) > 15 and verdict and status
    file, _ = said["canonical"]
    shown = pixels(place / "canonical_shown.0001.exr")
    assert (pixels(file) == shown[1:-1, 1:-1]).all(), "Natron's reader lays one black pixel around overscan"
    assert said["live"][0] == "live" and said["rendered"][0] == "rendered"
    name, *taken_away = said["frozen"]
    assert name.endswith("_frozen") and all(taken_away)

    agree_with_the_command_line(place, folder, FRAMES)

    live = pixels(place / "live.0003.exr")
    for saved, node in (("shot", "Unreel_Propagate1"), ("frozen", name)):
        job = {"file": place / f"{saved}.ntp", "node": node, "out": place / "bare.####.exr", "number": 3}
        assert natron.call("loop.bare", with_unreel=False, **job) == [False, "fr.inria.built-in.Group"]
        assert (pixels(place / "bare.0003.exr") == live).all(), saved
    job = {"file": place / "shot.ntp", "node": "Unreel_Propagate1", "out": place / "again.####.exr", "number": 3}
    where, st, status = natron.call("loop.again", **job)
    assert (where, st) == (str(folder), str(folder / "live" / "pillar_live_st.####.exr"))
    assert status
    assert (pixels(place / "again.0003.exr") == live).all()
