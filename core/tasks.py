"""The main job, one function a step: what the command line, the panel and the nodes ask for."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Literal

import numpy as np
from typing_extensions import assert_never

from .engines import codef
from .errors import Cancelled, UnreelError, UsageError
from .export import Kind, Space, canonical_frame, check_export, make_guides, write_export
from .frame import alpha, on_window, rgb
from .keys import solved_for
from .model import Model
from .paint import Mode
from .propagate import make_source
from .propagate import propagate as propagate_frames
from .report import OnReport, ShouldStop
from .sequence import format_range, parse_range
from .settings import ShotSettings, make_settings, merged, read_settings_file
from .sheet import check_sheet, write_sheet
from .shot import Shot, open_shot
from .solved import Solved, open_solved
from .texture import load_texture
from .texture_ground import Ground, ground_of
from .unreel_folder import Training, UnreelFolder, make_folder
from .verdict import judge

log = logging.getLogger(__name__)

PATHS = (("plate",), ("matte", "path"), ("vectors", "forward"), ("vectors", "backward"), ("fields", "log"), ("ocio",))


def train(
    plate: str | None,
    output: Path,
    values: dict[str, Any],
    resume: bool,
    report: OnReport,
    should_stop: ShouldStop,
) -> dict[str, Any]:
    """Solve a shot into `output`. `plate` is a sequence or a `shot.yaml`; with `resume` it may be left out."""
    settings = settings_for(plate, UnreelFolder(output), values, resume)
    shot = open_shot(settings)
    fresh = not output.exists()
    folder = make_folder(output)
    training = Training(settings, shot.fingerprint(), finished=False)
    try:
        start = folder.begin(training.settings, training.inputs, resume)
        with logged_to(folder.log_file):
            model = fit(shot, folder, start, resume, report, should_stop)
        warn_of_moved_textures(folder, model)
        folder.finish(training, model)
    except Cancelled:
        raise
    except UnreelError:
        if fresh:
            folder.abandon()
        raise
    verdict = judge(model.figures, model.key)
    return {
        "unreel": str(output),
        "key": model.key,
        "surface": model.stiffness,
        "psnr": model.figures["mean"]["psnr"],
        "verdict": f"{verdict.word}: {verdict.reason}",
    }


def fit(
    shot: Shot, folder: UnreelFolder, start: Model | None, resume: bool, report: OnReport, should_stop: ShouldStop
) -> Model:
    """By the engine that the settings name."""
    engine = shot.settings.solve.engine
    if engine == "codef":
        return codef.fit(shot, report, should_stop, folder.write_checkpoint, start, folder.flow_folder)
    if engine == "fields":
        if start is not None and not folder.fields_checkpoint_file.exists():
            return start  # trained to its end
        from .engines import neural  # only here: torch takes a second to import

        return neural.fit(
            shot, report, should_stop, folder.fields_file, folder.fields_checkpoint_file, resume, folder.flow_folder
        )
    assert_never(engine)


def settings_for(plate: str | None, folder: UnreelFolder, values: dict[str, Any], resume: bool) -> ShotSettings:
    """From a plate and values, from a `shot.yaml` with values over it, or those of the run that is resumed."""
    values = absolute(values, Path.cwd())
    if plate is None:
        before = folder.read_training() if resume else None
        if before is None:
            raise UsageError("name the plate, such as plate.####.exr")
        return make_settings(merged(before.settings.model_dump(), values), "the command line")
    if not plate.endswith((".yaml", ".yml")):
        return make_settings(merged(absolute({"plate": plate}, Path.cwd()), values), "the command line")
    table = absolute(read_settings_file(Path(plate)), Path(plate).parent)
    if "preset" in values and "solve" in table:
        log.warning("%s sets solve.* itself; the preset changes only what it leaves out", plate)
    return make_settings(merged(table, values), plate)


def absolute(values: dict[str, Any], base: Path) -> dict[str, Any]:
    """Paths made absolute, so that an unreel folder can be used from anywhere."""
    out = values
    for place in PATHS:
        at: Any = values
        for name in place:
            at = at.get(name) if isinstance(at, dict) else None
        if isinstance(at, str) and "://" not in at:
            change: Any = os.path.abspath(base / at)
            for name in reversed(place):
                change = {name: change}
            out = merged(out, change)
    return out


def warn_of_moved_textures(folder: UnreelFolder, model: Model) -> None:
    """A line in the log where another key frame takes the canonical away from what was painted on it."""
    try:
        before = folder.read_model().key
    except UnreelError:
        return
    painted = [name for name in folder.textures if folder.read_texture(name).on == "canonical"]
    if painted and before != model.key:
        log.warning(
            "%s: painted on the canonical of key frame %d, which is %d now; export, paint and import again, "
            "or train with --key %d",
            ", ".join(painted),
            before,
            model.key,
            before,
        )


class LogFile(logging.FileHandler):
    """A log that can't be written is no reason to end."""

    def emit(self, record: logging.LogRecord) -> None:
        with suppress(OSError):
            super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:
        """Nothing is said about the log, for every line of it."""

    def close(self) -> None:
        with suppress(OSError):
            super().close()


