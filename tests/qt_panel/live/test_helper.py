"""What the helper lays, asked in this process: the same as the whole frame laid at once."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from unreel.qt_panel.live.helper import Helper, NotReady, serve
from unreel.qt_panel.live.layout import Layout, read_layout
from unreel.qt_panel.live.messages import (
    Failed,
    Invert,
    Inverted,
    Message,
    Open,
    Painted,
    Place,
    Ready,
    Show,
    Shown,
    Stack,
    Where,
    line_of,
)
from unreel.qt_panel.live.painting import Painting, box_in_frame, union
from unreel.qt_panel.live.scratch import Scratch

from .conftest import KEY, frame_from_key

pytestmark = pytest.mark.slow
RED = (0.4, 0.05, 0.02, 0.8)


class Window:
    """The other end: its scratch, and what it was told."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.scratch = Scratch.make(layout.planes(), by_path=True)
        self.told: list[Message] = []
        self.helper = Helper(self.opening(), self.told.append)

    def opening(self, **other: object) -> Open:
        told = {"folder": str(self.layout.folder), "layout": str(self.layout), "scratch": self.scratch.address}
        return Open(**{**told, "most_bytes": 1 << 26, **other})

    def say(self, *messages: Message) -> list[Message]:
        """All at once; what it answers."""
        before = len(self.told)
        for message in messages:
            self.helper.take(message)
        self.helper.work()
        return self.told[before:]

    def paint(self, box: tuple[int, int, int, int], colour=RED, mode: str = "over") -> Painted:
        x, y, width, height = box
        self.scratch.array(mode)[y : y + height, x : x + width] = colour
        return Painted(mode, box)

    def picture(self, shown: Message) -> np.ndarray:
        assert isinstance(shown, Shown)
        return self.scratch.array(f"result{shown.slot}").astype(np.float32)

    @property
    def everything(self) -> tuple[int, int, int, int]:
        return (0, 0, *self.layout.canvas_size)


@pytest.fixture
def window(made: Path):
    layout = read_layout(made / "live" / "proxy")
    assert layout is not None
    window = Window(layout)
    yield window
    window.scratch.close()


def test_without_paint_a_frame_is_its_plate(window: Window):
    [shown] = window.say(Show(1004, False, 1))
    assert shown == Shown(1004, (0, 0, 96, 64), 1, 1)
    picture = window.picture(shown)
    assert picture[..., :3].tobytes() == window.helper.maps.get(1004).plate.astype(np.float32).tobytes()
    assert not picture[..., 3].any()


def test_a_stroke_renews_its_box_as_if_all_had_been_laid_at_once(window: Window):
    window.say(Show(1004, False, 1))
    window.say(window.paint((30, 20, 12, 10)))
    [second] = window.say(window.paint((41, 25, 20, 6), (0, 0.3, 0, 0.3)))
    assert isinstance(second, Shown)
    assert 0 < second.rect[2] < 40 and 0 < second.rect[3] < 30
    in_boxes = window.picture(second)
    [whole] = window.say(Show(1004, False, 2))
    np.testing.assert_array_equal(in_boxes, window.picture(whole))
    assert in_boxes[..., 3].max() > 0.7 and (in_boxes[..., 3] > 0).sum() > 100


def test_what_came_meanwhile_is_taken_together(window: Window):
    strokes = [window.paint((20 + 5 * k, 30, 6, 6)) for k in range(4)]
    told = window.say(Show(1001, True, 1), *strokes, Show(1003, True, 2), Show(1004, True, 3))
    assert [(each.frame, each.number) for each in told if isinstance(each, Shown)] == [(1004, 3)]
    assert (window.picture(told[0])[..., 3] > 0).any()


def test_a_frame_laid_quickly_is_laid_exactly_when_it_rests(window: Window):
    [exact] = window.say(window.paint((30, 20, 12, 10)), Show(1004, False, 1))
    wanted = window.picture(exact)
    [quick] = window.say(Show(1004, True, 2))
    assert not window.helper.can_rest
    assert np.abs(window.picture(quick) - wanted).max() > 1e-3
    window.helper.rest()
    np.testing.assert_array_equal(window.picture(window.told[-1]), wanted)
    assert window.helper.can_rest


def test_paint_shows_where_the_surface_is(window: Window):
    """At the middle of what was painted, and not where that was on the key frame."""
    spot = (48, 30)
    [shown] = window.say(window.paint((spot[0] - 2, spot[1] - 2, 5, 5)), Show(1004, False, 1))
    covered = window.picture(shown)[..., 3]
    y, x = np.mgrid[:64, :96]
    found = np.array([(covered * x).sum(), (covered * y).sum()]) / covered.sum()
    full = window.layout.full_from_canvas(spot)
    expected = window.layout.picture_from_full(tuple(frame_from_key(1004) @ (*full, 1)))
    assert np.abs(found - expected).max() < 0.1
    assert np.abs(np.array(expected) - window.layout.picture_from_full(full)).max() > 2


