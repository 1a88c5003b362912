"""The pixels of a layer, in tiles; who changes them keeps the tiles that were there, and undo puts those back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from unreel.core.frame import Window

TILE = 256
Key = tuple[int, int]
"""Column and row of a tile, from the window's corner."""
Rect = tuple[int, int, int, int]
"""x, y, width, height in full-size pixels of the picture, y down."""
NOWHERE: Rect = (0, 0, 0, 0)
Tile = np.ndarray
"""[256, 256, 4] float16, scene-linear, premultiplied. Once an Edit is done nobody writes to it."""
Swap = dict[Key, tuple[Tile | None, Tile | None]]
"""What was there, and what is there now; None where nothing is."""


class Raster:
    """Where no tile is, nothing is painted."""

    def __init__(self, window: Window, tiles: Mapping[Key, Tile] | None = None) -> None:
        self.window = window
        self.tiles: dict[Key, Tile] = dict(tiles or {})

    def read(self, rect: Rect) -> np.ndarray | None:
        """[h, w, 4] float32, 0 outside the window; None where nothing is painted in it."""
        found = None
        for key, inside, outside in parts(self.window, rect):
            if key in self.tiles:
                if found is None:
                    found = np.zeros((rect[3], rect[2], 4), np.float32)
                found[outside] = self.tiles[key][inside]
        return found

    def put(self, tiles: Mapping[Key, Tile | None]) -> Rect:
        """Puts tiles where they belong, and takes those away that are None; where that was."""
        for key, tile in tiles.items():
            if tile is None:
                self.tiles.pop(key, None)
            else:
                self.tiles[key] = tile
        return around(self.window, tiles)

    @property
    def painted(self) -> Rect:
        """The tiles there are."""
        return around(self.window, self.tiles)


class Edit:
    """Lays paint onto a raster, at first in copies of its tiles."""

    def __init__(self, raster: Raster) -> None:
        self.raster = raster
        self._before: dict[Key, Tile | None] = {}

    def lay(self, rect: Rect, alpha: np.ndarray, paint: np.ndarray) -> None:
        """`base (1 - alpha) + paint` on what was there before this edit; alpha [h, w], paint [h, w, 4] premultiplied.

        Laid twice on the same place the second counts alone: that is how a stroke never builds up on itself.
        """
        for key, inside, outside in parts(self.raster.window, rect):
            if key not in self._before:
                self._begin(key)
            base, new = self._before[key], paint[outside]
            if base is not None:
                new = base[inside] * (1 - alpha[outside])[..., None] + new
            self.raster.tiles[key][inside] = new

    def done(self) -> Swap:
        """What it has changed; the tiles stay as they are from now on."""
        for key in self._before:
            self.raster.tiles[key].flags.writeable = False
        return {key: (before, self.raster.tiles[key]) for key, before in self._before.items()}

    def drop(self) -> Rect:
        """As if it had never been; where that was."""
        return self.raster.put(self._before)

    def _begin(self, key: Key) -> None:
        before = self.raster.tiles.get(key)
        self._before[key] = before
        self.raster.tiles[key] = np.zeros((TILE, TILE, 4), np.float16) if before is None else before.copy()


def parts(window: Window, rect: Rect) -> Iterator[tuple[Key, tuple[slice, slice], tuple[slice, slice]]]:
    """The tiles that a rectangle meets inside the window: rows and columns in the tile, and in the rectangle."""
    left, top, right, bottom = corners(clipped(window, rect))
    for row in range((top - window.y) // TILE, (bottom - window.y - 1) // TILE + 1):
        for column in range((left - window.x) // TILE, (right - window.x - 1) // TILE + 1):
            x, y = window.x + column * TILE, window.y + row * TILE
            x0, x1, y0, y1 = max(left, x), min(right, x + TILE), max(top, y), min(bottom, y + TILE)
            inside = slice(y0 - y, y1 - y), slice(x0 - x, x1 - x)
            yield (column, row), inside, (slice(y0 - rect[1], y1 - rect[1]), slice(x0 - rect[0], x1 - rect[0]))


def corners(rect: Rect) -> Rect:
    """Left, top, right and bottom, the last two not inside."""
    return rect[0], rect[1], rect[0] + rect[2], rect[1] + rect[3]


def clipped(window: Window, rect: Rect) -> Rect:
    """What of a rectangle is inside the window; NOWHERE where nothing is."""
    shared = window.intersect(Window(*rect))
    return NOWHERE if shared.empty else (shared.x, shared.y, shared.width, shared.height)


def joined(one: Rect, other: Rect) -> Rect:
    """The smallest rectangle that holds both."""
    both = Window(*one).union(Window(*other))
    return both.x, both.y, both.width, both.height


def around(window: Window, keys: Mapping[Key, object]) -> Rect:
    """The pixels of the window that tiles hold."""
    if not keys:
        return NOWHERE
    columns, rows = [key[0] for key in keys], [key[1] for key in keys]
    x, y = window.x + min(columns) * TILE, window.y + min(rows) * TILE
    width, height = (max(columns) - min(columns) + 1) * TILE, (max(rows) - min(rows) + 1) * TILE
    return clipped(window, (x, y, width, height))
