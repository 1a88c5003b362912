"""A session in the fake Natron, run by the Pythons that Natron brings: argument 1 is the plug-in path, 2 is `gui` or
`batch`. Makes all four nodes from that path alone, presses every button, and tells what it found as JSON."""

import importlib
import json
import sys
import types
from pathlib import Path

FOREIGN = ("numpy", "torch", "yaml", "PySide2", "PySide6", "PyQt5", "qtpy", "unreel.core")


def fake_natron():
    """Without this folder on sys.path: nothing but the plug-in path may help."""
    package = types.ModuleType("natron_tests")
    package.__path__ = [str(Path(__file__).resolve().parent)]
    sys.modules["natron_tests"] = package
    return importlib.import_module("natron_tests.fake_natron")


def describe(node):
    params = {}
    for name, knob in node._node.params.items():
        if knob.user and knob.kind not in ("page", "button"):
            value = node.getParam(name).getValue()
            params[name] = [knob.kind, knob.options[value] if knob.kind == "choice" else value]
    return params


def pressed(node, face):
    """Each button, and what the node says then."""
    lines = {}
    for button in face.buttons:
        node.getParam("status").set("")
        node.getParam(button.name).trigger()
        lines[button.name] = node.getParam("status").get()
    return lines


def main(path, window):
    nodes = {}
    with fake_natron().running(path, background=not window) as natron:
        app = natron.new_app()
        for id in sorted(natron.ids.values()):
            node = app.createNode(id)
            face = importlib.import_module("unreel.plugin.face").read_face().node(id.rpartition(".")[2])
            inputs = [node.getInputLabel(index) for index in range(node.getMaxInputCount())]
            nodes[id] = {"params": describe(node), "inputs": inputs, "buttons": pressed(node, face)}
        return {
            "nodes": nodes,
            "stderr": natron.stderr,
            "foreign": [name for name in FOREIGN if name in sys.modules],
            "from": sys.modules["unreel.plugin.hosts.natron"].__file__,
        }


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], sys.argv[2] == "gui")))
