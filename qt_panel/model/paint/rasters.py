"""The pixels of a shot's layers, made of what is painted on them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
from unreel.core.errors import UnreelError
from unreel.core.frame import Window

from .drawing import MakePicture, Picture, draw_all
from .flatten import Start, flatten, laid_on
from .layers import Layer, On
from .placed import Pictures
from .raster import Raster, Rect, Swap, Tile, joined
from .strokes import Placed, Text

NO_WINDOW = Window(0, 0, 0, 0)


class Rasters:
    """A raster a layer, made when it is first asked for."""

    def __init__(self, windows: Mapping[On, Window], pictures: Pictures | None, told: Callable[[str], object]) -> None:
        """windows: of all that can be painted on. told: hears what a picture or a font is missing for."""
        self.windows, self.pictures, self._told = windows, pictures, told
        self._of: dict[int, Raster] = {}

    def window(self, on: On) -> Window:
        """Of a picture that can be painted on; empty where it is not in the shot."""
        return self.windows.get(on, NO_WINDOW)

    def of(self, layer: Layer) -> Raster:
        if layer.id not in self._of:
            self._of[layer.id] = Raster(self.window(layer.on))
        return self._of[layer.id]

    def size_of(self, placed: Placed) -> tuple[int, int]:
        """Width and height of a picture's file; 1, 1 where it is missing."""
        try:
            return self.pictures.size(placed.file) if self.pictures else (1, 1)
        except UnreelError:
            return 1, 1

    def maker(self, window: Window, told: Callable[[str], object] | None = None) -> MakePicture:
        """Makes pixels of text and pictures. told: hears what is missing where another thread asks."""
        pictures, tell = self.pictures, told or self._told

        def make(op: Text | Placed) -> Picture | None:
            try:
                return pictures.make(op, window) if pictures else None
            except UnreelError as error:
                tell(str(error))
                return None

        return make

    def drawn(self, layer: Layer) -> Raster:
        """All that is painted on a layer, drawn anew."""
        raster = Raster(self.window(layer.on))
        return draw_all(raster, layer.ops, self.maker(raster.window))

    def put(self, layer: Layer, raster: Raster) -> None:
        self._of[layer.id] = raster

    def swapped(self, layer: Layer, new: Raster) -> tuple[Swap, Rect]:
        """Another raster's pixels for a layer; what that changes."""
        old = self.of(layer)
        swap, rect = swap_of(old.tiles, new.tiles), joined(old.painted, new.painted)
        old.tiles = new.tiles
        return swap, rect

    def flatten(self, layers: Iterable[Layer], on: On, rect: Rect, scale: float, start: Start) -> np.ndarray:
        """[h, w, 4] float32, premultiplied: the visible ones of `layers` on a picture, which are of one mode."""
        return flatten(
            [(layer, self.of(layer)) for layer in layers if layer.visible and layer.on == on], rect, scale, start
        )

    def laid_on(
        self, layers: Sequence[Layer], on: On, ground: np.ndarray, rect: Rect, scale: float, start: Start
    ) -> np.ndarray:
        """A part of a picture [h, w, 4] with all that is painted on it, layer by layer."""
        for layer in layers:
            if layer.on == on and layer.visible:
                paint = self.flatten([layer], on, rect, scale, start)
                ground = laid_on(ground, paint, layer.mode) if paint.any() else ground
        return ground


def swap_of(before: Mapping[tuple[int, int], Tile], after: Mapping[tuple[int, int], Tile]) -> Swap:
    """The tiles that are not the same ones."""
    keys = before.keys() | after.keys()
    return {key: (before.get(key), after.get(key)) for key in keys if before.get(key) is not after.get(key)}
