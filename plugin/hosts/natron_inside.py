"""The inside of a group in Natron: native nodes for the steps of a neutral graph, and its inputs and output."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..face import NodeFace
from ..nodes.graph import Step
from ..nodes.host import HostFailed
from .natron_files import UNLIKE_READ, read_values
from .natron_going import take_away
from .natron_native import Native
from .natron_nodes import INPUT, OUTPUT, READ, SWITCH, native_nodes
from .natron_values import apply, choose_layer

STEP, PORT = "step_", "in_"
"""Script names of nodes inside. A child and a knob of one name would hide each other from Python and expressions."""
PASSES = {"picture": "plate", "result": "plate"}
"""What a switch shows in place of a picture that is not made yet. Natron crashes where it writes what has no input."""
COLUMN, ROW = 140.0, 90.0


def make_ports(app: Any, group: Any, face: NodeFace) -> None:
    """The inputs in the face's order, and the output; those that are there keep what is connected to them."""
    for place, port in enumerate(face.inputs):
        if group.getNode(PORT + port.name) is None:
            node = made(app, INPUT, group, PORT + port.name, port.label)
            node.setPosition(place * COLUMN, 0.0)
            apply(node, {}, {"optional": not port.required})
    if output_of(group) is None:
        created(app, OUTPUT, group).setPosition(0.0, 30 * ROW)


def output_of(group: Any) -> Any:
    """Its Output, by the plug-in: Natron gives it a name, and lets nobody change that."""
    return next((child for child in group.getChildren() if child.getPluginID() == OUTPUT), None)


def build(app: Any, group: Any, steps: Sequence[Step], files: Mapping[str, str]) -> None:
    """Native nodes for steps, in place of those that are there. HostFailed leaves the inside as it was."""
    old = [child for child in group.getChildren() if child.getScriptName().startswith(STEP)]
    making = Making(app, group, tuple(steps), files)
    try:
        for row, step in enumerate(steps):
            making.make(step, row)
        for effect, native in making.pending:
            if native is not None:  # after connecting, which changes premultiplication
                apply(effect, native.values, native.if_there, group)
    except Exception:
        take_away(group, [effect for effect, _ in making.pending])
        raise
    out = output_of(group)
    out.disconnectInput(0)
    last = making.made.get(steps[-1].name)
    if last is not None:
        connect(out, 0, last)
    take_away(group, old)


@dataclass
class Making:
    """A graph half made."""

    app: Any
    group: Any
    steps: tuple[Step, ...]
    files: Mapping[str, str]
    made: dict[str, Any] = field(default_factory=dict)
    """By step, and by node where a step is several. A step that cannot be made, for want of a file, is missing."""
    pending: list[tuple[Any, Native | None]] = field(default_factory=list)
    """Every node made, and what it is."""
    mark: str = field(default_factory=lambda: uuid.uuid4().hex[:8])
    """Ends the script names, so that no two nodes of a project share one.

    Natron's cache knows a picture by the script name of its node, without the group's, how often the node was changed,
    and its inputs: two nodes alike in these give each other's pictures.
    """

    def make(self, step: Step, row: int) -> None:
        if step.op == "input":
            self.made[step.name] = self.group.getNode(PORT + str(step.params["port"]))
        elif step.op == "read":
            self.read(step, row)
        elif step.op == "switch":
            self.native(native_nodes(self.without_missing(step), self.steps)[0], row, 0)
        elif all(name in self.made for name in step.inputs):
            for column, native in enumerate(native_nodes(step, self.steps)):
                self.native(native, row, column)

    def without_missing(self, step: Step) -> Step:
        """Inputs that are not there as ``""``, or what stands in for them."""
        found = [name if name in self.made else PASSES.get(name, "") for name in step.inputs]
        return replace(step, inputs=tuple(name if name in self.made else "" for name in found))

    def read(self, step: Step, row: int) -> None:
        path = self.files.get(str(step.params["knob"]))
        if not path:
            return
        effect = self.app.createReader(path, self.group)
        if effect is None:
            raise HostFailed(f"{path}: Natron has no reader for this kind of file")
        self.pending.append((effect, None))
        name_it(effect, self.name_of(step.name), step.name)
        effect.setPosition(-COLUMN, row * ROW)
        apply(effect, UNLIKE_READ, {})  # the cache learns a new name when something changes
        apply(effect, *read_values(bool(step.params["still"]), bool(step.params["raw"])))
        layer = step.params["layer"]
        if choose_layer(effect, None if layer is None else str(layer)):
            self.made[step.name] = effect
        else:
            self.pending.pop()
            take_away(self.group, [effect])

    def native(self, native: Native, row: int, column: int) -> None:
        effect = made(self.app, native.plugin, self.group, self.name_of(native.name), native.name)
        self.pending.append((effect, native))
        effect.setPosition(column * COLUMN, row * ROW)
        for place, (label, source) in enumerate(native.inputs):
            if source:
                connect(effect, input_index(effect, native, label, place), self.made[source])
        self.made[native.name] = effect

    def name_of(self, step: str) -> str:
        return f"{STEP}{step}_{self.mark}"


def made(app: Any, plugin: str, group: Any, name: str, label: str) -> Any:
    """A node in a group, named."""
    effect = created(app, plugin, group)
    name_it(effect, name, label)
    return effect


def created(app: Any, plugin: str, group: Any) -> Any:
    """HostFailed where this Natron has no such plug-in; it says so by giving None."""
    effect = app.createNode(plugin, -1, group)
    if effect is None:
        raise HostFailed(f"this Natron has no plug-in {plugin}; install its standard plug-ins (openfx-misc, openfx-io)")
    return effect


def name_it(effect: Any, name: str, label: str) -> None:
    """Its script name, with a number where that is taken by what is about to go."""
    taken = 1
    while not effect.setScriptName(name if taken == 1 else f"{name}_{taken}"):
        taken += 1
        if taken > 99:
            raise HostFailed(f"Natron takes no name for a node like {name}")
    effect.setLabel(label)


def input_index(effect: Any, native: Native, label: str, place: int) -> int:
    """By its label: plug-ins differ in their order. One that has a single input, or numbers, by its place."""
    labels = [str(effect.getInputLabel(index)) for index in range(effect.getMaxInputCount())]
    if label in labels:
        return labels.index(label)
    if native.plugin == SWITCH or len(native.inputs) == 1:
        return place
    raise HostFailed(f"{native.plugin} has no input {label} in this Natron; it has {', '.join(labels)}")


def connect(effect: Any, index: int, source: Any) -> None:
    """HostFailed where Natron refuses; it refuses on an input that is taken."""
    if effect.getInput(index) is not None:
        effect.disconnectInput(index)
    if not effect.connectInput(index, source):
        raise HostFailed(
            f"Natron does not connect {source.getScriptName()} to input {index} of {effect.getScriptName()}"
        )


def readers(group: Any) -> list[Any]:
    """Those inside."""
    return [child for child in group.getChildren() if child.getPluginID() == READ]
