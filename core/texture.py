"""Texture Import: what the artist brings back, as one premultiplied layer with alpha."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np

from .color import Color, default_space
from .errors import InputError, UsageError
from .exr_read import read_frame
from .frame import Frame, Window, alpha, on_window, rgb
from .paint import Mode
from .texture_edit import box_around, changed_pixels, layer_from_edit
from .texture_grade import difference_of, ratio_of
from .texture_ground import Ground, ground_of, on_ground, placed_window, rounding_of, without_flattening

ImportMode = Literal["over", "replace", "multiply", "add", "difference", "ratio"]
"""What a texture can be imported as: the two last become `add` and `multiply`."""
ALPHA_STEP = 1.5 / 255
"""Two alphas that differ by no more are the same."""


KEPT_AS: dict[ImportMode, Mode] = {
    "over": "over",
    "replace": "replace",
    "multiply": "multiply",
    "add": "add",
    "difference": "add",
    "ratio": "multiply",
}


@dataclass(frozen=True, eq=False)
class Texture:
    """Paint on the canonical or on one frame, scene-linear, cropped to what is painted."""

    layer: np.ndarray
    """[h, w, 3] float32, premultiplied."""
    alpha: np.ndarray
    """[h, w] float32."""
    window: Window
    """Where it lies, in pixels of the picture it was painted on; `empty` if nothing is painted."""
    on: Literal["canonical"] | int = "canonical"
    """The picture it was painted on: the canonical, or a frame of the plate by its number."""
    mode: Mode = "over"
    opacity: float = 1.0
    name: str = ""
    notes: tuple[str, ...] = ()
    """What the user should know about the import, one sentence each."""
    key: int | None = None
    """Of the canonical it was painted on, where that is a further key frame's."""

    @property
    def empty(self) -> bool:
        return self.window.empty

    @property
    def darkest(self) -> float:
        """0, or the least sample where some are below: what a host that lays it live must not go below. Always 0 for
        paint that is added, which live does not limit."""
        if self.empty or self.mode == "add":
            return 0.0
        return min(0.0, math.floor(float(self.layer.min()) * self.opacity * 1e4) / 1e4)


def load_texture(
    path: str | Path,
    ground: Ground | Frame,
    on: Literal["canonical"] | int = "canonical",
    color: Color | None = None,
    space: str | None = None,
    mode: ImportMode = "over",
    opacity: float = 1.0,
    name: str | None = None,
) -> Texture:
    """What `path` adds to `ground`: the exported canonical, or the plate of frame `on`.

    A picture with an alpha of its own is a paint layer. One without alpha, or whose alpha is the ground's coverage (or
    more), is a whole edited picture: the paint in it is found, or with the modes `difference` and `ratio` what is to be
    added to the frames, or to multiply them. `space`: colour space of the file's colour, by default scene_linear for
    EXR and texture_paint for PNG and integer TIFF.

    InputError, UnreadableFile: no such file, or NaN in the paint. MismatchedPictures: the wrong size. UsageError: a
    mode that needs a layer or a whole picture and gets the other, or an unknown colour space.
    """
    if isinstance(ground, Frame):
        ground = ground_of(ground, "the canonical" if on == "canonical" else f"frame {on}")
    path, color = Path(path), color or Color()
    if path.suffix.lower() in (".jpg", ".jpeg"):
        raise InputError(f"{path.name} is a JPEG, which alters every pixel; save a 16-bit PNG, a TIFF or an EXR")
    frame = read_frame(path)
    dtype = next(iter(frame.planes.values())).dtype
    space = color.space(space or default_space(path, dtype))
    window = placed_window(frame, ground, path.name)
    check_finite(frame, path.name)
    pixels, painted_alpha = read_premultiplied(frame, color, space)
    whole = is_whole_picture(painted_alpha, window, ground)
    ground = on_ground(ground, window)
    if whole or painted_alpha is None:
        quantum = rounding_of(ground, dtype, color, space)
        pixels = pixels if painted_alpha is not None else without_flattening(pixels, ground, quantum)
        layer, layer_alpha = layer_of_picture(pixels, ground, quantum, mode)
    elif mode == "difference" or mode == "ratio":
        raise UsageError(
            f"mode {mode} needs a whole edited picture; {path.name} is a layer with alpha: use {KEPT_AS[mode]}, which "
            f"takes it as it is, or flatten it onto {ground.what}"
        )
    else:
        layer, layer_alpha = layer_from_rgba(pixels, painted_alpha)
    texture = make_texture(layer, layer_alpha, window, on)
    notes = notes_on(texture, path.name, dtype, ground.what)
    return replace(texture, mode=KEPT_AS[mode], opacity=opacity, name=name or path.stem, notes=notes)


