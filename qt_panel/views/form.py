"""Knobs of a node as a form: made from the face, checked by the session, errors under their own knob."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from unreel.core.sequence import pattern_of
from unreel.plugin.face import Knob, Value, read_face

from ..model.session import Session
from .icons import icon
from .theme import CONTROL, GRID, inset

LABELS = 114
"""Width of the labels."""
MOST = 2**31 - 1
"""Of Qt's own number fields, where the face gives no limit."""


class Field(Protocol):
    """A knob's widget, as the form sees it."""

    @property
    def widget(self) -> QWidget: ...

    def show(self, value: Value) -> None:
        """Put a value in, without telling anyone."""


class KnobForm(QWidget):
    """Some knobs of a node in front, and others folded away under "More settings"."""

    def __init__(self, session: Session, node: str, front: Sequence[str], folded: Sequence[str] = ()) -> None:
        """Knobs by their names, in this order. KeyError for one that the node has not."""
        super().__init__()
        self._session, self._node = session, node
        self.fields: dict[str, Field] = {}
        """By knob, for pages that want to put a widget beside one."""
        self._labels: dict[str, QLabel] = {}
        self._errors: dict[str, QLabel] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * GRID)
        column.addWidget(self._grid(front))
        if folded:
            self._rest = self._grid(folded)
            self._rest.hide()
            column.addWidget(self._fold())
            column.addWidget(self._rest)
        session.host.knob_changed.connect(self._knob_changed)
        session.shot_changed.connect(self._show_all)
        session.notices.changed.connect(self._show_errors)
        self._show_all(None)

    def unfold(self, knob: str) -> None:
        """Bring a knob into view, and the keyboard to it."""
        widget = self.fields[knob].widget
        if hasattr(self, "_rest") and self._rest.isAncestorOf(widget):
            self._button.setChecked(True)
        widget.setFocus()

    def _grid(self, names: Sequence[str]) -> QWidget:
        place = QWidget()
        grid = QGridLayout(place)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(2 * GRID)
        grid.setVerticalSpacing(6)
        grid.setColumnMinimumWidth(0, LABELS)
        grid.setColumnStretch(1, 1)
        for row, name in enumerate(names):
            self._add(grid, 2 * row, read_face().node(self._node).knob(name))
        return place

    def _add(self, grid: QGridLayout, row: int, knob: Knob) -> None:
        label = QLabel(translated(knob.label))
        field = make_field(knob, lambda value: self._session.set_knob(self._node, knob.name, value))
        error = QLabel()
        error.setProperty("kind", "wrong")
        error.setWordWrap(True)
        error.hide()
        for each in (label, field.widget):
            each.setToolTip(wrapped(translated(knob.tooltip)))
        label.setBuddy(field.widget)
        label.setMinimumHeight(CONTROL)
        for named in filter(None, (field.widget, field.widget.focusProxy())):
            named.setAccessibleName(translated(knob.label))
            named.setAccessibleDescription(translated(knob.tooltip))
        grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        grid.addWidget(field.widget, row, 1)
        grid.addWidget(error, row + 1, 1)
        self.fields[knob.name], self._labels[knob.name], self._errors[knob.name] = field, label, error

    def _fold(self) -> QPushButton:
        self._button = QPushButton(icon("right", "dim"), self.tr("More settings"))
        self._button.setProperty("kind", "fold")
        self._button.setCheckable(True)
        layout, name = self._session.settings.layout, f"unfolded.{self._node}"

        def unfold(is_open: bool) -> None:
            self._rest.setVisible(is_open)
            self._button.setIcon(icon("down" if is_open else "right", "dim"))
            layout[name] = is_open

        self._button.toggled.connect(unfold)
        self._button.setChecked(layout.get(name) is True)
        return self._button

    def _show_all(self, _: None) -> None:
        for name in self.fields:
            self._show(name)
        self._show_errors(None)

    def _knob_changed(self, which: tuple[str, str]) -> None:
        node, name = which
        if node == self._node and name in self.fields:
            self._show(name)

    def _show(self, name: str) -> None:
        self.fields[name].show(self._session.nodes[self._node].knobs[name])

    def _show_errors(self, _: None) -> None:
        for name, label in self._errors.items():
            notice = self._session.notices.under(f"{self._node}.{name}")
            label.setText("" if notice is None else notice.text)
            label.setVisible(notice is not None)
            widget = self.fields[name].widget
            if widget.property("wrong") != (notice is not None):
                widget.setProperty("wrong", notice is not None)
                widget.style().unpolish(widget)
                widget.style().polish(widget)


def make_field(knob: Knob, put: Callable[[Value], None]) -> Field:
    """put: called with what the artist put in."""
    if knob.read_only:
        return Said()
    if knob.type == "bool" and not knob.optional:
        return Check(put)
    if knob.type == "bool" or (knob.type == "choice" and knob.choices):
        return Choice(knob, put)
    if knob.type in ("int", "float") and not knob.optional:
        return Number(knob, put)
    if knob.type == "file":
        return File(knob, put)
    return Line(knob, put)


class Said:
    """What the node says: to read and to copy."""

    def __init__(self) -> None:
        self.widget = QLabel()
        self.widget.setWordWrap(True)
        self.widget.setMinimumHeight(CONTROL)
        self.widget.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

    def show(self, value: Value) -> None:
        self.widget.setText(text_of(value))


