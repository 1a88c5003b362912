"""Train: choose how well, see it come into focus, and do what the verdict advises."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QProgressBar
from unreel.plugin.nodes.status import decibel, duration

from ..model.advice import Advice
from ..model.estimate import Estimator
from ..model.session import Session
from ..model.training import TrainingView
from .page import Page
from .pieces import button, card, dress, labelled
from .theme import CONTROL, GRID
from .train_seen import TrainSeen
from .train_setup import TrainSetup
from .train_verdict import TrainVerdict
from .train_versions import TrainVersions
from .train_words import translated

if TYPE_CHECKING:
    from .main_window import MainWindow

TICK = 1000
"""Milliseconds."""


class TrainPage(Page):
    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(session, window)
        self.training = TrainingView(session)
        self.estimator = Estimator(session)
        self._ran = False
        self._build_state()
        self._verdict = TrainVerdict(self.training, self._follow)
        self._setup = TrainSetup(session, self.estimator, self._train)
        self._seen = TrainSeen(session, self.training)
        self._versions = TrainVersions(self.training)
        for each in (self._verdict, self._setup, self._seen, self._versions):
            self.column.addWidget(each)
        self.column.addStretch()
        self.training.changed.connect(self._show)
        session.notices.changed.connect(self._show)
        clock = QTimer(self)
        clock.timeout.connect(self._tick)
        clock.start(TICK)
        self.destroyed.connect(self.estimator.close)
        self._show(None)
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
        self._cancel.setVisible(running or training.can_resume)
        self._cancel.setText(self.tr("Cancel") if running else self.tr("Throw away"))
        self._setup.setVisible(not running)
        self._versions.setVisible(not running and bool(training.versions))
        self._seen.show_seen()
        self._verdict.show_verdict()
        self._versions.show_versions()
        self._setup.show_preset()
        start = self._setup.start
        again = self.tr("Train again") if training.told or training.layers_told else self.tr("Train")
        start.setText(self.tr("Start anew") if training.can_resume else again)
        dress(start, "" if training.can_resume or self._verdict.advises else "main")

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

    def _tick(self) -> None:
        """The time that a training runs goes on between two reports."""
        if self.training.is_running:
            self._said.setText(self._progress())
