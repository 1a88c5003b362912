"""A project of the fake Natron: makes nodes, reads and renders files, with a window and without."""

from __future__ import annotations

import os
import re
from pathlib import Path

from .fake_natron_data import GROUP, AppData, Knob, NodeData
from .fake_natron_making import new_node, run_pyplug
from .fake_natron_nodes import Effect
from .fake_natron_params import Param, StringParam
from .fake_natron_values import string
from .natron_plugins import PLUGINS

GUESSED = {"outputComponents": 0, "filePremult": 1, "outputPremult": 1, "ocioInputSpace": "scene_linear"}
OPAQUE = {"outputComponents": 1, "filePremult": 0, "outputPremult": 0, "ocioInputSpace": "scene_linear"}
"""What a reader makes of an EXR with R, G, B and A, and of one without alpha."""


class App:
    def __init__(self, data: AppData) -> None:
        self._data = data

    def createNode(self, plugin: str, majorVersion: int = -1, group: Effect | None = None) -> Effect | None:
        """None for a plug-in that there is not, or whose `createInstance` raises; the empty group stays."""
        natron = self._data.natron
        module = next((module for module, id in natron.ids.items() if id == plugin), None)
        if module is None and plugin not in PLUGINS and plugin != GROUP:
            return None
        node = new_node(self._data, GROUP if module else plugin, group, natron.labels.get(module, "") if module else "")
        if module is None:
            return Effect(node)
        node.pyplug, node.module = module, module
        node.params["convertToGroup"].visible = True
        return Effect(node) if run_pyplug(self, node) else None

    def createReader(self, filename: str, group: Effect | None = None) -> Effect:
        """Also of a file that is not there."""
        effect = self.createNode("fr.inria.built-in.Read", -1, group)
        assert effect is not None
        effect._node.params["filename"].value[0] = string(filename)
        numbers = numbers_on_disk(filename)
        for name in ("firstFrame", "startingTime"):
            effect._node.params[name].value[0] = numbers[0] if numbers else 1
        effect._node.params["lastFrame"].value[0] = numbers[-1] if numbers else 1
        layers = self._data.natron.layers.get(filename, ())
        effect._node.params["outputLayer"].options += [f"{layer}.RGBA" for layer in layers]
        for name, value in (OPAQUE if filename in self._data.natron.without_alpha else GUESSED).items():
            effect._node.params[name].value[0] = value
        effect._node.touch()
        return effect

    def createWriter(self, filename: str, group: Effect | None = None) -> Effect:
        effect = self.createNode("fr.inria.built-in.Write", -1, group)
        assert effect is not None
        effect._node.params["filename"].value[0] = string(filename)
        return effect

    def render(self, writer: Effect, first: int, last: int, step: int = 1) -> None:
        """Blocks in the renderer only. Gives None and raises nothing, whatever happens."""
        if self._data.natron.background:
            self._render(writer, first, last, step)

    def _render(self, writer: Effect, first: int, last: int, step: int = 1) -> None:
        node = writer._node
        for number in range(first, last + 1, step):
            path = filled(node.params["filename"].value[0], number)
            if 0 not in node.inputs or number in self._data.natron.failing:
                continue
            os.makedirs(os.path.dirname(path), exist_ok=True)
            Path(path).write_text("pixels")
            self._data.rendered.append((path, number))

    def timelineGetLeftBound(self) -> int:
        return self._data.bounds[0]

    def timelineGetRightBound(self) -> int:
        return self._data.bounds[1]

    def getProjectParam(self, name: str) -> Param | None:
        if name != "projectPaths":
            return None
        table = f"<Name>Project</Name><Value>{self._data.project}</Value>"
        holder = NodeData("project", "project", self._data, None)
        return StringParam(Knob(name, "text", [table], holder, [""]))

    def writeToScriptEditor(self, text: str) -> None:
        self._data.script_editor.append(string(text))

    def getNode(self, name: str) -> Effect | None:
        return next((Effect(node) for node in self._data.nodes if node.script_name == name), None)


class GuiApp(App):
    def renderBlocking(self, writer: Effect, first: int, last: int, step: int = 1) -> None:
        self._render(writer, first, last, step)


def numbers_on_disk(pattern: str) -> list[int]:
    """Of `####` and `%04d`; a name without either is one file."""
    folder, name = os.path.split(pattern)
    token = re.search(r"#+|%0(\d)d", name)
    if token is None or not os.path.isdir(folder):
        return []
    digits = int(token.group(1)) if token.group(1) else len(token.group())
    form = re.compile(re.escape(name[: token.start()]) + rf"(\d{{{digits}}})" + re.escape(name[token.end() :]))
    return sorted(int(found.group(1)) for found in map(form.fullmatch, os.listdir(folder)) if found)


def filled(pattern: str, number: int) -> str:
    return re.sub(r"#+", lambda found: str(number).zfill(len(found.group())), pattern)
