"""What became of a training, in plain words, with buttons that do what it advises."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ..model.advice import Advice, reason_of, title_of, word_of
from ..model.training import TrainingView
from .pieces import button, card, empty, labelled
from .theme import GRID
from .train_words import translated

MARKS = {"good": "✓", "patch these frames": "◇", "add a key": "◇", "split": "✕"}
"""A shape beside the words: not by colour."""


class TrainVerdict(QWidget):
    def __init__(self, training: TrainingView, follow: Callable[[Advice], object]) -> None:
        super().__init__()
        self._training, self._follow = training, follow
        frame, column = card()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(frame)
        self.title = labelled("big")
        self.figures = labelled("dim")
        self._reason = labelled("")
        self._advice = QVBoxLayout()
        self._advice.setSpacing(GRID)
        for each in (self.title, self.figures, self._reason):
            column.addWidget(each)
        column.addLayout(self._advice)
        self._advised: tuple[Advice, ...] = ()

    @property
    def advises(self) -> bool:
        return bool(self._advised)

    def show_verdict(self) -> None:
        training = self._training
        told = training.told
        layers = {name: its for name, its in training.layers_told.items() if its}
        self.setVisible(bool(told or layers) and not training.is_running)
        if told:
            psnr = told.get("psnr")
            figures = [f"{psnr:.1f} dB"] if isinstance(psnr, (int, float)) else []
            figures += [self.tr("key {}").format(told.get("key")), str(told.get("surface", ""))]
            self.title.setText(f"{MARKS.get(word_of(told), '')} {translated(title_of(told))}".strip())
            self.figures.setText("   ".join(figures))
            self._reason.setText(reason_of(told))
        elif layers:
            self.title.setText(self.tr("{} layers").format(len(layers)))
            self.figures.setText("")
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
