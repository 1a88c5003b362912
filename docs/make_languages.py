"""Makes the panel's languages: `python docs/make_languages.py [LANGUAGE]...`, run where `unreel` is installed.

Texts come from the views and from the tables that these show: knobs, keys, pages. New ones are unfinished in
`qt_panel/languages/unreel_LANGUAGE.ts`: translate them there, in Qt Linguist or an editor, and run it again, which
makes the `.qm` that the panel reads.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import PySide6
from unreel.plugin.face import read_face
from unreel.qt_panel.model.advice import LABELS, MEANS
from unreel.qt_panel.model.shortcuts import SHORTCUTS
from unreel.qt_panel.model.training import STAGES
from unreel.qt_panel.views.form import CHOICES
from unreel.qt_panel.views.keys_list import GROUPS
from unreel.qt_panel.views.pages import NEEDS, PAGES

PANEL = Path(__file__).parents[1] / "qt_panel"
LANGUAGES = PANEL / "languages"
OF_TABLES = {"face", "pages", "shortcuts", "train"}
"""Contexts whose texts come from elsewhere."""
EMPTY = ("automatic", "all", "none")
"""What stands in a field that is empty."""


def texts_of_tables() -> Iterator[tuple[str, str]]:
    """Context and text of what views look up by a name."""
    for spec in PAGES:
        yield "shortcuts", spec.title
    yield from (("shortcuts", title) for title in GROUPS.values())
    for shortcut in SHORTCUTS:
        yield "shortcuts", shortcut.text
        yield "shortcuts", shortcut.context
    for need in NEEDS.values():
        yield from (("pages", need.text), ("pages", need.button))
    for node in read_face().nodes:
        for each in (*node.buttons, *node.knobs):
            yield from (("face", each.label), ("face", each.tooltip))
    yield from (("face", text) for text in (*CHOICES.values(), *EMPTY))
    yield from (("train", text) for text in (*STAGES.values(), *MEANS.values(), *LABELS))


def texts_of_constants(source: str) -> Iterator[tuple[str, str]]:
    """Context and text of a view's own tables, where it looks up texts that do not stand in the call itself."""
    tree = ast.parse(source)
    texts = [text for node in tree.body if isinstance(node, (ast.Assign, ast.AnnAssign)) for text in words_in(node)]
    for context in sorted(set(contexts_of(tree)) - OF_TABLES):
        yield from ((context, text) for text in texts)


def contexts_of(tree: ast.Module) -> Iterator[str]:
    for each in ast.walk(tree):
        if isinstance(each, ast.ClassDef):
            yield from (each.name for call in calls(each, "tr") if not is_literal(call.args[0]))
    for call in calls(tree, "translate"):
        if isinstance(call.args[0], ast.Constant) and not is_literal(call.args[1]):
            yield str(call.args[0].value)


def calls(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == name:
            yield node


def is_literal(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant)


def words_in(node: ast.stmt) -> Iterator[str]:
    """What could be read by an artist: several words, or one that begins large."""
    keys = {id(key) for table in ast.walk(node) if isinstance(table, ast.Dict) for key in table.keys}
    for each in ast.walk(node):
        if isinstance(each, ast.Constant) and isinstance(each.value, str) and id(each) not in keys:
            if re.search(r"^[A-Z][a-z]|\w \w", each.value):
                yield each.value


def write_tables(path: Path) -> None:
    """As calls that `lupdate` finds."""
    views = [path.read_text(encoding="utf-8") for path in sorted((PANEL / "views").glob("*.py"))]
    pairs = [*texts_of_tables(), *(pair for source in views for pair in texts_of_constants(source))]
    found = dict.fromkeys(pair for pair in pairs if pair[1])
    lines = [f"QCoreApplication.translate({context!r}, {text!r})" for context, text in found]
    path.write_text("\n".join(["from PySide6.QtCore import QCoreApplication", *lines, ""]), encoding="utf-8")


def ts_of(language: str) -> Path:
    return LANGUAGES / f"unreel_{language}.ts"


def find_texts(language: str) -> None:
    """What is no more in the panel goes; translations stay."""
    with tempfile.TemporaryDirectory() as folder:
        tables = Path(folder) / "tables.py"
        write_tables(tables)
        sources = [*sorted(PANEL.glob("*.py")), *sorted((PANEL / "views").glob("*.py")), tables]
        options = ["-no-obsolete", "-locations", "none", "-source-language", "en", "-target-language", language]
        run("lupdate", *options, *sources, "-ts", ts_of(language))


def make_qm(language: str) -> None:
    run("lrelease", "-silent", "-removeidentical", ts_of(language), "-qm", ts_of(language).with_suffix(".qm"))


def run(tool: str, *arguments: object) -> None:
    """One of Qt's, which come with PySide6."""
    program = Path(PySide6.__file__).parent / tool
    subprocess.run([str(program), *map(str, arguments)], check=True)


def main(languages: list[str]) -> None:
    LANGUAGES.mkdir(exist_ok=True)
    for language in languages or sorted(path.stem.partition("_")[2] for path in LANGUAGES.glob("unreel_*.ts")):
        find_texts(language)
        make_qm(language)
        print(ts_of(language))


if __name__ == "__main__":
    main(sys.argv[1:])
