"""Every text that a view shows can be translated, and is where it was."""

from __future__ import annotations

import ast
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTranslator

PANEL = Path(__file__).resolve().parents[2] / "qt_panel"
VIEWS = PANEL / "views"
LANGUAGES = sorted((PANEL / "languages").glob("*.ts"))
SHOWS = {
    "QAction",
    "QCheckBox",
    "QGroupBox",
    "QLabel",
    "QPushButton",
    "QRadioButton",
    "QToolButton",
    "ToolSpec",
    "addAction",
    "addItem",
    "addTab",
    "say",
    "setAccessibleDescription",
    "setAccessibleName",
    "setPlaceholderText",
    "setPrefix",
    "setStatusTip",
    "setSuffix",
    "setTabText",
    "setText",
    "setTitle",
    "setToolTip",
    "setWindowTitle",
    "Notice",
    "Action",
}
"""What takes a text that an artist reads."""
SAME_EVERYWHERE = {"Unreel", "px", "fps", "dB", "GB", "MB", "EXR", "PNG", "OCIO", "PSNR", "RGB"}
"""Names and units that are the same in every language."""


def name_of(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def literals(node: ast.expr) -> Iterator[str]:
    """Texts that are written right here, and not within another call."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
    elif isinstance(node, ast.IfExp):
        yield from (*literals(node.body), *literals(node.orelse))
    elif isinstance(node, ast.BinOp):
        yield from (*literals(node.left), *literals(node.right))


def is_words(text: str) -> bool:
    return bool(set(re.findall(r"[^\W\d_]{2,}", text)) - SAME_EVERYWHERE)


def untranslated(source: str) -> list[str]:
    """The texts of a source that go to the screen as they are. Of a tool's spec the first is its id."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and name_of(node.func) in SHOWS:
            arguments = node.args[1:2] if name_of(node.func) == "ToolSpec" else node.args
            found += [text for argument in arguments for text in literals(argument) if is_words(text)]
    return found


@pytest.mark.parametrize("path", sorted(VIEWS.rglob("*.py")), ids=lambda path: path.stem)
def test_what_a_view_shows_can_be_translated(path: Path):
    assert untranslated(path.read_text(encoding="utf-8")) == [], 'write self.tr("...")'


@pytest.mark.parametrize(
    "source",
    [
        'QLabel("Brush size")',
        'button.setText(f"Render {n} frames")',
        'self.window.say("Copied")',
        'ToolSpec("brush", "Brush", make)',
        'label.setText("Playing" if on else self.tr("Stopped"))',
    ],
)
def test_a_text_that_cannot_be_is_found(source: str):
    assert len(untranslated(source)) == 1


@pytest.mark.parametrize(
    "source",
    [
        'QLabel(self.tr("Brush size"))',
        'QLabel(f"{width} \\u00d7 {height}")',
        'label.setText(self.tr("Render {} frames").format(n))',
        'label.setObjectName("Timeline")',
        'box.setSuffix(" px")',
        'print("for a developer")',
    ],
)
def test_what_is_no_text_for_an_artist_is_let_through(source: str):
    assert untranslated(source) == []


def translations(file: Path) -> list[tuple[str, str, str]]:
    """Context, text and its translation; those that are finished."""
    found = []
    for context in ElementTree.parse(file).getroot().iter("context"):
        for message in context.iter("message"):
            told = message.find("translation")
            assert told is not None
            if told.get("type") != "unfinished":
                found.append((context.findtext("name", ""), message.findtext("source", ""), told.text or ""))
    return found


def odd(text: str, translation: str) -> bool:
    """Nothing is said, or what is filled in gets lost, or a word stays open at the end."""
    return (
        not translation
        or text.count("{}") != translation.count("{}")
        or text.endswith(".") != translation.endswith(".")
    )


@pytest.mark.parametrize("file", LANGUAGES, ids=lambda path: path.stem)
def test_translations_say_as_much_as_the_text(file: Path):
    assert [text for _, text, told in translations(file) if odd(text, told)] == []
    assert odd("Copied: {}", "Kopiert") and odd("Stop", "") and odd("It ends.", "Es endet")


@pytest.mark.parametrize("file", LANGUAGES, ids=lambda path: path.stem)
def test_what_the_panel_reads_is_made_of_them(file: Path):
    translator, told = QTranslator(), translations(file)
    assert translator.load(str(file.with_suffix(".qm"))) and len(told) > 200
    read = {(context, text): translator.translate(context, text) for context, text, _ in told}
    # Where both are the same nothing is in the file, and Qt shows the text.
    assert [each for each in told if (read[each[:2]] or each[1]) != each[2]] == [], "run: python docs/make_languages.py"


@pytest.mark.parametrize("file", LANGUAGES, ids=lambda path: path.stem)
def test_every_text_of_the_views_is_translated(file: Path):
    told = {text for _, text, _ in translations(file)}
    lacking = {text for path in VIEWS.rglob("*.py") for text in given_to_tr(path.read_text(encoding="utf-8"))} - told
    assert lacking == set(), "run: python docs/make_languages.py, and translate what is new"
    assert "unfinished" not in file.read_text(encoding="utf-8")
    assert given_to_tr('self.tr("One"); self.tr(name)\nQCoreApplication.translate("here", "Two")') == ["One", "Two"]


def given_to_tr(source: str) -> list[str]:
    """The texts that stand in the calls themselves."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and name_of(node.func) in ("tr", "translate") and node.args:
            text = node.args[1 if name_of(node.func) == "translate" else 0]
            found += [text.value] if isinstance(text, ast.Constant) and isinstance(text.value, str) else []
    return found
