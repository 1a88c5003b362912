"""One installation for a studio: what rez, environment modules and a shell make of its files."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from hosts import HOSTS, Wish, find_laid, make_places, plan, plan_removal
from place import Machine
from product import Product
from studio import make_lua_module, make_place, make_rez_package, make_tcl_module, make_variables

AWKWARD = Path("/mnt/Zoë's $HOME [x] {y} ;z \\w")
VERSION = "0.1.0"
WANTED = {
    "NUKE_PATH": str(AWKWARD / "nuke"),
    "NATRON_PLUGIN_PATH": str(AWKWARD / "natron"),
    "PATH": str(AWKWARD / "bin"),
    "BLENDER_SYSTEM_EXTENSIONS": str(AWKWARD / "blender"),
    "UNREEL_HOME": str(AWKWARD),
}


class Literal(str):
    """rez's `literal`: a text in which nothing is replaced."""


class Variable:
    def __init__(self, told: dict[str, str], name: str):
        self.told, self.name = told, name

    def prepend(self, value: str) -> None:
        assert type(value) is Literal, "rez would replace { and $ in it"
        self.told[self.name] = str(value)


class Env:
    """rez's `env`: only what the package may use."""

    def __init__(self, told: dict[str, str]):
        object.__setattr__(self, "told", told)

    def __getattr__(self, name: str) -> Variable:
        return Variable(self.told, name)

    def __setattr__(self, name: str, value: str) -> None:
        Variable(self.told, name).prepend(value)


def test_rez_sets_what_hosts_look_at():
    told: dict[str, str] = {}
    package = {"env": Env(told), "literal": Literal}
    exec(make_rez_package(make_variables(AWKWARD), VERSION), package)
    assert (package["name"], package["version"]) == ("unreel", VERSION)
    package["commands"]()
    assert told == WANTED


def test_an_environment_module_sets_the_same():
    tkinter = pytest.importorskip("tkinter", reason="this Python has no Tcl to read the module with")
    tcl = tkinter.Tcl()
    told: dict[str, str] = {}
    tcl.createcommand("prepend-path", told.__setitem__)
    tcl.createcommand("setenv", told.__setitem__)
    tcl.createcommand("module-whatis", lambda text: None)
    tcl.createcommand("conflict", lambda name: None)
    text = make_tcl_module(make_variables(AWKWARD), VERSION)
    assert text.startswith("#%Module1.0\n")
    tcl.eval(text)
    assert told == WANTED


def test_the_module_in_lua_names_the_same():
    text = make_lua_module(make_variables(AWKWARD), VERSION)
    for name, value in WANTED.items():
        assert f'("{name}", [==[{value}]==])' in text


def test_the_program_passes_its_words_on(tmp_path):
    if os.name == "nt":
        pytest.skip("it is a shell script")
    folder = tmp_path / "Zoë's & [x]"
    python = folder / "env" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.with_name("unreel").write_text('#!/bin/sh\nfor word; do echo "<$word>"; done\n')
    python.with_name("unreel").chmod(0o755)
    place = make_place(folder, python, Product(VERSION, {}))
    program = folder / "bin" / "unreel"
    program.parent.mkdir()
    program.write_bytes(place.files["bin/unreel"])
    program.chmod(0o755)
    done = subprocess.run([program, "train", "a b", "$x"], capture_output=True, text=True)
    assert done.stdout == "<train>\n<a b>\n<$x>\n"


def test_all_of_it_lies_in_one_folder_and_goes_again(checkout, home, tmp_path):
    folder = tmp_path / "mount ü" / "unreel"
    wish = Wish(checkout, folder / "env" / "bin" / "python", HOSTS, Machine(home, {}), folder, True)
    for action in plan(make_places(wish), VERSION):
        action.perform()
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        ["bin", "blender", "modulefiles", "natron", "nuke", "rez", "runtime.json", "unreel_installed.json"]
    )
    assert (folder / "blender" / "system" / "unreel" / "blender_manifest.toml").exists()
    assert os.access(folder / "bin" / "unreel", os.X_OK)
    assert json.loads((folder / "runtime.json").read_text())["python"] == str(folder / "env" / "bin" / "python")
    assert list(home.iterdir()) == []
    again = Wish(checkout, wish.python, HOSTS, wish.machine, folder)
    for laid in find_laid(again):
        for action in plan_removal(laid)[0]:
            action.perform()
    assert not folder.exists()
