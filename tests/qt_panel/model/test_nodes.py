from __future__ import annotations

import json

from unreel.plugin.face import read_face
from unreel.qt_panel.model.nodes import make_node


def test_a_node_starts_with_the_defaults_of_the_face():
    node = make_node("train")
    assert node.knobs["preset"] == "standard" and node.knobs["further_keys"] == ()
    assert {knob.name for knob in read_face().node("train").knobs} < node.knobs.keys()


def test_paint_comes_from_files():
    assert make_node("texture_import").knobs["source"] == "file"


def test_what_is_kept_comes_back_through_json():
    node = make_node("train")
    node.knobs.update(preset="draft", further_keys=(3, 9), plate="/a/b.####.exr")
    kept = json.loads(json.dumps(node.to_json()))
    assert kept == {"preset": "draft", "further_keys": [3, 9], "plate": "/a/b.####.exr"}
    assert make_node("train", kept).knobs == node.knobs


def test_a_knob_of_another_version_is_left_out():
    assert "sparkle" not in make_node("train", {"sparkle": 3}).knobs
