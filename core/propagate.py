"""Propagate: textures onto the frames, and the maps themselves for a host to use."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import cv2
import numpy as np

from .clean import Filling, clean_plate, make_filling
from .compose import Laid, LightSettings, Match, PreparedPaint, ground_beside_plate, lay, prepare
from .coordinates import shifted, st_from_index
from .errors import Cancelled, InputError, UsageError
from .export import canonical_frame
from .exr_write import is_lossy, make_frame, write_frame
from .frame import Frame, Window, alpha, on_window, rgb, with_rgb
from .grain import Grain, grain_of, look_at_grain, make_noise
from .keys import solved_at, solved_for
from .paint import Paint
from .report import OnReport, Report, ShouldStop, never
from .sequence import format_range, output_path, pattern_with
from .settings import LightSettings as LightChoice
from .settings import MatchSettings
from .shutter import xy_in_shutter
from .solved import Solved, one_to_one
from .texture import Texture
from .unreel_folder import UnreelFolder

GRAIN_FRAMES = 4
"""Frames, spread over the shot, that its grain is measured on."""
OUTPUTS = ("comp", "layer", "clean", "stmap", "inverse", "visibility", "confidence")
OF_ALL = {"comp", "layer"}
"""Outputs that all layers of a shot make together; the others are of one layer."""


@dataclass(frozen=True, eq=False)
class Source:
    """A texture ready to be laid, and the picture it was painted on."""

    texture: Texture
    solved: Solved
    """The shot, solved against the frame that the picture stands on."""
    paint: PreparedPaint
    window: Window
    """Of that picture, in plate pixels."""
    coverage: np.ndarray
    """[H, W] 0..1: where that picture shows the layer."""
    painted: Window
    """The paint's box, plate pixels."""
    grain: Grain | None = None
    """The shot's, where the paint shall have some."""


def make_source(
    texture: Texture, folder: UnreelFolder, solved: Solved, report: OnReport, should_stop: ShouldStop = never
) -> Source | None:
    """None for a texture with nothing painted."""
    if texture.empty:
        return None
    if texture.on == "canonical":
        solved = solved_at(folder, solved, texture.key)
        canonical = canonical_frame(folder, solved, "plate", report)
        covered = alpha(canonical)
        assert covered is not None
        coverage = covered.astype(np.float32)
        picture = rgb(canonical) / np.maximum(coverage, 1e-6)[..., None]
        window = canonical.data
        solved = solved_for(folder, solved, texture, report, should_stop)
    else:
        if texture.on not in solved.model.maps:
            raise InputError(f"texture {texture.name} is painted on frame {texture.on}, which the shot does not have")
        solved = solved_for(folder, solved, texture, report, should_stop)
        frame = solved.shot.read_plate(texture.on)
        picture, window = solved.shot.linear(frame), solved.shot.raster
        known = solved.shot.surface(texture.on, frame)
        coverage = np.isfinite(picture).all(-1).astype(np.float32) * (1 if known is None else known)
        picture = np.nan_to_num(picture)
    layer = on_window(texture.layer, texture.window, window)
    cover = on_window(texture.alpha, texture.window, window)
    paint = prepare(Paint(layer, cover, picture, (coverage > 0.02).astype(np.float32), texture.mode, texture.opacity))
    return None if paint is None else Source(texture, solved, paint, window, coverage, texture.window)


@dataclass(frozen=True, eq=False)
class Place:
    """Where one source lies on one frame."""

    xy_source: np.ndarray
    surface: np.ndarray
    seen: np.ndarray


def place_source(source: Source, number: int, frame: Frame) -> Place:
    """Map, soft surface matte and visibility of a source on a frame [h, w]."""
    solved = source.solved
    xy_key = solved.xy_key(number)
    xy, found = shifted(xy_key, source.window, solved.shot.raster), one_to_one(xy_key)
    surface = solved.surface(number, frame, source.painted)
    seen = cv2.remap(source.coverage, xy, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0)
    return Place(xy, surface, found & (seen > 0.5))


def with_grain(sources: Iterable[Source], match: MatchSettings) -> list[Source]:
    """The sources, each with the shot's grain as its surface shows it, where `match` asks for grain.

    It is measured once a shot: a strength measured anew each frame would flicker, and on the frame that was painted
    the plate has nothing to be compared with.
    """
    return [replace(source, grain=measure_grain(source)) if match.grain > 0 else source for source in sources]


