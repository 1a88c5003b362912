"""What is painted arrives on the live canvases, and only there where it changed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from unreel.core.frame import Window
from unreel.qt_panel.model import painting as painting_module
from unreel.qt_panel.model.loop import InTurn
from unreel.qt_panel.model.paint.brush import Brush
from unreel.qt_panel.model.paint.document import PaintDocument
from unreel.qt_panel.model.painting import Painting
from unreel.qt_panel.model.signal import Signal

from .conftest import CANVAS, RASTER

BRUSH = Brush(size=30, hardness=0.6)


@dataclass(frozen=True, eq=False)
class Layout:
    canvas: Window
    scale: float


class FakeLive:
    """A client whose frames lie on the canonical moved by (10, 6) full-size pixels a frame from 1000 on."""

    def __init__(self) -> None:
        self.changed: Signal[None] = Signal()
        self.inverted: Signal[int] = Signal()
        self.frames: frozenset[int] = frozenset({1000, 1001, 1002})
        self.layout: Layout | None = None
        self.canvases: dict[str, np.ndarray] = {}
        self.told: list[tuple] = []
        self.order: list[str] = []
        self.known: set[int] = set()
        self.asked: list[int] = []

    def begin(self, scale: float = 0.5) -> None:
        self.layout = Layout(CANVAS, scale)
        self.canvases.clear()
        self.changed.emit(None)

    @property
    def canvas_window(self) -> Window:
        assert self.layout is not None
        return self.layout.canvas

    @property
    def canvas_scale(self) -> float:
        assert self.layout is not None
        return self.layout.scale

    def canvas_of(self, mode: str) -> np.ndarray:
        size = (int(np.ceil(330 * self.canvas_scale)), int(np.ceil(420 * self.canvas_scale)), 4)
        return self.canvases.setdefault(mode, np.zeros(size, np.float32))

    def painted(self, rect, mode) -> None:
        height, width = self.canvases[mode].shape[:2]
        assert 0 <= rect[0] and 0 <= rect[1] and rect[0] + rect[2] <= width and rect[1] + rect[3] <= height
        self.told.append((rect, mode))

    def stack(self, modes) -> None:
        self.order = list(dict.fromkeys(modes))

    def inverse(self, frame: int) -> np.ndarray | None:
        if frame not in self.known:
            self.asked.append(frame)
            return None
        height, width = self.canvas_of("over").shape[:2]
        y, x = np.mgrid[:height, :width].astype(np.float32)
        move = (frame - 1000) * np.array([10, 6]) + np.array([CANVAS.x, CANVAS.y])
        full = (np.stack([x, y], 2) + 0.5) / self.canvas_scale + move
        inside = (full >= 0).all(2) & (full[..., 0] < 360) & (full[..., 1] < 280)
        return np.where(inside[..., None], full * self.canvas_scale - 0.5, np.nan).astype(np.float32)

    def give_inverse(self, frame: int) -> None:
        self.known.add(frame)
        self.inverted.emit(frame)


@pytest.fixture
def live() -> FakeLive:
    return FakeLive()


def stroke(paint: PaintDocument, *points: tuple[float, float], colour=(1.0, 0.5, 0.25)) -> None:
    paint.begin(BRUSH, colour, points[0], 1)
    for each in points[1:]:
        paint.extend(each, 1)
    paint.end()


def settled(painting: Painting, loop: InTurn) -> bool:
    return loop.run(lambda: not painting._queued)


def expected(paint: PaintDocument, live: FakeLive) -> np.ndarray:
    height, width = live.canvas_of("over").shape[:2]
    return paint.flatten("canonical", (0, 0, width, height), live.canvas_scale, (CANVAS.x, CANVAS.y))


@pytest.mark.parametrize("scale", [0.5, 0.4])
def test_a_stroke_is_on_the_canvas_while_it_is_drawn(paint, live, loop, scale):
    painting = Painting(loop, paint, live, lambda: RASTER)
    live.begin(scale)
    paint.begin(BRUSH, (1, 0.5, 0.25), (40, 40), 1)
    paint.extend((90, 70), 1)
    assert settled(painting, loop)
    canvas = live.canvases["over"]
    assert canvas[..., 3].max() > 0.9 and np.allclose(canvas, expected(paint, live), atol=1e-6)
    area = sum(rect[2] * rect[3] for rect, _ in live.told)
    assert area < 0.3 * canvas.shape[0] * canvas.shape[1], "the rest was left alone"
    paint.end()
    paint.undo()
    assert settled(painting, loop) and not canvas.any()


def test_what_was_painted_before_is_there_when_live_comes_and_comes_again(paint, live, loop, monkeypatch):
    monkeypatch.setattr(painting_module, "MOST_PIXELS", 2000)
    stroke(paint, (10, 10), (300, 250))
    painting = Painting(loop, paint, live, lambda: RASTER)
    live.begin()
    assert settled(painting, loop) and len(live.told) > 5, "in pieces"
    assert np.allclose(live.canvases["over"], expected(paint, live), atol=1e-6)
    live.begin(0.4)
    assert settled(painting, loop)
    assert np.allclose(live.canvases["over"], expected(paint, live), atol=1e-6)


def test_each_mode_has_its_canvas_in_the_order_of_the_layers(paint, live, loop):
    painting = Painting(loop, paint, live, lambda: RASTER)
    live.begin()
    stroke(paint, (40, 40), (90, 70))
    paint.add_layer("Shade", "canonical")
    stroke(paint, (60, 40), (60, 70))
    assert painting.is_exact
    paint.layer(mode="multiply")
    assert settled(painting, loop) and live.order == ["over", "multiply"]
    only = [paint.layers[0]]
    height, width = live.canvas_of("over").shape[:2]
    below = paint.flatten("canonical", (0, 0, width, height), 0.5, (-30, -20), only)
    assert np.allclose(live.canvases["over"], below, atol=1e-6) and live.canvases["multiply"][30, 45, 3] > 0.9
    paint.move(1, 0)
    assert live.order == ["multiply", "over"] and painting.is_exact
    paint.add_layer("Back", "canonical")
    paint.move(paint.current, 2)
    paint.choose(0)
    paint.layer(mode="over")
    paint.choose(1)
    paint.layer(mode="add")
    paint.choose(2)
    stroke(paint, (60, 40), (60, 70))
    assert not painting.is_exact, "over, add, over"
    paint.choose(1)
    paint.layer(visible=False)
    assert settled(painting, loop) and not live.canvases["add"].any() and painting.is_exact


def test_paint_on_a_frame_lies_where_the_frame_lies(paint, live, loop):
    painting = Painting(loop, paint, live, lambda: RASTER)
    live.begin()
    paint.add_layer("On 1002", 1002)
    stroke(paint, (101, 101), (161, 101))
    assert settled(painting, loop) and live.asked and not live.canvases.get("over", np.zeros(1)).any()
    live.give_inverse(1002)
    assert settled(painting, loop)
    # Frame 1002 is the canonical moved by 20, 12: what was painted at 101, 101 lies there at 81, 89.
    y, x = np.nonzero(live.canvases["over"][..., 3] > 0.5)
    assert (x.mean() + 0.5) / 0.5 - 30 == pytest.approx(131 - 20, abs=0.6)
    assert (y.mean() + 0.5) / 0.5 - 20 == pytest.approx(101 - 12, abs=0.6)
    assert live.canvases["over"][..., 3].max() == pytest.approx(1, abs=1e-3)
    paint.choose(0)
    stroke(paint, (81, 70), (81, 110), colour=(0, 0, 4))
    paint.choose(1)
    assert settled(painting, loop)
    at = live.canvases["over"][int((89 + 20) * 0.5), int((91 + 30) * 0.5)]
    assert at[:3] == pytest.approx([1, 0.5, 0.25], abs=0.05), "it lies above"
    while paint.undo() != "New layer On 1002":
        pass
    assert settled(painting, loop) and not live.canvases["over"].any()


def test_two_frames_are_waited_for_one_after_the_other(paint, live, loop):
    painting = Painting(loop, paint, live, lambda: RASTER)
    live.begin()
    for frame in (1000, 1002):
        paint.add_layer(f"On {frame}", frame)
        stroke(paint, (101, 101), (161, 101))
    live.give_inverse(1000)
    live.give_inverse(1002)
    assert settled(painting, loop)
    rows = np.flatnonzero((live.canvases["over"][..., 3] > 0.5).any(1))
    assert rows.max() - rows.min() == pytest.approx(12 + 6, abs=1)


def test_paint_beyond_the_canvas_is_no_harm(paint, live, loop):
    painting = Painting(loop, paint, live, lambda: RASTER)
    live.begin()
    stroke(paint, (380, 300), (500, 400))
    assert settled(painting, loop) and live.canvases["over"][-1, -1, 3] > 0
