"""How loops are compiled: by numba, without Python's lock, kept on disk where there is a place for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba import njit

FAST = {"contract", "arcp", "reassoc", "nsz"}
"""Sums in any order; no promise of finite numbers: a position may be NaN, or beyond a horizon."""


def compiled(**options: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A decorator. What was compiled is kept beside the source, in `NUMBA_CACHE_DIR` or in the user's cache; where
    none of these can be written it is compiled anew in each process."""

    def compile_loop(loop: Callable[..., Any]) -> Callable[..., Any]:
        try:
            return njit(nogil=True, cache=True, **options)(loop)
        except RuntimeError:  # numba found no folder that it may write
            return njit(nogil=True, **options)(loop)

    return compile_loop
