"""What comes into a node, as files: a Read directly there as it is, anything else baked to EXR by a button."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field

from .host import PlateFile, Progress
from .node_in_host import NodeInHost
from .patterns import at_frame, numbers_of, numbers_on_disk, with_token
from .tell import Refused


def take_file(node: NodeInHost, input: str, knob: str, baked: str) -> PlateFile | None:
    """Put what an input reads into its knob, where scanners find it. Refused where it is no file as it is.

    With nothing connected the knob stands. None: not from a Read.
    """
    if not node.host.is_connected(node.handle, input):
        return None
    file = node.host.upstream_file(node.handle, input)
    if file is not None:
        node.set(knob, file.pattern)
        return file
    if not node.path(knob) or node.path(knob) != baked:
        label = node.face.knob(knob).label
        raise Refused(f"{label}: what comes in is not a file as it is; press Bake inputs, or connect a Read directly")
    return None


def trimmed(file: PlateFile) -> str | None:
    """The frames of a Read that shows only some of those on disk; None where it shows them all."""
    numbers = numbers_on_disk(file.pattern)
    shown = [number for number in numbers if file.first <= number <= file.last]
    if len(shown) == len(numbers) or not shown:
        return None
    return f"{file.first}-{file.last}" if len(shown) == file.last - file.first + 1 else ",".join(map(str, shown))


def beside(folder: str, what: str) -> str:
    """`NAME_what` beside `NAME.unreel`."""
    return f"{os.path.splitext(folder)[0]}_{what}"


def frames_wanted(node: NodeInHost) -> list[int]:
    """Those of the knob, else the project's."""
    text = node.text("frames")
    if text:
        return numbers_of(text)
    first, last = node.host.frame_range()
    return list(range(first, last + 1))


def bake(node: NodeInHost, input: str, pattern: str, frames: Sequence[int]) -> None:
    """Write an input. Refused where the artist broke it off; HostFailed; OSError where there is no place."""
    os.makedirs(os.path.dirname(pattern), exist_ok=True)
    label = next(port.label for port in node.face.inputs if port.name == input)
    bar = Asking(node.host.progress(f"{node.name()}: baking {label}"))
    try:
        node.host.bake(node.handle, input, pattern, frames, bar)
    finally:
        bar.close()
    if bar.cancelled:
        raise Refused(f"baking {label} was broken off; press the button again")
    lacking = [number for number in frames if not os.path.isfile(at_frame(pattern, number))]
    if lacking:
        raise Refused(f"{at_frame(pattern, lacking[0])} was not written by the host; see what it says of its input")


def still_file(node: NodeInHost, input: str, path: str, frame: int) -> str:
    """The file of one frame of an input: a Read's own, else `path`, baked."""
    read = node.host.upstream_file(node.handle, input)
    if read is not None:
        return at_frame(read.pattern, min(max(frame, read.first), read.last))
    bake_still(node, input, path, frame)
    return path


def bake_still(node: NodeInHost, input: str, path: str, frame: int) -> None:
    """One frame of an input as the file `path`, replaced whole."""
    pattern = with_token(path)
    bake(node, input, pattern, [frame])
    if pattern != path:
        os.replace(at_frame(pattern, frame), path)


@dataclass
class Asking:
    """A bar that remembers whether the artist cancelled."""

    bar: Progress
    cancelled: bool = field(default=False)

    def update(self, fraction: float, text: str) -> bool:
        if not self.bar.update(fraction, text):
            self.cancelled = True
        return not self.cancelled

    def close(self) -> None:
        self.bar.close()
