from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage, QPainter
from unreel.core.frame import Window
from unreel.qt_panel.live.messages import Place
from unreel.qt_panel.model.guides import Guide
from unreel.qt_panel.model.picture import Picture
from unreel.qt_panel.views.main_window import MainWindow
from unreel.qt_panel.views.page_canonical import CanonicalPage

SLIDE = 4.0
"""Pixels by which frame 1003 lies to the left."""


@pytest.fixture
def page(trained_window: MainWindow) -> CanonicalPage:
    trained_window.go_to("canonical")
    found = trained_window.page("canonical")
    assert isinstance(found, CanonicalPage)
    return found


class Asked:
    """In place of the live helper: what it is asked, and what it answers."""

    def __init__(self, page: CanonicalPage, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[tuple[str, tuple[float, float]]] = []
        self._live = page.session.live
        monkeypatch.setattr(self._live, "frames", frozenset({1001, 1002, 1003, 1004}))
        monkeypatch.setattr(self._live, "where", self._where)

    def _where(self, xy: tuple[float, float], frame: int, way: str) -> None:
        self.asked.append((way, xy))
        slide = -2.0 * (frame - 1001) if way == "to frame" else 2.0 * (frame - 1001)
        self._live.placed.emit(Place(frame, xy, way, (xy[0] + slide, xy[1]), xy[1] > 10))  # type: ignore[arg-type]


def test_two_panes_beside_each_other_as_long_as_the_page_is_in_front(page: CanonicalPage, qtbot):
    viewers, view = page.main_window.viewers, page.session.view
    assert (view.kind, view.beside) == ("canonical", "plate")
    assert viewers.first.isVisible() and viewers.second.isVisible()
    qtbot.mouseClick(page.beside.buttons[3], Qt.MouseButton.LeftButton)
    assert view.beside is None and not viewers.second.isVisible()
    page.main_window.go_to("shot")
    assert view.beside is None and not page.hover.is_on


def test_what_is_pointed_at_is_marked_in_the_other_pane_both_ways(page: CanonicalPage, monkeypatch: pytest.MonkeyPatch):
    live, viewers = Asked(page, monkeypatch), page.main_window.viewers
    page.session.playhead.go(1003)
    viewers.first.xy = (50.5, 30.5)
    viewers.first.pointed.emit((50.5, 30.5))
    assert live.asked[-1] == ("to frame", (50.0, 30.0))  # a pixel's corner and its centre
    assert viewers.second._point == ((50.5 - SLIDE, 30.5), True) and viewers.first._point is None
    viewers.first.xy = None
    viewers.first.pointed.emit(None)
    assert viewers.second._point is None
    viewers.second.xy = (46.5, 5.5)
    viewers.second.pointed.emit((46.5, 5.5))
    assert viewers.first._point == ((46.5 + SLIDE, 5.5), False)  # a guess


def test_the_mark_follows_to_another_frame_and_goes_with_the_page(page: CanonicalPage, monkeypatch: pytest.MonkeyPatch):
    Asked(page, monkeypatch)
    viewers = page.main_window.viewers
    page.session.playhead.go(1001)
    viewers.first.xy = (50.5, 30.5)
    viewers.first.pointed.emit((50.5, 30.5))
    page.session.playhead.go(1004)
    assert viewers.second._point == ((44.5, 30.5), True)
    page.main_window.go_to("shot")
    assert viewers.second._point is None
    viewers.first.pointed.emit((50.5, 30.5))
    assert viewers.second._point is None


def test_guides_are_there_with_an_export_and_lie_over_the_picture(page: CanonicalPage, qtbot):
    assert [button.isEnabled() for button in page.guides.buttons] == [True, False, False, False]
    assert "come with an export" in page._legend.text()
    rgba = np.zeros((8, 8, 4), np.uint8)
    rgba[:, :4] = 255, 0, 0, 255
    page.session.canonical.guides = {"coverage": Guide(rgba, Window(-4, -4, 16, 16))}
    page.session.canonical.changed.emit(None)
    qtbot.mouseClick(page.guides.buttons[2], Qt.MouseButton.LeftButton)
    assert page.session.view.guide == "coverage" and "Red: no frame" in page._legend.text()
    [overlay] = page.overlays()
    image = QImage(16, 16, QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    painter.translate(4, 4)
    overlay(painter)
    painter.end()
    assert image.pixelColor(2, 8).red() > 240 and image.pixelColor(13, 8).red() < 10
    assert page.main_window.viewers.first._overlays != ()
    qtbot.mouseClick(page.guides.buttons[0], Qt.MouseButton.LeftButton)
    assert page.overlays() == () and page.main_window.viewers.first._overlays == ()


@pytest.mark.slow
def test_export_by_key_then_maps_and_hover_by_the_real_helper(page: CanonicalPage, qtbot):
    session, viewers = page.session, page.main_window.viewers
    session.set_knob("canonical_export", "guides", True)
    page.main_window.do("page.main")
    qtbot.waitUntil(lambda: len(session.canonical.guides) == 3, timeout=60_000)
    qtbot.waitUntil(lambda: isinstance(session.frames.get("canonical", 1001), Picture), timeout=20_000)
    assert page.reveal.isEnabled() and Path(str(session.canonical.exported)).is_file()
    qtbot.mouseClick(page.maps, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.live.state == "ready" and len(session.live.frames) == 4, timeout=120_000)
    session.playhead.go(1003)
    qtbot.mouseMove(viewers.first, viewers.first.rect().center() + QPoint(1, 1))
    qtbot.mouseMove(viewers.first, viewers.first.rect().center())
    qtbot.waitUntil(lambda: viewers.second._point is not None, timeout=20_000)
    assert viewers.first.xy is not None and viewers.second._point is not None
    there, _ = viewers.second._point
    assert abs(there[0] - (viewers.first.xy[0] - SLIDE)) < 0.3 and abs(there[1] - viewers.first.xy[1]) < 0.3
