"""The node Train: solves a shot, from the plate that comes in to an unreel folder."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from .. import protocol
from ..job import BadKnob, Job
from ..stale import made_file
from . import look, watch
from .desktop import open_path
from .farm import write_bundle
from .graph import Step, train_graph
from .host import PlateFile
from .inputs import bake as bake_input
from .inputs import beside, frames_wanted, take_file, trimmed
from .look import Made
from .node_in_host import NodeInHost
from .patterns import TOKEN, parts_of, with_token
from .status import GOOD, decibel
from .tell import tell
from .terminal import copy_job

BY_PRESET = ("solve.", "fields.")
"""Settings that the preset gives where the knob is at its default."""
NOT_OF_THE_SOLVE = ("solve.threads", "solve.memory")


def start(node: NodeInHost) -> None:
    launch_train(node)


def resume(node: NodeInHost) -> None:
    launch_train(node, resume=True)


def detach(node: NodeInHost) -> None:
    launch_train(node, detached=True)


def launch_train(node: NodeInHost, resume: bool = False, detached: bool = False) -> None:
    """Refused, BadKnob, and what `watch.launch` raises."""
    job = agreed_job(node, resume)
    if job is not None:
        launch_job(node, job, detached)


def agreed_job(node: NodeInHost, resume: bool = False) -> Job | None:
    """None where the artist does not want to train anew. Refused, BadKnob."""
    watch.refuse_while_running(node)
    job = train_job(node, resume)
    folder = Path(job.flags["output"])
    again = f"{folder.name} is trained already. Train it anew? Textures are kept."
    if not resume and made_file(folder, "train").is_file() and not node.host.ask(again):
        return None
    return job


def launch_job(node: NodeInHost, job: Job, detached: bool) -> None:
    """What `watch.launch` raises."""
    watch.launch(node, job, lambda job, result: take_result(node, job, result), detached)


def train_job(node: NodeInHost, resume: bool = False) -> Job:
    """What the knobs and inputs ask for."""
    folder = unreel_folder(node)
    plate = take_file(node, "plate", "plate", baked_plate(node, folder))
    take_file(node, "matte", "matte", baked_matte(node, folder))
    if not node.path("plate"):
        raise BadKnob("Plate: connect a Read, or choose the footage")
    job = node.job(folder=folder, frames=frames_asked(node, plate))
    return replace(job, flags={**job.flags, "resume": True}) if resume else job


def frames_asked(node: NodeInHost, plate: PlateFile | None) -> str | None:
    """The knob's; else those that the Read shows, or that a bake writes; None for all that are on disk."""
    if node.text("frames"):
        return node.text("frames")
    if plate is not None:
        return trimmed(plate)
    if node.host.is_connected(node.handle, "plate"):
        return "{}-{}".format(*node.host.frame_range())
    return None


def unreel_folder(node: NodeInHost) -> str:
    """The knob's, else one named by the plate beside the project, which then is the knob's. BadKnob without either."""
    if not node.path("folder"):
        project, plate = node.host.project_folder(), plate_name(node)
        if project is None or not plate:
            label = node.face.knob("folder").label
            raise BadKnob(f"{label} is empty: choose where to keep what is made, or save the project first")
        node.set("folder", os.path.join(project, "unreel", f"{plate}.unreel"))
    return node.path("folder")


def plate_name(node: NodeInHost) -> str:
    file = node.host.upstream_file(node.handle, "plate")
    pattern = file.pattern if file is not None else node.path("plate")
    name = os.path.basename(pattern.rstrip("/\\"))
    return TOKEN.split(os.path.splitext(name)[0])[0].rstrip("._- ")


def bake(node: NodeInHost) -> None:
    """Write plate and matte where they are not files as they are, and put those into the knobs."""
    watch.refuse_while_running(node)
    folder = unreel_folder(node)
    written = []
    for name, pattern in (("plate", baked_plate(node, folder)), ("matte", baked_matte(node, folder))):
        if not node.host.is_connected(node.handle, name) or node.host.upstream_file(node.handle, name) is not None:
            continue
        frames = frames_wanted(node)
        bake_input(node, name, pattern, frames)
        node.set(name, pattern)
        node.host.file_changed(node.handle, name)
        written.append(f"{name} {frames[0]}-{frames[-1]}")
    nothing = "nothing to bake: what comes in is a file as it is, or nothing comes in"
    tell(node, f"baked {' and '.join(written)}" if written else nothing, GOOD)


