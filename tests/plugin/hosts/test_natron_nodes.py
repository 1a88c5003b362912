"""The nodes that a graph becomes in Natron, computed by what the plug-ins' sources say, against the neutral graph."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from unreel.plugin.face import read_face
from unreel.plugin.hosts import natron_inside
from unreel.plugin.hosts.natron_nodes import native_nodes
from unreel.plugin.nodes.graph import MODES, Step, import_graph, propagate_graph
from unreel.plugin.nodes.ops import OPS

from ..fake_natron import FakeNatron, running
from ..fake_natron_app import App
from ..fake_natron_nodes import Effect
from ..natron_pixels import rendered
from ..nodes.evaluate import Picture, as_seen_in, evaluate

SIZE = (9, 7)
FILES = {
    "live_canonical": "/shot/canonical.exr",
    "live_st": "/shot/st.####.exr",
    "live_gain": "/shot/gain.####.exr",
    "live_hold": "/shot/hold.####.exr",
}


@pytest.fixture
def natron():
    with running("") as fake:
        yield fake


def noise(seed: int, low: float, high: float, x: int = 0, y: int = 0, size: tuple[int, int] = SIZE) -> Picture:
    width, height = size
    return Picture(np.random.default_rng(seed).uniform(low, high, (height, width, 4)).astype(np.float32), SIZE, x, y)


def pictures() -> tuple[dict[str, Picture], dict[str, Picture]]:
    """Ports and files: light below 0 and above 1, a plate with overscan, paint with soft and clear pixels."""
    plate = noise(1, -0.05, 3, -1, -2, (12, 11))
    texture = noise(2, -0.06, 1.5)
    texture.rgba[2:4, 3:5] = 0
    texture.rgba[..., 3] = np.clip(texture.rgba[..., 3], 0, 1)
    rows, columns = np.mgrid[:11, :12].astype(np.float32)
    st = np.ones((11, 12, 4), np.float32)
    st[..., 0] = (columns - 1 + 0.8) / SIZE[0]
    st[..., 1] = 1 - (rows - 2 + 0.3) / SIZE[1]
    window = {"x": -1, "y": -2, "size": (12, 11)}
    files = {
        "live_canonical": noise(3, -0.03, 2),
        "live_st": Picture(st, SIZE, -1, -2),
        "live_gain": noise(4, 0, 1.5, **window),
        "live_hold": noise(5, 0, 1, **window),
    }
    return {"plate": plate, "texture": texture}, files


def group_of(natron: FakeNatron, node_id: str, **choices: int | float) -> tuple[App, Effect]:
    """A group with the inputs of a node, and knobs for the steps to follow."""
    app = natron.new_app()
    group = app.createNode("fr.inria.built-in.Group")
    assert group is not None
    for name, value in choices.items():
        make = group.createIntParam if isinstance(value, int) else group.createDoubleParam
        make(name, name).setValue(value)
    natron_inside.make_ports(app, group, read_face().node(node_id))
    return app, group


def close(found: Picture, wanted: Picture) -> None:
    assert (found.x, found.y, found.rgba.shape) == (wanted.x, wanted.y, wanted.rgba.shape)
    np.testing.assert_allclose(found.rgba, wanted.rgba, atol=2e-5, rtol=2e-5)


CASES = [(mode, False) for mode in MODES] + [("over", True), ("replace", True)]


@pytest.mark.parametrize("output", [0, 1, 2])
@pytest.mark.parametrize(("mode", "whole"), CASES)
def test_live_is_the_neutral_graph(natron: FakeNatron, mode: str, whole: bool, output: int):
    app, group = group_of(natron, "propagate", way=0, output=output, darkest=-0.03)
    ports, files = pictures()
    if whole:
        ports["texture"] = replace(files["live_canonical"], rgba=files["live_canonical"].rgba.copy())
        ports["texture"].rgba[1:3, 2:6] += np.float32(0.3)
    steps = propagate_graph(mode, whole)
    natron_inside.build(app, group, steps, FILES)
    wanted = evaluate(steps, ports, files, {"way": 0, "output": output}, {"darkest": -0.03})["out"]
    labelled = {"Plate": ports["plate"], "Texture": ports["texture"]}
    found = rendered(group, labelled, {FILES[knob]: picture for knob, picture in files.items()})
    close(found, wanted)
    assert np.abs(wanted.rgba).max() > 0.1


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("size", [SIZE, (16, 12)])
def test_a_texture_without_overscan_lies_where_its_format_is(natron: FakeNatron, mode: str, size: tuple[int, int]):
    """Also one of another format: STMap's 0 to 1 is its source's, and all formats have one bottom left."""
    app, group = group_of(natron, "propagate", way=0, output=0, darkest=0.0)
    ports, files = pictures()
    files["live_canonical"] = noise(3, -0.03, 2, -3, -2, (15, 12))
    ports["texture"] = Picture(noise(2, 0, 1, size=size).rgba, size)
    natron_inside.build(app, group, propagate_graph(mode), FILES)
    labelled = {"Plate": ports["plate"], "Texture": ports["texture"]}
    found = rendered(group, labelled, {FILES[knob]: picture for knob, picture in files.items()})
    seen = {**ports, "texture": as_seen_in(ports["plate"], ports["texture"])}
    numbers = {"way": 0, "output": 0, "darkest": 0}
    wanted = evaluate(propagate_graph(mode), seen, files, numbers, numbers)["out"]
    close(found, wanted)
    assert np.abs(wanted.rgba - ports["plate"].rgba).max() > 0.3


def test_where_nothing_is_painted_the_plate_keeps_its_bits(natron: FakeNatron):
    app, group = group_of(natron, "propagate", way=0, output=0, darkest=0.0)
    ports, files = pictures()
    ports["texture"] = replace(ports["texture"], rgba=np.zeros_like(ports["texture"].rgba))
    natron_inside.build(app, group, propagate_graph(), FILES)
    labelled = {"Plate": ports["plate"], "Texture": ports["texture"]}
    found = rendered(group, labelled, {FILES[knob]: picture for knob, picture in files.items()})
    np.testing.assert_array_equal(found.rgba, ports["plate"].rgba)


@pytest.mark.parametrize("whole", [False, True])
def test_import_is_the_neutral_graph(natron: FakeNatron, whole: bool):
    app, group = group_of(natron, "texture_import", source=1, opacity=0.4)
    ports = {"paint": noise(1, 0, 1), "canonical": noise(2, 0, 1)}
    steps = import_graph(whole)
    natron_inside.build(app, group, steps, {"file": "/paint.exr"})
    file = noise(3, -0.1, 2)
    wanted = evaluate(steps, ports, {"file": file}, {"source": 1}, {"opacity": 0.4})["out"]
    close(rendered(group, {"Paint": ports["paint"], "Canonical": ports["canonical"]}, {"/paint.exr": file}), wanted)


@pytest.mark.parametrize("channels", ["rgba", "rgb", "alpha"])
def test_a_product_is_right_also_where_both_are_negative(natron: FakeNatron, channels: str):
    app, group = group_of(natron, "propagate")
    steps = (
        Step("plate", "input", (), {"port": "plate"}),
        Step("texture", "input", (), {"port": "texture"}),
        Step("product", "multiply", ("texture", "plate"), {"channels": channels}),
    )
    natron_inside.build(app, group, steps, {})
    plate, texture = noise(1, -1, 1), noise(2, -1, 1)
    wanted = evaluate(steps, {"plate": plate, "texture": texture}, {}, {}, {})["product"]
    close(rendered(group, {"Plate": plate, "Texture": texture}, {}), wanted)


def test_every_operation_has_its_nodes():
    steps = [step for mode, whole in CASES for step in (*propagate_graph(mode, whole), *import_graph(whole))]
    made = {step.op for step in steps if step.op not in ("input", "read") and native_nodes(step, steps)}
    assert made | {"input", "read"} == set(OPS)
    with pytest.raises(KeyError, match="blur"):
        native_nodes(Step("x", "blur", ("a",)), ())


@pytest.mark.parametrize("way", [0, 1])
def test_before_anything_is_made_the_plate_passes(natron: FakeNatron, way: int):
    app, group = group_of(natron, "propagate", way=way, output=0, darkest=0.0)
    natron_inside.build(app, group, propagate_graph(), {})
    plate = noise(1, 0, 1)
    np.testing.assert_array_equal(rendered(group, {"Plate": plate}, {}).rgba, plate.rgba)


def test_readers_give_the_numbers_as_they_are(natron: FakeNatron):
    app, group = group_of(natron, "propagate", way=0, output=0, darkest=0.0)
    natron_inside.build(app, group, propagate_graph(), FILES)
    readers = {child.getLabel(): child for child in group.getChildren() if child.isReaderNode()}
    assert set(readers) == {"canonical", "st", "gain", "hold"}
    for name, reader in readers.items():
        held = {each: reader.getParam(each) for each in ("before", "after", "onMissingFrame", "filePremult")}
        beyond = "hold" if name == "canonical" else "error"
        found = {each: param.getOption(param.get()) for each, param in held.items()}
        assert found == {"before": beyond, "after": beyond, "onMissingFrame": "error", "filePremult": "premult"}
        assert reader.getParam("ocioInputSpace").get() == reader.getParam("ocioOutputSpace").get()


def test_a_layer_that_the_file_lacks_is_left_out(natron: FakeNatron):
    from unreel.plugin.nodes.graph import export_graph

    natron.layers["/c.exr"] = ("grid", "coverage")
    app, group = group_of(natron, "canonical_export", show=0)
    natron_inside.build(app, group, export_graph(), {"file": "/c.exr"})
    switch = next(child for child in group.getChildren() if child.getLabel() == "out" and child.getMaxInputCount() > 1)
    assert [switch.getInput(index) is not None for index in range(4)] == [True, True, True, False]


def test_what_cannot_be_built_leaves_the_inside_as_it_was(natron: FakeNatron):
    app, group = group_of(natron, "propagate", way=0, output=0, darkest=0.0)
    natron_inside.build(app, group, propagate_graph(), FILES)
    before = sorted(child.getScriptName() for child in group.getChildren())
    with pytest.raises(KeyError):
        natron_inside.build(app, group, (*propagate_graph(), Step("x", "blur", ("plate",))), FILES)
    assert sorted(child.getScriptName() for child in group.getChildren()) == before


def test_a_build_again_leaves_one_of_each(natron: FakeNatron):
    app, group = group_of(natron, "propagate", way=0, output=0, darkest=0.0)
    natron_inside.build(app, group, propagate_graph(), FILES)
    count = len(group.getChildren())
    natron_inside.build(app, group, propagate_graph(), FILES)
    assert len(group.getChildren()) == count
