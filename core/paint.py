"""Paint on a picture, made ready once for many frames: cropped, shaped, with a pyramid for maps that shrink it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from .canonical_light import push_pull
from .color import linear_from_shaped, shaped_from_linear
from .fields.minify import Pyramid, make_pyramid

Mode = Literal["over", "replace", "multiply", "add"]

PAINT_MARGIN = 16
"""Source pixels around the paint's box whose frame pixels are looked at; covers kernels and footprints."""
MARGIN = 32
"""Source pixels kept around the paint: what the light is measured on."""


@dataclass(frozen=True, eq=False)
class Paint:
    """A texture on the picture it was painted on, all scene-linear float32."""

    layer: np.ndarray
    """[hs, ws, 3], premultiplied."""
    alpha: np.ndarray
    """[hs, ws]."""
    picture: np.ndarray
    """[hs, ws, 3]: that picture without paint."""
    coverage: np.ndarray
    """[hs, ws]: 1 where `picture` is known and shows the surface."""
    mode: Mode = "over"
    opacity: float = 1.0


@dataclass(frozen=True, eq=False)
class PreparedPaint:
    """What every frame samples."""

    mode: Mode
    planes: Pyramid
    """8 channels: painted picture (shaped), ground under it (shaped), alpha, how much of the ground is known."""
    offset: tuple[int, int]
    """Source pixel (x, y) of the planes' first."""
    painted: tuple[int, int, int, int]
    """Box of the paint itself in the planes: left, top, right, bottom, ends excluded."""
    least: np.ndarray
    """[3]: the darkest a resampled layer can be, 0 unless the paint itself goes below."""


def prepare(paint: Paint) -> PreparedPaint | None:
    """`paint` ready to be laid on frames; None where nothing is painted.

    The layer is carried as a difference of two pictures, F = L + (1 - A) G over the ground G: its
    edge then interpolates between paint and what really surrounds it. G is the picture for `over`, `replace` and `add`
    (with A = 0), and 1 for `multiply`. Where the picture is unknown G is the paint's own colour bled outwards.
    """
    alpha = np.clip(np.nan_to_num(paint.alpha), 0, 1).astype(np.float32) * np.float32(paint.opacity)
    layer = np.nan_to_num(paint.layer).astype(np.float32) * np.float32(paint.opacity)
    if paint.mode == "multiply":  # white changes nothing, and is no paint: those pixels keep their bits
        white = (layer == alpha[..., None]).all(2)
        layer, alpha = np.where(white[..., None], 0, layer), np.where(white, 0, alpha)
    marked = (alpha > 0) | (layer != 0).any(2)
    if not marked.any():
        return None
    box, inner = grown_box(marked, MARGIN)
    layer, alpha, marked = layer[box], alpha[box], marked[box]
    if paint.mode == "add":
        alpha = np.zeros_like(alpha)
    if paint.mode == "multiply":
        ground, known = np.ones_like(layer), np.zeros_like(alpha)
    else:
        ground, known = known_ground(paint.picture[box], paint.coverage[box], layer, alpha)
    painted = np.where(marked[..., None], layer + (1 - alpha)[..., None] * ground, ground)
    planes = np.concatenate(
        [shaped_from_linear(painted), shaped_from_linear(ground), alpha[..., None], known[..., None]], 2
    )
    offset = (box[1].start, box[0].start)
    return PreparedPaint(paint.mode, make_pyramid(planes), offset, inner, np.minimum(layer.min((0, 1)), 0))


def known_ground(
    picture: np.ndarray, coverage: np.ndarray, layer: np.ndarray, alpha: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The picture under the paint [h, w, 3], bled paint where there is none, and the mask of what is known [h, w]."""
    known = (coverage > 0.5) & np.isfinite(picture).all(2)
    ground = np.where(known[..., None], picture, 0).astype(np.float32)
    if known.all():
        return ground, known.astype(np.float32)
    colour = shaped_from_linear(layer / np.maximum(alpha, 1e-4)[..., None])
    bled = push_pull(colour, np.clip(8 * alpha, 0, 1))
    ground[~known] = linear_from_shaped(bled[~known])
    return ground, known.astype(np.float32)


def grown_box(marked: np.ndarray, margin: int) -> tuple[tuple[slice, slice], tuple[int, int, int, int]]:
    """Slices (rows, columns) around what is marked [h, w], grown by `margin`, and the marked box inside them."""
    rows, columns = np.flatnonzero(marked.any(1)), np.flatnonzero(marked.any(0))
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    y0, x0 = max(top - margin, 0), max(left - margin, 0)
    box = np.s_[y0 : bottom + margin, x0 : right + margin]
    return box, (int(left - x0), int(top - y0), int(right - x0), int(bottom - y0))
