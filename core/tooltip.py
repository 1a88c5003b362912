"""The words that nodes and command line share."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files


def tooltip(node: str, knob: str) -> str:
    """What a knob means, as `plugin.yaml` says it. Empty where the twin lacks the knob: it has to be made anew then."""
    return _tooltips().get((node, knob), "")


@cache
def _tooltips() -> dict[tuple[str, str], str]:
    twin = files(__package__) / "nodes.json"
    table = json.loads(twin.read_text(encoding="utf-8")) if twin.is_file() else {"nodes": []}
    return {(node["id"], knob["name"]): knob["tooltip"] for node in table["nodes"] for knob in node["knobs"]}
