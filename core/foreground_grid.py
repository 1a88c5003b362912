"""Evidence that is shared among what is near in place, time and colour: the bilateral solver (Barron, Poole 2016)."""

from __future__ import annotations

import cv2
import numpy as np
from scipy import sparse
from scipy.sparse.linalg import cg

from .shot import LUMA

CELL_PIXEL = 16
CELL_FRAMES = 24
CELL_LUMA = 0.05
CELL_COLOUR = 0.02
"""Encoded units, like `CELL_LUMA`."""
STRIDE = 2
"""Every second pixel each way stands for its neighbours."""
SMOOTHNESS = 24.0
BALANCE_ROUNDS = 15
BITS = (10, 10, 12, 10, 10, 10)
"""Of a cell's number, for x, y, time, luma and two differences of colour."""


def agreed(colours: list[np.ndarray], votes: list[np.ndarray], against: list[np.ndarray]) -> list[np.ndarray]:
    """The share 0..1 [h, w] a frame that minimises sum (s_i - s_j)^2 over neighbours and the votes' squared errors.

    colours [h, w, 3] encoded; votes that s is 1, and votes that it is 0, as weights [h, w].
    """
    codes = np.concatenate([cell_numbers(colour, at).ravel() for at, colour in enumerate(colours)])
    cells, cell_of = np.unique(codes, return_inverse=True)
    thin = np.s_[::STRIDE, ::STRIDE]
    wanted, unwanted = (np.concatenate([p[thin].ravel() for p in planes]) for planes in (votes, against))
    share = solve(cells, *(np.bincount(cell_of, w, len(cells)) for w in (np.ones(len(codes)), wanted, unwanted)))
    height, width = votes[0].shape
    small = share.astype(np.float32)[cell_of].reshape(len(colours), *votes[0][thin].shape)
    return [np.clip(cv2.resize(plane, (width, height), interpolation=cv2.INTER_LINEAR), 0, 1) for plane in small]


def cell_numbers(colour: np.ndarray, at: int) -> np.ndarray:
    """The cell of each pixel that stands for others [h, w] int64; neighbours differ by 1 in one part of the number."""
    soft = cv2.GaussianBlur(colour.astype(np.float32), (0, 0), 0.8)[::STRIDE, ::STRIDE]
    luma = soft @ LUMA
    y, x = np.mgrid[: luma.shape[0], : luma.shape[1]] * STRIDE
    places = (x / CELL_PIXEL, y / CELL_PIXEL, np.full_like(luma, at / CELL_FRAMES))
    colours = (luma / CELL_LUMA, (soft[..., 0] - luma) / CELL_COLOUR, (soft[..., 2] - luma) / CELL_COLOUR)
    number = np.zeros(luma.shape, np.int64)
    for part, bits, centre in zip((*places, *colours), BITS, (1, 1, 1, 512, 512, 512), strict=True):
        limit = 2**bits - 2  # the outermost are left free, so that no cell has a neighbour across the edge
        number = (number << bits) + np.clip(np.rint(part).astype(np.int64) + centre, 1, limit)
    return number


def solve(cells: np.ndarray, count: np.ndarray, wanted: np.ndarray, unwanted: np.ndarray) -> np.ndarray:
    """The share of each cell: (SMOOTHNESS (D - N B N) + diag(votes)) s = wanted, N making the blur B balanced."""
    blur = neighbours(cells) + sparse.identity(len(cells)) * (2 * len(BITS))
    balance = np.ones(len(cells))
    for _ in range(BALANCE_ROUNDS):
        balance = np.sqrt(balance * count / (blur @ balance))
    scaled = sparse.diags(balance)
    smooth = sparse.diags(balance * (blur @ balance)) - scaled @ blur @ scaled
    system = (SMOOTHNESS * smooth + sparse.diags(wanted + unwanted + 1e-3 * count)).tocsr()
    share, _ = cg(system, wanted, rtol=1e-3, maxiter=200, M=sparse.diags(1 / system.diagonal()))
    return share


def neighbours(cells: np.ndarray) -> sparse.csr_matrix:
    """[n, n]: 1 where two of the cells (ascending numbers) lie side by side."""
    rows, columns = [], []
    for part in range(len(BITS)):
        wanted = cells + (np.int64(1) << sum(BITS[part + 1 :]))
        at = np.minimum(np.searchsorted(cells, wanted), len(cells) - 1)
        there = cells[at] == wanted
        rows.append(np.flatnonzero(there))
        columns.append(at[there])
    row, column = np.concatenate(rows), np.concatenate(columns)
    ahead = sparse.coo_matrix((np.ones(len(row)), (row, column)), shape=(len(cells),) * 2).tocsr()
    return ahead + ahead.T