def measure_grain(source: Source) -> Grain | None:
    """From the frames in which the paint can be seen, but the one it was painted on."""
    solved, looks = source.solved, []
    painted_on = solved.model.key if source.texture.on == "canonical" else source.texture.on
    others = [n for n in solved.shot.frames if n != painted_on]
    for number in others[:: max(1, len(others) // GRAIN_FRAMES)]:
        frame = solved.shot.read_plate(number)
        place = place_source(source, number, frame)
        pair = ground_beside_plate(solved.shot.linear(frame), place.xy_source, place.surface, place.seen, source.paint)
        looks.append(None if pair is None else look_at_grain(*pair))
    return grain_of([look for look in looks if look is not None])


def match_for(source: Source, number: int, place: Place, settings: MatchSettings) -> Match:
    """How a source's paint is matched on one frame. The same noise for all that is painted there."""
    moments: tuple[np.ndarray, ...] = ()
    if settings.shutter > 0:
        solved, box = source.solved, source.painted
        inside = (place.xy_source >= (box.x - source.window.x, box.y - source.window.y)).all(-1)
        inside &= (place.xy_source <= (box.right - source.window.x, box.bottom - source.window.y)).all(-1)
        found = xy_in_shutter(solved, number, settings.shutter, inside & place.seen & (place.surface > 0))
        moments = tuple(shifted(xy, source.window, solved.shot.raster) for xy in found)
    noise = None
    if source.grain is not None:
        rng = np.random.default_rng((source.solved.shot.settings.seed, number % 2**32))
        noise = np.float32(settings.grain) * make_noise(source.grain, place.surface.shape, rng)
    return Match(settings.sharpness, moments, source.grain, noise)


@dataclass(frozen=True, eq=False)
class Composited:
    frame: Frame
    linear: np.ndarray
    layer: np.ndarray
    alpha: np.ndarray


def composite(
    solved: Solved, sources: Iterable[Source], number: int, frame: Frame, light: LightSettings, match: MatchSettings
) -> Composited:
    """All sources over the frame, first to last. Outside their footprints each sample is the plate's own bit."""
    plate = solved.shot.linear(frame)
    layer, cover = np.zeros_like(plate), np.zeros(plate.shape[:2], np.float32)
    touched = np.zeros(plate.shape[:2], bool)
    for source in sources:
        place = place_source(source, number, frame)
        how = match_for(source, number, place, match)
        laid: Laid = lay(plate, place.xy_source, place.surface, place.seen, source.paint, light, how)
        plate, touched = laid.rgb, touched | laid.footprint
        layer = laid.layer + (1 - laid.alpha)[..., None] * layer
        cover = laid.alpha + (1 - laid.alpha) * cover
    return Composited(finished_frame(solved, frame, plate, touched), plate, layer, cover)


def finished_frame(solved: Solved, frame: Frame, linear: np.ndarray, touched: np.ndarray) -> Frame:
    """The plate with its touched pixels replaced; one that an EXR can't hold as it is comes out scene-linear."""
    shot = solved.shot
    touched = on_window(touched, shot.raster, frame.data, False)
    types = {plane.dtype.name for plane in frame.planes.values()}
    if types.isdisjoint(("uint8", "uint16")) and not frame.straight_alpha:
        return with_rgb(frame, shot.stored(linear, frame), touched)
    planes = dict(zip("RGB", np.moveaxis(on_window(linear, shot.raster, frame.data), 2, 0), strict=True))
    element = shot.element(frame)
    if element is not None:
        planes["A"] = on_window(element, shot.raster, frame.data)
    return make_frame(planes, frame.data, like=frame, metadata={"compression": "zips"}, kind=kind_of(frame))


def kind_of(frame: Frame) -> Literal["picture", "data"]:
    """Half or float32, as the frame's own planes are."""
    return "data" if any(plane.dtype == np.float32 for plane in frame.planes.values()) else "picture"


@dataclass(frozen=True, eq=False)
class Layer:
    """A solved layer, and what is painted on it."""

    folder: UnreelFolder
    solved: Solved
    textures: tuple[Texture, ...]


def propagate(
    layers: list[Layer],
    pattern: str,
    frames: tuple[int, ...],
    outputs: tuple[str, ...],
    light: LightChoice,
    match: MatchSettings,
    report: OnReport,
    should_stop: ShouldStop,
) -> list[Path]:
    """Write the wanted outputs of the frames, one frame at a time; the first output's files. layers: back to front."""
    folder, solved = layers[-1].folder, layers[-1].solved
    check_request(layers, frames, outputs)
    paths = {(name, n): named(pattern, name, n, len(frames), outputs) for name in outputs for n in frames}
    solved.shot.require_outputs(paths.values())
    remove_leftovers(paths.values())
    made = [
        make_source(texture, its.folder, its.solved, report, should_stop) for its in layers for texture in its.textures
    ]
    sources = with_grain((source for source in made if source is not None), match)
    settings = LightSettings(strength=light.strength, sigma_pixel=light.sigma)
    filling = None
    if {"inverse", "clean"} & set(outputs):
        filling = make_filling(canonical_frame(folder, solved, "plate", report))

    def one(number: int) -> None:
        if should_stop():
            raise Cancelled("stopped; the frames written so far are whole")
        for name, frame in make_outputs(solved, sources, number, outputs, settings, match, filling):
            write_frame(paths[name, number], frame, lossless(frame))

    with ThreadPoolExecutor(solved.shot.settings.solve.threads or 2) as pool:
        jobs = [pool.submit(one, number) for number in frames]
        try:
            for done, (number, job) in enumerate(zip(frames, jobs, strict=True)):
                job.result()
                report(Report("propagate", done + 1, len(frames), frame=number))
        except BaseException:
            for job in jobs:
                job.cancel()
            raise
    return [paths[outputs[0], n] for n in frames]


def check_request(layers: list[Layer], frames: tuple[int, ...], outputs: tuple[str, ...]) -> None:
    """UsageError for outputs or frames that there are not."""
    solved = layers[-1].solved
    unknown = [name for name in outputs if name not in OUTPUTS]
    if unknown or not outputs:
        raise UsageError(f"there is no output {', '.join(unknown) or '(none named)'}; there are {', '.join(OUTPUTS)}")
    of_one = [name for name in outputs if name not in OF_ALL]
    if of_one and len(layers) > 1:
        raise UsageError(f"{', '.join(of_one)}: each layer has its own; name one with --layer")
    if "clean" in outputs and not solved.shot.cut:
        raise UsageError("clean: no matte says what stands before the picture; train with a matte, or with layers")
    missing = [n for n in frames if n not in solved.model.maps]
    if missing:
        raise UsageError(
            f"frames {format_range(missing)} are not in the shot; it has {format_range(solved.model.maps)}"
        )


def remove_leftovers(paths: Iterable[Path]) -> None:
    """Take away what a run that was killed while it wrote `paths` has left beside them."""
    wanted = {(path.parent, path.stem) for path in paths}
    for folder in {folder for folder, _ in wanted}:
        for left in folder.glob(".*.tmp.exr"):
            stem = left.name.removesuffix(".tmp.exr")[1:].rpartition(".")[0]  # .NAME.<random>.tmp.exr
            if (folder, stem) in wanted:
                left.unlink(missing_ok=True)


def make_outputs(
    solved: Solved,
    sources: list[Source],
    number: int,
    outputs: tuple[str, ...],
    light: LightSettings,
    match: MatchSettings,
    filling: Filling | None,
) -> Iterable[tuple[str, Frame]]:
    """Each wanted output of one frame."""
    frame = solved.shot.read_plate(number)
    raster, display = solved.shot.raster, solved.shot.display
    if "comp" in outputs or "layer" in outputs:
        done = composite(solved, sources, number, frame, light, match)
        if "comp" in outputs:
            yield "comp", done.frame
        if "layer" in outputs:
            planes = dict(zip("RGBA", (*np.moveaxis(done.layer, 2, 0), done.alpha), strict=True))
            yield "layer", make_frame(planes, raster, display, like=frame, metadata={"compression": "zips"})
    if "clean" in outputs:
        assert filling is not None
        picture, covered = clean_plate(filling, solved, number, frame, light)
        planes = dict(zip("RGBA", (*np.moveaxis(picture, 2, 0), covered), strict=True))
        yield "clean", make_frame(planes, raster, display, frame, {"compression": "zips"}, kind_of(frame))
    if "stmap" in outputs:
        xy_key = solved.xy_key(number)
        st = st_from_index(xy_key, raster, display)
        yield "stmap", st_map(st, one_to_one(xy_key), raster, frame, display, "canonical to frame")
    if "inverse" in outputs:
        assert filling is not None
        xy, found = solved.inverse(number, filling.window)
        st = st_from_index(xy, raster, display)
        yield "inverse", st_map(st, found, filling.window, frame, display, "frame to canonical")
    if "visibility" in outputs:
        yield "visibility", make_frame({"Y": solved.surface(number, frame)}, raster, display, like=frame, kind="data")
    if "confidence" in outputs:
        yield (
            "confidence",
            make_frame({"Y": solved.confidence(number, frame)}, raster, display, like=frame, kind="data"),
        )


def st_map(st: np.ndarray, valid: np.ndarray, window: Window, like: Frame, display: Window, way: str) -> Frame:
    """R = u, G = v from the display window's bottom left, B = A = 1 where valid; float32, never filtered."""
    mask = valid.astype(np.float32)
    planes = {"R": st[..., 0], "G": st[..., 1], "B": mask, "A": mask}
    return make_frame(planes, window, display, like=like, metadata={"unreel/stmap": way}, kind="data")


def named(pattern: str, output: str, number: int, count: int, outputs: tuple[str, ...]) -> Path:
    """`OUT.####.exr` for the composited frames or the only output, `OUT_stmap.####.exr` for others."""
    path = output_path(pattern, number, count)
    if path.suffix.lower() != ".exr":
        raise UsageError(f"{path.name}: frames are written as .exr")
    if output == "comp" or len(outputs) == 1:
        return path
    return output_path(pattern_with(pattern, output), number, count)


def lossless(frame: Frame) -> str | None:
    """A lossy plate is written lossless: compressing it again would change samples outside the edit."""
    return "zips" if is_lossy(frame) else None
