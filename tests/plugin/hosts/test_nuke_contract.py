"""Every name of Nuke's that we use, and that our fake has, is in the stubs of Nuke's own module."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from .. import fake_nuke, fake_nuke_knobs

ROOT = Path(__file__).resolve().parents[3]
SOURCES = [ROOT / "plugin" / "hosts" / "nuke.py", *(ROOT / "plugin" / "hosts").glob("nuke_*.py")]
START = list((ROOT / "plugin" / "hosts" / "nuke_start").glob("*.py"))
STUBS = next((Path(path) / "nuke-stubs" for path in sys.path if (Path(path) / "nuke-stubs").is_dir()), None)
wants_stubs = pytest.mark.skipif(
    STUBS is None, reason="types-nuke, the stubs of Nuke's module, is not installed: pip install types-nuke"
)
CLASSES = ("Node", "Group", "Root", "Menu", "Undo", "ProgressTask")
"""Of the fake; beside them, all whose names end in _Knob."""


def stub_trees() -> list[ast.Module]:
    assert STUBS is not None
    return [ast.parse(path.read_text(encoding="utf-8")) for path in sorted(STUBS.glob("*.pyi"))]


def stub_names() -> set[str]:
    """What stands at the top of the stubs."""
    found = set()
    for node in [node for tree in stub_trees() for node in tree.body]:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
            found.add(node.name)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found.add(node.target.id)
    return found


def stub_methods() -> dict[str, set[str]]:
    """Class -> its methods, inherited ones too."""
    classes = {node.name: node for tree in stub_trees() for node in tree.body if isinstance(node, ast.ClassDef)}

    def methods(name: str) -> set[str]:
        own = {node.name for node in classes[name].body if isinstance(node, ast.FunctionDef)}
        bases = [base.id for base in classes[name].bases if isinstance(base, ast.Name) and base.id in classes]
        return own.union(*(methods(base) for base in bases))

    return {name: methods(name) for name in classes}


def names_used(source: str) -> Iterator[str]:
    """`X` of every `nuke.X`, also in code that is text, such as a button's."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "nuke":
            yield node.attr
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and "nuke." in node.value:
            yield from (part.split("(")[0].split(" ")[0].strip("),'") for part in node.value.split("nuke.")[1:])


def used() -> set[str]:
    from unreel.plugin.hosts.nuke_knobs import CLASSES as KNOBS
    from unreel.plugin.hosts.nuke_knobs import CODE

    texts = [path.read_text(encoding="utf-8") for path in [*SOURCES, *START]]
    code = CODE.format(button="x").replace("unreel.plugin.hosts.nuke", "")
    return {name for text in [*texts, code] for name in names_used(text) if name.isidentifier()} | set(KNOBS.values())


@wants_stubs
def test_every_name_we_use_is_nukes():
    assert {"Undo", "execute", "scriptReadText", "tprint", "GUI", "File_Knob", "ProgressTask"} <= used()
    assert used() - stub_names() == set()


@wants_stubs
def test_every_name_of_the_fake_is_nukes():
    module = fake_nuke.FakeNuke().module
    names = {name for name in vars(module) if not name.startswith("_")}
    assert names - stub_names() == set()


@wants_stubs
def test_every_method_of_the_fake_is_nukes():
    stubs = stub_methods()
    fakes = {
        name: kind
        for name, kind in {**vars(fake_nuke_knobs), **vars(fake_nuke)}.items()
        if inspect.isclass(kind) and (name in CLASSES or name.endswith("_Knob"))
    }
    assert set(CLASSES) < set(fakes)
    assert set(fakes) - set(stubs) == set()
    for name, kind in fakes.items():
        public = {method for method in dir(kind) if not method.startswith("_")}
        assert public - stubs[name] == set(), name


@wants_stubs
def test_a_name_that_nuke_lacks_is_found():
    assert set(names_used("nuke.exceute(1)")) - stub_names() == {"exceute"}
    assert set(names_used("x = 'nuke.mesage(1)'")) - stub_names() == {"mesage"}
    assert "addKnobs" not in stub_methods()["Group"]
