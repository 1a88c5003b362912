"""What comes into a node in Nuke: the file of a Read directly there, or baked to EXR by a Write that goes again."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from typing import Any

from ..nk import evaluated_path, has_brackets, plain_path
from ..nodes.host import HostFailed, PlateFile, Progress

UNCHANGED = {"disable": False, "frame_mode": "expression", "frame": ""}
"""What these knobs of a Read hold where its frames are those of its file."""
WRITE = {
    "channels": "all",
    "raw": True,
    "datatype": "32 bit float",
    "compression": "Zip (1 scanline)",
    "autocrop": False,
    "create_directories": True,
}
"""Set after file_type, which brings the knobs of EXR."""


def read_file(nuke: Any, node: Any, index: int) -> PlateFile | None:
    """The sequence of a Read at an input; Dots between change nothing."""
    upstream = node.input(index)
    while upstream is not None and upstream.Class() == "Dot":
        upstream = upstream.input(0)
    if upstream is None or upstream.Class() != "Read":
        return None
    if any(upstream[name].value() != value for name, value in UNCHANGED.items()):
        return None
    pattern = hashed(knob_path(nuke, upstream["file"]))
    if "#" not in os.path.basename(pattern):
        return None
    return PlateFile(pattern, int(upstream["first"].value()), int(upstream["last"].value()))


def hashed(path: str) -> str:
    """`%04d` as `####`."""
    return re.sub(r"%(0?)(\d*)d", lambda found: "#" * max(1, int(found.group(2) or 1)), path)


def knob_path(nuke: Any, knob: Any) -> str:
    """The absolute path in a file knob, with what is in brackets evaluated and the frame's place kept.

    HostFailed where the name itself has both: Nuke gives it only with a frame in it.
    """
    held = knob.value() or ""
    if has_brackets(held):
        folder, name = os.path.split(knob.evaluate() or "")
        last = re.split(r"/(?![^\[]*\])", held)[-1]
        if not has_brackets(last):
            name = plain_path(last)
        elif re.search(r"#|%0?\d*d", last):
            raise HostFailed(f"{knob.name()}: {held} has both brackets and a frame in the name; write the name out")
        path = f"{folder}/{name}" if folder else name
    else:
        path = plain_path(held)
    return absolute(nuke, path)


def absolute(nuke: Any, path: str) -> str:
    """A relative path begins at the script's project folder, else at the script."""
    if not path or os.path.isabs(path):
        return path
    folder = nuke.root()["project_directory"].evaluate() or script_folder(nuke) or os.getcwd()
    return os.path.join(folder, path).replace(os.sep, "/")


def script_folder(nuke: Any) -> str | None:
    """Where the script is saved; None before that."""
    name = nuke.root()["name"].value()
    return os.path.dirname(os.path.abspath(name)) if name else None


def bake(nuke: Any, node: Any, index: int, pattern: str, frames: Sequence[int], progress: Progress) -> None:
    """Float EXR of every channel. HostFailed says what Nuke said, or that the artist stopped it."""
    upstream = node.input(index)
    if upstream is None:
        raise HostFailed(f"{node.name()}: nothing comes into input {index}; connect what is to be baked")
    nuke.Undo.disable()
    try:
        with node.parent() or nuke.root():  # a button's own graph is the inside of its group
            writer = nuke.nodes.Write(inputs=[upstream])
            try:
                set_up(writer, pattern)
                for done, frame in enumerate(frames):
                    if not progress.update(done / len(frames), f"frame {frame}"):
                        raise HostFailed(f"baking was stopped before frame {frame}; press again to begin anew")
                    nuke.execute(writer, frame, frame)
            finally:
                nuke.delete(writer)
    except RuntimeError as error:
        raise HostFailed(f"baking {pattern} failed: {error}") from None
    finally:
        nuke.Undo.enable()


def set_up(writer: Any, pattern: str) -> None:
    writer["file"].setValue(evaluated_path(pattern))
    writer["file_type"].setValue("exr")
    for name, value in WRITE.items():
        writer[name].setValue(value)
