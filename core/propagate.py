"""Propagate: textures onto the frames, and the maps themselves for a host to use."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from .clean import Filling, clean_plate, make_filling
from .compose import Laid, LightSettings, lay, reach_pixel
from .coordinates import st_from_index
from .errors import UsageError
from .export import canonical_frame
from .exr_write import is_lossy, make_frame, write_frame
from .finished import file_id, is_finished
from .frame import Frame, Window, on_window, with_rgb
from .frame_memory import frame_bytes
from .in_between import shown_between, xy_key_between
from .kept_memory import keep_freed_memory
from .live_files import SEQUENCES, live_frames, live_key, live_paths, make_ground, write_canonical, write_told
from .made import stamped
from .output_plate import Moment, OutputPlate, Retime, check_retime, plate_at
from .report import OnReport, ShouldStop
from .sequence import format_range, output_path, pattern_with
from .settings import LightSettings as LightChoice
from .settings import MatchSettings
from .shot import Shot, require_apart
from .solved import Solved
from .source import Source, make_source, match_for, place_source, with_grain
from .texture import Texture
from .unreel_folder import UnreelFolder
from .work import Work

log = logging.getLogger(__name__)

OUTPUTS = ("comp", "layer", "clean", "stmap", "inverse", "visibility", "confidence", "live")
OF_ALL = {"comp", "layer"}
"""Outputs that all layers of a shot make together; the others are of one layer."""


@dataclass(frozen=True, eq=False)
class Composited:
    frame: Frame
    linear: np.ndarray
    layer: np.ndarray
    alpha: np.ndarray


def composite(
    under: OutputPlate,
    sources: Iterable[Source],
    moment: Moment,
    light: LightSettings,
    match: MatchSettings,
) -> Composited:
    """All sources over the frame, first to last. Outside their footprints each sample is the plate's own bit."""
    plate = under.linear
    layer, cover = np.zeros_like(plate), np.zeros(plate.shape[:2], np.float32)
    touched, part = np.zeros(plate.shape[:2], bool), Window(0, 0, 0, 0)
    for source in sources:
        at_hand, reach = under.frame if under.own else None, reach_pixel(light, match.sharpness)
        place = place_source(source, moment.time, at_hand, reach, match.shutter)
        if place is None:
            continue
        how, box = match_for(source, moment.number, moment.time, place, match), place.box
        laid: Laid = lay(plate[box], place.xy_source, place.surface, place.seen, source.paint, light, how)
        if plate is under.linear:
            plate = plate.copy()
        plate[box] = laid.rgb
        touched[box] |= laid.footprint
        layer[box] = laid.layer + (1 - laid.alpha)[..., None] * layer[box]
        cover[box] = laid.alpha + (1 - laid.alpha) * cover[box]
        part = part.union(place.window)
    return Composited(finished_frame(under.shot, under.frame, plate, touched, part), plate, layer, cover)


