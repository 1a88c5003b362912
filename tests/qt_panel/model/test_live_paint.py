"""With the real worker and the real helper: from a trained shot to paint that shows on another frame."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from unreel.qt_panel.model.loop import InTurn
from unreel.qt_panel.model.paint.brush import Brush
from unreel.qt_panel.model.session import Session
from unreel.qt_panel.model.stage import Stage

from ..live.conftest import FRAMES, solved, solved_once  # noqa: F401 - fixtures

pytestmark = pytest.mark.slow


@pytest.fixture
def opened(session: Session, loop: InTurn, solved: Path) -> Iterator[Session]:  # noqa: F811
    session.open(str(solved))
    assert loop.run(lambda: session.shot is not None), session.notices.shown
    yield session
    session.close()
    loop.run(lambda: False, 0.2)


def test_paint_on_the_canonical_shows_on_another_frame_and_is_there_after_the_next_start(
    opened: Session,
    loop: InTurn,
    solved: Path,  # noqa: F811
    user_settings,
):
    assert opened.stage() is Stage.TRAINED and opened.paint.why_not() is not None
    opened.view.change(kind="live")
    opened.live_paint.make()
    assert [item.title for item in opened.jobs.items] == ["Live maps"]
    assert loop.run(lambda: opened.live.state == "ready", 120), opened.jobs.items[0].line
    assert opened.live.frames == frozenset(FRAMES) and opened.stage() is Stage.LIVE
    assert loop.run(lambda: opened.canonical.picture is not None)
    assert opened.canonical.picture.window == opened.live.canvas_window
    opened.playhead.go(1004)
    assert all(opened.frames.has("live", number) for number in FRAMES)
    assert loop.run(lambda: opened.frames.get("live", 1004) is not None)
    before = np.array(opened.frames.get("live", 1004).rgba)
    assert loop.run(lambda: opened.paint.why_not(needs_layer=False) is None), opened.paint.why_not()
    opened.paint.add_layer("Paint", "canonical")
    opened.paint.begin(Brush(size=30), (1.0, 0.0, 0.0), (96, 64), 1.0)
    opened.paint.end()
    shown: list[int] = []
    opened.frames.came.connect(lambda which: shown.append(which[1]))
    assert loop.run(lambda: bool(shown))
    after = opened.frames.get("live", 1004).rgba
    assert (after[..., 3] > 0).any() and np.abs(after[..., :3] - before[..., :3]).max() > 0.1
    opened.close()
    again = Session(loop, user_settings)
    again.open(str(solved))
    assert loop.run(lambda: len(again.paint.layers) == 1)
    assert again.paint.layers[0].ops
    again.close()


def test_playing_live_waits_for_each_picture(opened: Session, loop: InTurn):
    opened.view.change(kind="live")
    opened.live_paint.make()
    assert loop.run(lambda: opened.live.state == "ready", 120)
    assert loop.run(lambda: opened.frames.get("live", opened.playhead.frame) is not None)
    seen = []
    opened.frames.came.connect(lambda which: seen.append(which))
    moved = []
    opened.playhead.moved.connect(moved.append)
    opened.playhead.play(1)
    assert loop.run(lambda: len(moved) >= 8)
    opened.playhead.stop()
    assert {frame for kind, frame in seen if kind == "live"} >= set(moved[:-2])
