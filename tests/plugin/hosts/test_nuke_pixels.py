"""The nodes that Nuke gets do what the neutral graph says: node text, read back and computed, against the reference."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pytest
from unreel.plugin.face import read_face
from unreel.plugin.hosts.nuke_group import group_text, inside_text
from unreel.plugin.hosts.nuke_nodes import MERGES, NATIVE, native_name, nuke_nodes
from unreel.plugin.nodes.graph import MODES, Step, export_graph, import_graph, propagate_graph, train_graph
from unreel.plugin.nodes.ops import OPS

from ..nk_parser import parse
from ..nodes.evaluate import Picture, as_seen_in, evaluate
from .nuke_pixels import shown

SIZE = (24, 16)
PORTS = [port.name for port in read_face().node("propagate").inputs]
LIVE = [(mode, whole) for mode in MODES for whole in (False, True) if not whole or mode in ("over", "replace")]


def noise(
    seed: int, low: float = -0.2, high: float = 2.0, x: int = 0, y: int = 0, size: Sequence[int] = SIZE
) -> Picture:
    rng = np.random.default_rng(seed)
    return Picture(rng.uniform(low, high, (size[1], size[0], 4)).astype(np.float32), SIZE, x, y)


def moved(seed: int, x: int, y: int, size: tuple[int, int]) -> Picture:
    """An ST map that goes a little astray, on its own window, and in a corner far off the picture."""
    columns, rows = np.meshgrid(np.arange(size[0]) + x + 0.5, np.arange(size[1]) + y + 0.5)
    shift = np.random.default_rng(seed).uniform(-2, 2, (2, size[1], size[0]))
    u, v = (columns + shift[0]) / SIZE[0], 1 - (rows + shift[1]) / SIZE[1]
    u[:3, :3] = v[:3, :3] = -10
    return Picture(np.dstack([u, v, np.ones_like(u), np.ones_like(u)]).astype(np.float32), SIZE, x, y)


@pytest.fixture
def ports() -> dict[str, Picture]:
    """A plate on a window of its own, and a texture that lies in a part of the picture."""
    texture = noise(2, 0, 1, 6, 5, (9, 7))
    return {"plate": noise(1, -0.5, 3, 2, 1, (20, 13)), "texture": texture}


@pytest.fixture
def files() -> dict[str, Picture]:
    window = (-2, -1, (28, 18))
    names = ["result", *(f"result_{name}" for name in ("layer", "stmap", "inverse", "visibility", "confidence"))]
    return {
        "live_canonical": noise(3, -0.1, 2, -3, -2, (30, 20)),
        "live_st": moved(4, *window),
        "live_gain": noise(5, 0, 1.5, *window),
        "live_hold": noise(6, 0, 4, *window),
        **{name: noise(10 + number) for number, name in enumerate(names)},
    }


def compare(
    steps: Sequence[Step], ports: dict, files: dict, choices: dict, numbers: dict, wrong: tuple[str, str] = ("", "")
) -> int:
    """Every step; gives how many there were. Windows equal, pixels to float precision. wrong: replaced in the text."""
    names = sorted({str(step.params["port"]) for step in steps if step.op == "input"})
    expected = evaluate(steps, ports, files, choices, numbers)
    text = inside_text(steps, names)
    nodes = parse(text.replace(*wrong) if wrong[0] else text).nodes
    found = shown(nodes, ports, files, {**choices, **numbers})
    for step in steps:
        if step.name not in expected:
            continue
        want, got = expected[step.name], found[native_name(step)]
        assert (got.x, got.y, got.display) == (want.x, want.y, want.display), step.name
        np.testing.assert_allclose(got.rgba, want.rgba, rtol=2e-4, atol=2e-5, err_msg=step.name)
    np.testing.assert_array_equal(found["Output1"].rgba, found[native_name(steps[-1])].rgba)
    return len(expected)


@pytest.mark.parametrize(("mode", "whole"), LIVE)
@pytest.mark.parametrize("way", [0, 1])
def test_propagate_is_what_the_graph_says(mode: str, whole: bool, way: int, ports: dict, files: dict):
    steps = propagate_graph(mode, whole)
    for output in range(6):
        assert compare(steps, ports, files, {"way": way, "output": output}, {"darkest": -0.03}) == len(steps)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("size", [SIZE, (40, 30)])
def test_a_texture_without_overscan_lies_where_its_format_is(mode: str, size: tuple[int, int], files: dict):
    """Also one of another format: 0 to 1 of the map is the plate's, and all formats have one bottom left."""
    canonical = files["live_canonical"]
    assert canonical.x < 0 and canonical.rgba.shape[1] > SIZE[0], "it has overscan"
    pixels = noise(2, 0, 1, size=size)
    ports = {"plate": noise(1, 0, 3), "texture": Picture(pixels.rgba, size)}
    numbers = {"way": 0, "output": 0, "darkest": 0}
    nodes = parse(inside_text(propagate_graph(mode), PORTS)).nodes
    found = shown(nodes, ports, files, numbers)["Output1"]
    seen = {**ports, "texture": as_seen_in(ports["plate"], ports["texture"])}
    wanted = evaluate(propagate_graph(mode), seen, files, numbers, numbers)["out"]
    np.testing.assert_allclose(found.rgba, wanted.rgba, rtol=2e-4, atol=2e-5)
    assert np.abs(wanted.rgba - ports["plate"].rgba).max() > 0.3


