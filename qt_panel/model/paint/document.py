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
from .drawing import Drawing, MakePicture, Picture, draw, draw_all
from .flatten import Start, flatten, laid_on
from .handles import Object
from .history import History, Step
from .journal import Journal
from .layers import Layer, On, Stack, painted_on
from .placed import Pictures, fitted
from .raster import NOWHERE, Raster, Rect, Swap, Tile, joined
from .replay import SCHEMA, JournalTooNew, Replayed, earlier, replay
from .strokes import Line, Op, Placed, Point, Rgb, Stroke, Text, Xy, is_apart, op_to_json, point

SUFFIX = ".paint"
"""Of the folder beside `NAME.unreel`."""
READ_AT_ONCE = 50_000
"""Bytes of a journal that are read in the loop's own thread: 10 ms."""
NO_WINDOW = Window(0, 0, 0, 0)
WORDS: dict[type[Any], str] = {Stroke: "Stroke", Line: "Line", Text: "Text", Placed: "Image"}


class Dirty(NamedTuple):
    """What has changed: on which picture, and where, in its full-size pixels."""

    on: On
    rect: Rect


@dataclass(frozen=True)
class SaveState:
    state: Literal["clean", "saving", "saved", "failed", "read only", "recovered"]
    text: str = ""
    """What the artist should know, and do."""


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
        self._windows: Mapping[On, Window] = {}
        self._rasters: dict[int, Raster] = {}
        self._history = History()
        self._journal: Journal | None = None
        self._pictures: Pictures | None = None
        self._brought: Brought | None = None
        self._is_begun = self._is_opening = False
        self._recoverable: bytes | None = None
        self._drawing: tuple[Drawing, Stroke, list[Point]] | None = None
        self._changing: Changing | None = None
        self.save_state = SaveState("clean")

    # The shot.

    def open(self, folder: Path, windows: Mapping[On, Window]) -> None:
        """The paint of an unreel folder, which lies beside it; windows: of all that can be painted on.

        The pixels come a little later, see `opened`; until then nothing can be painted.
        """
        self.close()
        own = folder.with_name(folder.name + SUFFIX)
        session = self._session
        self._windows = windows
        self._pictures, self._brought = Pictures(own / "images"), Brought(own, folder)
        self._journal = Journal(own, lambda error: self._loop.soon(lambda: self._written(session, error)))
        self._is_opening = True
        try:
            content = self._journal.read()
        except OSError as error:
            self._journal.refusal, content = f"{self._journal.path} can't be read: {error.strerror}.", b""
        if len(content) <= READ_AT_ONCE:
            self._replayed(session, content, replayed(content))
            return

        def read() -> None:
            found = replayed(content)
            self._loop.soon(lambda: self._replayed(session, content, found))

        threading.Thread(target=read, name="journal is read", daemon=True).start()

    def _replayed(self, session: int, content: bytes, found: Replayed | None) -> None:
        """None: by a newer Unreel."""
        if session != self._session or self._journal is None:
            return
        if found is None:
            self._journal.refusal = f"{self._journal.path} was written by a newer Unreel: update this one."
            found, content = replay(b""), b""
        self._stack = found.stack
        self._is_begun = False
        self._tell_found(found, content)
        self._make_rasters()

    def unkept(self) -> str | None:
        """Why what was painted is not on disk, in a sentence; None where it is. It waits for the disk."""
        self.end()
        return None if self._journal is None else self._journal.flush()

    def close(self) -> None:
        """All is on disk afterwards that the disk takes, see `unkept`; nothing is shown any more."""
        self.end()
        if self._journal is not None:
            if self._is_begun:
                self._journal.write({"do": "closed"})
            self._journal.close()
        had = bool(self._stack.layers)
        self._reset()
        if had:
            self.layers_changed.emit(None)

    @property
    def is_open(self) -> bool:
        """There is a shot to paint on."""
        return self._journal is not None

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
        return self._windows.get(on, NO_WINDOW)

    @property
    def plate(self) -> Window:
        """The display window: that of the frames, and of the canonical without its overscan."""
        return next((window for on, window in self._windows.items() if on != "canonical"), self.window("canonical"))

    def painted_on(self) -> frozenset[On]:
        return painted_on([layer for layer in self.layers if layer.visible])

    def why_not(self, needs_layer: bool = True) -> str | None:
        """Why nothing can be painted just now, in a sentence; None where it can."""
        if self._journal is None:
            return "Open a shot first."
        if self._is_opening:
            return "The paint is still being read."
        if self._journal.refusal:
            return self._journal.refusal
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
        self._record()
        self._state("saved")

    def throw_away(self) -> None:
        """What was recovered goes; undo brings it back. Nothing happens once it was kept, or painted on."""
        content, before = self._recoverable, self._stack
        if content is None or not self._record({"do": "back"}):
            return
        self._stack = replace(earlier(content), used=before.used)
        swaps = {}
        for layer in self.layers:
            raster = Raster(self.window(layer.on))
            draw_all(raster, layer.ops, self._maker(raster.window))
            swaps[layer.id] = self._swapped(layer, raster)
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
        drawing = Drawing(self._raster(layer), brush, colour, erase)
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
            self._raster(layer).tiles = changing.tiles
            self._tell(layer.on, joined(changing.rect, self._raster(layer).painted))

    # Lines, text, pictures.

    def add(self, op: Line | Object) -> Rect:
        """One more thing on the layer; what changed. NOWHERE where that can't be, see `why_not`."""
        self.end()
        layer = self.layer_now
        if self.why_not() is not None or layer is None:
            return NOWHERE
        if not self._record({"do": "add", "layer": layer.id, "op": op_to_json(op)}):
            return NOWHERE
        raster = self._raster(layer)
        swap, rect = draw(raster, op, self._maker(raster.window))
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
        raster, make = Raster(window, changing.under.tiles), self._maker(window)
        _, rect = draw(raster, op, make)
        draw_all(raster, layer.ops[at + 1 :], make)
        self._raster(layer).tiles = raster.tiles
        self._stack = self._stack.repainted(layer.id, at, op)
        self._changing = replace(changing, rect=rect)
        if done:
            self._let_go()
        return self._tell(layer.on, joined(changing.rect, rect))

    def place(self, file: Path, on: On, then: Callable[[Placed], object]) -> None:
        """Reads a picture, in its own time, and gives it as it would lie in the middle, to be added."""
        pictures, session, window = self._pictures, self._session, self.window(on)
        if pictures is None or self._journal is None or not self._journal.take():
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
        try:
            return self._pictures.size(placed.file) if self._pictures else (1, 1)
        except UnreelError:
            return 1, 1

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
            rect = self._rasters[id].put({key: tiles[side] for key, tiles in swap.items()})
            self.changed.emit(Dirty(self._any(id, before).on, rect))
        self._all_changed(before)
        return step.what

    # Pixels.

    def flatten(
        self, on: On, rect: Rect, scale: float, start: Start = (0, 0), layers: Iterable[Layer] | None = None
    ) -> np.ndarray:
        """[h, w, 4] float32, premultiplied: the visible layers on a picture, or some of them, which are of one mode.

        `rect`: in pixels of that picture at a scale, the first of which begins at the full-size pixel `start`.
        """
        of = self.layers if layers is None else layers
        shown = [(layer, self._raster(layer)) for layer in of if layer.visible and layer.on == on]
        return flatten(shown, rect, scale, start)

    def laid_on(self, on: On, ground: np.ndarray, rect: Rect, scale: float, start: Start = (0, 0)) -> np.ndarray:
        """A part of a picture [h, w, 4] with all that is painted on it, layer by layer."""
        for layer in self.layers:
            if layer.on == on and layer.visible:
                paint = self.flatten(on, rect, scale, start, [layer])
                ground = laid_on(ground, paint, layer.mode) if paint.any() else ground
        return ground

    def painted_part(self, layer: Layer) -> Rect:
        """Where its paint is, in full-size pixels; NOWHERE where it has none."""
        return self._raster(layer).painted

    def raster(self, layer: Layer) -> Raster:
        """A copy that stays as it is, for other threads; its tiles are never written to."""
        self.end()
        return Raster(self.window(layer.on), self._raster(layer).tiles)

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

    def _raster(self, layer: Layer) -> Raster:
        if layer.id not in self._rasters:
            self._rasters[layer.id] = Raster(self.window(layer.on))
        return self._rasters[layer.id]

    def _maker(self, window: Window, missing: list[str] | None = None) -> MakePicture:
        """What is missing is told, or put into a list where that is another thread's."""
        pictures = self._pictures

        def make(op: Text | Placed) -> Picture | None:
            try:
                return pictures.make(op, window) if pictures else None
            except UnreelError as error:
                if missing is None:
                    self.told.emit(str(error))
                else:
                    missing.append(str(error))
                return None

        return make

    def _make_rasters(self) -> None:
        stack, session, missing = self._stack, self._session, list[str]()
        rasters = {layer.id: Raster(self.window(layer.on)) for layer in stack.layers}
        self._is_opening = True

        def ready() -> None:
            if session == self._session:
                self._rasters, self._is_opening = rasters, False
                for text in dict.fromkeys(missing):
                    self.told.emit(text)
                self._all_changed(Stack())
                self.opened.emit(None)

        brought = self._brought

        def make() -> None:
            for layer in stack.layers:
                try:
                    if brought is not None:
                        brought.digest(layer, self.window(layer.on))  # which takes its time, once
                    draw_all(rasters[layer.id], layer.ops, self._maker(self.window(layer.on), missing))
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
        under = draw_all(Raster(window), layer.ops[:at], self._maker(window))
        _, rect = draw(Raster(window, under.tiles), layer.ops[at], self._maker(window))
        return Changing(layer.id, at, self._stack, dict(self._raster(layer).tiles), under, rect)

    def _let_go(self) -> None:
        """What was moved about stays where it is, as a step of undo."""
        if self._changing is None:
            return
        changing, self._changing = self._changing, None
        op = self._stack.of(changing.id).ops[changing.at]
        if op == changing.before.of(changing.id).ops[changing.at]:
            return
        self._record({"do": "change", "layer": changing.id, "at": changing.at, "op": op_to_json(op)})
        swap = swap_of(changing.tiles, self._rasters[changing.id].tiles)
        after, self._stack = self._stack, changing.before
        self._step(f"{WORDS[type(op)]} changed", after, {changing.id: swap})

    def _step(self, what: str, stack: Stack, swaps: Mapping[int, Swap]) -> None:
        self._history.done(Step(what, self._stack, stack, swaps))
        self._stack = stack
        self.layers_changed.emit(None)

    def _swapped(self, layer: Layer, new: Raster) -> Swap:
        """Another raster for a layer; what that changes, which is told."""
        old = self._raster(layer)
        swap = swap_of(old.tiles, new.tiles)
        rect = joined(old.painted, new.painted)
        old.tiles = new.tiles
        self._tell(layer.on, rect)
        return swap

    def _any(self, id: int, before: Stack) -> Layer:
        return next(layer for layer in (*self.layers, *before.layers) if layer.id == id)

    def _all_changed(self, before: Stack) -> None:
        """Tells what looks otherwise now: layers that came, went, moved or were set."""
        for layer in changed_layers(before, self._stack):
            self._tell(layer.on, self._raster(layer).painted)
        self.layers_changed.emit(None)

    def _tell(self, on: On, rect: Rect) -> Rect:
        if rect[2] > 0 and rect[3] > 0:
            self.changed.emit(Dirty(on, rect))
        return rect

    # Keeping.

    def _record(self, *records: Any, sync: bool = True) -> bool:
        """False where it can't be kept, which is told."""
        if self._journal is None:
            return False
        if not self._journal.take():
            self._state("read only", self._journal.refusal or "")
            return False
        if not self._is_begun:
            self._is_begun = True
            self._journal.write({"do": "journal", "schema": SCHEMA}, sync=False)
            self._journal.write({"do": "opened"}, sync=False)
        self._recoverable = None
        for record in records:
            self._journal.write(record, sync)
        if self.save_state.state in ("clean", "saved", "recovered"):
            self._state("saving")
        return True

    def _written(self, session: int, error: str | None) -> None:
        if session == self._session and self._journal is not None and self._journal.refusal is None:
            self._state("failed" if error else "saved", error or "")

    def _state(self, state: Literal["saving", "saved", "failed", "read only", "recovered"], text: str = "") -> None:
        new = SaveState(state, text)
        if new != self.save_state:
            self.save_state = new
            self.saved.emit(new)

    def _tell_found(self, found: Replayed, content: bytes) -> None:
        assert self._journal is not None
        if self._journal.refusal:
            self._state("read only", self._journal.refusal)
            return
        if found.damage:
            self._journal.cut(found.good)
            if self._journal.refusal:
                self._state("read only", self._journal.refusal)
                return
            kept = self._journal.folder
            self.told.emit(f"A part of the paint can't be read: {found.damage}; a copy of all is kept in {kept}.")
        if not found.is_clean and found.stack.layers:
            self._recoverable = content[: found.good]
            text = "The window ended without closing this shot. What was painted is here."
            self._state("recovered", text)


def replayed(content: bytes) -> Replayed | None:
    """None where a newer Unreel wrote it."""
    try:
        return replay(content)
    except JournalTooNew:
        return None


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


def swap_of(before: Mapping[tuple[int, int], Tile], after: Mapping[tuple[int, int], Tile]) -> Swap:
    """The tiles that are not the same ones."""
    keys = before.keys() | after.keys()
    return {key: (before.get(key), after.get(key)) for key in keys if before.get(key) is not after.get(key)}


def _without_points(stroke: Stroke) -> dict[str, Any]:
    return {"brush": asdict(stroke.brush), "colour": list(stroke.colour), "erase": stroke.erase}
