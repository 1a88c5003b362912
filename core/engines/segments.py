"""A long shot in overlapping segments, each solved against a key of its own, and led to the shot's key from there.

What is found against a segment's own key is where the solve against the shot's key starts from: errors of two maps do
not add up where that key sees the frame, and where it does not the way over the segment's key stands.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass, field
from itertools import pairwise

from ..fields.frame_map import IDENTITY, FrameMap
from ..map_store import MapStore
from ..sequence import format_range
from ..solve.chain import outward
from ..solve.parts import parts_of
from .solving import Solving

log = logging.getLogger(__name__)


@dataclass(eq=False)
class Segment:
    frames: tuple[int, ...]
    key: int
    planes: dict[int, FrameMap] = field(default_factory=dict)
    """Of its frames onto `key`."""
    sheets: MutableMapping[int, FrameMap] = field(default_factory=dict)
    """The same, but of frames that are not `final`."""
    plane: FrameMap = IDENTITY
    """Of `key` onto the shot's key, as `sheet`."""
    sheet: FrameMap = IDENTITY

    @property
    def sides(self) -> tuple[list[int], list[int]]:
        return outward(self.frames, self.key)

    def shared_with(self, other: Segment) -> list[int]:
        return [number for number in self.frames if number in other.frames]

    def depth(self, number: int) -> int:
        """How many frames lie between a frame and the nearer end; below 0 where it is none of these."""
        if number not in self.frames:
            return -1
        at = self.frames.index(number)
        return min(at, len(self.frames) - 1 - at)


class Segments:
    """Those of a shot. One alone is the shot against its key, and nothing is led."""

    def __init__(self, solving: Solving, choose_key: Callable[[tuple[int, ...]], int]) -> None:
        """choose_key: of the frames of a segment that does not hold the shot's key."""
        settings, frames, key = solving.shot.settings.solve, solving.shot.frames, solving.key
        areas = solving.proxies.areas
        parts = [Segment(part, key) for part in parts_of(frames, areas, settings.segment, settings.overlap)]
        for part in parts:
            part.sheets = MapStore(solving.kept_maps)
        self.main = max(parts, key=lambda part: part.depth(key))
        for part in parts:
            if part is not self.main:
                part.key = choose_key(part.frames)
        if len(parts) > 1:
            told = ", ".join(f"{format_range(part.frames)} by {part.key}" for part in parts)
            log.info("the shot is solved in segments, each against a frame of its own: %s", told)
        self.all = parts
        self.final = {n for n in self.main.frames if len(self.holding(n)) == 1}
        """Frames whose maps onto their segment's key are the shot's."""
        self.led = [n for n in frames if n not in self.final and n != key]

    def holding(self, number: int) -> list[Segment]:
        return [part for part in self.all if number in part.frames]

    @property
    def sides(self) -> list[tuple[Segment, list[int]]]:
        """Each chain of frames, outward from the key of its segment."""
        return [(part, side) for part in self.all for side in part.sides]

    def outward(self) -> tuple[list[tuple[Segment, Segment]], list[tuple[Segment, Segment]]]:
        """The segments after that of the shot's key, and those before it, each with its neighbour towards that."""
        at = self.all.index(self.main)
        after, before = self.all[at:], self.all[at::-1]
        return [(part, near) for near, part in pairwise(after)], [(part, near) for near, part in pairwise(before)]

    def shares(self, number: int) -> list[tuple[float, Segment]]:
        """The segments that hold a frame, and how far each counts: from one to the next it fades."""
        holding = self.holding(number)
        if len(holding) == 1:
            return [(1.0, holding[0])]
        before, after = holding
        shared = before.shared_with(after)
        share = (shared.index(number) + 1) / (len(shared) + 1)
        return [(1 - share, before), (share, after)]
