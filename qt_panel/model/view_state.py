"""How the pictures are looked at. It changes nothing that is made."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, Literal

from .signal import Signal

Kind = Literal["plate", "matte", "canonical", "painted", "live", "rendered", "reconstruction", "difference"]
Channel = Literal["C", "R", "G", "B", "A", "L"]
"""Colour, one of the four, or luminance."""
Compare = Literal["one", "wipe", "flicker", "difference"]
"""One picture, or two: beside each other at a line, in turns, or what tells them apart."""
CLAMPED = {"exposure": (-10.0, 10.0), "gamma": (0.1, 5.0), "wipe_at": (0.0, 1.0)}


@dataclass
class ViewState:
    """Attributes are read as they are and set by `change`, which tells who listens."""

    kind: Kind = "plate"
    second: Kind = "plate"
    """What it is compared with."""
    beside: Kind | None = None
    """What a second viewer shows beside the first; None: there is one viewer."""
    compare: Compare = "one"
    wipe_at: float = 0.5
    """Where the line of the wipe is, 0..1 from the left of the display window."""
    flicker_second: bool = False
    """Flicker: the second is shown now."""
    exposure: float = 0.0
    """Stops."""
    gamma: float = 1.0
    channel: Channel = "C"
    display: str = ""
    """Of the OCIO config; empty: its default."""
    view: str = ""
    """Of the display; empty: its default."""
    always_proxy: bool = False
    """Proxy size also where nothing moves."""
    windows: bool = True
    """Outlines of data and display window."""
    guide: Literal["", "grid", "coverage", "confidence", "matte"] = ""
    """What lies over the picture."""
    tool: str = "look"
    """The tool in the artist's hand, by its id."""
    changed: Signal[frozenset[str]] = field(default_factory=Signal, repr=False, compare=False)
    """The names of what changed."""

    def change(self, **values: Any) -> None:
        """Numbers are kept in their range. TypeError for a name there is not."""
        unknown = values.keys() - NAMES
        if unknown:
            raise TypeError(f"the view has no {sorted(unknown)[0]!r}; it has {', '.join(sorted(NAMES))}")
        for name, (low, high) in CLAMPED.items():
            if name in values:
                values[name] = min(max(float(values[name]), low), high)
        new = {name: value for name, value in values.items() if getattr(self, name) != value}
        for name, value in new.items():
            setattr(self, name, value)
        if new:
            self.changed.emit(frozenset(new))

    def reset(self) -> None:
        """Exposure, gamma and channel as at the start."""
        self.change(exposure=0.0, gamma=1.0, channel="C")

    def kept(self) -> dict[str, Any]:
        """What is worth keeping for the next start."""
        return {name: getattr(self, name) for name in KEPT}


NAMES = frozenset(each.name for each in fields(ViewState)) - {"changed"}
KEPT = ("display", "view", "always_proxy", "windows")