class Check:
    def __init__(self, put: Callable[[Value], None]) -> None:
        self.widget = QCheckBox()
        self.widget.clicked.connect(put)

    def show(self, value: Value) -> None:
        self.widget.setChecked(bool(value))


class Choice:
    """One of the face's choices; an optional one has an empty entry first, where Unreel chooses."""

    def __init__(self, knob: Knob, put: Callable[[Value], None]) -> None:
        self.widget = QComboBox()
        self._values: list[Value] = [None] if knob.optional else []
        self._values += [True, False] if knob.type == "bool" else list(knob.choices or ())
        for value in self._values:
            self.widget.addItem(translated(CHOICES.get(value, text_of(value)) if is_word(value) else text_of(value)))
        # As narrow as the panel is: long entries show in the list.
        self.widget.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.widget.setMinimumContentsLength(4)
        self.widget.activated.connect(lambda at: put(self._values[at]))
        keep_wheel_away(self.widget)

    def show(self, value: Value) -> None:
        texts = [text_of(each) for each in self._values]
        self.widget.setCurrentIndex(texts.index(text_of(value)) if text_of(value) in texts else 0)


class Number:
    def __init__(self, knob: Knob, put: Callable[[Value], None]) -> None:
        low, high = knob.range or (None, None)
        least, most = -MOST if low is None else low, MOST if high is None else high
        self.widget: QSpinBox | QDoubleSpinBox
        if knob.type == "int":
            self.widget = QSpinBox()
            self.widget.setRange(int(least), int(most))
        else:
            self.widget = QDoubleSpinBox()
            self.widget.setDecimals(2)
            self.widget.setRange(least, most)
            self.widget.setSingleStep(0.05 if most <= 1 else 1.0)
        self.widget.setKeyboardTracking(False)
        inset(self.widget)
        self.widget.setMinimumWidth(16 * GRID)
        self.widget.setCorrectionMode(QAbstractSpinBox.CorrectionMode.CorrectToNearestValue)
        self.widget.valueChanged.connect(put)
        keep_wheel_away(self.widget)

    def show(self, value: Value) -> None:
        self.widget.blockSignals(True)
        self.widget.setValue(value if isinstance(value, (int, float)) else 0)  # type: ignore[arg-type]
        self.widget.blockSignals(False)


class Line:
    """Text, and all that may be empty."""

    def __init__(self, knob: Knob, put: Callable[[Value], None]) -> None:
        self.widget = QLineEdit()
        self.widget.setMinimumWidth(10 * GRID)
        empty = "automatic" if knob.type in ("int", "float") else "all" if knob.type == "frames" else "none"
        self.widget.setPlaceholderText(translated(empty))
        self.widget.editingFinished.connect(lambda: put(self.widget.text()))

    def show(self, value: Value) -> None:
        self.widget.setText(text_of(value))
        self.widget.setCursorPosition(0)


class File:
    """A path, typed or chosen; the dialog stands beside the work."""

    def __init__(self, knob: Knob, put: Callable[[Value], None]) -> None:
        self._knob, self._put = knob, put
        self._line = Line(knob, put)
        self._line.widget.setAccessibleName(translated(knob.label))
        self.widget = QWidget()
        row = QHBoxLayout(self.widget)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        row.addWidget(self._line.widget, 1)
        button = QToolButton()
        button.setIcon(icon("folder"))
        button.setFixedSize(CONTROL, CONTROL)
        button.setToolTip(QCoreApplication.translate("form", "Choose"))
        button.setAccessibleName(QCoreApplication.translate("form", "Choose {}").format(translated(knob.label)))
        button.clicked.connect(self._choose)
        row.addWidget(button)
        self.widget.setFocusProxy(self._line.widget)

    def show(self, value: Value) -> None:
        self._line.show(value)
        self._line.widget.end(False)  # the name is at the end
        self._line.widget.setToolTip(text_of(value) or self._line.widget.toolTip())

    def _choose(self) -> None:
        dialog = QFileDialog(self.widget.window(), translated(self._knob.label), self._line.widget.text())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setModal(False)
        modes = QFileDialog.FileMode
        dialog.setFileMode(
            {"folder": modes.Directory, "in": modes.ExistingFile}.get(str(self._knob.file), modes.AnyFile)
        )
        if self._knob.file == "out":
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.fileSelected.connect(self._chosen)
        dialog.show()

    def _chosen(self, path: str) -> None:
        """A numbered file stands for its sequence."""
        self._put(pattern_of(path) if self._knob.sequence else path)


CHOICES: dict[Value, str] = {None: "automatic", True: "yes", False: "no"}


def is_word(value: Value) -> bool:
    """It has no name of its own in the face."""
    return value is None or isinstance(value, bool)


def text_of(value: Value) -> str:
    if isinstance(value, tuple):
        return " ".join(map(str, value))
    return "" if value is None else str(value)


def translated(text: str) -> str:
    """Labels and tooltips come from the face."""
    return QCoreApplication.translate("face", text) if text else ""


def wrapped(text: str) -> str:
    """A tooltip that Qt breaks into lines."""
    return f"<qt>{text.replace('&', '&amp;').replace('<', '&lt;')}</qt>" if text else ""


class _NoWheel(QObject):
    """Scrolling past a field must not change it."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return False


def keep_wheel_away(widget: QWidget) -> None:
    """Only with the keyboard in it does the wheel change it."""
    widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    widget.installEventFilter(_NoWheel(widget))
