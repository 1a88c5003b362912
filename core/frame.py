"""A frame as it was shot: planes in their own bits, windows and metadata, nothing lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import numpy as np

from .errors import InputError, MismatchedPictures

HALF_MAX = 65504.0
_SUFFIXES = (("r", "red"), ("g", "green"), ("b", "blue"))
_LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)  # Rec. 709


@dataclass(frozen=True)
class Window:
    """A rectangle of pixels, y down. `x`, `y` is its first pixel; it ends before `x + width`, `y + height`."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """The first column after the window."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """The first row after the window."""
        return self.y + self.height

    @property
    def shape(self) -> tuple[int, int]:
        """`(height, width)`, as numpy says it."""
        return self.height, self.width

    @property
    def empty(self) -> bool:
        return self.width <= 0 or self.height <= 0

    def union(self, other: Window) -> Window:
        """The smallest window that holds both."""
        if self.empty or other.empty:
            return other if self.empty else self
        x, y = min(self.x, other.x), min(self.y, other.y)
        return Window(x, y, max(self.right, other.right) - x, max(self.bottom, other.bottom) - y)

    def intersect(self, other: Window) -> Window:
        """The pixels of both; `empty` (width or height 0) where they don't meet."""
        x, y = max(self.x, other.x), max(self.y, other.y)
        width = max(0, min(self.right, other.right) - x)
        return Window(x, y, width, max(0, min(self.bottom, other.bottom) - y))

    def grown(self, margin: int) -> Window:
        """`margin` pixels wider on every side."""
        return Window(self.x - margin, self.y - margin, self.width + 2 * margin, self.height + 2 * margin)

    def contains(self, other: Window) -> bool:
        return self.intersect(other) == other

    def slices_in(self, outer: Window) -> tuple[slice, slice]:
        """Rows and columns of this window in an array that lies over `outer`.

        ValueError if a part of this window is outside `outer`.
        """
        if not outer.contains(self):
            raise ValueError(f"{self} is not inside {outer}")
        top, left = self.y - outer.y, self.x - outer.x
        return slice(top, top + self.height), slice(left, left + self.width)


@dataclass(frozen=True)
class Attribute:
    """One value of a file's header: `type` as OpenImageIO spells it (`timecode`, `rational`, `matrix`, `string`)."""

    type: str
    value: Any


@dataclass(frozen=True, eq=False)
class Frame:
    """One picture, or one part of a multi-part file."""

    planes: Mapping[str, np.ndarray]
    """channel name -> (h, w) over the data window, in the file's own type, in the reader's order (R, G, B, A first)"""
    data: Window
    display: Window
    metadata: Mapping[str, Attribute] = field(default_factory=dict)
    """everything else in the header: pixel aspect, timecode, frame rate, compression, foreign strings"""
    others: tuple[Frame, ...] = ()
    """the further parts of a multi-part file, carried untouched"""
    straight_alpha: bool = False
    """True where the colour was not multiplied by alpha (PNG, TIFF of paint programs); EXR is premultiplied"""

    @property
    def pixel_aspect(self) -> float:
        """Width of a pixel over its height."""
        return float(self._value("PixelAspectRatio", 1.0))

    @property
    def frame_rate(self) -> Fraction | None:
        """Frames a second, exactly as the file says it, or None."""
        value = self._value("FramesPerSecond", None)
        return Fraction(*value) if value and value[1] else None

    @property
    def timecode(self) -> str | None:
        """`hh:mm:ss:ff` (`;ff` for drop frame), or None."""
        value = self._value("smpte:TimeCode", None)
        return timecode_text(value[0]) if value else None

    def _value(self, name: str, default: Any) -> Any:
        return self.metadata[name].value if name in self.metadata else default


def timecode_text(word: int) -> str:
    """`hh:mm:ss:ff` of the packed SMPTE 12M time word: two BCD digits a byte, frames lowest, drop-frame in bit 6."""
    digits = [10 * ((word >> at & 0xFF & tens) >> 4) + (word >> at & 0xF) for at, tens in _TIME_FIELDS]
    frames, seconds, minutes, hours = digits
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}{';' if word & 0x40 else ':'}{frames:02d}"


_TIME_FIELDS = ((0, 0x30), (8, 0x70), (16, 0x70), (24, 0x30))


def channel(frame: Frame, name: str) -> np.ndarray:
    """The (h, w) plane called `name`, in its own type. InputError naming the channels there are."""
    if name not in frame.planes:
        raise InputError(f"there is no channel {name}; the picture has {_listed(frame)}")
    return frame.planes[name]


def alpha(frame: Frame) -> np.ndarray | None:
    """The (h, w) plane `A` in its own type, or None."""
    return frame.planes.get("A")


