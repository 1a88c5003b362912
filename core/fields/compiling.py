"""How loops are compiled: by numba, without Python's lock, kept on disk where there is a place for it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from numba import njit
from numba.core.caching import FunctionCache

FAST = {"contract", "arcp", "reassoc", "nsz"}
"""Sums in any order; no promise of finite numbers: a position may be NaN, or beyond a horizon."""


def compiled(**options: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A decorator. What was compiled is kept beside the source, in `NUMBA_CACHE_DIR` or in the user's cache; where
    none of these can be written it is compiled anew in each process.

    A division by zero gives what numpy's gives: to look for it costs a loop its vector instructions.
    """

    def compile_loop(loop: Callable[..., Any]) -> Callable[..., Any]:
        made: Any = njit(nogil=True, error_model="numpy", **options)(loop)
        with suppress(RuntimeError):  # numba found no folder that it may write
            made._cache = Kept(loop)
        return made

    return compile_loop


class Kept(FunctionCache):
    """numba's, but where a disk takes no more, or gives back damaged bytes, a loop is compiled as if none were kept."""

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        try:
            return super().load_overload(sig, target_context)
        except Exception:  # damaged bytes may raise anything
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        try:
            super().save_overload(sig, data)
        except Exception:  # of the disk, or of a damaged index, which numba reads first
            with suppress(OSError):
                self.flush()  # its index may name what was not written
