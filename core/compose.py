"""Paint laid onto a frame, given the map: geometry from the map, light and everything else from the plate."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import cv2
import numpy as np

from .channels import in_all, in_any, in_three, only
from .color import linear_from_shaped
from .edges import EDGE_REACH, WHOLE, occluder_share
from .fields.minify import sample_area
from .grain import share_of_grain
from .light import GRID, LightSettings, measure_light
from .match import Match
from .paint import PAINT_MARGIN, Paint, PreparedPaint, grown_box, prepare
from .sharpness import REACH_PIXEL, blurred, measure_blur
from .surface_in_frame import KNOWN, surface_in_frame

__all__ = ["Laid", "LightSettings", "Match", "Paint", "PreparedPaint", "ground_beside_plate", "lay", "prepare"]

TRACE = np.float32(1 / 4096)
"""Coverage below which a pixel is left alone: half a step of 11 bits."""


@dataclass(frozen=True, eq=False)
class Laid:
    """A finished frame, and the edit as a layer of its own."""

    rgb: np.ndarray
    """[h, w, 3] the frame; the plate bit for bit outside `footprint`."""
    layer: np.ndarray
    """[h, w, 3] premultiplied, light included. `layer + (1 - alpha) plate` is `rgb` but for unmixed edge pixels."""
    alpha: np.ndarray
    """[h, w]."""
    footprint: np.ndarray
    """[h, w] bool: the pixels that may differ from the plate."""
    gain: np.ndarray
    """[h, w, 3] the light put on the paint; 1 where none was measured."""


@dataclass(frozen=True, eq=False)
class Warped:
    """The paint as it lies in the frame, scene-linear, before light."""

    layer: np.ndarray
    alpha: np.ndarray
    ground: np.ndarray
    """[h, w, 3] the painted picture without the paint."""
    known: np.ndarray
    """[h, w] how much of the ground is known."""


def lay(
    plate: np.ndarray,
    xy_source: np.ndarray,
    surface: np.ndarray,
    seen: np.ndarray,
    paint: Paint | PreparedPaint | None,
    light: LightSettings = LightSettings(),  # noqa: B008 - frozen
    match: Match = Match(),  # noqa: B008 - frozen
) -> Laid:
    """`paint` on one frame.

    plate [h, w, 3] scene-linear float32; xy_source [h, w, 2] where each pixel lies on the painted picture, in its index
    coordinates, read only where seen; surface m [h, w] soft matte of the painted surface, occlusion included; seen
    v [h, w] bool (or > 0.5): this pixel's surface point shows in the painted picture.
    Samples of the plate that are not finite never spread; they stay, except under paint that covers them by half.
    """
    plate = np.asarray(plate, np.float32)
    if isinstance(paint, Paint):
        paint = prepare(paint)
    height, width = plate.shape[:2]
    rgb, gain = plate.copy(), np.ones_like(plate)
    layer, alpha = np.zeros_like(plate), np.zeros((height, width), np.float32)
    footprint = np.zeros((height, width), bool)
    if paint is not None:
        box = find_box((xy_source, *match.moments), surface, seen, paint, reach_pixel(light, match.sharpness))
        if box is not None:
            rgb[box], layer[box], alpha[box], footprint[box], gain[box] = lay_in_box(
                plate[box],
                xy_source[box],
                np.clip(surface[box], 0, 1),
                seen[box] > 0.5,
                paint,
                light,
                match.within(box),
            )
    return Laid(rgb, layer, alpha, footprint, gain)


def reach_pixel(light: LightSettings, sharpness: float) -> int:
    """How far around the paint in the frame `lay` looks."""
    return max(light.reach_pixel + EDGE_REACH, REACH_PIXEL if sharpness > 0 else 0)


def find_box(
    moments: Iterable[np.ndarray], surface: np.ndarray, seen: np.ndarray, paint: PreparedPaint, margin: int
) -> tuple[slice, slice] | None:
    """Rows and columns of the frame that the paint can touch, with what its light is measured on, from the light's grid
    on; None: nowhere.

    moments: maps onto the source [h, w, 2], of the frame and of all moments that its shutter is open.
    """
    left, top, right, bottom = (n + start for n, start in zip(paint.painted, paint.offset * 2, strict=True))
    touched = np.zeros(surface.shape, bool)
    for xy in moments:
        x, y = xy[..., 0], xy[..., 1]
        across = (x > left - PAINT_MARGIN) & (x < right + PAINT_MARGIN)
        touched |= across & (y > top - PAINT_MARGIN) & (y < bottom + PAINT_MARGIN)
    touched &= (seen > 0.5) & (surface > 0)
    if not touched.any():
        return None
    rows, columns = (slice(s.start - s.start % GRID, s.stop + -s.stop % GRID) for s in grown_box(touched, margin)[0])
    return rows, columns


def lay_in_box(
    plate: np.ndarray,
    xy_source: np.ndarray,
    surface: np.ndarray,
    seen: np.ndarray,
    paint: PreparedPaint,
    light: LightSettings,
    match: Match,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The parts of `Laid` for one box of the frame."""
    there = surface_in_frame(plate, xy_source - np.array(paint.offset, np.float32), surface, seen)
    clean, finite, trust = there.plate, there.finite, there.trust
    warped = sample_shutter(paint, there.xy_source, [moment - xy_source for moment in match.moments])
    weight = there.comparable(warped.known)
    if match.sharpness > 0:
        warped = softened(warped, np.float32(match.sharpness) * measure_blur(clean, warped.ground, weight), trust)
    warped = replace(warped, layer=warped.layer * in_three(trust), alpha=warped.alpha * trust)
    gain = np.ones_like(plate)
    if paint.mode in ("over", "add"):
        painted = (warped.alpha > TRACE) | in_any(warped.layer != 0)  # what is added has no alpha
        gain = measure_light(clean, warped.ground, weight, painted, light)
    if clean is not plate:
        hole = ~finite & (warped.known > KNOWN)
        clean[hole] = (warped.ground * gain)[hole]
    layer = in_three(surface) * gain * warped.layer
    alpha = surface * warped.alpha
    if match.grain is not None and match.noise is not None and paint.mode in ("over", "replace"):
        deviation = match.grain.deviation(layer + (1 - alpha)[..., None] * clean)
        layer += share_of_grain(alpha)[..., None] * deviation * match.noise
    rgb = join(clean, surface, warped.alpha, layer, paint)
    if paint.mode == "multiply":
        layer = clean * layer
    footprint = (alpha > TRACE) | in_any(layer != 0)
    footprint &= finite | (alpha >= 0.5)
    marked, rgb_out, gain_out = footprint.astype(np.uint8), plate.copy(), np.ones_like(plate)
    cv2.copyTo(rgb, marked, rgb_out)
    cv2.copyTo(gain, marked, gain_out)
    return rgb_out, only(layer, footprint), only(alpha, footprint), footprint, gain_out


