from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QPushButton, QToolButton
from unreel.qt_panel.model.notices import Action, Notice
from unreel.qt_panel.model.session import Session
from unreel.qt_panel.views.notice_bar import NoticeBar, NoticeFrame


def make(qtbot, session: Session, *notices: Notice) -> NoticeBar:
    bar = NoticeBar(session, "train")
    qtbot.addWidget(bar)
    for notice in notices:
        session.notices.add(notice)
    bar.show()
    return bar


def click(qtbot, bar: NoticeBar, label: str) -> None:
    button = next(each for each in bar.findChildren(QPushButton) if each.text() == label)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_it_shows_those_of_its_page_alone(qtbot, shown: Session):
    bar = make(qtbot, shown, Notice("here", where="train"), Notice("there", where="paint"), Notice("all"))
    assert len(bar.findChildren(NoticeFrame)) == 1


def test_an_answer_is_given_once_and_the_notice_goes(qtbot, shown: Session):
    answered = []
    question = Notice("Really?", level="ask", where="train", actions=(Action("Yes", lambda: answered.append("yes")),))
    bar = make(qtbot, shown, question)
    click(qtbot, bar, "Yes")
    assert answered == ["yes"] and shown.notices.shown == ()


def test_details_unfold_and_can_be_copied(qtbot, shown: Session):
    bar = make(qtbot, shown, Notice("it failed", details="line 1\nline 2", level="wrong", where="train"))
    text = bar.findChild(QPlainTextEdit)
    assert text.isHidden()
    click(qtbot, bar, "Details")
    assert text.isVisible() and text.toPlainText() == "line 1\nline 2"
    click(qtbot, bar, "Copy")
    assert QGuiApplication.clipboard().text() == "it failed\n\nline 1\nline 2"


def test_it_closes(qtbot, shown: Session):
    bar = make(qtbot, shown, Notice("good to know", where="train"))
    qtbot.mouseClick(bar.findChild(QToolButton), Qt.MouseButton.LeftButton)
    assert shown.notices.shown == () and bar.isHidden()
