"""A shot as a job for a farm: what is trained, which frames are written, and what of it lies where."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml

from .errors import InputError, UsageError
from .estimate import estimate_one, of_fields
from .farm_paths import Place, input_places
from .farm_template import Steps, make_template
from .job import FILE, PROTOCOL, check_flags, read_job
from .job_commands import PropagateFlags, TrainFlags
from .path_map import here, remembered
from .propagate import OF_ALL, check_outputs
from .report import OnReport, Report, ShouldStop
from .request import asked_for, parse_layers
from .retime import parse_times, times_file
from .sequence import format_range, output_path, parse_range
from .settings import ShotSettings, make_settings, merged, nested
from .shot import Shot, open_shot
from .training import settings_alone
from .unreel_folder import Training, UnreelFolder, at_layer
from .whole_file import replaced_whole

log = logging.getLogger(__name__)

TEMPLATE = "template.yaml"
FRAMES_PER_TASK = 10


@dataclass(frozen=True)
class Asked:
    """What a farm is to do."""

    folder: UnreelFolder
    values: dict[str, Any] | None
    """Settings to train with; None: those of the folder."""
    changes: dict[str, Any]
    """Light and match of the frames."""
    flags: PropagateFlags


def farm(
    source: Path,
    bundle: Path,
    changed: dict[str, Any],
    no_train: bool,
    frames_per_task: int,
    report: OnReport,
    should_stop: ShouldStop,
) -> dict[str, Any]:
    """Write a job bundle. source: an unreel folder, or a job to train or propagate. changed: the latter's options.

    UsageError where there is nothing to do, or a farm can't do it.
    """
    asked = read_asked(source, bundle, changed)
    folder, flags = asked.folder, asked.flags
    settings = settings_of(asked)
    shots = [open_shot(alone) for alone in settings_alone(settings).values()]
    train = None if no_train or is_trained(asked, shots) else train_job(asked)
    propagate = propagate_job(asked, shots[0])
    if train is None and propagate is None:
        raise UsageError(
            f"{folder.path} is trained, and there is no texture to lay; bring one in, or ask for --outputs stmap"
        )
    memory = []
    for at, shot in enumerate(shots if train is not None else ()):
        memory.append(memory_of(shot, should_stop))
        report(Report("look", at + 1, len(shots)))
    frames = frames_of(flags, shots[0])
    result = Path(flags.output)
    places = [
        *input_places(shots, flags.onto, flags.times),
        Place("UnreelFolder", "Unreel folder", folder.path.absolute(), "IN" if train is None else "INOUT"),
        *([] if propagate is None else [Place("OutputFolder", "Frames", result.absolute().parent, "OUT")]),
    ]
    steps = Steps(
        folder.path.stem, train, propagate, max(memory, default=0), shots[0], result.name, frames, frames_per_task
    )
    write_bundle(bundle, make_template(steps, places), places, shots)
    if propagate is not None and folder.exists:
        with suppress(OSError):
            result.absolute().parent.mkdir(parents=True, exist_ok=True)  # the next render is another version
    tasks = task_count(parse_range(frames), frames_per_task)
    return {
        "bundle": str(bundle),
        "train": "left out" if train is None else "one task",
        "propagate": "left out" if propagate is None else f"frames {frames}, {tasks} task{'s' if tasks > 1 else ''}",
        **({} if propagate is None else {"frames": str(result)}),
    }


def read_asked(source: Path, bundle: Path, changed: dict[str, Any]) -> Asked:
    """A folder is propagated whole; a job as it says. UsageError for a job of another command."""
    if UnreelFolder(source).exists:
        flags = PropagateFlags(folder=source, output=result_beside(source, bundle))
        return Asked(UnreelFolder(source), None, {}, flags.model_copy(update=changed))
    if not (source / FILE).exists() and not source.is_file():
        raise InputError(f"{source} is no unreel folder, and no job; name NAME.unreel, or a job to train or propagate")
    job = read_job(source)
    its = check_flags(job, str(source))
    if isinstance(its, PropagateFlags):
        return Asked(UnreelFolder(its.folder), None, nested(job.values), its.model_copy(update=changed))
    if job.command != "train" or not isinstance(its, TrainFlags):
        raise UsageError(f"{source} is a job to {job.command}; a farm is given those to train and to propagate")
    layers = {"layers": parse_layers(list(its.layer))} if its.layer else {}
    values = merged(nested(job.values), layers) or None
    if not job.values.get("plate") and not (its.resume and values is None):
        raise UsageError(f"{source} names no plate; set values.plate to the footage, such as plate.####.exr")
    flags = PropagateFlags(folder=its.output, output=result_beside(its.output, bundle))
    return Asked(UnreelFolder(its.output), values, {}, flags.model_copy(update=changed))


def result_beside(folder: Path, bundle: Path) -> str:
    """Among the folder's renders, by the bundle's name: each bundle has its own."""
    return str(folder.absolute() / "renders" / bundle.name / f"{folder.stem}.####.exr")


def settings_of(asked: Asked) -> ShotSettings:
    """Those that it is, or was, trained with. InputError where the folder says nothing."""
    if asked.values is not None:
        return make_settings(*train_values(asked.values))
    training = asked.folder.read_training()
    if training is None:
        return asked.folder.read_settings()
    return training.settings


def train_values(values: dict[str, Any]) -> tuple[dict[str, Any], str]:
    return asked_for(str(values["plate"]), {name: value for name, value in values.items() if name != "plate"})


def is_trained(asked: Asked, shots: list[Shot]) -> bool:
    """To the end, of these files and settings; of a folder that is only to be propagated, with whatever it was."""
    whole = asked.folder.read_training()
    if whole is not None and not whole.finished:
        return False
    layers = settings_of(asked).layers
    folders = [UnreelFolder(asked.folder.layer_path(layer.name)) for layer in layers] or [asked.folder]
    if asked.values is None:
        told = [folder.read_training() for folder in folders]
        return all(before is None or before.finished for before in told) and asked.folder.shot_file.exists()
    wanted = [Training(shot.settings, shot.fingerprint(), False) for shot in shots]
    return all(folder.is_finished(its) for folder, its in zip(folders, wanted, strict=True))


def train_job(asked: Asked) -> dict[str, Any]:
    """`job.json` of the training; without values it goes on from the folder's own."""
    values = {} if asked.values is None else train_values(asked.values)[0]
    return job_table("train", values, {"output": remembered(asked.folder.path.absolute()), "resume": True})


