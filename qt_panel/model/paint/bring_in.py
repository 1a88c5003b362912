"""Brings what is painted into the unreel folder, one after the other, by the node Texture Import."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from unreel.core.errors import UnreelError
from unreel.core.exr_write import make_frame, write_frame
from unreel.core.frame import Window

from ..pressing import LEFT, Nodes, press
from ..signal import Signal
from .brought import Brought, is_ours, texture_name
from .document import SUFFIX, PaintDocument
from .layers import Layer
from .raster import Raster

NODE = "texture_import"


class Painted(Nodes, Protocol):
    """A session with its paint."""

    paint: PaintDocument


@dataclass(frozen=True)
class Entry:
    """One texture to be."""

    name: str
    """In the unreel folder."""
    says: str
    """As the artist knows it."""
    file: Path
    knobs: Mapping[str, Any]
    """Of the node, beside file and name."""
    id: str
    digest: str
    """What it is like, as `Brought` notes it."""
    write: Callable[[], object] = field(default=lambda: None)
    """Makes the file, in a thread. UnreelError says why not."""


class BringIn:
    """One run at a time. The artist may go on painting: what is brought in is the paint as it was at the start."""

    def __init__(self, nodes: Painted) -> None:
        self.changed: Signal[None] = Signal()
        self.is_running = self.has_failed = False
        self.line = ""
        """What it does, or why it ended."""
        self._nodes = nodes

    def start(self, then: Callable[[], object] = lambda: None, more: Iterable[Entry] = ()) -> None:
        """Each visible layer, and what is painted elsewhere, that is not in yet.

        `then` when all are; the node Propagate names them then in their order, `more` first.
        """
        folder, paint = self._nodes.folder, self._nodes.paint
        if self.is_running or folder is None or paint.brought is None:
            return
        self.has_failed = False
        all_of_it = [*more, *entries(paint, folder, paint.brought)]
        waiting = [entry for entry in all_of_it if not paint.brought.has(entry.name, entry.id, entry.digest)]
        self._next(paint.brought, folder, waiting, [entry.name for entry in all_of_it], then)

    def _next(
        self, brought: Brought, folder: Path, waiting: list[Entry], names: list[str], then: Callable[[], object]
    ) -> None:
        if not waiting:
            self._nodes.set_knob("propagate", "texture", (*others(folder), *names) or None)
            self._say("All paint is brought in.", runs=False)
            then()
            return
        entry, rest = waiting[0], waiting[1:]

        def write() -> None:
            try:
                entry.write()
            except UnreelError as error:
                text = str(error)
                self._nodes.loop.soon(lambda: self._fail(text))
            else:
                self._nodes.loop.soon(bring)

        def bring() -> None:
            if self._nodes.folder != folder:
                self._fail(LEFT)
                return
            knobs = {"source": "file", "file": str(entry.file), "name": entry.name, **entry.knobs}
            for knob, value in knobs.items():
                self._nodes.set_knob(NODE, knob, value)
            self._say(f"{entry.says} is brought in.")
            press(self._nodes, NODE, "bring_in", done, self._fail)

        def done() -> None:
            try:
                brought.note(entry.id, entry.digest)
            except UnreelError as error:
                self._say(str(error))
            self._next(brought, folder, rest, names, then)

        self._say(f"{entry.says} is written.")
        threading.Thread(target=write, daemon=True).start()

    def _fail(self, line: str) -> None:
        self.has_failed = True
        self._say(line, runs=False)

    def _say(self, line: str, runs: bool = True) -> None:
        self.line, self.is_running = line, runs
        self.changed.emit(None)


def entries(paint: PaintDocument, folder: Path, brought: Brought) -> list[Entry]:
    """The visible layers that have paint, lowest first, as they are now."""
    made = []
    for layer in paint.layers:
        if layer.visible and layer.ops:
            file = folder.with_name(folder.name + SUFFIX) / "brought_in" / f"{texture_name(layer)}.exr"
            made.append(entry_of(layer, paint.raster(layer), paint.plate, file, brought))
    return made


def entry_of(layer: Layer, raster: Raster, display: Window, file: Path, brought: Brought) -> Entry:
    knobs = {"painted": "layer", "on": str(layer.on), "mode": layer.mode, "opacity": layer.opacity}
    digest = brought.digest(layer, raster.window)
    write = partial(write_layer, file, raster, display)
    return Entry(texture_name(layer), layer.name, file, knobs, str(layer.id), digest, write)


def write_layer(file: Path, raster: Raster, display: Window) -> None:
    """The whole picture as half EXR, premultiplied, opacity not yet in it. UnreelError says why it was not written.

    It is found in its place by the display window, which canonical and frames share.
    """
    window = raster.window
    found = raster.read((window.x, window.y, window.width, window.height))
    pixels = np.zeros((*window.shape, 4), np.float16) if found is None else found
    write_frame(file, make_frame({name: pixels[..., at] for at, name in enumerate("RGBA")}, window, display))


def others(folder: Path) -> list[str]:
    """Textures of an unreel folder that are not the panel's, oldest first."""
    found = sorted(folder.glob("textures/*/texture.json"), key=lambda path: (path.stat().st_mtime_ns, path))
    return [path.parent.name for path in found if not is_ours(path.parent.name)]
