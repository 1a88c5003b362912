"""The window: tabs, tools, viewer, the page in front, timeline, jobs; keys, drops, and the question before it goes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Literal

from PySide6.QtCore import QByteArray, QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMainWindow,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QStyle,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from ..model.marks import marks_of
from ..model.notices import Action, Notice
from ..model.session import Session
from ..model.shortcuts import SHORTCUTS, in_context
from ..model.stage import Stage
from ..model.versions import read_told
from ..model.view_state import Channel
from .job_bar import JobBar
from .job_list import JobList, toggle_button
from .keys_list import KeysList
from .notice_bar import NoticeBar
from .page import Page
from .pages import PAGES, PageSpec, make_page, need_of
from .theme import GRID, JOBS, PANEL, TABS
from .timeline import TimelineBar
from .tool import Tool, ToolSpec
from .tool_strip import ToolStrip
from .viewer_panes import ViewerPanes

LEAST = (1024, 640)
LOOK = "look"
HALF_STOP = 0.5
TEN = 10
TYPED_INTO = (QLineEdit, QPlainTextEdit, QAbstractSpinBox)
MOVED_IN = (QComboBox, QAbstractSlider, QAbstractItemView, QTabBar)
"""What has a use of its own for arrows, Home and End."""
ARROWS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End)


class MainWindow(QMainWindow):
    def __init__(self, session: Session, keep_layout: bool = True) -> None:
        """keep_layout False: the window starts as for the first time."""
        super().__init__()
        self.session = session
        self._pages: dict[str, Page] = {}
        self._made_tools: dict[tuple[str, str], Tool] = {}
        self._page = PAGES[0]
        self._may_go = False
        self.setAcceptDrops(True)
        self.setMinimumSize(*LEAST)
        self._build()
        self._actions = self._make_actions()
        self._listen()
        self.resize(1280, 720)
        layout = session.settings.layout if keep_layout else {}
        if isinstance(layout.get("geometry"), str):
            self.restoreGeometry(QByteArray.fromBase64(layout["geometry"].encode()))
        if isinstance(layout.get("panel"), int):
            self._split.setSizes([10000, max(PANEL, layout["panel"])])
        self._show_shot(None)

    # What pages may ask

    def go_to(self, page: str) -> None:
        """Bring a page to the front."""
        at = [spec.id for spec in PAGES].index(page)
        if at != self._tabs.currentIndex():
            self._tabs.setCurrentIndex(at)

    def say(self, text: str) -> None:
        """A hint in the status line, until the next."""
        self._hint.setText(text)
        self._hint.setToolTip(text)

    def page(self, id: str) -> Page | None:
        """A page that was shown already."""
        return self._pages.get(id)

    def choose_shot(self) -> None:
        """The system's own choice of files, beside the work."""
        dialog = QFileDialog(self, self.tr("Open a shot"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setModal(False)
        dialog.filesSelected.connect(lambda paths: self.session.open(*paths))
        dialog.show()

    # How it is laid out

    def _build(self) -> None:
        root = QWidget()
        column = QVBoxLayout(root)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._build_tabs())
        column.addWidget(NoticeBar(self.session, ""))
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._split.setHandleWidth(2)
        self._split.setChildrenCollapsible(False)
        self._tools = ToolStrip(self.take_tool)
        left = QWidget()
        row = QHBoxLayout(left)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._tools)
        self.viewers = ViewerPanes(self.session)
        row.addWidget(self.viewers, 1)
        self._split.addWidget(left)
        self._split.addWidget(self._build_panel())
        self._split.setStretchFactor(0, 1)
        self._split.setStretchFactor(1, 0)
        self._split.setSizes([10000, PANEL])
        column.addWidget(self._split, 1)
        self.timeline = TimelineBar(self.session)
        column.addWidget(self.timeline)
        column.addWidget(self._build_bar())
        self.queue = JobList(self.session.jobs, self.session.notices, root)
        self._jobs.addWidget(JobBar(self.session.jobs, toggle_button(self.queue)), 1)
        self.setCentralWidget(root)

    def _build_tabs(self) -> QWidget:
        bar = QWidget()
        bar.setObjectName("Tabs")
        bar.setFixedHeight(TABS)
        row = QHBoxLayout(bar)
        row.setContentsMargins(2 * GRID, 0, 3 * GRID, 0)
        row.setSpacing(2 * GRID)
        self._tabs = QTabBar()
        self._tabs.setExpanding(False)
        self._tabs.setAccessibleName(self.tr("Pages"))
        for spec in PAGES:
            at = self._tabs.addTab(QCoreApplication.translate("shortcuts", spec.title))
            self._tabs.setTabToolTip(at, key_of(f"page.{spec.id}"))
        self._tabs.currentChanged.connect(lambda _: self._show_page())
        row.addWidget(self._tabs)
        row.addStretch()
        self._name = QLabel()
        self._name.setProperty("kind", "dim")
        row.addWidget(self._name)
        return bar

    def _build_panel(self) -> QWidget:
        self._stack = QStackedWidget()
        self._stack.setObjectName("Panel")
        self._stack.setMinimumWidth(PANEL)
        return self._stack

    def _build_bar(self) -> QWidget:
        bar = QWidget()
        bar.setObjectName("Bar")
        bar.setFixedHeight(JOBS)
        self._jobs = QHBoxLayout(bar)
        self._jobs.setContentsMargins(3 * GRID, 0, 3 * GRID, 0)
        self._jobs.setSpacing(3 * GRID)
        self._hint = QLabel()
        self._hint.setProperty("kind", "dim")
        self._jobs.addWidget(self._hint)
        return bar

    # Pages

    def _show_page(self) -> None:
        spec = PAGES[self._tabs.currentIndex()]
        need = need_of(spec, self.session.stage())
        before = self._pages.get(self._page.id)
        if before is not None and self._page is not spec:
            before.left()
        self._page = spec
        if need is None and spec.id not in self._pages:
            self._pages[spec.id] = make_page(spec, self.session, self)
            self._stack.addWidget(self._framed(spec, self._pages[spec.id]))
        page = self._pages.get(spec.id) if need is None else None
        self._stack.setCurrentWidget(self._place_of(spec, page))
        self._offer_tools(page)
        self._set_keys()
        if page is not None:
            page.shown()
            self._make_room(page)
            if spec.wants_live:
                self.session.live_paint.make_once()

    def _make_room(self, page: Page) -> None:
        """In a language of longer words a page is wider; it is never cut off at the side."""
        scroller = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
        self._stack.setMinimumWidth(max(PANEL, page.minimumSizeHint().width() + scroller))

    def _framed(self, spec: PageSpec, page: Page) -> QWidget:
        """A page that scrolls, with its notices above it."""
        frame = QWidget()
        frame.setObjectName(f"place.{spec.id}")
        column = QVBoxLayout(frame)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(NoticeBar(self.session, spec.id))
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(page)
        column.addWidget(scroll, 1)
        return frame

    def _place_of(self, spec: PageSpec, page: Page | None) -> QWidget:
        name = f"place.{spec.id}" if page is not None else f"need.{spec.id}.{need_of(spec, self.session.stage())}"
        found = self._stack.findChild(QWidget, name, Qt.FindChildOption.FindDirectChildrenOnly)
        if found is None:
            found = self._need(spec)
            found.setObjectName(name)
            self._stack.addWidget(found)
        return found

    def _need(self, spec: PageSpec) -> QWidget:
        """In place of a page that can't be worked on yet."""
        need = need_of(spec, self.session.stage())
        assert need is not None  # else the page itself is there
        place = QWidget()
        column = QVBoxLayout(place)
        column.setContentsMargins(3 * GRID, 6 * GRID, 3 * GRID, 3 * GRID)
        column.setSpacing(3 * GRID)
        text = QLabel(QCoreApplication.translate("pages", need.text))
        text.setWordWrap(True)
        column.addWidget(text)
        button = QPushButton(QCoreApplication.translate("pages", need.button))
        button.setProperty("kind", "main")
        button.clicked.connect(lambda: self.go_to(need.page))
        column.addWidget(button)
        column.addStretch()
        return place

    # Tools

    def take_tool(self, id: str) -> None:
        """Take a tool of the page in front into the hand."""
        if id not in self._specs:
            return
        which = self._page.id, id
        if id != LOOK and which not in self._made_tools:
            self._made_tools[which] = self._specs[id].make()
        self.viewers.set_tool(self._made_tools.get(which))
        self.session.view.change(tool=id)
        self._tools.show_taken(id)

    def _offer_tools(self, page: Page | None) -> None:
        look = ToolSpec(LOOK, self.tr("Look"), lambda: None)  # type: ignore[arg-type, return-value]
        specs = (look, *(page.tools() if page is not None else ()))
        self._specs = {spec.id: spec for spec in specs}
        self._tools.offer(specs, self._page.id)
        self.take_tool(self.session.view.tool if self.session.view.tool in self._specs else LOOK)
        self.viewers.set_overlays(page.overlays() if page is not None else ())

    # Keys

    def _make_actions(self) -> dict[str, QAction]:
        actions = {}
        for id in dict.fromkeys(each.id for each in SHORTCUTS if not each.is_held):
            action = QAction(self)
            action.triggered.connect(lambda _=False, id=id: self.do(id))
            self.addAction(action)
            actions[id] = action
        return actions

    def _set_keys(self) -> None:
        """Those of the page in front."""
        keys = in_context(self._page.id)
        for id, action in self._actions.items():
            action.setShortcuts([QKeySequence(key) for key in keys.get(id, ())])

    def do(self, id: str) -> None:
        """What a key does, by its id: the page's own, else the window's. One that the page lacks does nothing."""
        page = self._pages.get(self._page.id)
        if page is not None and id in page.keys():
            page.keys()[id]()
        elif id in self._own():
            self._own()[id]()

    def _own(self) -> dict[str, Callable[[], object]]:
        playhead, view = self.session.playhead, self.session.view
        return {
            "file.open": self.choose_shot,
            "file.close": self.close,
            "window.keys": self._show_keys,
            "window.panels": self._hide_panels,
            "window.notice": self._close_notice,
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
            "view.fit": self.viewers.fit,
            "view.one_to_one": self.viewers.one_to_one,
            "view.closer": self.viewers.closer,
            "view.farther": self.viewers.farther,
            "view.windows": lambda: view.change(windows=not view.windows),
            "compare.wipe": lambda: view.change(compare="one" if view.compare == "wipe" else "wipe"),
            "compare.difference": lambda: view.change(compare="one" if view.compare == "difference" else "difference"),
            "job.stop": self._stop_job,
            **{f"page.{spec.id}": partial(self.go_to, spec.id) for spec in PAGES},
            **{f"view.{name}": partial(self._show_channel, channel) for name, channel in CHANNELS.items()},
            **{f"tool.{id}": partial(self.take_tool, id) for id in self._specs},
        }

    def _stop_job(self) -> None:
        """The one in the bar; what it reached is kept."""
        running = self.session.jobs.active
        if running:
            self.session.jobs.cancel(running[0])
        else:
            self.say(self.tr("Nothing runs."))

    def _show_channel(self, channel: Channel) -> None:
        """Again: back to colour."""
        view = self.session.view
        view.change(channel="C" if view.channel == channel else channel)

    def _show_keys(self) -> None:
        if not hasattr(self, "_keys"):
            self._keys = KeysList(self)
        self._keys.setVisible(not self._keys.isVisible())

    def _hide_panels(self) -> None:
        for each in (self._tools, self._stack):
            each.setVisible(each.isHidden())

    def _close_notice(self) -> None:
        shown = [each for each in self.session.notices.shown if each.where in ("", self._page.id)]
        if shown:
            self.session.notices.clear(shown[-1])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Widgets keep the keys that they have a use for; held keys hold."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if keeps_key(watched, event):
                event.accept()
        elif event.type() in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease) and isinstance(event, QKeyEvent):
            is_ours = isinstance(watched, QWidget) and watched.window() is self and not isinstance(watched, TYPED_INTO)
            if is_ours and event.key() == Qt.Key.Key_Q and not event.modifiers() and not event.isAutoRepeat():
                self.session.view.change(flicker_second=event.type() == QEvent.Type.KeyPress)
        return False

    # What comes from outside

    def _listen(self) -> None:
        self.session.shot_changed.connect(self._show_shot)
        self.session.stage_changed.connect(self._show_stage)
        self.session.stage_changed.connect(self._mark)
        self.session.paint.layers_changed.connect(self._mark)
        self.session.jobs.ended.connect(self._mark)
        self.session.live.changed.connect(self._mark)
        self.session.clipboard.connect(self._copy)
        app = QApplication.instance()
        assert app is not None
        app.installEventFilter(self)

    def _show_shot(self, _: None) -> None:
        shot, opening = self.session.shot, self.session.opening
        if opening:
            self.say(self.tr("Looking for {} ...").format(opening))
        elif self._hint.text().startswith(self.tr("Looking for {} ...").split("{")[0]):
            self.say("")
        self.setWindowTitle("Unreel" if shot is None else f"{shot.name} - Unreel")
        if shot is not None:
            first, last, size = shot.frames[0], shot.frames[-1], shot.display
            self._name.setText(f"{shot.name}   {first}-{last}   {size.width} x {size.height}")
        if not opening and self.session.notices.at("shot"):
            self.go_to("shot")  # where it says why nothing was opened
        if not opening:
            self._mark(None)
            self._show_page()

    def _show_stage(self, _: None) -> None:
        self._show_page()

    def _mark(self, _: object) -> None:
        """On the timeline: the key, what is painted, and what the verdict is about."""
        folder = self.session.folder
        told = read_told(folder) if folder is not None and self.session.stage() >= Stage.TRAINED else {}
        self.timeline.timeline.set_marks(marks_of(told, self.session.paint.painted_on()))

    def _copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.say(self.tr("Copied: {}").format(text))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if paths_of(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.session.open(*paths_of(event))
        event.acceptProposedAction()

    # The end

    def closeEvent(self, event: QCloseEvent) -> None:
        question = None if self._may_go else self.session.close()
        if question is None:
            self._keep_layout()
            self.viewers.close_down()
            event.accept()
            return
        event.ignore()
        answers = [Action(label, partial(self._close_by, answer)) for answer, label in question.answers]
        cancel = Action(self.tr("Cancel"), lambda: None)
        self.session.notices.add(Notice(question.text, level="ask", actions=(*answers, cancel)))

    def _close_by(self, answer: Literal["keep", "stop"]) -> None:
        self._keep_layout()
        self._may_go = self.session.close(answer) is None
        self.close()

    def _keep_layout(self) -> None:
        geometry = bytes(self.saveGeometry().toBase64().data()).decode()
        self.session.settings.layout.update(geometry=geometry, panel=self._stack.width())
        self.session.keep_settings()


CHANNELS: dict[str, Channel] = {"colour": "C", "red": "R", "green": "G", "blue": "B", "alpha": "A", "luminance": "L"}


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


def paths_of(event: QDropEvent) -> list[str]:
    """The files of this machine that are dropped."""
    return [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
