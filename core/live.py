"""Live maps: a frame as a host's own nodes need it to lay whatever is painted on the canonical just then.

Laying paint is out = (1 - A) B + m g L + A R (`compose.join`), with the layer L and its alpha A warped by the map and
faded by its trust t. All but L and A is known before anything is painted, so that with gain = t m g and
hold = t (B - R) / B a host has out = B (1 - A hold) + L gain.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from .canonical_light import push_pull
from .color import linear_from_shaped, shaped_from_linear
from .edges import occluder_share
from .fields.minify import Pyramid, make_pyramid, sample_area
from .light import LightSettings, measure_light
from .output_plate import OutputPlate
from .solved import Solved
from .source import Picture, place_picture
from .surface_in_frame import SurfaceInFrame, surface_in_frame

BLACK = 1e-6
"""Scene-linear; nearer to 0 a pixel has no ratio to itself."""


@dataclass(frozen=True, eq=False)
class LiveGround:
    """The canonical without paint, ready to be sampled."""

    solved: Solved
    """The shot against the canonical's key."""
    picture: Picture
    """Its colour carried smoothly to where no frame saw the layer."""
    planes: Pyramid
    """4 channels: that colour (shaped), and 1 where it is known."""


@dataclass(frozen=True, eq=False)
class LiveMaps:
    """One frame."""

    xy_canonical: np.ndarray
    """[h, w, 2]: where each pixel lies on the canonical, in its index coordinates; finite everywhere."""
    gain: np.ndarray
    """[h, w, 4]: t m g, and t m."""
    hold: np.ndarray
    """[h, w, 4]: t (B - R) / B within 0..1, and t. Where t is 0, no paint goes."""


def make_live_ground(solved: Solved, picture: Picture) -> LiveGround:
    known = picture.known * np.isfinite(picture.rgb).all(2)
    shaped = shaped_from_linear(np.where(known[..., None] > 0, picture.rgb, 0))
    filled = np.where(known[..., None] > 0, shaped, push_pull(shaped, known))
    straight = np.where(known[..., None] > 0, picture.rgb, linear_from_shaped(filled))
    planes = make_pyramid(np.concatenate([filled, known[..., None]], 2))
    return LiveGround(solved, Picture(straight, picture.coverage, picture.window), planes)


def compute_live(ground: LiveGround, number: int, under: OutputPlate, light: LightSettings) -> LiveMaps:
    """The maps of frame `number`, over its whole surface. The plate's samples that are not finite take no paint."""
    place = place_picture(ground.solved, ground.picture.coverage, ground.picture.window, None, number, under.frame)
    matte = np.clip(place.surface, 0, 1)
    there = surface_in_frame(under.linear, place.xy_source, matte, place.seen)
    trust = there.trust * there.finite
    sampled = sample_area(ground.planes, there.xy_source)
    weight = there.comparable(sampled[..., 3])
    gain = measure_light(there.plate, linear_from_shaped(sampled[..., :3]), weight, there.trust > 0, light)
    laid = (trust * matte)[..., None]
    return LiveMaps(
        without_holes(there),
        np.concatenate([laid * gain, laid], 2),
        np.concatenate([trust[..., None] * held_share(there.plate, matte), trust[..., None]], 2),
    )


def held_share(plate: np.ndarray, matte: np.ndarray) -> np.ndarray:
    """(B - R) / B [h, w, 3] within 0..1: what of the plate opaque paint takes away; m where the plate is black."""
    black = np.abs(plate) < BLACK
    rest = occluder_share(plate, matte)
    return np.where(black, matte[..., None], np.clip((plate - rest) / np.where(black, 1, plate), 0, 1))


def without_holes(there: SurfaceInFrame) -> np.ndarray:
    """The map [h, w, 2], where it leads nowhere a slide of its nearest pixel: hosts filter by how fast a map changes,
    and must not find a leap beside the surface. A frame without any surface has the identity."""
    height, width = there.trust.shape
    here = np.stack(np.meshgrid(np.arange(width), np.arange(height)), -1).astype(np.float32)
    mapped = there.trust > 0
    if not mapped.any():
        return here
    hole = (~mapped).astype(np.uint8)
    _, label = cv2.distanceTransformWithLabels(hole, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    slides = np.zeros((int(label.max()) + 1, 2), np.float32)
    slides[label[mapped]] = (there.xy_source - here)[mapped]
    return np.where(mapped[..., None], there.xy_source, here + slides[label])
