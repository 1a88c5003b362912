"""The floor of a step on a card, by hand; and that nothing is told where nothing was measured."""

from __future__ import annotations

import sys

import pytest
import torch

from bench import gpu
from bench.gpu import CODEF, Card, Trace, Work, picture_work


def test_a_floor_is_the_slower_of_moving_and_computing():
    card = Card("a card", bytes_a_second=1000, operations_a_second=2000)
    assert card.floor_seconds(Work(10, 5, 0), 100) == 1.0  # 1000 bytes, 500 operations
    assert card.floor_seconds(Work(1, 40, 0), 100) == 2.0  # 100 bytes, 4000 operations
    assert card.floor_seconds(Work(10, 5, 25), 100) == pytest.approx(1.7)  # Adam moves 700 bytes more


def test_what_a_step_moves_is_counted():
    assert CODEF.bytes_a_point == 3 * 8 * (64 + 128) + 4 * 128 + 20
    assert picture_work(100, 50, 0.5).parameters == 3 * 200 * 100


def test_a_quality_is_reached_when_most_of_the_last_steps_have_it():
    seen = Trace([float(at) for at in range(100)], [20.0] * 50 + [30.0] * 50)
    assert seen.seconds_to(24) == 59.0 and seen.seconds_to(35) is None
    assert seen.step_seconds() == 1.0


def test_without_a_card_nothing_is_told_as_measured(monkeypatch, capsys):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(sys, "argv", ["gpu"])
    assert gpu.main() == 1
    assert "nothing has been measured" in capsys.readouterr().out
