"""What is painted on a shot: layers, the stroke that is being drawn, undo, and the journal that keeps it all."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
from unreel.core.errors import UnreelError
from unreel.core.frame import Window

from ..loop import Loop
from ..signal import Signal
from .brought import Brought
from .brush import Brush
from .drawing import Drawing, draw, draw_all
from .flatten import Start
from .handles import Object
from .history import History, Step
from .keeping import Keeping, SaveState, replayed
from .layers import Layer, On, Stack, painted_on
from .placed import Pictures, fitted
from .raster import NOWHERE, Raster, Rect, Swap, Tile, joined
from .rasters import Rasters, swap_of
from .replay import Replayed, earlier
from .strokes import Line, Op, Placed, Point, Rgb, Stroke, Text, Xy, is_apart, op_to_json, point

SUFFIX = ".paint"
"""Of the folder beside `NAME.unreel`."""
READ_AT_ONCE = 50_000
"""Bytes of a journal that are read in the loop's own thread: 10 ms."""
WORDS: dict[type[Any], str] = {Stroke: "Stroke", Line: "Line", Text: "Text", Placed: "Image"}


class Dirty(NamedTuple):
    """What has changed: on which picture, and where, in its full-size pixels."""

    on: On
    rect: Rect


@dataclass(frozen=True, eq=False)
class Changing:
    """An op that is moved about, until it is let go."""

    id: int
    at: int
    before: Stack
    tiles: dict[tuple[int, int], Tile]
    under: Raster
    """The layer below the op."""
    rect: Rect
    """Where it is now."""


