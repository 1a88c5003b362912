"""The plate canonical: the key frame where it saw the surface, the best single source pixels of other frames elsewhere.

Two passes over the views. The first holds every frame on a small grid, matches its light to the key
and chooses who fills what. The second reads only the chosen frames again, at full size, each only where it is needed.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from .canonical import NO_SOURCE, CanonicalPicture, KeyPicture, ReadRgb, View, Views
from .canonical_blend import PyramidBlend
from .canonical_labels import choose_labels
from .canonical_light import push_pull
from .canonical_sharpness import carried_energy, gradient_energy
from .canonical_small import (
    GAIN_STEP,
    SmallView,
    block_mean,
    finite,
    gather_small_views,
    grid_factor,
    grow,
    lit_views,
    smallest_singular_value,
)
from .color import linear_from_shaped, shaped_from_linear
from .fields.resample import sample
from .frame import Window, on_window

OVERLAP = 10
"""Small-grid pixels by which the fill reaches under the key's own area, so that the two can be matched."""
FEATHER = 8
"""Small-grid pixels outside the key's area over which the fill is bent to meet it."""

Progress = Callable[[float, str], None]


def fill_canonical(
    key: KeyPicture, canvas: Window, views: Views, read_rgb: ReadRgb, progress: Progress | None = None
) -> CanonicalPicture:
    """The key frame on a larger canvas, bit-exact where it saw the surface, the rest from others."""
    report = progress or (lambda share, what: None)
    own = on_window(key.own(), key.window, canvas)
    key_rgb = on_window(np.where(key.own()[..., None], key.rgb, 0).astype(np.float32), key.window, canvas)
    factor = grid_factor(*own.shape)
    own_small = block_mean(own.astype(np.float32), factor)
    small = gather_small_views(views, key.frame_number, factor, read_rgb, lambda n: report(0.1, f"frame {n} seen"))
    small = lit_views(small, block_mean(key_rgb, factor), own_small)
    report(0.5, "sources chosen")
    labels = choose_labels(small, near(own_small < 0.999, OVERLAP)) if small else np.full(own_small.shape, -1, np.int16)
    chosen = {view.frame_number: (index, view) for index, view in enumerate(small) if (labels == index).any()}
    fill = Fill(own.shape, factor)
    if chosen:
        for view in views(sorted(chosen)):
            if view.frame_number in chosen:
                index, small_view = chosen.pop(view.frame_number)
                fill.add(view, read_rgb(view.frame_number), small_view, labels == index)
                report(0.9 - 0.4 * len(chosen) / len(small), f"frame {view.frame_number} placed")
    return join(key, canvas, own, key_rgb, fill)


def near(mask: np.ndarray, reach: int) -> np.ndarray:
    """`mask` grown by `reach` pixels."""
    return cv2.dilate(mask.astype(np.uint8), np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)) > 0


class Fill:
    """What the other frames give, summed up one frame at a time at full size."""

    def __init__(self, shape: tuple[int, int], factor: int):
        self.factor = factor
        levels = min(3 + factor.bit_length() - 1, 5)
        self.blend = PyramidBlend(*shape, levels)
        self.alpha = np.zeros(shape, np.float32)
        self.best = np.zeros(shape, np.float32)
        self.source = np.full(shape, NO_SOURCE, np.int32)
        self.detail = np.zeros(shape, np.float32)

    def add(self, view: View, rgb: np.ndarray, small: SmallView, mine: np.ndarray) -> None:
        """One frame's pixels where the labels say it is `mine` [small grid], and a little beyond."""
        share = cv2.GaussianBlur(mine.astype(np.float32), (0, 0), 1.5)
        rows, columns = (np.flatnonzero((share > 1e-3).any(axis)) for axis in (1, 0))
        box = (rows[0], columns[0], rows[-1] + 1, columns[-1] + 1)
        y0, x0, y1, x1 = self.blend.region(*(n * self.factor for n in box))
        xy, visible, shaped = view_in_box(view, rgb, (y0, x0, y1, x1))
        picture = lit_picture(shaped, xy, small, self.factor, (y0, x0, y1, x1))
        share = crop_padded(grow(share, self.factor), (y0, x0, y1, x1))
        weight = share**4 * visible**2
        weight[weight < 1e-7] = 0
        self.blend.add(y0, x0, push_pull(picture, visible), weight)
        here = np.s_[y0 : min(y1, self.blend.height), x0 : min(x1, self.blend.width)]
        weight, visible, xy = (p[: here[0].stop - y0, : here[1].stop - x0] for p in (weight, visible, xy))
        self.alpha[here] = np.maximum(self.alpha[here], np.where(weight > 0, visible, 0))
        better = weight > self.best[here]
        self.best[here][better] = weight[better]
        self.source[here][better] = view.frame_number
        self.detail[here][better] = carried_energy(shaped, xy)[better]


