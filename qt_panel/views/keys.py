"""What keys do: those of the page in front, else the window's; and which of them widgets keep for themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
    QWidget,
)

from ..model.session import Session
from ..model.shortcuts import SHORTCUTS, in_context
from ..model.view_state import Channel, ViewState

HALF_STOP = 0.5
TEN = 10
TYPED_INTO = (QLineEdit, QPlainTextEdit, QAbstractSpinBox)
MOVED_IN = (QComboBox, QAbstractSlider, QAbstractItemView, QTabBar)
"""What has a use of its own for arrows, Home and End."""
ARROWS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End)

CHANNELS: dict[str, Channel] = {"colour": "C", "red": "R", "green": "G", "blue": "B", "alpha": "A", "luminance": "L"}


class Keys(QObject):
    """The shortcuts of a window, as its actions."""

    def __init__(self, window: QWidget, session: Session, do: Callable[[str], object]) -> None:
        """do: carries out a shortcut, by its id."""
        super().__init__(window)
        self._window, self._session = window, session
        self._actions: dict[str, QAction] = {}
        for id in dict.fromkeys(each.id for each in SHORTCUTS if not each.is_held):
            action = QAction(window)
            action.triggered.connect(lambda _=False, id=id: do(id))
            window.addAction(action)
            self._actions[id] = action

    def set_context(self, page: str) -> None:
        """Those of the page in front."""
        keys = in_context(page)
        for id, action in self._actions.items():
            action.setShortcuts([QKeySequence(key) for key in keys.get(id, ())])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Widgets keep the keys that they have a use for; held keys hold."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if keeps_key(watched, event):
                event.accept()
        elif event.type() in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease) and isinstance(event, QKeyEvent):
            is_in_window = isinstance(watched, QWidget) and watched.window() is self._window
            is_ours = is_in_window and not isinstance(watched, TYPED_INTO)
            if is_ours and event.key() == Qt.Key.Key_Q and not event.modifiers() and not event.isAutoRepeat():
                self._session.view.change(flicker_second=event.type() == QEvent.Type.KeyPress)
        return False


def keys_of_session(session: Session) -> Mapping[str, Callable[[], object]]:
    """What the window's keys do to what is shown: playing, looking, comparing."""
    playhead, view = session.playhead, session.view
    return {
        "play.toggle": playhead.toggle,
        "play.back": lambda: playhead.play(-1),
        "play.stop": playhead.stop,
        "play.forward": lambda: playhead.play(1),
        "play.next": lambda: playhead.step(1),
        "play.previous": lambda: playhead.step(-1),
        "play.next_ten": lambda: playhead.step(TEN),
        "play.previous_ten": lambda: playhead.step(-TEN),
        "play.first": playhead.home,
        "play.last": playhead.end,
        "view.brighter": lambda: view.change(exposure=view.exposure + HALF_STOP),
        "view.darker": lambda: view.change(exposure=view.exposure - HALF_STOP),
        "view.reset": view.reset,
        "view.windows": lambda: view.change(windows=not view.windows),
        "compare.wipe": lambda: view.change(compare="one" if view.compare == "wipe" else "wipe"),
        "compare.difference": lambda: view.change(compare="one" if view.compare == "difference" else "difference"),
        **{f"view.{name}": partial(show_channel, view, channel) for name, channel in CHANNELS.items()},
    }


def show_channel(view: ViewState, channel: Channel) -> None:
    """Again: back to colour."""
    view.change(channel="C" if view.channel == channel else channel)


def key_of(id: str) -> str:
    """The first key of a shortcut, as the system writes it."""
    keys = next((each.keys for each in SHORTCUTS if each.id == id), ())
    return QKeySequence(keys[0]).toString(QKeySequence.SequenceFormat.NativeText) if keys else ""


def keeps_key(widget: QObject, event: QKeyEvent) -> bool:
    """Whether a key means something to the widget itself, and so is no shortcut there."""
    plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)
    if not plain:
        return False
    if isinstance(widget, TYPED_INTO):
        return event.key() < Qt.Key.Key_F1 or event.key() > Qt.Key.Key_F35
    if isinstance(widget, QAbstractButton):
        return event.key() == Qt.Key.Key_Space
    return isinstance(widget, MOVED_IN) and event.key() in (*ARROWS, Qt.Key.Key_Space)
