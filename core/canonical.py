"""The canonical picture: its canvas, what goes into it and what comes out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from .errors import UsageError
from .frame import Window

NO_SOURCE = np.iinfo(np.int32).min
"""`CanonicalPicture.source` where no frame saw the surface."""


@dataclass(frozen=True)
class KeyPicture:
    """The key frame as shot: the canonical's own pixels."""

    frame_number: int
    rgb: np.ndarray
    """Scene-linear [h, w, 3] float32."""
    window: Window
    """Where `rgb` lies; the canvas uses the same pixel grid."""
    valid: np.ndarray | None = None
    """[h, w]: the plate has a picture here. None: everywhere."""
    matte: np.ndarray | None = None
    """[h, w] 0..1: coverage of the layer's surface. None: everywhere."""

    def own(self, least: float = 0.98) -> np.ndarray:
        """[h, w] bool: the pixels that stay bit-exact."""
        return self.coverage() > least

    def coverage(self) -> np.ndarray:
        """[h, w] float32: matte where the plate is valid and finite."""
        covered = np.isfinite(self.rgb).all(2).astype(np.float32)
        if self.valid is not None:
            covered *= np.asarray(self.valid) > 0
        if self.matte is not None:
            covered *= np.clip(self.matte, 0, 1)
        return covered


@dataclass(frozen=True)
class View:
    """How one frame sees the canvas: the inverse of its deformation."""

    frame_number: int
    xy_frame: np.ndarray
    """[H, W, 2] float32: where each canvas pixel lies in the frame, array index pixels."""
    visible: np.ndarray
    """[H, W] float32 0..1: inside the frame, matte, occlusion and consistency together."""


Views = Callable[[Collection[int] | None], Iterable[View]]
"""`views(None)` yields every frame's view, `views(wanted)` at least those wanted; one at a time, in any order."""

ReadRgb = Callable[[int], np.ndarray]
"""Frame number -> scene-linear [h, w, 3] float32."""


@dataclass(frozen=True)
class CanonicalPicture:
    """The picture to paint on."""

    rgb: np.ndarray
    """Scene-linear [H, W, 3] float32, not premultiplied, 0 where nothing was seen."""
    alpha: np.ndarray
    """[H, W] float32: how far some frame saw the surface, 0..1."""
    source: np.ndarray
    """[H, W] int32: the frame each pixel came from, or NO_SOURCE."""
    window: Window
    """The canvas in the key frame's pixels."""
    detail: np.ndarray | None = None
    """[H, W] float32: gradient energy that the frame each pixel came from has there, see `sharpness.py`."""

    def premultiplied(self) -> np.ndarray:
        """[H, W, 4] as an EXR wants it; equal to `rgb` bit for bit where alpha is 1."""
        return np.concatenate([self.rgb * self.alpha[..., None], self.alpha[..., None]], 2)


@dataclass(frozen=True)
class Canvas:
    """The window a canonical needs, and whether it got all of it."""

    window: Window
    wanted: Window
    """What the shot would have filled without the limit."""

    @property
    def limited(self) -> bool:
        return self.window != self.wanted

    def message(self) -> str:
        """One line for the log; empty when nothing was cut."""
        if not self.limited:
            return ""
        got, wanted = self.window, self.wanted
        return (
            f"the shot covers {wanted.width}x{wanted.height} pixels of the canonical; it is limited to "
            f"{got.width}x{got.height}: choose a key frame nearer the middle of the move, or raise the limit"
        )


def canvas_for(key_window: Window, points: Sequence[np.ndarray], limit: float = 3.0, pad_pixel: int = 0) -> Canvas:
    """The canvas that the shot needs: the key's window and every frame's footprint, rounded out to even numbers.

    points: for each frame [n, 2] canonical pixels (x, y) it covers: its corners, or its edge where the map bends.
        Points that are not finite (beyond the horizon of a homography) are left out.
    limit: at most this many times the key's width and height; what lies beyond is cut, each side by its share.
    """
    if limit < 1:
        raise UsageError(f"the canvas limit is {limit}; it must be 1 or more (times the key frame's size)")
    spans = []
    for axis, first, size in ((0, key_window.x, key_window.width), (1, key_window.y, key_window.height)):
        low, high = float(first), float(first + size)
        for xy_pixel in points:
            values = np.asarray(xy_pixel, np.float64)[..., axis]
            values = values[np.isfinite(values)]
            if values.size:
                # A pixel centre at i covers i - 0.5 to i + 0.5, which is index i to i + 1 of a window.
                low, high = min(low, float(values.min())), max(high, float(values.max()) + 1)
        wanted = even_span(low - pad_pixel, high + pad_pixel)
        spans.append((wanted, limited_span(wanted, first, first + size, limit)))
    (wanted_x, x), (wanted_y, y) = spans
    return Canvas(window_of_spans(x, y), window_of_spans(wanted_x, wanted_y))


def even_span(low: float, high: float) -> tuple[int, int]:
    """First and end pixel, rounded outwards to even numbers (bounded, so that a wild point stays an int)."""
    low, high = max(low, -(2.0**24)), min(high, 2.0**24)
    return int(np.floor(low / 2 + 1e-6)) * 2, int(np.ceil(high / 2 - 1e-6)) * 2


def limited_span(wanted: tuple[int, int], key_first: int, key_end: int, limit: float) -> tuple[int, int]:
    """`wanted` cut to limit x the key's size; both sides lose in proportion to what they asked for."""
    most = int((key_end - key_first) * limit)
    if wanted[1] - wanted[0] <= most + 3:  # rounding outwards may add up to 3
        return wanted
    before, after = key_first - wanted[0], wanted[1] - key_end
    share = (most - (key_end - key_first)) / (before + after)
    return even_span(key_first - before * share, key_end + after * share)


def window_of_spans(x: tuple[int, int], y: tuple[int, int]) -> Window:
    return Window(x[0], y[0], x[1] - x[0], y[1] - y[0])
