"""The live graph in Natron, against its numpy reference: modes, windows, ST maps, the plate's bits."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from unreel.plugin.nodes.graph import propagate_graph

from ...plugin.nodes.evaluate import Picture, as_seen_in, evaluate
from ..conftest import Read, Write
from ..live_pictures import CASES, DISPLAY, OVERSCAN, ROUNDING, expected, identity, paint, pictures_at, placed
from .conftest import Natron

OVER: dict[str, Any] = {"over": {"paint_mode": "over", "output": "picture"}}


def whole(pictures: dict[str, np.ndarray]) -> np.ndarray:
    """The canonical painted over with grey."""
    painted = pictures["live_canonical"].copy()
    painted[pictures["texture"][..., 3] > 0] = 0.5
    return painted


def lay(natron: Natron, files: dict[str, str], cases: dict[str, Any] = OVER) -> dict[str, str]:
    knobs = {name: file for name, file in files.items() if name.startswith("live_")}
    out = natron.place / "made"
    return natron.call("live.lay", plate=files["plate"], texture=files["texture"], knobs=knobs, cases=cases, out=out)


@pytest.fixture
def files(pictures, write: Write) -> dict[str, str]:
    return {name: write(f"{name}.exr", pixels, **placed(name)) for name, pixels in pictures.items()}


def test_every_mode_and_output_is_the_references(natron: Natron, pictures, files, write: Write, read: Read):
    plain = {"output": "picture", "paint_mode": "over", "darkest": 0.0}
    layers = {name: {**plain, **CASES[name]} for name in CASES if name != "whole"}
    made = lay(natron, files, layers)
    made.update(
        lay(natron, {**files, "texture": write("whole.exr", whole(pictures), **OVERSCAN)}, {"whole": CASES["whole"]})
    )
    for name, file in made.items():
        texture = whole(pictures) if name == "whole" else pictures["texture"]
        wanted = expected({**pictures, "texture": texture}, CASES[name])
        assert np.abs(read(file) - wanted).max() < ROUNDING, name
    over = read(made["over"])
    assert np.abs(over - pictures["plate"]).max() > 0.3, "nothing was painted: the test shows nothing"
    assert np.abs(read(made["darker"]) - over).max() > 1e-3, "the limit changes nothing here"
    assert all(np.abs(read(made[name]) - over).max() > 0.05 for name in ("replace", "add", "multiply", "layer"))


def test_a_texture_without_overscan_lies_on_the_display_window(natron, pictures, files, write: Write, read: Read):
    texture = paint()[4 : 4 + DISPLAY[1], 8 : 8 + DISPLAY[0]]
    made = lay(natron, {**files, "texture": write("inner.exr", texture)}, {**OVER, "multiply": CASES["multiply"]})
    ports = {"plate": pictures_at(pictures)["plate"], "texture": Picture(texture, DISPLAY)}
    for name, file in made.items():
        wanted = evaluate(propagate_graph(name), ports, pictures_at(pictures), {"way": 0, "output": 0}, {"darkest": 0})[
            "out"
        ].rgba
        assert np.abs(read(file) - wanted).max() < ROUNDING, name
        assert np.abs(wanted - pictures["plate"]).max() > 0.3


@pytest.mark.parametrize(("across", "down"), [(0, 0), (3, -2)])
def test_an_identity_and_a_shift_are_exact(natron: Natron, pictures, files, write: Write, read: Read, across, down):
    """Opaque paint all over the canvas comes out as it went in, to a float's rounding, overscan too."""
    texture = pictures["live_canonical"] * np.float32(0.5) + np.float32(1.25)
    texture[..., 3] = 1
    one = np.ones((*reversed(DISPLAY), 4), np.float32)
    maps = {"live_st": identity(across=across, down=down), "live_gain": one, "live_hold": one}
    made = lay(
        natron,
        {
            **files,
            "texture": write("opaque.exr", texture, **OVERSCAN),
            **{name: write(f"{name}_still.exr", pixels) for name, pixels in maps.items()},
        },
    )
    x, y = across - OVERSCAN["x"], down - OVERSCAN["y"]
    wanted = texture[y : y + DISPLAY[1], x : x + DISPLAY[0], :3]
    assert np.abs(read(made["over"])[..., :3] - wanted).max() < ROUNDING


def test_the_plate_keeps_its_bits_beside_the_paint(natron: Natron, pictures, files, read: Read):
    """Painted and bare cancel to the bit, and alpha is the plate's everywhere."""
    found, plate, live = read(lay(natron, files)["over"]), pictures["plate"], pictures_at(pictures)
    ports = {name: live[name] for name in ("plate", "texture")}
    steps = evaluate(propagate_graph(), ports, live, {"way": 0, "output": 0}, {"darkest": 0})
    reached = steps["layer_warped"].rgba[..., 3] != 0
    assert 0.05 < reached.mean() < 0.7
    assert (found[~reached] == plate[~reached]).all()
    assert (found[..., 3] == plate[..., 3]).all()
    assert (found[reached][:, :3] != plate[reached][:, :3]).any()


def test_a_texture_of_another_format_lies_where_it_is(natron: Natron, pictures, files, write: Write, read: Read):
    """Larger than the shot, bottom left on bottom left."""
    texture, live = paint((90, 50)), pictures_at(pictures)
    made = lay(natron, {**files, "texture": write("large.exr", texture, display=(90, 50))})
    ports = {"plate": live["plate"], "texture": as_seen_in(live["plate"], Picture(texture, (90, 50)))}
    wanted = evaluate(propagate_graph(), ports, live, {"way": 0, "output": 0}, {"darkest": 0})["out"].rgba
    assert np.abs(read(made["over"]) - wanted).max() < ROUNDING
    assert np.abs(wanted - pictures["plate"]).max() > 0.3


def test_a_frame_without_its_st_map_is_black(natron: Natron, pictures, files, write: Write, read: Read):
    later = write("later.0002.exr", pictures["live_st"])
    found = read(lay(natron, {**files, "live_st": later.replace("0002", "####")})["over"])
    assert (found[..., :3] == 0).all()
    assert (found[..., 3] == pictures["plate"][..., 3]).all()


def test_two_nodes_in_one_project_keep_their_pictures(natron: Natron, pictures, files, write: Write, read: Read):
    """Natron's cache knows a reader by its name, and not by its file or its group."""
    others = {"live_st": identity(across=2), "live_gain": pictures["live_gain"] * np.float32(0.5)}
    shots = [{name: file for name, file in files.items() if name.startswith("live_")}]
    shots.append({**shots[0], **{name: write(f"other_{name}.exr", pixels) for name, pixels in others.items()}})
    found = natron.call(
        "live.pair", plate=files["plate"], texture=files["texture"], shots=shots, out=natron.place / "pair"
    )
    for file, shot in zip(found, (pictures, {**pictures, **others}), strict=True):
        assert np.abs(read(file) - expected(shot, {})).max() < ROUNDING
    assert np.abs(read(found[0]) - read(found[1])).max() > 0.1