class PaintDocument:
    """Every method is called in the loop's thread."""

    def __init__(self, loop: Loop) -> None:
        self.changed: Signal[Dirty] = Signal()
        self.layers_changed: Signal[None] = Signal()
        self.saved: Signal[SaveState] = Signal()
        self.told: Signal[str] = Signal()
        """What went wrong otherwise, in a sentence: a font or a picture that is missing."""
        self.opened: Signal[None] = Signal()
        """The pixels are there."""
        self._loop = loop
        self._session = 0
        self._reset()

    def _reset(self) -> None:
        self._session += 1
        self._stack = Stack()
        self._rasters = Rasters({}, None, self.told.emit)
        self._history = History()
        self._keeping: Keeping | None = None
        self._brought: Brought | None = None
        self._is_opening = False
        self._drawing: tuple[Drawing, Stroke, list[Point]] | None = None
        self._changing: Changing | None = None

    # The shot.

    def open(self, folder: Path, windows: Mapping[On, Window]) -> None:
        """The paint of an unreel folder, which lies beside it; windows: of all that can be painted on.

        The pixels come a little later, see `opened`; until then nothing can be painted.
        """
        self.close()
        own = folder.with_name(folder.name + SUFFIX)
        session = self._session
        self._rasters = Rasters(windows, Pictures(own / "images"), self.told.emit)
        self._brought = Brought(own, folder)
        self._keeping = Keeping(own, self._loop, self.saved, self.told.emit)
        self._is_opening = True
        content = self._keeping.read()
        if len(content) <= READ_AT_ONCE:
            self._replayed(session, content, replayed(content))
            return

        def read() -> None:
            found = replayed(content)
            self._loop.soon(lambda: self._replayed(session, content, found))

        threading.Thread(target=read, name="journal is read", daemon=True).start()

    def _replayed(self, session: int, content: bytes, found: Replayed | None) -> None:
        if session != self._session or self._keeping is None:
            return
        self._stack = self._keeping.opened(content, found).stack
        self._make_rasters()

    def unkept(self) -> str | None:
        """Why what was painted is not on disk, in a sentence; None where it is. It waits for the disk."""
        self.end()
        return None if self._keeping is None else self._keeping.unkept()

    def close(self) -> None:
        """All is on disk afterwards that the disk takes, see `unkept`; nothing is shown any more."""
        self.end()
        if self._keeping is not None:
            self._keeping.close()
        had = bool(self._stack.layers)
        self._reset()
        if had:
            self.layers_changed.emit(None)

    @property
    def is_open(self) -> bool:
        """There is a shot to paint on."""
        return self._keeping is not None

    @property
    def save_state(self) -> SaveState:
        return SaveState("clean") if self._keeping is None else self._keeping.save_state

    @property
    def is_opening(self) -> bool:
        return self._is_opening

    @property
    def layers(self) -> tuple[Layer, ...]:
        """Lowest first."""
        return self._stack.layers

    @property
    def current(self) -> int:
        return self._stack.current

    @property
    def layer_now(self) -> Layer | None:
        """The layer that is painted on."""
        return self._stack.layer

    @property
    def is_drawing(self) -> bool:
        return self._drawing is not None

    @property
    def is_changing(self) -> bool:
        """Something is moved about, and not let go yet."""
        return self._changing is not None

    def window(self, on: On) -> Window:
        """Of a picture that can be painted on; empty where it is not in the shot."""
        return self._rasters.window(on)

    @property
    def plate(self) -> Window:
        """The display window: that of the frames, and of the canonical without its overscan."""
        of_frames = (window for on, window in self._rasters.windows.items() if on != "canonical")
        return next(of_frames, self.window("canonical"))

    def painted_on(self) -> frozenset[On]:
        return painted_on([layer for layer in self.layers if layer.visible])

    def why_not(self, needs_layer: bool = True) -> str | None:
        """Why nothing can be painted just now, in a sentence; None where it can."""
        if self._keeping is None:
            return "Open a shot first."
        if self._is_opening:
            return "The paint is still being read."
        if self._keeping.refusal:
            return self._keeping.refusal
        layer = self.layer_now
        if not needs_layer:
            return None
        if layer is None:
            return "Add a layer first."
        if layer.locked:
            return f"{layer.name} is locked."
        if not layer.visible:
            return f"{layer.name} is hidden."
        if self.window(layer.on).empty:
            return f"{layer.name} is on frame {layer.on}, which is not in the shot."
        return None

    # What a killed window left behind.

    def keep(self) -> None:
        """What was recovered stays; it is not offered again."""
        if self._keeping is not None:
            self._keeping.keep_found()

    def throw_away(self) -> None:
        """What was recovered goes; undo brings it back. Nothing happens once it was kept, or painted on."""
        content, before = None if self._keeping is None else self._keeping.recoverable, self._stack
        if content is None or not self._record({"do": "back"}):
            return
        self._stack = replace(earlier(content), used=before.used)
        swaps = {}
        for layer in self.layers:
            swaps[layer.id], rect = self._rasters.swapped(layer, self._rasters.drawn(layer))
            self._tell(layer.on, rect)
        self._history.done(Step("What was recovered", before, self._stack, swaps))
        self._all_changed(before)

    # Strokes.

    def begin(self, brush: Brush, colour: Rgb, xy: Xy, pressure: float, erase: bool = False) -> Rect:
        """Puts the brush down; what changed. NOWHERE where that can't be, see `why_not`."""
        self.end()
        layer = self.layer_now
        if self.why_not() is not None or layer is None:
            return NOWHERE
        first = point(xy, pressure)
        stroke = Stroke(brush, colour, (), erase)
        if not self._record({"do": "begin", "layer": layer.id, **_without_points(stroke)}, first, sync=False):
            return NOWHERE
        drawing = Drawing(self._rasters.of(layer), brush, colour, erase)
        self._drawing = drawing, stroke, [first]
        return self._tell(layer.on, drawing.reach(first))

    def extend(self, xy: Xy, pressure: float) -> Rect:
        """Draws on; what changed."""
        if self._drawing is None or self.layer_now is None:
            return NOWHERE
        drawing, stroke, points = self._drawing
        new = point(xy, pressure)
        if not is_apart(stroke.brush, points[-1], new):
            return NOWHERE
        points.append(new)
        self._record(list(new), sync=False)
        return self._tell(self.layer_now.on, drawing.reach(new))

    def end(self) -> None:
        """Lifts the brush: the stroke is a step of undo."""
        self._let_go()
        if self._drawing is None or self.layer_now is None:
            return
        (drawing, stroke, points), self._drawing = self._drawing, None
        id = self.layer_now.id
        op = replace(stroke, points=tuple(points))
        what = "Eraser" if stroke.erase else "Stroke"
        self._record({"do": "end"})
        self._step(what, self._stack.painted(id, op), {id: drawing.edit.done()})

    def drop(self) -> None:
        """As if the stroke, or the move, had never begun."""
        if self._drawing is not None and self.layer_now is not None:
            (drawing, _, _), self._drawing = self._drawing, None
            self._record({"do": "drop"})
            self._tell(self.layer_now.on, drawing.edit.drop())
        if self._changing is not None:
            changing, self._changing = self._changing, None
            layer = changing.before.of(changing.id)
            self._stack = changing.before
            raster = self._rasters.of(layer)
            raster.tiles = changing.tiles
            self._tell(layer.on, joined(changing.rect, raster.painted))

    # Lines, text, pictures.

    def add(self, op: Line | Object) -> Rect:
        """One more thing on the layer; what changed. NOWHERE where that can't be, see `why_not`."""
        self.end()
        layer = self.layer_now
        if self.why_not() is not None or layer is None:
            return NOWHERE
        if not self._record({"do": "add", "layer": layer.id, "op": op_to_json(op)}):
            return NOWHERE
        raster = self._rasters.of(layer)
        swap, rect = draw(raster, op, self._rasters.maker(raster.window))
        self._step(WORDS[type(op)], self._stack.painted(layer.id, op), {layer.id: swap})
        return self._tell(layer.on, rect)

    def change(self, at: int, op: Op, done: bool = True) -> Rect:
        """Another op in place of number `at` of the layer; what changed. Not `done`: while it is moved about."""
        layer = self.layer_now
        if self.why_not() is not None or layer is None:
            return NOWHERE
        if self._changing is None or (self._changing.id, self._changing.at) != (layer.id, at):
            self.end()
            self._changing = self._begin_changing(layer, at)
        changing, window = self._changing, self.window(layer.on)
        raster, make = Raster(window, changing.under.tiles), self._rasters.maker(window)
        _, rect = draw(raster, op, make)
        draw_all(raster, layer.ops[at + 1 :], make)
        self._rasters.of(layer).tiles = raster.tiles
        self._stack = self._stack.repainted(layer.id, at, op)
        self._changing = replace(changing, rect=rect)
        if done:
            self._let_go()
        return self._tell(layer.on, joined(changing.rect, rect))

    def place(self, file: Path, on: On, then: Callable[[Placed], object]) -> None:
        """Reads a picture, in its own time, and gives it as it would lie in the middle, to be added."""
        pictures, session, window = self._rasters.pictures, self._session, self.window(on)
        if pictures is None or self._keeping is None or not self._keeping.take():
            return

        def read() -> None:
            try:
                name = pictures.keep(file)
                placed = Placed(name, fitted(pictures.size(name), window))
            except UnreelError as error:
                text = str(error)
                self._loop.soon(lambda: self.told.emit(text))
            else:
                self._loop.soon(lambda: then(placed) if self._session == session else None)

        threading.Thread(target=read, daemon=True).start()

    def size_of(self, placed: Placed) -> tuple[int, int]:
        """Width and height of a picture's file; 1, 1 where it is missing."""
        return self._rasters.size_of(placed)

    # Layers.

    def choose(self, at: int) -> None:
        """The layer that is painted on from now on."""
        self.end()
        self._stack = self._stack.chosen(at)
        self.layers_changed.emit(None)

    def layer(self, **changes: object) -> None:
        """Sets name, mode, opacity, visible or locked of the layer that is painted on."""
        unknown = changes.keys() - {"name", "mode", "opacity", "visible", "locked"}
        if unknown:
            raise TypeError(f"a layer has no {', '.join(sorted(unknown))} to set")
        now = self.layer_now
        if now is not None:
            new: Any = replace(now, **changes)  # type: ignore[arg-type]
            self._arrange("Layer", self._stack.changed(new), (now.id, frozenset(changes)))

    def add_layer(self, name: str, on: On) -> None:
        """Above the one that is painted on; it is painted on from now on."""
        self._arrange(f"New layer {name}", self._stack.added(name, on))

    def remove_layer(self, at: int) -> None:
        self._arrange(f"Remove {self.layers[at].name}", self._stack.removed(at))

    def move(self, at: int, to: int) -> None:
        """The layer `at` is number `to` afterwards."""
        if at != to:
            self._arrange(f"Move {self.layers[at].name}", self._stack.moved(at, to))

    def _arrange(self, what: str, stack: Stack, setting: tuple[int, frozenset[str]] | None = None) -> None:
        self.end()
        if self.why_not(needs_layer=False) is not None or stack == self._stack or not self._record():
            return
        before, self._stack = self._stack, stack
        again = self._history.done(Step(what, before, stack, setting=setting))
        self._record({"do": "layers", **stack.to_json(), **({"again": True} if again else {})})
        self._all_changed(before)

    # Undo.

    def undo(self) -> str | None:
        """What was undone, for the status line; None where nothing can be."""
        return self._go(self._history.back, "undo")

    def redo(self) -> str | None:
        return self._go(self._history.forth, "redo")

    @property
    def next_undo(self) -> str | None:
        return self._history.next_back

    @property
    def next_redo(self) -> str | None:
        return self._history.next_forth

    def _go(self, next_step: Callable[[], Step | None], way: Literal["undo", "redo"]) -> str | None:
        self.end()
        step = next_step() if self.why_not(needs_layer=False) is None else None
        if step is None:
            return None
        self._record({"do": way})
        before = self._stack
        stack = step.before if way == "undo" else step.after
        self._stack = replace(stack, used=max(stack.used, before.used))
        for id, swap in step.swaps.items():
            side = 0 if way == "undo" else 1
            layer = self._any(id, before)
            rect = self._rasters.of(layer).put({key: tiles[side] for key, tiles in swap.items()})
            self.changed.emit(Dirty(layer.on, rect))
        self._all_changed(before)
        return step.what

    # Pixels.

    def flatten(
        self, on: On, rect: Rect, scale: float, start: Start = (0, 0), layers: Iterable[Layer] | None = None
    ) -> np.ndarray:
        """[h, w, 4] float32, premultiplied: the visible layers on a picture, or some of them, which are of one mode.

        `rect`: in pixels of that picture at a scale, the first of which begins at the full-size pixel `start`.
        """
        return self._rasters.flatten(self.layers if layers is None else layers, on, rect, scale, start)

    def laid_on(self, on: On, ground: np.ndarray, rect: Rect, scale: float, start: Start = (0, 0)) -> np.ndarray:
        """A part of a picture [h, w, 4] with all that is painted on it, layer by layer."""
        return self._rasters.laid_on(self.layers, on, ground, rect, scale, start)

    def painted_part(self, layer: Layer) -> Rect:
        """Where its paint is, in full-size pixels; NOWHERE where it has none."""
        return self._rasters.of(layer).painted

    def raster(self, layer: Layer) -> Raster:
        """A copy that stays as it is, for other threads; its tiles are never written to."""
        self.end()
        return Raster(self.window(layer.on), self._rasters.of(layer).tiles)

    def unbrought(self) -> tuple[str, ...]:
        """Names of the visible layers whose paint is not in the unreel folder as it is now."""
        brought = self._brought
        shown = [layer for layer in self.layers if layer.visible and layer.ops]
        return tuple(
            layer.name for layer in shown if brought is None or not brought.has_layer(layer, self.window(layer.on))
        )

    @property
    def brought(self) -> Brought | None:
        """What is in the unreel folder; None where no shot is open."""
        return self._brought

    def _make_rasters(self) -> None:
        stack, session, missing = self._stack, self._session, list[str]()
        rasters, brought = self._rasters, self._brought
        drawn = {layer.id: Raster(self.window(layer.on)) for layer in stack.layers}
        self._is_opening = True

        def ready() -> None:
            if session == self._session:
                for layer in stack.layers:
                    rasters.put(layer, drawn[layer.id])
                self._is_opening = False
                for text in dict.fromkeys(missing):
                    self.told.emit(text)
                self._all_changed(Stack())
                self.opened.emit(None)

        def make() -> None:
            for layer in stack.layers:
                try:
                    if brought is not None:
                        brought.digest(layer, self.window(layer.on))  # which takes its time, once
                    draw_all(drawn[layer.id], layer.ops, rasters.maker(self.window(layer.on), missing.append))
                except Exception as error:  # no memory: the others are shown all the same
                    why = str(error) or type(error).__name__
                    missing.append(f"{layer.name} can't be shown whole ({why}): open the shot again.")
            self._loop.soon(ready)

        if any(layer.ops for layer in stack.layers):
            threading.Thread(target=make, name="paint is read", daemon=True).start()
        else:
            ready()

    # Steps.

    def _begin_changing(self, layer: Layer, at: int) -> Changing:
        window = self.window(layer.on)
        make = self._rasters.maker(window)
        under = draw_all(Raster(window), layer.ops[:at], make)
        _, rect = draw(Raster(window, under.tiles), layer.ops[at], make)
        return Changing(layer.id, at, self._stack, dict(self._rasters.of(layer).tiles), under, rect)

    def _let_go(self) -> None:
        """What was moved about stays where it is, as a step of undo."""
        if self._changing is None:
            return
        changing, self._changing = self._changing, None
        layer = self._stack.of(changing.id)
        op = layer.ops[changing.at]
        if op == changing.before.of(changing.id).ops[changing.at]:
            return
        self._record({"do": "change", "layer": changing.id, "at": changing.at, "op": op_to_json(op)})
        swap = swap_of(changing.tiles, self._rasters.of(layer).tiles)
        after, self._stack = self._stack, changing.before
        self._step(f"{WORDS[type(op)]} changed", after, {changing.id: swap})

    def _step(self, what: str, stack: Stack, swaps: Mapping[int, Swap]) -> None:
        self._history.done(Step(what, self._stack, stack, swaps))
        self._stack = stack
        self.layers_changed.emit(None)

    def _any(self, id: int, before: Stack) -> Layer:
        return next(layer for layer in (*self.layers, *before.layers) if layer.id == id)

    def _all_changed(self, before: Stack) -> None:
        """Tells what looks otherwise now: layers that came, went, moved or were set."""
        for layer in changed_layers(before, self._stack):
            self._tell(layer.on, self._rasters.of(layer).painted)
        self.layers_changed.emit(None)

    def _tell(self, on: On, rect: Rect) -> Rect:
        if rect[2] > 0 and rect[3] > 0:
            self.changed.emit(Dirty(on, rect))
        return rect

    def _record(self, *records: Any, sync: bool = True) -> bool:
        """False where it can't be kept, which is told."""
        return self._keeping is not None and self._keeping.record(*records, sync=sync)


def changed_layers(before: Stack, after: Stack) -> list[Layer]:
    """Layers that are another one, set otherwise, or at another place; as they were and as they are."""
    found = []
    for at in range(max(len(before.layers), len(after.layers))):
        old, new = (stack.layers[at] if at < len(stack.layers) else None for stack in (before, after))
        if _look(old) != _look(new):
            found += [layer for layer in (old, new) if layer is not None]
    return found


def _look(layer: Layer | None) -> object:
    return layer and (layer.id, layer.mode, layer.opacity, layer.visible)


def _without_points(stroke: Stroke) -> dict[str, Any]:
    return {"brush": asdict(stroke.brush), "colour": list(stroke.colour), "erase": stroke.erase}
