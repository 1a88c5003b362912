"""Optical flow: a start value for the solve, checked both ways. `flow_store.py` keeps it, over longer steps too."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

FULL_SEARCH = 640
"""Longest side, in pixels, up to which flow is searched at full size; beyond it at half, for a quarter of the cost."""


@dataclass(frozen=True)
class Flow:
    """From frame a to frame b, in pixels of the solve, y down."""

    to: np.ndarray
    """[h, w, 2] float32: pixel p of a is seen at p + to(p) in b."""
    confidence: np.ndarray
    """[h, w] float32 0..1: 1 where going there and back comes home."""


def compute_flow(a: np.ndarray, b: np.ndarray, both_ways: bool = True) -> Flow:
    """Flow between two encoded planes [h, w]; one that is not searched both ways is believed everywhere."""
    a8, b8 = bytes_of_both(a, b)
    there = search_flow(a8, b8)
    if not both_ways:
        return Flow(there, np.ones(a.shape, np.float32))
    return checked_flow(there, search_flow(b8, a8))


def bytes_of_both(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Two encoded planes as uint8, by the range of the first."""
    low, high = np.percentile(a[::4, ::4], (0.5, 99.5))
    a8, b8 = (np.clip((p - low) * (255 / max(high - low, 1e-3)), 0, 255).astype(np.uint8) for p in (a, b))
    return a8, b8


def search_flow(a8: np.ndarray, b8: np.ndarray, start: np.ndarray | None = None) -> np.ndarray:
    """Dense inverse search (Kroeger et al. 2016) from a8 to b8, uint8 [h, w]. Gives [h, w, 2] float32.

    start: a flow [h, w, 2] that is tried too, at each scale.
    """
    search = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    search.setFinestScale(0 if max(a8.shape) <= FULL_SEARCH else 1)
    return search.calc(a8, b8, None if start is None else start.copy())  # it writes into what it is given


def checked_flow(there: np.ndarray, back: np.ndarray, sigma_pixel: float = 0.5) -> Flow:
    """A flow and its confidence: exp(-|there + back(there)|^2 / 2 sigma^2)."""
    home = there + cv2.remap(back, pixel_centres(there) + there, None, cv2.INTER_LINEAR)
    return Flow(there, np.exp(-(home**2).sum(-1) / (2 * sigma_pixel**2)))


def carry(picture: np.ndarray, flow: np.ndarray) -> np.ndarray:
    """A neighbour's picture [h, w, ..] seen from this frame: P(x + flow(x)), its edge beyond it."""
    return cv2.remap(picture, pixel_centres(flow) + flow, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def carry_map(xy_key: np.ndarray, flow: np.ndarray) -> np.ndarray:
    """A neighbour's map [h, w, 2] seen from this frame: M(x + flow(x)). Beyond its edge its shift M(x) - x holds on."""
    return carry(xy_key - pixel_centres(flow), flow) + pixel_centres(flow) + flow


def pixel_centres(flow: np.ndarray) -> np.ndarray:
    """[h, w, 2] float32 index coordinates."""
    height, width = flow.shape[:2]
    return np.stack(np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32)), -1)
