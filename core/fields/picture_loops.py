"""The loops of explicit_numba.py over a picture [3, h, w], compiled. Each call works on one thread.

Many points see a window of it with a pixel's colours side by side, [h, w, 3], so that a pixel is one place in memory,
not three; for few ones the window would cost more than they do. Both are `texels`, flat. A `view` is scale and shift
from unit coordinates to pixels, the picture's size, the window's corner, and how far apart columns, rows and channels
lie.

Work goes by blocks of points: first the taps' places and weights, in loops that become vector instructions, then the
gathers and scatters. `taps` is a tuple as long as there are taps an axis, two or four: a length known when compiling.
Beyond the picture's edge pixels its edge holds on, and nothing slopes.
"""

from __future__ import annotations

import numpy as np

from .compiling import FAST, compiled

BLOCK = 256
SLOPES = 4 * BLOCK
ZERO, ONE, TWO, THREE = np.float32(0), np.float32(1), np.float32(2), np.float32(3)
OUTER = np.float32(-0.75)
"""The free number of cubic convolution (Keys), as torch has it."""
CUBIC, SQUARE = OUTER + TWO, OUTER + THREE
BLACK = (ZERO, ZERO, ZERO)
MSE, L1, CHARBONNIER = 0, 1, 2


@compiled(fastmath=FAST)
def place(xy, axis, start, count, scale, shift, size, origin, stride, taps, positions, at, weights):  # type: ignore[no-untyped-def]
    """Of a block's points along an axis: pixels at[tap * BLOCK + i], weights, and from SLOPES on the weights' slopes.

    `scale` and `shift` lead from unit coordinates to pixels; slopes are of unit coordinates. Pixels count from the
    window's `origin`, `stride` numbers apart.
    """
    last, first = np.float32(size - 1), np.float32(origin)
    for i in range(count):
        positions[i] = xy[start + i, axis] * scale + shift
    if len(taps) == 2:
        before_last = max(last - ONE, ZERO)
        for i in range(count):
            position = positions[i]
            held = position if position > 0 else ZERO  # so NaN is 0
            held = held if held < last else last
            low = np.floor(held)
            low = low if low < before_last else before_last
            high = low + ONE if low < last else last
            at[i] = np.int32(low - first) * stride
            at[i + BLOCK] = np.int32(high - first) * stride
            weights[i] = ONE - (held - low)
            weights[i + BLOCK] = held - low
            slope = scale if position > 0 and position < last else ZERO
            weights[i + SLOPES] = -slope
            weights[i + SLOPES + BLOCK] = slope
    else:
        for i in range(count):
            position = positions[i]
            held = position if position > -THREE else -THREE  # further out all taps are the edge
            held = held if held < last + THREE else last + THREE
            low = np.floor(held)
            t = held - low
            s = ONE - t
            for k in range(4):
                tap = low + np.float32(k - 1)
                tap = tap if tap > 0 else ZERO
                tap = tap if tap < last else last
                at[i + k * BLOCK] = np.int32(tap - first) * stride
            weights[i] = OUTER * t * s * s
            weights[i + BLOCK] = (CUBIC * t - SQUARE) * t * t + ONE
            weights[i + 2 * BLOCK] = (CUBIC * s - SQUARE) * s * s + ONE
            weights[i + 3 * BLOCK] = OUTER * s * t * t
            slope = scale if position > -THREE and position < last + THREE else ZERO
            weights[i + SLOPES] = slope * OUTER * s * (ONE - THREE * t)
            weights[i + SLOPES + BLOCK] = slope * t * (THREE * CUBIC * t - TWO * SQUARE)
            weights[i + SLOPES + 2 * BLOCK] = slope * s * (TWO * SQUARE - THREE * CUBIC * s)
            weights[i + SLOPES + 3 * BLOCK] = slope * OUTER * t * (TWO - THREE * t)


