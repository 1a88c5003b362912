"""The node Canonical Export: writes the picture to paint on, and shows it with its coverage in alpha."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from ..job import Job
from ..stale import made_file, stage_of
from . import look, watch
from .desktop import open_path
from .graph import Step, export_graph
from .inputs import beside
from .look import Made, layer_folder
from .node_in_host import NodeInHost

LAYERED = (".exr",)
"""Pictures that hold their guides; beside others they are files of their own."""


def export(node: NodeInHost) -> None:
    """Write it where the knob says, else beside the unreel folder."""
    folder = node.needed("folder")
    if not node.path("file"):
        node.set("file", beside(folder, "canonical" + which(node)) + ".exr")
    watch.launch(node, node.job(), lambda job, result: take_result(node, job, result))


def which(node: NodeInHost) -> str:
    """What tells this canonical from the shot's others."""
    return "".join(f"_{node.text(knob)}" for knob in ("layer", "key") if node.text(knob))


def take_result(node: NodeInHost, job: Job, result: Mapping[str, Any]) -> None:
    """Show what was written."""
    steps, files = inside(node)
    node.host.build(node.handle, steps, files)
    node.host.file_changed(node.handle, "file")


def inside(node: NodeInHost) -> tuple[tuple[Step, ...], dict[str, str]]:
    """The steps it is made of, and the files they read. Without guides the picture alone."""
    file = node.path("file")
    steps = export_graph()
    if not (node.get("guides") and file.lower().endswith(LAYERED)):
        steps = tuple(step for step in steps if step.op == "read" and step.params["layer"] is None)
    return steps, {"file": file} if os.path.isfile(file) else {}


def refresh(node: NodeInHost) -> None:
    look.refresh(node, made(node), lambda job, result: take_result(node, job, result))


def made(node: NodeInHost) -> Made | None:
    """The picture that is shown; None where there is none."""
    folder, file = node.path("folder"), node.path("file")
    if not folder or not file:
        return None
    at, stage = layer_folder(folder, node.text("layer")), stage_of("export", file)
    if os.path.isdir(folder) and not made_file(at, stage).is_file() and not os.path.isfile(file):
        return None
    asked = node.asked().flags
    wanted = {name: asked.get(name) for name in ("kind", "key")}
    wanted["guides"] = bool(asked.get("guides"))
    if "space" in asked:  # else it goes by the file's type
        wanted["space"] = asked["space"]
    return Made("export", at, stage, wanted)


def reveal(node: NodeInHost) -> None:
    open_path(os.path.dirname(node.needed("file")))