def test_modes_are_laid_in_the_order_that_is_said(window: Window):
    box = (30, 20, 20, 16)
    cover = window.paint(box, (0.2, 0.2, 0.2, 1))
    darken = window.paint(box, (0, 0, 0, 1), "multiply")
    [dark] = window.say(cover, darken, Show(KEY, False, 1))
    [grey] = window.say(Stack(("multiply", "over", "replace", "add")))
    middle = (slice(24, 28), slice(30, 38))
    assert window.picture(dark)[middle][..., :3].max() < 0.01
    assert window.picture(grey)[middle][..., :3].min() > 0.1


def test_erased_paint_leaves_the_plate(window: Window):
    window.say(Show(1004, False, 1), window.paint((30, 20, 12, 10)))
    [shown] = window.say(window.paint((30, 20, 12, 10), (0, 0, 0, 0)))
    plate = window.helper.maps.get(1004).plate.astype(np.float32)
    assert window.picture(shown)[..., :3].tobytes() == plate.tobytes()


def test_a_whole_picture_lies_under_other_paint(window: Window):
    plane = window.scratch.array("whole")
    plane[10:50, 20:80] = (0.1, 0.5, 0.1, 1)
    [shown] = window.say(
        Painted("whole", window.everything), window.paint((40, 25, 10, 10), (0.6, 0, 0, 1)), Show(KEY, False, 1)
    )
    picture = window.picture(shown)
    left, top = (int(v) for v in window.layout.picture_from_full(window.layout.full_from_canvas((45, 30))))
    assert picture[top, left, 0] > 0.3 > 0.05 > picture[top, left, 1]
    assert picture[top, left + 12, 1] > 0.3
    plane[:] = 0
    [shown] = window.say(Painted("whole", window.everything))
    assert picture[top, left + 12, 1] > window.picture(shown)[top, left + 12, 1]


def test_places_lead_there_and_back(window: Window):
    [there] = window.say(Where(1004, (100.0, 70.0), "to canonical"))
    assert isinstance(there, Place) and there.sure and there.of == (100.0, 70.0)
    expected = np.linalg.solve(frame_from_key(1004)[:, :2], np.array([100, 70]) - frame_from_key(1004)[:, 2])
    assert np.abs(np.array(there.xy) - expected).max() < 0.2  # full-size pixels
    [back] = window.say(Where(1004, there.xy, "to frame"))
    assert isinstance(back, Place) and back.sure
    assert np.abs(np.array(back.xy) - (100, 70)).max() < 0.1
    [outside] = window.say(Where(1004, (-500.0, 0.0), "to canonical"))
    [nowhere] = window.say(Where(1009, (5.0, 5.0), "to frame"))
    assert isinstance(outside, Place) and isinstance(nowhere, Place)
    assert not outside.sure and not nowhere.sure


def test_an_inverse_is_put_into_the_scratch(window: Window):
    assert window.say(Invert(1003)) == [Inverted(1003)]
    inverse = window.scratch.array("inverse")
    assert np.isfinite(inverse).any() and np.isnan(inverse).any()


def test_a_frame_that_cannot_be_read_is_told_and_the_others_are_shown(window: Window):
    window.layout.file("live_gain", 1003).write_bytes(b"no picture")
    [failed] = window.say(Show(1003, False, 1))
    assert isinstance(failed, Failed) and "shot_live_gain.1003.exr" in failed.text
    [shown] = window.say(Show(1004, False, 2))
    assert isinstance(shown, Shown)


def test_it_refuses_a_folder_that_was_made_anew(window: Window):
    with pytest.raises(NotReady, match="made anew"):
        Helper(window.opening(layout="another"), print)
    with pytest.raises(NotReady):
        Helper(window.opening(version=99), print)


def test_it_ends_with_its_input(window: Window):
    told: list[Message] = []
    lines = [line_of(window.opening()), line_of(Show(1004, True, 1))]
    serve(io.StringIO("".join(lines)), told.append)
    assert told[0] == Ready()


def test_the_least_of_a_paint_is_kept_until_all_is_painted_anew():
    canvas = np.zeros((10, 12, 4), np.float32)
    painting = Painting("over", np.full((10, 12, 3), 0.2, np.float32))
    canvas[2:4, 3:5] = (-0.3, 0.1, 0.1, 1)
    painting.update(canvas, (2, 1, 5, 5))
    assert painting.box == (3, 2, 2, 2) and painting.darkest.tolist() == pytest.approx([-0.3, 0, 0])
    canvas[:] = 0
    painting.update(canvas, (0, 0, 12, 10))
    assert painting.box is None and not painting.darkest.any()
    painting.update(canvas, (20, 20, 4, 4))  # outside


def test_boxes_hold_all_that_reads_them():
    xy = np.stack(np.meshgrid(np.arange(20.0), np.arange(10.0)), -1).astype(np.float32)
    assert box_in_frame(xy, (5, 4, 2, 1)) == (3, 2, 6, 5)
    assert box_in_frame(xy, (100, 4, 2, 1)) is None and box_in_frame(xy, None) is None
    assert union((1, 2, 3, 4), (0, 5, 2, 9)) == (0, 2, 4, 12)
    assert union(None, (1, 2, 3, 4)) == (1, 2, 3, 4) and union(None, None) is None
