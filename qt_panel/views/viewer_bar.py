"""Above the picture: channels, exposure, gamma, view, zoom, and the values under the pointer."""

from __future__ import annotations

import math

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QFont, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSlider,
    QToolButton,
    QWidget,
)

from ..model.picture import Picture
from ..model.screen import Screen
from ..model.session import Session
from ..model.view_state import Channel
from .theme import CONTROL, GRID, inset
from .viewer import Viewer

CHANNELS: tuple[Channel, ...] = ("C", "R", "G", "B", "A", "L")
PER_STOP = 10
"""Steps of the exposure's slider."""
SLIDER_STOPS = 4
SLIDER_GAMMA = 2
"""Powers of two on either side of 1."""
ROOM_FOR_SLIDERS = 1090


class ViewerBar(QWidget):
    def __init__(self, session: Session, screen: Screen, viewer: Viewer) -> None:
        super().__init__()
        self.session, self.display, self.viewer = session, screen, viewer
        self.setObjectName("Bar")
        self.setFixedHeight(CONTROL + 2 * GRID)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(2 * GRID, 0, 2 * GRID, 0)
        self._row.setSpacing(GRID)
        self._build_channels()
        self._row.addSpacing(GRID)
        self._build_numbers()
        self._row.addSpacing(GRID)
        self._build_views()
        self._build_zoom()
        self._values = QLabel()
        self._values.setProperty("kind", "dim")
        self._values.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._values.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._values.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        tabular(self._values)
        self._row.addWidget(self._values, 1)
        session.view.changed.connect(self._show)
        screen.offered.connect(self._offer)
        viewer.zoomed.connect(self._show_zoom)
        session.frames.came.connect(self._came)
        self._show(frozenset())
        self._offer(None)

    def show_values(self) -> None:
        """Where the pointer is, and what the picture has there, scene-linear."""
        self._values.setText(values_text(self.session, self.viewer.xy))

    def _build_channels(self) -> None:
        self._channels = QButtonGroup(self)
        names = (
            self.tr("Colour"),
            self.tr("Red"),
            self.tr("Green"),
            self.tr("Blue"),
            self.tr("Alpha"),
            self.tr("Luminance"),
        )
        for at, (channel, name) in enumerate(zip(CHANNELS, names, strict=True)):
            button = QToolButton()
            button.setText(channel if channel != "C" else "RGB")
            button.setCheckable(True)
            button.setAccessibleName(name)
            button.setToolTip(name)
            button.setFixedSize(34 if channel == "C" else 22, CONTROL - 2)
            button.clicked.connect(lambda _=False, channel=channel: self.session.view.change(channel=channel))
            self._channels.addButton(button, at)
            self._row.addWidget(button)

    def _build_numbers(self) -> None:
        self._exposure = number(-10, 10, 0.5, 1, "f ", self.tr("Exposure in stops"))
        self._gamma = number(0.1, 5, 0.1, 2, "γ ", self.tr("Gamma of what the screen shows"))
        self._exposure_slider = slider(SLIDER_STOPS * PER_STOP, self._exposure.accessibleName())
        self._gamma_slider = slider(SLIDER_GAMMA * PER_STOP, self._gamma.accessibleName())
        view = self.session.view
        self._exposure.valueChanged.connect(lambda value: view.change(exposure=value))
        self._gamma.valueChanged.connect(lambda value: view.change(gamma=value))
        self._exposure_slider.valueChanged.connect(lambda step: view.change(exposure=step / PER_STOP))
        self._gamma_slider.valueChanged.connect(lambda step: view.change(gamma=round(2 ** (step / PER_STOP), 2)))
        for each in (self._exposure, self._exposure_slider, self._gamma, self._gamma_slider):
            self._row.addWidget(each)

    def _build_views(self) -> None:
        self._views = QComboBox()
        self._views.setAccessibleName(self.tr("View"))
        self._views.setMinimumWidth(70)
        self._views.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._views.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._views.setMinimumContentsLength(15)
        self._views.setMaximumWidth(186)
        self._views.activated.connect(self._choose)
        self._row.addWidget(self._views)

    def _build_zoom(self) -> None:
        self._zoom = QToolButton()
        self._zoom.setFixedHeight(CONTROL - 2)
        self._zoom.setMinimumWidth(58)
        self._zoom.setAccessibleName(self.tr("Zoom"))
        self._zoom.setToolTip(self.tr("Fit the picture, and again: one pixel is one of the screen"))
        self._zoom.clicked.connect(self._fit_or_one)
        tabular(self._zoom)
        self._row.addWidget(self._zoom)
        self._proxy = QToolButton()
        self._proxy.setText(self.tr("Proxy"))
        self._proxy.setCheckable(True)
        self._proxy.setFixedHeight(CONTROL - 2)
        self._proxy.setToolTip(self.tr("Proxy size also where nothing moves"))
        self._proxy.clicked.connect(lambda is_on: self.session.view.change(always_proxy=is_on))
        self._row.addWidget(self._proxy)

    def _fit_or_one(self) -> None:
        self.viewer.one_to_one() if self.viewer.zoom.is_fit else self.viewer.fit()

    def _show(self, names: frozenset[str]) -> None:
        view = self.session.view
        button = self._channels.button(CHANNELS.index(view.channel))
        button.setChecked(True)
        for field, value in ((self._exposure, view.exposure), (self._gamma, view.gamma)):
            with QSignalBlocker(field):
                field.setValue(value)
        for handle, step in ((self._exposure_slider, view.exposure), (self._gamma_slider, math.log2(view.gamma))):
            with QSignalBlocker(handle):
                handle.setValue(round(step * PER_STOP))
        self._proxy.setChecked(view.always_proxy)
        if names & {"kind"}:
            self.show_values()
        self._show_zoom(None)

    def _show_zoom(self, _: None) -> None:
        zoom = self.viewer.zoom
        percent = "" if self.session.shot is None else f"{zoom.scale * 100:.0f} %"
        self._zoom.setText(self.tr("Fit {}").format(percent).strip() if zoom.is_fit else percent)

    def _offer(self, _: None) -> None:
        """Views of the display in use, then those of the others by their display's name."""
        screen = self.display
        with QSignalBlocker(self._views):
            self._views.clear()
            if screen.transform is None:
                self._views.setEnabled(False)
                self._views.setToolTip(screen.problem)
                return
            self._views.setEnabled(True)
            for view in screen.views:
                self._views.addItem(view, (screen.transform.display, view))
            others = [each for each in screen.displays if each != screen.transform.display]
            if others:
                self._views.insertSeparator(self._views.count())
            for display in others:
                self._views.addItem(display, (display, ""))
            self._views.setCurrentText(screen.transform.view)
        shown = f"{screen.transform.view}\n{screen.transform.display}"
        self._views.setToolTip(f"{shown}\n{screen.problem}" if screen.problem else shown)

    def _choose(self, at: int) -> None:
        chosen = self._views.itemData(at)
        if chosen is not None:
            self.session.view.change(display=chosen[0], view=chosen[1])

    def _came(self, _: object) -> None:
        self.show_values()

    def resizeEvent(self, event: QResizeEvent) -> None:
        has_room = event.size().width() >= ROOM_FOR_SLIDERS
        self._exposure_slider.setVisible(has_room)
        self._gamma_slider.setVisible(has_room)


