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


def pair(app, plate, texture, shots, out):
    """One Propagate for each of several shots' knobs, in one project. The files rendered."""
    read, paint, found = app.createReader(plate), app.createReader(texture), []
    for number, knobs in enumerate(shots):
        node = made(app, "org.unreel.propagate")
        connect(node, "Plate", read)
        connect(node, "Texture", paint)
        put(node, **knobs)
        found.append((node, f"{out}_{number}.####.exr"))
    return [render(app, node, file, 1).replace("####", "0001") for node, file in found]
