"""A shot opened: its plate, mattes and vectors, one frame at a time, on one raster."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import cv2
import numpy as np

from .color import Color, default_space
from .errors import InputError, MismatchedPictures, UsageError
from .exr import Header, read_frame, read_header
from .frame import Frame, Window, alpha, channel, on_window, rgb
from .sequence import Sequence, format_range
from .settings import MatteSettings, ShotSettings

log = logging.getLogger(__name__)

LUMA = np.array([0.3, 0.5, 0.2], np.float32)


@dataclass(frozen=True)
class Proxy:
    """One frame as the solve sees it."""

    luma: np.ndarray
    """Encoded (log) luma [h, w] float32."""
    mask: np.ndarray
    """[h, w] float32 0..1: the wanted layer, where the plate has finite pixels."""


@dataclass(frozen=True)
class Shot:
    """Everything is on `raster`, the pixels any frame of the plate has, in the plate's own pixel coordinates (y down)."""

    settings: ShotSettings
    plate: Sequence
    frames: tuple[int, ...]
    """Frames that can be read: those wanted, less the missing ones that the policy leaves out."""
    matte: Sequence | None
    raster: Window
    display: Window
    color: Color

    @cached_property
    def space(self) -> str:
        return self.settings.space or default_space(self.plate.path(self.frames[0]))

    @cached_property
    def proxy_scale(self) -> float:
        """Proxy pixels a plate pixel, at most 1."""
        return min(1.0, self.settings.solve.proxy / max(self.raster.width, self.raster.height))

    @property
    def proxy_size(self) -> tuple[int, int]:
        """Width and height of the proxies."""
        return (
            max(16, round(self.raster.width * self.proxy_scale)),
            max(16, round(self.raster.height * self.proxy_scale)),
        )

    def read_plate(self, frame_number: int) -> Frame:
        """The frame as it is on disk, or its stand-in by the missing-frame policy."""
        source = self.plate.source_frame(frame_number, self.settings.missing)
        if source is not None:
            return read_frame(self.plate.path(source))
        like = read_frame(self.plate.path(self.plate.on_disk[0]))
        black = {name: np.zeros_like(plane) for name, plane in like.planes.items()}
        return Frame(black, like.data, like.display, like.metadata)

    def linear(self, frame: Frame) -> np.ndarray:
        """A plate's colour, scene-linear [h, w, 3] float32 on the raster; NaN where it has no pixels."""
        picture = rgb(frame)
        if self.space != "scene_linear":
            picture = self.color.to_linear(picture, self.space)
        return on_window(picture, frame.data, self.raster, np.nan)

    def read_linear(self, frame_number: int) -> np.ndarray:
        return self.linear(self.read_plate(frame_number))

    def element(self, frame: Frame) -> np.ndarray | None:
        """A premultiplied plate's own alpha [h, w] on the raster, or None where it has none: paint stays inside it."""
        plane = alpha(frame)
        if plane is None:
            return None
        scale = np.iinfo(plane.dtype).max if np.issubdtype(plane.dtype, np.integer) else 1
        return on_window(np.clip(np.nan_to_num(plane.astype(np.float32) / scale), 0, 1), frame.data, self.raster, 0.0)

    def surface(self, frame_number: int, frame: Frame) -> np.ndarray | None:
        """The layer's coverage [h, w] by its matte and by the plate's alpha; None where there is neither."""
        parts = [p for p in (self.read_matte(frame_number), self.element(frame)) if p is not None]
        return np.prod(parts, axis=0) if parts else None

    def read_matte(self, frame_number: int) -> np.ndarray | None:
        """The layer's coverage [h, w] 0..1 on the raster, or None where the shot has no matte."""
        if self.matte is None or self.settings.matte is None:
            return None
        source = self.matte.source_frame(frame_number, self.settings.missing)
        if source is None:
            return np.zeros(self.raster.shape, np.float32)
        frame = read_frame(self.matte.path(source))
        return self._matte_of(frame, self.settings.matte)

    def _matte_of(self, frame: Frame, matte: MatteSettings) -> np.ndarray:
        plane = channel(frame, matte.channel or _matte_channel(frame))
        if np.issubdtype(plane.dtype, np.integer):
            plane = plane.astype(np.float32) / np.iinfo(plane.dtype).max
        coverage = np.clip(np.nan_to_num(plane.astype(np.float32)), 0, 1)
        # the matte's display window stands on the plate's
        shift_x, shift_y = self.display.x - frame.display.x, self.display.y - frame.display.y
        data = Window(frame.data.x + shift_x, frame.data.y + shift_y, frame.data.width, frame.data.height)
        coverage = on_window(coverage, data, self.raster, 0.0)
        if matte.invert:
            coverage = 1 - coverage
        return dilated(coverage, matte.dilate) if matte.dilate else coverage

    def read_proxy(self, frame_number: int) -> tuple[Proxy, int]:
        """The frame as the solve sees it, and how many of its pixels are NaN or infinite."""
        frame = self.read_plate(frame_number)
        linear = self.linear(frame)
        finite = np.isfinite(linear).all(-1)
        bad = int((~finite[on_window(np.ones(frame.data.shape, bool), frame.data, self.raster, False)]).sum())
        size = self.proxy_size
        weight = cv2.resize(finite.astype(np.float32), size, interpolation=cv2.INTER_AREA)
        small = cv2.resize(np.where(finite[..., None], linear, 0), size, interpolation=cv2.INTER_AREA)
        small = small / np.maximum(weight, 1e-3)[..., None]
        mask = (weight > 0.99).astype(np.float32)
        surface = self.surface(frame_number, frame)
        if surface is not None:
            mask *= cv2.resize(surface, size, interpolation=cv2.INTER_AREA)
        return Proxy(self.color.encode(small.astype(np.float32)) @ LUMA, mask), bad

    def fingerprint(self, frame_number: int) -> str:
        """Of a frame's file: name, size and time of change; tells whether what was made of it is stale."""
        path = self.plate.path(self.plate.source_frame(frame_number, "nearest") or frame_number)
        try:
            state = path.stat()
        except OSError as error:
            raise InputError(f"{path}: {error.strerror or error}") from None
        return hashlib.sha256(f"{path.name} {state.st_size} {state.st_mtime_ns}".encode()).hexdigest()[:16]


