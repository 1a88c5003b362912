"""What an artist does by hand in Natron: connects by an input's label, sets what a node holds, renders a frame."""

import os
import time

UNREEL = ("train", "canonical_export", "texture_import", "propagate")


def made(app, plugin):
    node = app.createNode(plugin)
    assert node is not None, f"no plug-in {plugin}"
    return node


def connect(node, label, source):
    labels = [node.getInputLabel(index) for index in range(node.getMaxInputCount())]
    assert label in labels, (label, labels)
    node.disconnectInput(labels.index(label))
    assert node.connectInput(labels.index(label), source), (node.getScriptName(), label)


def put(node, **values):
    """An option by what it is called; colours one for each dimension."""
    for name, value in values.items():
        param = node.getParam(name)
        assert param is not None, f"{node.getPluginID()} has no {name}"
        if hasattr(param, "getOptions") and isinstance(value, str):
            options = list(param.getOptions())
            assert value in options, (name, value, options)
            value = options.index(value)
        param.setValue(value)
        assert param.getValue() == value, (name, value, param.getValue())


def shown(node, *names):
    """What knobs hold; a choice by its option."""
    found = []
    for name in names:
        param = node.getParam(name)
        value = param.getValue()
        found.append(param.getOption(value) if hasattr(param, "getOption") else value)
    return found


def press(node, button):
    """What the node says then."""
    node.getParam(button).trigger()
    return node.getParam("status").getValue()


def render(app, source, pattern, first, last=None):
    """Float EXR of the source's own window; the writer goes again."""
    writer = app.createWriter(pattern)
    connect(writer, "Source", source)
    put(writer, formatType="input", frameRange="manual", bitDepth="32f")
    numbers = range(first, (first if last is None else last) + 1)
    for number in numbers:
        app.render(writer, number, number)
    while app.getNode(writer.getScriptName()) is not None:
        writer.destroy(False)  # the first time it only ends what is at work
        time.sleep(0.01)
    lacking = [number for number in numbers if not os.path.isfile(pattern.replace("####", f"{number:04d}"))]
    assert not lacking, f"{pattern}: {lacking} were not rendered"
    return pattern
