"""Steps that are played from a graph: a stand-in for a card's, see `played`."""

from __future__ import annotations

import logging
from typing import Any

import pytest
import torch
from unreel.core.engines import neural_graph
from unreel.core.engines.neural_build import make_fields
from unreel.core.engines.neural_graph import MOST_RECORDINGS, WARM, Recorded, why_not_recorded
from unreel.core.engines.neural_settings import FieldsSettings
from unreel.core.engines.neural_train import Trainer
from unreel.core.fields.canonical_fields import ExplicitCanonical
from unreel.core.fields.deformation_fields import SplineDeformation

from .played import stand_in
from .seen import FRAMES, SIZE, pictures

STEPS = 2 * WARM + 6


def settings(**changes: Any) -> FieldsSettings:
    losses = {name: {"weight": 0.5} for name in neural_graph.STEADY}
    losses["background"]["begin"] = WARM + 3
    return FieldsSettings(**{"losses": losses, "halve_at": (WARM + 2,), "rate": 1e-2, "ema": 0.5, **changes})


def trained(recorded: bool, monkeypatch: pytest.MonkeyPatch, **changes: Any) -> tuple[Trainer, list[Any]]:
    wanted = settings(**changes)
    with monkeypatch.context() as patch:
        if recorded:
            patch.setattr(Trainer, "recorder", lambda trainer: Recorded(trainer.learn_from))
        # The stand-in sees what torch does; compiled loops would do theirs unseen.
        patch.setattr(SplineDeformation, "form", "torch", raising=False)
        patch.setattr(ExplicitCanonical, "form", "torch", raising=False)
        trainer = Trainer(make_fields(wanted, FRAMES, SIZE, 1), pictures(), wanted, 1)
        return trainer, [trainer.step() for _ in range(STEPS)]


def test_played_steps_are_those_that_are_done_one_by_one(monkeypatch):
    expected, wanted = trained(False, monkeypatch)
    graphs = stand_in(monkeypatch)
    found, told = trained(True, monkeypatch)
    assert len(graphs) == 2  # one before the background counts, one after
    for step, same in zip(told, wanted, strict=True):
        assert step == pytest.approx(same, rel=1e-5)
    for parameter, same in zip(found.trained, expected.trained, strict=True):
        torch.testing.assert_close(parameter, same, rtol=0, atol=1e-6)


def test_a_recording_refuses_what_a_card_refuses(monkeypatch):
    stand_in(monkeypatch)
    for forgotten in (
        lambda: torch.ones(2).sum().item(),
        lambda: torch.ones(2)[torch.ones(2) > 0],
        lambda: torch.ones(2).new_tensor([1.0, 2.0]),
    ):
        with (
            pytest.raises(RuntimeError, match="not permitted when stream is capturing"),
            torch.cuda.graph(torch.cuda.CUDAGraph()),
        ):
            forgotten()


def test_steps_of_many_kinds_are_not_recorded_for_ever(monkeypatch, caplog):
    graphs, done = stand_in(monkeypatch), []
    trainer, _ = trained(False, monkeypatch)
    recorded = Recorded(lambda batch, step: done.append(step) or {"total": torch.zeros(())})
    batch = trainer.drawer.draw()
    with caplog.at_level(logging.INFO):
        for kind in range(MOST_RECORDINGS + 3):
            for step in range(WARM + 2):
                recorded(batch, step, kind)
    assert len(graphs) == MOST_RECORDINGS and caplog.text.count("too often") == 1
    assert len(done) == MOST_RECORDINGS * (WARM + 1) + 3 * (WARM + 2)


def test_a_step_that_refuses_to_be_recorded_is_done_one_by_one(monkeypatch, caplog):
    stand_in(monkeypatch)
    trainer, _ = trained(False, monkeypatch)
    looking = Recorded(lambda batch, step: {"total": torch.tensor(batch.weight.sum().item())})
    batch = trainer.drawer.draw()
    with caplog.at_level(logging.WARNING):
        told = [looking(batch, step, 0)["total"].item() for step in range(WARM + 3)]
    assert told == [batch.weight.sum().item()] * (WARM + 3)
    assert caplog.text.count("can't be played from a CUDA graph here") == 1


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, None),
        ({"canonical": "hash"}, "only a picture and splines"),
        ({"residual": "smooth"}, "only a picture and splines"),
        ({"losses": {"flow": {"weight": 1}}}, "losses.flow chooses points"),
        ({"losses": {"gradient": {"weight": 1}}}, "losses.gradient chooses"),
    ],
)
def test_what_is_played_and_what_is_not(changes: dict[str, Any], reason: str | None):
    wanted = settings(table_log2=8, levels=2, deformation_width=8, **changes)
    told = why_not_recorded(wanted, make_fields(wanted, FRAMES, SIZE, 1))
    assert told is None if reason is None else reason in (told or "")
