"""Colours, sizes and the style sheet: neutral grey around pictures, one accent, nothing by colour alone."""

from __future__ import annotations

from pathlib import Path
from string import Template

from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QAbstractSpinBox, QApplication

GRID = 4
"""All distances are multiples of it, in device-independent pixels."""
CONTROL, TABS, TOOLS, TIMELINE, JOBS, PANEL = 26, 34, 44, 56, 28, 300
"""Heights of a control, the tabs, the timeline and the job bar; widths of the tool strip and, at least, the panel."""

COLOURS = {
    "window": "#2b2b2b",
    "panel": "#323232",
    "field": "#252525",
    "viewer": "#1c1c1c",
    "line": "#3f3f3f",
    "control": "#3d3d3d",
    "control_hover": "#474747",
    "control_line": "#4c4c4c",
    "text": "#d6d6d6",
    "strong": "#f0f0f0",
    "dim": "#a9a9a9",
    "off": "#858585",
    "accent": "#5aa6ee",
    "accent_hover": "#74b6f3",
    "on_accent": "#101010",
    "selection": "#2b5f92",
    "attention": "#e69f00",
    "wrong": "#f0784f",
    "good": "#45b890",
}
"""Grey is R = G = B: a tint beside a picture would change how it is seen. Kin of Okabe and Ito's, so that they stay
apart for colour-blind eyes; each state has its shape or word beside."""


def colour(name: str) -> QColor:
    return QColor(COLOURS[name])


def style_sheet() -> str:
    here = Path(__file__).parent
    text = (here / "theme.qss").read_text(encoding="utf-8")
    return Template(text).substitute(COLOURS, icons=(here / "icons").as_posix())


def inset(field: QAbstractSpinBox) -> None:
    """A number stands off its field's edge, as text does: the style sheet can't say so of a part of another."""
    field.lineEdit().setTextMargins(GRID, 0, 0, 0)


def dress(app: QApplication) -> None:
    """Give an application its looks, the same on every system."""
    app.setStyle("Fusion")
    font = QFont(app.font())
    font.setPixelSize(12)
    app.setFont(font)
    palette = QPalette()
    roles = QPalette.ColorRole
    for role, name in (
        (roles.Window, "window"),
        (roles.WindowText, "text"),
        (roles.Base, "field"),
        (roles.AlternateBase, "panel"),
        (roles.Text, "text"),
        (roles.PlaceholderText, "off"),
        (roles.Button, "control"),
        (roles.ButtonText, "text"),
        (roles.BrightText, "strong"),
        (roles.Highlight, "selection"),
        (roles.HighlightedText, "strong"),
        (roles.ToolTipBase, "viewer"),
        (roles.ToolTipText, "text"),
        (roles.Link, "accent"),
    ):
        palette.setColor(role, colour(name))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, colour("off"))
    app.setPalette(palette)
    app.setStyleSheet(style_sheet())
