"""The nodes' insides: well made, and doing what the formulas say."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from unreel.core.compose import lay
from unreel.core.paint import Paint
from unreel.plugin.face import read_face
from unreel.plugin.nodes import graph
from unreel.plugin.nodes.graph import MODES, GraphRefused, Step, live_graph
from unreel.plugin.nodes.ops import OPS

from .evaluate import Picture, evaluate

GRAPHS = {
    "train": [graph.train_graph()],
    "canonical_export": [graph.export_graph()],
    "texture_import": [graph.import_graph(), graph.import_graph(whole=True)],
    "propagate": [
        *(graph.propagate_graph(mode) for mode in MODES),
        *(graph.propagate_graph(mode, whole=True) for mode in ("over", "replace")),
    ],
}


def faults(node_id: str, steps: Sequence[Step]) -> list[str]:
    """What is wrong with a graph: names, operations, parameters, and what it asks of the node's face."""
    node = read_face().node(node_id)
    knobs = {knob.name: knob for knob in node.knobs}
    ports = {port.name for port in node.inputs}
    found, before = [], set()
    for step in steps:
        op = OPS.get(step.op)
        if op is None:
            found.append(f"{step.name}: no operation {step.op}")
            continue
        if step.name in before:
            found.append(f"{step.name}: twice")
        if op.inputs != ("*",) and len(step.inputs) != len(op.inputs):
            found.append(f"{step.name}: {len(step.inputs)} inputs")
        if set(step.params) != set(op.params):
            found.append(f"{step.name}: {sorted(step.params)}")
        found += [f"{step.name}: no {name} before it" for name in step.inputs if name not in before]
        knob = step.params.get("knob")
        if knob is not None and knob not in knobs:
            found.append(f"{step.name}: no knob {knob}")
        elif step.op == "switch" and len(knobs[str(knob)].choices or ()) != len(step.inputs):
            found.append(f"{step.name}: other choices than {knob}")
        elif step.op == "read" and (
            knobs[str(knob)].type != "file" or knobs[str(knob)].sequence == step.params["still"]
        ):
            found.append(f"{step.name}: {knob} is no such file")
        if step.op == "input" and step.params.get("port") not in ports:
            found.append(f"{step.name}: no input {step.params.get('port')}")
        before.add(step.name)
    return found


def readable(step: Step) -> list[tuple[str, bool]]:
    """Kinds of file, and whether a sequence, that a read can have. Export reads what it wrote."""
    return [(kind, not step.params["still"]) for kind in ("in", "out")]


@pytest.mark.parametrize("node_id", GRAPHS)
def test_every_graph_is_well_made_and_asks_only_what_the_node_has(node_id: str):
    assert [faults(node_id, steps) for steps in GRAPHS[node_id]] == [[]] * len(GRAPHS[node_id])


def test_every_node_has_a_graph_and_every_operation_is_used():
    assert set(GRAPHS) == {node.id for node in read_face().nodes}
    assert {step.op for graphs in GRAPHS.values() for steps in graphs for step in steps} == set(OPS)


def test_nothing_is_made_that_nobody_uses():
    for graphs in GRAPHS.values():
        for steps in graphs:
            used = {name for step in steps for name in step.inputs} | {steps[-1].name}
            assert {step.name for step in steps} - used == set()


def test_faults_of_a_graph_are_found():
    wrong = [
        Step("a", "input", (), {"port": "plait"}),
        Step("b", "screen", ("a",)),
        Step("c", "over", ("a",), {"channels": "rgb"}),
        Step("c", "plus", ("a", "z"), {}),
        Step("d", "switch", ("a",), {"knob": "way"}),
        Step("e", "scale", ("a",), {"knob": "gone"}),
        Step("f", "read", (), {"knob": "live_st", "layer": None, "still": True, "raw": True}),
    ]
    assert faults("propagate", wrong) == [
        "a: no input plait",
        "b: no operation screen",
        "c: 1 inputs",
        "c: twice",
        "c: []",
        "c: no z before it",
        "d: other choices than way",
        "e: no knob gone",
        "f: live_st is no such file",
    ]


def test_what_no_graph_does_is_refused():
    with pytest.raises(GraphRefused, match="'screen' has no live graph; choose one of over, replace"):
        live_graph("screen")
    with pytest.raises(GraphRefused, match="wants a layer with alpha"):
        live_graph("add", whole=True)


# Live, with maps made by hand: a shift, a light, and a matte


