"""`unreel batch`: the shots of a list one after the other; what is there already, of the same, is not made again."""

from __future__ import annotations

import logging
import traceback
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import monotonic
from typing import Any, Literal

from .batch_list import BatchShot, read_batch
from .errors import Cancelled, UnreelError
from .export import space_for
from .job import FILE, Job, check_flags, run_job
from .job_commands import ExportFlags, ImportFlags, PropagateFlags, SheetFlags
from .made import is_made, stage_of
from .path_map import remembered
from .propagate import files_of, named
from .report import OnReport, Report, ShouldStop
from .request import settings_for
from .retime import parse_times
from .sequence import parse_range
from .settings import ShotSettings
from .training import under
from .unreel_folder import UnreelFolder, at_layer

log = logging.getLogger(__name__)

State = Literal["done", "unchanged", "failed", "stopped", "not begun"]


@dataclass
class Outcome:
    """How a shot of the list ended."""

    state: State = "not begun"
    seconds: float = 0.0
    steps: dict[str, State] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)
    """What its training tells."""
    error: str = ""
    exit_code: int = 0

    @property
    def table(self) -> dict[str, Any]:
        table = {"state": self.state, "seconds": round(self.seconds, 1), "steps": self.steps}
        table |= {name: self.told[name] for name in ("psnr", "verdict") if name in self.told}
        return table | ({"error": self.error, "exit_code": self.exit_code} if self.error else {})


def run_batch(path: Path, report: OnReport, should_stop: ShouldStop) -> dict[str, Any]:
    """Do what a list asks for; `shots`: how each ended, by its name. A shot that fails does not stop the others.

    UsageError, InputError: of the list itself, before anything is done.
    """
    shots = read_batch(path)
    outcomes = {shot.name: Outcome() for shot in shots}
    for shot in shots:
        if should_stop():
            break
        log.info("shot %s", shot.name)
        outcome = outcomes[shot.name]
        run_shot(shot, outcome, under(shot.name, report), should_stop)
        log.info("%s: %s", shot.name, outcome.error or outcome.state)
    return {"shots": {name: outcome.table for name, outcome in outcomes.items()}}


def require_all(told: dict[str, Any]) -> None:
    """Cancelled where the list was stopped; UnreelError, naming them, where shots failed."""
    shots = told["shots"]
    failed = [name for name, its in shots.items() if its["state"] == "failed"]
    if any(its["state"] in ("stopped", "not begun") for its in shots.values()):
        raise Cancelled("stopped; the same again goes on from here")
    if failed:
        raise UnreelError(f"{len(failed)} of {len(shots)} shots failed: {', '.join(failed)}")


def run_shot(shot: BatchShot, outcome: Outcome, report: OnReport, should_stop: ShouldStop) -> None:
    """Its steps in their order, the first error ends them. `outcome` is told how it went."""
    began = monotonic()
    step = "train"
    try:
        settings = settings_for(shot.plate, UnreelFolder(shot.folder), shot.values, False)
        for step, job in shot.jobs.items():
            if should_stop():
                raise Cancelled(f"stopped before {step}")
            outcome.steps[step] = "stopped"
            outcome.steps[step] = run_step(with_what_is_there(job, shot, settings), outcome, report, should_stop)
        outcome.state = "done" if "done" in outcome.steps.values() else "unchanged"
    except Cancelled as error:
        outcome.state, outcome.error, outcome.exit_code = "stopped", str(error), error.exit_code
    except UnreelError as error:
        outcome.state, outcome.error, outcome.exit_code = "failed", f"{step}: {error}", error.exit_code
    except Exception as error:  # a fault of ours in one shot is no reason to leave the others undone
        traceback.print_exc()
        told = f"{step}: Unreel failed by a fault of its own, {type(error).__name__}: {error}"
        outcome.state, outcome.error, outcome.exit_code = "failed", told, UnreelError.exit_code
    if outcome.state == "failed":
        outcome.steps[step] = "failed"
    outcome.seconds = monotonic() - began


def with_what_is_there(job: Job, shot: BatchShot, settings: ShotSettings) -> Job:
    """A job with what depends on the steps before it."""
    folder = UnreelFolder(shot.folder)
    if job.command == "train":
        return replace(job, flags={**job.flags, "resume": folder.exists})
    if job.command not in ("propagate", "sheet"):
        return job
    flags = job.flags | {"texture": job.flags["texture"] or textures_of(at_layer(shot.folder, job.flags.get("layer")))}
    if job.command == "sheet":
        return replace(job, flags=flags)
    values = settings.model_dump(mode="json", include={"light", "match"})
    return replace(job, flags={"resume": True, **flags}, values=values)


def textures_of(path: Path) -> list[str]:
    """All that an unreel folder, or any of its layers, has."""
    folder = UnreelFolder(path)
    layers = [folder.layer(name) for name in folder.layer_names] or [folder]
    return list(dict.fromkeys(name for layer in layers for name in layer.textures))


def run_step(job: Job, outcome: Outcome, report: OnReport, should_stop: ShouldStop) -> State:
    """Whether it was done or is unchanged."""
    if job.command != "train":
        if is_up_to_date(job):
            return "unchanged"
        run_job(job, report, should_stop)
        return "done"
    worked = False

    def listen(said: Report) -> None:
        nonlocal worked
        worked = True  # a training that is there already has nothing to report
        report(said)

    outcome.told = run_job(job, listen, should_stop)
    return "done" if worked else "unchanged"


def is_up_to_date(job: Job) -> bool:
    """Whether what a job would write is there, made of the same files, settings, solves and textures."""
    flags = check_flags(job, FILE)
    assert isinstance(flags, (ExportFlags, ImportFlags, PropagateFlags, SheetFlags))
    folder = UnreelFolder(at_layer(flags.folder, flags.layer))
    wanted = flags.model_dump(mode="json", exclude={"folder", "layer", "name", "texture"})
    wanted |= {name: remembered(wanted[name]) for name in ("edit", "output", "onto") if wanted.get(name)}
    if isinstance(flags, ImportFlags):
        return flags.name in folder.textures and is_made(folder, f"import/{flags.name}", wanted)
    stage = stage_of(job.command, flags.output)
    if isinstance(flags, ExportFlags):
        return flags.output.exists() and is_made(
            folder, stage, wanted | {"space": flags.space or space_for(flags.output)}
        )
    wanted |= {"textures": list(flags.texture)}
    if isinstance(flags, SheetFlags):
        return flags.output.exists() and is_made(folder, stage, wanted)
    return is_made(folder, stage, wanted | job.values) and all(path.exists() for path in frames_of(folder, flags))


def frames_of(folder: UnreelFolder, flags: PropagateFlags) -> list[Path]:
    """The files of a propagation: all of them, though a note may be of some of its chunks alone."""
    if flags.frames is not None:
        numbers = parse_range(flags.frames)
    elif flags.times is not None:
        numbers = tuple(parse_times(flags.times))
    else:
        first = folder.layer(folder.layer_names[0]) if folder.layer_names else folder
        numbers = tuple(first.read_model().maps)
    files = files_of(flags.outputs)
    return [named(flags.output, name, number, len(numbers), files) for name in files for number in numbers]
