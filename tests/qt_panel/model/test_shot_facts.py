from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
from unreel.core.exr_read import Header
from unreel.core.frame import Window
from unreel.core.sequence import Sequence
from unreel.qt_panel.model.shot import Shot
from unreel.qt_panel.model.shot_facts import facts_of

HALF = np.dtype(np.float16)
FORMAT = Window(0, 0, 1828, 1556)


def told(shot: Shot) -> dict[str, str]:
    return {fact.name: fact.text for fact in facts_of(shot, 24.0)}


def test_all_that_matters_of_a_plate_is_told():
    header = Header(Window(-10, 0, 1848, 1556), FORMAT, dict.fromkeys("RGB", HALF), 2.0, Fraction(24000, 1001),
                    "01:02:03:04", {}, 1)  # fmt: skip
    plate = Sequence(str(Path("/a/b") / "plate.####.exr"), tuple(range(1001, 1011)), (1003, 1007), (1001,))
    assert told(Shot(plate, header, "scene_linear")) == {
        "plate": "plate.####.exr",
        "folder": str(Path("/a/b")),
        "frames": "1001-1010   (10)",
        "missing": "1003,1007   (2)",
        "format": "1828 x 1556, pixels 2 to 1",
        "data": "1848 x 1556 from -10, 0",
        "rate": "23.976 fps",
        "timecode": "01:02:03:04",
        "channels": "R, G, B   half",
    }
    assert [fact.name for fact in facts_of(Shot(plate, header, "scene_linear"), 24) if fact.is_wrong] == ["missing"]


def test_what_is_as_always_is_left_out():
    header = Header(FORMAT, FORMAT, {"R": HALF, "Z": np.dtype(np.float32)}, 1.0, None, None, {}, 1)
    facts = told(Shot(Sequence("a.exr", (1,), ()), header, "scene_linear"))
    assert not {"missing", "data", "timecode"} & facts.keys()
    assert facts["rate"] == "24 fps; the files don't say"
    assert facts["channels"] == "R, Z   half, float"
