"""The knobs of a shot as they were last: kept with the user's settings, or found in what was trained."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from unreel.plugin import protocol
from unreel.plugin.face import Value, read_face
from unreel.plugin.nodes.train import BY_PRESET
from unreel.plugin.stale import flat, made_file

from .nodes import NodeState, as_value

FOLDER = "shots"


@dataclass(frozen=True)
class ShotMemory:
    frame: int | None = None
    knobs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Node -> knob -> value, those that are not at their default."""


def memory_file(config: Path, plate: str) -> Path:
    return config / FOLDER / f"{hashlib.sha256(plate.encode()).hexdigest()[:16]}.json"


def keep(config: Path, plate: str, frame: int, nodes: Mapping[str, NodeState]) -> None:
    """OSError where the config folder can't be written to."""
    file = memory_file(config, plate)
    file.parent.mkdir(parents=True, exist_ok=True)
    knobs = {id: node.to_json() for id, node in nodes.items()}
    protocol.write_json(file, {"plate": plate, "frame": frame, "nodes": knobs})


def recall(config: Path, plate: str) -> ShotMemory:
    """Empty where the shot is new to this user, or what was kept is damaged."""
    table = protocol.read_json(memory_file(config, plate)) or {}
    frame, nodes = table.get("frame"), table.get("nodes")
    return ShotMemory(
        frame if isinstance(frame, int) else None,
        {id: knobs for id, knobs in nodes.items() if isinstance(knobs, dict)} if isinstance(nodes, dict) else {},
    )


def trained_knobs(folder: Path) -> dict[str, Value]:
    """What Train's knobs were when the folder was trained, without what the preset decided."""
    made = protocol.read_json(made_file(folder, "train")) or {}
    settings = flat(made.get("settings", {}))
    return {
        knob.name: as_value(knob, settings[knob.owner["name"]])
        for knob in read_face().node("train").knobs
        if knob.owner["kind"] == "setting"
        and settings.get(knob.owner["name"]) is not None
        and not knob.owner["name"].startswith(BY_PRESET)
    }
