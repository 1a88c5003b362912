from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QToolButton, QVBoxLayout, QWidget

from .looked_at import clipped, missed_by_tab, nameless


def make(qtbot, *widgets: QWidget) -> QWidget:
    root = QWidget()
    qtbot.addWidget(root)
    column = QVBoxLayout(root)
    for each in widgets:
        column.addWidget(each)
    root.show()
    return root


def test_text_that_is_cut_off_is_found(qtbot):
    label, button = QLabel("a long text that is cut off"), QPushButton("a button with much to say")
    label.setFixedWidth(40)
    button.setFixedWidth(40)
    assert len(clipped(make(qtbot, label, button, QPushButton("Short"), QLabel("short")))) == 2


def test_what_hangs_over_the_side_is_found(qtbot):
    root = QWidget()
    qtbot.addWidget(root)
    inner = QLabel("over", root)
    root.resize(100, 50)
    inner.setGeometry(80, 0, 60, 20)
    root.show()
    assert clipped(root) == ["QLabel over"]


def test_a_control_that_tab_misses_is_found(qtbot):
    button = QPushButton("Missed")
    button.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
    assert missed_by_tab(make(qtbot, button, QPushButton("Found"), QLineEdit())) == ["QPushButton Missed"]


def test_a_control_without_a_name_is_found(qtbot):
    named, row = QLineEdit(), QWidget()
    label = QLabel("Name")
    label.setBuddy(named)
    layout = QHBoxLayout(row)
    layout.addWidget(label)
    layout.addWidget(named)
    assert len(nameless(make(qtbot, row, QLineEdit(), QToolButton(), QPushButton("Text")))) == 2