W, H = 24, 18
SIZE = (W, H)
random = np.random.default_rng(3)
PLATE = (0.2 + 0.5 * random.random((H, W, 3))).astype(np.float32)
MATTE = np.clip(np.linspace(2.5, -0.5, W, dtype=np.float32), 0, 1)[None].repeat(H, 0)


def picture(rgb: np.ndarray, a: np.ndarray) -> Picture:
    return Picture(np.concatenate([rgb, a[..., None]], 2).astype(np.float32), SIZE)


def canonical() -> np.ndarray:
    rows, columns = np.mgrid[:H, :W]
    wave = 0.4 + 0.2 * np.sin(columns / 3) * np.cos(rows / 4)
    return np.stack([wave, wave * 0.7, wave * 1.3], 2).astype(np.float32)


def texture() -> Picture:
    """A premultiplied disc with a soft edge."""
    rows, columns = np.mgrid[:H, :W]
    alpha = np.sin(np.pi / 2 * np.clip((6.5 - np.hypot(columns - 9, rows - 8)) / 5, 0, 1)) ** 2
    return picture(alpha[..., None] * np.float32([0.05, 0.8, 0.1]), alpha)


def st(dx: float, dy: float) -> Picture:
    rows, columns = np.mgrid[:H, :W]
    u, v = (columns + dx + 0.5) / W, 1 - (rows + dy + 0.5) / H
    return Picture(np.stack([u, v, np.ones((H, W)), np.ones((H, W))], 2).astype(np.float32), SIZE)


def live(
    mode: str,
    paint: Picture,
    gain: float = 1.0,
    dx: float = 0,
    whole: bool = False,
    darkest: float = 0,
    matte: np.ndarray = MATTE,
) -> dict[str, Picture]:
    files = {
        "live_canonical": picture(canonical(), np.ones((H, W))),
        "live_st": st(dx, 0),
        "live_gain": picture(gain * matte[..., None] * np.ones(3), matte),
        "live_hold": picture(matte[..., None] * np.ones(3), np.ones((H, W))),
    }
    ports = {"plate": picture(PLATE, np.full((H, W), 0.25)), "texture": paint}
    return evaluate(live_graph(mode, whole), ports, files, {}, {"darkest": darkest})


@pytest.mark.parametrize("mode", MODES)
def test_where_nothing_is_painted_the_plate_keeps_its_bits(mode: str):
    made = live(mode, texture(), gain=1.3, dx=2.37)
    reach = 3
    near = np.hypot(np.arange(W)[None] + 2.37 - 9, np.arange(H)[:, None] - 8) < 6.5 + reach
    np.testing.assert_array_equal(made["picture"].rgba[~near, :3], PLATE[~near])
    assert (made["picture"].rgba[near, :3] != PLATE[near]).any()
    assert (made["picture"].rgba[..., 3] == 0.25).all(), "alpha is the plate's"
    assert (made["edit"].rgba[~near] == 0).all()


@pytest.mark.parametrize("mode", MODES)
def test_without_texture_the_picture_is_the_plate_in_every_bit(mode: str):
    made = live(mode, Picture(np.zeros((H, W, 4), np.float32), SIZE), gain=0.7, dx=1.4)
    np.testing.assert_array_equal(made["picture"].rgba[..., :3], PLATE)


def by_hand(mode: str, gain: float) -> np.ndarray:
    """What comes out where the map is the identity."""
    t = texture().rgba
    rgb, a, m = t[..., :3], t[..., 3:], MATTE[..., None]
    return {
        "over": PLATE * (1 - a * m) + gain * m * rgb,
        "replace": PLATE * (1 - a * m) + m * rgb,
        "add": PLATE + gain * m * rgb,
        "multiply": PLATE * (1 - m * a + m * rgb),
    }[mode]


@pytest.mark.parametrize("mode", MODES)
def test_with_the_identity_each_mode_is_its_formula(mode: str):
    np.testing.assert_allclose(live(mode, texture(), 1.3)["picture"].rgba[..., :3], by_hand(mode, 1.3), atol=2e-5)


@pytest.mark.parametrize("mode", ["over", "replace", "add", "multiply"])
def test_the_edit_over_the_plate_is_the_picture(mode: str):
    made = live(mode, texture(), 1.3)
    edit = made["edit"].rgba
    np.testing.assert_allclose(edit[..., :3] + (1 - edit[..., 3:]) * PLATE, made["picture"].rgba[..., :3], atol=2e-5)


