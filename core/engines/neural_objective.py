"""The sum of losses of one batch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

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
from .neural_team import ALONE, Team, Term

Field = Callable[..., Tensor]
"""A `CanonicalField` or a `Deformation`, or such a one in parts."""
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
    team: Team = ALONE

    def __call__(
        self, deformation: Field, canonical: Field, batch: Batch, step: int
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """The weighted sum, and each loss before its weight; `mse` is that of the colour, `total` the sum.

        In a team, the batch is a process' part of one: the mean of all sums is that of the whole batch, as is what is
        told.
        """
        weights = self.weights(step)
        xy_canonical = deformation(batch.xy_unit, batch.frame, step)
        terms, squared = colour_terms(canonical, xy_canonical, batch, weights, self.settings.losses.colour_kind)
        terms |= self.other_terms(deformation, canonical, batch, xy_canonical, step)
        nothing = Term(xy_canonical.sum() * 0, xy_canonical.new_zeros(()))
        if self.team.size > 1:  # what one part has nothing of, others may have
            terms = {name: terms.get(name, nothing) for name, weight in weights.items() if weight}
        shares, whole = self.team.whole_of([*terms.values(), squared])
        factors = [weights[name] for name in terms]
        total = weighted_sum(factors, [term.mean * share for term, share in zip(terms.values(), shares, strict=False)])
        if self.team.size > 1:  # the gradient of every parameter is waited for
            total = total + canonical(xy_canonical[:1]).sum() * 0
        told = dict(zip([*terms, "mse"], whole, strict=True))
        return total, told | {"total": weighted_sum(factors, whole[:-1])}

    def weights(self, step: int) -> dict[str, float]:
        """Of each loss, in a step."""
        losses = self.settings.losses
        return {name: getattr(losses, name).at(step) for name in type(losses).model_fields if name != "colour_kind"}

    def other_terms(
        self, deformation: Field, canonical: Field, batch: Batch, xy_canonical: Tensor, step: int
    ) -> dict[str, Term]:
        """The losses that count in a step and do not look at what is rendered."""
        pictures, weights = self.pictures, self.weights(step)
        xy_canonical, batch = batch.kept(xy_canonical), batch.without_lent()
        found: dict[str, Term] = {}
        if weights["reference"]:
            key, mask = (plane[pictures.key, batch.row, batch.column] for plane in (pictures.colours, pictures.masks))
            mask = mask.to(batch.weight)
            found["reference"] = Term(reference_loss(canonical(batch.xy_unit), key.to(xy_canonical), mask), mask.sum())
        if weights["flow"]:
            found["flow"] = self.flow(deformation, batch, xy_canonical, step)
        return found | self.shape(deformation, batch, step, weights)

    def partner(self, frame: int) -> int | None:
        """The frame that the flow of this step leads to; None where there is none."""
        s, last = self.settings, len(self.pictures.numbers) - 1
        ways = (1, -1) if s.flow_backward else (1,)
        found = {frame + way * distance for distance in s.flow_frames for way in ways}
        if s.flow_key:
            found.add(self.pictures.key)
        others = sorted(f for f in found if 0 <= f <= last and f != frame)
        return others[int(torch.randint(len(others), (), generator=self.generator))] if others else None

    def flow(self, deformation: Field, batch: Batch, xy_canonical: Tensor, step: int) -> Term:
        """Of each frame of the batch to one other, where the layer shows and the flow comes home."""
        partners = {frame: self.partner(frame) for frame in batch.frames}
        motion = xy_canonical.new_zeros(len(batch.frame), 3)
        other, home = batch.frame.clone(), batch.row.device
        for frame, partner in partners.items():
            here = batch.frame == frame
            if partner is not None and bool(here.any()):
                row, column = batch.row[here.to(home)], batch.column[here.to(home)]
                motion[here] = self.pictures.flow(frame, partner)[row, column].to(motion)
                other[here] = partner
        there = carried(batch.xy_unit, motion[:, :2], self.pictures.size)
        confidence = motion[:, 2] * batch.weight
        use = confidence > 0
        if not bool(use.any()):
            return Term(xy_canonical.sum() * 0, confidence.sum())
        onward = deformation(there[use], other[use], step)
        return Term(flow_loss(xy_canonical[use], onward, confidence[use], self.pictures.size), confidence.sum())

    def shape(self, deformation: Field, batch: Batch, step: int, weights: dict[str, float]) -> dict[str, Term]:
        """Rigidity, bending and temporal curvature, at some of the layer's points."""
        names = [n for n in SHAPE_LOSSES if weights[n]]
        if not names:
            return {}
        size, last = self.pictures.size, len(self.pictures.numbers) - 1
        inside = (batch.weight > 0.5).nonzero()[:, 0]
        stride = max(1, -(-len(inside) // MOST_SHAPE_POINTS))
        first = int(torch.randint(stride, (), generator=self.generator))  # by all of a team, whatever they see
        some = inside[first::stride]
        if not len(some):
            return {}
        xy, frame = batch.xy_unit[some], batch.frame[some]

        def at(dx_pixel: float, dy_pixel: float, frames: int = 0) -> Tensor:
            moved = xy + xy.new_tensor([dx_pixel / size[0], dy_pixel / size[1]])
            return deformation(moved, frame + frames, step)

        terms, here, over = {}, at(0, 0), xy.new_tensor(float(len(xy)))
        for name, pixels in (("rigidity", 1.0), ("rigidity_global", GLOBAL_SHARE * max(size))):
            if name in names:
                terms[name] = Term(rigidity_loss(here, at(pixels, 0), at(0, pixels), pixels, size), over)
        if "bending" in names:
            along = ((self.settings.cell, 0), (0, self.settings.cell))
            bends = [curvature_loss(at(-dx, -dy), here, at(dx, dy), size) for dx, dy in along]
            terms["bending"] = Term(torch.stack(bends).sum(), over)
        if "temporal" in names and last >= 2:
            xy, here = xy[(frame > 0) & (frame < last)], here[(frame > 0) & (frame < last)]
            frame = frame[(frame > 0) & (frame < last)]
            if len(frame):
                bend = curvature_loss(at(0, 0, -1), here, at(0, 0, 1), size)
                terms["temporal"] = Term(bend, xy.new_tensor(float(len(xy))))
        return terms


def weighted_sum(weights: list[float], values: list[Tensor]) -> Tensor:
    return torch.stack([weight * value for weight, value in zip(weights, values, strict=True)]).sum()
