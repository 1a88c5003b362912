"""The model's words about a training, in the user's language."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication


def translated(text: str) -> str:
    """Stages, verdicts and what they advise are the model's texts."""
    return QCoreApplication.translate("train", text) if text else ""
