"""Propagate's live way, one picture for each case."""

from stage import connect, made, put, render


def lay(app, plate, texture, knobs, cases, out, frame=1):
    """cases: name -> more knobs. The files rendered."""
    node = made(app, "org.unreel.propagate")
    connect(node, "Plate", app.createReader(plate))
    connect(node, "Texture", app.createReader(texture))
    found = {}
    for name, more in cases.items():
        put(node, **knobs, **more)
        found[name] = render(app, node, f"{out}_{name}.####.exr", frame).replace("####", f"{frame:04d}")
    return found
