"""A solve of the surface under a paint, where no matte says what belongs to it.

The whole picture solved as one sheet bends where surfaces pass each other. Here only what moves with the painted
place is matched: its support grows from the paint over all that the paint's homographies explain, and what then hides
it in a frame is left out by its look.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from ..fields.frame_map import IDENTITY, FrameMap
from ..model import Model
from ..report import OnReport, ShouldStop
from ..shot import Shot
from ..solve.chain import cut, dense_map, outward, solve_planes
from ..solve.comparison import compare
from ..solve.figures import measure_frame
from ..solve.planar import refine_planar
from ..solve.pyramid import Pyramid, make_pyramid
from ..solve.rigid import rigid_part
from ..visibility import FLAT, compute_visibility
from .reading import solve_mask
from .solving import Solving, chain_settings

REACH = 0.05
"""Of the picture's width: how far around the paint its surface is taken for granted; at least `LEAST_REACH` pixels."""
LEAST_REACH = 12
GROWTH = 0.17
"""And how much further it may grow."""
MATCH = 0.5
"""Light-blind residual, averaged over frames, under which a place moves with the paint."""
WITNESSES = 6
"""Frames on each side that a growth is judged by."""
QUICK_STEPS, QUICK_CELL = 4, 16
"""Of the sheets that only tell what is visible."""
HELD = 0.97
"""Share of the paint that must lie on a body for it to be solved as one."""
FITS = 0.3
"""Median residual under which a frame can be a witness."""


def fit_around(
    shot: Shot,
    key: int,
    paint: np.ndarray,
    report: OnReport,
    should_stop: ShouldStop,
    flow_folder: Path | None = None,
) -> Model:
    """Solve what lies under a paint [h, w] (alpha on frame `key`, at the solve's size) in all frames."""
    with closing(_FitAround(shot, key, report, should_stop, flow_folder)) as fit:
        return fit.run_around(paint)


