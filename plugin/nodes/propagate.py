"""The node Propagate: the texture in all frames, live by native nodes, or rendered by the core."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..face import Value
from ..job import Job, is_empty, parts_of
from ..stale import made_file, stage_of
from . import look, watch
from .desktop import open_path
from .farm import write_bundle
from .freeze import resolved
from .graph import Step, propagate_graph
from .inputs import still_file
from .look import Made, layer_folder
from .node_in_host import NodeInHost
from .patterns import next_render, safe_name, unused, with_token, with_word
from .status import GOOD
from .tell import Refused, tell
from .terminal import copy_job

TEXTURE = "texture"
LIVE = ("live_st", "live_gain", "live_hold")
RESULTS = {
    "comp": "result",
    "layer": "result_layer",
    "stmap": "result_stmap",
    "inverse": "result_inverse",
    "visibility": "result_visibility",
    "confidence": "result_confidence",
}
"""The core's outputs, and the knobs that hold their files."""


def make_live(node: NodeInHost) -> None:
    """Write the live maps, and read them."""
    job = node.job(file=live_pattern(node), outputs=("live",), times=None, onto=None)
    watch.launch(node, job, lambda job, result: take_result(node, job, result))


def live_pattern(node: NodeInHost) -> str:
    """In the unreel folder, one set for each layer."""
    folder = node.needed("folder")
    name = os.path.splitext(os.path.basename(folder))[0] + (f"_{node.text('layer')}" if node.text("layer") else "")
    return os.path.join(folder, "live", f"{name}.####.exr")


def render(node: NodeInHost) -> None:
    """Write the frames into a new version. A texture that comes in is brought in first, unless the knob names some."""
    watch.refuse_while_running(node)
    job = render_job(node)
    if not is_from_graph(node):
        watch.launch(node, job, lambda job, result: take_result(node, job, result))
        return
    bring_in = texture_job(node)
    watch.launch(node, bring_in, lambda made, result: render_texture(node, job, made, result))


def render_job(node: NodeInHost, taken: Collection[str] = ()) -> Job:
    """A new version of the frames, by what the knobs hold. taken: patterns that wait to be written. BadKnob."""
    return node.job(file=unused(render_pattern(node), taken), outputs=render_outputs(node))


def is_from_graph(node: NodeInHost) -> bool:
    """A texture comes in, and the knob names none."""
    return not node.text(TEXTURE) and node.host.is_connected(node.handle, TEXTURE)


def render_texture(node: NodeInHost, job: Job, made: Job, result: Mapping[str, Any]) -> None:
    """Now that it is brought in."""
    if "darkest" in result:
        node.set("darkest", result["darkest"])
    job = replace(job, flags={**job.flags, TEXTURE: [made.flags["name"]]})
    watch.launch(node, job, lambda job, result: take_result(node, job, result))


def texture_job(node: NodeInHost) -> Job:
    """Bring in what comes into Texture, as live has it: on the canonical, in the node's mode."""
    folder, name = node.needed("folder"), safe_name(node.name())
    path = os.path.join(folder, "from_graph", f"{name}.exr")
    edit = still_file(node, TEXTURE, path, node.host.frame_range()[0])
    return node.other_job(
        "import", folder=folder, edit=edit, name=name, layer=node.text("layer"), mode=node.text("paint_mode")
    )


def render_pattern(node: NodeInHost) -> str:
    """The knob's, or a version in the unreel folder that is not there yet."""
    if node.path("file"):
        return with_token(node.path("file"))
    return next_render(node.needed("folder"))


def render_outputs(node: NodeInHost) -> tuple[str, ...]:
    """The finished frames, what the knob names, and what the node shows."""
    shown = node.text("output")
    named = parts_of(node.get("outputs") or ())
    wanted = ["comp", *named, *([shown] if shown in RESULTS else [])]
    return tuple(dict.fromkeys(name for name in wanted if name != "live"))


def take_result(node: NodeInHost, job: Job, result: Mapping[str, Any]) -> None:
    """Put the files that were written into their knobs, read them, and show that way. The panel's own maps are none."""
    if job.command != node.face.command or "proxy" in job.flags:
        return
    pattern, live = str(job.flags["output"]), "live" in job.flags["outputs"]
    files: dict[str, Value] = live_files(pattern) if live else result_files(pattern, job.flags["outputs"])
    for knob, file in files.items():
        node.set(knob, file)
    node.set("way", "live" if live else "rendered")
    steps, read = inside(node)
    node.host.build(node.handle, steps, read)
    for knob, file in files.items():
        if file is not None:
            node.host.file_changed(node.handle, knob)
    notes = live_notes(node, pattern) if live else []
    if notes:
        tell(node, "live; " + "; ".join(notes), GOOD)


