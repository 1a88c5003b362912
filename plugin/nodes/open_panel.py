"""Opens the panel with a node's shot: a window of its own, in Unreel's own environment, that outlives the host."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from typing import IO

from ..client import own_session
from ..runtime import clean_environment, find_runtime, module_command
from .host import HostFailed
from .node_in_host import NodeInHost
from .started import reap
from .status import GOOD, WRONG
from .tell import Refused, tell

PANEL = "unreel.qt_panel.__main__"
LOOK_SECONDS = 0.5
"""Between two looks at a window that starts."""
START_SECONDS = 15.0
"""One that lives so long has come up; what happens then, it tells itself."""


def open_panel(node: NodeInHost) -> None:
    """Not waited for; why it did not come up stands on the node. Refused in batch; BadKnob, RuntimeMissing."""
    shot = shot_of(node)
    if node.host.is_batch:
        raise Refused("the panel is a window, and there is no screen for it")
    runtime, said = find_runtime(), tempfile.TemporaryFile()
    try:
        process = subprocess.Popen(
            module_command(runtime, PANEL, shot),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=said,
            env=clean_environment(os.environ),
            **own_session(detached=True),
        )
    except OSError as error:
        said.close()
        raise RuntimeError(f"the panel was not started: {error.strerror or error} ({runtime.python})") from None
    tell(node, f"the panel opens {os.path.basename(shot)}", GOOD)
    follow(node, process, said)


def shot_of(node: NodeInHost) -> str:
    """The unreel folder, once it is there; else the plate that it will be made of. BadKnob, Refused without either."""
    folder = node.path("folder")
    plate = "" if os.path.isdir(folder) else plate_of(node)
    if plate:
        return plate
    if os.path.isdir(node.needed("folder")):
        return folder
    raise Refused(f"{folder} is not there yet; train the shot first")


def plate_of(node: NodeInHost) -> str:
    """What comes in as a file, or the knob's; empty where there is none."""
    if all(port.name != "plate" for port in node.face.inputs):
        return ""
    upstream = node.host.upstream_file(node.handle, "plate")
    if upstream is not None:
        return upstream.pattern
    return node.path("plate") if any(knob.name == "plate" for knob in node.face.knobs) else ""


def follow(node: NodeInHost, process: subprocess.Popen[bytes], said: IO[bytes]) -> None:
    """Until it has come up, or ended; its last words stand on the node then."""
    until = time.monotonic() + START_SECONDS

    def look() -> bool:
        code = process.poll()
        if code is None and time.monotonic() < until:
            return True
        with said:
            if code is None:
                reap(process)
            elif code != 0:
                tell_why(node, code, said)
        return False

    node.host.later(look, LOOK_SECONDS)


def tell_why(node: NodeInHost, code: int, said: IO[bytes]) -> None:
    said.seek(0)
    lines = said.read().decode("utf-8", "replace").split("\n")
    words = [line.strip() for line in lines if line.strip()]
    line = words[-1] if words else f"it ended with code {code}"
    try:
        tell(node, line if line.startswith("unreel panel: ") else f"the panel did not open: {line}", WRONG)
    except HostFailed:  # the node is gone, and its line with it
        pass
