"""Sheet: one picture to judge the shot by, and a movie for dailies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImageReader, QPixmap
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QLabel, QLineEdit, QPushButton

from ..model.movies import Source
from ..model.session import Session
from ..movie.codecs import CODECS
from .form import keep_wheel_away
from .keys import key_of
from .main_window import MainWindow
from .page import Page
from .page_parts import dim, line, row_of, title
from .theme import GRID

SHEET = 256
"""Width of the contact sheet's small picture."""
SOURCES: tuple[tuple[Source, str], ...] = (("rendered", "The shown render"), ("plate", "The plate"))
SIZES = ((None, "As the frames are"), (1920, "1920"), (1280, "1280"), (960, "960"))


class SheetPage(Page):
    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(session, window)
        self._build_movie()
        self.column.addWidget(line())
        self._build_sheet()
        self.column.addStretch()
        session.movies.changed.connect(self._show)
        self._show(None)

    def shown(self) -> None:
        self.session.renders.look_again()
        if not self.session.renders.shown and self.session.movies.wish.source == "rendered":
            self.session.movies.change(source="plate")
        self.session.view.change(kind=self.session.movies.wish.source, beside=None, compare="one")
        self._show(None)

    def keys(self) -> Mapping[str, Callable[[], object]]:
        return {"page.main": self.session.movies.make}

    def _build_movie(self) -> None:
        movies = self.session.movies
        self.column.addWidget(title(self.tr("Movie for dailies")))
        form = QFormLayout()
        form.setVerticalSpacing(6)
        form.setHorizontalSpacing(2 * GRID)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.source = self._choice(form, self.tr("Of"), [(key, self.tr(label)) for key, label in SOURCES])
        self.source.activated.connect(self._take_source)
        self.codec = self._choice(form, self.tr("Codec"), [(key, codec.label) for key, codec in CODECS.items()])
        self.codec.activated.connect(lambda at: movies.change(codec=self.codec.itemData(at)))
        self.longest = self._choice(form, self.tr("Longer side"), [(key, self.tr(label)) for key, label in SIZES])
        self.longest.activated.connect(lambda at: movies.change(longest=SIZES[at][0]))
        self.fps = QLineEdit()
        self.fps.setAccessibleName(self.tr("Frames a second"))
        self.fps.setToolTip(self.tr("Such as 24, 25 or 23.976, which is 24000/1001 exactly. Empty: the plate's own."))
        self.fps.editingFinished.connect(lambda: movies.change(fps=self.fps.text().strip()))
        form.addRow(self.tr("Rate"), self.fps)
        self.column.addLayout(form)
        self.words = QCheckBox(self.tr("Burn in shot, version, date and frame"))
        self.words.clicked.connect(lambda wanted: movies.change(has_words=wanted))
        self.column.addWidget(self.words)
        self._where = dim()
        self.column.addWidget(self._where)
        self.make = QPushButton(self.tr("Make the movie"))
        self.make.setProperty("kind", "main")
        self.make.setToolTip(key_of("page.main"))
        self.make.clicked.connect(movies.make)
        self.column.addWidget(self.make)
        self.play, self.folder = QPushButton(self.tr("Play it")), QPushButton(self.tr("Open the folder"))
        self.play.clicked.connect(lambda: self._open(movies.last))
        self.folder.clicked.connect(lambda: self._open(movies.last and movies.last.parent))
        self.column.addWidget(row_of(self.play, self.folder))

    def _choice(self, form: QFormLayout, label: str, entries: list[tuple[object, str]]) -> QComboBox:
        box = QComboBox()
        for key, text in entries:
            box.addItem(text, key)
        box.setAccessibleName(label)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        keep_wheel_away(box)
        form.addRow(label, box)
        return box

    def _build_sheet(self) -> None:
        self.column.addWidget(title(self.tr("Contact sheet")))
        about = self.tr("Frames of the shot beside what the solve makes of them: one picture to judge it by.")
        self.column.addWidget(dim(about))
        self.picture = QLabel()
        self.picture.setAccessibleName(self.tr("Contact sheet"))
        self.column.addWidget(self.picture)
        self.sheet = QPushButton(self.tr("Make the contact sheet"))
        self.sheet.clicked.connect(self.session.movies.sheet)
        self.open_sheet = QPushButton(self.tr("Open"))
        self.open_sheet.clicked.connect(lambda: self._open(self.session.movies.sheet_file))
        self.column.addWidget(row_of(self.sheet, self.open_sheet))

    def _take_source(self, at: int) -> None:
        source = SOURCES[at][0]
        self.session.movies.change(source=source)
        self.session.view.change(kind=source)

    def _open(self, path: Path | None) -> None:
        if path is not None:
            self.session.movies.open(path)

    def _show(self, _: None) -> None:
        movies = self.session.movies
        wish, output = movies.wish, movies.output
        self.source.setCurrentIndex(self.source.findData(wish.source))
        self.codec.setCurrentIndex(self.codec.findData(wish.codec))
        self.longest.setCurrentIndex([key for key, _ in SIZES].index(wish.longest))
        self.fps.setText(wish.fps)
        self.fps.setPlaceholderText(movies.fps)
        self.words.setChecked(wish.has_words)
        self._where.setText(self._said(output))
        self.make.setEnabled(output is not None)
        for button in (self.play, self.folder):
            button.setEnabled(movies.last is not None)
        file = movies.sheet_file
        self.open_sheet.setEnabled(file is not None)
        self.picture.setVisible(file is not None)
        if file is not None:
            self.picture.setPixmap(small(file))
            self.picture.setToolTip(str(file))

    def _said(self, output: Path | None) -> str:
        if output is None:
            return self.tr("Nothing is rendered yet: press Render on the page Propagate, or take the plate.")
        again = self.tr(" It takes the place of the one that is there.") if output.exists() else ""
        return self.tr("Written as {}.").format(f"{output.parent.name}/{output.name}") + again


def small(file: Path) -> QPixmap:
    """Read at the size at which it is shown; empty where it can't be."""
    reader = QImageReader(str(file))
    size = reader.size()
    if size.isValid() and size.width() > SHEET:
        reader.setScaledSize(QSize(2 * SHEET, max(1, round(2 * SHEET * size.height() / size.width()))))
    pixmap = QPixmap.fromImage(reader.read())
    pixmap.setDevicePixelRatio(max(1.0, pixmap.width() / SHEET))
    return pixmap