class ResetSlider(QSlider):
    """A double click brings it to its middle."""

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.setValue(0)


def number(least: float, most: float, step: float, digits: int, prefix: str, name: str) -> QDoubleSpinBox:
    made = QDoubleSpinBox()
    made.setRange(least, most)
    made.setSingleStep(step)
    made.setDecimals(digits)
    made.setPrefix(prefix)
    made.setAccessibleName(name)
    made.setToolTip(name)
    made.setKeyboardTracking(False)
    made.setFixedWidth(68 + 8 * digits)
    inset(made)
    return made


def slider(most: int, name: str) -> QSlider:
    made = ResetSlider(Qt.Orientation.Horizontal)
    made.setRange(-most, most)
    made.setPageStep(PER_STOP)
    made.setFixedWidth(64)
    made.setAccessibleName(name)
    made.setToolTip(name)
    return made


def tabular(widget: QWidget) -> None:
    """Figures of one width, so that what changes does not jump."""
    font = QFont(widget.font())
    if hasattr(QFont, "Tag"):
        font.setFeature(QFont.Tag("tnum"), 1)
    widget.setFont(font)


def values_text(session: Session, xy: tuple[float, float] | None) -> str:
    """Empty where the pointer is over no pixel of what is shown."""
    if xy is None:
        return ""
    at = f"x {math.floor(xy[0])}  y {math.floor(xy[1])}"
    kind, frame = session.view.kind, session.playhead.frame
    shown = session.frames.full(kind, frame) or (session.frames.get(kind, frame) if session.shot else None)
    values = shown.value_at(*xy) if isinstance(shown, Picture) else None
    if not isinstance(shown, Picture) or values is None:
        return at
    sign = "" if shown.scale == 1 else "≈ "
    return f"{at}    {sign}{'  '.join(value_text(value) for value in values)}"


def value_text(value: float) -> str:
    """About seven places, whatever the size."""
    if not math.isfinite(value):
        return str(value)
    return f"{value:.4f}" if abs(value) < 100 else f"{value:.5g}"
