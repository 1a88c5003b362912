"""Brings what is painted into the unreel folder, layer after layer, by the node Texture Import."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from unreel.core.errors import UnreelError
from unreel.core.exr_write import make_frame, write_frame
from unreel.core.frame import Window
from unreel.plugin import protocol
from unreel.plugin.nodes.node_in_host import NodeInHost
from unreel.plugin.nodes.started import is_kept
from unreel.plugin.nodes.watch import last_job

from ..loop import Loop
from ..signal import Signal
from .brought import digest_of, texture_name
from .document import SUFFIX, PaintDocument
from .layers import Layer
from .raster import Raster

NODE = "texture_import"
LOOK_SECONDS = 0.1


class Nodes(Protocol):
    """What it needs of a session."""

    loop: Loop
    paint: PaintDocument

    @property
    def folder(self) -> Path | None:
        """The unreel folder."""

    def node(self, id: str) -> NodeInHost: ...

    def set_knob(self, node: str, knob: str, value: Any) -> None: ...

    def press(self, node: str, button: str) -> None: ...


class BringIn:
    """One run at a time. The artist may go on painting: what is brought in is the paint as it was at the start."""

    def __init__(self, nodes: Nodes) -> None:
        self.changed: Signal[None] = Signal()
        self.is_running = False
        self.line = ""
        """What it does, or why it ended."""
        self._nodes = nodes

    def start(self, then: Callable[[], object] = lambda: None) -> None:
        """Each visible layer that is not in yet; `then` when all are, and Propagate names them in their order."""
        paint, folder = self._nodes.paint, self._nodes.folder
        if self.is_running or folder is None:
            return
        shown = [layer for layer in paint.layers if layer.visible and layer.ops]
        brought = paint.brought
        todo = [layer for layer in shown if brought and not brought.has(layer, paint.window(layer.on))]
        held = [(layer, paint.raster(layer)) for layer in todo]
        self._next(folder, held, [texture_name(layer) for layer in shown], then)

    def _next(
        self, folder: Path, held: list[tuple[Layer, Raster]], names: list[str], then: Callable[[], object]
    ) -> None:
        if not held:
            self._nodes.set_knob("propagate", "texture", (*others(folder), *names) or None)
            self._say("all paint is brought in", runs=False)
            then()
            return
        (layer, raster), rest = held[0], held[1:]
        file = folder.with_name(folder.name + SUFFIX) / "brought_in" / f"{texture_name(layer)}.exr"
        self._say(f"{layer.name} is written")

        def write() -> None:
            try:
                write_layer(file, raster)
            except UnreelError as error:
                text = str(error)
                self._nodes.loop.soon(lambda: self._say(text, runs=False))
            else:
                self._nodes.loop.soon(ready)

        def ready() -> None:
            self._import(layer, raster.window, file, lambda: self._next(folder, rest, names, then))

        threading.Thread(target=write, daemon=True).start()

    def _import(self, layer: Layer, window: Window, file: Path, then: Callable[[], object]) -> None:
        knobs = {"source": "file", "painted": "layer", "file": str(file), "on": str(layer.on), "mode": layer.mode}
        for knob, value in (knobs | {"opacity": layer.opacity, "name": texture_name(layer)}).items():
            self._nodes.set_knob(NODE, knob, value)
        node = self._nodes.node(NODE)
        before = node.path("job")
        self._say(f"{layer.name} is brought in")
        self._nodes.press(NODE, "bring_in")
        job = node.path("job")
        if job == before:
            self._say(node.text("status"), runs=False)
            return

        def look() -> bool:
            if is_kept(Path(job)):
                return True
            running = last_job(node)
            if running is None or running.poll().state != protocol.DONE:
                self._say(node.text("status"), runs=False)
            else:
                self._note(layer, window)
                then()
            return False

        self._nodes.loop.later(look, LOOK_SECONDS)

    def _note(self, layer: Layer, window: Window) -> None:
        brought = self._nodes.paint.brought
        if brought is not None:
            try:
                brought.note(layer.id, digest_of(layer, window))
            except UnreelError as error:
                self._say(str(error))

    def _say(self, line: str, runs: bool = True) -> None:
        self.line, self.is_running = line, runs
        self.changed.emit(None)


def write_layer(file: Path, raster: Raster) -> None:
    """The whole picture as half EXR, premultiplied, opacity not yet in it. UnreelError says why it was not written."""
    window = raster.window
    found = raster.read((window.x, window.y, window.width, window.height))
    pixels = np.zeros((*window.shape, 4), np.float16) if found is None else found
    write_frame(file, make_frame({name: pixels[..., at] for at, name in enumerate("RGBA")}, window))


def others(folder: Path) -> list[str]:
    """Textures of an unreel folder that are not the panel's, oldest first."""
    found = sorted(folder.glob("textures/*/texture.json"), key=lambda path: (path.stat().st_mtime_ns, path))
    return [path.parent.name for path in found if not path.parent.name.startswith("panel_")]
