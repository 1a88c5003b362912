"""A shot opened: its plate, mattes and vectors, one frame at a time, on one raster."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import cv2
import numpy as np

from .channels import in_all
from .color import Color, default_space
from .errors import InputError, MismatchedPictures, UsageError
from .exr_read import Header, read_frame, read_header
from .frame import Frame, Window, alpha, channel, colour_names, on_window
from .memory import threads_for
from .path_map import here, remembered, shared_time
from .sequence import Sequence, format_range
from .settings import MatteSettings, ShotSettings
from .texture import read_premultiplied

LUMA = np.array([0.3, 0.5, 0.2], np.float32)
READ_BYTES = 64
"""A pixel of the plate, at the peak while a frame is read and made a proxy."""


@dataclass(frozen=True)
class Proxy:
    """One frame as the solve sees it."""

    luma: np.ndarray
    """Encoded (log) luma [h, w] float32."""
    mask: np.ndarray
    """[h, w] float32 0..1: the wanted layer, where the plate has finite pixels."""


@dataclass(frozen=True)
class Shot:
    """Everything is on `raster`: the pixels that any frame has, in the plate's own pixel coordinates (y down)."""

    settings: ShotSettings
    plate: Sequence
    frames: tuple[int, ...]
    """Frames that can be read: those wanted, less the missing ones that the policy leaves out."""
    matte: Sequence | None
    front: tuple[Sequence, ...]
    """Mattes of what stands before the layer."""
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

    def threads(self, bytes_a_pixel: float = 0) -> int:
        """How many frames to work on at once, where each takes so many bytes a pixel of the plate for itself."""
        return threads_for(self.settings.solve, bytes_a_pixel * self.raster.width * self.raster.height)

    def read_plate(self, frame_number: int) -> Frame:
        """The frame as it is on disk, or its stand-in by the missing-frame policy. InputError: it has no colour."""
        source = self.plate.source_frame(frame_number, self.settings.missing)
        path = self.plate.path(self.plate.on_disk[0] if source is None else source)
        frame = read_frame(path)
        try:
            colour_names(frame)
        except InputError as error:
            raise InputError(f"{path}: {error}") from None
        if source is not None:
            return frame
        black = {name: np.zeros_like(plane) for name, plane in frame.planes.items()}
        return Frame(black, frame.data, frame.display, frame.metadata)

    def is_black(self, frame_number: int) -> bool:
        """Whether nothing stands in for a missing frame: it shows no layer."""
        return self.plate.source_frame(frame_number, self.settings.missing) is None

    def linear(self, frame: Frame) -> np.ndarray:
        """A plate's colour, scene-linear, premultiplied [h, w, 3] float32 on the raster; NaN where it has no pixels."""
        picture, _ = read_premultiplied(frame, self.color, self.color.space(self.space))
        return picture if frame.data == self.raster else on_window(picture, frame.data, self.raster, np.nan)

    def stored(self, linear: np.ndarray, frame: Frame, part: Window) -> np.ndarray:
        """The inverse of `linear` for an EXR: colour [h, w, 3] as the file stores it, of a part of its data window."""
        if self.color.space(self.space) == self.color.space("scene_linear"):
            return linear
        covered = alpha(frame)
        if covered is None:
            return self.color.from_linear(linear, self.space)
        share = on_window(covered, frame.data, part).astype(np.float32)[..., None]
        return self.color.from_linear(linear / np.maximum(share, 1e-6), self.space) * share

    def element(self, frame: Frame, part: Window | None = None) -> np.ndarray | None:
        """A premultiplied plate's own alpha [h, w] on the raster, or None where it has none: paint stays inside it.

        part: of the raster, here and below; None: all.
        """
        plane = alpha(frame)
        if plane is None:
            return None
        scale = np.iinfo(plane.dtype).max if np.issubdtype(plane.dtype, np.integer) else 1
        plane = on_window(plane, frame.data, part or self.raster)
        return np.clip(np.nan_to_num(plane.astype(np.float32) / scale), 0, 1)

    @property
    def cut(self) -> bool:
        """Whether mattes say where the layer is seen: its own, or those of what stands before it."""
        return self.matte is not None or bool(self.front)

    def surface(self, frame_number: int, frame: Frame, part: Window | None = None) -> np.ndarray | None:
        """The layer's coverage [h, w] by mattes and by the plate's alpha; None where there is neither."""
        if self.is_black(frame_number):
            return np.zeros((part or self.raster).shape, np.float32)
        cut, element = self.read_cut(frame_number, part), self.element(frame, part)
        if cut is None or element is None:
            return element if cut is None else cut
        return cut * element

    def read_cut(self, frame_number: int, part: Window | None = None) -> np.ndarray | None:
        """The layer's coverage [h, w] 0..1 on the raster, less what stands before it; None where no matte says."""
        if not self.cut:
            return None
        part = part or self.raster
        covered = np.ones(part.shape, np.float32)
        if self.matte is not None and self.settings.matte is not None:
            covered = self._read_matte(self.matte, self.settings.matte, frame_number, part)
        for sequence, matte in zip(self.front, self.settings.front, strict=True):
            covered = covered * (1 - self._read_matte(sequence, matte, frame_number, part))
        return covered

    def _read_matte(self, sequence: Sequence, matte: MatteSettings, frame_number: int, part: Window) -> np.ndarray:
        source = sequence.source_frame(frame_number, self.settings.missing)
        if source is None:
            return np.zeros(part.shape, np.float32)
        path = sequence.path(source)
        frame = read_frame(path)
        try:
            return self._matte_of(frame, matte, part)
        except InputError as error:
            raise InputError(f"{path}: {error}") from None

    def _matte_of(self, frame: Frame, matte: MatteSettings, part: Window) -> np.ndarray:
        # the matte's display window stands on the plate's
        shift_x, shift_y = self.display.x - frame.display.x, self.display.y - frame.display.y
        data = Window(frame.data.x + shift_x, frame.data.y + shift_y, frame.data.width, frame.data.height)
        read = part.grown(int(np.ceil(abs(matte.dilate)))).intersect(self.raster)
        plane = on_window(channel(frame, matte.channel or _matte_channel(frame)), data, read)
        if np.issubdtype(plane.dtype, np.integer):
            plane = plane.astype(np.float32) / np.iinfo(plane.dtype).max
        coverage = np.clip(np.nan_to_num(plane.astype(np.float32)), 0, 1)
        if matte.invert:
            coverage = 1 - coverage
        return dilated(coverage, matte.dilate)[part.slices_in(read)] if matte.dilate else coverage

    def read_proxy(self, frame_number: int, frame: Frame | None = None) -> tuple[Proxy, int]:
        """The frame as the solve sees it, and how many of its pixels are NaN or infinite; `frame` if it is at hand."""
        colour, mask, bad = self.read_colour_proxy(frame_number, frame)
        return Proxy(colour @ LUMA, mask), bad

    def read_colour_proxy(self, frame_number: int, frame: Frame | None = None) -> tuple[np.ndarray, np.ndarray, int]:
        """The same in colour: encoded [h, w, 3], the mask [h, w], and how many pixels are NaN or infinite."""
        frame = frame or self.read_plate(frame_number)
        linear, size, bad = self.linear(frame), self.proxy_size, 0
        if np.isfinite(linear).all():
            small, mask = cv2.resize(linear, size, interpolation=cv2.INTER_AREA), np.ones(size[::-1], np.float32)
        else:
            finite = in_all(np.isfinite(linear))
            bad = int((~finite[on_window(np.ones(frame.data.shape, bool), frame.data, self.raster, False)]).sum())
            weight = cv2.resize(finite.astype(np.float32), size, interpolation=cv2.INTER_AREA)
            small = cv2.resize(np.where(finite[..., None], linear, 0), size, interpolation=cv2.INTER_AREA)
            small = small / np.maximum(weight, 1e-3)[..., None]
            mask = (weight > 0.99).astype(np.float32)
        surface = self.surface(frame_number, frame)
        if surface is not None:
            mask *= cv2.resize(surface, size, interpolation=cv2.INTER_AREA)
        return self.color.encode(small.astype(np.float32)), mask, bad

    @property
    def mattes(self) -> list[Sequence]:
        """The layer's own, and those of what stands before it."""
        return [*([self.matte] if self.matte else []), *self.front]

    @property
    def stand_ins(self) -> set[int]:
        """Frames that are read for missing ones too."""
        policy = self.settings.missing
        if policy not in ("nearest", "hold"):
            return set()
        sources = {
            sequence.source_frame(n, policy) for sequence in (self.plate, *self.mattes) for n in sequence.missing
        }
        return {source for source in sources if source is not None}

    def input_sequences(self) -> dict[str, list[Sequence]]:
        """All that the shot is read from, by what it is to it; vectors where they are there."""
        vectors = []
        for pattern in (self.settings.vectors.forward, self.settings.vectors.backward):
            if pattern is not None:
                with suppress(InputError):
                    vectors.append(Sequence.find(here(pattern), format_range(self.frames)))
        return {"plate": [self.plate], "matte": self.mattes, "vectors": vectors}

    def input_files(self) -> list[Path]:
        """The plate's and the mattes' files, and those of the vectors where they are there."""
        found = [sequence for part in self.input_sequences().values() for sequence in part]
        return [sequence.path(n) for sequence in found for n in self.frames if n not in sequence.missing]

    def fingerprint(self, with_mattes: bool = True) -> str:
        """Of the names, sizes and times of change of all that the shot reads: the same while nothing has changed."""
        bare = self if with_mattes else replace(self, matte=None, front=())
        states = [(remembered(path), path.stat()) for path in bare.input_files() if path.exists()]
        text = "".join(f"{name} {state.st_size} {shared_time(state.st_mtime_ns)}\n" for name, state in states)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def require_outputs(self, paths: Iterable[Path]) -> None:
        """UsageError if writing `paths` would overwrite what the shot is read from, or frames of it left out."""
        there = (sequence.path(n) for sequence in (self.plate, *self.mattes) for n in sequence.on_disk)
        inputs = [*self.input_files(), *there]
        require_apart(paths, inputs)


