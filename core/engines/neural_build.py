"""The two fields that the settings ask for."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import nn
from typing_extensions import assert_never

from ..fields.canonical_fields import ExplicitCanonical, FourierCanonical, HashCanonical
from ..fields.deformation_fields import (
    Annealing,
    FourierDeformation,
    HashDeformation,
    ResidualDeformation,
    SmoothDeformation,
    SplineDeformation,
)
from ..fields.hash_grid import GridSpec
from .neural_settings import FieldsSettings

Canonical = ExplicitCanonical | HashCanonical | FourierCanonical
SEEDS_APART = 10


@dataclass(frozen=True)
class Fields:
    canonical: Canonical
    deformation: nn.Module

    @property
    def module(self) -> nn.ModuleDict:
        """Both, for their parameters by name."""
        return nn.ModuleDict({"canonical": self.canonical, "deformation": self.deformation})

    @property
    def device(self) -> torch.device:
        return next(self.deformation.parameters()).device

    def to(self, device: torch.device) -> Fields:
        """The same fields, which now lie there."""
        self.module.to(device)
        return self

    @property
    def spline(self) -> SplineDeformation | None:
        """The lattice at the bottom of the deformation, where there is one."""
        bottom = self.deformation.base if isinstance(self.deformation, ResidualDeformation) else self.deformation
        return bottom if isinstance(bottom, SplineDeformation) else None


def make_fields(settings: FieldsSettings, frames: int, size: tuple[int, int], seed: int) -> Fields:
    """Fields of `frames` pictures of `size` (width, height): the deformation is the identity."""
    annealing = Annealing(settings.annealing_begin, settings.annealing_length)
    if settings.residual == "none":
        deformation = make_deformation(settings.deformation, settings, frames, size, annealing, seed + SEEDS_APART)
    else:
        base = make_deformation(settings.deformation, settings, frames, size, Annealing(), seed + SEEDS_APART)
        top = make_deformation(settings.residual, settings, frames, size, annealing, seed + 2 * SEEDS_APART)
        deformation = ResidualDeformation(base, top, settings.residual_scale)
    return Fields(make_canonical(settings, size, seed), deformation)


def make_canonical(s: FieldsSettings, size: tuple[int, int], seed: int) -> Canonical:
    if s.canonical == "explicit":
        return ExplicitCanonical(size, s.canonical_margin, s.canonical_sampling)
    if s.canonical == "hash":
        spec = grid_spec(s, 2, s.canonical_growth)
        return HashCanonical(spec, s.canonical_margin, s.canonical_layers or 2, s.canonical_width or 64, seed)
    if s.canonical == "fourier":
        layers, width = s.canonical_layers or 8, s.canonical_width or 256
        return FourierCanonical(s.frequencies, s.canonical_margin, layers, width, seed)
    assert_never(s.canonical)


def make_deformation(
    kind: str, s: FieldsSettings, frames: int, size: tuple[int, int], annealing: Annealing, seed: int
) -> nn.Module:
    if kind == "spline":
        return SplineDeformation(frames, size, s.cell)
    if kind == "hash":
        spec = grid_spec(s, 3, s.deformation_growth)
        layers, width = s.deformation_layers or 8, s.deformation_width or 64
        return HashDeformation(frames, spec, layers, width, annealing, seed)
    if kind == "fourier":
        layers, width = s.deformation_layers or 6, s.deformation_width or 128
        return FourierDeformation(frames, s.frequencies, s.code, layers, width, annealing, seed)
    assert kind == "smooth", kind
    return SmoothDeformation(frames, s.deformation_layers or 6, s.deformation_width or 256, seed)


def grid_spec(s: FieldsSettings, axes: int, growth: float) -> GridSpec:
    return GridSpec(axes, levels=s.levels, table_log2=s.table_log2, base=s.base, growth=growth)
