"""A frame's smooth sheet: homography plus B-spline lattice, Gauss-Newton against the key frame."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ..fields.homography import apply_homography
from ..fields.spline import MAX_KNOT_STEP, evaluate_lattice, lattice_planes, refine_lattice
from .comparison import Comparison, compare, robust_scale
from .forms import compiled_form
from .lattice import NO_CREASE, Equations, gathered, gathered_plain, solve_lattice
from .planar import pixel_grid
from .pyramid import Pyramid

SETTLED = 0.95
KNOWN = 0.02
"""Of the common mask around a pixel: under it nothing can be compared."""


@dataclass(frozen=True)
class SheetSettings:
    robustness: float = 2.0
    """k of the robust weight at the end; it starts at twice that and falls over four steps."""
    epsilon: float = 0.005
    """Contrast under which a window counts as flat, in encoded units."""
    bending: float = 0.1
    """Weight of the squared second differences of the knots, in pixels."""
    crease: float = 0.5
    """Second difference, in pixels, from which the sheet yields."""
    release: float = 0.1
    """Mean squared residual at which an expectation has half its trust."""
    steps: int = 12
    stop: float = 0.02
    """Knot change, in pixels, at which a stage ends, when `SETTLED` of the knots change by less."""


def lattice_displacement(knots: np.ndarray, cell: float, height: int, width: int, level: int) -> np.ndarray:
    """Displacement [height, width, 2] in level-0 pixels at the pixel centres of a level; `cell` in level-0 pixels."""
    return evaluate_lattice(knots, *cells_of(height, width, level, cell))


def cells_of(height: int, width: int, level: int, cell: float) -> tuple[np.ndarray, np.ndarray]:
    """Places along x [width] and y [height] of a level's pixel centres, in cells."""
    step = 2**level / cell
    return (np.arange(width) + 0.5) * step, (np.arange(height) + 0.5) * step