@compiled(fastmath=FAST)
def reach(xy, axis, scale, shift, size, begin, end):  # type: ignore[no-untyped-def]
    """The first of a picture's rows or columns that these points touch, and that after the last."""
    least, most = np.float32(size), -THREE
    for n in range(begin, end):
        position = xy[n, axis] * scale + shift
        position = position if position > 0 else ZERO  # so NaN is 0
        position = position if position < size else np.float32(size)
        least = position if position < least else least
        most = position if position > most else most
    past = min(int(most) + 3, size)
    return min(max(int(least) - 2, 0), past), past


@compiled()
def open_window(picture, top, left, begin, end, window):  # type: ignore[no-untyped-def]
    """Fill rows begin to end of a window whose corner is at top, left."""
    for row in range(begin, end):
        for column in range(window.shape[1]):
            for c in range(3):
                window[row, column, c] = picture[c, top + row, left + column]


@compiled()
def close_window(window, top, left, begin, end, into):  # type: ignore[no-untyped-def]
    """Add a window whose corner is at top, left to rows begin to end of a picture."""
    for row in range(max(begin, top), min(end, top + window.shape[0])):
        for c in range(3):
            for column in range(window.shape[1]):
                into[c, row, left + column] += window[row - top, column, c]


@compiled(fastmath=FAST, inline="always")
def _more(total, weight, pixel):  # type: ignore[no-untyped-def]
    """total + weight * pixel, of three numbers each."""
    return (
        total[0] + weight * pixel[0],
        total[1] + weight * pixel[1],
        total[2] + weight * pixel[2],
    )


@compiled(fastmath=FAST, inline="always")
def _across(a, b):  # type: ignore[no-untyped-def]
    """The sum over channels."""
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


@compiled(inline="always")
def _tap(k, i):  # type: ignore[no-untyped-def]
    """Where `place` puts what it finds. Unsigned: an index that can't be negative needs no second look."""
    return np.uint64(k * BLOCK) + np.uint64(i)


@compiled(fastmath=FAST)
def gather(texels, apart, i, room, taps):  # type: ignore[no-untyped-def]
    """Of point i of a block: its colour and the colour's slopes along x and y."""
    _, columns, wx, rows, wy = room
    colour = slope_x = slope_y = BLACK
    for j in range(len(taps)):
        line = line_slope = BLACK
        for k in range(len(taps)):
            p = rows[_tap(j, i)] + columns[_tap(k, i)]
            texel = (texels[p], texels[p + apart], texels[p + apart + apart])
            line = _more(line, wx[_tap(k, i)], texel)
            line_slope = _more(line_slope, wx[_tap(k + 4, i)], texel)
        colour = _more(colour, wy[_tap(j, i)], line)
        slope_x = _more(slope_x, wy[_tap(j, i)], line_slope)
        slope_y = _more(slope_y, wy[_tap(j + 4, i)], line)
    return colour, slope_x, slope_y


@compiled(fastmath=FAST)
def splat(error, apart, i, before, room, taps, into):  # type: ignore[no-untyped-def]
    """Add an error to the pixels that point i of a block sees: `gather` turned round. `into` begins `before` later."""
    _, columns, wx, rows, wy = room
    for j in range(len(taps)):
        for k in range(len(taps)):
            p = rows[_tap(j, i)] + columns[_tap(k, i)] - before
            share = wy[_tap(j, i)] * wx[_tap(k, i)]
            texel = _more((into[p], into[p + apart], into[p + apart + apart]), share, error)
            into[p], into[p + apart], into[p + apart + apart] = texel


@compiled()
def make_room():  # type: ignore[no-untyped-def]
    """For `look`: positions, and of columns and rows what `place` finds."""
    columns, rows = np.empty(4 * BLOCK, np.uint32), np.empty(4 * BLOCK, np.uint32)
    return np.empty(BLOCK, np.float32), columns, np.empty(8 * BLOCK, np.float32), rows, np.empty(8 * BLOCK, np.float32)