def memory_of(shot: Shot, should_stop: ShouldStop) -> float:
    """Bytes that training takes; of fields without a trial, as another machine may have what they are trained on."""
    fields = shot.settings.solve.engine == "fields"
    return (of_fields(shot, 0.0) if fields else estimate_one(shot, 1.0, should_stop)).memory


def propagate_job(asked: Asked, shot: Shot) -> dict[str, Any] | None:
    """`job.json` of the frames; None where there is nothing to lay, and nothing else is asked for."""
    flags = asked.flags
    check_outputs(flags.outputs)
    if "live" in flags.outputs:
        raise UsageError("live maps belong to the machine that shows them; leave live out of --outputs")
    missing = set(parse_range(frames_of(flags, shot))) - set(shot.frames) if flags.times is None else ()
    if missing:
        raise UsageError(f"frames {format_range(missing)} are not in the shot; it has {format_range(shot.frames)}")
    folders = painted_folders(asked.folder, flags.layer)
    for name in flags.texture:
        if not any(name in folder.textures for folder in folders):
            folders[0].read_texture(name)  # says which there are
    if not any(folder.textures for folder in folders) and OF_ALL & set(flags.outputs):
        log.warning("%s has no texture: its frames are left out", asked.folder.path)
        return None
    output_path(flags.output, 0, 2)
    paths = {"folder": remembered(asked.folder.path.absolute()), "output": remembered(flags.output, Path.cwd())}
    if flags.onto is not None:
        paths["onto"] = remembered(flags.onto, Path.cwd())
    if flags.times is not None and times_file(flags.times) is not None:
        paths["times"] = remembered(flags.times, Path.cwd())
    kept = flags.model_dump(mode="json", exclude_defaults=True, exclude={*paths, "chunk", "resume", "proxy"})
    return job_table("propagate", asked.changes, {**kept, **paths})


def painted_folders(folder: UnreelFolder, layer: str | None) -> list[UnreelFolder]:
    if layer is not None:
        return [UnreelFolder(at_layer(folder.path, layer))]
    return [folder, *(folder.layer(name) for name in folder.layer_names)]


def job_table(command: str, values: dict[str, Any], flags: dict[str, Any]) -> dict[str, Any]:
    """`job.json`; the task's own words stand over the folder and the output in it."""
    return {"protocol": PROTOCOL, "command": command, "values": values, "flags": flags}


def frames_of(flags: PropagateFlags, shot: Shot) -> str:
    if flags.frames is not None:
        return format_range(parse_range(flags.frames))
    return format_range(sorted(parse_times(here(flags.times))) if flags.times is not None else shot.frames)


def task_count(frames: Iterable[int], most: int) -> int:
    """As Open Job Description cuts them: frames that don't follow one another are in tasks of their own."""
    runs = groupby(enumerate(sorted(frames)), lambda placed: placed[1] - placed[0])
    return sum(-(-len(list(run)) // most) for _, run in runs)


def write_bundle(bundle: Path, template: dict[str, Any], places: list[Place], shots: list[Shot]) -> None:
    """The folder that Deadline Cloud submits, and values for `openjd run`. UsageError where something else is there."""
    if bundle.exists() and not (bundle / TEMPLATE).exists() and (not bundle.is_dir() or any(bundle.iterdir())):
        raise UsageError(f"{bundle} is there and is no job bundle; name a new folder")
    values = {place.name: str(place.folder) for place in places}
    files = {str(path.absolute()) for shot in shots for path in shot.input_files()}
    assets = {
        "inputs": {"filenames": sorted(files), "directories": []},
        "outputs": {"directories": [str(place.folder) for place in places if "OUT" in place.flow]},
        "referencedPaths": [],
    }
    listed = [{"name": name, "value": value} for name, value in values.items()]
    tables = {
        TEMPLATE: template,
        "parameter_values.yaml": {"parameterValues": listed},
        "asset_references.yaml": {"assetReferences": assets},
        "openjd_values.yaml": values,
    }
    for name, table in tables.items():
        with replaced_whole(bundle / name) as temporary:
            text = yaml.dump(table, Dumper=Blocks, sort_keys=False, allow_unicode=True, width=1000)
            temporary.write_text(text, encoding="utf-8")


class Blocks(yaml.SafeDumper):
    """Texts of several lines as they are."""


def text_node(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


Blocks.add_representer(str, text_node)
