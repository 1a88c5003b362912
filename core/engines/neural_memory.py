"""Steps that do not fit the memory are gone through in parts."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.utils.checkpoint import checkpoint

log = logging.getLogger(__name__)

LEAST = 1024
"""Points: a step that does not fit so has no room at all."""


class Parts:
    """A field asked for at most so many points at once, each part anew on the way back for its gradients.

    What comes out, and every loss of it, is the same; only a part's inner values are ever in memory. The price is one
    more evaluation of all parts.
    """

    def __init__(self) -> None:
        self.most: int | None = None
        """Points; None is all at once."""

    def halve(self, points: int) -> bool:
        """After a step of `points` that did not fit; False where parts can't be smaller."""
        smaller = (min(points, self.most or points) + 1) // 2
        if smaller < LEAST:
            return False
        self.most = smaller
        log.warning("the memory does not hold a step's %d points: the fields see %d at a time", points, smaller)
        return True

    def of(self, field: Callable[..., Tensor]) -> Callable[..., Tensor]:
        """`field`, which takes points [n, ...] first, and more [n] or numbers after them."""
        most = self.most
        if most is None:
            return field

        def in_parts(points: Tensor, *more: Any) -> Tensor:
            if len(points) <= most:
                return field(points, *more)
            starts = range(0, len(points), most)
            given = (points, *more)
            parts = [[v[at : at + most] if isinstance(v, Tensor) else v for v in given] for at in starts]
            return torch.cat([again(field, part) for part in parts])

        return in_parts


def again(field: Callable[..., Tensor], given: list[Any]) -> Tensor:
    """`field` of what is given, computed once more for its gradients; it draws nothing."""
    found: Tensor = checkpoint(field, *given, use_reentrant=False, preserve_rng_state=False)
    return found
