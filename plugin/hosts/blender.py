"""Blender: what a node asks of its host, answered for a group node in the compositor."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any

import bpy

from ..face import Knob, Value
from ..nodes.graph import Step
from ..nodes.host import VERSION_KNOB, HostFailed, PlateFile, Progress
from ..nodes.patterns import at_frame, numbers_on_disk
from . import blender_bake, blender_files, blender_group, blender_live, blender_upstream
from .blender_handle import Handle
from .blender_knobs import by_action, held, property_name, value_left, value_of

LOOKED_AT = 9
"""Frames of a plate whose windows are compared."""


class Asked(Exception):
    """A button has a question: Blender shows one only after the button has returned, which then is pressed again."""


@dataclass
class Bar:
    """A line below the window, which leaves the cursor alone; in batch one on standard output."""

    title: str
    last: str = field(default="")

    def update(self, fraction: float, text: str) -> bool:
        if text != self.last:
            self.last = text
            show_line(f"{self.title}: {fraction:.0%} {text}")
        return True

    def close(self) -> None:
        show_line(None)


def show_line(text: str | None) -> None:
    if not bpy.app.background:
        bpy.data.workspaces[0].status_text_set(text)
    elif text is not None:
        print(text, flush=True)


class BlenderHost:
    """`nodes.host.Host`. A node is a `Handle`."""

    def __init__(self, in_operator: bool = False, answered: frozenset[str] = frozenset()) -> None:
        self.is_batch = bool(bpy.app.background)
        self.in_operator = in_operator
        """Blender makes an operator one step of undo by itself."""
        self.answered = answered
        """Questions that were answered with yes."""

    def node_id(self, node: Handle) -> str:
        return str(node.find().unreel.kind)

    def made_by(self, node: Handle) -> Mapping[str, str]:
        return {"host": "blender", "version": bpy.app.version_string, "node": node.node}

    def get(self, node: Handle, knob: str) -> Value:
        if knob == VERSION_KNOB:
            return int(node.find().unreel.version)
        its = node.face.knob(knob)
        return whole_path(its, value_of(its, getattr(node.knobs, property_name(its))))

    def get_renamed(self, node: Handle, old: str, knob: str) -> Value:
        its = node.face.knob(knob)
        return whole_path(its, value_left(its, node.knobs, old))

    def set(self, node: Handle, knob: str, value: Value) -> None:
        if knob == VERSION_KNOB:
            node.find().unreel.version = value
            return
        its = node.face.knob(knob)
        with by_action():
            setattr(node.knobs, property_name(its), held(its, value))

    def is_connected(self, node: Handle, input: str) -> bool:
        return blender_upstream.source_of(socket_of(node, input)) is not None

    def upstream_file(self, node: Handle, input: str) -> PlateFile | None:
        return blender_upstream.plate_file(socket_of(node, input))

    def bake(self, node: Handle, input: str, pattern: str, frames: Sequence[int], progress: Progress) -> None:
        its = node.find()
        try:
            blender_bake.bake(its, socket_of(node, input), pattern, frames, self.shift(its), progress)
        except RuntimeError as error:  # how Blender reports all that a render can lack
            raise HostFailed(f"Blender did not render {input} of {node.node}: {error}") from None

    def frame_range(self) -> tuple[int, int]:
        scene = bpy.context.scene
        return scene.frame_start, scene.frame_end

    def build(self, node: Handle, steps: Sequence[Step], files: Mapping[str, str]) -> None:
        its = node.find()
        refuse_other_windows(its, files)
        labels = {port.name: port.label for port in node.face.inputs}
        blender_live.fill(blender_group.own_tree(its), steps, files, self.places(node), labels, self.shift(its))

    def freeze(self, node: Handle, steps: Sequence[Step], files: Mapping[str, str]) -> None:
        self.build(node, steps, files)
        its = node.find()
        blender_live.forget_knobs(its.node_tree)
        its.unreel.kind = ""
        its.name = its.label = f"{node.node} frozen"

    def renew(self, node: Handle) -> None:
        """The knobs are the add-on's own: they are new already. Sockets may differ."""
        blender_group.fit_sockets(node.find().node_tree, node.face)

    def file_changed(self, node: Handle, knob: str) -> None:
        blender_files.forget(node.find().node_tree, knob)

    def say(self, node: Handle, text: str) -> None:
        self.set(node, "status", text)
        redraw()

    def ask(self, text: str) -> bool:
        if self.is_batch or text in self.answered:
            return True
        raise Asked(text)

    def progress(self, title: str) -> Progress:
        return Bar(title)

    def later(self, function: Callable[[], bool], seconds: float) -> None:
        if self.is_batch:
            while function():
                time.sleep(seconds)
            return

        def tick() -> float | None:
            try:
                return seconds if function() else None
            except HostFailed:  # the node was deleted: its job goes on, and can be looked at from a new one
                return None

        bpy.app.timers.register(tick, first_interval=seconds)

    def undo_step(self, name: str) -> AbstractContextManager[None]:
        return undo_step(name, self.in_operator or self.is_batch)

    def colour(self, node: Handle, rgb: tuple[float, float, float]) -> None:
        its = node.find()
        its.use_custom_color, its.color = True, rgb

    def copy(self, text: str) -> None:
        if not self.is_batch:
            bpy.context.window_manager.clipboard = text

    def project_folder(self) -> str | None:
        return os.path.dirname(bpy.data.filepath) or None

    def shift(self, node: Any) -> int:
        """Of the plate; 0 for a node without one."""
        return blender_upstream.shift_at(node.inputs["Plate"]) if "Plate" in node.inputs else 0

    def places(self, node: Handle) -> dict[str, float]:
        """What `blender_live.fill` asks of knobs: a number, or the place of a choice."""
        return {
            knob.name: place_of(knob, self.get(node, knob.name))
            for knob in node.face.knobs
            if (knob.type == "choice" and knob.owner["kind"] == "own") or knob.type == "float"
        }


