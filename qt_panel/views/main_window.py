"""The window: tabs, tools, viewer, the page in front, timeline, jobs; keys, drops, and the question before it goes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Literal

from PySide6.QtCore import QByteArray, QCoreApplication, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QSplitter,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from ..model.marks import marks_of
from ..model.notices import Action, Notice
from ..model.session import Session
from ..model.stage import Stage
from ..model.versions import read_told
from .job_bar import JobBar
from .job_list import JobList, toggle_button
from .keys import Keys, key_of, keys_of_session
from .keys_list import KeysList
from .notice_bar import NoticeBar
from .page import Page
from .pages import PAGES, make_page, need_of
from .places import Places
from .theme import GRID, JOBS, PANEL, TABS
from .timeline import TimelineBar
from .tool import Tool, ToolSpec
from .tool_strip import ToolStrip
from .viewer_panes import ViewerPanes

LEAST = (1024, 640)
LOOK = "look"


class MainWindow(QMainWindow):
    def __init__(self, session: Session, keep_layout: bool = True) -> None:
        """keep_layout False: the window starts as for the first time."""
        super().__init__()
        self.session = session
        self._pages: dict[str, Page] = {}
        self._made_tools: dict[tuple[str, str], Tool] = {}
        self._page = PAGES[0]
        self._may_go = False
        self._keys_list: KeysList | None = None
        self.setAcceptDrops(True)
        self.setMinimumSize(*LEAST)
        self._build()
        self._keys = Keys(self, session, self.do)
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
        self._places = Places(self.session, self.go_to)
        self._split.addWidget(self._places)
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
        page = self._pages.get(spec.id) if need is None else None
        if page is not None:
            self._places.show_page(spec, page)
        elif need is not None:
            self._places.show_need(spec, need)
        self._offer_tools(page)
        self._keys.set_context(spec.id)
        if page is not None:
            page.shown()
            self._places.make_room(page)
            if spec.wants_live:
                self.session.live_paint.make_once()

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

    def do(self, id: str) -> None:
        """What a key does, by its id: the page's own, else the window's. One that the page lacks does nothing."""
        page = self._pages.get(self._page.id)
        if page is not None and id in page.keys():
            page.keys()[id]()
        elif id in self._own():
            self._own()[id]()

    def _own(self) -> dict[str, Callable[[], object]]:
        return {
            **keys_of_session(self.session),
            "file.open": self.choose_shot,
            "file.close": self.close,
            "window.keys": self._show_keys,
            "window.panels": self._hide_panels,
            "window.notice": self._close_notice,
            "view.fit": self.viewers.fit,
            "view.one_to_one": self.viewers.one_to_one,
            "view.closer": self.viewers.closer,
            "view.farther": self.viewers.farther,
            "job.stop": self._stop_job,
            **{f"page.{spec.id}": partial(self.go_to, spec.id) for spec in PAGES},
            **{f"tool.{id}": partial(self.take_tool, id) for id in self._specs},
        }

    def _stop_job(self) -> None:
        """The one in the bar; what it reached is kept."""
        running = self.session.jobs.active
        if running:
            self.session.jobs.cancel(running[0])
        else:
            self.say(self.tr("Nothing runs."))

    def _show_keys(self) -> None:
        if self._keys_list is None:
            self._keys_list = KeysList(self)
        self._keys_list.setVisible(not self._keys_list.isVisible())

    def _hide_panels(self) -> None:
        for each in (self._tools, self._places):
            each.setVisible(each.isHidden())

    def _close_notice(self) -> None:
        shown = [each for each in self.session.notices.shown if each.where in ("", self._page.id)]
        if shown:
            self.session.notices.clear(shown[-1])

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
        app.installEventFilter(self._keys)

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
        self.session.settings.layout.update(geometry=geometry, panel=self._places.width())
        self.session.keep_settings()


def paths_of(event: QDropEvent) -> list[str]:
    """The files of this machine that are dropped."""
    return [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