def layer_from_rgba(rgb: np.ndarray, alpha: np.ndarray, straight: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Premultiplied layer [h, w, 3] and alpha [h, w] of painted RGBA, scene-linear; alpha is kept within 0..1."""
    alpha = np.clip(alpha, 0, 1).astype(np.float32)
    return (rgb * alpha[..., None] if straight else rgb).astype(np.float32), alpha


def is_whole_picture(painted_alpha: np.ndarray | None, window: Window, ground: Ground) -> bool:
    """Whether a file over `window` is the ground edited, not a layer: it has no alpha, or all of the ground's."""
    if painted_alpha is None:
        return True
    coverage = on_window(ground.coverage, ground.data, window)
    reaches = window.contains(ground.display) or coverage.sum(dtype=np.float64) == ground.coverage.sum(dtype=np.float64)
    return reaches and bool((painted_alpha >= coverage - ALPHA_STEP).all())


def layer_of_picture(
    pixels: np.ndarray, ground: Ground, quantum: np.ndarray, mode: ImportMode
) -> tuple[np.ndarray, np.ndarray]:
    """The layer in a whole edited picture; with `replace` every changed pixel is pasted as it is."""
    if mode == "replace":
        changed = changed_pixels(pixels, ground.rgb, quantum).astype(np.float32)
        return pixels * changed[..., None], changed
    if mode == "difference":
        return difference_of(pixels, ground.rgb, ground.coverage, quantum)
    if mode == "ratio":
        return ratio_of(pixels, ground.rgb, ground.coverage, quantum)
    if mode != "over":
        instead = "difference" if mode == "add" else "ratio"
        raise UsageError(
            f"mode {mode} needs a layer with alpha; this is a whole picture: use over, replace or {instead}"
        )
    return layer_from_edit(pixels, ground.rgb, ground.coverage, quantum)


def make_texture(
    layer: np.ndarray, alpha: np.ndarray, window: Window, on: Literal["canonical"] | int = "canonical"
) -> Texture:
    """A texture cropped to what is painted: alpha or colour that is not 0."""
    marked = (alpha > 0) | (layer != 0).any(2)
    if not marked.any():
        return Texture(np.zeros((0, 0, 3), np.float32), np.zeros((0, 0), np.float32), Window(0, 0, 0, 0), on)
    box = box_around(marked, 0)
    rows, columns = box
    layer, alpha = (np.ascontiguousarray(p[box], np.float32) for p in (layer, alpha))
    return Texture(layer, alpha, Window(window.x + columns.start, window.y + rows.start, *alpha.shape[::-1]), on)


def check_finite(frame: Frame, name: str) -> None:
    """InputError with the count of pixels that are NaN or infinite."""
    pixels = rgb(frame).sum(2)
    covered = alpha(frame)
    bad = ~np.isfinite(pixels if covered is None else pixels + covered)
    if bad.any():
        y, x = (int(n[0]) for n in np.nonzero(bad))
        where = f"the first at {frame.data.x + x}, {frame.data.y + y}"
        raise InputError(
            f"{name} has {int(bad.sum())} pixels that are NaN or infinite, {where}; clean them in the paint"
        )


def read_premultiplied(frame: Frame, color: Color, space: str) -> tuple[np.ndarray, np.ndarray | None]:
    """Scene-linear colour [h, w, 3], premultiplied, and alpha [h, w] or None. Linear EXR keeps its bits."""
    pixels, covered = rgb(frame), alpha(frame)
    linear = space == color.space("scene_linear")
    if covered is None:
        return (pixels if linear else color.to_linear(pixels, space)), None
    scale = np.iinfo(covered.dtype).max if np.issubdtype(covered.dtype, np.integer) else 1
    covered = covered.astype(np.float32) / np.float32(scale)
    if frame.straight_alpha:
        return color.to_linear(pixels, space) * covered[..., None], covered
    if linear:
        return pixels, covered
    straight = pixels / np.maximum(covered, 1e-6)[..., None]
    return np.where(covered[..., None] > 0, color.to_linear(straight, space) * covered[..., None], 0), covered


def notes_on(texture: Texture, name: str, dtype: np.dtype, what: str) -> tuple[str, ...]:
    """What the user should know, one sentence each."""
    notes = []
    if texture.empty:
        notes.append(f"{name}: nothing is painted; it is the same as {what}")
    elif dtype == np.uint8:
        notes.append(f"{name} has 8 bits a channel: soft gradients may show bands; save 16 bits if the program can")
    return tuple(notes)
