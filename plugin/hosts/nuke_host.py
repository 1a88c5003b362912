"""What nodes ask of Nuke."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import nuke

from ..face import Knob as KnobOfFace
from ..face import NodeFace, Value, read_face
from ..nk import Knob as Held
from ..nodes.graph import Step
from ..nodes.host import VERSION_KNOB, Node, PlateFile, Progress
from . import nuke_baking, nuke_group
from .nuke_knobs import NODE_KNOB, held, native_name, ours
from .nuke_nodes import read_name


class NukeProgress:
    """Nuke's own bar, with its cancel."""

    def __init__(self, title: str) -> None:
        self._task: Any = nuke.ProgressTask(title)

    def update(self, fraction: float, text: str) -> bool:
        self._task.setMessage(text)
        self._task.setProgress(int(100 * min(1.0, max(0.0, fraction))))
        return not self._task.isCancelled()

    def close(self) -> None:
        self._task = None  # Nuke takes the bar away with the object


class PrintedProgress:
    """Lines on the terminal, one for each tenth."""

    def __init__(self, title: str) -> None:
        self._title, self._said = title, -1

    def update(self, fraction: float, text: str) -> bool:
        if int(10 * fraction) != self._said:
            self._said = int(10 * fraction)
            nuke.tprint(f"{self._title}: {int(100 * fraction)} % {text}")
        return True

    def close(self) -> None:
        pass


class NukeHost:
    """What nodes ask of Nuke; see `nodes/host.py`."""

    acting = False
    """We, and not the artist, change knobs now. Of all hosts that there are, because Nuke has one undo."""

    def __init__(self) -> None:
        self.is_batch = not nuke.GUI

    def node_id(self, node: Node) -> str:
        return str(node[NODE_KNOB].value())

    def made_by(self, node: Node) -> Mapping[str, str]:
        return {"host": "nuke", "version": nuke.NUKE_VERSION_STRING, "node": node.fullName()}

    def get(self, node: Node, knob: str) -> Value:
        if knob == VERSION_KNOB:
            return int(node[VERSION_KNOB].value())
        return self._held(face_of(node).knob(knob), node[native_name(knob)])

    def get_renamed(self, node: Node, old: str, knob: str) -> Value:
        known, native = face_of(node).knob(knob), node.knobs().get(native_name(old))
        value = None if native is None else self._held(known, native)
        return None if known.choices and value not in known.choices else value

    def _held(self, known: KnobOfFace, native: Any) -> Value:
        if known.type == "file":
            return nuke_baking.knob_path(nuke, native) or None
        return ours(known, native.value())

    def set(self, node: Node, knob: str, value: Value) -> None:
        with self._quietly():
            if knob == VERSION_KNOB:
                node[VERSION_KNOB].setValue(value)
            else:
                node[native_name(knob)].setValue(held(face_of(node).knob(knob), value))

    def is_connected(self, node: Node, input: str) -> bool:
        return node.input(port_index(node, input)) is not None

    def upstream_file(self, node: Node, input: str) -> PlateFile | None:
        return nuke_baking.read_file(nuke, node, port_index(node, input))

    def bake(self, node: Node, input: str, pattern: str, frames: Sequence[int], progress: Progress) -> None:
        nuke_baking.bake(nuke, node, port_index(node, input), pattern, frames, progress)

    def frame_range(self) -> tuple[int, int]:
        root = nuke.root()
        return int(root["first_frame"].value()), int(root["last_frame"].value())

    def build(self, node: Node, steps: Sequence[Step], files: Mapping[str, str]) -> None:
        """Reads follow the node's file knobs, so those get the paths; what an artist wrote there may say the same."""
        for knob, path in files.items():
            if os.path.normpath(str(self.get(node, knob) or "")) != os.path.normpath(path):
                self.set(node, knob, path)
        nuke_group.fill(nuke, node, nuke_group.inside_text(steps, ports_of(node)))

    def freeze(self, node: Node, steps: Sequence[Step], files: Mapping[str, str]) -> None:
        face = face_of(node)

        def link(knob: str) -> Held | None:
            value = files[knob] if knob in files else self.get(node, knob)
            choices = face.knob(knob).choices
            if value is None:
                return None
            return choices.index(value) if choices else value  # type: ignore[return-value]

        nuke_group.fill(nuke, node, nuke_group.inside_text(steps, ports_of(node), link))
        nuke_group.remove_knobs(node)
        node["label"].setValue("")
        node["tile_color"].setValue(0)
        node.setName(nuke_group.frozen_name(node.name()))

    def renew(self, node: Node) -> None:
        nuke_group.renew(nuke, node, face_of(node))

    def file_changed(self, node: Node, knob: str) -> None:
        inner = node.node(read_name(knob))
        if inner is not None:
            inner["reload"].execute()

    def say(self, node: Node, text: str) -> None:
        self.set(node, "status", text)
        if self.is_batch:
            nuke.tprint(f"{node.name()}: {text}")

    def ask(self, text: str) -> bool:
        return True if self.is_batch else bool(nuke.ask(text))

    def progress(self, title: str) -> Progress:
        return PrintedProgress(title) if self.is_batch else NukeProgress(title)

    def later(self, function: Callable[[], bool], seconds: float) -> None:
        """A thread only sleeps, and has Nuke's own thread call the function."""

        def again() -> None:
            time.sleep(seconds)
            while nuke.executeInMainThreadWithResult(function):
                time.sleep(seconds)

        if self.is_batch:
            while function():
                time.sleep(seconds)
        else:
            threading.Thread(target=again, name="unreel", daemon=True).start()

    @contextmanager
    def undo_step(self, name: str) -> Iterator[None]:
        if NukeHost.acting:
            yield
            return
        undo = nuke.Undo()
        undo.begin(name)
        NukeHost.acting = True
        try:
            yield
        finally:
            NukeHost.acting = False
            undo.end()

    @contextmanager
    def _quietly(self) -> Iterator[None]:
        """What changes by itself, while a job runs, is nothing to undo; and no change of the artist's."""
        if NukeHost.acting:
            yield
            return
        nuke.Undo.disable()
        NukeHost.acting = True
        try:
            yield
        finally:
            NukeHost.acting = False
            nuke.Undo.enable()

    def colour(self, node: Node, rgb: tuple[float, float, float]) -> None:
        red, green, blue = (round(255 * min(1.0, max(0.0, part))) for part in rgb)
        with self._quietly():
            node["tile_color"].setValue((red << 24) + (green << 16) + (blue << 8) + 255)

    def copy(self, text: str) -> None:
        """Nuke's Python reaches no clipboard without Qt: a field, from which Ctrl-C takes it."""
        if self.is_batch:
            nuke.tprint(text)
        else:
            nuke.getInput("Copy with Ctrl-C", text)

    def project_folder(self) -> str | None:
        return nuke_baking.script_folder(nuke)


def face_of(node: Node) -> NodeFace:
    return read_face().node(str(node[NODE_KNOB].value()))


def ports_of(node: Node) -> list[str]:
    return [port.name for port in face_of(node).inputs]


def port_index(node: Node, name: str) -> int:
    return ports_of(node).index(name)


def is_ours(node: Node) -> bool:
    return node.Class() == "Group" and NODE_KNOB in node.knobs()


def is_known(node: Node) -> bool:
    """Not one that only a newer Unreel has."""
    return str(node[NODE_KNOB].value()) in [face.id for face in read_face().nodes]