@compiled(fastmath=FAST)
def look(xy, start, count, view, taps, room):  # type: ignore[no-untyped-def]
    """`place` along both axes."""
    scale, shift, size, corner, stride = view
    positions, columns, wx, rows, wy = room
    place(xy, 0, start, count, scale[0], shift[0], size[0], corner[0], stride[0], taps, positions, columns, wx)
    place(xy, 1, start, count, scale[1], shift[1], size[1], corner[1], stride[1], taps, positions, rows, wy)


@compiled(fastmath=FAST)
def sample_loop(texels, xy, view, taps, begin, end, out):  # type: ignore[no-untyped-def]
    """out[begin:end]: colours of these points."""
    _, _, _, _, stride = view
    apart = np.uint64(stride[2])
    room = make_room()
    for start in range(begin, end, BLOCK):
        count = min(BLOCK, end - start)
        look(xy, start, count, view, taps, room)
        for i in range(count):
            colour, _, _ = gather(texels, apart, i, room, taps)
            out[start + i, 0], out[start + i, 1], out[start + i, 2] = colour[0], colour[1], colour[2]


@compiled(fastmath=FAST)
def adjoint_loop(texels, xy, view, taps, given, first, begin, end, into_xy, into):  # type: ignore[no-untyped-def]
    """Of a gradient `given` [n, 3]: its part for the points, and for the picture from row `first` on, flat.

    Either is left out where its array is empty.
    """
    _, _, _, corner, stride = view
    apart, before = np.uint64(stride[2]), np.uint64((first - corner[1]) * stride[1])
    room = make_room()
    for start in range(begin, end, BLOCK):
        count = min(BLOCK, end - start)
        look(xy, start, count, view, taps, room)
        for i in range(count):
            n = start + i
            error = (given[n, 0], given[n, 1], given[n, 2])
            if len(into_xy):
                _, slope_x, slope_y = gather(texels, apart, i, room, taps)
                into_xy[n, 0], into_xy[n, 1] = _across(error, slope_x), _across(error, slope_y)
            if len(into):
                splat(error, apart, i, before, room, taps, into)


@compiled(fastmath=FAST)
def _error(difference, kind, soft):  # type: ignore[no-untyped-def]
    """Of one number, and its slope."""
    if kind == MSE:
        return difference * difference, TWO * difference
    if kind == L1:
        return abs(difference), np.sign(difference)
    root = np.sqrt(difference * difference + soft * soft)
    return root - soft, difference / root


@compiled(fastmath=FAST)
def colour_loop(  # type: ignore[no-untyped-def]
    texels, xy, view, taps, target, weight, share, kind, soft, first, begin, end, into_xy, into
):
    """The sums of weighted errors and of weighted squared errors, and the gradients of `share` times the first.

    `kind` is one of those above, `soft` Charbonnier's epsilon. The picture's part is left out where its array is
    empty.
    """
    _, _, _, corner, stride = view
    apart, before = np.uint64(stride[2]), np.uint64((first - corner[1]) * stride[1])
    room = make_room()
    total = squares = 0.0
    for start in range(begin, end, BLOCK):
        count = min(BLOCK, end - start)
        look(xy, start, count, view, taps, room)
        block_total = block_squares = ZERO
        for i in range(count):
            n = start + i
            colour, slope_x, slope_y = gather(texels, apart, i, room, taps)
            r, g, b = colour[0] - target[n, 0], colour[1] - target[n, 1], colour[2] - target[n, 2]
            (error_r, by_r), (error_g, by_g), (error_b, by_b) = (
                _error(r, kind, soft),
                _error(g, kind, soft),
                _error(b, kind, soft),
            )
            block_total += weight[n] * (error_r + error_g + error_b)
            block_squares += weight[n] * (r * r + g * g + b * b)
            own = share * weight[n]
            error = (own * by_r, own * by_g, own * by_b)
            into_xy[n, 0], into_xy[n, 1] = _across(error, slope_x), _across(error, slope_y)
            if len(into):
                splat(error, apart, i, before, room, taps, into)
        total += np.float64(block_total)
        squares += np.float64(block_squares)
    return total, squares
