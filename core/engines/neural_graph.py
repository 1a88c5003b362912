"""A step on a card as one CUDA graph: recorded once, then played with each batch laid where the first one lay."""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable

import torch
from torch import Tensor

from ..fields.canonical_fields import ExplicitCanonical
from ..fields.deformation_fields import SplineDeformation
from ..memory import says_so
from .neural_batch import Batch
from .neural_build import Fields
from .neural_settings import FieldsSettings

log = logging.getLogger(__name__)

Learn = Callable[[Batch, int], dict[str, Tensor]]
"""One step: forward, backward, and Adam's; what it tells stays on the card."""

STEADY = ("colour", "background", "reference")
"""Losses that choose nothing as they go: the same operations on the same shapes, whatever the batch."""
WARM = 3
"""Steps before a recording, which torch's own way of it asks for: libraries set themselves up in them."""
MOST_RECORDINGS = 8
"""Batches of more shapes than these, or weights that change more often, are no steady step."""


def why_not_recorded(settings: FieldsSettings, made: Fields) -> str | None:
    """What of these fields and losses can't be played from a graph; None where all can."""
    if not isinstance(made.canonical, ExplicitCanonical) or not isinstance(made.deformation, SplineDeformation):
        return "only a picture and splines are"
    counted = [name for name in type(settings.losses).model_fields if name not in (*STEADY, "colour_kind")]
    unsteady = [name for name in counted if getattr(settings.losses, name).weight]
    return f"losses.{unsteady[0]} chooses points as it goes" if unsteady else None


class Recorded:
    """Does steps as `learn` does them; from the fourth of the same kind on, from a graph."""

    def __init__(self, learn: Learn) -> None:
        self.learn = learn
        self.kind: Hashable = None
        self.warm, self.recordings = 0, 0
        self.graph: torch.cuda.CUDAGraph | None = None

    def __call__(self, batch: Batch, step: int, kind: Hashable) -> dict[str, Tensor]:
        """kind: what else than the batch's numbers makes a step another one, such as its shape and the weights."""
        if kind != self.kind:
            self.kind, self.warm, self.graph = kind, 0, None
        if self.recordings >= MOST_RECORDINGS and self.graph is None:
            return self.learn(batch, step)
        if self.warm < WARM:
            self.warm += 1
            return self.beside(batch, step)
        if self.graph is None and not self.record(batch, step):
            return self.learn(batch, step)
        assert self.graph is not None
        for place, given in zip(self.place.planes, batch.planes, strict=True):
            place.copy_(given)
        self.graph.replay()
        return self.told

    def beside(self, batch: Batch, step: int) -> dict[str, Tensor]:
        """A step on a stream of its own, as before a recording."""
        aside = torch.cuda.Stream()
        aside.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(aside):
            told = self.learn(batch, step)
        torch.cuda.current_stream().wait_stream(aside)
        return told

    def record(self, batch: Batch, step: int) -> bool:
        """Nothing is computed yet. False, with a word in the log, where it can't be done here."""
        self.place = batch.copied()
        graph = torch.cuda.CUDAGraph()
        try:
            with torch.cuda.graph(graph):
                self.told = self.learn(self.place, step)
        except RuntimeError as error:
            if says_so(error):
                raise
            log.warning("the steps can't be played from a CUDA graph here (%s): they are done one by one", error)
            self.recordings = MOST_RECORDINGS
            return False
        self.graph = graph
        self.recordings += 1
        if self.recordings == MOST_RECORDINGS:
            log.info("the steps differ too often to be played from a CUDA graph; the rest is done one by one")
        return True
