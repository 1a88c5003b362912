from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from unreel.core.errors import UnreadableFile
from unreel.core.exr_read import Header
from unreel.core.frame import Window
from unreel.core.sequence import Sequence
from unreel.qt_panel.model.marks import Marks
from unreel.qt_panel.model.picture import Picture
from unreel.qt_panel.model.session import Session
from unreel.qt_panel.model.shot import Shot
from unreel.qt_panel.views.theme import colour
from unreel.qt_panel.views.timeline import BAND, CACHED, TRACK, Timeline, TimelineBar

WINDOW = Window(0, 0, 8, 4)


def read(frame: int) -> Picture:
    if frame == 1008:
        raise UnreadableFile("plate.1008.exr is torn")
    return Picture(np.zeros((4, 8, 4), np.float16), WINDOW, WINDOW, 1.0, f"frame {frame}")


@pytest.fixture
def session(shown: Session) -> Iterator[Session]:
    """1001 to 1020, two missing, one that can't be read."""
    plate = Sequence("plate.####.exr", tuple(range(1001, 1021)), (1012, 1013), (1001,))
    shown.shot = Shot(plate, Header(WINDOW, WINDOW, {}, 1.0, None, None, {}, 1), "scene_linear")
    shown.frames.source("plate", read)
    shown.playhead.take(plate.frames, plate.missing)
    yield shown
    shown.frames.close()


@pytest.fixture
def timeline(qtbot, session: Session) -> Timeline:
    made = Timeline(session)
    qtbot.addWidget(made)
    made.resize(628, made.height())
    made.show()
    return made


def spot(timeline: Timeline, frame: int, y: float = TRACK + BAND / 2) -> QPoint:
    return QPoint(round(timeline.x_of(frame)), round(y))


def colours(timeline: Timeline, frames: Iterable[int], top: float, height: float) -> list[set[str]]:
    """What is seen of each frame between two lines."""
    image = timeline.grab().toImage()
    half = timeline._width() / 2 - 2
    found = []
    for frame in frames:
        x = timeline.x_of(frame)
        across = range(round(x - half), round(x + half))
        found.append({QColor(image.pixel(i, j)).name() for i in across for j in range(int(top), int(top + height))})
    return found


def test_dragging_scrubs_and_letting_go_rests(timeline: Timeline, session: Session, qtbot):
    seen = []
    session.playhead.moved.connect(lambda frame: seen.append((frame, session.playhead.is_moving)))
    qtbot.mousePress(timeline, Qt.MouseButton.LeftButton, pos=spot(timeline, 1004))
    qtbot.mouseMove(timeline, spot(timeline, 1009))
    qtbot.mouseMove(timeline, spot(timeline, 1013))
    assert seen == [(1004, True), (1009, True), (1013, True)]
    qtbot.mouseRelease(timeline, Qt.MouseButton.LeftButton, pos=spot(timeline, 1013))
    assert not session.playhead.is_moving and session.playhead.frame == 1013


def test_missing_frames_are_a_hatched_gap(timeline: Timeline):
    there, gap = colours(timeline, (1005, 1012), TRACK + 1, BAND - 2)
    assert there == {colour("control_hover").name()}
    assert colour("field").name() in gap and len(gap) > 1, "hatched, not of one colour"


def test_what_is_in_memory_has_a_line_and_what_can_not_be_read_a_cross(timeline: Timeline, session: Session, qtbot):
    session.frames.drop("plate")
    assert colour("off").name() not in colours(timeline, (1002,), CACHED, 2)[0]
    session.frames.want("plate", session.playhead.frames)
    qtbot.waitUntil(lambda: all(session.frames.is_known("plate", frame) for frame in session.playhead.frames))
    assert colour("off").name() in colours(timeline, (1002,), CACHED, 2)[0]
    torn = colours(timeline, (1008,), TRACK, BAND)[0]
    assert colour("wrong").name() in torn
    assert colour("off").name() not in colours(timeline, (1008,), CACHED, 2)[0]


def test_marks_tell_themselves_apart_by_shape(timeline: Timeline):
    timeline.set_marks(Marks(frozenset({1003}), frozenset({1006}), frozenset({1015})))
    image = timeline.grab().toImage()

    def shape(frame: int, name: str) -> set[tuple[int, int]]:
        x, y = timeline.x_of(frame), TRACK + BAND / 2
        near = [(i, j) for i in range(-9, 10) for j in range(-9, 10)]
        return {at for at in near if QColor(image.pixel(round(x + at[0]), round(y + at[1]))) == colour(name)}

    diamond, dot, triangle = shape(1003, "accent"), shape(1006, "good"), shape(1015, "attention")
    assert min(map(len, (diamond, dot, triangle))) > 8
    assert len({frozenset(diamond), frozenset(dot), frozenset(triangle)}) == 3
    assert timeline.told_of(1003) == "1003: key frame"
    assert timeline.told_of(1006) == "1006: painted on"
    assert timeline.told_of(1015) == "1015: matches poorly: look at it"
    assert timeline.told_of(1012) == "1012: missing on disk"
    assert timeline.told_of(1002) == "1002"


def test_key_frames_of_the_knobs_are_marked(timeline: Timeline, session: Session):
    session.set_knob("train", "key", 1007)
    assert timeline.marks.keys == {1007}


def test_a_range_is_chosen_with_shift_moved_by_its_ends_and_given_up_by_a_double_click(
    timeline: Timeline, session: Session, qtbot
):
    playhead = session.playhead
    qtbot.mousePress(timeline, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, spot(timeline, 1005))
    qtbot.mouseMove(timeline, spot(timeline, 1010))
    qtbot.mouseRelease(timeline, Qt.MouseButton.LeftButton, pos=spot(timeline, 1010))
    assert (playhead.first, playhead.last, playhead.frame) == (1005, 1010, 1001)
    end = QPoint(round(timeline.x_of(1010) + timeline._width() / 2), 30)
    qtbot.mousePress(timeline, Qt.MouseButton.LeftButton, pos=end)
    qtbot.mouseMove(timeline, spot(timeline, 1015))
    qtbot.mouseRelease(timeline, Qt.MouseButton.LeftButton, pos=spot(timeline, 1015))
    assert (playhead.first, playhead.last, playhead.frame) == (1005, 1015, 1001)
    qtbot.mouseDClick(timeline, Qt.MouseButton.LeftButton, pos=spot(timeline, 1007))
    assert (playhead.first, playhead.last) == (1001, 1020)


def test_a_screen_reader_is_told(timeline: Timeline, session: Session):
    session.playhead.go(1005)
    assert timeline.accessibleDescription() == "Frame 1005 of 1001 to 1020, 2 missing"


def test_frames_too_many_for_single_pixels_are_drawn(timeline: Timeline, session: Session):
    session.playhead.take(range(1, 5001), missing=(2000,))
    timeline.grab()
    assert timeline.frame_at(timeline.x_of(2500)) in range(2490, 2511)


def test_the_bar_plays_steps_and_takes_a_frame(qtbot, session: Session):
    bar = TimelineBar(session)
    qtbot.addWidget(bar)
    bar.show()
    qtbot.mouseClick(bar._next, Qt.MouseButton.LeftButton)
    assert session.playhead.frame == 1002 == bar._frame.value()
    qtbot.mouseClick(bar._play, Qt.MouseButton.LeftButton)
    assert session.playhead.playing == 1
    bar._frame.setValue(1009)
    assert (session.playhead.frame, session.playhead.playing) == (1009, 0)
    assert bar._rate.text() == "24 fps"
