"""A job template of Open Job Description: Train as one task, Propagate as chunks of frames that depend on it."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from .errors import UsageError
from .farm_paths import Place, map_of
from .path_map import VARIABLE
from .settings import ShotSettings
from .shot import Shot

VERSION = "jobtemplate-2023-09"
NOTICE_SECONDS = 120
"""Between the notice of a cancel and its end: a training writes a checkpoint after the frame it is at."""
MEBI = 1 << 20
MOST_LETTERS = 1024
"""Of a parameter's text."""
MARGIN = 1.25
"""On the memory that is estimated."""
BASE_BYTES, PIXEL_BYTES = 300e6, 400
"""Of propagate: the program, and each pixel of each frame that is worked on. Measured: 0.32 GB at 480x270, 1.6 GB at
1920x1080, with two threads."""


@dataclass(frozen=True)
class Steps:
    """What the template is made of."""

    name: str
    train: dict[str, Any] | None
    """`job.json`; None: left out."""
    propagate: dict[str, Any] | None
    memory: float
    """Bytes that training takes."""
    shot: Shot
    result: str
    """File name of the frames: a pattern."""
    frames: str
    frames_per_task: int


def make_template(steps: Steps, places: list[Place]) -> dict[str, Any]:
    """The template as a table."""
    chunked = {} if steps.propagate is None else {"extensions": ["TASK_CHUNKING"]}
    made = []
    if steps.train is not None:
        made.append(train_step(steps, steps.train))
    if steps.propagate is not None:
        made.append(propagate_step(steps, steps.propagate))
    mapped = [place for place in places if place.name != "UnreelFolder"]
    return {
        "specificationVersion": VERSION,
        **chunked,
        "name": f"Unreel {steps.name}".replace("{{", "{")[:128],
        "parameterDefinitions": [*map(path_parameter, places), *other_parameters(steps)],
        "jobEnvironments": [{"name": "Paths", "variables": {VARIABLE: map_of(mapped)}}],
        "steps": made,
    }


def path_parameter(place: Place) -> dict[str, Any]:
    """Without a default: that would have to lie in the bundle."""
    return {
        "name": place.name,
        "type": "PATH",
        "objectType": "DIRECTORY",
        "dataFlow": place.flow,
        "userInterface": {"control": "CHOOSE_DIRECTORY", "label": place.label, "groupLabel": "Shot"},
    }


def other_parameters(steps: Steps) -> Iterable[dict[str, Any]]:
    if steps.propagate is not None:
        yield {
            "name": "Frames",
            "type": "STRING",
            "default": openjd_range(steps.frames),
            "userInterface": {"control": "LINE_EDIT", "label": "Frames", "groupLabel": "Frames"},
        }
        yield {
            "name": "FramesPerTask",
            "type": "INT",
            "default": steps.frames_per_task,
            "minValue": 1,
            "userInterface": {"control": "SPIN_BOX", "label": "Frames per task", "groupLabel": "Frames"},
        }
    yield {
        "name": "UnreelCommand",
        "type": "STRING",
        "default": "unreel",
        "description": "The program on the farm's machines.",
        "userInterface": {"control": "LINE_EDIT", "label": "Unreel's command", "groupLabel": "Machines"},
    }


def train_step(steps: Steps, job: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": "Train",
        "hostRequirements": requirements(steps.memory * MARGIN, wants_gpu(steps.shot.settings)),
        "script": script(job, ["train", "-o", "{{Param.UnreelFolder}}", "--resume"]),
    }


def propagate_step(steps: Steps, job: dict[str, Any]) -> dict[str, Any]:
    """Each task is a run of its own, which may be killed and run again anywhere."""
    raster, threads = steps.shot.raster, steps.shot.settings.solve.threads or 2
    after = {} if steps.train is None else {"dependencies": [{"dependsOn": "Train"}]}
    frame = {
        "name": "Frame",
        "type": "CHUNK[INT]",
        "range": "{{Param.Frames}}",
        "chunks": {"defaultTaskCount": "{{Param.FramesPerTask}}", "rangeConstraint": "CONTIGUOUS"},
    }
    output = "{{Param.OutputFolder}}/" + steps.result
    words = ["propagate", "{{Param.UnreelFolder}}", "-o", output, "--chunk", "{{Task.Param.Frame}}", "--resume"]
    return {
        "name": "Propagate",
        **after,
        "parameterSpace": {"taskParameterDefinitions": [frame]},
        "hostRequirements": requirements(BASE_BYTES + PIXEL_BYTES * raster.width * raster.height * threads),
        "script": script(job, words),
    }


def script(job: dict[str, Any], words: list[str]) -> dict[str, Any]:
    return {
        "embeddedFiles": [{"name": "Job", "type": "TEXT", "filename": "job.json", "data": spoken(job)}],
        "actions": {
            "onRun": {
                "command": "{{Param.UnreelCommand}}",
                "args": [*words, "--job", "{{Task.File.Job}}", "--progress", "openjd"],
                "cancelation": {"mode": "NOTIFY_THEN_TERMINATE", "notifyPeriodInSeconds": NOTICE_SECONDS},
            }
        },
    }


def spoken(job: dict[str, Any]) -> str:
    """JSON in which no two braces meet, which would be a parameter's."""
    return json.dumps(job, indent=1).replace("{{", "\\u007b\\u007b").replace("}}", "\\u007d\\u007d") + "\n"


def wants_gpu(settings: ShotSettings) -> bool:
    """Fields that are to be trained on one; `auto` takes what there is."""
    return settings.solve.engine == "fields" and settings.fields.device.startswith("cuda")


def requirements(memory: float, gpu: bool = False) -> dict[str, Any]:
    amounts = {"amount.worker.vcpu": 2, "amount.worker.memory": math.ceil(memory / MEBI)}
    if gpu:
        amounts["amount.worker.gpu"] = 1
    return {"amounts": [{"name": name, "min": least} for name, least in amounts.items()]}


def openjd_range(frames: str) -> str:
    """`1-9x2,12` as `1-9:2,12`. UsageError where that is longer than a parameter may be."""
    if len(frames) > MOST_LETTERS:
        raise UsageError(f"the frames {frames[:40]}... are too many pieces for one job; write several, with --frames")
    return frames.replace("x", ":")
