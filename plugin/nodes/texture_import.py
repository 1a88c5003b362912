"""The node Texture Import: brings paint into the unreel folder, from the graph or from a file."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from ..job import BadKnob, Job
from ..stale import made_file
from . import look, watch
from .graph import Step, import_graph
from .inputs import beside, still_file
from .look import Made, layer_folder
from .node_in_host import NodeInHost
from .patterns import safe_name
from .status import GOOD
from .tell import Refused, tell

PAINT = "paint"


def bring_in(node: NodeInHost) -> None:
    """Keep the paint. Where it comes from the graph it is baked first, at the frame it was painted on."""
    watch.refuse_while_running(node)
    is_file = node.get("source") == "file"
    edit = node.needed("file") if is_file else from_graph(node)
    name = node.text("name") or (None if is_file else safe_name(node.name()))
    watch.launch(node, node.job(file=edit, name=name), lambda job, result: take_result(node, job, result))


def from_graph(node: NodeInHost) -> str:
    """The file of what comes in: a Read's own, else a baked one, which is put into its knob."""
    if not node.host.is_connected(node.handle, PAINT):
        raise Refused("nothing comes into Paint: connect the paint, or set the source to file")
    path = node.path("baked") or beside(node.needed("folder"), safe_name(node.name())) + ".exr"
    file = still_file(node, PAINT, path, painted_frame(node))
    if file == path:
        node.set("baked", path)
    return file


def painted_frame(node: NodeInHost) -> int:
    """The frame that was painted on; of the canonical, which stands still, the project's first."""
    on = node.text("on")
    if on in ("", "canonical"):
        return node.host.frame_range()[0]
    try:
        return int(on)
    except ValueError:
        raise BadKnob(f"Painted on: {on!r} is neither canonical nor the number of a frame") from None


def take_result(node: NodeInHost, job: Job, result: Mapping[str, Any]) -> None:
    """Keep the texture's name, so that bringing it in again replaces it; say what live has to know of it."""
    node.set("name", result.get("texture", node.get("name")))
    if "darkest" in result:
        least = result["darkest"]
        tell(node, f"brought in; it has samples below 0: for live set Darkest in Propagate to {least}", GOOD)
    if node.get("source") == "file":
        node.host.file_changed(node.handle, "file")


def inside(node: NodeInHost) -> tuple[tuple[Step, ...], dict[str, str]]:
    """The steps it is made of, and the files they read."""
    file = node.path("file")
    return import_graph(whole=node.get("painted") == "picture"), {"file": file} if file else {}


def refresh(node: NodeInHost) -> None:
    look.refresh(node, made(node), lambda job, result: take_result(node, job, result))


def made(node: NodeInHost) -> Made | None:
    """The texture that was brought in; None where none was."""
    folder, name = node.path("folder"), node.text("name")
    if not folder or not name:
        return None
    at, stage = layer_folder(folder, node.text("layer")), f"import/{name}"
    if os.path.isdir(folder) and not made_file(at, stage).is_file():
        return None
    asked = node.asked().flags
    wanted: dict[str, Any] = {knob: asked.get(knob) for knob in ("on", "key", "mode", "opacity", "space")}
    if node.get("source") == "file" and "edit" in asked:
        wanted["edit"] = asked["edit"]
    return Made("import", at, stage, wanted)
