"""The nodes' face for those who read no YAML: `plugin.yaml`, with all owners looked up, as `core/nodes.json`.

`python -m unreel.core.face` writes it anew; with `--check` it only says whether that is needed.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from .errors import InputError, UnreelError, UsageError
from .face_owner import Value, parameter_named, value_of_setting
from .face_schema import FaceText, KnobText, NodeText
from .whole_file import replaced_whole

CORE = Path(__file__).resolve().parent
SOURCE = CORE.parent / "plugin.yaml"
TWIN = CORE / "nodes.json"
JOINED = ","
"""Between names that the command line takes in one word."""


def read_face(path: Path = SOURCE) -> FaceText:
    """`plugin.yaml`, checked. InputError where it is not beside the core; UsageError for what may not stand in it."""
    try:
        table = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}; run this in a checkout of Unreel") from None
    try:
        return FaceText.model_validate(table)
    except ValidationError as error:
        raise UsageError(f"{path.name}: " + "; ".join(spoken(each) for each in error.errors())) from None


def spoken(problem: Any) -> str:
    return f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}"


def make_twin(face: FaceText) -> dict[str, Any]:
    """The table that `nodes.json` holds."""
    table = face.model_dump(by_alias=True, include={"id", "name", "version", "license", "protocol", "hosts"})
    return {"schema": face.schema_version, **table, "nodes": [twin_of_node(node) for node in face.nodes]}


def twin_of_node(node: NodeText) -> dict[str, Any]:
    table = node.model_dump(mode="json", exclude={"knobs"})
    return {**table, "knobs": [twin_of_knob(knob, node) for knob in node.knobs]}


def twin_of_knob(knob: KnobText, node: NodeText) -> dict[str, Any]:
    """A knob with its type, default, range and choices. UsageError where its owner does not exist."""
    where = f"plugin.yaml: {node.id}.{knob.name}"
    value = narrowed(value_of_knob(knob, node, where), knob, where)
    kind, name = knob.owner
    return {
        "name": knob.name,
        "label": knob.label or knob.name.replace("_", " ").capitalize(),
        "type": value.type,
        "default": value.default,
        "optional": value.optional,
        "range": value.range,
        "choices": value.choices,
        "joined": JOINED if value.type == "names" and knob.type == "names" else None,
        "file": knob.file,
        "sequence": knob.sequence,
        "read_only": knob.own is not None and knob.own.read_only,
        "page": knob.page,
        "tooltip": knob.tooltip,
        "cli": command_line_of(knob, node, where),
        "owner": {"kind": kind, "name": name},
    }


def value_of_knob(knob: KnobText, node: NodeText, where: str) -> Value:
    if knob.own is not None:
        own = knob.own
        return Value(own.type, own.default, own.range, own.choices, own.default is None)
    if knob.setting is not None:
        return value_of_setting(knob.setting, where)
    return parameter_named(node.command, knob.owner[1], where).value


def narrowed(value: Value, knob: KnobText, where: str) -> Value:
    """A text as the file, range or names that it is."""
    narrower = "file" if knob.file is not None else knob.type
    if narrower is None or narrower == value.type:
        return value
    if value.type != "text":
        raise UsageError(f"{where}: its owner takes {value.type}, which can't be {narrower}")
    default = value.default.split(JOINED) if narrower == "names" and value.default else value.default
    return replace(value, type=narrower, default=default)


def command_line_of(knob: KnobText, node: NodeText, where: str) -> str | None:
    """How the command line says it: `--frames`, `PLATE`, `--set solve.proxy`; None for what only nodes have."""
    if knob.own is not None:
        return None
    if knob.setting is not None and knob.cli is None:
        return f"--set {knob.setting}"
    return parameter_named(node.command, knob.cli or knob.owner[1], where).words[-1]


def text_of(twin: dict[str, Any]) -> str:
    return json.dumps(twin, indent=1, ensure_ascii=False) + "\n"


def main(arguments: list[str]) -> int:
    """Exit code 0: the twin is what the sources say; 1: with `--check`, it is not."""
    try:
        made = text_of(make_twin(read_face()))
    except UnreelError as error:
        print(f"unreel: {error}", file=sys.stderr)
        return error.exit_code
    if TWIN.exists() and TWIN.read_text(encoding="utf-8") == made:
        return 0
    if "--check" in arguments:
        print(f"unreel: {TWIN} is not what plugin.yaml says; run: python -m unreel.core.face", file=sys.stderr)
        return 1
    with replaced_whole(TWIN) as temporary:
        temporary.write_text(made, encoding="utf-8")
    print(TWIN)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
