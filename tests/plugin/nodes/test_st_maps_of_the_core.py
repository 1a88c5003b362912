"""Live maps that the core writes of a known slide, as the nodes of Nuke and Natron take them by contract."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from unreel.core.color import linear_from_shaped, shaped_from_linear
from unreel.core.exr_read import read_frame
from unreel.core.frame import Frame
from unreel.plugin.face import read_face
from unreel.plugin.hosts import natron_inside
from unreel.plugin.hosts.nuke_group import inside_text
from unreel.plugin.nodes.graph import propagate_graph

from ...core.slides import KINDS, SHIFTS, Slides, make_slides, reached, shaped_error, slid
from ..fake_natron import running
from ..hosts.nuke_pixels import shown
from ..natron_pixels import rendered
from ..nk_parser import parse
from .evaluate import Picture, evaluate

PORTS = [port.name for port in read_face().node("propagate").inputs]
CHOICES = {"way": 0, "output": 0}
NUMBERS = {"darkest": 0.0}
Pictures = Mapping[str, Picture]


def by_the_graph(ports: Pictures, files: Pictures) -> Picture:
    return evaluate(propagate_graph(), ports, files, CHOICES, NUMBERS)["out"]


def by_nuke(ports: Pictures, files: Pictures) -> Picture:
    return shown(parse(inside_text(propagate_graph(), PORTS)).nodes, ports, files, {**CHOICES, **NUMBERS})["Output1"]


def by_natron(ports: Pictures, files: Pictures) -> Picture:
    with running("") as natron:
        app = natron.new_app()
        group = app.createNode("fr.inria.built-in.Group")
        for name, value in CHOICES.items():
            group.createIntParam(name, name).setValue(value)
        for name, number in NUMBERS.items():
            group.createDoubleParam(name, name).setValue(number)
        natron_inside.make_ports(app, group, read_face().node("propagate"))
        natron_inside.build(app, group, propagate_graph(), {name: f"/{name}.exr" for name in files})
        labelled = {name.capitalize(): picture for name, picture in ports.items()}
        return rendered(group, labelled, {f"/{name}.exr": picture for name, picture in files.items()})


HOSTS: dict[str, Callable[[Pictures, Pictures], Picture]] = {
    "graph": by_the_graph,
    "nuke": by_nuke,
    "natron": by_natron,
}


@pytest.fixture(scope="module")
def slides_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Slides]:
    return cache(lambda kind: make_slides(tmp_path_factory.mktemp("slides"), KINDS[kind]))


def picture_of(frame: Frame) -> Picture:
    """As Nuke and Natron read it: the display window at 0, 0; an alpha that is not there is 1."""
    ones = np.ones(frame.data.shape, np.float32)
    planes = [frame.planes.get(name, ones).astype(np.float32) for name in "RGBA"]
    return Picture(np.stack(planes, -1), (frame.display.width, frame.display.height), *first_pixel(frame))


def first_pixel(frame: Frame) -> tuple[int, int]:
    return frame.data.x - frame.display.x, frame.data.y - frame.display.y


def read(path: str | Path) -> Picture:
    return picture_of(read_frame(path))


def laid(slides: Slides, number: int, host: str) -> Picture:
    ports = {"plate": read(slides.plate(number)), "texture": read(slides.paint)}
    files = {name: read(file.replace("####", f"{number:04d}")) for name, file in slides.live.items()}
    return HOSTS[host](ports, files)


@pytest.mark.parametrize("number", SHIFTS)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("host", HOSTS)
def test_opaque_paint_lies_where_the_slide_says(slides_of: Callable[[str], Slides], host: str, kind: str, number: int):
    slides = slides_of(kind)
    found, paint = laid(slides, number, host), read_frame(slides.paint)
    window = slides.kind.data
    assert (found.x, found.y) == first_pixel(read_frame(slides.plate(number)))
    assert found.rgba.shape[:2] == window.shape
    pixels = np.stack([paint.planes[name] for name in "RGB"], -1)
    expected = linear_from_shaped(slid(shaped_from_linear(pixels), paint.data, window, SHIFTS[number]))
    inside = reached(window, paint.data, SHIFTS[number])
    assert inside.mean() > 0.9
    error = np.abs(found.rgba[..., :3] - expected)[inside].max()
    assert error <= shaped_error(pixels, paint.data, paint.display)