def colour_names(frame: Frame, layer: str | None = None) -> tuple[str, str, str]:
    """The channels that are red, green and blue; one name three times where a single `Y` stands for all.

    `layer` None: the unprefixed ones, else the only layer that has all three. InputError naming the channels there are.
    """
    if layer is not None:
        found = _colour_of_layer(frame.planes, layer)
        if found is None:
            raise InputError(f"the layer {layer!r} has no red, green and blue; the picture has {_listed(frame)}")
        return found
    found = _colour_of_layer(frame.planes, "")
    if found is not None:
        return found
    layers = dict.fromkeys(name.rpartition(".")[0] for name in frame.planes)
    coloured = [one for one in map(lambda each: _colour_of_layer(frame.planes, each), layers) if one]
    if len(coloured) == 1:
        return coloured[0]
    why = "several layers have colour, name one" if coloured else "there is no colour (R, G, B or Y)"
    raise InputError(f"{why}; the picture has {_listed(frame)}")


def rgb(frame: Frame, layer: str | None = None) -> np.ndarray:
    """Colour as stored: float32 (h, w, 3) over the data window; 8 and 16 bit integers become 0..1.

    A single `Y` is repeated. InputError if there is no colour.
    """
    names = colour_names(frame, layer)
    colour = np.empty((*frame.data.shape, len(names)), np.float32)
    for at, name in enumerate(names):
        colour[..., at] = _unit(frame.planes[name])
    return colour


def with_rgb(
    frame: Frame, rgb: np.ndarray, where: np.ndarray, layer: str | None = None, window: Window | None = None
) -> Frame:
    """A new frame whose colour is `rgb` (h, w, 3) where `where` (h, w) is True; every other sample keeps its bits.

    window: the part of the data window that both are about; None: all of it. Values are converted to each plane's own
    type: half is clipped to +-65504 and never becomes inf, integers are rounded and clipped. A single `Y` takes the
    Rec. 709 luma. MismatchedPictures if the shapes differ.
    """
    window = window or frame.data
    height, width = window.shape
    if rgb.shape != (height, width, 3) or where.shape != (height, width):
        raise MismatchedPictures(
            f"the new colour is {rgb.shape} and its mask {where.shape}; the part of the data window asks for "
            f"{(height, width, 3)} and {(height, width)}"
        )
    where = where.astype(bool, copy=False)
    new = np.asarray(rgb)[where]
    names = colour_names(frame, layer)
    columns = {names[0]: new @ _LUMA} if len(set(names)) == 1 else dict(zip(names, new.T, strict=True))
    planes, part = dict(frame.planes), window.slices_in(frame.data)
    for name, values in columns.items():
        plane = planes[name].copy()
        plane[part][where] = _converted(values, plane.dtype)
        planes[name] = plane
    return replace(frame, planes=planes)


def on_window(array: np.ndarray, from_window: Window, to_window: Window, fill: float = 0) -> np.ndarray:
    """`array` (h, w) or (h, w, c) over `from_window`, cropped and padded with `fill` to lie over `to_window`.

    Always a new array of the same type. ValueError if the array is not as large as `from_window`.
    """
    if array.shape[:2] != from_window.shape:
        raise ValueError(f"the array is {array.shape[:2]}, its window {from_window.shape}")
    moved = np.full(to_window.shape + array.shape[2:], fill, array.dtype)
    shared = from_window.intersect(to_window)
    if not shared.empty:
        moved[shared.slices_in(to_window)] = array[shared.slices_in(from_window)]
    return moved


def _colour_of_layer(names: Iterable[str], layer: str) -> tuple[str, str, str] | None:
    prefix = f"{layer}." if layer else ""
    own = {n[len(prefix) :].lower(): n for n in names if n.startswith(prefix) and "." not in n[len(prefix) :]}
    found = [next((own[suffix] for suffix in pair if suffix in own), None) for pair in _SUFFIXES]
    red, green, blue = found
    if red is not None and green is not None and blue is not None:
        return red, green, blue
    chroma = {"ry", "by"} & own.keys()
    return (own["y"],) * 3 if "y" in own and not chroma else None


def _unit(plane: np.ndarray) -> np.ndarray:
    """8 and 16 bit integers as 0..1; other types as they are."""
    if plane.dtype in (np.uint8, np.uint16):
        return plane.astype(np.float32) / np.float32(np.iinfo(plane.dtype).max)
    return plane


def _converted(values: np.ndarray, dtype: np.dtype) -> np.ndarray:
    if dtype == np.float16:
        return np.clip(values, -HALF_MAX, HALF_MAX).astype(np.float16)
    if dtype in (np.uint8, np.uint16):
        top = np.iinfo(dtype).max
        return np.clip(np.rint(np.nan_to_num(values) * top), 0, top).astype(dtype)
    return values.astype(dtype)


def _listed(frame: Frame) -> str:
    text = ", ".join(frame.planes) or "no channels"
    parts = [other.metadata.get("oiio:subimagename") for other in frame.others]
    named = ", ".join(str(part.value) for part in parts if part)
    return f"{text} (and in further parts: {named})" if named else text
