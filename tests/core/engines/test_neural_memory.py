"""A step that does not fit the memory: gone through in parts, with the same result, or told."""

from __future__ import annotations

import logging
from typing import Any

import pytest
import torch
from unreel.core.engines import neural_memory
from unreel.core.engines.neural_build import make_fields
from unreel.core.engines.neural_memory import Parts
from unreel.core.engines.neural_settings import FieldsSettings
from unreel.core.engines.neural_train import Trainer
from unreel.core.fields.deformation_fields import SplineDeformation

from .seen import FRAMES, SIZE, pictures

LOSSES = {name: {"weight": 1e-3} for name in ("gradient", "flow", "background", "reference", "rigidity", "temporal")}
SETTINGS = FieldsSettings(losses=LOSSES, residual="smooth", deformation_width=16, frames_per_step=2)


def make_trainer() -> Trainer:
    return Trainer(make_fields(SETTINGS, FRAMES, SIZE, 1), pictures(), SETTINGS, 1)


class Small:
    """A memory that holds what so many points need."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, points: int, error: Any = torch.OutOfMemoryError) -> None:
        forward, self.seen = SplineDeformation.forward, list[int]()

        def counted(field: Any, xy_unit: torch.Tensor, *more: Any) -> torch.Tensor:
            self.seen.append(len(xy_unit))
            if len(xy_unit) > points:
                raise error("can't allocate memory")
            return forward(field, xy_unit, *more)

        monkeypatch.setattr(SplineDeformation, "forward", counted)


@pytest.mark.parametrize("error", [torch.OutOfMemoryError, RuntimeError], ids=["card", "processor"])
def test_a_step_that_does_not_fit_is_halved_said_and_ends_the_same(monkeypatch, caplog, error: type):
    expected = make_trainer()
    wanted = [expected.step() for _ in range(3)]
    monkeypatch.setattr(neural_memory, "LEAST", 64)
    trainer, memory = make_trainer(), Small(monkeypatch, 700, error)
    with caplog.at_level(logging.WARNING):
        found = [trainer.step() for _ in range(3)]
    assert trainer.parts.most == 640 and max(memory.seen) == 5120
    assert [len(record.args) for record in caplog.records] == [2] * 3
    assert "5120 points: the fields see 640 at a time" in caplog.text
    for told, same in zip(found, wanted, strict=True):
        assert told == pytest.approx(same, rel=1e-4, abs=1e-7)
    for parameter, same in zip(trainer.trained, expected.trained, strict=True):
        torch.testing.assert_close(parameter, same, rtol=0, atol=1e-5)


def test_where_even_the_smallest_parts_do_not_fit_torch_says_so(monkeypatch):
    Small(monkeypatch, 0)
    trainer = make_trainer()
    state = trainer.generator.get_state()
    with pytest.raises(torch.OutOfMemoryError):
        trainer.step()
    assert trainer.parts.most == 1280  # half of it would be under 1024
    assert trainer.steps == 0 and torch.equal(trainer.generator.get_state(), state)


def test_other_errors_are_not_taken_for_a_full_memory(monkeypatch):
    trainer = make_trainer()

    def broken(*_: Any) -> torch.Tensor:
        raise RuntimeError("a bug")

    monkeypatch.setattr(SplineDeformation, "forward", broken)
    with pytest.raises(RuntimeError, match="a bug"):
        trainer.step()
    assert trainer.parts.most is None


def test_parts_have_the_gradients_of_the_whole():
    fields = make_fields(SETTINGS, FRAMES, SIZE, 1)
    xy, frame = torch.rand(101, 2, generator=torch.Generator().manual_seed(1)), torch.arange(101) % FRAMES
    parts, found = Parts(), []
    for most in (None, 10):
        parts.most = most
        moved = parts.of(fields.deformation)(xy, frame, 3)
        gradients = torch.autograd.grad((moved**2).sum(), list(fields.deformation.parameters()))
        found.append([moved, *gradients])
    for in_parts, whole in zip(found[1], found[0], strict=True):
        torch.testing.assert_close(in_parts, whole)


def test_a_training_without_room_is_an_error_of_its_own(run, tiny_shot, tmp_path, monkeypatch):
    Small(monkeypatch, 0)
    small = ("--set", "solve.engine=fields", "--set", "solve.proxy=96", "--set", "fields.start=zero", "--key", 1003)
    ran = run("train", tiny_shot.plate, "-o", tmp_path / "a.unreel", *small)
    assert ran.code == 5 and "the fields see 1536 at a time" in ran.err and "need more memory" in ran.err