def test_a_limit_that_is_typed_above_0_lifts_nothing(ports: dict, files: dict):
    compare(propagate_graph(), ports, files, {"way": 0, "output": 0}, {"darkest": 0.5})


@pytest.mark.parametrize("whole", [False, True])
def test_import_is_what_the_graph_says(whole: bool):
    ports = {"paint": noise(1, 0, 1), "canonical": noise(2)}
    ports["canonical"].rgba[:4] = ports["paint"].rgba[:4]
    for source in (0, 1):
        steps = import_graph(whole)
        assert compare(steps, ports, {"file": noise(3)}, {"source": source}, {"opacity": 0.3}) == len(steps)


def test_export_is_what_the_graph_says():
    files = {"file": noise(1), "file.grid": noise(2), "file.coverage": noise(3), "file.confidence": noise(4)}
    for show in range(4):
        assert compare(export_graph(), {}, files, {"show": show}, {}) == 5


def test_the_plate_keeps_its_bits_where_nothing_is_painted(ports: dict, files: dict):
    """With an empty texture, whatever the maps say."""
    ports["texture"] = Picture(np.zeros((7, 9, 4), np.float32), SIZE, 6, 5)
    nodes = parse(inside_text(propagate_graph(), PORTS)).nodes
    found = shown(nodes, ports, files, {"way": 0, "output": 0, "darkest": 0})["Output1"]
    np.testing.assert_array_equal(found.rgba, ports["plate"].rgba)
    assert (found.x, found.y) == (2, 1)


def swapped() -> tuple[str, str]:
    """The inputs of the first Merge2 the other way round."""
    match = re.search(r"push (\$N\d+)\npush (\$N\d+)\nMerge2", inside_text(propagate_graph(), PORTS))
    assert match is not None
    return match[0], f"push {match[2]}\npush {match[1]}\nMerge2"


WRONG = [
    (" operation over\n", " operation out\n"),
    ("Ar * Br", "Ar * Bg"),
    (" filter Keys\n", " filter Mitchell\n"),
    (" clamp false\n", " clamp true\n"),
    (" bbox B\n", " bbox union\n"),
    (" mix 1.0\n", " mix 0.5\n"),
    ("BlackOutside {", "Dot {"),
    (" bbox union\n", " bbox B\n"),
    (" output rgb\n", " output rgba\n"),
    (" uv rgb\n", " uv alpha\n"),
    (" expr3 a\n", " expr3 1\n"),
    swapped(),
]


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_knob_or_connection_is_found(wrong: tuple[str, str], ports: dict, files: dict):
    assert wrong[0] in inside_text(propagate_graph(), PORTS), "it is there to be changed"
    with pytest.raises(AssertionError):
        compare(propagate_graph(), ports, files, {"way": 0, "output": 0}, {"darkest": 0}, wrong)


def test_every_operation_has_nuke_nodes():
    assert set(OPS) == {*NATIVE, *MERGES, "input"}


@pytest.mark.parametrize(
    ("node_id", "steps"),
    [("train", train_graph()), ("canonical_export", export_graph()), ("texture_import", import_graph(True))]
    + [("propagate", propagate_graph(*each)) for each in LIVE],
)
def test_the_whole_node_as_text_is_read_back(node_id: str, steps: tuple[Step, ...]):
    face = read_face().node(node_id)
    script = parse(group_text(face, steps))
    (group,) = script.nodes
    assert (group.nuke_class, script.version) == ("Group", "14.0 v1")
    assert [node.name for node in group.inside if node.nuke_class == "Input"] == [port.name for port in face.inputs]
    names = [knob[1] for knob in group.user_knobs]
    assert len(set(names)) == len(names)
    wanted = {knob.name for knob in face.knobs if knob.name != "name"} | {button.name for button in face.buttons}
    assert wanted <= set(names)
    files = {knob.name for knob in face.knobs if knob.type == "file"}
    assert {knob[1] for knob in group.user_knobs if knob[0] == "2"} == files
    assert group.inside[-1].nuke_class == "Output"
    assert len({node.name for node in group.inside}) == len(group.inside)


def test_nodes_lie_below_what_they_take():
    nodes = {node.name: node for node in nuke_nodes(propagate_graph(), PORTS)}
    places = [(node.knobs["xpos"], node.knobs["ypos"]) for node in nodes.values()]
    assert len(set(places)) == len(places)
    for node in nodes.values():
        assert all(nodes[name].knobs["ypos"] < node.knobs["ypos"] for name in node.inputs if name)


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (Step("x", "sharpen", ("plate",)), "Nuke has no node for 'sharpen'"),
        (Step("x", "over", ("plate", "plate"), {"channels": "alpha"}), "alpha alone"),
        (Step("x", "stmap", ("plate", "plate"), {"filter": "cubic"}), "filter 'cubic'"),
        (Step("x", "input", (), {"port": "mask"}), "wants an input 'mask'"),
    ],
)
def test_what_nuke_cannot_do_is_refused(step: Step, said: str):
    with pytest.raises(ValueError, match=said):
        nuke_nodes([*train_graph(), step], ["plate"])
