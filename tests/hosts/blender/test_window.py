"""What a window would show and do, as far as it can be asked for without one."""

from __future__ import annotations

from unreel.plugin.face import read_face

from .conftest import Blender


def test_the_panel_has_every_knob_and_button_and_the_menu_every_node(blender: Blender):
    told = blender.call("window.draw")
    for face in read_face().nodes:
        drawn = told[face.id]
        assert sorted(text for kind, text in drawn if kind == "prop") == sorted(knob.label for knob in face.knobs)
        assert sorted(text for kind, text in drawn if kind == "operator") == sorted(b.label for b in face.buttons)
        assert [text for kind, text in drawn if kind == "label"] == list(face.pages)
    labels = [node.label for node in read_face().nodes]
    assert told["menu"] == [
        ["menu", "Unreel"],
        *(["operator", label] for label in labels),
        ["operator", "Upgrade Unreel Nodes"],
    ]


def test_a_job_is_followed_by_the_timer_until_it_ends_or_its_node_is_gone(blender: Blender):
    told = blender.call("window.follow")
    assert told == {"first": 0.5, "ticks": [0.5, 0.5, None], "gone": None, "kept": [True, True]}


def test_an_older_node_is_upgraded_and_a_newer_one_left_alone(blender: Blender):
    told = blender.call("window.upgrade")
    assert told["version"] and "upgraded" in told["old"]
    assert told["sockets"] == {"Plate": True, "Texture": False}
    assert "newer" in told["new"]


def test_what_knobs_hold_is_kept_when_they_have_other_names_since(blender: Blender):
    said, held = blender.call("window.renamed", place=blender.place)
    assert said.endswith("is upgraded to Train 2")
    assert held == {
        "key": "1007",
        "preset": "hero",
        "proxy": None,
        "plate": "/p/plate.####.exr",
        "seed": 0,
        "folder": "/s.unreel",
    }
