"""What a picture of a graph shows: nodes as boxes, and what comes into them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from unreel.plugin.face import read_face

LABELS = {face.id: face.label for face in read_face().nodes}
LIVE = {
    "live_canonical": "/shot/live_canonical.exr",
    **{knob: f"/shot/{knob}.####.exr" for knob in ("live_st", "live_gain", "live_hold")},
}
"""Files as Make live leaves them in Propagate's knobs."""


@dataclass(frozen=True)
class Box:
    """A node as the picture shows it."""

    name: str
    note: str
    """Under the name: its class, and what it is set to."""
    kind: str
    """Of `Look.inks` in picture.py."""
    inputs: tuple[tuple[str, str | None], ...] = ()
    """From left to right: what the input is called, and the name of the node that comes in."""


def shot(ours: dict[str, Box], read: str, paint: str, write: str) -> list[Box]:
    """Our four nodes, as the artist wires them to the host's own who paints over the canonical."""
    wires = {
        "train": {"plate": "plate"},
        "texture_import": {"paint": "paint", "canonical": ours["canonical_export"].name},
        "propagate": {"plate": "plate", "texture": ours["texture_import"].name},
    }
    return [
        Box("plate", read, "read"),
        Box("paint", paint, "draw", (("", ours["canonical_export"].name),)),
        *(wired(box, wires.get(node_id, {})) for node_id, box in ours.items()),
        Box("result", write, "write", (("", ours["propagate"].name),)),
    ]


def wired(box: Box, sources: dict[str, str]) -> Box:
    """sources: names of nodes by input, in lower case."""
    return replace(box, inputs=tuple((port, sources.get(port.lower())) for port, _ in box.inputs))


def shown(boxes: Sequence[Box]) -> list[Box]:
    """Those that the output shows at first; of a switch that is its first input."""
    by_name = {box.name: box for box in boxes}
    found: dict[str, Box] = {}

    def follow(box: Box) -> None:
        if box.name in found:
            return
        if box.note == "Switch":
            box = replace(box, note="Switch, input 0", inputs=(("", box.inputs[0][1]),))
        found[box.name] = box
        for _, source in box.inputs:
            if source is not None:
                follow(by_name[source])

    (output,) = (box for box in boxes if box.note == "Output")
    follow(output)
    return [found[box.name] for box in boxes if box.name in found]
