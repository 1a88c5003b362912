"""The live graph in Blender's compositor, against its numpy reference: modes, windows, ST maps, the plate's bits."""

from __future__ import annotations

import numpy as np
import pytest
from unreel.plugin.nodes.graph import propagate_graph

from ...plugin.nodes.evaluate import Picture, evaluate
from ..conftest import Read, Write
from ..live_pictures import CASES, DISPLAY, OVERSCAN, ROUNDING, colours, expected, identity, paint, pictures_at, placed
from .conftest import Blender

MAPS = ("live_st", "live_gain", "live_hold")


def test_every_mode_and_output_is_the_references(blender: Blender, pictures, write: Write, read: Read):
    files = {name: write(f"{name}.exr", pixels, **placed(name)) for name, pixels in pictures.items()}
    whole = pictures["live_canonical"].copy()
    changed = pictures["texture"][..., 3] > 0
    whole[changed] = 0.5
    whole_file = write("whole.exr", whole, **OVERSCAN)
    knobs = {name: file for name, file in files.items() if name.startswith("live_")}
    layers = {name: case for name, case in CASES.items() if name != "whole"}
    first = blender.call(
        "live.lay",
        plate=files["plate"],
        texture=files["texture"],
        knobs={**knobs, "paint_mode": "over", "output": "picture"},
        cases=layers,
        size=DISPLAY,
        out=blender.place / "layer",
    )
    second = blender.call(
        "live.lay",
        plate=files["plate"],
        texture=whole_file,
        knobs=knobs,
        cases={"whole": CASES["whole"]},
        size=DISPLAY,
        out=blender.place / "picture",
    )
    for name, file in {**first, **second}.items():
        texture = whole if name == "whole" else pictures["texture"]
        wanted = expected({**pictures, "texture": texture}, CASES[name])
        found = read(file)
        assert np.abs(found - wanted).max() < ROUNDING, name
    plain = read(first["over"])
    assert np.abs(plain - pictures["plate"]).max() > 0.3, "nothing was painted: the test shows nothing"
    assert np.abs(read(first["darker"]) - plain).max() > 1e-3, "the limit changes nothing here"
    assert all(np.abs(read(first[name]) - plain).max() > 0.05 for name in ("replace", "add", "multiply", "layer"))


def test_a_texture_without_overscan_lies_on_the_display_window(blender: Blender, pictures, write: Write, read: Read):
    """The canvas has 8 more columns to the left and 11 to the right: middle on middle would be wrong."""
    texture = paint()[4 : 4 + DISPLAY[1], 8 : 8 + DISPLAY[0]]
    files = {name: write(f"{name}.exr", pixels, **placed(name)) for name, pixels in pictures.items()}
    made = blender.call(
        "live.lay",
        plate=files["plate"],
        texture=write("inner.exr", texture),
        knobs={name: file for name, file in files.items() if name.startswith("live_")},
        cases={"over": {}, "multiply": CASES["multiply"]},
        size=DISPLAY,
        out=blender.place / "inner",
    )
    files_at = pictures_at(pictures)
    ports = {"plate": files_at["plate"], "texture": Picture(texture, DISPLAY)}
    for name, file in made.items():
        wanted = evaluate(propagate_graph(name), ports, files_at, {"way": 0, "output": 0}, {"darkest": 0})["out"].rgba
        assert np.abs(read(file) - wanted).max() < ROUNDING, name
        assert np.abs(wanted - pictures["plate"]).max() > 0.3


@pytest.mark.parametrize(("across", "down"), [(0, 0), (3, -2)])
def test_an_identity_and_a_shift_are_exact(blender: Blender, pictures, write: Write, read: Read, across, down):
    """Opaque paint all over the canvas comes out as it went in, to a float's rounding, overscan too."""
    texture = pictures["live_canonical"] * np.float32(0.5) + np.float32(1.25)
    texture[..., 3] = 1
    one = np.ones((*reversed(DISPLAY), 4), np.float32)
    files = {
        "plate": write("plate.exr", pictures["plate"]),
        "texture": write("texture.exr", texture, **OVERSCAN),
        "live_canonical": write("canonical.exr", pictures["live_canonical"], **OVERSCAN),
        "live_st": write("st.exr", identity(across=across, down=down)),
        "live_gain": write("gain.exr", one),
        "live_hold": write("hold.exr", one),
    }
    knobs = {name: files[name] for name in files if name.startswith("live_")}
    made = blender.call(
        "live.lay",
        plate=files["plate"],
        texture=files["texture"],
        knobs=knobs,
        cases={"over": {}},
        size=DISPLAY,
        out=blender.place / "st",
    )
    x, y = across - OVERSCAN["x"], down - OVERSCAN["y"]
    wanted = texture[y : y + DISPLAY[1], x : x + DISPLAY[0], :3]
    assert np.abs(read(made["over"])[..., :3] - wanted).max() < ROUNDING


