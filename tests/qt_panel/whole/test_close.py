"""The window is closed while a training runs: it asks once, and does what is answered."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from .conftest import Artist

pytestmark = pytest.mark.slow


def test_a_training_is_kept_running_or_stopped_as_the_artist_says(open_window: Callable[[], Artist], long_plate: Path):
    first = open_window()
    first.drop(long_plate)
    first.key(Qt.Key.Key_F3)
    first.session.set_knob("train", "stiffness", "soft")
    first.main()
    running = first.training()

    first.window.close()
    first.window.close()
    first.answer("Cancel", "A training is running.")
    assert first.window.isVisible() and not running.poll().ended

    first.window.close()
    first.answer("Keep running", "A training is running.")
    assert not first.window.isVisible() and not running.poll().ended

    second = open_window()
    second.drop(long_plate)
    found = second.training()
    assert found.job_folder == running.job_folder
    second.wait(lambda: running.poll().stage == "sheets" and running.poll().done)
    second.window.close()
    second.answer("Stop and keep", "A training is running.")
    assert not second.window.isVisible()
    second.wait(lambda: running.poll().ended)
    assert running.poll().state == "stopped"

    third = open_window()
    third.drop(long_plate)
    third.wait(lambda: third.session.nodes["train"].status.startswith("stopped"))
    third.key(Qt.Key.Key_F3)
    third.wait(lambda: third.buttons("Resume"))
    third.window.close()
    assert not third.window.isVisible(), "nothing runs, so nothing is asked"
