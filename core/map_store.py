"""Maps of a solve under way: their planes and knots in memory, what is as large as a picture beside the proxies."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from dataclasses import replace
from typing import Any

from .fields.frame_map import FrameMap
from .spill import Spill

LARGE = ("residual", "seen")


class MapStore(MutableMapping[int, FrameMap]):
    """By frame number; what it gives is not to be written to."""

    def __init__(self, kept: Spill) -> None:
        self.kept = kept
        self.small: dict[int, FrameMap] = {}
        self.parts: dict[int, tuple[str, ...]] = {}
        self.own = object()
        """Tells its arrays from those of other stores in the same place."""

    def __getitem__(self, number: int) -> FrameMap:
        large: dict[str, Any] = {part: self.kept[self.own, part, number] for part in self.parts[number]}
        return replace(self.small[number], **large)

    def __setitem__(self, number: int, found: FrameMap) -> None:
        parts = tuple(part for part in LARGE if getattr(found, part) is not None)
        for part in parts:
            self.kept[self.own, part, number] = getattr(found, part)
        for part in set(self.parts.get(number, ())) - set(parts):
            del self.kept[self.own, part, number]
        self.parts[number] = parts
        self.small[number] = replace(found, residual=None, seen=None)

    def __delitem__(self, number: int) -> None:
        del self.small[number]
        for part in self.parts.pop(number):
            del self.kept[self.own, part, number]

    def __iter__(self) -> Iterator[int]:
        return iter(self.small)

    def __len__(self) -> int:
        return len(self.small)
