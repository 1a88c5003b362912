"""A solved shot opened for use: where each pixel lies, what it shows, and how sure that is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from threading import RLock
from typing import Any

import cv2
import numpy as np

from .canonical import View
from .channels import in_all
from .coordinates import grid_of, scaled
from .engines.reading import LUMA_GAIN
from .errors import IncompatibleModel
from .fields.frame_map import FrameMap, evaluate_map, grid_bilinear, map_at_size
from .frame import Frame, Window
from .inverse import edge_margin, invert_map, newton, sampled
from .memory import budget_bytes
from .model import Model
from .sequence import format_range
from .shot import LUMA, Proxy, Shot, open_shot
from .solve.pyramid import Pyramid, make_pyramid
from .solve.sheet import map_determinant
from .unreel_folder import UnreelFolder
from .visibility import compute_confidence, compute_visibility, cut_out

KEPT = 8
MOST_KEPT_BYTES = 1 << 30
"""Of what the passes over a canvas share: about 120 frames solved at 960 pixels; more are looked at anew each time."""
CUT_MARGIN = 40
"""Pixels of the solve around a paint that a cut looks at."""


@dataclass(frozen=True, eq=False)
class Seen:
    """What one frame sees of a canvas, between the solve's pictures: dear to find, small to keep."""

    xy_found: np.ndarray
    """[H, W, 3]: where each pixel of the canvas lies in the frame, and 1 where that was found."""
    matching: np.ndarray | None
    """[h, w] of the frame: what matches the key frame; None where a matte says it."""

    @property
    def bytes(self) -> int:
        return self.xy_found.nbytes + (0 if self.matching is None else self.matching.nbytes)


