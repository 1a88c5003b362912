"""What the compiled step of the explicit fields is worth: numba against torch in one run.

A step takes points through a frame's homography and lattice onto a picture, compares colours, and finds the gradients
of picture, lattices and homographies. Torch does it by autograd over plain operations, as it does without numba.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # before torch starts its threads

import torch
from torch import Tensor
from unreel.core.fields.canonical_fields import ExplicitCanonical, pixel_centres_unit
from unreel.core.fields.deformation_fields import SplineDeformation
from unreel.core.fields.explicit import FormName
from unreel.core.losses import CHARBONNIER, colour_loss

from bench.encode import Cost, measure, milliseconds, ratios, row
from bench.processes import describe_machine

FRAMES, CELL, MARGIN = 24, 16, 0.3
POINTS, TILE = 32768, 4
"""Of a step that looks at points: so many, in squares of such a side."""


class Step:
    """One step on whole frames or on points of some, but for Adam; the same numbers for every form."""

    def __init__(self, size: tuple[int, int], batch: str, sampling: str, form: FormName):
        generator = torch.Generator().manual_seed(1)
        self.canonical = ExplicitCanonical(size, MARGIN, "bicubic" if sampling == "bicubic" else "bilinear")
        self.deformation = SplineDeformation(FRAMES, size, CELL)
        self.canonical.form = self.deformation.form = form
        with torch.no_grad():
            self.canonical.colours.uniform_(generator=generator)
            self.deformation.plane.normal_(0, 0.02, generator=generator)
            self.deformation.knots.normal_(0, 0.003, generator=generator)
        self.xy = pixel_centres_unit(size, (0, 0), size)
        if batch == "points":
            self.xy = self.xy.view(size[1], size[0], 2)[squares(size, generator)]
        self.frame = torch.full((len(self.xy),), 7)
        self.target = torch.rand(len(self.xy), 3, generator=generator)
        self.weight = torch.ones(len(self.xy))
        self.trained = [*self.deformation.parameters(), *self.canonical.parameters()]
        self.at = self.deformation(self.xy, self.frame).detach().requires_grad_()
        self.error = 0.0

    def __call__(self) -> None:
        self.forget()
        self.loss(self.deformation(self.xy, self.frame)).backward()

    def bend(self) -> None:
        """The lattice's part, there and back."""
        self.forget()
        self.deformation(self.xy, self.frame).sum().backward()

    def look(self) -> None:
        """The picture's."""
        self.forget()
        self.loss(self.at).backward()

    def forget(self) -> None:
        for tensor in (*self.trained, self.at):
            tensor.grad = None

    def loss(self, at: Tensor) -> Tensor:
        found = self.canonical.colour_error(at, self.target, self.weight, "charbonnier", CHARBONNIER)
        if found is None:
            found = (colour_loss(self.canonical(at), self.target, self.weight, "charbonnier"),)
        self.error = found[0].item()
        return found[0]


def squares(size: tuple[int, int], generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Rows and columns of POINTS pixels."""
    room = torch.tensor([size[1] - TILE + 1, size[0] - TILE + 1])
    corner = (torch.rand(POINTS // TILE**2, 2, generator=generator) * room).long()
    inside = torch.cartesian_prod(torch.arange(TILE), torch.arange(TILE))
    rows, columns = (corner[:, None] + inside).reshape(-1, 2).unbind(-1)
    return rows, columns


def bench_step(size: tuple[int, int], batch: str, sampling: str, threads: int, repeats: int) -> None:
    steps = [Step(size, batch, sampling, "torch"), Step(size, batch, sampling, "numba")]
    costs = measure([phase for step in steps for phase in (step, step.bend, step.look)], repeats)
    assert abs(steps[0].error - steps[1].error) < 1e-4 * steps[0].error
    many = f"{threads} thread{'s' * (threads > 1)}"
    name = f"{size[0]}x{size[1]}, {batch}, {sampling}, {many}"
    for what, plain, ours in zip((f"**{name}**", "lattice", "picture"), costs[:3], costs[3:], strict=True):
        row(what, *map(milliseconds, (plain, ours)), ratios(plain, ours), nanoseconds(ours, len(steps[0].xy)))


def nanoseconds(cost: Cost, points: int) -> str:
    return f"{1e9 * cost.core / points:.0f}"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--sizes", nargs="+", default=["480x270", "960x540"])
    options = parser.parse_args(arguments)
    print(f"{describe_machine()}, torch {torch.__version__}; core / wall\n")
    row("", "torch, ms", "numba, ms", "torch : numba", "numba, ns a point")
    row(*["---"] * 5)
    for threads in options.threads:
        torch.set_num_threads(threads)
        for text in options.sizes:
            width, height = map(int, text.split("x"))
            for batch in ("frames", "points"):
                for sampling in ("bilinear", "bicubic"):
                    bench_step((width, height), batch, sampling, threads, options.repeats)


if __name__ == "__main__":
    main()
