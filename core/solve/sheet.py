"""A frame's smooth sheet: homography plus B-spline lattice, Gauss-Newton against the key frame."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from scipy.linalg import solveh_banded

from ..fields.homography import apply_homography
from ..fields.spline import basis, evaluate_lattice, refine_lattice
from .comparison import Comparison, compare, robust_weight
from .planar import pixel_grid
from .pyramid import Pyramid


NO_CREASE = 1e6


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
    """Largest knot change, in pixels, at which a stage ends."""


@lru_cache(maxsize=8)
def _cell_products(cell: int) -> tuple[np.ndarray, np.ndarray]:
    """Of the pixels of one cell: basis values [cell^2, 16] and their products [cell^2, 256]."""
    one = basis((np.arange(cell) + 0.5) / cell)
    values = np.einsum("ya,xb->yxab", one, one).reshape(cell * cell, 16)
    products = np.einsum("pa,pb->pab", values, values).reshape(cell * cell, 256)
    return values.astype(np.float32), products.astype(np.float32)


def _cells(plane: np.ndarray, cell: int) -> np.ndarray:
    """[h, w] as [cells, cell^2]."""
    height, width = plane.shape
    split = plane.reshape(height // cell, cell, width // cell, cell)
    return split.transpose(0, 2, 1, 3).reshape(-1, cell * cell)


class LatticeSystem:
    """Normal equations of a lattice of ny x nx cells, banded with the short axis running fastest."""

    def __init__(self, cells_y: int, cells_x: int) -> None:
        self.knots = (cells_y + 3, cells_x + 3)
        short_is_y = self.knots[0] <= self.knots[1]
        short = min(self.knots)
        j, i = np.meshgrid(np.arange(self.knots[0]), np.arange(self.knots[1]), indexing="ij")
        self.index = (i * short + j) if short_is_y else (j * short + i)
        """Place of each knot in the vector, [ny, nx]."""
        self.count = self.index.size
        self.band = 3 * short + 3
        first = np.stack(np.meshgrid(np.arange(cells_y), np.arange(cells_x), indexing="ij"), -1).reshape(-1, 2)
        tap = np.stack(np.meshgrid(np.arange(4), np.arange(4), indexing="ij"), -1).reshape(-1, 2)
        member = self.index[first[:, None, 0] + tap[:, 0], first[:, None, 1] + tap[:, 1]]  # [cells, 16]
        self.member = member
        row, column = np.broadcast_arrays(member[:, :, None], member[:, None, :])
        self._lower = (row >= column).reshape(len(member), 256)
        self._row, self._column = row.reshape(-1, 256)[self._lower], column.reshape(-1, 256)[self._lower]
        index = self.index
        self._stencils = (
            ((index[:, :-2], index[:, 1:-1], index[:, 2:]), (1, -2, 1), 1.0),
            ((index[:-2], index[1:-1], index[2:]), (1, -2, 1), 1.0),
            ((index[:-1, :-1], index[1:, :-1], index[:-1, 1:], index[1:, 1:]), (1, -1, -1, 1), 2.0),
        )
        """Second differences along x, along y and mixed: places, signs, weight."""

    def bending(self, vectors: np.ndarray, crease: float) -> np.ndarray:
        """Band (one component) of the sum of squared second differences of knots [n, 2], each divided by
        1 + (bend / crease)^2, so that a sheet may bend sharply where one side hides the other."""
        rows, columns, values = [], [], []
        for places, signs, weight in self._stencils:
            bend = sum(sign * vectors[place] for sign, place in zip(signs, places, strict=True))
            soft = weight / (1 + (bend**2).sum(-1) / crease**2)
            for a, sa in zip(places, signs, strict=True):
                for b, sb in zip(places, signs, strict=True):
                    keep = a >= b
                    rows.append(a[keep])
                    columns.append(b[keep])
                    values.append(soft[keep] * (sa * sb))
        return self._banded(np.concatenate(rows), np.concatenate(columns), np.concatenate(values))

    def _banded(self, row: np.ndarray, column: np.ndarray, value: np.ndarray) -> np.ndarray:
        flat = np.bincount((row - column) * self.count + column, value, minlength=(self.band + 1) * self.count)
        return flat.reshape(self.band + 1, self.count)

    def solve(
        self,
        terms: tuple[np.ndarray, ...],
        cell: int,
        knots: np.ndarray,
        bending: float,
        crease: float,
    ) -> np.ndarray:
        """Knot change [ny, nx, 2] that minimises sum w (r - s.du)^2 + bending |second differences(knots + change)|^2.

        terms: per pixel w sx sx, w sx sy, w sy sy, w sx r, w sy r, each [h, w]; `cell` in these pixels.
        """
        xx, xy, yy, bx, by = terms
        values, products = _cell_products(cell)
        blocks = [(_cells(p, cell) @ products)[self._lower] for p in (xx, xy, yy)]
        diagonal_x = self._banded(self._row, self._column, blocks[0])
        diagonal_y = self._banded(self._row, self._column, blocks[2])
        mixed = self._banded(self._row, self._column, blocks[1])
        current = np.stack([self._vector(knots[..., c]) for c in range(2)], -1)
        bend = bending * self.bending(current, crease)
        # unknown 2k is x of knot k, 2k + 1 its y
        band = np.zeros((2 * self.band + 2, 2 * self.count))
        band[0 : 2 * self.band + 1 : 2, 0::2] = diagonal_x + bend
        band[0 : 2 * self.band + 1 : 2, 1::2] = diagonal_y + bend
        band[1 : 2 * self.band + 2 : 2, 0::2] = mixed  # y of row k against x of column l: offset 2 (k - l) + 1
        band[1 : 2 * self.band : 2, 1::2] = mixed[1:]  # x of row k against y of column l: offset 2 (k - l) - 1
        band[0] += 1e-6
        right = np.empty(2 * self.count)
        for component, plane in enumerate((bx, by)):
            right[component::2] = np.bincount(
                self.member.ravel(), (_cells(plane, cell) @ values).ravel(), minlength=self.count
            )
            right[component::2] -= self._times(bend, current[:, component])
        change = solveh_banded(band, right, lower=True, overwrite_ab=True, overwrite_b=True, check_finite=False)
        return np.stack([change[0::2][self.index], change[1::2][self.index]], -1)

    def _vector(self, plane: np.ndarray) -> np.ndarray:
        vector = np.empty(self.count)
        vector[self.index.ravel()] = plane.ravel()
        return vector

    def _times(self, band: np.ndarray, vector: np.ndarray) -> np.ndarray:
        """Symmetric banded matrix (lower form) times a vector."""
        out = band[0] * vector
        for offset in range(1, self.band + 1):
            row = band[offset, : self.count - offset]
            if not row.any():
                continue
            out[offset:] += row * vector[: self.count - offset]
            out[: self.count - offset] += row * vector[offset:]
        return out


@lru_cache(maxsize=64)
def lattice_system(cells_y: int, cells_x: int) -> LatticeSystem:
    return LatticeSystem(cells_y, cells_x)


def lattice_displacement(knots: np.ndarray, cell: float, height: int, width: int, level: int) -> np.ndarray:
    """Displacement [height, width, 2] in level-0 pixels at the pixel centres of a level; `cell` in level-0 pixels."""
    step = 2**level / cell
    return evaluate_lattice(knots, (np.arange(width) + 0.5) * step, (np.arange(height) + 0.5) * step)


def fit_sheet(displacement: np.ndarray, weight: np.ndarray, cell: int, bending: float) -> np.ndarray:
    """Knots [ny, nx, 2] of the lattice nearest to a displacement [h, w, 2] with weights [h, w]."""
    height, width = weight.shape
    system = lattice_system(height // cell, width // cell)
    zero = np.zeros_like(weight)
    return system.solve(
        (weight, zero, weight, weight * displacement[..., 0], weight * displacement[..., 1]),
        cell,
        np.zeros((*system.knots, 2)),
        bending,
        NO_CREASE,
    )


@dataclass(frozen=True)
class Expectation:
    """Where the pixels are thought to lie, for those that do not match the key frame."""

    xy_key: np.ndarray
    """[h, w, 2] float32, level-0 pixels."""
    trust: np.ndarray
    """[h, w] float32 weight."""


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
        stage = _Stage(frame, key, level, cell, base, settings, expectation)
        for step in range(settings.steps):
            change = stage.step(knots, settings.robustness * (2 - min(step, 4) / 4), settings.bending)
            knots = knots + change
            if np.abs(change).max() < settings.stop and step >= 3:
                break
    return knots, cell


class _Stage:
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
        self.plane = base.at_level(self.height, self.width, level)
        pixels = cell >> level
        self.system = lattice_system(self.height // pixels, self.width // pixels)
        self.expected = self.trust = None
        if expectation is not None:
            size = (self.width, self.height)
            self.expected = cv2.resize(expectation.xy_key, size, interpolation=cv2.INTER_AREA)
            self.trust = cv2.resize(expectation.trust, size, interpolation=cv2.INTER_AREA) * 4**level

    def step(self, knots: np.ndarray, k: float, bending: float) -> np.ndarray:
        """The knots' change [ny, nx, 2]."""
        xy = (self.plane + lattice_displacement(knots, self.cell, self.height, self.width, self.level)).astype(
            np.float32
        )
        x_key, y_key = np.ascontiguousarray(xy[..., 0]), np.ascontiguousarray(xy[..., 1])
        seen = compare(self.frame, self.key, self.level, x_key, y_key, self.settings.epsilon)
        weight = robust_weight(seen, k) * 4**self.level
        wx, wy = weight * seen.slope_x, weight * seen.slope_y
        xx, xy_term, yy = wx * seen.slope_x, wx * seen.slope_y, wy * seen.slope_y
        bx, by = wx * seen.residual, wy * seen.residual
        if self.expected is not None and self.trust is not None:
            pull = self.trust * self._doubt(seen)
            xx, yy = xx + pull, yy + pull
            bx = bx + pull * (self.expected[..., 0] - x_key)
            by = by + pull * (self.expected[..., 1] - y_key)
        return self.system.solve(
            (xx, xy_term, yy, bx, by), self.cell >> self.level, knots, bending, self.settings.crease
        )

    def _doubt(self, seen: Comparison) -> np.ndarray:
        """0 where the frame matches the key here, 1 where it does not or nothing can be compared."""
        known = cv2.GaussianBlur(seen.mask, (0, 0), 3.0)
        misfit = cv2.GaussianBlur(np.minimum(seen.residual**2, 1) * seen.mask, (0, 0), 3.0) / (known + 1e-3)
        return np.where(known < 0.02, 1, misfit / (misfit + self.settings.release))


def map_determinant(xy: np.ndarray) -> np.ndarray:
    """Determinant [h - 1, w - 1] of a map's forward differences; at or below 0 it folds."""
    dx, dy = np.diff(xy, axis=1)[:-1], np.diff(xy, axis=0)[:, :-1]
    return dx[..., 0] * dy[..., 1] - dx[..., 1] * dy[..., 0]
