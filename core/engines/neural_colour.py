"""The losses that look at what is rendered."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from ..fields.canonical_fields import CanonicalField, ExplicitCanonical
from ..losses import CHARBONNIER, ColourKind, background_loss, colour_loss, gradient_loss
from .neural_batch import Batch


def colour_terms(
    canonical: CanonicalField, xy_canonical: Tensor, batch: Batch, weights: Mapping[str, float], kind: ColourKind
) -> tuple[dict[str, Tensor], Tensor]:
    """Colour, gradient and background, each before its weight, and the mean squared error of the colour.

    Where colour alone counts and the canonical is a picture, one pass does it all, nothing being rendered.
    """
    if isinstance(canonical, ExplicitCanonical) and weights["colour"]:
        if not weights["gradient"] and not weights["background"]:
            found = canonical.colour_error(xy_canonical, batch.target, batch.weight, kind, CHARBONNIER)
            if found is not None:
                return {"colour": found[0]}, found[1]
    rendered = canonical(xy_canonical)
    terms: dict[str, Tensor] = {}
    if weights["colour"]:
        terms["colour"] = colour_loss(rendered, batch.target, batch.weight, kind)
    if weights["gradient"] and min(batch.shape[1:]) >= 3:
        tiles = [plane.view(*batch.shape, *plane.shape[1:]) for plane in (rendered, batch.target, batch.weight)]
        terms["gradient"] = gradient_loss(*tiles)
    if weights["background"]:
        terms["background"] = background_loss(rendered, batch.target, batch.weight)
    with torch.no_grad():
        return terms, colour_loss(rendered, batch.target, batch.weight, "mse")
