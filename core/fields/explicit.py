"""A picture sampled and lattices evaluated at points, by whichever form is fastest here; all are differentiable.

Forms differ by the rounding of places: 1e-5 of the greatest colour in values, 1e-4 of the greatest slope in gradients.
Where a bilinear picture has no slope, within 1e-3 pixels of a pixel's centre, either may take that of either side.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from time import perf_counter
from typing import Literal, Protocol, cast, runtime_checkable

import torch
from torch import Tensor

FormName = Literal["torch", "numba"]
MODULES: dict[FormName, str] = {"torch": ".explicit_torch", "numba": ".explicit_numba"}
Sampling = Literal["bilinear", "bicubic"]
ColourKind = Literal["mse", "l1", "charbonnier"]
Axes = tuple[float, float]
"""Of x and y."""


@dataclass(frozen=True)
class PixelGrid:
    """How points see a picture: at the pixels `xy_unit * scale + shift`."""

    scale: Axes
    shift: Axes
    sampling: Sampling


PROBE_POINTS, PROBE_SIDE, PROBE_TURNS = 4096, 64, 3

log = logging.getLogger(__name__)


class Form(Protocol):
    """The module of a form: functions, nothing remembered between them. Unit coordinates are [n, 2]."""

    def why_not(self) -> str | None:
        """What is missing on this machine."""

    def serves(self, *tensors: Tensor) -> bool:
        """Whether it takes their devices and dtypes."""

    def sample(self, colours: Tensor, xy_unit: Tensor, grid: PixelGrid) -> Tensor:
        """Colours [n, 3] of a picture [1, 3, h, w], whose edge holds on."""

    def warp(self, plane: Tensor, knots: Tensor, xy_unit: Tensor, frame: Tensor, scale: Axes) -> Tensor:
        """Where points of frames [n] lie on the canonical: by homographies [frames, 8], lattices [frames, ny, nx, 2].

        `xy_unit * scale` are cells; beyond the lattice its edge holds on.
        """


@runtime_checkable
class FusedForm(Form, Protocol):
    def colour_error(
        self,
        colours: Tensor,
        xy_unit: Tensor,
        grid: PixelGrid,
        target: Tensor,
        weight: Tensor,
        kind: ColourKind,
        soft: float,
    ) -> tuple[Tensor, Tensor]:
        """Weighted mean error of `sample` from colours [n, 3], weights [n], and the squared one, which teaches nothing.

        One pass finds both, the gradients, and the picture's splat. `soft` is Charbonnier's epsilon.
        """


def load_form(name: FormName) -> Form:
    """Raises ImportError where its package is missing."""
    return cast(Form, import_module(MODULES[name], __package__))


def why_not(name: FormName) -> str | None:
    """None where a form can be used here, else the reason."""
    try:
        return load_form(name).why_not()
    except ImportError as error:
        return f"{name} does not import: {error}"


def choose_form(wanted: FormName | Literal["auto"], *tensors: Tensor) -> Form:
    """The fastest that takes these tensors, or the one that is wanted."""
    if wanted == "auto":
        form = load_form(fastest() if tensors[0].device.type == "cpu" else "torch")
        return form if form.serves(*tensors) else load_form("torch")
    form = load_form(wanted)
    if not form.serves(*tensors):
        kinds = sorted({f"{tensor.dtype} on {tensor.device}" for tensor in tensors})
        raise ValueError(f"form {wanted} does not take {', '.join(kinds)}")
    return form


@cache
def fastest() -> FormName:
    """On the CPU, by a short probe; asked once a process."""
    seconds: dict[FormName, float] = {}
    told = []
    for name in MODULES:
        reason = why_not(name)
        try:
            if reason is None:
                seconds[name] = probe_seconds(load_form(name))
        except Exception as error:  # of numba, LLVM or the folder that keeps what was compiled
            if name == "torch":
                raise
            reason = f"{name} does not compile: {str(error).splitlines()[0]}"
        told.append(reason or f"{name} {1e3 * seconds[name]:.2f} ms")
    fast = min(seconds, key=lambda name: seconds[name])
    log.debug("explicit fields: %s", ", ".join([f"{fast} is taken", *told]))
    return fast


def probe_seconds(form: Form) -> float:
    """Of points found on a picture through a lattice, forward and back; the best of a few after one to warm up."""
    points = (torch.arange(2.0 * PROBE_POINTS).view(-1, 2) * 0.6180339887) % 1
    frame, side = torch.zeros(PROBE_POINTS, dtype=torch.int64), float(PROBE_SIDE)
    colours, plane, knots = torch.zeros(1, 3, PROBE_SIDE, PROBE_SIDE), torch.zeros(1, 8), torch.zeros(1, 11, 11, 2)
    trained = [tensor.requires_grad_() for tensor in (colours, plane, knots)]
    grid, best = PixelGrid((side, side), (-0.5, -0.5), "bilinear"), float("inf")
    for turn in range(PROBE_TURNS + 1):
        begun = perf_counter()
        with torch.enable_grad():
            xy = form.warp(plane, knots, points, frame, (8.0, 8.0))
            found = form.sample(colours, xy, grid)
            torch.autograd.grad(found.sum(), trained)
        if turn:
            best = min(best, perf_counter() - begun)
    return best