@contextmanager
def logged_to(path: Path) -> Iterator[None]:
    """The log goes into `path` too."""
    handler = LogFile(path, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    ours = logging.getLogger(__package__)
    ours.addHandler(handler)
    try:
        yield
    finally:
        ours.removeHandler(handler)
        handler.close()


def export(path: Path, output: Path, guides: bool, space: Space, kind: Kind, report: OnReport) -> dict[str, Any]:
    """Write the canonical for the artist."""
    check_export(output, space)
    if guides and kind == "field":
        raise UsageError("the guides belong to the canonical that is the key frame; leave out --guides or --kind field")
    folder = UnreelFolder(path)
    solved = open_solved(folder)
    solved.shot.require_outputs([output])
    canonical = canonical_frame(folder, solved, kind, report)
    layers = make_guides(solved, canonical) if guides else {}
    written = write_export(output, canonical, layers, space, solved)
    covered = alpha(canonical)
    assert covered is not None
    return {
        "canonical": ", ".join(map(str, written)),
        "size": f"{canonical.data.width}x{canonical.data.height} at {canonical.data.x}, {canonical.data.y}",
        "coverage": f"{float((covered > 0.5).mean()):.3f}",
    }


def import_texture(
    path: Path,
    edit: Path,
    on: str,
    mode: Mode,
    name: str | None,
    opacity: float,
    space: str | None,
    report: OnReport,
    should_stop: ShouldStop,
) -> dict[str, Any]:
    """Keep what was painted in the unreel folder."""
    folder = UnreelFolder(path)
    solved = open_solved(folder)
    place: Literal["canonical"] | int = "canonical"
    if on != "canonical":
        try:
            place = int(on)
        except ValueError:
            raise UsageError(f"--on {on}: give canonical, or the number of the frame that was painted") from None
        if place not in solved.model.maps:
            raise UsageError(f"--on {place}: the shot has frames {format_range(solved.model.maps)}")
    if place == "canonical":
        ground = ground_of(canonical_frame(folder, solved, "plate", report), "the canonical")
    else:
        ground = plate_ground(solved, place)
    texture = load_texture(edit, ground, place, solved.shot.color, space, mode, opacity, name)
    folder.check_name(texture)
    if not texture.empty:
        solved_for(folder, solved, texture, report, should_stop)
    for note in texture.notes:
        log.warning("%s", note)
    folder.write_texture(texture)
    window = texture.window
    return {
        "texture": texture.name,
        "on": texture.on,
        "painted": "nothing" if texture.empty else f"{window.width}x{window.height} at {window.x}, {window.y}",
    }


def plate_ground(solved: Solved, number: int) -> Ground:
    """Frame `number` of the plate as the ground of a texture, scene-linear, premultiplied."""
    shot = solved.shot
    frame = shot.read_plate(number)
    linear = on_window(shot.linear(frame), shot.raster, frame.data)
    planes = dict(zip("RGB", np.moveaxis(linear, 2, 0), strict=True))
    element = shot.element(frame)
    if element is not None:
        planes["A"] = on_window(element, shot.raster, frame.data)
    return ground_of(replace(frame, planes=planes), f"frame {number}")


def propagate(
    path: Path,
    output: str,
    frames: str | None,
    textures: list[str],
    outputs: tuple[str, ...],
    changes: dict[str, Any],
    report: OnReport,
    should_stop: ShouldStop,
) -> dict[str, Any]:
    """Write the frames."""
    folder = UnreelFolder(path)
    solved = open_solved(folder)
    if set(changes) - {"light"}:
        others = ", ".join(sorted(set(changes) - {"light"}))
        raise UsageError(f"only light.* can be set here, not {others}; train sets the rest")
    settings = make_settings(merged(solved.shot.settings.model_dump(), changes), "--set")
    wanted = solved.shot.frames if frames is None else parse_range(frames)
    names = textures or folder.textures
    if not names and {"comp", "layer"} & set(outputs):
        raise UsageError(f"{path} has no texture yet; bring one in with: unreel import {path} EDIT")
    written = propagate_frames(
        folder,
        solved,
        [folder.read_texture(name) for name in names],
        output,
        wanted,
        tuple(dict.fromkeys(outputs)),
        settings.light,
        report,
        should_stop,
    )
    told = f"{written[0]} .. {written[-1].name}" if len(written) > 1 else str(written[0])
    return {"frames": told, "count": len(written)}


def info(path: Path) -> dict[str, Any]:
    """What an unreel folder holds."""
    folder = UnreelFolder(path)
    settings, model = folder.read_settings(), folder.read_model()
    verdict = judge(model.figures, model.key)
    textures = []
    for name in folder.textures:
        texture = folder.read_texture(name)
        textures.append(f"{name} (on {texture.on}, {texture.mode}, {texture.opacity:g})")
    return {
        "unreel": str(path),
        "plate": settings.plate,
        "matte": settings.matte.path if settings.matte else "none",
        "frames": format_range(model.maps),
        "key": model.key,
        "size": f"{model.raster.width}x{model.raster.height}, solved at {model.solve_size[0]}x{model.solve_size[1]}",
        "surface": model.stiffness,
        **{name: model.figures["mean"][name] for name in ("psnr", "misfit", "covered", "folded")},
        "textures": ", ".join(textures) or "none",
        "verdict": f"{verdict.word}: {verdict.reason}",
        "frames_solved": model.figures["frames"],
    }


def sheet(
    path: Path, output: Path, frames: str | None, textures: list[str], report: OnReport, should_stop: ShouldStop
) -> dict[str, Any]:
    """Write a contact sheet."""
    check_sheet(output)
    folder = UnreelFolder(path)
    solved = open_solved(folder)
    solved.shot.require_outputs([output])
    numbers = list(parse_range(frames)) if frames else spread(solved.shot.frames, 5)
    missing = [n for n in numbers if n not in solved.model.maps]
    if missing:
        raise UsageError(f"frame {missing[0]} is not in the shot; it has {format_range(solved.model.maps)}")
    read = [folder.read_texture(name) for name in textures or folder.textures]
    found = [make_source(texture, folder, solved, report, should_stop) for texture in read]
    canonical = canonical_frame(folder, solved, "plate", report)
    covered = alpha(canonical)
    assert covered is not None
    rgba = np.concatenate([rgb(canonical), covered.astype(np.float32)[..., None]], 2)
    write_sheet(output, solved, [s for s in found if s is not None], numbers, rgba)
    return {"sheet": str(output)}


def spread(frames: tuple[int, ...], count: int) -> list[int]:
    """First, last and what lies evenly between them; all where there are no more than `count`."""
    return list(dict.fromkeys(frames[round(k * (len(frames) - 1) / (count - 1))] for k in range(count)))


def demo(output: Path, report: OnReport, should_stop: ShouldStop) -> dict[str, Any]:
    """The main job on the bundled sample."""
    with as_file(files(__package__) / "sample") as sample:
        folder = output / "pillar.unreel"
        plate = str((sample / "beauty.####.exr").resolve())
        matte = str((sample / "matte.####.exr").resolve())
        trained = train(plate, folder, {"matte": {"path": matte}, "key": 1}, False, report, should_stop)
        exported = export(folder, output / "canonical.exr", True, "scene_linear", "plate", report)
        import_texture(folder, sample / "edit.exr", "canonical", "over", "edit", 1.0, None, report, should_stop)
        pattern = str(output / "result.####.exr")
        frames = propagate(folder, pattern, None, ["edit"], ("comp",), {}, report, should_stop)
        made = sheet(folder, output / "sheet.png", None, ["edit"], report, should_stop)
    return {
        "unreel": str(folder),
        "verdict": trained["verdict"],
        "canonical": exported["canonical"],
        "frames": frames["frames"],
        "sheet": made["sheet"],
    }
