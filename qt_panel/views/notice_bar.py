"""Notices where they belong: in a column above a page, or above all of them. Nothing here waits for an answer."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ..model.notices import Action, Notice
from ..model.session import Session
from .icons import icon, tint_of
from .theme import GRID

IN_A_ROW = 2
"""Answers of a page's notice that stand beside each other; more stand in a column."""
DETAILS = 140
"""Height of a notice's details, which scroll."""


class NoticeBar(QWidget):
    """All notices of a page; nothing where there are none."""

    def __init__(self, session: Session, where: str) -> None:
        super().__init__()
        self._session, self._where = session, where
        self._bars: dict[Notice, NoticeFrame] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 0)
        self._column.setSpacing(GRID)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        session.notices.changed.connect(self._show)
        self._show(None)

    def _show(self, _: None) -> None:
        notices = self._session.notices.at(self._where)
        for notice in [each for each in self._bars if each not in notices]:
            bar = self._bars.pop(notice)
            self._column.removeWidget(bar)
            bar.hide()
            bar.deleteLater()
        for notice in notices:
            if notice not in self._bars:
                self._bars[notice] = NoticeFrame(self._session, notice)
                self._column.addWidget(self._bars[notice])
        self.setVisible(bool(notices))


class NoticeFrame(QFrame):
    """One notice: its picture and text, its answers, its details to copy."""

    def __init__(self, session: Session, notice: Notice) -> None:
        super().__init__()
        self._session, self._notice = session, notice
        self.setProperty("kind", "notice")
        self.setProperty("level", notice.level)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID, GRID, GRID, 6)
        column.setSpacing(GRID)
        head = self._head()
        column.addLayout(head)
        if notice.actions or notice.details:
            answers = self._answers()
            if notice.where:
                column.addLayout(answers)
            else:  # over the whole window there is room beside the text
                answers.setContentsMargins(0, 0, GRID, 0)
                head.insertLayout(head.count() - 1, answers)
        self._details = QPlainTextEdit(notice.details)
        self._details.setReadOnly(True)
        self._details.setFixedHeight(DETAILS)
        self._details.setAccessibleName(self.tr("Details"))
        self._details.hide()
        column.addWidget(self._details)

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(2 * GRID)
        mark = QLabel()
        mark.setPixmap(icon(self._notice.level, tint_of(self._notice.level)).pixmap(16, 16))
        mark.setFixedHeight(24)
        row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        text = QLabel(self._notice.text)
        text.setWordWrap(True)
        text.setContentsMargins(0, GRID, 0, 0)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row.addWidget(text, 1)
        close = QToolButton()
        close.setIcon(icon("close", "dim"))
        close.setFixedSize(24, 24)
        close.setToolTip(self.tr("Close (Esc)"))
        close.setAccessibleName(self.tr("Close this notice"))
        close.clicked.connect(lambda: self._session.notices.clear(self._notice))
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _answers(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(24, 0, GRID, 0)
        row.setSpacing(2 * GRID)
        answers = QVBoxLayout() if len(self._notice.actions) > IN_A_ROW and self._notice.where else QHBoxLayout()
        answers.setSpacing(2 * GRID if isinstance(answers, QHBoxLayout) else GRID)
        for action in self._notice.actions:
            button = QPushButton(action.label)
            button.clicked.connect(lambda _=False, action=action: self._answer(action))
            answers.addWidget(button)
        row.addLayout(answers)
        row.addStretch()
        if self._notice.details:
            for label, do in ((self.tr("Details"), self._unfold), (self.tr("Copy"), self._copy)):
                button = QPushButton(label)
                button.setProperty("kind", "fold")
                button.clicked.connect(do)
                row.addWidget(button)
        return row

    def _answer(self, action: Action) -> None:
        self._session.notices.clear(self._notice)
        action.do()

    def _unfold(self) -> None:
        self._details.setVisible(self._details.isHidden())

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(f"{self._notice.text}\n\n{self._notice.details}")
