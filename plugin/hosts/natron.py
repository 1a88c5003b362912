"""Natron: what a node asks of it, and what its PyPlugs call."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from ..face import Knob, NodeFace, Value, read_face
from ..nodes.graph import Step
from ..nodes.host import VERSION_KNOB, HostFailed, PlateFile
from ..nodes.node import changed, fill, press
from ..nodes.patterns import at_frame
from . import natron_inside, natron_knobs, natron_upstream
from .natron_files import WRITER, WRITER_IF_THERE
from .natron_going import take_away
from .natron_nodes import with_number
from .natron_values import apply

CALLBACK = "param_changed"
"""The function of a PyPlug that Natron calls by its name."""
_waiting: list[Callable[[], bool]] = []
_at_work: list[str] = []
"""Not empty while what is set is set by us."""


class NatronHost:
    """One project of Natron. A node is a handle from the host: two of them are never equal, and none is kept."""

    def __init__(self, app: Any) -> None:
        from NatronEngine import natron

        self.app = app
        self.natron = natron
        self.is_batch = bool(natron.isBackground())

    def node_id(self, node: Any) -> str:
        param = node.getParam(natron_knobs.NODE)
        if param is None:
            raise HostFailed(f"{node.getScriptName()} is no node of Unreel, or it was frozen")
        return str(param.getValue())

    def made_by(self, node: Any) -> Mapping[str, str]:
        return {"host": "natron", "version": str(self.natron.getNatronVersionString()), "node": str(node.getLabel())}

    def get(self, node: Any, knob: str) -> Value:
        param = param_of(node, knob)
        return param.getValue() if knob == VERSION_KNOB else self.value_of(param, self.face(node).knob(knob))

    def get_renamed(self, node: Any, old: str, knob: str) -> Value:
        param = node.getParam(old)
        return None if param is None else self.value_of(param, self.face(node).knob(knob))

    def value_of(self, param: Any, knob: Knob) -> Value:
        value = natron_knobs.get_value(param, knob)
        is_path = knob.type == "file" and isinstance(value, str)
        return natron_upstream.without_project(self.app, str(value)) if is_path else value

    def set(self, node: Any, knob: str, value: Value) -> None:
        param = param_of(node, knob)
        with at_work("set"):
            if knob == VERSION_KNOB:
                param.setValue(value)
            else:
                natron_knobs.put_value(param, self.face(node).knob(knob), value)
                follow_knob(node, self.face(node), knob)

    def is_connected(self, node: Any, input: str) -> bool:
        return self.input(node, input) is not None

    def upstream_file(self, node: Any, input: str) -> PlateFile | None:
        effect = self.input(node, input)
        return None if effect is None else natron_upstream.plate_file(self.app, effect)

    def bake(self, node: Any, input: str, pattern: str, frames: Sequence[int], progress: Any) -> None:
        writer = self.app.createWriter(pattern, node)
        if writer is None:
            raise HostFailed(f"{pattern}: Natron has no writer for this kind of file")
        try:
            natron_inside.connect(writer, 0, node.getNode(natron_inside.PORT + input))
            apply(writer, WRITER, WRITER_IF_THERE)
            apply(writer, {"firstFrame": min(frames), "lastFrame": max(frames)}, {})
            for place, number in enumerate(frames):
                if not progress.update(place / len(frames), f"frame {number}"):
                    return
                self.render(writer, at_frame(pattern, number), number)
        finally:
            take_away(node, [writer])  # NatronRenderer renders every writer that is left when the script ends

    def render(self, writer: Any, path: str, number: int) -> None:
        """One frame, here and now. It tells nobody whether it went well, so the file is looked for."""
        if os.path.isfile(path):
            os.remove(path)
        render = self.app.render if self.is_batch else self.app.renderBlocking
        render(writer, number, number)
        if not os.path.isfile(path):
            raise HostFailed(f"{path} was not written; see what Natron's viewer says of frame {number} of the input")

    def frame_range(self) -> tuple[int, int]:
        return int(self.app.timelineGetLeftBound()), int(self.app.timelineGetRightBound())

    def build(self, node: Any, steps: Sequence[Step], files: Mapping[str, str]) -> None:
        with at_work("build"):
            make_own(node)
            natron_inside.build(self.app, node, steps, files)

    def freeze(self, node: Any, steps: Sequence[Step], files: Mapping[str, str]) -> None:
        """Buttons are hidden and not removed: Natron is still within the one that was pressed."""
        values = {knob.name: self.get(node, knob.name) for knob in self.face(node).knobs}
        self.build(node, [with_number(step, values) for step in steps], files)
        with at_work("freeze"):
            param_of(node, "onParamChanged").setValue("")
            natron_knobs.take_away(node, self.face(node))
            natron_inside.name_it(node, f"{node.getScriptName()}_frozen", f"{node.getLabel()} frozen")

    def renew(self, node: Any) -> None:
        from NatronEngine import StringParam

        face = self.face(node)
        with at_work("renew"):
            natron_knobs.renew_params(node, face, StringParam)
            natron_inside.make_ports(self.app, node, face)

    def file_changed(self, node: Any, knob: str) -> None:
        wanted = natron_upstream.expanded(self.app, str(param_of(node, knob).getValue()))
        for reader in natron_inside.readers(node):
            file = reader.getParam("filename")
            if wanted is not None and natron_upstream.expanded(self.app, str(file.getValue())) == wanted:
                file.reloadFile()

    def say(self, node: Any, text: str) -> None:
        with at_work("say"):
            param_of(node, "status").setValue(text)

    def ask(self, text: str) -> bool:
        if self.is_batch:
            return True
        from NatronGui import natron as gui

        return bool(gui.questionDialog("Unreel", text) == self.natron.StandardButtonEnum.eStandardButtonYes)

    def progress(self, title: str) -> Line:
        return Line(title, self.is_batch)

    def later(self, function: Callable[[], bool], seconds: float) -> None:
        """Natron's Python has no timer: with a window it is called when a knob or button of any of our nodes is."""
        if not self.is_batch:
            _waiting.append(function)
            return
        while function():
            time.sleep(seconds)

    @contextmanager
    def undo_step(self, name: str) -> Iterator[None]:
        """What Python changes is not among Natron's undo steps."""
        yield

    def colour(self, node: Any, rgb: tuple[float, float, float]) -> None:
        node.setColor(*rgb)

    def copy(self, text: str) -> None:
        """Natron's Python reaches no clipboard: into the Script Editor, or onto standard output."""
        if self.is_batch:
            print(text)
        else:
            self.app.writeToScriptEditor(text)

    def project_folder(self) -> str | None:
        return natron_upstream.project_folder(self.app)

    def face(self, node: Any) -> NodeFace:
        return read_face().node(self.node_id(node))

    def input(self, node: Any, name: str) -> Any:
        """What is connected; the group's inputs have the labels of the face."""
        label = next(port.label for port in self.face(node).inputs if port.name == name)
        for index in range(node.getMaxInputCount()):
            if str(node.getInputLabel(index)) == label:
                return node.getInput(index)
        raise HostFailed(f"{node.getScriptName()} has lost its input {label}; make the node anew")


