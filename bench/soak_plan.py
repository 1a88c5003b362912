"""What each job of `soak.py` is: drawn from its number, so that the same number is the same job again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

import numpy as np

from .soak_shots import Place, SmallShot

Fault = Literal["none", "kill", "terminate", "cancel", "host gone", "full disk", "damage"]
Via = Literal["command line", "worker"]

COMMANDS = {
    "train": 6,
    "propagate": 5,
    "import": 3,
    "export": 2,
    "matte": 2,
    "batch": 2,
    "sheet": 1,
    "estimate": 1,
    "restore": 1,
    "discard": 1,
}
"""And how often each comes."""
LINES = {"train": 15, "batch": 15}
"""Of progress, after which a disturbance comes at the latest; the others tell only some."""
VIAS: dict[Via, int] = {"command line": 1, "worker": 1}
FAULTS: dict[Fault, int] = {
    "none": 4,
    "kill": 4,
    "terminate": 2,
    "cancel": 2,
    "host gone": 1,
    "full disk": 3,
    "damage": 4,
}
NOTHING: Mapping[str, str] = MappingProxyType({})
DAMAGED = ("plate", "plate", "plate", "matte", "paint", "unreel folder")
POSITIONAL = {"export": ("folder",), "import": ("folder", "edit"), "propagate": ("folder",), "sheet": ("folder",)}
POSITIONAL |= {"restore": ("folder",), "discard": ("folder",)}


@dataclass(frozen=True)
class Plan:
    index: int
    command: str
    via: Via
    fault: Fault
    fresh: bool
    """There is no unreel folder before."""
    line: int
    """Of its progress, after which the fault comes, if it comes while it runs."""
    seconds: float
    """After that."""
    free: int
    """Bytes that a full disk still takes."""
    hurt: str
    """What is damaged."""
    values: dict[str, Any] = field(default_factory=dict)
    flags: dict[str, Any] = field(default_factory=dict)

    @property
    def spoken(self) -> str:
        what = f"{self.fault} of the {self.hurt}" if self.fault == "damage" else self.fault
        return f"job {self.index}: {self.command} by {self.via}, {what}"


def pick(rng: np.random.Generator, weights: dict[Any, int]) -> Any:
    names, counts = list(weights), np.array(list(weights.values()), float)
    return names[int(rng.choice(len(names), p=counts / counts.sum()))]


def draw_plan(
    index: int, rng: np.random.Generator, place: Place, shot: SmallShot, chosen: Mapping[str, str] = NOTHING
) -> Plan:
    """chosen: `command`, `via` and `fault`, where they are not drawn."""
    drawn = {
        "command": pick(rng, COMMANDS),
        "via": pick(rng, {"command line": 1, "worker": 1}),
        "fault": pick(rng, FAULTS),
    }
    command, via, fault = (drawn | dict(chosen)).values()
    if command == "batch":
        via = "command line"
    if fault == "host gone" and via == "command line":
        fault = "terminate"
    hurt = DAMAGED[int(rng.integers(len(DAMAGED)))]
    if (hurt == "paint" and command != "import") or (hurt == "matte" and not (shot.matte or shot.layers)):
        hurt = "plate"
    out = place.full if fault == "full disk" else place.shot
    values, flags = draw_options(command, rng, place, shot, str(out / "new"))
    return Plan(
        index,
        command,
        via,
        fault,
        command == "train" and bool(rng.random() < 0.5),
        min(int(rng.integers(0, 16)), LINES.get(command, 4)),
        float(rng.random()) * 0.3,
        int(10 ** rng.uniform(3, 5.7)),
        hurt,
        values,
        flags,
    )


def draw_options(
    command: str, rng: np.random.Generator, place: Place, shot: SmallShot, out: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Settings and options of a command that can be done."""

    def one(*choices: Any) -> Any:
        return choices[int(rng.integers(len(choices)))]

    folder = {"folder": str(place.unreel)}
    layer = {"layer": shot.layers[0]} if shot.layers else {}
    frame = int(one(*shot.frames))
    if command in ("train", "estimate"):
        values = {
            **shot.values,
            "solve.stiffness": one("auto", "plane", "stiff", "soft"),
            "solve.threads": one(0, 1, 3),
        }
        values |= {"preset": one("draft", "standard", "hero"), "missing": one("error", "error", "nearest", "skip")}
        if command == "train" and rng.random() < 0.12:
            values |= {"solve.engine": "fields", "fields.steps": 25, "fields.start_steps": 20}
        return values, {"output": str(place.unreel), "resume": bool(rng.random() < 0.4)}
    if command == "matte":
        return {"plate": shot.values["plate"]}, {"output": f"{out}/matte.####.exr"}
    if command == "export":
        flags = {"output": f"{out}/canonical.{one('exr', 'png', 'tif')}", "guides": one(False, True)}
        return {}, {**folder, **layer, **flags, "kind": one("plate", "plate", "solved")}
    if command == "import":
        flags = {"edit": str(place.shot / "paint.exr"), "on": one("canonical", str(frame))}
        flags |= {"mode": one("over", "replace", "multiply", "add"), "opacity": one(1.0, 0.5), "name": one("mark", "b")}
        return {}, {**folder, **layer, **flags}
    if command == "propagate":
        outputs = one(
            ["comp"], ["comp", "layer"], ["stmap", "inverse"], ["layer", "visibility", "confidence"], ["live"]
        )
        flags = {"output": f"{out}/out.####.exr", "outputs": outputs}
        only = {"layer", "comp"} >= set(outputs)
        flags |= {} if only and rng.random() < 0.5 else layer
        flags |= one({}, {"frames": f"{shot.frames[0]}-{frame}"}, {"texture": ["mark"]})
        return one({}, {"light.strength": 0.5}, {"match.sharpness": 1.0, "match.grain": 1.0}), {**folder, **flags}
    if command == "sheet":
        return {}, {**folder, **layer, "output": f"{out}/sheet.png"}
    return {}, ({} if command == "batch" else {**folder, **(layer if command == "restore" else {})})


def words_of(plan: Plan) -> list[str]:
    """The command line that asks for the same as the job."""
    flags, values = dict(plan.flags), dict(plan.values)
    words = [plan.command]
    if "plate" in values:
        words.append(values.pop("plate"))
    if plan.command == "estimate":
        flags = {}
    words += [flags.pop(name) for name in POSITIONAL.get(plan.command, ())]
    for name, value in flags.items():
        if value is True:
            words.append(f"--{name}")
        elif name == "texture":
            words += [word for each in value for word in ("--texture", each)]
        elif value is not False:
            words += [f"--{name}", ",".join(value) if isinstance(value, list) else str(value)]
    return words + [word for name, value in values.items() for word in ("--set", f"{name}={json.dumps(value)}")]
