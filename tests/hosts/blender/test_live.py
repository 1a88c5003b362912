"""The live graph in Blender's compositor, against its numpy reference: modes, windows, ST maps, the plate's bits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from unreel.plugin.nodes.graph import propagate_graph

from ...plugin.nodes.evaluate import Picture, evaluate
from .conftest import Blender, Read, Write

DISPLAY = (64, 36)
OVERSCAN = {"x": -8, "y": -4, "display": DISPLAY}
CANVAS = (83, 49)
MAPS = ("live_st", "live_gain", "live_hold")
CASES: dict[str, dict[str, Any]] = {
    "over": {"paint_mode": "over"},
    "replace": {"paint_mode": "replace"},
    "add": {"paint_mode": "add"},
    "multiply": {"paint_mode": "multiply"},
    "layer": {"output": "layer"},
    "stmap": {"output": "stmap"},
    "whole": {"painted": "picture"},
    "darker": {"darkest": -0.1},
}
ROUNDING = 2e-5
"""Of values to 3: logarithm and exponential in float32, in other orders."""


def colours(size: tuple[int, int], seed: int, channels: int = 4) -> np.ndarray:
    """Smooth enough to be resampled, some below 0 and over 1."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[: size[1], : size[0]]
    waves = [np.sin(x / rng.uniform(3, 9) + rng.uniform(0, 6)) * np.cos(y / rng.uniform(3, 9)) for _ in range(channels)]
    return (1.2 * np.stack(waves, -1) + 0.9).astype(np.float32)


def identity(size: tuple[int, int] = DISPLAY, across: float = 0, down: float = 0) -> np.ndarray:
    """An ST map [h, w, 4] that leads so many pixels to the right, and down."""
    width, height = size
    y, x = np.mgrid[:height, :width].astype(np.float64)
    u, v = (x + 0.5 + across) / width, 1 - (y + 0.5 + down) / height
    return np.stack([u, v, np.ones_like(u), np.ones_like(u)], -1).astype(np.float32)


def paint(size: tuple[int, int] = CANVAS) -> np.ndarray:
    """Premultiplied, with a soft rim; its left half is empty."""
    y, x = np.mgrid[: size[1], : size[0]]
    alpha = np.clip((12 - np.hypot(x - 55, y - 24)) / 4, 0, 1)[..., None].astype(np.float32)
    return np.concatenate([np.array([0.9, 0.1, 1.4], np.float32) * alpha, alpha], 2)


def bent(size: tuple[int, int] = DISPLAY) -> np.ndarray:
    """A map with no pixel on another's centre; part of it leads beyond the canvas."""
    y, x = np.mgrid[: size[1], : size[0]]
    st = identity(size, 0.37, -0.21)
    st[..., 0] += (0.04 * np.sin(y / 7)).astype(np.float32)
    st[..., 1] += (0.2 * np.sin(x / 9)).astype(np.float32)
    return st


def share(seed: int, most: float) -> np.ndarray:
    """0 to `most` in all channels."""
    return (colours(DISPLAY, seed) % 1 * most).astype(np.float32)


@pytest.fixture
def pictures() -> dict[str, np.ndarray]:
    canonical = colours(CANVAS, 2)
    canonical[..., 3] = 1
    plate = colours(DISPLAY, 1)
    plate[..., 3] = 0.75
    return {
        "plate": plate,
        "texture": paint(),
        "live_canonical": canonical,
        "live_st": bent(),
        "live_gain": share(3, 1.3),
        "live_hold": share(4, 1),
    }


def placed(name: str) -> dict[str, Any]:
    return OVERSCAN if name in ("texture", "live_canonical") else {"display": DISPLAY}


def pictures_at(pictures: Mapping[str, np.ndarray]) -> dict[str, Picture]:
    """Each where its file says that it is."""
    return {
        name: Picture(pixels, DISPLAY, placed(name).get("x", 0), placed(name).get("y", 0))
        for name, pixels in pictures.items()
    }


def expected(pictures: Mapping[str, np.ndarray], case: Mapping[str, Any]) -> np.ndarray:
    """What the reference has at the node's output."""
    made = pictures_at(pictures)
    steps = propagate_graph(case.get("paint_mode", "over"), case.get("painted") == "picture")
    output = ["picture", "layer", "stmap"].index(case.get("output", "picture"))
    files = {name: picture for name, picture in made.items() if name.startswith("live_")}
    ports = {name: made[name] for name in ("plate", "texture")}
    return evaluate(steps, ports, files, {"way": 0, "output": output}, {"darkest": case.get("darkest", 0)})["out"].rgba


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
