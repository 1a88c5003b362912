"""Pictures that are placed on a layer: files, which the paint's folder keeps a copy of, and text."""

from __future__ import annotations

import hashlib
import math
import shutil
from collections import OrderedDict
from math import ceil, floor
from pathlib import Path

import cv2
import numpy as np
import OpenImageIO as oiio
from unreel.core.color import Color, default_space
from unreel.core.errors import UnreelError
from unreel.core.exr_read import read_frame
from unreel.core.frame import Frame, Window, alpha, rgb
from unreel.core.whole_file import replaced_whole

from .drawing import LARGEST, Picture
from .raster import NOWHERE, clipped
from .strokes import Matrix, Placed, Text

HELD = 4
"""Pictures that are kept in memory."""
_EXTRA = 1
"""Clear pixels around a picture, so that its edge is smooth however it lies."""


class Pictures:
    """What is placed, as pixels: of a paint's own folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._held: OrderedDict[str, np.ndarray] = OrderedDict()
        self._color: Color | None = None

    def keep(self, source: Path) -> str:
        """Copies a picture into the folder; its name there. UnreelError says why it can't be read or written.

        It takes its time: not for the window's own thread.
        """
        try:
            content = source.read_bytes()
        except OSError as error:
            raise UnreelError(f"{source} can't be read: {error.strerror}") from error
        name = f"{hashlib.sha256(content).hexdigest()[:16]}{source.suffix.lower()}"
        self._hold(name, self._linear(source))
        if not (self.folder / name).is_file():
            with replaced_whole(self.folder / name) as temporary:
                shutil.copyfile(source, temporary)
        return name

    def size(self, name: str) -> tuple[int, int]:
        """Width and height. UnreelError where it can't be read."""
        height, width = self._read(name).shape[:2]
        return width, height

    def make(self, op: Text | Placed, window: Window) -> Picture | None:
        """As it lies on what is painted on. UnreelError where its file or font is missing."""
        if isinstance(op, Text):
            return text_picture(op, window)
        made = warped(self._read(op.file), op.homography, window)
        return made and (made[0], made[1] * np.float32(op.opacity))

    def _read(self, name: str) -> np.ndarray:
        if name not in self._held:
            self._hold(name, self._linear(self.folder / Path(name).name))
        self._held.move_to_end(name)
        return self._held[name]

    def _hold(self, name: str, pixels: np.ndarray) -> None:
        self._held[name] = pixels
        while len(self._held) > HELD:
            self._held.popitem(last=False)

    def _linear(self, path: Path) -> np.ndarray:
        self._color = self._color or Color()
        return linear_picture(read_frame(path), path, self._color)


def linear_picture(frame: Frame, path: Path, color: Color) -> np.ndarray:
    """[h, w, 4] float16, scene-linear and premultiplied, of what a file holds."""
    pixels, covered = rgb(frame), alpha(frame)
    space = color.space(default_space(path, next(iter(frame.planes.values())).dtype))
    if covered is None:
        opaque = np.ones(pixels.shape[:2], np.float32)
    else:
        most = np.iinfo(covered.dtype).max if np.issubdtype(covered.dtype, np.integer) else 1
        opaque = np.clip(covered.astype(np.float32) / np.float32(most), 0, 1)
    if space != color.space("scene_linear"):
        straight = pixels if frame.straight_alpha else pixels / np.maximum(opaque, 1e-6)[..., None]
        pixels = color.to_linear(straight, space) * opaque[..., None]
    elif frame.straight_alpha:
        pixels = pixels * opaque[..., None]
    clean = np.nan_to_num(pixels, posinf=LARGEST, neginf=-LARGEST)
    return np.dstack([np.clip(clean, -LARGEST, LARGEST), opaque]).astype(np.float16)