def sample_shutter(paint: PreparedPaint, xy: np.ndarray, moves: list[np.ndarray]) -> Warped:
    """The mean of what passes each pixel while it is displaced by `moves` [h, w, 2], scene-linear; as it is if none."""
    if not moves:
        return sample_paint(paint, xy)
    total = sample_paint(paint, xy + moves[0])
    for move in moves[1:]:
        total = Warped(*(a + b for a, b in zip(parts(total), parts(sample_paint(paint, xy + move)), strict=True)))
    return Warped(*(part / np.float32(len(moves)) for part in parts(total)))


def parts(warped: Warped) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    return warped.layer, warped.alpha, warped.ground, warped.known


def sample_paint(paint: PreparedPaint, xy: np.ndarray) -> Warped:
    """The planes at xy [h, w, 2] of the planes' own pixels: L = F - (1 - A) G, once both are linear again."""
    planes = sample_area(paint.planes, xy)
    painted, ground = (linear_from_shaped(np.ascontiguousarray(planes[..., at : at + 3])) for at in (0, 3))
    alpha = np.clip(planes[..., 6], 0, 1)
    layer = np.maximum(painted - in_three(1 - alpha) * ground, paint.least)
    return Warped(layer, alpha, ground, planes[..., 7])


def softened(warped: Warped, sigma: np.ndarray, trust: np.ndarray) -> Warped:
    """`warped` blurred by sigma [h, w] pixels: the paint within what the map [h, w] is trusted for, the ground within
    what is known of it."""
    if not sigma.any():
        return warped
    painted = blurred(np.concatenate([warped.layer, warped.alpha[..., None]], 2), sigma, trust)
    ground = blurred(warped.ground, sigma, np.clip(warped.known, 0, 1))
    return replace(warped, layer=painted[..., :3], alpha=painted[..., 3], ground=ground)


def ground_beside_plate(
    plate: np.ndarray, xy_source: np.ndarray, surface: np.ndarray, seen: np.ndarray, paint: PreparedPaint
) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
    """What `lay` compares around the paint: plate, warped ground [h, w, 3] and the mask [h, w] where both show the
    surface; None where the paint is not in the frame."""
    box = find_box([xy_source], surface, seen, paint, EDGE_REACH)
    if box is None:
        return None
    finite = in_all(np.isfinite(plate[box]))
    sure = (seen[box] > 0.5) & finite & (surface[box] >= WHOLE)
    warped = sample_paint(paint, np.where(sure[..., None], xy_source[box] - np.array(paint.offset, np.float32), np.nan))
    weight = (sure & (warped.known > KNOWN)).astype(np.float32)
    return np.where(finite[..., None], plate[box], 0).astype(np.float32), warped.ground, weight


def join(
    plate: np.ndarray, surface: np.ndarray, alpha: np.ndarray, layer: np.ndarray, paint: PreparedPaint
) -> np.ndarray:
    """The finished pixels [h, w, 3] from the lit layer m g L and the paint's alpha A (before the matte m).

    over, replace: (1 - A) B + m g L + A R, where R is what stands before the surface. multiply: B (1 - m A + m L).
    add: B + m g L.
    """
    if paint.mode == "add":
        return plate + layer
    if paint.mode == "multiply":
        return plate * (1 - (surface * alpha)[..., None] + layer)
    return in_three(1 - alpha) * plate + layer + in_three(alpha) * occluder_share(plate, surface)
