"""From a share of foreground to a matte: cut where the picture has an edge, steadied in time, soft at full size."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np

from .solve.flow import Flow, carry
from .visibility import without_specks

SURELY_NOT, LIKELY, SURELY = 0.2, 0.5, 0.8
"""Shares: below the first a place is background whatever its colour; around the middle one it changes from background
to foreground for learning colours; above the last it is foreground, if it moves itself."""
OWN, OWN_PIXEL = 0.7, 9
"""How much of its surroundings moves on its own where a place does so itself, and is not just like what moves."""
LEAST_WEIGHT = 0.05
"""In learning the foreground's colours, of a place that does not move itself: a reflection, or flat skin."""
LEAST_SURE = 50
"""Pixels of the proxy, on either side; with fewer there are no colours to tell by."""
LEAST_PIECE = 60
"""Pixels of the proxy; smaller pieces and holes are noise."""
LEAST_PART = 0.02
"""Of a frame's whole foreground: the smallest piece beside it."""
BAND_PIXEL = 5
"""Of the proxy: how far from the cut the soft border may reach."""
GUIDE_PIXEL = 3
GUIDE_NOISE = 0.02
"""Encoded units: edges of the plate beyond this are edges of the matte."""
STRETCH = 0.1
"""Of the filtered border, cut off at both ends: flat foreground is 1, not 0.97."""


def cut(share: np.ndarray, moving: np.ndarray, colour: np.ndarray) -> np.ndarray:
    """Foreground uint8 0 or 1 by a graph cut between colours (GrabCut, Rother 2004), each argument of one frame.

    share [h, w] of foreground, 1 where it is sure; moving [h, w] 0..1: what of it moves itself; colour [h, w, 3].
    """
    own = cv2.blur(moving, (OWN_PIXEL, OWN_PIXEL))
    labels = np.where(share > LIKELY, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    labels[share < SURELY_NOT] = cv2.GC_BGD
    labels[(share > SURELY) & (own > OWN)] = cv2.GC_FGD
    picture, models = bytes_of(colour), (np.zeros((1, 65)), np.zeros((1, 65)))
    weight = np.where(share > LIKELY, LEAST_WEIGHT + own**2, 1 - share / LIKELY)
    drawn = np.random.default_rng(0).random(share.shape) < weight
    learnt, known = picture[drawn][None], (labels[drawn] & 1)[None]
    if min((known == cv2.GC_BGD).sum(), (known == cv2.GC_FGD).sum()) < LEAST_SURE:
        return cleaned((share > LIKELY).astype(np.uint8))
    cv2.setRNGSeed(0)
    cv2.grabCut(learnt, known, None, *models, 0, cv2.GC_INIT_WITH_MASK)
    cv2.grabCut(picture, labels, None, *models, 1, cv2.GC_EVAL_FREEZE_MODEL)
    return cleaned(labels & 1)


def bytes_of(colour: np.ndarray) -> np.ndarray:
    """An encoded frame as uint8, by its own range."""
    low, high = np.percentile(colour[::4, ::4], (0.5, 99.5))
    return np.clip((colour - low) * (255 / max(high - low, 1e-3)), 0, 255).astype(np.uint8)


def cleaned(marked: np.ndarray) -> np.ndarray:
    """Without specks and pinholes."""
    filled = 1 - without_specks(1 - marked, LEAST_PIECE)
    return without_specks(filled, max(LEAST_PIECE, int(LEAST_PART * filled.sum())))


def steadied(own: np.ndarray, others: Iterable[tuple[Flow, np.ndarray]]) -> np.ndarray:
    """A cut [h, w] uint8 0 or 1, by the majority of it and its neighbours' along the flow."""
    total, weight = own.astype(np.float32), np.ones(own.shape, np.float32)
    for flow, other in others:
        total += flow.confidence * carry(other.astype(np.float32), flow.to)
        weight += flow.confidence
    return cleaned((total > 0.5 * weight).astype(np.uint8))


def soft_edge(marked: np.ndarray, small: np.ndarray, plate: np.ndarray) -> np.ndarray:
    """The matte 0..1 [H, W] float32 of a cut [h, w], its border taken from the plate.

    small [h, w, 3] and plate [H, W, 3]: the frame, encoded. A guided filter (He, Sun 2015): a . plate + b, where a and
    b fit the cut best around each pixel of the proxy.
    """
    size = plate.shape[1], plate.shape[0]
    gain, offset = guided(marked.astype(np.float32), small)
    gain, offset = (cv2.resize(p, size, interpolation=cv2.INTER_LINEAR) for p in (gain, offset))
    alpha = ((gain * plate).sum(-1) + offset - STRETCH) / (1 - 2 * STRETCH)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * BAND_PIXEL + 1,) * 2)
    least, most = (change(marked, disc).astype(np.float32) for change in (cv2.erode, cv2.dilate))
    least, most = (cv2.resize(p, size, interpolation=cv2.INTER_LINEAR) for p in (least, most))
    return np.clip(np.clip(alpha, least, most), 0, 1)


def guided(target: np.ndarray, guide: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """a [h, w, 3] and b [h, w] of target [h, w] = a . guide + b around each pixel (Eqs. 19-20 of He 2013)."""

    def around(plane: np.ndarray) -> np.ndarray:
        return cv2.blur(plane, (2 * GUIDE_PIXEL + 1,) * 2, borderType=cv2.BORDER_REFLECT)

    guide = guide.astype(np.float64)
    target = target.astype(np.float64)
    centre, level = around(guide), around(target)
    products = around((guide[..., :, None] * guide[..., None, :]).reshape(*target.shape, 9))
    variance = products.reshape(*target.shape, 3, 3) - centre[..., :, None] * centre[..., None, :]
    common = around(guide * target[..., None]) - centre * level[..., None]
    gain = np.linalg.solve(variance + GUIDE_NOISE**2 * np.eye(3), common[..., None])[..., 0]
    offset = level - (gain * centre).sum(-1)
    return around(gain).astype(np.float32), around(offset).astype(np.float32)
