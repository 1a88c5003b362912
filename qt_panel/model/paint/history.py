"""What can be undone: each step with the layers and the tiles before it and after it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from .layers import Stack
from .raster import Swap

MOST_BYTES = 256 << 20
"""Of tiles that only undo needs; the oldest steps go first."""


@dataclass(frozen=True, eq=False)
class Step:
    what: str
    """For the status line: `Stroke`."""
    before: Stack
    after: Stack
    swaps: Mapping[int, Swap] = field(default_factory=dict)
    """Layer's id -> its tiles."""
    setting: tuple[int, frozenset[str]] | None = None
    """A layer's properties that were set; setting the same again is the same step."""

    @property
    def size(self) -> int:
        """Bytes that nothing but this step holds."""
        tiles = (before for swap in self.swaps.values() for before, _ in swap.values())
        return sum(tile.nbytes for tile in tiles if tile is not None)


class History:
    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._past: list[Step] = []
        self._future: list[Step] = []

    def done(self, step: Step) -> bool:
        """A new step; what was undone can't be done again. True where it went into the last one."""
        self._future.clear()
        last = self._past[-1] if self._past else None
        if last is not None and step.setting is not None and last.setting == step.setting:
            self._past[-1] = replace(step, before=last.before)
            return True
        self._past.append(step)
        held = sum(step.size for step in self._past)
        while held > self._most and len(self._past) > 1:
            held -= self._past.pop(0).size
        return False

    def back(self) -> Step | None:
        """The last step, which is undone now; None where there is none."""
        if not self._past:
            return None
        self._future.append(self._past.pop())
        return self._future[-1]

    def forth(self) -> Step | None:
        """The step that was undone last, which is done again now."""
        if not self._future:
            return None
        self._past.append(self._future.pop())
        return self._past[-1]

    @property
    def next_back(self) -> str | None:
        """What undo would undo."""
        return self._past[-1].what if self._past else None

    @property
    def next_forth(self) -> str | None:
        return self._future[-1].what if self._future else None
