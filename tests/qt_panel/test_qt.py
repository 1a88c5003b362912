"""Of Qt's binding itself, what the panel can't live without."""

from __future__ import annotations

import sys

import PySide6
from PySide6.QtCore import QObject


def test_a_call_that_gives_none_takes_none_away():
    """PySide6 6.12.0 on Python 3.11 and older loses one reference a call, and some minutes later the window dies."""
    named, before = QObject(), sys.getrefcount(None)
    for _ in range(1000):
        named.setObjectName("x")
    lost = before - sys.getrefcount(None)
    assert lost < 100, (
        f"PySide6 {PySide6.__version__} loses references to None: take the one in install/constraints.txt"
    )
