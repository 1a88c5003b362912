"""Paint: on the canonical or on a frame, seen on all frames while it is painted; or in another program."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QButtonGroup, QCheckBox, QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from ..model.easel import Easel
from ..model.paint.keeping import SaveState
from ..model.paint.strokes import Placed, Text
from ..model.session import Session
from .brush_bar import BrushBar
from .colour_chooser import ColourChooser
from .layer_list import LayerList
from .outside_box import OutsideBox
from .page import Page
from .paint_tools import BrushTool, LineTool, PaintTool, PickerTool, PlaceTool
from .placing_options import ImageOptions, TextOptions
from .theme import GRID
from .tool import ToolSpec

if TYPE_CHECKING:
    from .main_window import MainWindow

MOST_NAMES = 2
BESIDE = "paint.beside"
"""In the layout: whether the live result stands beside."""


class PaintPage(Page):
    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(session, window)
        self.easel: Easel = session.easel
        self._tools: dict[str, PaintTool] = {}
        self.column.addLayout(self._surface())
        self.line = QLabel()
        self.line.setProperty("kind", "dim")
        self.line.setWordWrap(True)
        self.column.addWidget(self.line)
        self.brush = BrushBar(self.easel.brushes)
        self.colour = ColourChooser(self.easel.brushes, self.easel.color)
        self.text = TextOptions(self.easel, window.say)
        self.image = ImageOptions(self.easel, window.say)
        for each in (self.brush, self.text, self.image, self.colour):
            self.column.addWidget(each)
        self.column.addWidget(ruler())
        self.layers = LayerList(self.easel, session.loop)
        self.column.addWidget(self.layers, 1)
        self.column.addWidget(ruler())
        self.outside = OutsideBox(session.outside, session.settings)
        self.column.addWidget(self.outside)
        self.column.addStretch()
        self.bring = QPushButton(self.tr("Put into the render"))
        self.bring.setProperty("kind", "main")
        self.bring.setToolTip(self.tr("Keep the paint in the unreel folder, where rendered frames take it from"))
        self.bring.clicked.connect(self._main)
        self.column.addWidget(self.bring)
        self.state = QLabel()
        self.state.setProperty("kind", "dim")
        self.state.setWordWrap(True)
        self.column.addWidget(self.state)
        self._listen()
        self._tool_changed()
        self._show(None)

    def _surface(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(0)
        self._surfaces = QButtonGroup(self)
        self.on_canonical, self.on_frame = QPushButton(self.tr("Canonical")), QPushButton()
        tips = (
            self.tr("Paint on the canonical: every frame follows"),
            self.tr("Paint on the frame that is shown: the others follow"),
        )
        for button, surface, tip in zip((self.on_canonical, self.on_frame), ("canonical", "frame"), tips, strict=True):
            button.setCheckable(True)
            button.setToolTip(tip)
            button.clicked.connect(lambda _=False, surface=surface: self.easel.paint_on(surface))
            self._surfaces.addButton(button)
            row.addWidget(button, 1)
        row.addSpacing(2 * GRID)
        self.beside = QCheckBox(self.tr("Live beside"))
        self.beside.setToolTip(self.tr("Show the frame with all paint on it beside what is painted on"))
        self.beside.setChecked(self.session.settings.layout.get(BESIDE) is not False)
        self.beside.clicked.connect(self._beside)
        row.addWidget(self.beside)
        return row

    def _listen(self) -> None:
        easel, session = self.easel, self.session
        easel.changed.connect(self._show)
        easel.paint.layers_changed.connect(self._show)
        easel.paint.saved.connect(self._saved)
        self.session.bring_in.changed.connect(self._show)
        self.session.outside.changed.connect(self._show)
        self.session.live.changed.connect(self._live_changed)
        session.playhead.moved.connect(self._moved)
        session.view.changed.connect(self._view_changed)

    # What the window asks

    def shown(self) -> None:
        self.session.view.change(kind="painted")
        self._live_changed(None)
        self.easel.make_canonical()
        self.session.live_paint.make()
        self._show(None)

    def left(self) -> None:
        self.easel.paint.end()
        self.session.view.change(beside=None)

    def tools(self) -> tuple[ToolSpec, ...]:
        easel, say = self.easel, self.main_window.say
        return (
            ToolSpec("brush", self.tr("Brush"), self._kept("brush", lambda: BrushTool(easel, say, "brush"))),
            ToolSpec("eraser", self.tr("Eraser"), self._kept("eraser", lambda: BrushTool(easel, say, "eraser"))),
            ToolSpec("picker", self.tr("Pick a colour"), self._kept("picker", lambda: PickerTool(easel, say))),
            ToolSpec("line", self.tr("Line"), self._kept("line", lambda: LineTool(easel, say))),
            ToolSpec("text", self.tr("Text"), self._kept("text", self._text_tool)),
            ToolSpec("image", self.tr("Place an image"), self._kept("image", self._image_tool)),
        )

    def keys(self) -> Mapping[str, Callable[[], object]]:
        brushes = self.easel.brushes
        keys: dict[str, Callable[[], object]] = {
            "page.main": self.bring.click,
            "edit.undo": partial(self._go, "undo"),
            "edit.redo": partial(self._go, "redo"),
            "brush.smaller": lambda: brushes.larger(-1),
            "brush.larger": lambda: brushes.larger(1),
            "brush.softer": lambda: brushes.harder(-1),
            "brush.harder": lambda: brushes.harder(1),
        }
        for digit in range(10):
            keys[f"brush.opacity_{digit}"] = partial(brushes.change, opacity=(digit or 10) / 10)
        if self._can_break_off():
            keys["window.notice"] = self._break_off
        return keys

    # What is pressed

    def _kept(self, id: str, make: Callable[[], PaintTool]) -> Callable[[], PaintTool]:
        """The same tool each time it is taken."""

        def kept() -> PaintTool:
            if id not in self._tools:
                self._tools[id] = make()
            return self._tools[id]

        return kept

    def _text_tool(self) -> PaintTool:
        return PlaceTool(self.easel, self.main_window.say, Text, self.text.begin)

    def _image_tool(self) -> PaintTool:
        return PlaceTool(self.easel, self.main_window.say, Placed, self.image.ask)

    def _go(self, way: str) -> None:
        paint = self.easel.paint
        what = paint.undo() if way == "undo" else paint.redo()
        none = self.tr("There is nothing to undo.") if way == "undo" else self.tr("There is nothing to redo.")
        done = self.tr("Undone: {}") if way == "undo" else self.tr("Done again: {}")
        self.main_window.say(none if what is None else done.format(what))

    def _main(self) -> None:
        if self.easel.paint.is_open:
            self.easel.bring()
        else:
            self.session.live_paint.make()

    def _can_break_off(self) -> bool:
        paint = self.easel.paint
        return paint.is_drawing or paint.is_changing

    def _break_off(self) -> None:
        self.easel.paint.drop()
        self.main_window.say(self.tr("Broken off."))

    def _beside(self, is_on: bool) -> None:
        self.session.settings.layout[BESIDE] = bool(is_on)
        self._live_changed(None)

    # What is shown

    def _live_changed(self, _: None) -> None:
        if self.session.view.kind == "painted" and self.isVisible():
            has_live = bool(self.session.live.frames) and self.beside.isChecked()
            self.session.view.change(beside="live" if has_live else None)
        self._show(None)

    def _moved(self, frame: int) -> None:
        self.on_frame.setText(self.tr("Frame {}").format(frame))

    def _view_changed(self, names: frozenset[str]) -> None:
        if "tool" in names:
            self._tool_changed()

    def _tool_changed(self) -> None:
        tool = self.session.view.tool
        self.easel.brushes.use("eraser" if tool == "eraser" else "brush")
        self.easel.paint.end()
        self.text.setVisible(tool == "text")
        self.image.setVisible(tool == "image")
        self.brush.setVisible(tool not in ("text", "image"))
        self.colour.setVisible(tool not in ("eraser", "image"))

    def _show(self, _: None) -> None:
        easel = self.easel
        self.on_canonical.setChecked(easel.surface == "canonical")
        self.on_frame.setChecked(easel.surface == "frame")
        self._moved(self.session.playhead.frame)
        line = self._line()
        self.line.setText(line)
        self.line.setVisible(bool(line))
        lacking = easel.unbrought()
        if easel.paint.is_open:
            self.bring.setText(self.tr("Put into the render"))
            self.bring.setEnabled(bool(lacking) and not self.session.bring_in.is_running)
        else:
            self.bring.setText(self.tr("Make the live maps"))
            self.bring.setEnabled(self.session.live.state != "making")
        self._show_state(lacking)

    def _line(self) -> str:
        """What is lacking to paint, or to see it on all frames."""
        easel = self.easel
        if easel.making:
            return easel.making
        if easel.paint.is_opening:
            return self.tr("The paint is read ...")
        if not easel.paint.is_open:
            if self.session.live.state == "making":
                return self.tr("Painting begins as soon as the first live maps are made ...")
            return self.tr("To paint, live maps are needed: how each frame lies on the canonical.")
        if self.session.live.state == "making":
            done = len(self.session.live.frames)
            return self.tr("Live on {} of {} frames; more come.").format(done, len(self.session.playhead.frames))
        if self.session.live.state == "stale":
            return self.tr("The live maps are of an earlier training.")
        if not self.session.live_paint.painting.is_exact:
            return self.tr("Layers of one mode lie between those of another: frames are exact once they are rendered.")
        return ""

    def _show_state(self, lacking: tuple[str, ...]) -> None:
        easel = self.easel
        saved = {
            "saving": self.tr("Saving ..."),
            "saved": self.tr("Saved."),
            "recovered": self.tr("Recovered."),
            "failed": self.tr("Not saved."),
            "read only": self.tr("To look at only."),
            "clean": "",
        }[easel.paint.save_state.state]
        if self.session.bring_in.is_running:
            rest = self.session.bring_in.line
        elif len(lacking) > MOST_NAMES:
            rest = self.tr("{} layers are not in the render yet.").format(len(lacking))
        elif lacking:
            rest = self.tr("Not in the render yet: {}.").format(", ".join(lacking))
        else:
            rest = self.tr("All paint is in the render.") if easel.paint.layers else ""
        self.state.setText(" ".join(filter(None, (saved, rest))))

    def _saved(self, _: SaveState) -> None:
        self._show_state(self.easel.unbrought())


def ruler() -> QWidget:
    line = QFrame()
    line.setProperty("kind", "line")
    line.setFixedHeight(1)
    return line