def test_the_plate_keeps_its_bits_beside_the_paint(blender: Blender, pictures, write: Write, read: Read):
    """Painted and bare cancel to the bit, and alpha is the plate's everywhere."""
    files = {name: write(f"{name}.exr", pixels, **placed(name)) for name, pixels in pictures.items()}
    knobs = {name: file for name, file in files.items() if name.startswith("live_")}
    made = blender.call(
        "live.lay",
        plate=files["plate"],
        texture=files["texture"],
        knobs=knobs,
        cases={"over": {}},
        size=DISPLAY,
        out=blender.place / "bits",
    )
    found, plate = read(made["over"]), pictures["plate"]
    steps = propagate_graph()
    ports = {"plate": Picture(plate, DISPLAY), "texture": Picture(pictures["texture"], DISPLAY, -8, -4)}
    live = pictures_at(pictures)
    reached = evaluate(steps, ports, live, {"way": 0, "output": 0}, {"darkest": 0})["layer_warped"].rgba[..., 3] != 0
    assert 0.05 < reached.mean() < 0.7
    assert (found[~reached] == plate[~reached]).all()
    assert (found[..., 3] == plate[..., 3]).all()
    assert (found[reached][:, :3] != plate[reached][:, :3]).any()


def test_overscan_and_a_pixel_aspect_of_2_in_the_plate(blender: Blender, pictures, write: Write, read: Read):
    """Plate and maps that are larger than the frame: what Blender shows is their middle, at the place it belongs."""
    wide, display = (72, 40), {"x": -4, "y": -2, "display": DISPLAY}
    plate = colours(wide, 5, 3)
    st = np.pad(identity(), ((2, 2), (4, 4), (0, 0)), mode="reflect", reflect_type="odd")
    one = np.ones((*reversed(wide), 4), np.float32)
    knobs = {
        "live_canonical": write("canonical.exr", pictures["live_canonical"], aspect=2, **OVERSCAN),
        "live_st": write("st.exr", st, aspect=2, **display),
        "live_gain": write("gain.exr", one, aspect=2, **display),
        "live_hold": write("hold.exr", one, aspect=2, **display),
    }
    made = blender.call(
        "live.lay",
        plate=write("plate.exr", plate, aspect=2, **display),
        texture=write("texture.exr", pictures["texture"], aspect=2, **OVERSCAN),
        knobs=knobs,
        cases={"over": {}},
        size=DISPLAY,
        aspect=2.0,
        out=blender.place / "wide",
    )
    inner = pictures["texture"][4 : 4 + DISPLAY[1], 8 : 8 + DISPLAY[0]]
    wanted = plate[2:-2, 4:-4] * (1 - inner[..., 3:]) + inner[..., :3]
    assert np.abs(read(made["over"])[..., :3] - wanted).max() < ROUNDING


def test_maps_follow_a_plate_that_is_moved_in_time(blender: Blender, pictures, write: Write, read: Read):
    """Footage numbered from 1001, put at frame 1 of the scene, as Blender does it: frame 2 is file 1002."""
    plates = [write(f"plate.{1001 + i}.exr", colours(DISPLAY, 10 + i, 3)) for i in range(3)]
    one = np.ones((*reversed(DISPLAY), 4), np.float32)
    for i in range(3):
        write(f"st.{1001 + i}.exr", identity(across=i))
        write(f"gain.{1001 + i}.exr", one * np.float32(1 + i))
        write(f"hold.{1001 + i}.exr", one)
    knobs = {name: str(blender.place / f"{name[5:]}.####.exr") for name in MAPS}
    knobs["live_canonical"] = write("canonical.exr", pictures["live_canonical"], **OVERSCAN)
    made = blender.call(
        "live.lay",
        plate=plates[0],
        texture=write("texture.exr", pictures["texture"], **OVERSCAN),
        knobs=knobs,
        cases={"over": {}},
        size=DISPLAY,
        count=3,
        first=1001,
        start=1,
        frame=2,
        out=blender.place / "moved",
    )
    inner = pictures["texture"][4 : 4 + DISPLAY[1], 9 : 9 + DISPLAY[0]]
    wanted = read(plates[1]) * (1 - inner[..., 3:]) + 2 * inner[..., :3]
    assert np.abs(read(made["over"])[..., :3] - wanted).max() < 2 * ROUNDING


def test_a_frame_without_its_st_map_is_the_plate(blender: Blender, pictures, write: Write, read: Read):
    files = {name: write(f"{name}.exr", pixels, **placed(name)) for name, pixels in pictures.items()}
    knobs = {name: file for name, file in files.items() if name.startswith("live_")}
    later = write("later.0002.exr", pictures["live_st"])
    made = blender.call(
        "live.lay",
        plate=files["plate"],
        texture=files["texture"],
        knobs={**knobs, "live_st": later.replace("0002", "####")},
        cases={"over": {}},
        size=DISPLAY,
        out=blender.place / "without",
    )
    assert (read(made["over"]) == pictures["plate"]).all()
