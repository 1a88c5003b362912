"""One frame's deformation: where each of its pixels lies on the key frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .homography import apply_homography, scale_matrix
from .spline import evaluate_lattice, evaluate_lattice_at, near_knots

try:
    from . import frame_map_compiled as compiled
except ImportError:  # the plain form below serves where numba has no wheel
    compiled = None  # type: ignore[assignment]

NOTHING = np.zeros((0, 0, 2), np.float32)


@dataclass(frozen=True)
class FrameMap:
    """x_key = H x + lattice(x) + residual(x), in index coordinates of the solve's pictures (all frames have one size).

    Beyond the lattice's box its edge value holds on.
    """

    homography: np.ndarray
    """[3, 3]."""
    knots: np.ndarray | None = None
    """[ny, nx, 2] pixels; None for a plane."""
    cell: int = 16
    offset: tuple[int, int] = (0, 0)
    """First pixel (x, y) of the lattice's box and of `residual`."""
    residual: np.ndarray | None = None
    """[h, w, 2] float16 pixels: what no smooth sheet follows, near creases; mostly 0."""
    seen: np.ndarray | None = None
    """[h, w] bool, from the picture's first pixel: the key shows what the frame shows here, or ends here. None: all of
    it does, as far as is known."""


IDENTITY = FrameMap(np.eye(3))


def evaluate_map(
    frame_map: FrameMap, x: np.ndarray, y: np.ndarray, factor: tuple[float, float] = (1.0, 1.0)
) -> np.ndarray:
    """Key positions [len(y), len(x), 2] float32 of the grid of index coordinates x [w], y [h].

    factor: by how much larger (x, y) the picture is whose index coordinates the positions shall be.
    """
    if compiled is None:
        return evaluate_map_plain(frame_map, x, y, factor)
    left, top = frame_map.offset
    knots = NOTHING if frame_map.knots is None else frame_map.knots.astype(np.float32)
    columns = near_knots((x - left + 0.5) / frame_map.cell, knots.shape[1])
    rows = near_knots((y - top + 0.5) / frame_map.cell, knots.shape[0])
    residual = NOTHING if frame_map.residual is None else frame_map.residual
    framed = np.pad(residual, ((1, 1), (1, 1), (0, 0))) if residual.size else NOTHING
    column, share_x = taps(x - left, residual.shape[1] + 2)
    row, share_y = taps(y - top, residual.shape[0] + 2)
    if framed.size:  # no more of it than this grid reads is made float32
        framed = framed[row.min() : row.max() + 2, column.min() : column.max() + 2].astype(np.float32)
    row, column = row - row.min(), column - column.min()
    out = np.empty((len(y), len(x), 2), np.float32)
    places = x.astype(np.float64), y.astype(np.float64)
    compiled.map_loop(
        frame_map.homography, *places, knots, *columns, *rows, framed, column, share_x, row, share_y, factor, out
    )
    return out


def evaluate_map_plain(frame_map: FrameMap, x: np.ndarray, y: np.ndarray, factor: tuple[float, float]) -> np.ndarray:
    """`evaluate_map` in numpy: the reference, and the way without numba."""
    u, v = apply_homography(frame_map.homography, x[None, :].astype(np.float64), y[:, None].astype(np.float64))
    out = np.stack(np.broadcast_arrays(u, v), -1).astype(np.float32)
    left, top = frame_map.offset
    if frame_map.knots is not None:
        out += evaluate_lattice(frame_map.knots, (x - left + 0.5) / frame_map.cell, (y - top + 0.5) / frame_map.cell)
    if frame_map.residual is not None:
        out += grid_bilinear(frame_map.residual.astype(np.float32), x - left, y - top)
    return ((out + 0.5) * np.array(factor, np.float64) - 0.5).astype(np.float32)


def evaluate_map_at(frame_map: FrameMap, xy: np.ndarray) -> np.ndarray:
    """Key positions [n, 2] float32 of single places [n, 2], index coordinates: what `evaluate_map` says of a grid."""
    out = np.stack(apply_homography(frame_map.homography, *xy.astype(np.float64).T), -1).astype(np.float32)
    inside = xy - np.array(frame_map.offset)
    if frame_map.knots is not None:
        out += evaluate_lattice_at(frame_map.knots, (inside + 0.5) / frame_map.cell)
    if frame_map.residual is not None:
        framed = np.pad(frame_map.residual, ((1, 1), (1, 1), (0, 0)))
        (column, row), (share_x, share_y) = zip(
            *(taps(inside[:, axis], framed.shape[1 - axis]) for axis in range(2)), strict=True
        )
        share_x, share_y = share_x[:, None], share_y[:, None]
        above = framed[row, column] * (1 - share_x) + framed[row, column + 1] * share_x
        below = framed[row + 1, column] * (1 - share_x) + framed[row + 1, column + 1] * share_x
        out += above * (1 - share_y) + below * share_y
    return out


def map_at_size(
    frame_map: FrameMap, solve_size: tuple[int, int], size: tuple[int, int], x: np.ndarray, y: np.ndarray
) -> np.ndarray:
    """The map between pictures of `size` (width, height) where it was solved between pictures of `solve_size`.

    x [w], y [h]: index coordinates in the frame at `size`; result [h, w, 2] index coordinates in the key at `size`.
    """
    factor = size[0] / solve_size[0], size[1] / solve_size[1]
    down = scale_matrix(1 / factor[0], 1 / factor[1])
    return evaluate_map(frame_map, x * down[0, 0] + down[0, 2], y * down[1, 1] + down[1, 2], factor)


def grid_bilinear(picture: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Bilinear samples [len(y), len(x), c] of a picture [h, w, c] on a grid of index coordinates; 0 beyond its edge."""
    framed = np.pad(picture, ((1, 1), (1, 1), (0, 0)))
    column, share_x = taps(x, framed.shape[1])
    row, share_y = taps(y, framed.shape[0])
    share_x, share_y = share_x[None, :, None], share_y[:, None, None]
    lines = framed[row] * (1 - share_y) + framed[row + 1] * share_y
    return lines[:, column] * (1 - share_x) + lines[:, column + 1] * share_x


def taps(position: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """First of two taps in an axis of `size` that was padded by one on both sides, and the share of the second."""
    position = np.clip(position + 1, 0, size - 1)
    first = np.minimum(position.astype(np.int64), size - 2)
    return first, (position - first).astype(np.float32)
