"""What one step of training looks at: tiles of some frames, which may be the whole of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from .neural_pictures import Pictures
from .neural_settings import FieldsSettings
from .neural_team import ALONE, Team

SLOPE_ROWS = 2
"""That a band of rows borrows of the next one: slopes reach over three."""


@dataclass(frozen=True)
class Batch:
    """k tiles of h x w pixels; n is k * h * w."""

    shape: tuple[int, int, int]
    frame: Tensor
    """[n] int64."""
    row: Tensor
    """Like the column, where the pictures lie; all else lies where the fields do."""
    column: Tensor
    xy_unit: Tensor
    """[n, 2]."""
    target: Tensor
    """Colours [n, 3]."""
    weight: Tensor
    """The layer's coverage [n]."""
    frames: list[int]
    """Those that are looked at, each once; in a team, those of the whole batch."""
    lent: int = 0
    """Rows at the bottom of each tile that are another process' own; for slopes alone."""

    def kept(self, plane: Tensor) -> Tensor:
        """Values [n, ...] without those of lent rows."""
        if not self.lent:
            return plane
        return plane.view(*self.shape, *plane.shape[1:])[:, : self.shape[1] - self.lent].flatten(0, 2)

    def without_lent(self) -> Batch:
        return self.with_planes(self.kept, self.lent) if self.lent else self

    def copied(self) -> Batch:
        return self.with_planes(Tensor.clone)

    @property
    def planes(self) -> tuple[Tensor, ...]:
        """All that is told of each point."""
        return self.frame, self.row, self.column, self.xy_unit, self.target, self.weight

    def with_planes(self, changed: Callable[[Tensor], Tensor], fewer_rows: int = 0) -> Batch:
        (count, high, wide), lent = self.shape, self.lent - fewer_rows
        frame, row, column, xy_unit, target, weight = (changed(plane) for plane in self.planes)
        shape = (count, high - fewer_rows, wide)
        return Batch(shape, frame, row, column, xy_unit, target, weight, self.frames, lent)


@dataclass(frozen=True)
class Tiles:
    """Where k tiles lie."""

    frame: Tensor
    """[k]."""
    corner: Tensor
    """Top and left [k, 2]."""
    high: int
    wide: int
    lent: int = 0
    """Of the rows, see `Batch`."""


class Drawer:
    """Draws batches: every frame once before any comes again, tiles at random places of what is wanted."""

    def __init__(
        self,
        pictures: Pictures,
        settings: FieldsSettings,
        generator: torch.Generator,
        device: torch.device = torch.device("cpu"),  # noqa: B008
        team: Team = ALONE,
    ) -> None:
        """generator: the processor's, so that a seed gives the same batches on every device."""
        self.pictures, self.settings, self.generator, self.device = pictures, settings, generator, device
        self.team = team
        self.order: list[int] = []
        self.everywhere = settings.losses.background.weight > 0
        shown = (pictures.masks > 0.01).flatten(1)
        self.shown = [f for f in range(len(pictures.numbers)) if self.everywhere or bool(shown[f].any())]
        """Frames that show the layer."""
        self.windows = {f: self.window_of(f) for f in self.shown}

    def window_of(self, frame: int) -> tuple[int, int, int, int]:
        """top, left, bottom, right of the layer; all of the picture where the rest counts too."""
        width, height = self.pictures.size
        if self.everywhere:
            return 0, 0, height, width
        mask = self.pictures.masks[frame] > 0.01
        rows, columns = mask.any(1).nonzero()[:, 0], mask.any(0).nonzero()[:, 0]
        return int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1

    @property
    def points(self) -> int:
        """Of a batch, at most."""
        width, height = self.pictures.size
        whole = width * height * min(self.settings.frames_per_step, len(self.shown))
        return whole if self.settings.batch == "frames" else min(whole, self.settings.points_per_step)

    def draw(self) -> Batch:
        """A batch; in a team, this process' part of one that is the same for all."""
        frames = self.next_frames()
        tiles = self.whole_frames(frames) if self.settings.batch == "frames" else self.tiles(frames)
        return self.made(self.own_part(tiles), frames)

    def next_frames(self) -> list[int]:
        wanted = min(self.settings.frames_per_step, len(self.shown))
        taken: list[int] = []
        while len(taken) < wanted:
            if not self.order:
                places = torch.randperm(len(self.shown), generator=self.generator).tolist()
                self.order = [self.shown[p] for p in places]
            taken.append(self.order.pop())
        return taken

    def whole_frames(self, frames: list[int]) -> Tiles:
        windows = [self.windows[f] for f in frames]
        top, left = min(w[0] for w in windows), min(w[1] for w in windows)
        high, wide = max(w[2] for w in windows) - top, max(w[3] for w in windows) - left
        corner = torch.tensor([[top, left]] * len(frames))
        return Tiles(torch.tensor(frames), corner, high, wide)

    def tiles(self, frames: list[int]) -> Tiles:
        """Points in squares, as many in each frame, anywhere that touches the layer's box."""
        side = min(self.settings.tile, *self.pictures.size)
        count = max(1, self.settings.points_per_step // (side * side * len(frames)))
        corners = []
        for frame in frames:
            top, left, bottom, right = self.windows[frame]
            room = torch.tensor([max(bottom - top - side, 0) + 1, max(right - left - side, 0) + 1])
            at = (torch.rand(count, 2, generator=self.generator) * room).long() + torch.tensor([top, left])
            corners.append(torch.minimum(at, torch.tensor(self.pictures.size[::-1]) - side))
        return Tiles(torch.tensor(frames).repeat_interleave(count), torch.cat(corners), side, side)

    def own_part(self, tiles: Tiles) -> Tiles:
        """Of a process of a team: every so many-th tile, or where there are fewer than processes, some rows of each."""
        rank, size = self.team.rank, self.team.size
        if size == 1:
            return tiles
        if len(tiles.frame) >= size:
            return replace(tiles, frame=tiles.frame[rank::size], corner=tiles.corner[rank::size])
        first, last = (tiles.high * each // size for each in (rank, rank + 1))
        lent = min(SLOPE_ROWS, tiles.high - last)
        corner = tiles.corner + torch.tensor([first, 0])
        return Tiles(tiles.frame, corner, last - first + lent, tiles.wide, lent)

    def made(self, tiles: Tiles, frames: list[int]) -> Batch:
        count, high, wide, home = len(tiles.frame), tiles.high, tiles.wide, self.pictures.colours.device
        frame, corner = tiles.frame.to(home), tiles.corner.to(home)
        rows, columns = torch.arange(high, device=home), torch.arange(wide, device=home)
        row = (corner[:, 0, None, None] + rows[:, None]).expand(count, high, wide).reshape(-1)
        column = (corner[:, 1, None, None] + columns).expand(count, high, wide).reshape(-1)
        frame = frame[:, None].expand(count, high * wide).reshape(-1)
        xy_unit = (torch.stack([column, row], -1) + 0.5) / torch.tensor(self.pictures.size, device=home)
        target = self.pictures.colours[frame, row, column].float()
        weight = self.pictures.masks[frame, row, column].float()
        frame, xy_unit, target, weight = (part.to(self.device) for part in (frame, xy_unit, target, weight))
        return Batch((count, high, wide), frame, row, column, xy_unit, target, weight, frames, tiles.lent)
