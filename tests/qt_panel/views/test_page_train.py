"""The page Train, clicked and looked at; with a real worker."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from unreel.core.frame import Window
from unreel.core.preview import write_small
from unreel.qt_panel.model.session import Session
from unreel.qt_panel.model.training import STAGES, Curve, Shown
from unreel.qt_panel.views.curves import Curves
from unreel.qt_panel.views.main_window import MainWindow
from unreel.qt_panel.views.page_train import TrainPage

from ..shots import write_plate
from .looked_at import clipped, missed_by_tab, nameless


@pytest.fixture
def window(qtbot, shown: Session) -> MainWindow:
    made = MainWindow(shown)
    qtbot.addWidget(made)
    made.resize(1280, 720)
    made.show()
    return made


def page_of(qtbot, window: MainWindow, path: str) -> TrainPage:
    window.session.open(path)
    qtbot.waitUntil(lambda: window.session.shot is not None and not window.session.opening)
    window.go_to("train")
    page = window.page("train")
    assert isinstance(page, TrainPage)
    return page


@pytest.fixture
def page(qtbot, window: MainWindow, tmp_path: Path) -> TrainPage:
    """Nothing was trained yet."""
    return page_of(qtbot, window, write_plate(tmp_path / "plate"))


@pytest.fixture
def trained_page(qtbot, window: MainWindow, trained_shot: Path) -> TrainPage:
    return page_of(qtbot, window, str(trained_shot))


def click(qtbot, page: TrainPage, text: str) -> None:
    found = [each for each in page.findChildren(QPushButton) if each.text() == text and each.isVisible()]
    assert len(found) == 1, [each.text() for each in page.findChildren(QPushButton) if each.isVisible()]
    qtbot.mouseClick(found[0], Qt.MouseButton.LeftButton)


def test_presets_are_three_large_choices_and_the_form_follows(qtbot, page: TrainPage, window: MainWindow):
    click(qtbot, page, "Hero\nfinal frames")
    assert window.session.nodes["train"].knobs["preset"] == "hero"
    assert [name for name, each in page._setup.presets.items() if each.isChecked()] == ["hero"]
    window.session.set_knob("train", "preset", "codef")
    assert not any(each.isChecked() for each in page._setup.presets.values())
    window.session.set_knob("train", "preset", "draft")
    assert [name for name, each in page._setup.presets.items() if each.isChecked()] == ["draft"]


def test_before_the_first_training_there_is_only_what_starts_it(page: TrainPage):
    seen = (page._state, page._verdict, page._versions, page._seen)
    assert not any(each.isVisible() for each in seen)
    assert page._setup.start.text() == "Train" and page._setup.start.property("kind") == "main"


def test_a_verdict_has_a_button_that_leads_on(qtbot, trained_page: TrainPage, window: MainWindow):
    assert trained_page._verdict.title.text() == "✓ Good" and "key 1001" in trained_page._verdict.figures.text()
    assert trained_page._setup.start.text() == "Train again"
    left = []
    window.go_to = left.append  # type: ignore[method-assign]
    click(qtbot, trained_page, "Go on to the canonical")
    assert left == ["canonical"]


def test_a_preview_shows_the_canonical_and_the_frame_in_page_and_viewer(
    qtbot, trained_page: TrainPage, window: MainWindow, tmp_path: Path
):
    page, files = trained_page, {}
    for name in ("canonical", "reconstruction", "plate"):
        files[name] = str(tmp_path / f"{name}.exr")
        write_small(Path(files[name]), np.full((36, 64, 4), 0.5, np.float32), Window(0, 0, 96, 64))
    page.training.state = "running"
    page.training.preview = Shown(1003, files)
    page.training.reconstructions.read({1003: Path(files["reconstruction"])}, Window(0, 0, 96, 64))
    page._seen.look_at("reconstruction")
    page.training.previewed.emit(page.training.preview)
    qtbot.waitUntil(lambda: page._seen.canonical.has_picture and page._seen.rebuilt.has_picture)
    assert page._seen.canonical.isVisible() and page._seen.canonical.height() > 100
    assert window.session.playhead.frame == 1003 and page._seen.rebuilt_said.text() == "Frame 1003 made of it"
    qtbot.waitUntil(lambda: window.session.frames.has("reconstruction", 1003))
    click(qtbot, page, "Difference")
    assert (window.session.view.kind, window.session.view.second) == ("reconstruction", "plate")
    assert window.session.view.compare == "difference" and page._seen.shows["difference"].isChecked()
    click(qtbot, page, "Plate")
    assert (window.session.view.kind, window.session.view.compare) == ("plate", "one")


def test_curves_are_drawn_with_the_last_stage_in_front(qtbot):
    curves = Curves()
    qtbot.addWidget(curves)
    planes, sheets = Curve("planes"), Curve("sheets", {1001: 30.0, 1003: 34.04, 1002: 31.0}, {1001: 0.2, 1002: 0.3})
    curves.show_curves({"planes": planes, "first": Curve("first", {1001: 28.0}), "sheets": sheets})
    front, before, _ = reversed(curves._psnr._lines)
    assert front.xData.tolist() == [1001, 1002, 1003] and front.yData.tolist() == [30, 31, 34.04]
    assert before.xData.tolist() == [1001] and curves._psnr._last.text() == "31.0 dB"
    curves.show_curves({"planes": planes})
    assert curves._psnr.isHidden() and curves._loss.isHidden(), "planes have none"


def test_nothing_is_cut_off_or_out_of_reach(qtbot, trained_page: TrainPage, window: MainWindow):
    trained_page._setup.form._button.setChecked(True)
    qtbot.wait(50)
    for width, height in ((1280, 720), (1920, 1080)):
        window.resize(width, height)
        qtbot.waitUntil(lambda: clipped(trained_page) == [])
        assert missed_by_tab(trained_page) == [] and nameless(trained_page) == []


def test_the_plots_library_is_loaded_when_there_is_something_to_plot():
    program = (
        "import sys; import unreel.qt_panel.views.page_train as p; "
        "assert 'pyqtgraph' not in sys.modules; from unreel.qt_panel.views import curves; "
        "assert 'pyqtgraph' in sys.modules and 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_the_viewer_goes_to_a_frame_that_was_shown(qtbot, trained_page: TrainPage, window: MainWindow, tmp_path: Path):
    write_small(tmp_path / "r.exr", np.full((36, 64, 4), 0.5, np.float32), Window(0, 0, 96, 64))
    trained_page.training.reconstructions.read({1004: tmp_path / "r.exr"}, Window(0, 0, 96, 64))
    qtbot.waitUntil(lambda: trained_page._seen.shows["reconstruction"].isVisible())
    window.session.playhead.go(1001)
    click(qtbot, trained_page, "Rebuilt")
    assert window.session.playhead.frame == 1004


@pytest.mark.slow
def test_what_failed_is_told_above_the_page_with_the_estimate_that_says_the_same(qtbot, page: TrainPage):
    page.session.set_knob("train", "key", 77)
    page.training.start()
    qtbot.waitUntil(lambda: page.training.state == "failed", timeout=60000)
    assert not page._state.isVisible()
    qtbot.waitUntil(lambda: any("77" in each.text for each in page.session.notices.at("train")), timeout=5000)
    said = page._setup.estimate
    qtbot.waitUntil(lambda: "77" in said.text() and said.property("kind") == "wrong", timeout=30000)


@pytest.mark.slow
def test_train_by_a_key_stop_resume_and_throw_away(qtbot, window: MainWindow, tmp_path: Path):
    page = page_of(qtbot, window, write_plate(tmp_path / "plate", 36))
    session = window.session
    session.set_knob("train", "stiffness", "soft")
    qtbot.keyClick(window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(page.training.curves.get("sheets", Curve("")).psnr) > 1, timeout=60000)
    qtbot.waitUntil(lambda: page._title.text() in STAGES.values())
    assert page._seen.curves is not None and page._seen.curves.isVisible()
    assert not page._setup.isVisible()
    qtbot.waitUntil(lambda: clipped(page) == [])
    click(qtbot, page, "Stop and keep")
    qtbot.waitUntil(lambda: page.training.state == "stopped", timeout=30000)
    assert page._title.text() == "Stopped" and "frames are kept" in page._said.text()
    assert page._setup.start.text() == "Start anew" and page._setup.start.property("kind") == ""
    qtbot.keyClick(window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: page.training.is_running, timeout=30000)
    click(qtbot, page, "Cancel")
    qtbot.waitUntil(lambda: page.training.state == "never", timeout=60000)
    assert not session.folder.exists() and not page._state.isVisible()
