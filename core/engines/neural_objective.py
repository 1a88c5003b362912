"""The sum of losses of one batch."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from ..fields.canonical_fields import CanonicalField
from ..fields.deformation_fields import Deformation
from ..losses import (
    carried,
    curvature_loss,
    flow_loss,
    reference_loss,
    rigidity_loss,
)
from .neural_batch import Batch
from .neural_colour import colour_terms
from .neural_pictures import Pictures
from .neural_settings import FieldsSettings

SHAPE_LOSSES = ("rigidity", "rigidity_global", "bending", "temporal")
"""Those of the map's shape."""
MOST_SHAPE_POINTS = 8192
"""Points at which the map's shape is looked at, a step: each costs two more places or three."""
GLOBAL_SHARE = 0.125
"""Step of the global rigidity, of the longer side: 100 pixels at LNA's 768."""


@dataclass(frozen=True)
class Objective:
    pictures: Pictures
    settings: FieldsSettings
    generator: torch.Generator

    def __call__(
        self, deformation: Deformation, canonical: CanonicalField, batch: Batch, step: int
    ) -> tuple[Tensor, dict[str, float]]:
        """The weighted sum, and each loss before its weight; `mse` is that of the colour, `total` the sum."""
        losses, pictures = self.settings.losses, self.pictures
        weights = {name: getattr(losses, name).at(step) for name in type(losses).model_fields if name != "colour_kind"}
        xy_canonical = deformation(batch.xy_unit, batch.frame, step)
        terms, squared = colour_terms(canonical, xy_canonical, batch, weights, losses.colour_kind)
        if weights["reference"]:
            key, mask = (plane[pictures.key, batch.row, batch.column] for plane in (pictures.colours, pictures.masks))
            terms["reference"] = reference_loss(canonical(batch.xy_unit), key.to(xy_canonical), mask.to(batch.weight))
        if weights["flow"]:
            terms["flow"] = self.flow(deformation, batch, xy_canonical, step)
        terms |= self.shape(deformation, batch, step, weights)
        total = torch.stack([weights[name] * term for name, term in terms.items()]).sum()
        told = {name: term.item() for name, term in terms.items()}
        return total, told | {"total": total.item(), "mse": squared.item()}

    def partner(self, frame: int) -> int | None:
        """The frame that the flow of this step leads to; None where there is none."""
        s, last = self.settings, len(self.pictures.numbers) - 1
        ways = (1, -1) if s.flow_backward else (1,)
        found = {frame + way * distance for distance in s.flow_frames for way in ways}
        if s.flow_key:
            found.add(self.pictures.key)
        others = sorted(f for f in found if 0 <= f <= last and f != frame)
        return others[int(torch.randint(len(others), (), generator=self.generator))] if others else None

    def flow(self, deformation: Deformation, batch: Batch, xy_canonical: Tensor, step: int) -> Tensor:
        """Of each frame of the batch to one other, where the layer shows and the flow comes home."""
        partners = {frame: self.partner(frame) for frame in batch.frames}
        motion = xy_canonical.new_zeros(len(batch.frame), 3)
        other, home = batch.frame.clone(), batch.row.device
        for frame, partner in partners.items():
            if partner is not None:
                here = batch.frame == frame
                row, column = batch.row[here.to(home)], batch.column[here.to(home)]
                motion[here] = self.pictures.flow(frame, partner)[row, column].to(motion)
                other[here] = partner
        there = carried(batch.xy_unit, motion[:, :2], self.pictures.size)
        confidence = motion[:, 2] * batch.weight
        use = confidence > 0
        if not bool(use.any()):
            return xy_canonical.sum() * 0
        onward = deformation(there[use], other[use], step)
        return flow_loss(xy_canonical[use], onward, confidence[use], self.pictures.size)

    def shape(self, deformation: Deformation, batch: Batch, step: int, weights: dict[str, float]) -> dict[str, Tensor]:
        """Rigidity, bending and temporal curvature, at some of the layer's points."""
        names = [n for n in SHAPE_LOSSES if weights[n]]
        size, last = self.pictures.size, len(self.pictures.numbers) - 1
        inside = (batch.weight > 0.5).nonzero()[:, 0]
        if not names or not len(inside):
            return {}
        stride = -(-len(inside) // MOST_SHAPE_POINTS)
        some = inside[int(torch.randint(stride, (), generator=self.generator)) :: stride]
        xy, frame = batch.xy_unit[some], batch.frame[some]

        def at(dx_pixel: float, dy_pixel: float, frames: int = 0) -> Tensor:
            moved = xy + xy.new_tensor([dx_pixel / size[0], dy_pixel / size[1]])
            return deformation(moved, frame + frames, step)

        terms, here = {}, at(0, 0)
        for name, pixels in (("rigidity", 1.0), ("rigidity_global", GLOBAL_SHARE * max(size))):
            if name in names:
                terms[name] = rigidity_loss(here, at(pixels, 0), at(0, pixels), pixels, size)
        if "bending" in names:
            along = ((self.settings.cell, 0), (0, self.settings.cell))
            bends = [curvature_loss(at(-dx, -dy), here, at(dx, dy), size) for dx, dy in along]
            terms["bending"] = torch.stack(bends).sum()
        if "temporal" in names and last >= 2:
            xy, here = xy[(frame > 0) & (frame < last)], here[(frame > 0) & (frame < last)]
            frame = frame[(frame > 0) & (frame < last)]
            if len(frame):
                terms["temporal"] = curvature_loss(at(0, 0, -1), here, at(0, 0, 1), size)
        return terms