class _FitAround(Solving):
    def __init__(
        self, shot: Shot, key: int, report: OnReport, should_stop: ShouldStop, flow_folder: Path | None
    ) -> None:
        super().__init__(shot, report, should_stop, flow_folder=flow_folder)
        self.one_surface = True
        self.key, self.reach = key, max(REACH * shot.proxy_size[0], LEAST_REACH)
        self.loose = replace(self.chain.planar, search_each=True, finest=1)
        quick = replace(self.chain.sheet, steps=QUICK_STEPS)
        self.chain = replace(self.chain, sheet=quick, cell=QUICK_CELL)

    def run_around(self, paint: np.ndarray) -> Model:
        self.read_proxies()
        self.paint = paint > 0.02
        self.proxies.add_coat()
        sides = outward(self.shot.frames, self.key)
        self.whole = self.pyramid(self.key)
        support = grown(self.paint, self.reach)
        self.set_mask(self.key, support)
        self.solve_planes(sides)
        support = self.grow(support, sides)
        self.set_mask(self.key, support)
        self.solve_planes(sides)
        key = self.pyramid(self.key)
        others = [n for side in sides for n in side]
        self.planes[self.key] = self.maps[self.key] = IDENTITY
        self.figures[self.key] = measure_frame(key, key, IDENTITY, self.chain.sheet)
        self.cut_to_layer(others, support)
        self.judge_stiffness(sides, key, True)
        if self.stiffness == "soft":
            self.solve_soft(sides, {})
        else:
            self.maps = dict(self.planes)
        self.see_layer(others, key)
        self.chain = chain_settings(self.shot.settings.solve, True)
        self.refine_planes(others, key)
        self.judge_stiffness(sides, key, True)
        if self.stiffness == "soft":
            self.solve_soft(sides, {})
            self.steady(sides)
            self.be_rigid(sides)
        else:
            self.solve_alone(sides, key)
        return self.model(complete=True)

    def be_rigid(self, sides: tuple[list[int], list[int]]) -> bool:
        """Of the support only what moves as one body, as far as it holds the paint, and of the frames all: a body knows
        by itself what it hides."""
        part = rigid_part(self.pyramid, self.key, self.maps, self.stop_if_asked)
        if part is None:
            return False
        height, width = self.paint.shape
        body = self.proxies.mask(self.key) * part[:height, :width]
        if float((body * self.paint).sum()) < HELD * max(float(self.paint.sum()), 1.0):
            return False
        self.proxies.add_coat()
        self.set_mask(self.key, body)
        for number in self.proxies.numbers - {self.key}:
            self.set_mask(number, self.proxies.mask(number, coat=0))
        if super().be_rigid(sides):
            return True
        self.proxies.take_off_coat()
        return False

    def refine_planes(self, others: list[int], key: Pyramid) -> None:
        """From where they are: to track anew with mattes that are not quite right may lose the surface."""

        def refine(number: int) -> None:
            window = cut(self.pyramid(number))
            if not window.hidden:
                start = self.planes[number].homography
                matrix = refine_planar(window.pyramid, key, start, (1, 0), window.offset, self.chain.planar)
                self.planes[number] = FrameMap(matrix)

        self.each(refine, others)

    def set_mask(self, number: int, mask: np.ndarray) -> None:
        self.proxies.set_mask(number, mask * self.proxies.mask(number, coat=0))

    def solve_planes(self, sides: tuple[list[int], list[int]]) -> None:
        key = self.pyramid(self.key)
        self.both_sides(
            "planes", lambda side, _: solve_planes(self.pyramid, key, side, self.loose, self.on_plane, {}), sides
        )

    def grow(self, support: np.ndarray, sides: Iterable[list[int]]) -> np.ndarray:
        """The support and all that moves with it, as the frames around the key show it."""
        height, width = self.whole.size
        total, weight = np.zeros((height, width), np.float32), np.zeros((height, width), np.float32)
        inside = np.pad(support, ((0, height - support.shape[0]), (0, width - support.shape[1])))
        for side in sides:
            for distance, number in enumerate(side[:WITNESSES], 1):
                back = FrameMap(np.linalg.inv(self.planes[number].homography))
                xy = dense_map(back, height, width)
                frame = self.pyramid(number)
                x, y = (np.ascontiguousarray(xy[..., c]) for c in range(2))
                seen = compare(self.whole, frame, 0, x, y, FLAT)
                known = (seen.mask > 0.5) & (inside > 0.5)
                if known.sum() < 64 or np.median(np.abs(seen.residual[known])) > FITS:
                    continue
                residual = cv2.GaussianBlur(np.minimum(np.abs(seen.residual), 1.5), (0, 0), 2)
                total += distance * seen.mask * residual
                weight += distance * seen.mask
        height, width = support.shape
        mean = np.where(weight > 0, total / np.maximum(weight, 1e-6), 1.5)[:height, :width]
        near = grown(support > 0.5, GROWTH * width) > 0.5
        alike = ((mean < MATCH) & near) | (support > 0.5)
        alike = cv2.morphologyEx(alike.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)) | (support > 0.5)
        _, labels = cv2.connectedComponents(alike.astype(np.uint8))
        touched = np.unique(labels[support > 0.5])
        return np.isin(labels, touched[touched > 0]).astype(np.float32)

    def cut_to_layer(self, others: list[int], support: np.ndarray) -> None:
        """Mattes for the frames: where the planes put the support, and some way around it."""
        height, width = support.shape
        wide = grown(support > 0.5, self.reach)

        def lay(number: int) -> None:
            xy = dense_map(self.planes[number], height, width)
            self.set_mask(number, cv2.remap(wide, xy, None, cv2.INTER_LINEAR))

        self.each(lay, others)

    def see_layer(self, others: list[int], key: Pyramid) -> None:
        """Mattes for the frames: where they look like the support."""
        height, width = self.paint.shape

        def see(number: int) -> None:
            luma = self.proxies.luma(number)
            frame = make_pyramid(luma, np.ones_like(luma))
            xy = dense_map(self.maps[number], *frame.size)
            visible = compute_visibility(frame, key, xy)
            inside = cv2.remap(key.mask[0], xy, None, cv2.INTER_LINEAR)
            self.set_mask(number, solve_mask((visible * inside)[:height, :width]))

        self.each(see, others)


def grown(mask: np.ndarray, radius: float) -> np.ndarray:
    """[h, w] 0 or 1: all within `radius` pixels of what is marked [h, w]."""
    distance = cv2.distanceTransform(1 - mask.astype(np.uint8), cv2.DIST_L2, 5)
    return (distance <= radius).astype(np.float32)
