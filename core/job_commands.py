"""What a job can ask for: each command's options in their types, and the step behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from . import history, rendering, tasks, training
from .errors import UsageError
from .estimate import estimate
from .export import Kind, Space, space_for
from .report import OnReport, ShouldStop
from .request import parse_layers
from .settings import merged
from .texture import ImportMode
from .unreel_folder import at_layer


class Flags(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MatteFlags(Flags):
    output: str


class TrainFlags(Flags):
    output: Path
    layer: tuple[str, ...] = ()
    """NAME=MATTE, front to back; where they are not in the settings."""
    resume: bool = False


class EstimateFlags(TrainFlags):
    """As train's; the folder is looked at only to resume."""

    output: Path | None = None  # type: ignore[assignment]


class ExportFlags(Flags):
    folder: Path
    output: Path
    guides: bool = False
    space: Space | None = None
    kind: Kind = "plate"
    layer: str | None = None
    key: int | None = None


class ImportFlags(Flags):
    folder: Path
    edit: Path
    on: str = Field("canonical", coerce_numbers_to_str=True)
    layer: str | None = None
    key: int | None = None
    mode: ImportMode = "over"
    name: str | None = None
    opacity: float = Field(1.0, ge=0, le=1)
    space: str | None = None


class PropagateFlags(Flags):
    folder: Path
    output: str
    frames: str | None = Field(None, coerce_numbers_to_str=True)
    texture: tuple[str, ...] = ()
    layer: str | None = None
    outputs: tuple[str, ...] = ("comp",)
    times: str | None = None
    onto: str | None = None
    proxy: int | None = Field(None, ge=64)
    chunk: str | None = Field(None, coerce_numbers_to_str=True)
    resume: bool = False


class SheetFlags(Flags):
    folder: Path
    output: Path
    frames: str | None = Field(None, coerce_numbers_to_str=True)
    layer: str | None = None
    texture: tuple[str, ...] = ()


class FarmFlags(Flags):
    folder: Path
    job: Path | None = None
    """To train or propagate; without it all of the folder."""
    output: Path
    result: str | None = None
    frames_per_task: int = Field(10, ge=1)
    no_train: bool = False


class RestoreFlags(Flags):
    folder: Path
    version: int | None = None
    layer: str | None = None


class DiscardFlags(Flags):
    folder: Path


Told = dict[str, Any]
Run = Callable[[Any, dict[str, Any], OnReport, ShouldStop], Told]


def _plate(values: dict[str, Any]) -> str:
    plate = values.get("plate")
    if not plate:
        raise UsageError("the job names no plate; set values.plate to the footage, such as plate.####.exr")
    return str(plate)


def _without_plate(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name != "plate"}


def _matte(flags: MatteFlags, values: dict[str, Any], report: OnReport, should_stop: ShouldStop) -> Told:
    return tasks.matte(_plate(values), flags.output, _without_plate(values), report, should_stop)


def _asked(flags: TrainFlags, values: dict[str, Any]) -> tuple[str | None, dict[str, Any]]:
    """The plate and the settings of a training."""
    layers = {"layers": parse_layers(list(flags.layer))} if flags.layer else {}
    return values.get("plate") if flags.resume else _plate(values), merged(_without_plate(values), layers)


def _train(flags: TrainFlags, values: dict[str, Any], report: OnReport, should_stop: ShouldStop) -> Told:
    plate, settings = _asked(flags, values)
    return training.train(plate, flags.output, settings, flags.resume, report, should_stop)


def _estimate(flags: EstimateFlags, values: dict[str, Any], report: OnReport, should_stop: ShouldStop) -> Told:
    plate, settings = _asked(flags, values)
    return estimate(plate, flags.output, settings, flags.resume, report, should_stop)


def _export(flags: ExportFlags, values: dict[str, Any], report: OnReport, should_stop: ShouldStop) -> Told:
    folder, space = at_layer(flags.folder, flags.layer), flags.space or space_for(flags.output)
    return tasks.export(folder, flags.output, flags.guides, space, flags.kind, flags.key, report)


def _import(flags: ImportFlags, values: dict[str, Any], report: OnReport, should_stop: ShouldStop) -> Told:
    f = flags
    folder = at_layer(f.folder, f.layer)
    return tasks.import_texture(folder, f.edit, f.on, f.key, f.mode, f.name, f.opacity, f.space, report, should_stop)


def _propagate(flags: PropagateFlags, values: dict[str, Any], report: OnReport, should_stop: ShouldStop) -> Told:
    f = flags
    folder, textures = at_layer(f.folder, f.layer), list(f.texture)
    return rendering.propagate(
        folder,
        f.output,
        f.frames,
        textures,
        f.outputs,
        values,
        report,
        should_stop,
        f.times,
        f.onto,
        f.proxy,
        f.chunk,
        f.resume,
    )


def _sheet(flags: SheetFlags, values: dict[str, Any], report: OnReport, should_stop: ShouldStop) -> Told:
    folder = at_layer(flags.folder, flags.layer)
    return tasks.sheet(folder, flags.output, flags.frames, list(flags.texture), report, should_stop)


def _farm(flags: FarmFlags, values: dict[str, Any], report: OnReport, should_stop: ShouldStop) -> Told:
    from .farm import farm  # only here: it reads jobs itself

    changed = {} if flags.result is None else {"output": flags.result}
    source = flags.job or flags.folder
    return farm(source, flags.output, changed, flags.no_train, flags.frames_per_task, report, should_stop)


def _restore(flags: RestoreFlags, values: dict[str, Any], report: OnReport, should_stop: ShouldStop) -> Told:
    return history.restore(at_layer(flags.folder, flags.layer), flags.version)


def _discard(flags: DiscardFlags, values: dict[str, Any], report: OnReport, should_stop: ShouldStop) -> Told:
    return history.discard(flags.folder)


@dataclass(frozen=True)
class Command:
    flags: type[Flags]
    run: Run
    settings: Literal["all", "light and match", "none"]
    stops: bool = True
    """Whether it asks if it should stop; else it is broken off."""


COMMANDS = {
    "matte": Command(MatteFlags, _matte, "all"),
    "estimate": Command(EstimateFlags, _estimate, "all"),
    "train": Command(TrainFlags, _train, "all"),
    "restore": Command(RestoreFlags, _restore, "none", stops=False),
    "discard": Command(DiscardFlags, _discard, "none", stops=False),
    "export": Command(ExportFlags, _export, "none", stops=False),
    "import": Command(ImportFlags, _import, "none"),
    "propagate": Command(PropagateFlags, _propagate, "light and match"),
    "sheet": Command(SheetFlags, _sheet, "none"),
    "farm": Command(FarmFlags, _farm, "none"),
}
