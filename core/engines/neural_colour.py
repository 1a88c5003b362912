"""The losses that look at what is rendered."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import Tensor

from ..fields.canonical_fields import ExplicitCanonical
from ..losses import CHARBONNIER, ColourKind, background_loss, colour_loss, gradient_loss, least_of_nine
from .neural_batch import Batch
from .neural_team import Term


def colour_terms(
    canonical: Callable[..., Tensor], xy_canonical: Tensor, batch: Batch, weights: Mapping[str, float], kind: ColourKind
) -> tuple[dict[str, Term], Term]:
    """Colour, gradient and background, each before its weight, and the mean squared error of the colour.

    Where colour alone counts and the canonical is a picture, one pass does it all, nothing being rendered.
    """
    own = batch.without_lent()
    covered = own.weight.sum()
    if isinstance(canonical, ExplicitCanonical) and weights["colour"]:
        if not weights["gradient"] and not weights["background"]:
            places = batch.kept(xy_canonical)
            found = canonical.colour_error(places, own.target, own.weight, kind, CHARBONNIER)
            if found is not None:
                return {"colour": Term(found[0], covered)}, Term(found[1], covered)
    rendered = canonical(xy_canonical)
    terms: dict[str, Term] = {}
    if weights["gradient"] and min(batch.shape[1:]) >= 3:
        tiles = [plane.view(*batch.shape, *plane.shape[1:]) for plane in (rendered, batch.target, batch.weight)]
        terms["gradient"] = Term(gradient_loss(*tiles), least_of_nine(tiles[2]).sum())
    rendered = batch.kept(rendered)
    if weights["colour"]:
        terms["colour"] = Term(colour_loss(rendered, own.target, own.weight, kind), covered)
    if weights["background"]:
        around = background_loss(rendered, own.target, own.weight)
        terms["background"] = Term(around, len(own.weight) - covered)
    with torch.no_grad():
        return terms, Term(colour_loss(rendered, own.target, own.weight, "mse"), covered)
