"""`plugin.yaml` and its twin are one, and hold all that the core can be asked for."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from unreel.core import face, training
from unreel.core.cli import main
from unreel.core.errors import InputError, UsageError
from unreel.core.face_owner import commands
from unreel.core.face_schema import FaceText, KnobText, NodeText
from unreel.core.settings import ShotSettings, names_of

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[2]
FACE = face.read_face()
TWIN = json.loads(face.TWIN.read_text(encoding="utf-8"))


def written(folder: Path, change: Any) -> Path:
    """plugin.yaml after `change` of its table."""
    table = yaml.safe_load(face.SOURCE.read_text(encoding="utf-8"))
    change(table)
    path = folder / "plugin.yaml"
    path.write_text(yaml.safe_dump(table), encoding="utf-8")
    return path


def knob(node: str, name: str) -> dict[str, Any]:
    knobs = next(each for each in TWIN["nodes"] if each["id"] == node)["knobs"]
    return next(each for each in knobs if each["name"] == name)


# The twin


def test_the_twin_is_what_plugin_yaml_says():
    assert face.TWIN.read_text(encoding="utf-8") == face.text_of(face.make_twin(FACE)), (
        "run: python -m unreel.core.face"
    )


def test_a_changed_tooltip_changes_the_twin(tmp_path):
    changed = face.read_face(written(tmp_path, lambda t: t["nodes"][0]["knobs"][0].update(tooltip="Film.")))
    assert face.make_twin(changed) != TWIN


def test_the_maker_writes_a_stale_twin_anew_and_check_only_tells(tmp_path, monkeypatch, capsys):
    twin = tmp_path / "nodes.json"
    twin.write_text("{}")
    monkeypatch.setattr(face, "TWIN", twin)
    assert face.main(["--check"]) == 1
    assert "python -m unreel.core.face" in capsys.readouterr().err
    assert twin.read_text() == "{}"
    assert face.main([]) == 0
    assert json.loads(twin.read_text()) == TWIN
    assert face.main(["--check"]) == 0


def test_types_and_bounds_come_from_the_owner():
    def of(node: str, name: str, *wanted: str) -> list[Any]:
        return [knob(node, name)[each] for each in wanted]

    assert of("texture_import", "opacity", "type", "default", "range", "optional") == ["float", 1.0, [0, 1], False]
    assert of("train", "matte_dilate", "type", "range", "cli") == ["float", [-64, 64], "--set matte.dilate"]
    assert of("train", "seed", "range", "owner") == [[0, None], {"kind": "setting", "name": "seed"}]
    assert of("train", "matte", "type", "optional", "cli") == ["file", True, "--matte"]
    assert of("train", "plate", "optional", "default", "cli", "sequence") == [False, None, "PLATE", True]
    assert of("train", "further_keys", "type", "default") == ["numbers", []]
    assert of("canonical_export", "space", "type", "choices", "optional") == [
        "choice",
        ["scene_linear", "texture_paint"],
        True,
    ]
    assert of("propagate", "outputs", "type", "default", "joined") == ["names", ["comp"], ","]
    assert of("propagate", "texture", "type", "default", "joined") == ["names", None, None]
    assert of("propagate", "way", "default", "cli") == ["live", None]


def test_a_default_never_wins_over_the_preset_that_is_chosen():
    assert knob("train", "proxy")["default"] is None
    assert knob("train", "cell")["choices"] == [4, 8, 16]
    assert knob("train", "cell")["optional"]
    assert not knob("train", "stiffness")["optional"], "no preset sets it"


# What may not stand in plugin.yaml


BAD = [
    ({"setting": "solve.proxi"}, "plugin.yaml: train.x: there is no setting 'solve.proxi'"),
    ({"setting": "solve"}, "there is no setting 'solve'"),
    ({"option": "--sede"}, "unreel train has no '--sede'; it has .*--seed"),
    ({"argument": "plates"}, "unreel train has no 'plates'"),
    ({"setting": "seed", "cli": "--sede"}, "unreel train has no '--sede'"),
    ({"setting": "seed", "option": "--seed"}, "needs one owner of setting, option, argument, own, not 2"),
    ({}, "needs one owner of setting, option, argument, own, not 0"),
    ({"option": "--seed", "cli": "--seed"}, "cli goes with setting alone"),
    ({"setting": "seed", "file": "in"}, "its owner takes int, which can't be file"),
    ({"setting": "plate", "sequence": True}, "a sequence is a file"),
    ({"setting": "seed", "tooltip": "No full stop"}, "tooltip"),
    ({"setting": "seed", "page": "Elsewhere"}, "pages with nothing, or not listed: \\['Elsewhere'\\]"),
    ({"setting": "seed", "name": "plate"}, "two knobs or buttons named plate"),
    ({"setting": "seed", "colour": "red"}, "colour"),
]


@pytest.mark.parametrize(("wrong", "message"), BAD, ids=lambda part: str(part)[:40])
def test_a_wrong_knob_is_refused(tmp_path: Path, wrong: dict[str, Any], message: str):
    more = {"name": "x", "page": "Shot", "tooltip": "A knob.", **wrong}
    path = written(tmp_path, lambda table: table["nodes"][0]["knobs"].append(more))
    with pytest.raises(UsageError, match=message):
        face.make_twin(face.read_face(path))


def test_an_unknown_command_is_refused(tmp_path):
    path = written(tmp_path, lambda table: table["nodes"][0].update(command="paint"))
    with pytest.raises(UsageError, match="no command 'paint'; there are .*train"):
        face.make_twin(face.read_face(path))


def test_without_plugin_yaml_it_says_where_to_run(tmp_path):
    with pytest.raises(InputError, match="plugin.yaml: No such file or directory; run this in a checkout"):
        face.read_face(tmp_path / "plugin.yaml")


# The twin against the core


def knobs_of(command: str, text: FaceText) -> list[KnobText]:
    return [each for node in text.nodes if node.command == command for each in node.knobs]


def options_without_knob(text: FaceText) -> list[str]:
    """Options and arguments of the nodes' commands that are neither a knob nor left out with a reason."""
    lost = []
    for command in {node.command for node in text.nodes}:
        asked = {word for each in knobs_of(command, text) for word in (each.cli, each.option, each.argument) if word}
        left_out = {each.option for each in text.not_knobs.options if command in each.commands}
        for parameter in commands()[command].values():
            if not {*parameter.words} & (asked | left_out):
                lost.append(f"{command} {parameter.words[-1]}")
    return sorted(lost)