def finished_frame(shot: Shot, frame: Frame, linear: np.ndarray, touched: np.ndarray, part: Window) -> Frame:
    """The plate with its touched pixels replaced, which are within `part`; one that an EXR can't hold as it is comes
    out scene-linear."""
    types = {plane.dtype.name for plane in frame.planes.values()}
    if types.isdisjoint(("uint8", "uint16")) and not frame.straight_alpha:
        part = part.intersect(frame.data)
        if part.empty:
            return frame
        box = part.slices_in(shot.raster)
        return with_rgb(frame, shot.stored(linear[box], frame, part), touched[box], window=part)
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
    content: str,
    ids: Mapping[int, str],
    retime: Retime | None = None,
    resume: bool = False,
) -> list[Path]:
    """Write the wanted outputs of the frames, one frame at a time; the first output's files. layers: back to front.

    content: `content_id` of what they are made of; ids: `frame_ids`, by which `resume` knows those that are finished.
    With `retime`, frames are its output frames.
    """
    folder, solved = layers[-1].folder, layers[-1].solved
    check_request(layers, frames, outputs, retime)
    files = files_of(outputs)
    paths = {(name, n): named(pattern, name, n, len(frames), files) for name in files for n in frames}
    once = live_paths(pattern)
    written = [*paths.values(), *([once.canonical, once.told] if "live" in outputs else [])]
    for its in layers:
        its.solved.shot.require_outputs(written)
    if retime is not None and retime.onto is not None:
        require_apart(written, map(retime.onto.path, retime.onto.on_disk))
    remove_leftovers(written)
    told = [paths[files[0], n] for n in frames]
    if resume and "live" not in outputs:  # those are one thing with what tells of them
        frames = tuple(n for n in frames if not is_finished({name: paths[name, n] for name in files}, ids[n]))
        log.info("%d of %d frames are finished already", len(told) - len(frames), len(told))
        if not frames:
            return told
    if "live" in outputs:
        once.told.unlink(missing_ok=True)
    keep_freed_memory()
    painted = layers if OF_ALL & set(outputs) else []
    made = [
        make_source(texture, its.folder, its.solved, report, should_stop) for its in painted for texture in its.textures
    ]
    sources = with_grain((source for source in made if source is not None), match)
    settings = LightSettings(strength=light.strength, sigma_pixel=light.sigma)
    filling = None
    if {"inverse", "clean"} & set(outputs):
        filling = make_filling(canonical_frame(folder, solved, "plate", report))
    ground = make_ground(folder, solved, layers[-1].textures, report) if "live" in outputs else None
    if ground is not None:
        write_canonical(once, ground, content)

    def one(at: int) -> None:
        number = frames[at]
        plate, moment = plate_at(solved, number, retime)
        for name, frame in make_outputs(solved, sources, moment, plate, outputs, settings, match, filling):
            work.stop_if_asked()
            write_frame(paths[name, number], stamped(frame, content, file_id(name, ids[number])), lossless(frame))
        if ground is not None:
            for name, frame in live_frames(ground, number, plate, settings):
                write_frame(paths[name, number], stamped(frame, content))

    with ThreadPoolExecutor(solved.shot.threads(frame_bytes(sources, outputs, match))) as pool:
        work = Work(pool, report, should_stop)
        work.each("propagate", range(len(frames)), one, frames)
    if ground is not None:
        write_told(once, pattern, ground, frames, settings, match)
    return told


def files_of(outputs: tuple[str, ...]) -> tuple[str, ...]:
    """The sequences that the outputs are written as."""
    return tuple(name for output in outputs for name in (SEQUENCES if output == "live" else (output,)))


def check_request(
    layers: list[Layer], frames: tuple[int, ...], outputs: tuple[str, ...], retime: Retime | None
) -> None:
    """UsageError for outputs or frames that there are not."""
    solved = layers[-1].solved
    check_outputs(outputs)
    of_one = [name for name in outputs if name not in OF_ALL]
    if of_one and len(layers) > 1:
        raise UsageError(f"{', '.join(of_one)}: each layer has its own; name one with --layer")
    if "live" in outputs:
        live_key(solved, layers[-1].textures)
    if "clean" in outputs and not solved.shot.cut:
        raise UsageError("clean: no matte says what stands before the picture; train with a matte, or with layers")
    if retime is not None:
        check_retime(solved, frames, outputs, retime)
        return
    missing = [n for n in frames if any(n not in its.solved.model.maps for its in layers)]
    if missing:
        raise UsageError(
            f"frames {format_range(missing)} are not in the shot; it has {format_range(solved.model.maps)}"
        )


def check_outputs(outputs: tuple[str, ...]) -> None:
    """UsageError for those that there are not."""
    unknown = [name for name in outputs if name not in OUTPUTS]
    if unknown or not outputs:
        raise UsageError(f"there is no output {', '.join(unknown) or '(none named)'}; there are {', '.join(OUTPUTS)}")


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
    moment: Moment,
    plate: OutputPlate,
    outputs: tuple[str, ...],
    light: LightSettings,
    match: MatchSettings,
    filling: Filling | None,
) -> Iterable[tuple[str, Frame]]:
    """Each wanted output of one frame."""
    frame, number = plate.frame, int(moment.time)
    raster, display = solved.shot.raster, solved.shot.display
    if "comp" in outputs or "layer" in outputs:
        done = composite(plate, sources, moment, light, match)
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
        xy_key = xy_key_between(solved, moment.time)
        st = st_from_index(xy_key, raster, display)
        yield (
            "stmap",
            st_map(st, shown_between(solved, moment.time, xy_key), raster, frame, display, "canonical to frame"),
        )
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
