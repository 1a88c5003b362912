"""The step of sheet.py over a frame's pixels, compiled: from what is seen straight to the equations of the knots.

Importing this needs numba; the plain form agrees.
"""

from __future__ import annotations

import numpy as np

from ..fields.compiling import FAST, compiled
from .comparison import Comparison
from .lattice import REACH, Equations, cell_basis
from .lattice_compiled import add_terms, cell_pairs, make_room
from .sheet import KNOWN, Pull

NOTHING = np.zeros((0, 0), np.float32)
ZERO, ONE, FEW, LEAST_KNOWN = np.float32(0), np.float32(1), np.float32(1e-3), np.float32(KNOWN)


def asked(seen: Comparison, settled: float, gain: float, pull: Pull | None, cell: int) -> Equations:
    """sheet.asked_plain."""
    height, width = seen.residual.shape
    knots = height // cell + 3, width // cell + 3
    matrices, vectors = np.zeros((3, REACH, REACH, *knots)), np.zeros((2, *knots))
    towards = (NOTHING,) * 5 if pull is None else (pull.x, pull.y, pull.trust, pull.known, pull.misfit)
    release = np.float32(1 if pull is None else pull.release)
    planes = seen.residual, seen.slope_x, seen.slope_y, seen.mask
    bases = cell_basis(cell), cell_pairs(cell)
    step_loop(*planes, np.float32(settled), np.float32(gain), *towards, release, *bases, matrices, vectors)
    return Equations(*matrices, *vectors)


@compiled(fastmath=FAST)
def step_loop(  # type: ignore[no-untyped-def]
    residual, slope_x, slope_y, mask, settled, gain,
    to_x, to_y, trust, known, misfit, release,
    values, pairs, matrices, vectors,
):  # fmt: skip
    """A row's terms are made and used up before the next. Where nothing pulls, to_x, .. misfit are empty."""
    height, width = residual.shape
    working, terms, share = make_room(vectors.shape[2]), np.empty((5, width), np.float32), ONE / settled
    for y in range(height):
        for x in range(width):
            r, along, down = residual[y, x], slope_x[y, x], slope_y[y, x]
            yields = ONE / (ONE + (r * share) * (r * share))
            weight = gain * mask[y, x] * yields * yields
            wx, wy = weight * along, weight * down
            terms[0, x], terms[1, x], terms[2, x] = wx * along, wx * down, wy * down
            terms[3, x], terms[4, x] = wx * r, wy * r
        if trust.size > 0:
            for x in range(width):
                off = misfit[y, x] / (known[y, x] + FEW)
                pull = trust[y, x] * (ONE if known[y, x] < LEAST_KNOWN else off / (off + release))
                terms[0, x] += pull
                terms[2, x] += pull
                terms[3, x] += pull * to_x[y, x]
                terms[4, x] += pull * to_y[y, x]
        add_terms(terms, y, values, pairs, working, matrices, vectors)