def baked_plate(node: NodeInHost, folder: str) -> str:
    return with_token(node.path("baked") or os.path.join(beside(folder, "baked"), "plate.####.exr"))


def baked_matte(node: NodeInHost, folder: str) -> str:
    """Beside the baked plate."""
    plate = baked_plate(node, folder)
    parts = parts_of(plate)
    assert parts is not None  # `with_token` put one in
    return os.path.join(os.path.dirname(plate), "matte." + plate[len(parts[0]) :])


def take_result(node: NodeInHost, job: Job, result: Mapping[str, Any]) -> None:
    """What the figures say, and the folder that was trained."""
    if job.command == "sheet":
        show_sheet(node, job)
        return
    if job.command == "farm":
        return
    node.set("psnr", decibel(result["psnr"]) if "psnr" in result else None)
    verdict = result.get("verdict") or "; ".join(
        f"{name}: {said}" for name, said in result.items() if isinstance(said, str) and name != "unreel"
    )
    node.set("verdict", verdict or None)


def sheet(node: NodeInHost) -> None:
    """Write the contact sheet, then open it."""
    folder = node.needed("folder")
    output = node.path("sheet_file") or os.path.join(folder, "contact_sheet.png")
    job = node.other_job("sheet", folder=folder, output=output)
    watch.launch(node, job, lambda job, result: show_sheet(node, job))


def show_sheet(node: NodeInHost, job: Job) -> None:
    node.set("sheet_file", job.flags["output"])
    if not node.host.is_batch:
        open_path(job.flags["output"])


def refresh(node: NodeInHost) -> None:
    running = watch.last_job(node)
    status = None if running is None else running.poll()
    if status is not None and status.state == protocol.DONE and status.psnr is not None:  # by a host that is gone
        node.set("psnr", decibel(status.psnr))
        node.set("verdict", status.verdict or None)
    look.refresh(node, made(node), lambda job, result: take_result(node, job, result))


def made(node: NodeInHost) -> Made | None:
    """The solve that is there, and what the knobs ask for now; None before the first."""
    folder = node.path("folder")
    if not folder or not (os.path.isdir(folder) or node.text("psnr")):
        return None
    wanted = settings_wanted(node)
    names = {knob.owner["name"] for knob in node.face.knobs if knob.owner["kind"] == "setting"}
    return Made("train", Path(folder), "train", wanted, names - {*wanted, *NOT_OF_THE_SOLVE, "plate"})


def settings_wanted(node: NodeInHost) -> dict[str, Any]:
    """By their dotted names; those that the preset decides are left out."""
    files = {name: node.host.upstream_file(node.handle, name) for name in ("plate", "matte")}
    asked = node.asked(**{name: file.pattern for name, file in files.items() if file is not None}).values
    wanted: dict[str, Any] = {}
    for knob in node.face.knobs:
        name = knob.owner["name"]
        if knob.owner["kind"] != "setting" or name in NOT_OF_THE_SOLVE:
            continue
        if name in asked:
            wanted[name] = asked[name]
        elif not name.startswith(BY_PRESET) and (name == "matte.path" or not name.startswith("matte.")):
            wanted[name] = knob.default
        elif name.startswith("matte.") and "matte.path" in asked:
            wanted[name] = knob.default
    wanted["frames"] = frames_asked(node, files["plate"])
    return {name: value for name, value in wanted.items() if name != "plate" or value is not None}


def reveal(node: NodeInHost) -> None:
    open_path(node.needed("folder"))


def stop(node: NodeInHost) -> None:
    watch.stop(node)


def copy_command(node: NodeInHost) -> None:
    copy_job(node, train_job(node))


def farm(node: NodeInHost) -> None:
    """Write the training's job for a farm, and of the frames where there is a texture."""
    write_bundle(node, train_job(node))


def inside(node: NodeInHost) -> tuple[tuple[Step, ...], dict[str, str]]:
    """The steps it is made of, and the files they read."""
    return train_graph(), {}
