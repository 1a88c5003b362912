"""What was found, in words: lines for the Shot page."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from unreel.core.frame import Window
from unreel.core.sequence import format_range

from .shot import Shot


@dataclass(frozen=True)
class Fact:
    name: str
    """Which one, for its label: `frames`, `missing`, `format`, ..."""
    text: str
    is_wrong: bool = False
    """The artist should see to it."""


def facts_of(shot: Shot, fps: float) -> tuple[Fact, ...]:
    """fps: what it is played at where the files don't say."""
    header, frames = shot.header, shot.frames
    found = [
        Fact("plate", Path(shot.plate.pattern).name),
        Fact("folder", str(Path(shot.plate.pattern).parent)),
        Fact("frames", f"{format_range(frames)}   ({len(frames)})"),
    ]
    if shot.missing:
        found.append(Fact("missing", f"{format_range(shot.missing)}   ({len(shot.missing)})", is_wrong=True))
    aspect = "" if shot.pixel_aspect == 1 else f", pixels {shot.pixel_aspect:g} to 1"
    found.append(Fact("format", f"{shot.display.width} x {shot.display.height}{aspect}"))
    if header.data != shot.display:
        found.append(Fact("data", window_text(header.data)))
    if shot.fps is not None:
        found.append(Fact("rate", f"{shot.fps:.5g} fps"))
    else:
        found.append(Fact("rate", f"{fps:.5g} fps; the files don't say"))
    if header.timecode:
        found.append(Fact("timecode", header.timecode))
    kinds = dict.fromkeys(str(kind) for kind in header.channels.values())
    names = ", ".join(list(header.channels)[:8]) + (" ..." if len(header.channels) > 8 else "")
    found.append(Fact("channels", f"{names}   {', '.join(KINDS.get(kind, kind) for kind in kinds)}"))
    return tuple(found)


def window_text(window: Window) -> str:
    return f"{window.width} x {window.height} from {window.x}, {window.y}"


KINDS = {"float16": "half", "float32": "float", "uint8": "8 bit", "uint16": "16 bit", "uint32": "32 bit"}
