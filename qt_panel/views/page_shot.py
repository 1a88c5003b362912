"""Shot: open one, see what was found, and how its colours are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ..model.display import spaces_of
from ..model.frames import Key
from ..model.picture import Picture
from ..model.screen import config_in_use
from ..model.session import Session
from ..model.shot import name_of_pattern
from ..model.shot_facts import facts_of
from ..model.thumbnails import make_thumbnail, thumbnail_file
from .page import Page
from .pieces import empty
from .theme import GRID

if TYPE_CHECKING:
    from .main_window import MainWindow

THUMBNAIL = QSize(64, 36)
LABELS = 74


class ShotPage(Page):
    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(session, window)
        self._thumbnail_of = ""
        self._build_drop()
        self._build_found()
        self._build_recents()
        self.column.addStretch()
        session.shot_changed.connect(self._show)
        session.host.knob_changed.connect(self._knob_changed)
        session.frames.came.connect(self._came)
        self._show(None)

    def shown(self) -> None:
        self.session.view.change(kind="plate", compare="one")

    def keys(self) -> Mapping[str, Callable[[], object]]:
        return {"page.main": self.main_window.choose_shot}

    def _build_drop(self) -> None:
        place = QFrame()
        place.setObjectName("DropPlace")
        inside = QVBoxLayout(place)
        inside.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 3 * GRID)
        inside.setSpacing(2 * GRID)
        self._hint = QLabel(self.tr("Drop a plate: its files, their folder, or a NAME.unreel."))
        self._hint.setWordWrap(True)
        self._hint.setProperty("kind", "dim")
        inside.addWidget(self._hint)
        self._open = QPushButton(self.tr("Open ..."))
        self._open.setProperty("kind", "main")
        self._open.clicked.connect(self.main_window.choose_shot)
        inside.addWidget(self._open)
        self.column.addWidget(place)

    def _build_found(self) -> None:
        self._found = QWidget()
        column = QVBoxLayout(self._found)
        column.setContentsMargins(0, 2 * GRID, 0, 0)
        column.setSpacing(2 * GRID)
        head = QHBoxLayout()
        self._name = Elided("")
        self._name.setProperty("kind", "big")
        head.addWidget(self._name, 1)
        self._again = QPushButton(self.tr("Look again"))
        self._again.setToolTip(self.tr("Read the plate anew: frames may have come, or changed"))
        self._again.clicked.connect(self._open_again)
        head.addWidget(self._again)
        column.addLayout(head)
        self._facts = QGridLayout()
        self._facts.setHorizontalSpacing(2 * GRID)
        self._facts.setVerticalSpacing(GRID)
        self._facts.setColumnMinimumWidth(0, LABELS)
        self._facts.setColumnStretch(1, 1)
        column.addLayout(self._facts)
        row = QHBoxLayout()
        label = QLabel(self.tr("Colour space"))
        label.setProperty("kind", "dim")
        label.setMinimumWidth(LABELS)
        row.addWidget(label)
        row.addSpacing(GRID)
        self._space = QComboBox()
        self._space.setAccessibleName(self.tr("Colour space of the plate"))
        self._space.setToolTip(self.tr("How the files' colours are read; training and rendering read them so too"))
        self._space.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._space.activated.connect(self._choose_space)
        label.setBuddy(self._space)
        row.addWidget(self._space, 1)
        column.addLayout(row)
        self.column.addWidget(self._found)

    def _build_recents(self) -> None:
        self._recents = QWidget()
        self._list = QVBoxLayout(self._recents)
        self._list.setContentsMargins(0, 3 * GRID, 0, 0)
        self._list.setSpacing(GRID)
        self.column.addWidget(self._recents)

    # What it shows

    def _show(self, _: None) -> None:
        shot = self.session.shot
        self._found.setVisible(shot is not None)
        # Loud only as long as there is nothing else to do.
        self._open.setProperty("kind", "main" if shot is None else "")
        self._open.style().polish(self._open)
        if shot is not None:
            self._name.tell(shot.name)
            self._show_facts()
            self._show_space()
        self._show_recents()

    def _show_facts(self) -> None:
        shot = self.session.shot
        assert shot is not None  # asked by `_show`
        empty(self._facts)
        names = {
            "plate": self.tr("Plate"),
            "folder": self.tr("Folder"),
            "frames": self.tr("Frames"),
            "missing": self.tr("Missing"),
            "format": self.tr("Format"),
            "data": self.tr("Data window"),
            "rate": self.tr("Rate"),
            "timecode": self.tr("Timecode"),
            "channels": self.tr("Channels"),
        }
        for at, fact in enumerate(facts_of(shot, self.session.playhead.fps)):
            label = QLabel(names[fact.name])
            label.setProperty("kind", "dim")
            label.setAlignment(Qt.AlignmentFlag.AlignTop)
            value = Elided(fact.text)
            value.setProperty("kind", "wrong" if fact.is_wrong else "")
            self._facts.addWidget(label, at, 0)
            self._facts.addWidget(value, at, 1)

    def _show_space(self) -> None:
        shot = self.session.shot
        assert shot is not None  # asked by `_show`
        chosen = self.session.nodes["train"].knobs.get("space") or ""
        spaces = spaces_of(config_in_use())
        with QSignalBlocker(self._space):
            self._space.clear()
            self._space.addItem(self.tr("As found: {}").format(shot.space), "")
            for space in spaces:
                self._space.addItem(space, space)
            if chosen and chosen not in spaces:
                self._space.addItem(str(chosen), chosen)
            self._space.setCurrentIndex(max(self._space.findData(chosen), 0))

    def _show_recents(self) -> None:
        empty(self._list)
        shot = self.session.shot
        current = None if shot is None else str(shot.unreel or shot.plate.pattern)
        recents = [path for path in self.session.settings.recents if path != current]
        if not recents:
            return
        title = QLabel(self.tr("Open again"))
        title.setProperty("kind", "title")
        self._list.addWidget(title)
        for path in recents:
            self._list.addWidget(RecentButton(path, self.session))

    # What changes it

    def _choose_space(self, at: int) -> None:
        self.session.set_knob("train", "space", self._space.itemData(at) or None)

    def _open_again(self) -> None:
        shot = self.session.shot
        if shot is not None:
            self.session.open(str(shot.unreel or shot.plate.pattern))

    def _knob_changed(self, which: tuple[str, str]) -> None:
        if which == ("train", "space") and self.session.shot is not None:
            self._show_space()

    def _came(self, key: Key) -> None:
        """The first picture of a shot becomes its thumbnail."""
        shot = self.session.shot
        if shot is None or key[0] != "plate":
            return
        path = str(shot.unreel or shot.plate.pattern)
        screen, picture = self.main_window.viewers.display, self.session.frames.get(*key)
        transform = screen.transform
        if self._thumbnail_of == path or transform is None or not isinstance(picture, Picture):
            return
        self._thumbnail_of = path
        file, aspect = thumbnail_file(self.session.settings.folder, path), shot.pixel_aspect
        screen.exact(self, lambda: make_thumbnail(picture, transform, aspect, file), lambda _: None)


class RecentButton(QToolButton):
    """A shot that was open: its picture, its name, and where it lies."""

    def __init__(self, path: str, session: Session) -> None:
        super().__init__()
        self.setObjectName("Recent")
        where = Path(path)
        self.setAccessibleName(self.tr("Open {}").format(where.name))
        self.setToolTip(path)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(THUMBNAIL.height() + 2 * GRID)
        row = QHBoxLayout(self)
        row.setContentsMargins(GRID, GRID, GRID, GRID)
        row.setSpacing(2 * GRID)
        picture = QLabel()
        picture.setObjectName("Thumbnail")
        picture.setFixedSize(THUMBNAIL)
        picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(str(thumbnail_file(session.settings.folder, path)))
        if not pixmap.isNull():
            smooth = Qt.TransformationMode.SmoothTransformation
            pixmap = pixmap.scaled(THUMBNAIL * ratio, Qt.AspectRatioMode.KeepAspectRatio, smooth)
            pixmap.setDevicePixelRatio(ratio)
            picture.setPixmap(pixmap)
        row.addWidget(picture)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(Elided(where.stem if where.suffix == ".unreel" else name_of_pattern(path)))
        folder = Elided(str(where.parent))
        folder.setProperty("kind", "dim")
        words.addWidget(folder)
        row.addLayout(words, 1)
        for each in self.findChildren(QLabel):
            each.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.clicked.connect(lambda: session.open(path))


class Elided(QLabel):
    """One line, with dots in its middle where it is too long; the whole of it as its tooltip."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.tell(text)

    def tell(self, text: str) -> None:
        self._whole = text
        self.setAccessibleName(text)
        self.setToolTip(text)
        self._fill(self.width())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fill(event.size().width())

    def _fill(self, width: int) -> None:
        self.setText(QFontMetrics(self.font()).elidedText(self._whole, Qt.TextElideMode.ElideMiddle, width))