class Line:
    """Natron's Python has no bar: lines on standard output in batch, and the node's status with a window."""

    def __init__(self, title: str, is_batch: bool) -> None:
        self.title = title
        self.is_batch = is_batch
        self.last = ""

    def update(self, fraction: float, text: str) -> bool:
        if self.is_batch and text != self.last:
            print(f"{self.title}: {text}")
            self.last = text
        return True

    def close(self) -> None:
        pass


@contextmanager
def at_work(what: str) -> Iterator[None]:
    """What changes within is changed by us."""
    _at_work.append(what)
    try:
        yield
    finally:
        _at_work.pop()


def param_of(node: Any, name: str) -> Any:
    """HostFailed where it is gone."""
    param = node.getParam(name)
    if param is None:
        raise HostFailed(f"{node.getScriptName()} has no parameter {name}; was it frozen? Make the node anew")
    return param


def follow_knob(node: Any, face: NodeFace, name: str) -> None:
    """What a choice holds, for the nodes inside."""
    for knob in natron_knobs.with_place(face):
        if knob.name == name:
            natron_knobs.take_place(node, knob)


def make_own(group: Any) -> None:
    """Have the inside saved with the project: of a PyPlug Natron keeps the knobs alone, and makes the rest anew.

    By its own button Convert to Group, which it shows on PyPlugs only, and not before they are made.
    """
    button = group.getParam("convertToGroup")
    if button is not None and button.getIsVisible():
        button.trigger()


def create_instance(app: Any, group: Any, node_id: str, module: str) -> None:
    """What a PyPlug's `createInstance` does. module: its name, by which Natron finds the callback."""
    from NatronEngine import StringParam

    face = read_face().node(node_id)
    with at_work("create"):
        natron_knobs.make_params(group, face, StringParam)
        natron_inside.make_ports(app, group, face)
        param_of(group, "onParamChanged").setValue(f"{module}.{CALLBACK}")
        fill(NatronHost(app), group)


def param_changed(app: Any, node: Any, param: Any) -> None:
    """What a PyPlug's callback does: a button is pressed, a knob that bears on the inside makes it anew."""
    if _at_work or node.getParam(natron_knobs.NODE) is None:
        return
    host, name = NatronHost(app), str(param.getScriptName())
    face = host.face(node)
    with at_work("callback"):
        tick()
        if any(button.name == name for button in face.buttons):
            press(host, node, name)
        elif any(knob.name == name for knob in face.knobs):
            follow_knob(node, face, name)
            changed(host, node, name)


def tick() -> None:
    """Look at the jobs that run."""
    for function in _waiting[:]:
        _waiting.remove(function)
        if function():
            _waiting.append(function)
