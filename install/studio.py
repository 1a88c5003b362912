"""One read-only installation for a studio: what its rez package and its environment module set for a host.

DIR/nuke, DIR/natron and DIR/blender are for the hosts' path variables; DIR/env is the environment, DIR/bin the program.
"""

from __future__ import annotations

import os
import shlex
from dataclasses import dataclass
from pathlib import Path

import host_natron
import host_nuke
import runtime_file
from place import Place, refuse_separator
from product import Product

LUA = "[==[{}]==]"


@dataclass(frozen=True)
class Variables:
    """What a shell or a package manager sets so that hosts find Unreel."""

    prepended: dict[str, str]
    set: dict[str, str]


def make_variables(folder: Path) -> Variables:
    """Of hosts that were not installed too: a folder on a path that is not there yet does no harm."""
    prepended = {
        host_nuke.VARIABLE: str(folder / "nuke"),
        host_natron.VARIABLE: str(folder / "natron"),
        "PATH": str(folder / "bin"),
    }
    return Variables(prepended, {"BLENDER_SYSTEM_EXTENSIONS": str(folder / "blender"), "UNREEL_HOME": str(folder)})


def make_place(folder: Path, python: Path, product: Product) -> Place:
    refuse_separator(folder, "PATH")
    variables, version = make_variables(folder), product.version
    files = {
        runtime_file.NAME: runtime_file.make_runtime(python, version),
        f"rez/unreel/{version}/package.py": make_rez_package(variables, version).encode(),
        f"modulefiles/unreel/{version}": make_tcl_module(variables, version).encode(),
        f"modulefiles/unreel/{version}.lua": make_lua_module(variables, version).encode(),
    }
    if os.name != "nt":
        files["bin/unreel"] = f'#!/bin/sh\nexec {shlex.quote(str(python.with_name("unreel")))} "$@"\n'.encode()
    next = (
        f"artists get it by the rez package in {folder / 'rez'}, by the environment module in "
        f"{folder / 'modulefiles'}, or by {', '.join(f'{n}={v}' for n, v in variables.prepended.items())}"
    )
    return Place("studio", folder, files, next)


def make_rez_package(variables: Variables, version: str) -> str:
    """`literal`: rez would read `{` and `$` in a path."""
    lines = [f"    env.{name}.prepend(literal({value!a}))" for name, value in variables.prepended.items()]
    lines += [f"    env.{name} = literal({value!a})" for name, value in variables.set.items()]
    head = ['name = "unreel"', f"version = {version!r}", 'description = "Unreel in Nuke, Natron and Blender"']
    return "\n".join([*head, "", "", "def commands():", *lines, ""])


def make_tcl_module(variables: Variables, version: str) -> str:
    lines = [f"prepend-path {name} {quote_tcl(value)}" for name, value in variables.prepended.items()]
    lines += [f"setenv {name} {quote_tcl(value)}" for name, value in variables.set.items()]
    return "\n".join(["#%Module1.0", f"module-whatis {quote_tcl('Unreel ' + version)}", "conflict unreel", *lines, ""])


def quote_tcl(text: str) -> str:
    """A word of which Tcl replaces nothing. In braces a lone brace or a last backslash would not do."""
    return '"' + "".join("\\" + letter if letter in '\\"$[]{};' else letter for letter in text) + '"'


def make_lua_module(variables: Variables, version: str) -> str:
    lines = [f'prepend_path("{name}", {LUA.format(value)})' for name, value in variables.prepended.items()]
    lines += [f'setenv("{name}", {LUA.format(value)})' for name, value in variables.set.items()]
    return "\n".join([f'whatis("Unreel {version}")', 'conflict("unreel")', *lines, ""])
