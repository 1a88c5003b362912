from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from unreel.qt_panel.views.main_window import MainWindow
from unreel.qt_panel.views.page_sheet import SHEET, SheetPage, small


@pytest.fixture
def page(trained_window: MainWindow) -> SheetPage:
    trained_window.go_to("sheet")
    found = trained_window.page("sheet")
    assert isinstance(found, SheetPage)
    return found


def test_without_a_render_the_movie_is_of_the_plate(page: SheetPage):
    assert page.session.movies.wish.source == "plate" and page.session.view.kind == "plate"
    assert page._where.text() == "Written as movies/plate_plate.mp4." and page.make.isEnabled()
    page.source.activated.emit(page.source.findData("rendered"))
    assert "Nothing is rendered yet" in page._where.text() and not page.make.isEnabled()
    assert not page.play.isEnabled() and not page.folder.isEnabled()


def test_what_is_chosen_goes_into_the_wish(page: SheetPage):
    page.codec.activated.emit(page.codec.findData("prores"))
    page.longest.activated.emit(3)
    page.words.click()
    page.fps.setText("25")
    page.fps.editingFinished.emit()
    wish = page.session.movies.wish
    assert (wish.codec, wish.longest, wish.has_words, wish.fps) == ("prores", 960, False, "25")
    assert page._where.text() == "Written as movies/plate_plate.mov."


def test_a_rate_that_is_none_is_told_on_the_page(page: SheetPage, qtbot):
    page.fps.setText("fast")
    page.fps.editingFinished.emit()
    qtbot.mouseClick(page.make, Qt.MouseButton.LeftButton)
    [notice] = page.session.notices.at("sheet")
    assert "fast is no frame rate" in notice.text


def test_the_small_picture_of_a_sheet_fits_the_panel(qapp, tmp_path: Path):
    QImage(1200, 400, QImage.Format.Format_RGB32).save(str(tmp_path / "sheet.png"))
    pixmap = small(tmp_path / "sheet.png")
    assert pixmap.deviceIndependentSize().width() == SHEET
    assert small(tmp_path / "none.png").isNull()


@pytest.mark.slow
def test_a_movie_is_made_by_its_key_and_opened(page: SheetPage, qtbot, monkeypatch: pytest.MonkeyPatch):
    opened: list[str] = []
    monkeypatch.setattr("unreel.qt_panel.model.movies.open_path", opened.append)
    page.main_window.do("page.main")
    qtbot.waitUntil(lambda: page.session.movies.last is not None, timeout=60_000)
    file = page.session.movies.last
    with av.open(str(file)) as container:
        assert container.streams.video[0].average_rate == Fraction(24)
        assert len(list(container.decode(video=0))) == 4
    for button in (page.play, page.folder):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert opened == [str(file), str(Path(str(file)).parent)]
    assert "takes the place" in page._where.text()


@pytest.mark.slow
def test_the_contact_sheet_is_made_and_shown(page: SheetPage, qtbot, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("unreel.plugin.nodes.train.open_path", lambda path: None)
    assert page.picture.isHidden()
    qtbot.mouseClick(page.sheet, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.picture.isVisible(), timeout=60_000)
    assert page.open_sheet.isEnabled() and not page.picture.pixmap().isNull()
