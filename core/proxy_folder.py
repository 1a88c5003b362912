"""A solved shot at a smaller size is a solved shot: `NAME.unreel/live/proxy/`, from which live maps come sooner.

Maps are in the solve's pixels, so that its model is the shot's with another raster; plate and mattes are reduced.
"""

from __future__ import annotations

import json
import math
import shutil
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from .errors import UnreadableFile, UnreelError, UsageError
from .exr_read import read_frame
from .exr_write import make_frame, write_frame
from .frame import HALF_MAX, Frame, Window
from .made import made_id
from .model import Model, read_model, write_model
from .report import OnReport, ShouldStop
from .sequence import format_range
from .settings import LightSettings, MatteSettings, ShotSettings, VectorSettings
from .shot import READ_BYTES, Shot
from .solved import Solved
from .unreel_folder import UnreelFolder
from .whole_file import disk_reason, replaced_whole
from .work import Work

SCHEMA = 1
NOTE = "proxy.json"
OLD = ".old-"
OUTPUTS = frozenset({"live", "inverse"})
"""What is made at that size."""
SEEN_AT_LEAST = 0.5
"""Of a reduced pixel; with less of it finite, it is not."""


def proxy_path(folder: UnreelFolder) -> Path:
    return folder.path / "live" / "proxy"


def make_place(place: Path) -> None:
    """UnreelError where it can't be made."""
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UnreelError(f"{place} cannot be made: {disk_reason(error, place)}") from None


def check_proxy(outputs: tuple[str, ...], times: str | None, layers: int) -> None:
    """UsageError for what is not made at a smaller size."""
    others = [name for name in outputs if name not in OUTPUTS]
    if others or not outputs:
        raise UsageError(f"--proxy is for {' and '.join(sorted(OUTPUTS))}, not for {', '.join(others) or 'nothing'}")
    if times is not None:
        raise UsageError("--proxy is for the shot's own frames; leave out --times")
    if layers > 1:
        raise UsageError("--proxy is for one layer; name it with --layer")


