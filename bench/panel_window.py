"""The panel's window with a plate open, in a process of its own: what `bench.panel_start` measures of it.

python -m bench.panel_window PLATE CONFIG_FOLDER: one JSON table on standard output. Times are of the system's clock.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtTest import QTest
from unreel.qt_panel.app import make_app
from unreel.qt_panel.model.session import Session
from unreel.qt_panel.model.user_settings import read_settings
from unreel.qt_panel.views.main_window import MainWindow
from unreel.qt_panel.views.qt_loop import QtLoop

PLAYED = 5.0
"""Seconds."""
SCRUBBED = 100
"""Steps."""
PATIENCE = 600.0


def wait_until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > end:
            raise TimeoutError
        QTest.qWait(2)


def measure(plate: str, config: Path) -> dict[str, Any]:
    app = make_app("en")
    session = Session(QtLoop(app), read_settings(config))
    window = MainWindow(session, keep_layout=False)
    window.show()
    session.open(plate)
    playhead, viewer = session.playhead, window.viewers.first
    wait_until(lambda: bool(viewer.drawn))
    first_picture = time.time()
    frames = playhead.frames[: session.frames.room()]
    wait_until(lambda: all(session.frames.is_known("plate", frame) for frame in frames))
    seen: list[int] = []
    playhead.moved.connect(lambda frame: seen.append(frame))
    began = time.perf_counter()
    playhead.play()
    QTest.qWait(round(1e3 * PLAYED))
    playhead.stop()
    shown = len(seen) / (time.perf_counter() - began)
    playhead.drag(True)
    began = time.perf_counter()
    for step in range(SCRUBBED):
        playhead.go(frames[step * 7 % len(frames)])
        window.repaint()
    scrubbed = SCRUBBED / (time.perf_counter() - began)
    playhead.drag(False)
    wait_until(lambda: viewer.is_exact)
    memory = next(line for line in Path("/proc/self/smaps_rollup").read_text().splitlines() if line.startswith("Pss:"))
    found = {
        "first_picture": first_picture,
        "shown": shown,
        "rate": playhead.fps,
        "scrubbed": scrubbed,
        "memory": float(memory.split()[1]) / 1024,
        "cached": sum(session.frames.has("plate", frame) for frame in playhead.frames),
        "computing": sorted({"torch", "scipy", "numba", "pydantic"} & sys.modules.keys()),
    }
    window.close()
    return found


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], Path(sys.argv[2]))))
