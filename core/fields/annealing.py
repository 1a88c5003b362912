"""Opening levels or frequencies one after the other, coarse to fine."""

from __future__ import annotations

import math


def anneal_weights(step: int, count: int, begin: int, length: int) -> list[float]:
    """Weights 0..1 of `count` levels: all 0 until step `begin`, all 1 from `begin + length` on.

    Each follows half a cosine (Eq. 8 of Nerfies, as CoDeF uses it): w_k = (1 - cos(pi clamp(a - k, 0, 1))) / 2 with
    a = count (step - begin) / length. A length of 0 opens all at `begin`.
    """
    if length <= 0:
        return [float(step >= begin)] * count
    opened = count * (step - begin) / length
    return [(1 - math.cos(math.pi * min(max(opened - k, 0.0), 1.0))) / 2 for k in range(count)]
