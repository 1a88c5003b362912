"""Matte: what belongs to the surface; brought, proposed, and fixed with the brush."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF, QSignalBlocker, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QFileDialog, QGridLayout, QHBoxLayout, QLabel, QProgressBar, QSlider, QWidget

from ..model.frames import Key
from ..model.mattes import MatteLayers
from ..model.paint.brush import Brush
from ..model.picture import Picture
from ..model.session import Session
from .form import KnobForm
from .matte_list import MatteList
from .matte_tools import MatteBrush
from .page import Page
from .pieces import button, dress, labelled
from .theme import GRID
from .tool import Overlay, ToolSpec

if TYPE_CHECKING:
    from .main_window import MainWindow

READ_AS = ("matte_channel", "matte_invert", "matte_dilate")
SIZES = (2, 400)
LARGER, HARDER = 1.2, 0.1
SHARE = 0.45
"""Of the colours over the picture."""


class MattePage(Page):
    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(session, window)
        self.mattes = MatteLayers(session)
        self._brushes = {
            "brush": MatteBrush(self.mattes, session.playhead, erase=False),
            "eraser": MatteBrush(self.mattes, session.playhead, erase=True),
        }
        for brush in self._brushes.values():
            brush.refused.connect(window.say)
        self._image: tuple[Picture, QImage] | None = None
        self._build_source()
        self._build_brush()
        self._build_reading()
        self.column.addStretch()
        self.mattes.changed.connect(self._show)
        session.frames.came.connect(self._came)
        self._show(None)

    def shown(self) -> None:
        self.session.view.change(kind="plate", compare="one")

    def tools(self) -> tuple[ToolSpec, ...]:
        return (
            ToolSpec("brush", self.tr("Add to the matte"), lambda: self._brushes["brush"]),
            ToolSpec("eraser", self.tr("Take from the matte"), lambda: self._brushes["eraser"]),
        )

    def overlays(self) -> tuple[Overlay, ...]:
        return (self._draw_mattes,)

    def keys(self) -> Mapping[str, Callable[[], object]]:
        return {
            "page.main": self._propose,
            "edit.undo": self._undo,
            "brush.smaller": partial(self._resize, 1 / LARGER),
            "brush.larger": partial(self._resize, LARGER),
            "brush.softer": partial(self._harden, -HARDER),
            "brush.harder": partial(self._harden, HARDER),
        }

    # How it is laid out

    def _build_source(self) -> None:
        self._hint = labelled("dim")
        self.column.addWidget(self._hint)
        self._list = MatteList(self.mattes)
        self.column.addWidget(self._list)
        row = QHBoxLayout()
        row.setSpacing(GRID)
        self._import = button(self.tr("Import ..."), self._choose)
        self._import.setToolTip(self.tr("A matte of the surface, as a sequence of files"))
        self._propose_button = button(self.tr("Propose"), self._propose)
        self._propose_button.setToolTip(self.tr("Look for what moves on its own; then fix it with the brush"))
        row.addWidget(self._import, 1)
        row.addWidget(self._propose_button, 1)
        self.column.addLayout(row)
        self._running = QWidget()
        inside = QHBoxLayout(self._running)
        inside.setContentsMargins(0, 0, 0, 0)
        self._said = labelled("dim")
        inside.addWidget(self._said, 1)
        self._stop = button(self.tr("Stop"), self.mattes.stop_proposal)
        inside.addWidget(self._stop)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 1000)
        self.column.addWidget(self._running)
        self.column.addWidget(self._bar)

    def _build_brush(self) -> None:
        self._fix = QWidget()
        grid = QGridLayout(self._fix)
        grid.setContentsMargins(0, 2 * GRID, 0, 0)
        grid.setHorizontalSpacing(2 * GRID)
        title = QLabel(self.tr("Fix"))
        title.setProperty("kind", "title")
        grid.addWidget(title, 0, 0)
        self._undo_button = button(self.tr("Undo"), self._undo)
        grid.addWidget(self._undo_button, 0, 2)
        self._size, self._size_said = self._slider(grid, 1, self.tr("Size"), SIZES, self._take_size)
        self._hardness, self._hardness_said = self._slider(grid, 2, self.tr("Hardness"), (0, 100), self._take_hardness)
        self._help = labelled("dim")
        self._help.setText(self.tr("B adds, X takes away, on the frame that is shown; [ and ] change the size."))
        grid.addWidget(self._help, 3, 0, 1, 3)
        grid.setColumnStretch(1, 1)
        self.column.addWidget(self._fix)

    def _slider(
        self, grid: QGridLayout, row: int, name: str, ends: tuple[int, int], take: Callable[[int], None]
    ) -> tuple[QSlider, QLabel]:
        label, slider, said = QLabel(name), QSlider(Qt.Orientation.Horizontal), QLabel()
        slider.setRange(*ends)
        slider.setAccessibleName(name)
        slider.valueChanged.connect(take)
        said.setMinimumWidth(40)
        said.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for at, each in enumerate((label, slider, said)):
            grid.addWidget(each, row, at)
        return slider, said

    def _build_reading(self) -> None:
        self._form = KnobForm(self.session, "train", READ_AS)
        self.column.addWidget(self._form)

    # What it does

    def _choose(self) -> None:
        dialog = QFileDialog(self.window(), self.tr("Import a matte"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setModal(False)
        dialog.fileSelected.connect(self.mattes.add)
        dialog.show()

    def _propose(self) -> None:
        self.session.notices.clear_at("matte")
        self.mattes.propose()

    def _undo(self) -> None:
        frame = self.mattes.undo()
        if frame is not None:
            self.session.playhead.go(frame)

    def _resize(self, factor: float) -> None:
        size = self._size.value()
        wanted = round(size * factor)
        self._size.setValue(wanted if wanted != size else size + (1 if factor > 1 else -1))

    def _harden(self, by: float) -> None:
        self._hardness.setValue(self._hardness.value() + round(100 * by))

    def _take_size(self, size: int) -> None:
        self._change_brushes(replace(self._brushes["brush"].brush, size=float(size)))

    def _take_hardness(self, percent: int) -> None:
        self._change_brushes(replace(self._brushes["brush"].brush, hardness=percent / 100))

    def _change_brushes(self, brush: Brush) -> None:
        for each in self._brushes.values():
            each.brush = brush
            each.changed.emit(None)
        self._show_brush()

    # What it shows

    def _show(self, _: None) -> None:
        mattes = self.mattes
        layers = len(mattes.layers)
        if not layers:
            self._hint.setText(
                self.tr("Without a matte the whole picture is one sheet. With one, the solve and the paint keep to it.")
            )
        elif layers == 1:
            self._hint.setText(self.tr("The solve and the paint keep to this matte."))
        else:
            self._hint.setText(self.tr("Front to back: each layer is solved for itself and has its own canonical."))
        item = mattes.proposal
        told = item.line if item is not None else mattes.told
        told = f"{told[:1].upper()}{told[1:]}"
        self._running.setVisible(bool(told))
        self._said.setText(told)
        self._stop.setVisible(item is not None)
        self._bar.setVisible(item is not None)
        self._bar.setValue(round(1000 * item.fraction) if item is not None else 0)
        self._propose_button.setEnabled(item is None)
        dress(self._propose_button, "" if layers else "main")
        self._fix.setVisible(layers > 0)
        self._form.setVisible(layers == 1)
        self._undo_button.setEnabled(mattes.fixes.can_undo)
        self._show_brush()
        self.main_window.viewers.first.update()

    def _show_brush(self) -> None:
        brush = self._brushes["brush"].brush
        for slider, value in ((self._size, round(brush.size)), (self._hardness, round(100 * brush.hardness))):
            with QSignalBlocker(slider):
                slider.setValue(value)
        self._size_said.setText(f"{brush.size:.0f} px")
        self._hardness_said.setText(f"{100 * brush.hardness:.0f} %")

    def _came(self, key: Key) -> None:
        if key == ("matte", self.session.playhead.frame):
            self.main_window.viewers.first.update()

    def _draw_mattes(self, painter: QPainter) -> None:
        """In the layers' colours, half clear."""
        picture = self.session.frames.get("matte", self.session.playhead.frame)
        if not isinstance(picture, Picture):
            return
        if self._image is None or self._image[0] is not picture:
            self._image = picture, image_of(picture)
        window = picture.window
        painter.setOpacity(SHARE)
        painter.drawImage(QRectF(window.x, window.y, window.width, window.height), self._image[1])
        painter.setOpacity(1.0)


def image_of(picture: Picture) -> QImage:
    """Its numbers as they are: the colours of layers are a screen's already."""
    blue_green_red = picture.rgba[..., [2, 1, 0, 3]].astype(np.float32)
    pixels = np.ascontiguousarray(np.rint(np.clip(blue_green_red, 0, 1) * 255).astype(np.uint8))
    height, width = pixels.shape[:2]
    return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied).copy()
