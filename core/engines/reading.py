"""A shot read into proxies: all frames once, in threads, none at full size longer than it takes."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np

from ..errors import InputError
from ..report import OnReport, Report
from ..sequence import format_range
from ..shot import READ_BYTES, Shot
from ..solve.proxy_store import ProxyStore

log = logging.getLogger(__name__)

LUMA_GAIN = 2.0
"""ACEScct spans half of what a display curve does over the same stops; the solve's thresholds are for that."""
LEAST_LAYER = 64
"""Pixels of a mask under which it shows nothing."""


def read_proxies(shot: Shot, proxies: ProxyStore, report: OnReport, stop_if_asked: Callable[[], None]) -> None:
    """InputError: no frame shows the layer. UnreelError: the disk takes no more."""

    def read(number: int) -> int:
        proxy, count = shot.read_proxy(number)
        luma = (proxy.luma * LUMA_GAIN).astype(np.float32)
        proxies.keep(number, luma, solve_mask(proxy.mask) if shot.cut else proxy.mask)
        return count

    read_frames(shot, read, report, stop_if_asked)
    if not any(area > LEAST_LAYER for area in proxies.areas.values()):
        what = "the matte is empty in all frames; check its channel, or set matte.invert"
        raise InputError(what if shot.cut else "no frame of the plate has finite pixels")


def read_frames(shot: Shot, read: Callable[[int], int], report: OnReport, stop_if_asked: Callable[[], None]) -> None:
    """`read` each frame, which says how many of its pixels are NaN or infinite: a line in the log tells of them."""

    def unless_stopped(number: int) -> int:
        stop_if_asked()
        return read(number)

    bad: dict[int, int] = {}
    with ThreadPoolExecutor(shot.threads(READ_BYTES)) as pool:
        counts = pool.map(unless_stopped, shot.frames)
        try:
            for done, (number, count) in enumerate(zip(shot.frames, counts, strict=True), 1):
                stop_if_asked()
                if count:
                    bad[number] = count
                report(Report("read", done, len(shot.frames), frame=number))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    if bad:
        log.warning(
            "%d pixels are NaN or infinite in frames %s; the solve leaves them out, and they are passed through",
            sum(bad.values()),
            format_range(bad),
        )


def solve_mask(coverage: np.ndarray) -> np.ndarray:
    """A matte shrunk by about a pixel, so that mixed edge pixels don't pull."""
    return np.clip((cv2.GaussianBlur(coverage, (0, 0), 1.5) - 0.5) * 2, 0, 1)