def open_shot(settings: ShotSettings) -> Shot:
    """Find the files of a shot and check that they belong together. Nothing but headers is read."""
    plate = Sequence.find(settings.plate, settings.frames)
    if settings.missing == "error":
        plate.require_all()
    frames = plate.frames
    if settings.missing == "skip":
        frames = tuple(n for n in frames if n not in plate.missing)
    real = [n for n in frames if n not in plate.missing]
    if len(real) < 2:
        raise InputError(f"{plate.pattern}: a shot needs two frames or more on disk, there is {len(real)}")
    headers = {n: read_header(plate.path(n)) for n in real}
    first = headers[real[0]]
    odd = [n for n, h in headers.items() if h.display != first.display]
    if odd:
        other = headers[odd[0]].display
        raise MismatchedPictures(
            f"{plate.pattern}: frames {format_range(odd)} are {other.width}x{other.height} where frame {real[0]} is "
            f"{first.display.width}x{first.display.height}; give frames of one size, or leave these out with --frames"
        )
    raster = first.data
    for header in headers.values():
        raster = raster.union(header.data)
    matte = _find_matte(settings, frames, first) if settings.matte else None
    if settings.key is not None and settings.key not in real:
        raise UsageError(f"key frame {settings.key} is not among the shot's frames {format_range(real)}")
    return Shot(settings, plate, frames, matte, raster, first.display, Color(settings.ocio))


def _find_matte(settings: ShotSettings, frames: tuple[int, ...], plate: Header) -> Sequence:
    assert settings.matte is not None
    matte = Sequence.find(settings.matte.path, format_range(frames))
    if settings.missing == "error":
        matte.require_all()
    for number in frames:
        if number in matte.missing:
            continue
        header = read_header(matte.path(number))
        if (header.display.width, header.display.height) != (plate.display.width, plate.display.height):
            raise MismatchedPictures(
                f"{matte.path(number)} is {header.display.width}x{header.display.height}, the plate is "
                f"{plate.display.width}x{plate.display.height}; render the matte at the plate's size"
            )
    return matte


def _matte_channel(frame: Frame) -> str:
    for name in ("A", "Y", "R"):
        if name in frame.planes:
            return name
    names = list(frame.planes)
    if len(names) == 1:
        return names[0]
    raise InputError(f"the matte has channels {', '.join(names)}; say which with matte.channel")


def dilated(coverage: np.ndarray, radius: float) -> np.ndarray:
    """Soft coverage grown by `radius` pixels, shrunk where it is below 0."""
    size = 2 * int(np.ceil(abs(radius))) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    return cv2.dilate(coverage, disc) if radius > 0 else cv2.erode(coverage, disc)