@pytest.mark.parametrize("mode", ["over", "replace"])
def test_of_a_whole_picture_the_change_is_laid(mode: str):
    painted = canonical()
    painted[5:9, 4:10] = (0.9, 0.1, 0.2)
    made = live(mode, picture(painted, np.ones((H, W))), gain=1.3, whole=True)
    wanted = PLATE.copy()
    m = MATTE[5:9, 4:10, None]
    wanted[5:9, 4:10] = PLATE[5:9, 4:10] * (1 - m) + (1.3 if mode == "over" else 1) * m * np.float32([0.9, 0.1, 0.2])
    np.testing.assert_allclose(made["picture"].rgba[..., :3], wanted, atol=2e-5)


@pytest.mark.parametrize("mode", ["replace", "multiply"])
@pytest.mark.parametrize("blue", [0.1, -0.02])
def test_live_samples_as_the_core_does(mode: str, blue: float):
    """Moved by a part of a pixel: the core's own picture, also where the filter rings below the paint."""
    paint, dx = texture(), 0.4
    paint.rgba[..., 2] = blue * paint.rgba[..., 3]
    rows, columns = np.mgrid[:H, :W].astype(np.float32)
    xy = np.stack([columns + np.float32(dx), rows], 2)
    whole = np.ones((H, W), np.float32)
    core = lay(PLATE, xy, whole, whole > 0, Paint(paint.rgba[..., :3], paint.rgba[..., 3], canonical(), whole, mode))
    made = live(mode, paint, dx=dx, darkest=min(blue, 0), matte=whole)
    assert mode == "multiply" or (made["sharp"].rgba[..., :3] < made["paint"].rgba[..., :3]).any()
    found = made["picture"].rgba[..., :3]
    exact = [0, 1, 2] if blue > 0 else [2]  # the core has a limit for each channel
    np.testing.assert_allclose(found[..., exact], core.rgb[..., exact], atol=2e-5)
    np.testing.assert_allclose(found, core.rgb, atol=5e-3)


@pytest.mark.parametrize("mode", ["over", "replace", "multiply"])
def test_the_filter_leaves_no_dark_rim_beside_paint(mode: str):
    """Hard-edged and bright, between pixels: without a limit the rim would be darker than the plate by 0.05."""
    alpha = np.zeros((H, W), np.float32)
    alpha[6:12, 3:11] = 1
    hard = picture(alpha[..., None] * np.float32([4, 2, 1]), alpha)
    limited, free = live(mode, hard, dx=0.5), live(mode, hard, dx=0.5, darkest=-10)
    beside = (limited["layer_warped"].rgba[..., 3] < 0) & (MATTE > 0.9)
    rim = [made["picture"].rgba[..., :3][beside] - PLATE[beside] for made in (limited, free)]
    assert beside.sum() > 5
    assert rim[0].min() > -1e-6 and rim[1].min() < -0.01


# The other nodes


def test_propagate_gives_what_way_and_output_choose():
    files = {name: picture(np.full((H, W, 3), n), np.ones((H, W))) for n, name in enumerate(("result", "result_stmap"))}
    steps = graph.propagate_graph()
    for output, wanted in ((0, 0.0), (2, 1.0)):
        made = evaluate(steps, {}, files, {"way": 1, "output": output}, {})
        assert (made["out"].rgba[..., 0] == wanted).all()


def test_import_gives_the_paint_at_its_opacity():
    made = evaluate(graph.import_graph(), {"paint": texture()}, {}, {"source": 0}, {"opacity": 0.5})
    np.testing.assert_array_equal(made["out"].rgba, texture().rgba * np.float32(0.5))


def test_import_makes_a_layer_of_a_whole_picture():
    painted = canonical()
    painted[3:6, 2:8] = (0.9, 0.1, 0.2)
    ports = {"paint": picture(painted, np.zeros((H, W))), "canonical": picture(canonical(), np.ones((H, W)))}
    out = evaluate(graph.import_graph(whole=True), ports, {}, {"source": 0}, {"opacity": 1})["out"].rgba
    assert (out[3:6, 2:8, 3] == 1).all() and out[..., 3].sum() == 18
    np.testing.assert_array_equal(out[3:6, 2:8, :3], painted[3:6, 2:8])
    assert (out[7:] == 0).all()


def test_export_shows_the_picture_or_a_guide():
    files = {"file": texture(), "file.coverage": picture(PLATE, MATTE)}
    for place, wanted in ((0, texture().rgba), (2, picture(PLATE, MATTE).rgba)):
        np.testing.assert_array_equal(
            evaluate(graph.export_graph(), {}, files, {"show": place}, {})["out"].rgba, wanted
        )
