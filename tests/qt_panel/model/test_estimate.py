"""Estimates by real workers."""

from __future__ import annotations

from pathlib import Path

import pytest
from unreel.qt_panel.model.estimate import Estimator
from unreel.qt_panel.model.session import Session

from ..conftest import opened
from ..shots import write_plate


def test_before_a_shot_is_open_nothing_is_asked(session: Session):
    estimator = Estimator(session)
    estimator.ask_soon()
    assert not estimator.is_asking and estimator.text == ""


def test_a_change_after_the_question_makes_its_answer_void(session: Session, loop, tmp_path: Path, monkeypatch):
    opened(session, Path(write_plate(tmp_path / "plate")))
    estimator, asked = Estimator(session), []
    monkeypatch.setattr(estimator, "_ask", asked.append)
    for preset in ("draft", "hero"):
        session.set_knob("train", "preset", preset)
    session.host.say(session.nodes["train"], "no setting of the training")
    assert estimator.is_asking
    assert loop.run(lambda: bool(asked), 5) and not loop.run(lambda: len(asked) > 1, 0.6)


@pytest.mark.slow
def test_an_estimate_comes_after_a_knob_changes_and_tells_what_is_wrong(session: Session, loop, tmp_path: Path):
    opened(session, Path(write_plate(tmp_path / "plate")))
    estimator = Estimator(session)
    session.set_knob("train", "preset", "draft")
    assert loop.run(lambda: bool(estimator.told), 30), estimator.problem
    assert estimator.text.startswith("About 5 s; ") and " on disk" in estimator.text
    session.set_knob("train", "matte", str(tmp_path / "none.####.exr"))
    assert estimator.text == ""
    assert loop.run(lambda: bool(estimator.problem), 30)
    assert "none.####.exr" in estimator.problem and not estimator.is_asking
    assert not (tmp_path / "plate" / "unreel").exists(), "nothing is made"
    estimator.close()