def settings_without_knob(text: FaceText) -> list[str]:
    names = list(names_of(ShotSettings))
    single = [name for name in names if not any(other.startswith(f"{name}.") for other in names)]
    asked = {each.setting for node in text.nodes for each in node.knobs}
    left_out = tuple(each.setting for each in text.not_knobs.settings)
    return [n for n in single if n not in asked and not any(n == s or n.startswith(f"{s}.") for s in left_out)]


def left_out_for_nothing(text: FaceText) -> list[str]:
    """What is left out and is a knob nevertheless, or does not exist."""
    names = set(names_of(ShotSettings))
    asked = {each.setting or "" for node in text.nodes for each in node.knobs}
    settings = [each.setting for each in text.not_knobs.settings]
    wrong = [s for s in settings if s not in names or any(a == s or a.startswith(f"{s}.") for a in asked)]
    for each in text.not_knobs.options:
        for command in each.commands:
            words = {word for parameter in commands()[command].values() for word in parameter.words}
            owned = {word for one in knobs_of(command, text) for word in (one.cli, one.option)}
            if each.option not in words or each.option in owned:
                wrong.append(f"{command} {each.option}")
    return wrong


def test_every_option_and_setting_is_a_knob_or_left_out_with_a_reason():
    assert options_without_knob(FACE) == []
    assert settings_without_knob(FACE) == []
    assert left_out_for_nothing(FACE) == []
    assert all(each.reason for each in (*FACE.not_knobs.options, *FACE.not_knobs.settings))


def test_an_option_or_setting_without_knob_is_noticed(tmp_path):
    def without(table: dict[str, Any]) -> None:
        train = table["nodes"][0]
        train["knobs"] = [each for each in train["knobs"] if each["name"] not in ("seed", "proxy")]
        table["not_knobs"]["options"][0]["commands"] = ["train"]
        more = [{"setting": name, "reason": "none"} for name in ("light", "solve.gone")]
        table["not_knobs"]["settings"] += more

    text = face.read_face(written(tmp_path, without))
    assert options_without_knob(text) == ["propagate --set", "train --seed"]
    assert settings_without_knob(text) == ["seed", "solve.proxy"]
    assert left_out_for_nothing(text) == ["light", "solve.gone"]


SPOKEN = {"int": "7", "numbers": "7", "float": "7", "text": "x", "file": "x", "frames": "1-7", "choice": "hero"}
"""A value of each type, as a word of the command line."""


def with_cli(node: NodeText) -> list[tuple[str, str, str]]:
    """Knobs that own a setting and have an option for it: knob, setting, option."""
    return [(each.name, each.setting, each.cli) for each in node.knobs if each.setting and each.cli]


def setting_in(values: dict[str, Any], name: str) -> Any:
    for part in name.split("."):
        values = values[part]
    return values


@pytest.mark.parametrize(("name", "setting", "option"), with_cli(FACE.nodes[0]))
def test_the_option_of_a_setting_sets_it(name, setting, option, monkeypatch):
    seen = {}

    def remember(plate: str, output: Path, values: dict[str, Any], *_: object) -> dict[str, Any]:
        seen.update(values, plate=plate)
        return {}

    monkeypatch.setattr(training, "train", remember)
    word = SPOKEN[knob("train", name)["type"]]
    words = [word] if option == "PLATE" else [option, word]
    before = ["--key", "3"] if name == "further_keys" else []
    assert main(["train", "-o", "x.unreel", *before, *words]) == 0
    wanted = {"key": 7, "further_keys": [7], "seed": 7}.get(name, word)
    assert setting_in(seen, setting) == wanted


def helps_of_their_own(text: FaceText) -> list[str]:
    """Knobs whose option or argument is explained in other words than the knob's."""
    return [
        f"{node.id}.{each.name}"
        for node in text.nodes
        for each in node.knobs
        for word in [each.cli or each.option or each.argument]
        for parameter in commands()[node.command].values()
        if word in parameter.words and not parameter.help.startswith(each.tooltip) and each.name not in SECOND
    ]


SECOND = {"further_keys"}
"""Knobs that share an option with another, whose words it has."""


def test_the_command_line_helps_with_the_knobs_words():
    assert helps_of_their_own(FACE) == []


def test_an_option_with_words_of_its_own_is_noticed(tmp_path):
    path = written(tmp_path, lambda table: table["nodes"][0]["knobs"][2].update(tooltip="Which frames."))
    assert helps_of_their_own(face.read_face(path)) == ["train.frames"]


def test_the_plugin_is_the_project_and_has_its_four_nodes():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert (FACE.id, FACE.version, FACE.license) == (project["name"], project["version"], project["license"])
    assert [node.id for node in FACE.nodes] == ["train", "canonical_export", "texture_import", "propagate"]
