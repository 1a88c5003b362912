"""The whole way by the nodes' buttons, as an artist goes it; and the saved project opened again."""

import os

from stage import UNREEL, connect, made, press, put, render, shown

BRUSH = "net.sf.openfx.MultiplyPlugin"
"""By 1: whatever an artist has between the paint and the import."""


def work(app, sample, folder, out, frames):
    """Plate, Train, Export, paint, Import, Propagate, live and rendered. What the nodes say, and the files."""
    first, last = frames[0], frames[-1]
    plate, matte = app.createReader(f"{sample}/beauty.####.exr"), app.createReader(f"{sample}/matte.####.exr")
    train, export, bring, lay = (made(app, f"org.unreel.{name}") for name in UNREEL)
    said = {}
    connect(train, "Plate", plate)
    connect(train, "Matte", matte)
    for node in (train, export, bring, lay):
        put(node, folder=folder)
    put(train, preset="draft", frames=f"{first}-{last}", key=str(first))
    press(train, "start")
    said["train"] = shown(train, "status", "psnr", "verdict", "plate", "matte")

    said["export"] = press(export, "export")
    said["canonical"] = [*shown(export, "file"), render(app, export, f"{out}/canonical_shown.####.exr", first)]

    brush = made(app, BRUSH)
    connect(brush, "Source", app.createReader(f"{sample}/edit.exr"))
    connect(bring, "Paint", brush)
    press(bring, "bring_in")
    said["import"] = shown(bring, "status", "name")

    connect(lay, "Plate", plate)
    connect(lay, "Texture", bring)
    press(lay, "make_live")
    said["live"] = shown(lay, "way", "status")
    render(app, lay, f"{out}/live.####.exr", first, last)
    assert app.saveProjectAs(f"{out}/shot.ntp")

    press(lay, "render")
    said["rendered"] = shown(lay, "way", "status", "result")
    render(app, lay, f"{out}/rendered.####.exr", first, last)

    put(lay, way="live")
    lay.getParam("freeze").trigger()
    said["frozen"] = [lay.getScriptName(), *(lay.getParam(name) is None for name in ("folder", "unreel_node"))]
    render(app, lay, f"{out}/frozen.####.exr", first)
    assert app.saveProjectAs(f"{out}/frozen.ntp")
    return said


def bare(app, file, node, out, number):
    """In a Natron that finds no Unreel, or does: what a saved node renders."""
    project = app.loadProject(file)
    found = project.getNode(node)
    assert found is not None, [child.getScriptName() for child in project.getChildren()]
    render(project, found, out, number)
    return [bool(os.environ.get("NATRON_PLUGIN_PATH")), found.getPluginID()]


def again(app, file, node, out, number):
    """With Unreel once more: the knobs that the node had, and a button."""
    project = app.loadProject(file)
    found = project.getNode(node)
    render(project, found, out, number)
    press(found, "refresh")
    return shown(found, "folder", "live_st", "status")
