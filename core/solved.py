"""A solved shot opened for use: where each pixel lies, what it shows, and how sure that is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from threading import RLock
from typing import Any

import cv2
import numpy as np

from .canonical import View
from .coordinates import grid_of, scaled
from .engines.codef import LUMA_GAIN
from .errors import IncompatibleModel
from .fields.frame_map import FrameMap, evaluate_map, grid_bilinear, map_at_size
from .frame import Frame, Window
from .inverse import invert_map, newton, sampled
from .model import Model
from .sequence import format_range
from .shot import Shot, open_shot
from .solve.pyramid import Pyramid, make_pyramid
from .solve.sheet import map_determinant
from .unreel_folder import UnreelFolder
from .visibility import compute_confidence, compute_visibility

KEPT = 8
EDGE_MARGIN = 0.1
"""Share of a frame's size that its map is continued beyond its edge before it is turned round."""


@dataclass(frozen=True)
class Solved:
    shot: Shot
    model: Model
    _recent: dict[tuple[str, int], Any] = field(default_factory=dict, repr=False)
    _lock: RLock = field(default_factory=RLock, repr=False)

    @property
    def size(self) -> tuple[int, int]:
        return self.shot.raster.width, self.shot.raster.height

    def frame_map(self, frame_number: int) -> FrameMap:
        return self.model.maps[frame_number]

    def xy_key(self, frame_number: int) -> np.ndarray:
        """Where the frame's pixels lie on the key frame: [h, w, 2] index coordinates of the raster."""
        x, y = grid_of(self.shot.raster, self.shot.raster)
        return map_at_size(self.frame_map(frame_number), self.model.solve_size, self.size, x, y)

    def small_xy_key(self, frame_number: int, margin: tuple[int, int] = (0, 0)) -> np.ndarray:
        """The same between the solve's pictures, `margin` pixels (x, y) wider on every side."""
        width, height = self.model.solve_size
        x, y = np.arange(-margin[0], width + margin[0]), np.arange(-margin[1], height + margin[1])
        return evaluate_map(self.frame_map(frame_number), x.astype(float), y.astype(float))

    def pyramid(self, frame_number: int) -> Pyramid:
        """The frame as the solve saw it, without its matte."""
        proxy, _ = self.shot.read_proxy(frame_number)
        width, height = self.model.solve_size
        whole = make_pyramid((proxy.luma * LUMA_GAIN).astype(np.float32), proxy.mask)
        return Pyramid(
            tuple(p[: -(-height >> n), : -(-width >> n)] for n, p in enumerate(whole.luma)),
            tuple(p[: -(-height >> n), : -(-width >> n)] for n, p in enumerate(whole.mask)),
        )

    def surface(self, frame_number: int, frame: Frame) -> np.ndarray:
        """How much each pixel shows the layer [h, w]: its matte, or what matches the key frame."""
        known = self.shot.surface(frame_number, frame)
        if self.shot.matte is not None and known is not None:
            return known
        if frame_number == self.model.key:
            visible = np.ones(self.shot.raster.shape, np.float32)
        else:
            key = self.remembered("pyramid", self.model.key, self.pyramid)
            small = compute_visibility(self.pyramid(frame_number), key, self.small_xy_key(frame_number))
            visible = cv2.resize(small, self.size, interpolation=cv2.INTER_LINEAR)
        return visible if known is None else visible * known

    def confidence(self, frame_number: int) -> np.ndarray:
        """[h, w] 0..1: how well the frame matches the key frame at its mapped place."""
        key = self.remembered("pyramid", self.model.key, self.pyramid)
        small = compute_confidence(self.pyramid(frame_number), key, self.small_xy_key(frame_number))
        return cv2.resize(small, self.size, interpolation=cv2.INTER_LINEAR)

    def inverse(self, frame_number: int, canvas: Window) -> tuple[np.ndarray, np.ndarray]:
        """Where each pixel of a canvas (plate pixels) lies in the frame [H, W, 2], and whether found [H, W]."""
        width, height = self.model.solve_size
        factor_x, factor_y = width / self.size[0], height / self.size[1]
        left = int(np.floor((canvas.x - self.shot.raster.x) * factor_x)) - 2
        top = int(np.floor((canvas.y - self.shot.raster.y) * factor_y)) - 2
        grid = (left, top, int(np.ceil(canvas.width * factor_x)) + 5, int(np.ceil(canvas.height * factor_y)) + 5)
        margin = (int(width * EDGE_MARGIN), int(height * EDGE_MARGIN))
        origin = (float(-margin[0]), float(-margin[1]))
        xy, found = invert_map(self.small_xy_key(frame_number, margin), origin, grid)
        x, y = grid_of(canvas, self.shot.raster)
        small_x, small_y = (x + 0.5) * factor_x - 0.5 - left, (y + 0.5) * factor_y - 0.5 - top
        both = grid_bilinear(np.concatenate([xy, found[..., None].astype(np.float32)], -1), small_x, small_y)
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
        return at, inside & (miss < 0.25)

    def _small_inverse(self, frame_number: int) -> tuple[np.ndarray, tuple[float, float]]:
        """The inverse between the solve's pictures over all that the frame shows, and its first pixel (x, y)."""
        xy_key = self.small_xy_key(frame_number)
        width, height = self.model.solve_size
        left, top = np.floor(xy_key.min((0, 1)) - 8).astype(int)
        right, bottom = np.ceil(xy_key.max((0, 1)) + 8).astype(int)
        right, bottom = min(right, left + 4 * width), min(bottom, top + 4 * height)
        margin = (int(width * EDGE_MARGIN), int(height * EDGE_MARGIN))
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

    def views(self, canvas: Window, wanted: Collection[int] | None) -> Iterator[View]:
        """How each frame but the key sees the canvas, one at a time."""
        for number in self.model.maps:
            if number == self.model.key or (wanted is not None and number not in wanted):
                continue
            xy, found = self.inverse(number, canvas)
            surface = self.surface(number, self.shot.read_plate(number))
            visible = cv2.remap(surface, xy, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0)
            yield View(number, xy, visible * found)


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