def live_files(pattern: str) -> dict[str, Value]:
    stem = with_word(pattern, "live_canonical")
    canonical = stem[: stem.rindex("live_canonical") + len("live_canonical")] + ".exr"
    return {**{name: with_word(pattern, name) for name in LIVE}, "live_canonical": canonical}


def result_files(pattern: str, outputs: Any) -> dict[str, Value]:
    """By the knobs; None for what this version does not have."""
    return {
        knob: (pattern if output == "comp" else with_word(pattern, output)) if output in outputs else None
        for output, knob in RESULTS.items()
    }


def live_notes(node: NodeInHost, pattern: str) -> list[str]:
    """How rendered frames will differ."""
    times = ["live maps are of the shot's frames; render for the times"] if node.text("times") else []
    canonical = str(live_files(pattern)["live_canonical"])
    told = canonical[: -len("_canonical.exr")] + ".json"
    try:
        return [*times, *json.loads(Path(told).read_text(encoding="utf-8"))["notes"]]
    except (OSError, ValueError, KeyError):
        return times


def inside(node: NodeInHost) -> tuple[tuple[Step, ...], dict[str, str]]:
    """The steps it is made of, and the files they read. GraphRefused for a mode that live has not."""
    files = {knob: node.path(knob) for knob in (*LIVE, "live_canonical", *RESULTS.values())}
    steps = propagate_graph(node.text("paint_mode"), node.get("painted") == "picture")
    return steps, {knob: file for knob, file in files.items() if file}


def freeze(node: NodeInHost) -> None:
    """Leave native nodes that do what the node shows now. Refused while files that they read are not there."""
    watch.refuse_while_running(node)
    steps, files = inside(node)
    left = resolved(node, steps)
    used = {str(step.params["knob"]) for step in left if step.op == "read"}
    lacking = sorted(used - files.keys())
    if lacking:
        labels = ", ".join(node.face.knob(knob).label for knob in lacking)
        button = "Make live" if node.get("way") == "live" else "Render"
        verb = "is" if len(lacking) == 1 else "are"
        raise Refused(f"there is nothing to freeze yet: {labels} {verb} empty; press {button} first")
    node.host.freeze(node.handle, left, {knob: file for knob, file in files.items() if knob in used})


def refresh(node: NodeInHost) -> None:
    look.refresh(node, made(node), lambda job, result: take_result(node, job, result))


def made(node: NodeInHost) -> Made | None:
    """The files that the node shows; None where there are none."""
    folder, live = node.path("folder"), node.get("way") == "live"
    shown = node.path("live_st") if live else node.path("result")
    if not folder or not shown:
        return None
    pattern = live_pattern(node) if live else shown
    asked = node.asked()
    wanted: dict[str, Any] = {name: asked.flags.get(name) for name in ("frames", "times", "onto")}
    if not is_empty(asked.flags.get(TEXTURE)):
        wanted["textures"] = asked.flags[TEXTURE]
    settings = [knob.owner["name"] for knob in node.face.knobs if knob.owner["kind"] == "setting"]
    if live:
        wanted = {"frames": wanted["frames"]}
        settings = [name for name in settings if name.startswith("light.")]
    wanted.update({name: asked.values[name] for name in settings if name in asked.values})
    unasked = [name for name in settings if name not in asked.values]
    return Made("propagate", layer_folder(folder, node.text("layer")), stage_of("propagate", pattern), wanted, unasked)


def stop(node: NodeInHost) -> None:
    watch.stop(node)


def reveal(node: NodeInHost) -> None:
    shown = node.path("live_st" if node.get("way") == "live" else "result")
    if not shown:
        raise Refused("there are no files yet; press Make live or Render")
    open_path(os.path.dirname(shown))


def copy_command(node: NodeInHost) -> None:
    """Of Render."""
    copy_job(node, job_elsewhere(node))


def farm(node: NodeInHost) -> None:
    """Write Render's job for a farm."""
    write_bundle(node, job_elsewhere(node))


def job_elsewhere(node: NodeInHost) -> Job:
    """Render's. Refused for a texture from the graph that is not in the unreel folder: elsewhere there is no graph."""
    job, name = render_job(node), safe_name(node.name())
    if is_from_graph(node):
        folder = layer_folder(node.needed("folder"), node.text("layer"))
        if not made_file(folder, f"import/{name}").is_file():
            raise Refused("the texture comes from the graph: press Render once, or name one in Textures")
        job = replace(job, flags={**job.flags, TEXTURE: [name]})
    return job