@dataclass(frozen=True)
class Solved:
    shot: Shot
    model: Model
    _recent: dict[tuple[str, int], Any] = field(default_factory=dict, repr=False)
    _last_plate: dict[int, Frame] = field(default_factory=dict, repr=False)
    _lock: RLock = field(default_factory=RLock, repr=False)

    @property
    def size(self) -> tuple[int, int]:
        return self.shot.raster.width, self.shot.raster.height

    def frame_map(self, frame_number: int) -> FrameMap:
        return self.model.maps[frame_number]

    def xy_key(self, frame_number: int, part: Window | None = None) -> np.ndarray:
        """Where the frame's pixels lie on the key frame: [h, w, 2] index coordinates of the raster; part: of it."""
        return self.xy_key_at(frame_number, *grid_of(part or self.shot.raster, self.shot.raster))

    def xy_key_at(self, frame_number: int, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """The same at some columns x [w] and rows y [h] alone."""
        return map_at_size(self.frame_map(frame_number), self.model.solve_size, self.size, x, y)

    def small_xy_key(self, frame_number: int, margin: tuple[int, int] = (0, 0)) -> np.ndarray:
        """The same between the solve's pictures, `margin` pixels (x, y) wider on every side."""
        width, height = self.model.solve_size
        x, y = np.arange(-margin[0], width + margin[0]), np.arange(-margin[1], height + margin[1])
        return evaluate_map(self.frame_map(frame_number), x.astype(float), y.astype(float))

    def pyramid(self, frame_number: int, frame: Frame | None = None) -> Pyramid:
        """The frame as the solve saw it; its matte at full width."""
        return self.pyramid_of(self.shot.read_proxy(frame_number, frame)[0])

    def pyramid_of(self, proxy: Proxy) -> Pyramid:
        width, height = self.model.solve_size
        whole = make_pyramid((proxy.luma * LUMA_GAIN).astype(np.float32), proxy.mask)
        return Pyramid(
            tuple(p[: -(-height >> n), : -(-width >> n)] for n, p in enumerate(whole.luma)),
            tuple(p[: -(-height >> n), : -(-width >> n)] for n, p in enumerate(whole.mask)),
        )

    def shown(self, frame_number: int, part: Window | None = None) -> np.ndarray | None:
        """[h, w] bool: the key frame shows what the frame shows here; None where the solve does not tell. part: of the
        raster."""
        seen = self.frame_map(frame_number).seen
        if seen is None:
            return None
        width, height = self.model.solve_size
        return self.enlarged(seen[:height, :width].astype(np.float32), part) > 0.5

    def enlarged(self, small: np.ndarray, part: Window | None) -> np.ndarray:
        """A plane between the solve's pictures at the plate's size, bilinear: of the raster a part, or all."""
        raster = self.shot.raster
        return cv2.resize(small, self.size, interpolation=cv2.INTER_LINEAR)[(part or raster).slices_in(raster)]

    def small_shown(self, frame_number: int, xy: np.ndarray) -> np.ndarray:
        """The same at places [h, w, 2] between the solve's pictures; True where the solve does not tell."""
        seen = self.frame_map(frame_number).seen
        if seen is None:
            return np.ones(xy.shape[:2], bool)
        width, height = self.model.solve_size
        return sampled(seen[:height, :width].astype(np.float32), xy) > 0.5

    def surface(
        self, frame_number: int, frame: Frame, paint: Window | None = None, part: Window | None = None
    ) -> np.ndarray:
        """How much each pixel shows the layer [h, w]: its matte, or what matches the key frame.

        paint: a part of the key frame (plate pixels) that matters; around it what hides the layer is cut out sharply.
        part: of the raster, that is wanted; None: all.
        """
        return self.surface_from(frame_number, frame, self.matching(frame_number, frame, paint), part)

    def surface_from(
        self, frame_number: int, frame: Frame, matching: np.ndarray | None, part: Window | None = None
    ) -> np.ndarray:
        known = self.shot.surface(frame_number, frame, part)
        if matching is None:
            return np.ones((part or self.shot.raster).shape, np.float32) if known is None else known
        visible = self.enlarged(matching, part)
        return visible if known is None else visible * known

    def matching(self, frame_number: int, frame: Frame, paint: Window | None = None) -> np.ndarray | None:
        """How well the frame matches the key frame, between the solve's pictures; None where that is not asked."""
        if self.shot.matte is not None or frame_number == self.model.key:
            return None
        key = self.remembered("pyramid", self.model.key, self.pyramid)
        xy_key = self.small_xy_key(frame_number)
        colour, mask, _ = self.shot.read_colour_proxy(frame_number, frame)
        visible = compute_visibility(self.pyramid_of(Proxy(colour @ LUMA, mask)), key, xy_key)
        if paint is not None and not paint.empty:
            box = self.around(paint, xy_key)
            if colour[box].size:
                visible[box] = cut_out(visible[box], np.clip(colour[box] * 300, 0, 255).astype(np.uint8))
        return visible

    def around(self, paint: Window, xy_key: np.ndarray) -> tuple[slice, slice]:
        """The box of the frame, at the solve's size, that shows a part of the key frame and `CUT_MARGIN` around it."""
        factors = np.array(self.model.solve_size) / self.size
        first = (np.array([paint.x, paint.y]) - (self.shot.raster.x, self.shot.raster.y)) * factors - CUT_MARGIN
        last = first + np.array([paint.width, paint.height]) * factors + 2 * CUT_MARGIN
        inside = in_all((xy_key >= first) & (xy_key <= last))
        rows, columns = np.flatnonzero(inside.any(1)), np.flatnonzero(inside.any(0))
        if rows.size == 0:
            return np.s_[:0, :0]
        return np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]

    def confidence(self, frame_number: int, frame: Frame) -> np.ndarray:
        """[h, w] 0..1: how well the frame matches the key frame at its mapped place."""
        key = self.remembered("pyramid", self.model.key, self.pyramid)
        small = compute_confidence(self.pyramid(frame_number, frame), key, self.small_xy_key(frame_number))
        return cv2.resize(small, self.size, interpolation=cv2.INTER_LINEAR)

    def inverse(self, frame_number: int, canvas: Window) -> tuple[np.ndarray, np.ndarray]:
        """Where each pixel of a canvas (plate pixels) lies in the frame [H, W, 2], and whether found [H, W]."""
        return self.at_size(self.small_inverse(frame_number, canvas), canvas)

    def small_grid(self, canvas: Window) -> tuple[int, int, int, int]:
        """The canvas in the solve's pixels and a little around: x, y, width, height."""
        factor_x, factor_y = (small / large for small, large in zip(self.model.solve_size, self.size, strict=True))
        left = int(np.floor((canvas.x - self.shot.raster.x) * factor_x)) - 2
        top = int(np.floor((canvas.y - self.shot.raster.y) * factor_y)) - 2
        return left, top, int(np.ceil(canvas.width * factor_x)) + 5, int(np.ceil(canvas.height * factor_y)) + 5

    def small_inverse(self, frame_number: int, canvas: Window) -> np.ndarray:
        """Between the solve's pictures, on the canvas' `small_grid`: x, y and 1 where found [h, w, 3]."""
        margin = edge_margin(self.model.solve_size)
        origin = (float(-margin[0]), float(-margin[1]))
        xy, found = invert_map(self.small_xy_key(frame_number, margin), origin, self.small_grid(canvas))
        found &= self.small_shown(frame_number, xy)
        return np.concatenate([xy, found[..., None].astype(np.float32)], -1)

    def at_size(self, small: np.ndarray, canvas: Window) -> tuple[np.ndarray, np.ndarray]:
        """`small_inverse` at the plate's size: positions [H, W, 2], and whether found and in the frame [H, W]."""
        factor_x, factor_y = (small / large for small, large in zip(self.model.solve_size, self.size, strict=True))
        left, top, _, _ = self.small_grid(canvas)
        x, y = grid_of(canvas, self.shot.raster)
        both = grid_bilinear(small, (x + 0.5) * factor_x - 0.5 - left, (y + 0.5) * factor_y - 0.5 - top)
        full = scaled(both[..., :2], self.size, self.model.solve_size)
        inside = (full > -0.5).all(-1) & (full[..., 0] < self.size[0] - 0.5) & (full[..., 1] < self.size[1] - 0.5)
        return full, (both[..., 2] > 0.99) & inside

    def small_xy_frame(self, frame_number: int, other: int) -> tuple[np.ndarray, np.ndarray]:
        """M_other^-1 (M_frame (x)) between the solve's pictures, and where it could be found."""
        target = self.small_xy_key(frame_number)
        other_map = self.remembered("map", other, self.small_xy_key)
        inverse, origin = self.remembered("inverse", other, self._small_inverse)
        at = np.stack([sampled(inverse[..., c], target - np.float32(origin)) for c in range(2)], -1)
        at, miss = newton(other_map, target, at, rounds=3)  # the table is only a start
        height, width = other_map.shape[:2]
        inside = (at > -0.5).all(-1) & (at[..., 0] < width - 0.5) & (at[..., 1] < height - 0.5)
        return at, inside & (miss < 0.25) & self.small_shown(other, at)

    def _small_inverse(self, frame_number: int) -> tuple[np.ndarray, tuple[float, float]]:
        """The inverse between the solve's pictures over all that the frame shows, and its first pixel (x, y)."""
        xy_key = self.small_xy_key(frame_number)
        width, height = self.model.solve_size
        left, top = np.floor(xy_key.min((0, 1)) - 8).astype(int)
        right, bottom = np.ceil(xy_key.max((0, 1)) + 8).astype(int)
        right, bottom = min(right, left + 4 * width), min(bottom, top + 4 * height)
        margin = edge_margin(self.model.solve_size)
        wide = self.small_xy_key(frame_number, margin)
        grid = (int(left), int(top), int(right - left), int(bottom - top))
        return invert_map(wide, (-margin[0], -margin[1]), grid)[0], (float(left), float(top))

    def remembered(self, what: str, frame_number: int, make: Callable[[int], Any]) -> Any:
        """What the key or a painted frame is asked for again and again; the last few are kept."""
        with self._lock:
            if (what, frame_number) not in self._recent:
                if len(self._recent) >= KEPT:
                    self._recent.pop(next(iter(self._recent)))
                self._recent[what, frame_number] = make(frame_number)
            return self._recent[what, frame_number]

    def views(
        self, canvas: Window, wanted: Collection[int] | None, kept: dict[int, Seen] | None = None
    ) -> Iterator[View]:
        """How each frame but the key sees the canvas, one at a time.

        kept: from an earlier pass over the same canvas; what this one finds is added, as far as there is room.
        """
        kept = {} if kept is None else kept
        most = min(MOST_KEPT_BYTES, budget_bytes(self.shot.settings.solve) // 4)
        room = most - sum(seen.bytes for seen in kept.values())
        for number in self.model.maps:
            if number == self.model.key or (wanted is not None and number not in wanted):
                continue
            frame = self.plate(number)
            seen = kept.get(number)
            if seen is None:
                seen = Seen(self.small_inverse(number, canvas), self.matching(number, frame))
                if seen.bytes <= room:
                    kept[number], room = seen, room - seen.bytes
            xy, found = self.at_size(seen.xy_found, canvas)
            surface = self.surface_from(number, frame, seen.matching)
            visible = cv2.remap(surface, xy, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0)
            yield View(number, xy, visible * found)

    def plate(self, frame_number: int) -> Frame:
        """The frame as it is on disk; the last one asked for is kept."""
        with self._lock:
            if frame_number not in self._last_plate:
                self._last_plate.clear()
                self._last_plate[frame_number] = self.shot.read_plate(frame_number)
            return self._last_plate[frame_number]

    def linear(self, frame_number: int) -> np.ndarray:
        """The frame scene-linear [h, w, 3], like `Shot.linear`."""
        return self.shot.linear(self.plate(frame_number))


def one_to_one(xy: np.ndarray) -> np.ndarray:
    """[h, w] bool: the map [h, w, 2] does not turn over here."""
    return np.pad(map_determinant(xy), ((0, 1), (0, 1)), mode="edge") > 0


def open_solved(folder: UnreelFolder) -> Solved:
    """IncompatibleModel where the plate is another than the one that was solved."""
    shot = open_shot(folder.read_settings())
    model = folder.read_model()
    if model.raster != shot.raster or model.solve_size != shot.proxy_size:
        raise IncompatibleModel(f"{folder.path}: the plate has another size than when it was trained; train again")
    lacking = [n for n in shot.frames if n not in model.maps]
    if lacking:
        raise IncompatibleModel(f"{folder.path}: frames {format_range(lacking)} were not trained; train again")
    return Solved(shot, model)
