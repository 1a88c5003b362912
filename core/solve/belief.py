"""The best label for each pixel, where neighbours like to have near ones: belief propagation on the grid."""

from __future__ import annotations

import numpy as np

LEVELS = 4
ROUNDS, LAST_ROUNDS = 5, 6
"""Of messages at the coarse levels and at the last."""


def propagated(cost: np.ndarray, slope: float, most: float) -> np.ndarray:
    """Beliefs [labels, h, w], the lowest the best, for costs [labels, h, w] and neighbours that like to be near.

    Labels a and b side by side cost min(slope |a - b|, most). Min-sum messages, coarse to fine, in time linear in the
    labels (Felzenszwalb, Huttenlocher 2006).
    """
    levels = [cost.astype(np.float32)]
    for _ in range(LEVELS - 1):
        levels.append(_halved(levels[-1]))
    messages = [np.zeros_like(levels[-1]) for _ in range(4)]
    for level, here in reversed(list(enumerate(levels))):
        height, width = here.shape[1:]
        if messages[0].shape != here.shape:
            messages = [m.repeat(2, 1).repeat(2, 2)[:, :height, :width] for m in messages]
        for _ in range(ROUNDS if level else LAST_ROUNDS):
            messages = _passed_on(here, messages, slope, most)
    return np.asarray(levels[0] + sum(messages), np.float32)


def _passed_on(cost: np.ndarray, messages: list[np.ndarray], slope: float, most: float) -> list[np.ndarray]:
    """Each pixel tells its neighbour what it heard from the three others. In order: down, up, right, left."""
    total = cost + sum(messages)
    back = (1, 0, 3, 2)
    ways = ((1, 1), (1, -1), (2, 1), (2, -1))
    return [_shifted(_spread(total - messages[back[i]], slope, most), *way) for i, way in enumerate(ways)]


def _spread(message: np.ndarray, slope: float, most: float) -> np.ndarray:
    """min over b of message(b) + min(slope |a - b|, most), less its mean; in place."""
    low = message.min(0) + most
    for i in range(1, len(message)):
        np.minimum(message[i], message[i - 1] + slope, out=message[i])
    for i in range(len(message) - 2, -1, -1):
        np.minimum(message[i], message[i + 1] + slope, out=message[i])
    np.minimum(message, low, out=message)
    message -= message.mean(0)
    return message


def _shifted(message: np.ndarray, axis: int, step: int) -> np.ndarray:
    out = np.zeros_like(message)
    to, source = [slice(None)] * 3, [slice(None)] * 3
    to[axis], source[axis] = (slice(1, None), slice(None, -1)) if step > 0 else (slice(None, -1), slice(1, None))
    out[tuple(to)] = message[tuple(source)]
    return out


def _halved(cost: np.ndarray) -> np.ndarray:
    """Sums over two by two pixels."""
    even = np.pad(cost, ((0, 0), (0, -cost.shape[1] % 2), (0, -cost.shape[2] % 2)), mode="edge")
    return even[:, ::2, ::2] + even[:, 1::2, ::2] + even[:, ::2, 1::2] + even[:, 1::2, 1::2]