def require_apart(outputs: Iterable[Path], inputs: Iterable[Path]) -> None:
    """UsageError if one of them is the other."""
    read = {path.resolve() for path in inputs}
    for path in outputs:
        if path.resolve() in read:
            raise UsageError(f"{path} is a file of the shot itself; write to another name")


def open_shot(settings: ShotSettings) -> Shot:
    """Find the files of a shot and check that they belong together. Nothing but headers is read."""
    plate = Sequence.find(here(settings.plate), settings.frames)
    if settings.missing == "error":
        plate.require_all()
    frames = plate.frames
    if settings.missing == "skip":
        frames = tuple(n for n in frames if n not in plate.missing)
    real = [n for n in frames if n not in plate.missing]
    if len(real) < 2:
        raise InputError(f"{plate.pattern}: a shot needs two frames or more on disk, there is {len(real)}")
    sources = {source for n in frames if (source := plate.source_frame(n, settings.missing)) is not None}
    headers = {n: read_header(plate.path(n)) for n in sorted(sources)}
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
    matte = _find_matte(settings.matte, settings, frames, first) if settings.matte else None
    front = tuple(_find_matte(other, settings, frames, first) for other in settings.front)
    for key in (settings.key, *settings.further_keys):
        if key is not None and key not in real:
            raise UsageError(f"key frame {key} is not among the shot's frames {format_range(real)}")
    return Shot(settings, plate, frames, matte, front, raster, first.display, color_of(settings))


def color_of(settings: ShotSettings) -> Color:
    """`ocio://...` is no path."""
    config = settings.ocio
    return Color(config if config is None or "://" in config else here(config))


def _find_matte(wanted: MatteSettings, settings: ShotSettings, frames: tuple[int, ...], plate: Header) -> Sequence:
    matte = Sequence.find(here(wanted.path), format_range(frames))
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