def fit_sheet(displacement: np.ndarray, weight: np.ndarray, cell: int, bending: float) -> np.ndarray:
    """Knots [ny, nx, 2] of the lattice nearest to a displacement [h, w, 2] with weights [h, w]."""
    height, width = weight.shape
    asked = gathered(
        (weight, np.zeros_like(weight), weight, weight * displacement[..., 0], weight * displacement[..., 1]), cell
    )
    return solve_lattice(asked, np.zeros((height // cell + 3, width // cell + 3, 2)), bending, NO_CREASE)


@dataclass(frozen=True)
class Expectation:
    """Where the pixels are thought to lie, for those that do not match the key frame."""

    xy_key: np.ndarray
    """[h, w, 2] float32, level-0 pixels."""
    trust: np.ndarray
    """[h, w] float32 weight."""


@dataclass(frozen=True)
class Pull:
    """An expectation at one level, over the frame's pixels [h, w], all float32."""

    x: np.ndarray
    """Way to where the pixel is thought to lie, level-0 pixels."""
    y: np.ndarray
    trust: np.ndarray
    known: np.ndarray
    """What both pictures see, around each pixel."""
    misfit: np.ndarray
    """Sum of squared residuals around it."""
    release: float

    def doubt(self) -> np.ndarray:
        """0 where the frame matches the key here, 1 where it does not or nothing can be compared."""
        mean = self.misfit / (self.known + 1e-3)
        return np.where(self.known < KNOWN, 1, mean / (mean + self.release))


@dataclass(frozen=True)
class Base:
    """What a sheet bends: the frame's homography, and what is laid on it unsolved."""

    homography: np.ndarray
    offset: tuple[int, int]
    residual: np.ndarray | None = None
    """[h, w, 2] float32."""

    def at_level(self, height: int, width: int, level: int) -> np.ndarray:
        """Key positions [h, w, 2] in level-0 pixels at a level's pixel centres."""
        x, y = pixel_grid(height, width, level, self.offset)
        out = np.stack(apply_homography(self.homography, x, y), -1)
        if self.residual is not None:
            out += cv2.resize(self.residual, (width, height), interpolation=cv2.INTER_AREA)
        return out


def refine_sheet(
    frame: Pyramid,
    key: Pyramid,
    base: Base,
    knots: np.ndarray,
    cell: int,
    stages: tuple[tuple[int, int], ...],
    settings: SheetSettings,
    expectation: Expectation | None = None,
) -> tuple[np.ndarray, int]:
    """Gauss-Newton through stages of (level, cell) from knots on `cell`; the last stage's knots and their cell."""
    for level, target in stages:
        while cell > target:
            knots, cell = refine_lattice(knots), cell // 2
        stage = Stage(frame, key, level, cell, base, settings, expectation)
        for step in range(settings.steps):
            change = stage.step(knots, settings.robustness * (2 - min(step, 4) / 4), settings.bending)
            limit = MAX_KNOT_STEP * cell
            knots = knots + np.clip(change, -limit, limit)
            if step >= 3 and np.quantile(np.abs(change), SETTLED) < settings.stop:
                break
    return knots, cell


class Stage:
    """One level and cell size of `refine_sheet`, with what stays the same over its steps."""

    def __init__(
        self,
        frame: Pyramid,
        key: Pyramid,
        level: int,
        cell: int,
        base: Base,
        settings: SheetSettings,
        expectation: Expectation | None,
    ) -> None:
        self.frame, self.key, self.level, self.cell, self.settings = frame, key, level, cell, settings
        self.height, self.width = frame.luma[level].shape
        self.plane = np.moveaxis(base.at_level(self.height, self.width, level), -1, 0).astype(np.float32)
        self.expected = self.trust = None
        if expectation is not None:
            size = (self.width, self.height)
            expected = cv2.resize(expectation.xy_key, size, interpolation=cv2.INTER_AREA)
            self.expected = np.ascontiguousarray(np.moveaxis(expected, -1, 0))
            self.trust = cv2.resize(expectation.trust, size, interpolation=cv2.INTER_AREA) * np.float32(4**level)

    def step(self, knots: np.ndarray, k: float, bending: float) -> np.ndarray:
        """The knots' change [ny, nx, 2]."""
        return solve_lattice(self.asked(knots, k), knots, bending, self.settings.crease)

    def asked(self, knots: np.ndarray, k: float) -> Equations:
        """What the pixels ask of the knots."""
        xy = lattice_planes(knots, *cells_of(self.height, self.width, self.level, self.cell))
        xy += self.plane
        seen = compare(self.frame, self.key, self.level, xy[0], xy[1], self.settings.epsilon)
        loops = compiled_form("sheet")
        return (asked_plain if loops is None else loops.asked)(
            seen, robust_scale(seen, k), 4**self.level, self.pull(xy, seen), self.cell >> self.level
        )

    def pull(self, xy: np.ndarray, seen: Comparison) -> Pull | None:
        """Of the expectation, on pixels that lie at xy [2, h, w]."""
        if self.expected is None or self.trust is None:
            return None
        x, y = self.expected - xy
        known = cv2.GaussianBlur(seen.mask, (0, 0), 3.0)
        misfit = cv2.GaussianBlur(np.minimum(seen.residual**2, 1) * seen.mask, (0, 0), 3.0)
        return Pull(x, y, self.trust, known, misfit, self.settings.release)


def asked_plain(seen: Comparison, settled: float, gain: float, pull: Pull | None, cell: int) -> Equations:
    """What the pixels ask of the knots, in numpy: the reference, and the way without numba.

    settled: the residual s of the robust weight; gain: weight of a pixel of this level; `cell` in these pixels.
    """
    weight = gain * seen.mask / (1 + (seen.residual / settled) ** 2) ** 2
    wx, wy = weight * seen.slope_x, weight * seen.slope_y
    xx, xy, yy = wx * seen.slope_x, wx * seen.slope_y, wy * seen.slope_y
    x, y = wx * seen.residual, wy * seen.residual
    if pull is not None:
        strength = pull.trust * pull.doubt()
        xx, yy = xx + strength, yy + strength
        x, y = x + strength * pull.x, y + strength * pull.y
    return gathered_plain((xx, xy, yy, x, y), cell)


def map_determinant(xy: np.ndarray) -> np.ndarray:
    """Determinant [h - 1, w - 1] of a map's forward differences; at or below 0 it folds."""
    dx, dy = np.diff(xy, axis=1)[:-1], np.diff(xy, axis=0)[:, :-1]
    return dx[..., 0] * dy[..., 1] - dx[..., 1] * dy[..., 0]
