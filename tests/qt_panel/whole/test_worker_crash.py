"""A worker dies: the window lives, says why, and goes on from what was reached."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from .conftest import Artist, kill

pytestmark = pytest.mark.slow


def test_a_training_that_is_killed_says_why_and_is_resumed(artist: Artist, long_plate: Path):
    artist.drop(long_plate)
    artist.key(Qt.Key.Key_F3)
    artist.session.set_knob("train", "stiffness", "soft")
    artist.main()
    running = artist.training()
    artist.wait(lambda: running.poll().stage == "sheets" and running.poll().done)
    kill(running)
    notice = artist.notice("failed", "killed")
    assert notice.where == "train" and notice.level == "wrong" and artist.sees(notice)
    assert artist.window.isVisible() and artist.session.training() is None

    artist.key(Qt.Key.Key_Right)
    assert artist.session.playhead.frame == 1002, "the rest goes on as before"

    artist.click("Resume")
    again = artist.training()
    assert again.job_folder != running.job_folder
    artist.wait(lambda: again.poll().ended)
    assert again.poll().state == "done"
    artist.wait(lambda: artist.session.nodes["train"].status.startswith("trained"))
    assert not artist.session.notices.at("train")