def crop_padded(picture: np.ndarray, box: tuple[int, int, int, int]) -> np.ndarray:
    """picture[y0:y1, x0:x1], with 0 where the box ends past the picture."""
    y0, x0, y1, x1 = box
    inside = picture[y0:y1, x0:x1]
    below, right = y1 - y0 - inside.shape[0], x1 - x0 - inside.shape[1]
    return cv2.copyMakeBorder(inside, 0, below, 0, right, cv2.BORDER_CONSTANT, value=0)


def sample_view(
    view: View, rgb: np.ndarray, small: SmallView, factor: int, box: tuple[int, int, int, int]
) -> tuple[np.ndarray, np.ndarray]:
    """The frame's picture in the key's light, shaped [h, w, 3], and visible [h, w], in a box of the canvas."""
    xy, visible, shaped = view_in_box(view, rgb, box)
    return lit_picture(shaped, xy, small, factor, box), visible


def view_in_box(
    view: View, rgb: np.ndarray, box: tuple[int, int, int, int]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """In a box of the canvas: where it lies in the frame [h, w, 2] and what is visible [h, w]; and the frame's picture,
    shaped, as it has to be for that."""
    xy = np.nan_to_num(crop_padded(np.asarray(view.xy_frame, np.float32), box))
    visible = np.clip(np.nan_to_num(crop_padded(np.asarray(view.visible, np.float32), box)), 0, 1)
    shaped = antialiased(shaped_from_linear(finite(rgb)), xy, visible)
    whole = np.isfinite(rgb).all(2, keepdims=True)
    if not whole.all():
        visible = visible * (sample(whole.astype(np.float32), xy, "bilinear")[..., 0] > 0.999)
    return xy, visible, shaped


def lit_picture(
    shaped: np.ndarray, xy: np.ndarray, small: SmallView, factor: int, box: tuple[int, int, int, int]
) -> np.ndarray:
    """A shaped frame at places xy [h, w, 2] of a box, in the key's light, shaped."""
    gain = gain_in_box(small, factor, box)
    return shaped_from_linear(linear_from_shaped(sample(shaped, xy)) * np.exp(gain))


def gain_in_box(small: SmallView, factor: int, box: tuple[int, int, int, int]) -> np.ndarray:
    """The view's ln gain [h, w, 3] at full size."""
    assert small.log_gain is not None, "lit_views comes first"
    rows, columns = (-(-end // (factor * GAIN_STEP)) for end in box[2:])
    coarse = crop_padded(small.log_gain, (0, 0, rows, columns))
    return crop_padded(grow(grow(coarse, GAIN_STEP), factor), box)


def antialiased(shaped: np.ndarray, xy: np.ndarray, visible: np.ndarray) -> np.ndarray:
    """The frame, softened when it is seen so close that one canvas pixel covers several of its own."""
    steps = np.s_[:: max(1, xy.shape[0] // 64), :: max(1, xy.shape[1] // 64)]
    seen = visible[steps] > 0.5
    if min(seen.shape) < 2 or not seen.any():
        return shaped
    across = smallest_singular_value(xy[steps], 1)[seen] / max(1, min(xy.shape[0] // 64, xy.shape[1] // 64))
    scale = float(np.median(across))
    return cv2.GaussianBlur(shaped, (0, 0), 0.5 * np.sqrt(scale**2 - 1)) if scale > 1.3 else shaped


def join(key: KeyPicture, canvas: Window, own: np.ndarray, key_rgb: np.ndarray, fill: Fill) -> CanonicalPicture:
    """Key and fill: the fill is bent to meet the key outside its area, the key's own pixels are the plate's bits."""
    filled = fill.blend.finish()
    meets = own & (fill.alpha > 0.5)
    if meets.any():
        gap = np.where(meets[..., None], shaped_from_linear(key_rgb) - filled, 0)
        away = cv2.distanceTransform((~own).astype(np.uint8), cv2.DIST_L2, 5) / (FEATHER * fill.factor)
        falloff = np.where(away < 1, 0.5 + 0.5 * np.cos(np.pi * np.minimum(away, 1)), 0).astype(np.float32)
        filled += push_pull(gap, meets.astype(np.float32)) * falloff[..., None]
    alpha, source = fill.alpha.copy(), fill.source.copy()
    rgb = np.where(alpha[..., None] > 0, linear_from_shaped(filled), 0)
    soft = on_window(key.coverage(), key.window, canvas)
    from_key = own | (soft > alpha)
    plate = on_window(finite(key.rgb), key.window, canvas)
    rgb[from_key] = plate[from_key]
    source[from_key] = key.frame_number
    detail = np.where(from_key, gradient_energy(plate), fill.detail)
    alpha = np.where(own, 1, np.maximum(alpha, soft)).astype(np.float32)
    return CanonicalPicture(rgb.astype(np.float32), alpha, source, canvas, detail)
