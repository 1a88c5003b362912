"""Train: choose how well, see it come into focus, and do what the verdict advises."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, QTimer
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from unreel.plugin.nodes.status import decibel, duration

from ..model.advice import Advice, reason_of, title_of, word_of
from ..model.display import DisplayTransform, Look
from ..model.estimate import Estimator
from ..model.frames import Key
from ..model.screen import config_in_use, make_transform
from ..model.session import Session
from ..model.training import Shown, TrainingView
from .form import KnobForm
from .page import Page
from .small_picture import SmallPicture
from .theme import CONTROL, GRID

if TYPE_CHECKING:
    from .curves import Curves
    from .main_window import MainWindow

PRESETS = (
    ("draft", "Draft", "a first look"),
    ("standard", "Standard", "for most shots"),
    ("hero", "Hero", "final frames"),
)
FRONT = ("key", "stiffness", "proxy")
FOLDED = (
    "preset",
    "frames",
    "further_keys",
    "missing",
    "ocio",
    "forward",
    "backward",
    "engine",
    "around",
    "steps",
    "cell",
    "threads",
    "seed",
    "folder",
)
SHOWS = (("plate", "Plate"), ("reconstruction", "Rebuilt"), ("difference", "Difference"))
"""What the viewer shows while the page is in front."""
TICK = 1000
"""Milliseconds."""


class TrainPage(Page):
    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(session, window)
        self.training = TrainingView(session)
        self.estimator = Estimator(session)
        self._curves: Curves | None = None
        self._ran = False
        self._build_state()
        self._build_verdict()
        self._build_setup()
        self._build_seen()
        self._build_versions()
        self.column.addStretch()
        self.training.changed.connect(self._show)
        self.training.previewed.connect(self._show_preview)
        self.estimator.changed.connect(self._show_estimate)
        session.host.knob_changed.connect(self._knob_changed)
        session.view.changed.connect(self._looked_otherwise)
        session.frames.came.connect(self._came)
        session.shot_changed.connect(self._another_shot)
        session.notices.changed.connect(self._show)
        clock = QTimer(self)
        clock.timeout.connect(self._tick)
        clock.start(TICK)
        self.destroyed.connect(self.estimator.close)
        self._show(None)
        self._looked_otherwise(frozenset())
        self.estimator.ask_soon()

    def shown(self) -> None:
        if not self.training.is_running:
            self.session.view.change(kind="plate", compare="one")

    def keys(self) -> Mapping[str, Callable[[], object]]:
        return {"page.main": self._main}

    # How it is laid out

    def _build_state(self) -> None:
        self._state, column = card()
        self._title = labelled("big")
        self._said = labelled("dim")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 1000)
        self._said.setMinimumHeight(2 * CONTROL - 5 * GRID)  # a line more or less moves nothing
        self._said.setAlignment(Qt.AlignmentFlag.AlignTop)
        for each in (self._title, self._said, self._bar):
            column.addWidget(each)
        row = QHBoxLayout()
        self._stop = button(self.tr("Stop and keep"), self.training.stop)
        self._stop.setToolTip(self.tr("What it reached is kept: Resume goes on from there"))
        self._resume = button(self.tr("Resume"), self.training.resume, "main")
        self._cancel = button(self.tr("Cancel"), self.training.cancel)
        self._cancel.setToolTip(self.tr("What it reached is thrown away; what was trained before stays"))
        for one in (self._stop, self._resume, self._cancel):
            row.addWidget(one)
        column.addLayout(row)
        self.column.addWidget(self._state)

    def _build_seen(self) -> None:
        """Pictures and curves: there once there is something to see."""
        self._seen = QWidget()
        column = QVBoxLayout(self._seen)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * GRID)
        self._pictures = QWidget()
        inside = QVBoxLayout(self._pictures)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(GRID)
        self._canonical_said = QLabel(self.tr("Canonical so far"))
        self._canonical = SmallPicture(self.session.loop, self.tr("Canonical so far"))
        self._rebuilt_said = QLabel()
        self._rebuilt = SmallPicture(self.session.loop, self.tr("A frame made of it"))
        for each in (self._canonical_said, self._canonical, self._rebuilt_said, self._rebuilt):
            inside.addWidget(each)
        column.addWidget(self._pictures)
        self._viewer_row = QWidget()
        row = QHBoxLayout(self._viewer_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        self._shows: dict[str, QPushButton] = {}
        for kind, text in SHOWS:
            made = button(QCoreApplication.translate("TrainPage", text), partial(self._look_at, kind))
            made.setCheckable(True)
            made.setToolTip(self.tr("In the viewer; frames without a preview yet say so"))
            row.addWidget(made, 1)
            self._shows[kind] = made
        column.addWidget(self._viewer_row)
        self._plots = QVBoxLayout()
        column.addLayout(self._plots)
        self.column.addWidget(self._seen)

    def _build_verdict(self) -> None:
        self._verdict, column = card()
        self._verdict_title = labelled("big")
        self._figures = labelled("dim")
        self._reason = labelled("")
        self._advice = QVBoxLayout()
        self._advice.setSpacing(GRID)
        for each in (self._verdict_title, self._figures, self._reason):
            column.addWidget(each)
        column.addLayout(self._advice)
        self._advised: tuple[object, ...] = ()
        self.column.addWidget(self._verdict)

    def _build_setup(self) -> None:
        self._setup = QWidget()
        column = QVBoxLayout(self._setup)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * GRID)
        row = QHBoxLayout()
        row.setSpacing(GRID)
        self._presets: dict[str, QPushButton] = {}
        group = QButtonGroup(self)
        for preset, text, meaning in PRESETS:
            said = f"{self.tr(text)}\n{self.tr(meaning)}"
            made = button(said, partial(self.session.set_knob, "train", "preset", preset))
            made.setCheckable(True)
            made.setStyleSheet(f"QPushButton {{ min-height: {2 * CONTROL - 8}px; padding: 1px 2px; }}")
            made.setAccessibleName(f"{self.tr(text)}: {self.tr(meaning)}")
            group.addButton(made)
            row.addWidget(made, 1)
            self._presets[preset] = made
        self._group = group
        column.addLayout(row)
        self._form = KnobForm(self.session, "train", FRONT, FOLDED)
        column.addWidget(self._form)
        self._estimate = labelled("dim")
        self._estimate.setMinimumHeight(2 * CONTROL - 4 * GRID)
        self._estimate.setAlignment(Qt.AlignmentFlag.AlignTop)
        column.addWidget(self._estimate)
        self._start = button(self.tr("Train"), self._train, "main")
        column.addWidget(self._start)
        self.column.addWidget(self._setup)

    def _build_versions(self) -> None:
        self._history = QWidget()
        self._rows = QVBoxLayout(self._history)
        self._rows.setContentsMargins(0, 2 * GRID, 0, 0)
        self._rows.setSpacing(GRID)
        self._listed: tuple[object, ...] = ()
        self.column.addWidget(self._history)

    # What it does

    def _main(self) -> None:
        if self.training.is_running:
            return
        if self.training.can_resume and self._resume.isVisible():
            self.training.resume()
        else:
            self._train()

    def _train(self) -> None:
        self.training.start()

    def _follow(self, advice: Advice) -> None:
        self.training.follow(advice)
        page = {"matte": "matte", "paint": "paint", "next": "canonical"}.get(advice.kind)
        if page is not None:
            self.main_window.go_to(page)

    def _look_at(self, kind: str) -> None:
        view = self.session.view
        if kind == "difference":
            view.change(kind="reconstruction", second="plate", compare="difference")
        else:
            view.change(kind=kind, compare="one")
        self._looked_otherwise(frozenset())
        self._go_to_preview()

    def _go_to_preview(self) -> None:
        """The newest, else the nearest, where the viewer shows what only previewed frames have."""
        preview, session = self.training.preview, self.session
        if session.view.kind != "reconstruction" or session.playhead.is_moving:
            return
        there, at = self.training.reconstructions.numbers, session.playhead.frame
        if preview is not None:
            session.playhead.go(preview.frame)
        elif there and at not in there:
            session.playhead.go(min(there, key=lambda number: abs(number - at)))

    # What it shows

    def _show(self, _: None) -> None:
        training = self.training
        state, running = training.state, training.is_running
        if self._ran and not running:  # nothing was asked meanwhile
            self.estimator.ask_soon()
        self._ran = running
        self._state.setVisible(running or training.can_resume)  # what failed stands above the page
        self._title.setText(self._stage() if running else self.tr("Stopped"))
        self._said.setText(self._progress() if running else training.message or self.tr("Part of it is trained."))
        self._bar.setVisible(running)
        self._bar.setValue(round(1000 * training.fraction))
        self._stop.setVisible(running)
        self._stop.setEnabled(state == "running")
        self._said.setVisible(not self._is_told())
        self._resume.setVisible(training.can_resume and not running)
        dress(self._start, "" if training.can_resume else "main")
        self._cancel.setVisible(running or training.can_resume)
        self._cancel.setText(self.tr("Cancel") if running else self.tr("Throw away"))
        self._setup.setVisible(not running)
        self._history.setVisible(not running and bool(training.versions))
        self._show_seen()
        self._show_verdict()
        self._show_versions()
        self._show_preset()
        again = self.tr("Train again") if training.told or training.layers_told else self.tr("Train")
        self._start.setText(self.tr("Start anew") if training.can_resume else again)
        dress(self._start, "" if training.can_resume or self._advised else "main")

    def _is_told(self) -> bool:
        """Why it ended stands in a notice above."""
        message = "" if self.training.is_running else self.training.message.lower()
        return bool(message) and any(message in each.text.lower() for each in self.session.notices.at("train"))

    def _stage(self) -> str:
        """With the layer or key that it is about."""
        if not self.training.stage:
            return self.tr("Starting")
        said = translated(self.training.stage)
        return f"{self.training.whose}: {said}" if self.training.whose else said

    def _progress(self) -> str:
        latest = self.training.latest
        done, total, psnr, left = (latest.get(name) for name in ("done", "total", "psnr", "eta_seconds"))
        parts = [f"{done} / {total}"] if total else []
        if psnr is not None:
            parts.append(decibel(psnr))
        if left:
            parts.append(self.tr("{} left of this step").format(duration(left)))
        if self.training.elapsed >= 1:
            parts.append(self.tr("running for {}").format(duration(self.training.elapsed)))
        early = self.training.early
        if early and early.get("verdict") not in (None, "good"):
            parts.append(str(early.get("reason", "")))
        if self.training.state == "stopping":
            parts = [self.tr("Stopping; what it reached is kept")]
        return "   ".join(parts)

    def _show_seen(self) -> None:
        training = self.training
        has_curves = any(curve.psnr or curve.loss for curve in training.curves.values())
        if has_curves and self._curves is None:
            from .curves import Curves  # only here: its library takes a while to load

            self._curves = Curves()
            self._plots.addWidget(self._curves)
        if self._curves is not None:
            self._curves.show_curves(training.curves)
            self._curves.setVisible(has_curves)
        if training.preview is None and self._canonical.has_picture and not training.curves:
            self._canonical.clear()
            self._rebuilt.clear()
        has_previews = training.preview is not None or bool(training.reconstructions.numbers)
        self._pictures.setVisible(training.preview is not None and training.state != "done")
        self._viewer_row.setVisible(has_previews)
        self._seen.setVisible(has_curves or has_previews)

    def _show_preview(self, shown: Shown) -> None:
        view = self.session.view
        look = Look(view.exposure, view.gamma)
        shot = self.session.shot
        is_graded = shot is not None and shot.space != "scene_linear"
        transform = partial(transform_for, config_in_use(), view.display, view.view, is_graded)
        self._canonical.show_picture(partial(self.training.read, shown, "canonical"), transform, look)
        self._rebuilt.show_picture(partial(self.training.read, shown, "reconstruction"), transform, look)
        self._rebuilt_said.setText(self.tr("Frame {} made of it").format(shown.frame))
        self._show_seen()
        self._go_to_preview()

    def _show_verdict(self) -> None:
        training = self.training
        told = training.told
        layers = {name: its for name, its in training.layers_told.items() if its}
        self._verdict.setVisible(bool(told or layers) and not training.is_running)
        if told:
            psnr = told.get("psnr")
            figures = [f"{psnr:.1f} dB"] if isinstance(psnr, (int, float)) else []
            figures += [self.tr("key {}").format(told.get("key")), str(told.get("surface", ""))]
            self._verdict_title.setText(f"{MARKS.get(word_of(told), '')} {translated(title_of(told))}".strip())
            self._figures.setText("   ".join(figures))
            self._reason.setText(reason_of(told))
        elif layers:
            self._verdict_title.setText(self.tr("{} layers").format(len(layers)))
            self._figures.setText("")
            self._reason.setText(
                "\n".join(f"{name}: {translated(title_of(its))}. {reason_of(its)}" for name, its in layers.items())
            )
        advised = training.advice if told else ()
        if advised != self._advised:
            self._advised = advised
            empty(self._advice)
            for at, each in enumerate(advised):
                kind = "main" if at == 0 and each.kind != "next" else ""
                text = translated(each.label).format(each.about)
                self._advice.addWidget(button(text, partial(self._follow, each), kind))

    def _show_versions(self) -> None:
        versions = self.training.versions
        if versions == self._listed:
            return
        self._listed = versions
        empty(self._rows)
        title = QLabel(self.tr("Earlier trainings"))
        title.setProperty("kind", "title")
        self._rows.addWidget(title)
        for version in versions:
            row = QWidget()
            inside = QHBoxLayout(row)
            inside.setContentsMargins(0, 0, 0, 0)
            said = labelled("dim")
            when = time.strftime("%d %b %H:%M", time.localtime(version.time))
            said.setText(f"{when}\n{version.line}")
            inside.addWidget(said, 1)
            back = button(self.tr("Go back"), partial(self.training.restore, version))
            back.setToolTip(self.tr("What is there now is kept in its place"))
            back.setAccessibleName(self.tr("Go back to {}").format(version.line))
            inside.addWidget(back, 0, Qt.AlignmentFlag.AlignTop)
            self._rows.addWidget(row)

    def _show_preset(self) -> None:
        preset = self.session.nodes["train"].knobs["preset"]
        self._group.setExclusive(False)
        for name, made in self._presets.items():
            made.setChecked(name == preset)
        self._group.setExclusive(preset in self._presets)

    def _show_estimate(self, _: None) -> None:
        estimator = self.estimator
        text = estimator.text or estimator.problem
        if estimator.is_asking:
            text = self.tr("Estimating ...")
        self._estimate.setText(text)
        dress(self._estimate, "wrong" if estimator.problem and not estimator.is_asking else "dim")

    def _knob_changed(self, which: tuple[str, str]) -> None:
        if which == ("train", "preset"):
            self._show_preset()

    def _looked_otherwise(self, names: frozenset[str]) -> None:
        view = self.session.view
        shows = "plate" if view.kind == "plate" else ""
        if view.kind == "reconstruction":
            shows = "difference" if view.compare == "difference" else "reconstruction"
        for name, made in self._shows.items():
            made.setChecked(name == shows)

    def _came(self, key: Key) -> None:
        if key[0] == "reconstruction":
            self._show_seen()

    def _another_shot(self, _: None) -> None:
        self._canonical.clear()
        self._rebuilt.clear()

    def _tick(self) -> None:
        """The time that a training runs goes on between two reports."""
        if self.training.is_running:
            self._said.setText(self._progress())


MARKS = {"good": "✓", "patch these frames": "◇", "add a key": "◇", "split": "✕"}
"""A shape beside the words: not by colour."""


@cache
def transform_for(config: str, display: str, view: str, is_graded: bool) -> DisplayTransform:
    """The viewer's own way to the screen; in a thread."""
    return make_transform(config, display, view, is_graded)[0]


def translated(text: str) -> str:
    """Stages, verdicts and what they advise are the model's texts."""
    return QCoreApplication.translate("train", text) if text else ""


def card() -> tuple[QFrame, QVBoxLayout]:
    frame = QFrame()
    frame.setProperty("kind", "card")
    column = QVBoxLayout(frame)
    column.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 3 * GRID)
    column.setSpacing(GRID)
    return frame, column


def labelled(kind: str) -> QLabel:
    label = QLabel()
    label.setProperty("kind", kind)
    label.setWordWrap(True)
    return label


def button(text: str, do: Callable[[], object], kind: str = "") -> QPushButton:
    made = QPushButton(text)
    made.setProperty("kind", kind)
    made.clicked.connect(lambda: do())
    return made


def dress(widget: QWidget, kind: str) -> None:
    """Another kind of the style sheet's."""
    if widget.property("kind") != kind:
        widget.setProperty("kind", kind)
        widget.style().polish(widget)


def empty(layout: QVBoxLayout) -> None:
    while layout.count():
        item = layout.takeAt(0)
        widget = item.widget() if item is not None else None
        if widget is not None:
            widget.hide()
            widget.deleteLater()