def warped(picture: np.ndarray, homography: Matrix, window: Window) -> Picture | None:
    """A picture [h, w, 4] by a homography, where it meets the window; None where it does not.

    One that gets smaller is averaged first, so that it does not shimmer.
    """
    matrix = np.array(homography, np.float64).reshape(3, 3)
    height, width = picture.shape[:2]
    corners = corners_of(homography, (width, height))
    if not np.isfinite(corners).all():
        return None
    left, top = np.floor(corners.min(0)).astype(int) - 1
    right, bottom = np.ceil(corners.max(0)).astype(int) + 1
    rect = clipped(window, (int(left), int(top), int(right - left), int(bottom - top)))
    if rect == NOWHERE:
        return None
    sides = np.linalg.norm(corners - np.roll(corners, 1, 0), axis=1)
    shrink = max(1, floor(min(width / max(sides[1], sides[3], 1), height / max(sides[0], sides[2], 1))))
    small = picture.astype(np.float32)
    if shrink > 1:
        small = cv2.resize(small, (ceil(width / shrink), ceil(height / shrink)), interpolation=cv2.INTER_AREA)
        matrix = matrix @ np.diag([width / small.shape[1], height / small.shape[0], 1])
    small = cv2.copyMakeBorder(small, _EXTRA, _EXTRA, _EXTRA, _EXTRA, cv2.BORDER_CONSTANT)
    # OpenCV counts from the middle of the first pixel.
    matrix = shift(-0.5 - rect[0], -0.5 - rect[1]) @ matrix @ shift(0.5 - _EXTRA, 0.5 - _EXTRA)
    return rect, cv2.warpPerspective(small, matrix, rect[2:], flags=cv2.INTER_LINEAR)


def corners_of(homography: Matrix, size: tuple[int, int]) -> np.ndarray:
    """[4, 2]: where the corners of a picture lie, from its top left on, clockwise; NaN where they are behind."""
    width, height = size
    points = np.array([[0, 0, 1], [width, 0, 1], [width, height, 1], [0, height, 1]], np.float64)
    moved = points @ np.array(homography, np.float64).reshape(3, 3).T
    behind = np.where(moved[:, 2:] > 1e-9, moved[:, 2:], np.nan)
    corners: np.ndarray = moved[:, :2] / behind
    return corners


def shift(x: float, y: float) -> np.ndarray:
    return np.array([[1, 0, x], [0, 1, y], [0, 0, 1]], np.float64)


def fitted(size: tuple[int, int], window: Window, most: float = 0.5) -> Matrix:
    """Lays a picture into the middle of the window, in its own size, but no larger than a share of the window."""
    scale = min(1.0, most * window.width / size[0], most * window.height / size[1])
    x = window.x + (window.width - scale * size[0]) / 2
    y = window.y + (window.height - scale * size[1]) / 2
    return scale, 0.0, x, 0.0, scale, y, 0.0, 0.0, 1.0


def text_picture(text: Text, window: Window) -> Picture | None:
    """Its colour, premultiplied, where it meets the window; None where it does not. UnreelError: there is no font."""
    room = oiio.ImageBufAlgo.text_size(text.text, round(text.size), text.font)
    if not Path(text.font).is_file() or (text.text.strip() and not room.defined):
        raise UnreelError(f"the font {text.font or '(none)'} is not there: choose another one for the text")
    if not room.defined or room.width <= 0 or room.height <= 0:
        return None
    picture = oiio.ImageBuf(oiio.ImageSpec(room.width + 2, room.height + 2, 4, oiio.FLOAT))
    start = 1 - room.xbegin, 1 - room.ybegin
    white = (1.0, 1.0, 1.0, 1.0)
    if not oiio.ImageBufAlgo.render_text(picture, *start, text.text, round(text.size), text.font, white):
        raise UnreelError(f"the text can't be drawn: {picture.geterror()}")
    covered = np.asarray(picture.get_pixels(oiio.FLOAT), np.float32)[..., 3:]
    turn = math.radians(text.angle)
    cos, sin = math.cos(turn), math.sin(turn)
    turned = np.array([[cos, -sin, text.at[0]], [sin, cos, text.at[1]], [0, 0, 1]]) @ shift(-start[0], -start[1])
    colour = np.array([*text.colour, 1.0], np.float32) * np.float32(text.opacity)
    return warped(covered * colour, tuple(turned.ravel().tolist()), window)


def text_box(text: Text) -> tuple[int, int, int, int]:
    """x, y, width and height about the left end of its base, before it is turned; 0 wide without text or font."""
    room = oiio.ImageBufAlgo.text_size(text.text, round(text.size), text.font)
    if not room.defined or room.width <= 0:
        return 0, -round(text.size), 0, round(text.size)
    return room.xbegin, room.ybegin, room.width, room.height


def fonts() -> tuple[str, ...]:
    """Font files that are found here, by OpenImageIO: the system's and its own."""
    listed = str(oiio.get_string_attribute("font_file_list")).split(";")
    return tuple(path for path in listed if path.lower().endswith((".ttf", ".otf", ".ttc")) and Path(path).is_file())


def usual_font() -> str | None:
    """A plain one; None where no font is found at all."""
    found = fonts()
    plain = [path for path in found if Path(path).stem.lower() in _PLAIN]
    return next(iter((*plain, *found)), None)


_PLAIN = ("dejavusans", "droidsans", "arial", "helvetica", "liberationsans-regular", "notosans-regular")