def proxy_size(solve_size: tuple[int, int], raster: Window, longest: int) -> tuple[int, int]:
    """Width and height: the solve's times a whole number, so that no rounding differs; the largest that is no longer
    than `longest` and no larger than the plate, or the solve's own where that is more."""
    longer = max(solve_size)
    times = max(1, min(longest, max(raster.width, raster.height)) // longer)
    return solve_size[0] * times, solve_size[1] * times


def at_proxy_size(light: LightSettings, solved: Solved, proxy: Solved) -> LightSettings:
    """Light as fine on the picture as it is at the plate's size."""
    if light.sigma is None:
        return light
    return light.model_copy(update={"sigma": light.sigma * proxy.size[0] / solved.size[0]})


def proxy_of(
    folder: UnreelFolder, solved: Solved, longest: int, report: OnReport, should_stop: ShouldStop
) -> UnreelFolder:
    """The shot at a smaller size: as it is there, or made anew, and all that lay there goes, where training or plate
    changed since."""
    proxy, size = UnreelFolder(proxy_path(folder)), proxy_size(solved.model.solve_size, solved.shot.raster, longest)
    note = note_of(folder, solved, size)
    file = proxy.path / NOTE
    with suppress(OSError, ValueError):
        if json.loads(file.read_text(encoding="utf-8")) == note:
            return proxy
    file.unlink(missing_ok=True)
    empty(proxy.path)
    write_pictures(proxy.path, solved.shot, size, report, should_stop)
    raster = Window(0, 0, *size)
    write_model(proxy.model_file, replace(solved.model, raster=raster))
    for key in solved.shot.settings.further_keys:
        further: Model = read_model(folder.key_file(str(key)))
        write_model(proxy.key_file(str(key)), replace(further, raster=raster))
    proxy.write_settings(proxy_settings(proxy.path, solved))
    reduce_canonical(folder, solved, proxy, size)
    with replaced_whole(file) as temporary:
        temporary.write_text(json.dumps(note, indent=1) + "\n", encoding="utf-8")
    return proxy


def note_of(folder: UnreelFolder, solved: Solved, size: tuple[int, int]) -> dict[str, Any]:
    """What it was made of, and where it lies on the plate: windows as x, y, width, height."""
    shot = solved.shot
    return {
        "schema": SCHEMA,
        "trained": made_id(folder, "train"),
        "inputs": shot.fingerprint(),
        "size": list(size),
        "raster": [shot.raster.x, shot.raster.y, shot.raster.width, shot.raster.height],
        "display": [shot.display.x, shot.display.y, shot.display.width, shot.display.height],
        "key": solved.model.key,
        "frames": format_range(shot.frames),
    }


def empty(place: Path) -> None:
    """Of all but what holds it. Folders go under another name first: someone may still write records into them."""
    for path in place.glob("[!.]*"):
        if path.is_dir() and not path.is_symlink():
            path.rename(place / f"{OLD}{uuid.uuid4().hex[:8]}")
        else:
            path.unlink()
    for path in place.glob(f"{OLD}*"):
        shutil.rmtree(path, ignore_errors=True)


def proxy_settings(place: Path, solved: Solved) -> ShotSettings:
    settings = solved.shot.settings
    solve = settings.solve.model_copy(update={"proxy": max(64, *solved.model.solve_size)})
    return settings.model_copy(
        update={
            "plate": str(place / "plate.####.exr"),
            "frames": format_range(solved.shot.frames),
            "missing": "error",
            "space": "scene_linear",
            "matte": MatteSettings(path=str(place / "matte.####.exr")) if solved.shot.cut else None,
            "front": (),
            "layers": (),
            "vectors": VectorSettings(),
            "solve": solve,
        }
    )


def write_pictures(place: Path, shot: Shot, size: tuple[int, int], report: OnReport, should_stop: ShouldStop) -> None:
    """The plate, scene-linear and premultiplied, with its alpha, and one matte of all that cuts the layer."""
    window = Window(0, 0, *size)

    def one(at: int) -> None:
        number = shot.frames[at]
        frame = shot.read_plate(number)
        planes = dict(zip("RGB", np.moveaxis(reduced_plate(shot.linear(frame), size), 2, 0), strict=True))
        element = np.zeros(shot.raster.shape, np.float32) if shot.is_black(number) else shot.element(frame)
        if element is not None:
            planes["A"] = reduced(element, size)
        write_frame(place / f"plate.{number:04d}.exr", make_frame(planes, window, window, bare(frame)))
        cut = shot.read_cut(number)
        if cut is not None:
            matte = make_frame({"Y": reduced(cut, size)}, window, window)
            write_frame(place / f"matte.{number:04d}.exr", matte)

    with ThreadPoolExecutor(shot.threads(READ_BYTES)) as pool:
        Work(pool, report, should_stop).each("proxy", range(len(shot.frames)), one, shot.frames)


def bare(frame: Frame) -> Frame:
    """Its header without a compression that would change samples."""
    kept = {name: value for name, value in frame.metadata.items() if name != "compression"}
    return replace(frame, metadata=kept)


def reduced(picture: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """[h, w, ..] by the mean of what a pixel covers."""
    return cv2.resize(np.ascontiguousarray(picture, np.float32), size, interpolation=cv2.INTER_AREA)


def reduced_plate(linear: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """The mean of the samples [h, w, 3] that are finite; NaN where too few are."""
    finite = np.isfinite(linear).all(2)
    small = reduced(np.where(finite[..., None], linear, 0), size)
    if finite.all():
        return np.clip(small, -HALF_MAX, HALF_MAX)
    weight = reduced(finite.astype(np.float32), size)[..., None]
    mean = np.clip(small / np.maximum(weight, 1e-6), -HALF_MAX, HALF_MAX)
    return np.where(weight > SEEN_AT_LEAST, mean, np.float32(np.nan))


def reduce_canonical(folder: UnreelFolder, solved: Solved, proxy: UnreelFolder, size: tuple[int, int]) -> None:
    """Spare filling it again, where the plate's own is there; a damaged one is left for the next export to mend."""
    key, raster = solved.model.key, solved.shot.raster
    path = folder.canonical_file("plate", key)
    if not path.exists():
        return
    try:
        frame = read_frame(path)
    except UnreadableFile:
        return
    x = Span(frame.data.x - raster.x, frame.data.width)
    y = Span(frame.data.y - raster.y, frame.data.height)
    small_x, small_y = x.reduced(raster.width / size[0]), y.reduced(raster.height / size[1])
    across = area_weights(small_x, x, raster.width / size[0])
    down = area_weights(small_y, y, raster.height / size[1])
    window = Window(small_x.first, small_y.first, small_x.count, small_y.count)
    planes = {name: down @ frame.planes[name].astype(np.float32) @ across.T for name in "RGBA"}
    about = {name: frame.metadata[name] for name in frame.metadata if name.startswith("unreel/")}
    small = make_frame(planes, window, Window(0, 0, *size), bare(frame), about)
    write_frame(proxy.canonical_file("plate", key), small)


@dataclass(frozen=True)
class Span:
    """Pixels along one axis, counted from the raster's first."""

    first: int
    count: int

    def reduced(self, ratio: float) -> Span:
        """All pixels of `ratio` times the size that it touches."""
        first = math.floor(self.first / ratio + 1e-9)
        return Span(first, math.ceil((self.first + self.count) / ratio - 1e-9) - first)


def area_weights(target: Span, source: Span, ratio: float) -> np.ndarray:
    """[target, source] float32: how much of each target pixel, `ratio` source pixels wide, each source pixel is."""
    first = (target.first + np.arange(target.count))[:, None] * ratio
    pixel = source.first + np.arange(source.count)
    overlap = np.minimum(first + ratio, pixel + 1) - np.maximum(first, pixel)
    return (np.clip(overlap, 0, None) / ratio).astype(np.float32)
