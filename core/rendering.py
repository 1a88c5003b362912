"""Propagate: which frames of a shot are written, of which solves and textures, and what is noted of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .errors import UsageError
from .finished import RETIMED, frame_ids
from .folder_lock import locked
from .made import (
    add_made,
    content_id,
    files_of_all,
    forget,
    forget_others,
    resting_on,
    stage_of,
    state_of,
    states_of,
    write_made_if_possible,
)
from .output_plate import Retime
from .path_map import here, remembered
from .propagate import Layer, files_of
from .propagate import propagate as propagate_frames
from .proxy_folder import at_proxy_size, check_proxy, make_place, proxy_of, proxy_path
from .report import OnReport, ShouldStop
from .retime import parse_times, times_file
from .sequence import Sequence, format_range, output_path, parse_range, pattern_with
from .settings import LightSettings, make_settings, merged
from .solved import open_solved
from .unreel_folder import UnreelFolder


def propagate(
    path: Path,
    output: str,
    frames: str | None,
    textures: list[str],
    outputs: tuple[str, ...],
    changes: dict[str, Any],
    report: OnReport,
    should_stop: ShouldStop,
    times: str | None = None,
    onto: str | None = None,
    proxy: int | None = None,
    chunk: str | None = None,
    resume: bool = False,
) -> dict[str, Any]:
    """Write the frames. times: a span or a file of moments instead, see `parse_times`; onto: the plate retimed so.

    proxy: live maps of the shot reduced to so many pixels, as the panel shows them. chunk: the part of the frames that
    this one writes, and others the rest. resume: those that are finished are not written again.
    """
    with locked(path, "propagated", exclusive=False):
        if onto is not None and times is None:
            raise UsageError(f"--onto {onto} is a retimed plate; say with --times which moments it shows")
        layers = painted_layers(path, textures)
        shot = layers[0].solved.shot
        others = sorted(set(changes) - {"light", "match"})
        if others:
            raise UsageError(f"only light.* and match.* can be set here, not {', '.join(others)}; train sets the rest")
        settings = make_settings(merged(shot.settings.model_dump(), changes), "--set")
        if proxy is not None:
            check_proxy(outputs, times, len(layers))
        at = None if times is None else parse_times(here(times))
        wanted = parse_range(frames) if frames is not None else shot.frames if at is None else tuple(sorted(at))
        retimed = Sequence.find(here(onto), format_range(wanted)) if onto is not None else None
        part = wanted if chunk is None else part_of(wanted, chunk, output)
        if not any(its.textures for its in layers) and {"comp", "layer"} & set(outputs):
            raise UsageError(f"{path} has no texture yet; bring one in with: unreel import {path} EDIT")
        root, stage = UnreelFolder(path), stage_of("propagate", output)
        files = files_of_frames(layers, part, times, retimed)
        chosen: dict[str, Any] = {"output": remembered(output, Path.cwd()), "frames": frames, "textures": textures}
        chosen |= {"outputs": outputs, "times": times, "onto": onto and remembered(onto), "proxy": proxy}
        told = {**chosen, **settings.model_dump(mode="json", include={"light", "match"})}
        rests = built_on(root, layers, outputs)
        content = content_id(told, rests)
        shared = {texture.on for its in layers for texture in its.textures if isinstance(texture.on, int)}
        shared |= {number for its in layers for number in its.solved.shot.stand_ins}
        read = files if at is not None else files_of_all((its.solved.shot for its in layers), {*part, *shared})
        ids = frame_ids(part, content, read, None if at is not None else shared)
        if chunk is None:
            forget(root, stage)
        else:
            forget_others(root, stage, told, rests)
        if proxy is not None:  # the proxy's own files are looked at where the frames are written
            names = [output, *(pattern_with(output, name) for name in files_of(outputs))]
            shot.require_outputs(output_path(name, n, len(wanted)) for name in names for n in wanted)
        with at_size(layers, settings.light, proxy, bool(textures), report, should_stop) as (drawn, light):
            written = propagate_frames(
                drawn,
                output,
                part,
                tuple(dict.fromkeys(outputs)),
                light,
                settings.match,
                report,
                should_stop,
                content,
                ids,
                None if at is None else Retime(at, retimed),
                resume and None not in rests.values(),
            )
        if chunk is None:
            write_made_if_possible(root, stage, files, told, rests)
        else:
            add_made(root, stage, files, told, rests)
        return {"frames": told_frames(written), "count": len(written)}


def painted_layers(path: Path, names: list[str]) -> list[Layer]:
    """All layers of a shot, back to front, each with its textures: those of `names`, or all it has."""
    whole = UnreelFolder(path)
    if not whole.layer_names:
        return [Layer(whole, open_solved(whole), tuple(map(whole.read_texture, names or whole.textures)))]
    folders = [whole.layer(name) for name in reversed(whole.layer_names)]
    unknown = [name for name in names if not any(name in folder.textures for folder in folders)]
    if unknown:
        raise UsageError(f"no layer of {path} has a texture {unknown[0]!r}")
    return [
        Layer(
            folder,
            open_solved(folder),
            tuple(folder.read_texture(name) for name in (names or folder.textures) if name in folder.textures),
        )
        for folder in folders
    ]


def part_of(wanted: tuple[int, ...], chunk: str, output: str) -> tuple[int, ...]:
    """The frames of a chunk. UsageError for those that are not among the wanted, and an output of one file for all."""
    part = parse_range(chunk)
    output_path(output, part[0], len(wanted))
    others = sorted(set(part) - set(wanted))
    if others:
        raise UsageError(f"--chunk {chunk}: {format_range(others)} is not among the frames {format_range(wanted)}")
    return part


def files_of_frames(
    layers: list[Layer], part: tuple[int, ...], times: str | None, retimed: Sequence | None
) -> dict[str, Any]:
    """The state of what the frames are made of; with `times` of the whole shot, and of the file of moments."""
    files = files_of_all((its.solved.shot for its in layers), part if times is None else None)
    if retimed is not None:
        files[RETIMED] = states_of(retimed, part)
    if times is not None and (moments := times_file(here(times))) is not None:
        files["times"] = state_of(moments)
    return files


@contextmanager
def at_size(
    layers: list[Layer],
    light: LightSettings,
    proxy: int | None,
    named: bool,
    report: OnReport,
    should_stop: ShouldStop,
) -> Iterator[tuple[list[Layer], LightSettings]]:
    """The layers, or the only one reduced, and light as fine there; held, so that one at a time reduces it.

    named: its canonical is that of its textures, else the first key's.
    """
    if proxy is None:
        yield layers, light
        return
    [whole] = layers
    place = proxy_path(whole.folder)
    make_place(place)
    with locked(place, "made", exclusive=True):
        folder = proxy_of(whole.folder, whole.solved, proxy, report, should_stop)
        solved = open_solved(folder)
        its = Layer(folder, solved, whole.textures if named else ())
        yield [its], at_proxy_size(light, whole.solved, solved)


def built_on(root: UnreelFolder, layers: list[Layer], outputs: tuple[str, ...]) -> dict[str, str | None]:
    """The solves and textures that frames are made of; live maps are made before anything is painted."""
    rests: dict[str, str | None] = {}
    for its in layers:
        textures = () if set(outputs) == {"live"} else its.textures
        rests |= resting_on(root, its.folder, ["train", *(f"import/{texture.name}" for texture in textures)])
    return rests


def told_frames(written: list[Path]) -> str:
    return f"{written[0]} .. {written[-1].name}" if len(written) > 1 else str(written[0])
