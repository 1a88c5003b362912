"""The loops of encode_numba.py, compiled. Each call works on one thread; arrays are numpy's.

Points come as [axes, n]. `axes` and `lanes` are tuples as long as a point and as a row of the table: lengths that the
compiler knows. Work goes by blocks of points whose rows and weights stay in the cache: first rows and weights of all
corners, in loops that become vector instructions, then the gathers or scatters.
"""

from __future__ import annotations

import numpy as np

from .compiling import compiled

BLOCK = 512
ONE, TWO, THREE, SIX = np.float32(1), np.float32(2), np.float32(3), np.float32(6)
FAST = {"contract", "nsz"}


@compiled(fastmath=FAST)
def place_points(points, start, count, scale, factors, smooth, axes, parts, places, slopes):  # type: ignore[no-untyped-def]
    """Of a block's points: cells times `factors` (modulo 2^32), weights of the upper side, and their slopes."""
    for axis in range(len(axes)):
        factor = factors[axis]
        for i in range(count):
            # Rounded once, as a fused multiply-add rounds it.
            position = np.float32(np.float64(points[axis, start + i]) * scale + 0.5)
            floor = np.floor(position)
            parts[axis, i] = np.uint32(np.int32(floor)) * factor
            places[axis, i] = position - floor
        if smooth:
            for i in range(count):
                t = places[axis, i]
                slopes[axis, i] = SIX * t * (ONE - t)
                places[axis, i] = t * t * (THREE - TWO * t)


@compiled(fastmath=FAST)
def find_rows(count, factors, entries, hashed, axes, parts, rows):  # type: ignore[no-untyped-def]
    """Rows of the level [corner, i]; bit k of a corner is its side on axis k."""
    size = np.uint32(entries)
    mask = np.uint32(entries - 1)
    for corner in range(1 << len(axes)):
        x = np.uint32(corner & 1) * factors[0]
        y = np.uint32(corner >> 1 & 1) * factors[1]
        z = np.uint32(corner >> 2 & 1) * factors[len(axes) - 1]
        last = len(axes) - 1
        if hashed:
            for i in range(count):
                row = np.uint32(parts[0, i] + x) ^ np.uint32(parts[1, i] + y)
                if len(axes) == 3:
                    row ^= np.uint32(parts[last, i] + z)
                rows[corner, i] = row & mask
        else:
            outside = False
            for i in range(count):
                row = np.uint32(parts[0, i] + x) + np.uint32(parts[1, i] + y)
                if len(axes) == 3:
                    row += np.uint32(parts[last, i] + z)
                rows[corner, i] = np.uint32(row)
                outside |= np.uint32(row) >= size
            if outside:
                for i in range(count):
                    rows[corner, i] %= size


@compiled(fastmath=FAST)
def weigh_corners(count, level_weight, axes, places, weights):  # type: ignore[no-untyped-def]
    """Interpolation weights [corner, i], times the level's."""
    last = len(axes) - 1
    for corner in range(1 << len(axes)):
        right, lower, later = corner & 1, corner >> 1 & 1, corner >> 2 & 1
        for i in range(count):
            x, y = places[0, i], places[1, i]
            weight = level_weight * (x if right else ONE - x) * (y if lower else ONE - y)
            if len(axes) == 3:
                z = places[last, i]
                weight *= z if later else ONE - z
            weights[corner, i] = weight


@compiled(fastmath=FAST)
def gather_features(points, table, levels, level_weights, smooth, axes, lanes, begin, end, out):  # type: ignore[no-untyped-def]
    """out[begin:end, :]: features of these points."""
    scales, factors, firsts, entries, hashed = levels
    parts, places = np.empty((3, BLOCK), np.uint32), np.empty((3, BLOCK), np.float32)
    slopes = np.empty((3, BLOCK), np.float32)
    rows, weights = np.empty((8, BLOCK), np.uint32), np.empty((8, BLOCK), np.float32)
    for start in range(begin, end, BLOCK):
        count = min(BLOCK, end - start)
        for level in range(len(scales)):
            column = level * len(lanes)
            if level_weights[level] == 0:
                for i in range(count):
                    for f in range(len(lanes)):
                        out[start + i, column + f] = 0
                continue
            place_points(points, start, count, scales[level], factors[level], smooth, axes, parts, places, slopes)
            find_rows(count, factors[level], entries[level], hashed[level], axes, parts, rows)
            weigh_corners(count, level_weights[level], axes, places, weights)
            own = table[firsts[level] : firsts[level] + entries[level]]
            for i in range(count):
                for f in range(0, len(lanes), 2):
                    here = there = np.float32(0)
                    for corner in range(1 << len(axes)):
                        row, weight = rows[corner, i], weights[corner, i]
                        here += weight * own[row, f]
                        if f + 1 < len(lanes):
                            there += weight * own[row, f + 1]
                    out[start + i, column + f] = here
                    if f + 1 < len(lanes):
                        out[start + i, column + f + 1] = there


