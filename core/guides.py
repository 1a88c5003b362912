"""Guides to paint by: RGBA pictures on the canonical that show its grid, what was seen and what can be trusted."""

from __future__ import annotations

import cv2
import numpy as np

from .frame import Window

LINE_COLOR = np.array([0.1, 0.8, 1.0], np.float32)
ORIGIN_COLOR = np.array([1.0, 0.35, 0.1], np.float32)
UNSEEN_COLOR = np.array([0.9, 0.1, 0.1], np.float32)
OTHER_COLOR = np.array([0.1, 0.7, 0.2], np.float32)


def grid_guide(window: Window, step_pixel: int | None = None, opacity: float = 0.6) -> np.ndarray:
    """Lines at multiples of `step_pixel` of the key frame's pixels, every second one named: [H, W, 4], premultiplied.

    The lines through the key's first row and column are orange. None: a step with 8 to 20 lines across.
    """
    step = step_pixel or default_step(max(window.width, window.height))
    thick = max(1, round(max(window.width, window.height) / 1500))
    coverage = np.zeros((window.height, window.width), np.float32)
    origin = np.zeros((window.height, window.width), bool)
    for axis, first, size in ((1, window.x, window.width), (0, window.y, window.height)):
        for at in range(-(-first // step) * step, first + size, step):
            across = slice(max(at - first - thick // 2, 0), at - first - thick // 2 + thick)
            line = (slice(None), across) if axis == 1 else (across, slice(None))
            coverage[line] = 1
            origin[line] |= at == 0
    coverage = np.maximum(coverage, numbers(window, step))
    color = np.where(origin[..., None], ORIGIN_COLOR, LINE_COLOR)
    return premultiplied(color, coverage * np.float32(opacity))


def default_step(long_side: int) -> int:
    """The 1-2-5 number that gives 8 to 20 steps along `long_side` pixels."""
    steps = [m * 10**e for e in range(6) for m in (1, 2, 5)]
    return next((step for step in steps if long_side / step <= 20), steps[-1])


def numbers(window: Window, step: int) -> np.ndarray:
    """`x,y` beside every second crossing: coverage [H, W] 0..1."""
    drawn = np.zeros(window.shape, np.uint8)
    size = step / 160
    if size < 0.2:
        return drawn.astype(np.float32)
    thick = max(1, round(size))
    for y in range(-(-window.y // (2 * step)) * 2 * step, window.bottom, 2 * step):
        for x in range(-(-window.x // (2 * step)) * 2 * step, window.right, 2 * step):
            start = (x - window.x + round(6 * size) + 1, y - window.y + round(24 * size) + 1)
            cv2.putText(drawn, f"{x},{y}", start, cv2.FONT_HERSHEY_SIMPLEX, 0.6 * size, 255, thick, cv2.LINE_AA)
    return drawn.astype(np.float32) / 255


def coverage_guide(alpha: np.ndarray, source: np.ndarray, key_number: int, opacity: float = 0.35) -> np.ndarray:
    """Where the picture comes from [H, W, 4], premultiplied: clear is the key frame, green another, red never seen.

    alpha [H, W] 0..1, source [H, W] int: `CanonicalPicture`'s.
    """
    unseen = 1 - np.clip(np.nan_to_num(alpha), 0, 1)
    other = (source != key_number) & (alpha > 0)
    color = UNSEEN_COLOR * unseen[..., None] + OTHER_COLOR * (1 - unseen[..., None])
    return premultiplied(color, np.where(other, 1, unseen) * opacity)


def confidence_guide(confidence: np.ndarray, opacity: float = 0.5) -> np.ndarray:
    """How far an edit can be trusted to hold [H, W, 4], premultiplied: clear at 1, yellow at a half, red at 0."""
    trust = np.clip(np.nan_to_num(confidence), 0, 1)[..., None]
    color = np.concatenate([np.ones_like(trust), np.minimum(2 * trust, 1) * 0.8, np.zeros_like(trust)], 2)
    return premultiplied(color, (1 - trust[..., 0]) * opacity)


def guide_planes(name: str, rgba: np.ndarray) -> dict[str, np.ndarray]:
    """`rgba` [H, W, 4] as the planes of an EXR layer: `guide.R` .. `guide.A` for the name `guide`."""
    return {f"{name}.{channel}": np.ascontiguousarray(rgba[..., i]) for i, channel in enumerate("RGBA")}


def over(rgba: np.ndarray, rgb: np.ndarray) -> np.ndarray:
    """A guide [H, W, 4] laid over a picture [H, W, 3]."""
    return rgba[..., :3] + (1 - rgba[..., 3:]) * rgb


def straight_rgba8(rgba: np.ndarray) -> np.ndarray:
    """A guide as [H, W, 4] uint8 with straight alpha, for a PNG; its colours are display colours already."""
    alpha = rgba[..., 3:]
    color = np.divide(rgba[..., :3], alpha, out=np.zeros_like(rgba[..., :3]), where=alpha > 0)
    return np.rint(np.clip(np.concatenate([color, alpha], 2), 0, 1) * 255).astype(np.uint8)


def premultiplied(color: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """[H, W, 3] and [H, W] -> [H, W, 4] float32."""
    alpha = np.asarray(alpha, np.float32)[..., None]
    return np.concatenate([np.asarray(color, np.float32) * alpha, alpha], 2)
