"""All frames of a shot against its key frame, outward from it on both sides."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import cv2
import numpy as np

from ..fields.frame_map import IDENTITY, FrameMap, evaluate_map
from ..fields.homography import fit_affine, fit_homography, normalise_homography
from .comparison import compare, median_residual, misfit
from .flow import Flow, carry_map
from .lattice import NO_CREASE
from .planar import PlanarSettings, is_plausible, map_of, planar_misfit, refine_planar, shared, solve_planar
from .pyramid import Pyramid, box_of_mask, crop_pyramid
from .repair import repaired
from .sheet import Base, Expectation, SheetSettings, fit_sheet, lattice_displacement, refine_sheet

Stiffness = Literal["plane", "stiff", "soft", "rigid"]
"""A rigid body is solved as a soft sheet first: see `rigid`."""
ReadPyramid = Callable[[int], Pyramid]
ReadFlow = Callable[[int, int], Flow]
"""Flow from one frame to another, both by frame number."""
OnFrame = Callable[[int, FrameMap], None]
"""Told of each frame as it is solved; raises to stop."""

MARGIN = 16
"""Pixels of context kept around the layer."""
MISFIT_RISE = 0.05
"""Of a plane from one frame to the next, from which it is searched again where not every frame is."""
LEAST_PIXELS = 30
"""A layer smaller than this in a frame is hidden: its map is predicted."""
STEPS_AFTER_REPAIR, STEPS_FROM_NEAR = 2, 2


@dataclass(frozen=True)
class ChainSettings:
    planar: PlanarSettings = field(default_factory=PlanarSettings)
    sheet: SheetSettings = field(default_factory=SheetSettings)
    cell: int = 8
    flow_trust: float = 0.1
    crease_from: float = 0.2
    """Pixels between map and smooth sheet from which a crease is kept; three times as much is kept whole."""
    stiff_bending: float = 0.3
    """Bending of a sheet that is nearly a plane: it must not follow noise or shadows."""


@dataclass(frozen=True)
class Window:
    """A frame cut to its layer."""

    pyramid: Pyramid
    offset: tuple[int, int]

    @property
    def hidden(self) -> bool:
        return float(self.pyramid.mask[0].sum()) < LEAST_PIXELS


def cut(pyramid: Pyramid) -> Window:
    x, y, width, height = box_of_mask(pyramid.mask[0], MARGIN)
    return Window(crop_pyramid(pyramid, x, y, width, height), (x, y))


def outward(frames: tuple[int, ...], key: int) -> tuple[list[int], list[int]]:
    """The frames after the key in order, and those before it in reverse."""
    at = frames.index(key)
    return list(frames[at + 1 :]), list(frames[:at][::-1])


def solve_planes(
    read: ReadPyramid,
    key: Pyramid,
    side: list[int],
    settings: PlanarSettings,
    on_frame: OnFrame,
    known: Mapping[int, FrameMap],
) -> None:
    """Homographies of one side, each predicted from the two before it at constant velocity.

    Where that, or what is found, is no view of a plane, the one before it holds on.
    """
    before, last, lost = np.eye(3), np.eye(3), settings.lost
    for index, number in enumerate(side):
        prediction = normalise_homography(last @ np.linalg.inv(before) @ last)
        if number in known:
            matrix = known[number].homography
        else:
            window = cut(read(number))
            box = (window.pyramid.size, window.offset)
            if not is_plausible(prediction, *box):
                prediction = last
            matrix = prediction
            if not window.hidden:
                searching = replace(settings, lost=lost)
                matrix = solve_planar(window.pyramid, key, prediction, window.offset, searching, last, index == 0)
                if not settings.search_each:
                    left, _ = planar_misfit(window.pyramid, key, matrix, 1, window.offset, settings)
                    lost = max(settings.lost, left + MISFIT_RISE)
                if not is_plausible(matrix, *box):
                    matrix = prediction
            on_frame(number, FrameMap(matrix))
        before, last = last, matrix


def measure_rigidity(
    read: ReadPyramid,
    key: Pyramid,
    planes: Mapping[int, FrameMap],
    numbers: list[int],
    settings: ChainSettings,
    each: Callable[..., Iterable[Any]] = map,
) -> tuple[float, float]:
    """How much a quick coarse sheet lowers the median residual under the planes', and the planes' median misfit.

    A ratio of 1 or more is a rigid plane. It is the 20th percentile over `numbers`: a surface that bends in a few
    frames bends. each: `map`, or one that does it in threads.
    """
    quick = SheetSettings(robustness=settings.sheet.robustness, steps=6)

    def look(number: int) -> tuple[float, float] | None:
        window = cut(read(number))
        if window.hidden:
            return None
        frame, matrix = window.pyramid, planes[number].homography
        plane = compare(frame, key, 0, *map_of(matrix, frame, 0, window.offset), quick.epsilon)
        height, width = frame.size
        base = Base(matrix, window.offset)
        knots, cell = refine_sheet(
            frame, key, base, np.zeros((height // 16 + 3, width // 16 + 3, 2)), 16, ((1, 16),), quick
        )
        xy = base.at_level(height, width, 0) + lattice_displacement(knots, cell, height, width, 0)
        sheet = compare(frame, key, 0, *_split(xy), quick.epsilon)
        return median_residual(sheet) / max(median_residual(plane), 1e-6), misfit(plane)

    looks = [seen for seen in each(look, numbers) if seen is not None]
    if not looks:
        return 1.0, 0.0
    ratios, misfits = zip(*looks, strict=True)
    return float(np.percentile(ratios, 20)), float(np.median(misfits))


def stiffness_of(ratio: float, misfit: float, matted: bool) -> Stiffness:
    """Measured: 1.05 and up on rigid planes, even under moving shadows; 0.87 on a plane with some relief; 0.6 on faces.

    Without a matte the picture may hold more than one surface: it is a plane only where the planes' misfit is small all
    over, and only a soft sheet can follow parallax.
    """
    if not matted:
        return "plane" if ratio > 0.97 and misfit < 0.3 else "soft"
    if ratio > 0.97:
        return "plane"
    return "stiff" if ratio > 0.75 else "soft"


def solve_stiff(window: Window, key: Pyramid, plane: FrameMap, settings: ChainSettings) -> FrameMap:
    """A sheet of 16 pixel cells on the frame's homography."""
    if window.hidden:
        return plane
    height, width = window.pyramid.size
    base = Base(plane.homography, window.offset)
    stiff = replace(settings.sheet, bending=settings.stiff_bending, crease=NO_CREASE)
    knots, cell = refine_sheet(
        window.pyramid, key, base, np.zeros((height // 16 + 3, width // 16 + 3, 2)), 16, ((1, 16), (0, 16)), stiff
    )
    return FrameMap(plane.homography, knots, cell, window.offset)


def solve_soft_side(
    read: ReadPyramid,
    read_flow: ReadFlow,
    key_number: int,
    side: list[int],
    planes: Mapping[int, FrameMap],
    settings: ChainSettings,
    on_frame: OnFrame,
    known: Mapping[int, FrameMap],
) -> None:
    """Soft sheets of one side: each starts from its neighbour's finished map and one flow, matched to the key."""
    key = read(key_number)
    neighbour, last, last_map = key_number, key, IDENTITY
    for number in side:
        frame = read(number)
        if number in known:
            found = known[number]
        else:
            window = cut(frame)
            if window.hidden:
                found = last_map
            else:
                dense = dense_map(last_map, *last.size)
                flow = read_flow(number, neighbour)
                found = solve_soft(window, key, carry_map(dense, flow.to), flow.confidence, planes[number], settings)
            on_frame(number, found)
        neighbour, last, last_map = number, frame, found


def solve_soft(
    window: Window,
    key: Pyramid,
    carried: np.ndarray,
    confidence: np.ndarray,
    plane: FrameMap | None,
    settings: ChainSettings,
    near: bool = False,
) -> FrameMap:
    """One frame's sheet from the map carried to it [h, w, 2] (whole frame) or, where that is lost, from its plane.

    near: the map is a sheet already, right but for fractions of a pixel.
    """
    frame = window.pyramid
    height, width = frame.size
    x0, y0 = window.offset
    inside = np.s_[y0 : y0 + height, x0 : x0 + width]
    start = np.ascontiguousarray(carried[inside])
    trust = np.ascontiguousarray(confidence[inside]) * frame.mask[0]
    if plane is not None and is_lost(frame, key, start, plane, window.offset, settings):
        start = dense_map(plane, height, width, window.offset)
        trust, near = trust * 0, False
    quick = replace(settings, sheet=replace(settings.sheet, steps=STEPS_FROM_NEAR))
    stages = ((0, settings.cell),) if near else ((1, settings.cell), (0, settings.cell))
    found = sheet_from(window, key, start, trust, stages, quick if near else settings)
    xy = dense_map(found, height, width, window.offset)
    again = repaired(frame, key, xy, settings.cell, window.offset, settings.sheet)
    if again is None:
        return found
    quick = replace(settings, sheet=replace(settings.sheet, steps=STEPS_AFTER_REPAIR))
    second = sheet_from(window, key, again, frame.mask[0], ((0, settings.cell),), quick)
    better = dense_map(second, height, width, window.offset)
    before, after = (misfit(compare(frame, key, 0, *_split(at), settings.sheet.epsilon)) for at in (xy, better))
    return second if after < before else found


def sheet_from(
    window: Window,
    key: Pyramid,
    start: np.ndarray,
    trust: np.ndarray,
    stages: tuple[tuple[int, int], ...],
    settings: ChainSettings,
) -> FrameMap:
    """One frame's sheet, matched from a map of its window [h, w, 2] that is believed by `trust` [h, w]."""
    frame = window.pyramid
    height, width = frame.size
    base, residual = plane_and_crease(start, trust, frame.mask[0], window.offset, settings)
    at = start - Base(base, window.offset).at_level(height, width, 0) - residual
    knots = fit_sheet(at.astype(np.float32), trust + np.float32(0.003), settings.cell, 0.03)
    knots, cell = refine_sheet(
        frame,
        key,
        Base(base, window.offset, residual),
        knots,
        settings.cell,
        stages,
        settings.sheet,
        Expectation(start, settings.flow_trust * trust),
    )
    kept = residual.astype(np.float16) if np.abs(residual).max() > 0.05 else None
    return FrameMap(base, knots, cell, window.offset, kept)


def solve_from(
    window: Window,
    key: Pyramid,
    start: np.ndarray,
    trust: np.ndarray,
    stiffness: Stiffness,
    settings: ChainSettings,
) -> FrameMap:
    """One frame against a key from a map that is nearly right [h, w, 2], believed by `trust` [h, w] (whole frame)."""
    height, width = window.pyramid.size
    x0, y0 = window.offset
    if stiffness in ("soft", "rigid") and not window.hidden:
        return solve_soft(window, key, start, trust, None, settings)
    inside = np.s_[y0 : y0 + height, x0 : x0 + width]
    weight = trust[inside] * window.pyramid.mask[0]
    matrix, _ = plane_and_crease(start[inside], weight, window.pyramid.mask[0], window.offset, settings)
    if not window.hidden:
        matrix = refine_planar(window.pyramid, key, matrix, (2, 1, 0), window.offset, settings.planar)
    plane = FrameMap(matrix)
    return plane if stiffness == "plane" else solve_stiff(window, key, plane, settings)


def plane_and_crease(
    xy_key: np.ndarray, weight: np.ndarray, mask: np.ndarray, offset: tuple[int, int], settings: ChainSettings
) -> tuple[np.ndarray, np.ndarray]:
    """A map's homography, and what of it [h, w, 2] no smooth sheet follows: see `crease_from`."""
    height, width = mask.shape
    x, y = np.meshgrid(np.arange(width) + float(offset[0]), np.arange(height) + float(offset[1]))
    thin = np.s_[::4, ::4]
    points = [a[thin].ravel().astype(np.float64) for a in (x, y, xy_key[..., 0], xy_key[..., 1], weight + 1e-3)]
    matrix = fit_homography(*points)
    if not is_plausible(matrix, (height, width), offset):
        matrix = fit_affine(*points)  # has no horizon to run into
    bent = (xy_key - Base(matrix, offset).at_level(height, width, 0)).astype(np.float32)
    cell = settings.cell
    sheet = lattice_displacement(fit_sheet(bent, weight + np.float32(0.003), cell, 0.03), cell, height, width, 0)
    crease = (bent - sheet).astype(np.float32)
    size = np.hypot(crease[..., 0], crease[..., 1]) / settings.crease_from
    share = np.clip((size - 1) / 2, 0, 1) * (mask > 0.01)
    return matrix, crease * cv2.GaussianBlur(share.astype(np.float32), (0, 0), 1.0)[..., None]


def is_lost(
    frame: Pyramid,
    key: Pyramid,
    start: np.ndarray,
    plane: FrameMap,
    offset: tuple[int, int],
    settings: ChainSettings,
) -> bool:
    """Whether the plane alone matches clearly better than the map carried from the neighbour: after an occlusion."""
    half = cv2.resize(start, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    carried = compare(frame, key, 1, *_split(half), settings.sheet.epsilon)
    share = shared(carried, frame, key, 1)
    by_plane, plane_share = planar_misfit(frame, key, plane.homography, 1, offset, settings.planar)
    return by_plane + 0.3 * (1 - plane_share) < misfit(carried) + 0.3 * (1 - share) - 0.05


def dense_map(frame_map: FrameMap, height: int, width: int, offset: tuple[int, int] = (0, 0)) -> np.ndarray:
    return evaluate_map(frame_map, np.arange(width) + float(offset[0]), np.arange(height) + float(offset[1]))


def _split(xy: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return np.ascontiguousarray(xy[..., 0], np.float32), np.ascontiguousarray(xy[..., 1], np.float32)