def whole_path(knob: Knob, value: Value) -> Value:
    relative = knob.type == "file" and isinstance(value, str) and value.startswith("//")
    return str(bpy.path.abspath(value)) if relative else value


def socket_of(node: Handle, input: str) -> Any:
    label = next(port.label for port in node.face.inputs if port.name == input)
    return node.find().inputs[label]


def place_of(knob: Knob, value: Value) -> float:
    if knob.choices is not None:
        return float(knob.choices.index(value))
    return float(value) if isinstance(value, (int, float)) else 0.0


def refuse_other_windows(node: Any, files: Mapping[str, str]) -> None:
    """Blender knows no data window: a plate and its maps must be one another's size. HostFailed says so."""
    maps = blender_live.header_at(blender_files.first_file(files.get("live_st") or ""))
    plate = blender_upstream.plate_file(node.inputs["Plate"]) if "Plate" in node.inputs else None
    if maps is None or plate is None:
        return
    for number in spread(numbers_on_disk(plate.pattern)):
        its = blender_live.header_at(at_frame(plate.pattern, number))
        if its is not None and its.data != maps.data:
            raise HostFailed(
                f"frame {number} of the plate has pixels at {tuple(vars(its.data).values())}, the live maps at "
                f"{tuple(vars(maps.data).values())}, and Blender knows no data window; choose the way rendered"
            )


def spread(numbers: list[int]) -> list[int]:
    """A few of them, the first and the last too: all headers of a long shot would take too long for a window."""
    step = max(len(numbers) - 1, 1) / (LOOKED_AT - 1)
    return [numbers[at] for at in sorted({round(i * step) for i in range(LOOKED_AT)}) if at < len(numbers)]


@contextmanager
def undo_step(name: str, has_one: bool) -> Iterator[None]:
    yield
    if not has_one and bpy.ops.ed.undo_push.poll():
        bpy.ops.ed.undo_push(message=name)


def redraw() -> None:
    for window in bpy.context.window_manager.windows:
        for area in window.screen.areas:
            if area.type == "NODE_EDITOR":
                area.tag_redraw()
