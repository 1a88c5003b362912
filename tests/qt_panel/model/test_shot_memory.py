from __future__ import annotations

import json
from pathlib import Path

from unreel.qt_panel.model.nodes import make_node
from unreel.qt_panel.model.shot_memory import keep, memory_file, recall, trained_knobs


def test_knobs_come_back_for_their_plate_alone(config: Path):
    train = make_node("train")
    train.knobs["preset"] = "draft"
    keep(config, "/a/plate.####.exr", 1007, {"train": train})
    assert recall(config, "/a/plate.####.exr").knobs == {"train": {"preset": "draft"}}
    assert recall(config, "/a/plate.####.exr").frame == 1007
    assert recall(config, "/b/plate.####.exr").knobs == {}


def test_what_is_damaged_counts_as_nothing(config: Path):
    keep(config, "/a", 1, {})
    memory_file(config, "/a").write_text('{"frame": "x", "nodes": [1]}', encoding="utf-8")
    assert recall(config, "/a").frame is None and recall(config, "/a").knobs == {}


def test_a_trained_folder_says_what_was_asked_for_but_not_what_its_preset_decided(tmp_path: Path):
    made = tmp_path / "a.unreel" / "made"
    made.mkdir(parents=True)
    settings = {
        "frames": "1-6",
        "matte": {"path": "/m.####.exr"},
        "further_keys": [3],
        "preset": "draft",
        "solve": {"proxy": 480},
    }
    (made / "train.json").write_text(json.dumps({"settings": settings}), encoding="utf-8")
    assert trained_knobs(tmp_path / "a.unreel") == {
        "frames": "1-6",
        "matte": "/m.####.exr",
        "further_keys": (3,),
        "preset": "draft",
    }
    assert trained_knobs(tmp_path) == {}
