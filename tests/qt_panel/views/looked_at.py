"""What a careful look at a window finds: text that is cut off, controls that Tab misses, or that have no name."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QScrollBar,
    QWidget,
)

CONTROLS = (QAbstractButton, QAbstractItemView, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit)
SLACK = 1
"""Pixels that rounding may cost."""
EDGE = 4
"""Pixels that a button needs beside its words."""


def said(widget: QWidget) -> str:
    """What it is, in a failure's text."""
    text = widget.text() if isinstance(widget, (QLabel, QAbstractButton, QLineEdit)) else ""
    return f"{type(widget).__name__} {text or widget.accessibleName() or widget.objectName()}"


def clipped(root: QWidget) -> list[str]:
    """Labels and buttons that are smaller than their text, and what hangs over the side of what it lies in."""
    return [said(each) for each in shown(root) if lacks_room(each) or hangs_over(each)]


def lacks_room(widget: QWidget) -> bool:
    if isinstance(widget, QLabel) and widget.text():
        if widget.wordWrap():
            return widget.heightForWidth(widget.width()) > widget.height() + SLACK
        return widget.sizeHint().width() > widget.width() + SLACK and not widget.toolTip()
    if isinstance(widget, QAbstractButton) and widget.text():
        words = max(widget.fontMetrics().horizontalAdvance(line) for line in widget.text().split("\n"))
        picture = 0 if widget.icon().isNull() else widget.iconSize().width() + EDGE
        return words + picture + EDGE > widget.width()
    return False


def hangs_over(widget: QWidget) -> bool:
    """To the left or right of a parent: up and down it may be scrolled to."""
    parent = widget.parentWidget()
    if parent is None or widget.isWindow():
        return False
    inside = QRect(QPoint(0, 0), parent.size())
    its = widget.geometry()
    return its.left() < inside.left() - SLACK or its.right() > inside.right() + SLACK


def missed_by_tab(root: QWidget) -> list[str]:
    """Controls that are on and can't be come to by the Tab key."""
    return [
        said(each)
        for each in shown(root)
        if isinstance(each, CONTROLS)
        and is_control(each)
        and each.isEnabled()
        and not each.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]


def nameless(root: QWidget) -> list[str]:
    """Controls of which a screen reader could say nothing."""
    buddies = {label.buddy() for label in root.findChildren(QLabel)}
    return [
        said(each)
        for each in shown(root)
        if isinstance(each, CONTROLS)
        and is_control(each)
        and not each.accessibleName()
        and each not in buddies
        and not (isinstance(each, QAbstractButton) and each.text())
    ]


def is_control(widget: QWidget) -> bool:
    """Not a part of another control."""
    parent = widget.parentWidget()
    is_part = isinstance(parent, (QAbstractSpinBox, QComboBox, QAbstractItemView))
    return not is_part and not isinstance(widget, QScrollBar) and widget.objectName() != "qt_scrollarea_viewport"


def shown(root: QWidget) -> Iterator[QWidget]:
    """All that is seen of it, without what views scroll by themselves."""
    for each in root.findChildren(QWidget):
        if each.isVisibleTo(root) and not isinstance(each.parentWidget(), QAbstractScrollArea):
            yield each