@compiled(fastmath=FAST)
def scatter_level(points, gradient, level, levels, level_weights, smooth, axes, lanes, out):  # type: ignore[no-untyped-def]
    """One level's part of the table's gradient, into its rows of out[entries, features], which nobody else writes."""
    scales, factors, firsts, entries, hashed = levels
    parts, places = np.empty((3, BLOCK), np.uint32), np.empty((3, BLOCK), np.float32)
    slopes = np.empty((3, BLOCK), np.float32)
    rows, weights = np.empty((8, BLOCK), np.uint32), np.empty((8, BLOCK), np.float32)
    column = level * len(lanes)
    own = out[firsts[level] : firsts[level] + entries[level]]
    own[:] = 0
    if level_weights[level] == 0:
        return
    for start in range(0, points.shape[1], BLOCK):
        count = min(BLOCK, points.shape[1] - start)
        place_points(points, start, count, scales[level], factors[level], smooth, axes, parts, places, slopes)
        find_rows(count, factors[level], entries[level], hashed[level], axes, parts, rows)
        weigh_corners(count, level_weights[level], axes, places, weights)
        for i in range(count):
            for f in range(0, len(lanes), 2):
                here = gradient[start + i, column + f]
                there = gradient[start + i, column + min(f + 1, len(lanes) - 1)]
                for corner in range(1 << len(axes)):
                    row, weight = rows[corner, i], weights[corner, i]
                    own[row, f] += weight * here
                    if f + 1 < len(lanes):
                        own[row, f + 1] += weight * there


@compiled(fastmath=FAST)
def gather_slopes(points, table, gradient, levels, level_weights, smooth, axes, lanes, begin, end, out):  # type: ignore[no-untyped-def]
    """out[axes, begin:end]: the gradient's part for these points."""
    scales, factors, firsts, entries, hashed = levels
    parts, places = np.empty((3, BLOCK), np.uint32), np.empty((3, BLOCK), np.float32)
    slopes = np.ones((3, BLOCK), np.float32)
    rows, along = np.empty((8, BLOCK), np.uint32), np.empty((8, BLOCK), np.float32)
    last = len(axes) - 1
    for start in range(begin, end, BLOCK):
        count = min(BLOCK, end - start)
        for axis in range(len(axes)):
            out[axis, start : start + count] = 0
        for level in range(len(scales)):
            if level_weights[level] == 0:
                continue
            place_points(points, start, count, scales[level], factors[level], smooth, axes, parts, places, slopes)
            find_rows(count, factors[level], entries[level], hashed[level], axes, parts, rows)
            own, column = table[firsts[level] : firsts[level] + entries[level]], level * len(lanes)
            for i in range(count):
                for f in range(0, len(lanes), 2):
                    here = gradient[start + i, column + f]
                    there = gradient[start + i, column + min(f + 1, len(lanes) - 1)]
                    for corner in range(1 << len(axes)):
                        row = rows[corner, i]
                        total = own[row, f] * here
                        if f + 1 < len(lanes):
                            total += own[row, f + 1] * there
                        along[corner, i] = total if f == 0 else along[corner, i] + total
            steep = np.float32(scales[level]) * level_weights[level]
            if len(axes) == 2:
                for i in range(count):
                    x, y = places[0, i], places[1, i]
                    a, b, c, d = along[0, i], along[1, i], along[2, i], along[3, i]
                    out[0, start + i] += steep * slopes[0, i] * ((b - a) * (ONE - y) + (d - c) * y)
                    out[1, start + i] += steep * slopes[1, i] * ((c - a) * (ONE - x) + (d - b) * x)
            else:
                for i in range(count):
                    x, y, z = places[0, i], places[1, i], places[last, i]
                    # Differences along x at the four edges, then along y and z of what x has joined.
                    near = (along[1, i] - along[0, i]) * (ONE - y) + (along[3, i] - along[2, i]) * y
                    far = (along[5, i] - along[4, i]) * (ONE - y) + (along[7, i] - along[6, i]) * y
                    a = along[0, i] * (ONE - x) + along[1, i] * x
                    b = along[2, i] * (ONE - x) + along[3, i] * x
                    c = along[4, i] * (ONE - x) + along[5, i] * x
                    d = along[6, i] * (ONE - x) + along[7, i] * x
                    out[0, start + i] += steep * slopes[0, i] * (near * (ONE - z) + far * z)
                    out[1, start + i] += steep * slopes[1, i] * ((b - a) * (ONE - z) + (d - c) * z)
                    out[last, start + i] += steep * slopes[last, i] * ((c - a) * (ONE - y) + (d - b) * y)
