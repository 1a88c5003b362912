"""The clean plate: a layer without what stands before it, filled from the frames that saw it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from .canonical_light import push_pull
from .channels import in_all
from .color import linear_from_shaped, shaped_from_linear
from .coordinates import shifted
from .edges import WHOLE
from .fields.minify import Pyramid, make_pyramid, sample_area
from .frame import Frame, Window, alpha, rgb
from .in_between import shown_between
from .light import LightSettings, measure_light
from .solved import Solved

FEATHER = 1.0
"""Sigma, in pixels, of the seam between plate and filling; it lies inside what the plate shows whole."""


@dataclass(frozen=True, eq=False)
class Filling:
    """The canonical of a layer, ready to be sampled."""

    planes: Pyramid
    """4 channels: its picture (shaped), and its coverage."""
    window: Window


def make_filling(canonical: Frame) -> Filling:
    """From a canonical, premultiplied RGBA."""
    covered = alpha(canonical)
    assert covered is not None
    covered = covered.astype(np.float32)
    straight = shaped_from_linear(rgb(canonical) / np.maximum(covered, 1e-6)[..., None])
    filled = np.where((covered > 0.5)[..., None], straight, push_pull(straight, (covered > 0.5).astype(np.float32)))
    return Filling(make_pyramid(np.concatenate([filled, covered[..., None]], 2)), canonical.data)


def clean_plate(
    filling: Filling, solved: Solved, number: int, frame: Frame, light: LightSettings
) -> tuple[np.ndarray, np.ndarray]:
    """Colour [h, w, 3], scene-linear, premultiplied by its coverage [h, w]: 0 where no frame saw the layer.

    Where the layer is seen whole it is the plate's own; elsewhere the canonical, in the light around it.
    """
    plate = solved.shot.linear(frame)
    surface = solved.shot.surface(number, frame)
    assert surface is not None
    xy_key = solved.xy_key(number)
    sampled = sample_area(filling.planes, shifted(xy_key, filling.window, solved.shot.raster))
    filled = linear_from_shaped(sampled[..., :3])
    known = np.clip(sampled[..., 3], 0, 1) * shown_between(solved, number, xy_key)
    whole = (surface >= WHOLE) & in_all(np.isfinite(plate))
    inner = cv2.erode(whole.astype(np.float32), np.ones((5, 5)))
    kept = np.where(known > 0.98, np.minimum(cv2.GaussianBlur(inner, (0, 0), FEATHER) * 1.001, 1), 1) * whole
    gain = measure_light(np.nan_to_num(plate), filled, (whole & (known > 0.98)).astype(np.float32), kept < 1, light)
    covered = kept + (1 - kept) * known
    picture = np.nan_to_num(plate) * kept[..., None] + ((1 - kept) * known)[..., None] * gain * filled
    return picture.astype(np.float32), covered.astype(np.float32)
