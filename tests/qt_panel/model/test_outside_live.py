"""With the real worker and helper: what another program saves shows on the frames, and is rendered."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import OpenImageIO as oiio
import pytest
from unreel.core.exr_read import read_frame
from unreel.core.frame import rgb
from unreel.plugin.nodes.patterns import at_frame
from unreel.qt_panel.model.loop import InTurn
from unreel.qt_panel.model.picture import Picture
from unreel.qt_panel.model.session import Session

from ..live.conftest import solved, solved_once  # noqa: F401 - fixtures

pytestmark = pytest.mark.slow
FRAME = 1004


@pytest.fixture
def opened(session: Session, loop: InTurn, solved: Path) -> Iterator[Session]:  # noqa: F811
    session.open(str(solved))
    assert loop.run(lambda: session.shot is not None), session.notices.shown
    session.view.change(kind="live")
    session.live_paint.make()
    assert loop.run(lambda: session.live.state == "ready", 120), session.jobs.items[0].line
    session.playhead.go(FRAME)
    assert loop.run(lambda: session.frames.get("live", FRAME) is not None)
    yield session
    session.outside.stop()
    session.close()
    loop.run(lambda: False, 0.2)


def paint_over(file: Path, kind: str) -> None:
    """A square in the middle, by OpenImageIO, in 8 or 16 bits or as EXR."""
    as_it_is = oiio.ImageSpec()
    as_it_is.attribute("oiio:UnassociatedAlpha", 1)
    picture = oiio.ImageBuf(str(file), 0, 0, as_it_is)
    pixels = picture.get_pixels(oiio.FLOAT)
    middle = tuple(slice(size // 2 - 12, size // 2 + 12) for size in pixels.shape[:2])
    pixels[middle][..., :3] = (0.9, 0.1, 0.1)
    spec = picture.spec()
    changed = oiio.ImageBuf(spec)
    changed.set_pixels(spec.roi, pixels)
    assert changed.write(str(file), kind)


@pytest.mark.parametrize(
    ("suffix", "kind"), [(".png", "uint8"), (".png", "uint16"), (".tif", "uint16"), (".exr", "half")]
)
def test_a_save_is_on_the_frame_that_is_shown(opened: Session, loop: InTurn, suffix: str, kind: str):
    outside = opened.outside
    before = np.array(opened.frames.get("live", FRAME).rgba)
    outside.start(suffix, f'"{sys.executable}" -c "pass"')
    assert loop.run(lambda: outside.state == "waiting" and outside._original is not None, 60), outside.line
    assert outside.file is not None and outside.file.suffix == suffix

    def covered() -> int:
        shown = opened.frames.get("live", FRAME)
        return int((shown.rgba[..., 3] > 0.5).sum()) if isinstance(shown, Picture) else 0

    assert covered() == 0, "an untouched picture changes nothing"
    paint_over(outside.file, kind)
    saved = time.monotonic()
    assert loop.run(lambda: covered() > 0)
    assert time.monotonic() - saved < 3, "a second on a machine that has nothing else to do"
    scale = opened.live.canvas_scale
    assert covered() == pytest.approx((24 * scale) ** 2, rel=0.3)
    after = opened.frames.get("live", FRAME).rgba
    changed = np.abs(after[..., :3].astype(np.float32) - before[..., :3]).max(2) > 0.02
    near = cv2.dilate((after[..., 3] > 0).astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    assert changed[after[..., 3] > 0.5].mean() > 0.9 and not changed[~near].any()
    assert loop.run(lambda: is_red_in_the_middle(opened.easel.painted.full())), "the canonical shows it too"


def is_red_in_the_middle(shown: object) -> bool:
    if not isinstance(shown, Picture):
        return False
    height, width = shown.rgba.shape[:2]
    red, green = (float(part) for part in shown.rgba[height // 2, width // 2, :2])
    return red > 4 * green


def test_what_was_painted_outside_and_here_is_rendered(opened: Session, loop: InTurn):
    outside = opened.outside
    outside.start(".png", f'"{sys.executable}" -c "pass"')
    assert loop.run(lambda: outside.state == "waiting" and outside._original is not None, 60), outside.line
    assert outside.file is not None
    paint_over(outside.file, "uint16")
    assert loop.run(lambda: outside.state == "seen")
    assert loop.run(lambda: opened.paint.why_not(needs_layer=False) is None)
    assert opened.easel.ready() is None
    opened.paint.begin(opened.easel.brushes.brush, (0.0, 0.0, 4.0), (20, 20), 1)
    opened.paint.end()
    assert opened.easel.unbrought() == ("canonical.png", "Paint")
    done: list[bool] = []
    opened.easel.bring(lambda: done.append(True))
    assert loop.run(lambda: not opened.bring_in.is_running, 120) and done, opened.bring_in.line
    assert opened.easel.unbrought() == ()
    assert opened.nodes["propagate"].knobs["texture"] == ("panel_outside", "panel_1")
    item = opened.renders.render()
    assert item is not None and loop.run(lambda: item.is_over, 120), opened.notices.shown
    pattern = str(item.job.flags["output"])
    plate = rgb(read_frame(at_frame(opened.shot.plate.pattern, FRAME)))
    made = rgb(read_frame(at_frame(pattern, FRAME)))
    assert ((made - plate)[..., 2] > 1).any(), "the blue dot"
    assert (made[..., 0] - made[..., 1] > 0.3).sum() > 100, "the red square"
