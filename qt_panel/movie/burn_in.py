"""What stands on the pictures of a movie: shot and version above, date and frame number below."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
import OpenImageIO as oiio

HEIGHT = 1 / 32
"""Of the letters, as a share of the picture's height."""
LEAST = 11
"""Pixels of the letters' height."""
GROUND = 0.55
"""How much of the picture is taken away under the words."""
WHITE = 235


@dataclass(frozen=True)
class BurnIn:
    shot: str = ""
    version: str = ""
    date: str = ""
    frame: bool = True
    """The number of each frame."""

    def corners(self, number: int) -> tuple[str, str, str, str]:
        """Above left and right, below left and right."""
        return self.shot, self.version, self.date, str(number) if self.frame else ""


def burn_in(bgra: np.ndarray, words: BurnIn, number: int) -> np.ndarray:
    """A copy of a picture, uint8 [h, w, 4], with words in its corners."""
    burnt = bgra.copy()
    height, width = bgra.shape[:2]
    letters = max(LEAST, round(height * HEIGHT))
    edge = letters // 2
    for at, text in enumerate(words.corners(number)):
        if not text:
            continue
        plate = fitted(drawn(text, letters), width // 2 - 2 * edge)
        rows, columns = plate.shape
        top = edge if at < 2 else height - edge - rows
        left = width - edge - columns if at % 2 else edge
        box = burnt[top : top + rows, left : left + columns, :3]
        share = plate[: box.shape[0], : box.shape[1], None]
        box[...] = np.rint(box * (1 - GROUND) * (1 - share) + WHITE * share).astype(np.uint8)
    return burnt


def fitted(plate: np.ndarray, most: int) -> np.ndarray:
    """A text that is too wide for its half of the picture, smaller."""
    rows, columns = plate.shape
    if columns <= most or most < 1:
        return plate
    return cv2.resize(plate, (most, max(1, round(rows * most / columns))), interpolation=cv2.INTER_AREA)


@lru_cache(maxsize=256)
def drawn(text: str, letters: int) -> np.ndarray:
    """float32 [h, w], 0..1: the words with some room around; `letters` pixels high."""
    room = math.ceil(letters * 0.35)
    return np.pad(with_font(text, letters) if has_font() else with_strokes(text, letters), room)


def with_font(text: str, letters: int) -> np.ndarray:
    """In the system's own font."""
    size = round(letters * 1.35)
    rows, base = round(letters * 1.45), round(letters * 1.1)
    where = oiio.ImageBufAlgo.text_size(text, size)
    buffer = oiio.ImageBuf(oiio.ImageSpec(max(1, where.width), rows, 1, "float"))
    oiio.ImageBufAlgo.render_text(buffer, -where.xbegin, base, text, size, "", (1.0,))
    return np.clip(pixels_of(buffer), 0, 1)


def with_strokes(text: str, letters: int) -> np.ndarray:
    """For a machine without any font: drawn in lines; letters beyond ASCII are question marks."""
    face, thick = cv2.FONT_HERSHEY_SIMPLEX, max(1, letters // 10)
    plain = text.encode("ascii", "replace").decode()
    scale = cv2.getFontScaleFromHeight(face, letters, thick)
    (width, height), below = cv2.getTextSize(plain, face, scale, thick)
    plate = np.zeros((height + below + thick, width), np.uint8)
    cv2.putText(plate, plain, (0, height + thick // 2), face, scale, 255, thick, cv2.LINE_AA)
    return plate.astype(np.float32) / 255


@lru_cache(maxsize=1)
def has_font() -> bool:
    """Whether OpenImageIO finds one."""
    tried = oiio.ImageBuf(oiio.ImageSpec(32, 32, 1, "float"))
    found = oiio.ImageBufAlgo.render_text(tried, 4, 24, "8", 20, "", (1.0,))
    oiio.geterror()  # what it said must not be taken for another's
    tried.geterror()
    return bool(found) and bool(pixels_of(tried).max() > 0)


def pixels_of(buffer: oiio.ImageBuf) -> np.ndarray:
    """float32 [h, w] of its one channel."""
    return np.asarray(buffer.get_pixels(oiio.FLOAT))[..., 0]
