"""The canonical in another program: what it saves shows, whole or not yet."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from unreel.core.color import Color
from unreel.core.exr_write import make_frame, write_frame, write_picture
from unreel.core.frame import Window
from unreel.plugin.nodes.tell import Refused
from unreel.qt_panel.model import outside as outside_module
from unreel.qt_panel.model.loop import InTurn
from unreel.qt_panel.model.outside import Outside, command_of, open_with, place_of, read_note, write_note
from unreel.qt_panel.model.paint.bring_in import BringIn
from unreel.qt_panel.model.session import Session

from ...plugin.nodes.conftest import Says, worker_says  # noqa: F401 - fixtures
from ..conftest import opened
from .paint.test_bring_in import Nodes
from .test_painting import CANVAS, FakeLive

pytestmark = pytest.mark.slow
CANONICAL, PLATE = CANVAS, Window(0, 0, 360, 280)
COLOR = Color()


class Live(FakeLive):
    """Keeps what is laid as a whole picture."""

    def __init__(self) -> None:
        super().__init__()
        self.wholes: list[np.ndarray | None] = []

    def whole(self, picture: np.ndarray | None) -> None:
        self.wholes.append(picture)

    @property
    def last(self) -> np.ndarray:
        assert self.wholes and self.wholes[-1] is not None
        return self.wholes[-1]


class Shot(Nodes):
    """Exports a canonical of noise that was made beforehand."""

    def __init__(self, loop: InTurn, folder: Path) -> None:
        super().__init__(loop, folder)
        self.live = Live()
        self.nodes["canonical_export"] = self.host.create("canonical_export", folder=str(folder), file="mine.exr")
        self.paint.open(folder, {"canonical": CANONICAL, 1001: PLATE})
        random = np.random.default_rng(3)
        self.linear = 0.8 * random.random((330, 420, 3), np.float32) ** 2
        self.alpha = np.ones((330, 420), np.float32)
        self.alpha[:, :40] = np.linspace(0, 1, 40, dtype=np.float32)
        self.alpha[:, 400:] = 0

    def press(self, node: str, button: str) -> None:
        if node == "canonical_export":
            file = Path(str(self.nodes[node].knobs["file"]))
            file.parent.mkdir(parents=True, exist_ok=True)
            self.save(file, self.linear, "uint16")
        super().press(node, button)

    def save(self, file: Path, linear: np.ndarray, kind: str) -> None:
        """As a painting program does."""
        if kind == "exr":
            planes = dict(zip("RGB", (linear * self.alpha[..., None]).transpose(2, 0, 1), strict=True))
            write_frame(file, make_frame({**planes, "A": self.alpha}, CANONICAL, PLATE))
            return
        most = np.iinfo(kind).max
        coded = np.dstack([COLOR.from_linear(linear, "texture_paint"), self.alpha])
        write_picture(file, np.rint(np.clip(coded, 0, 1) * most).astype(kind))


@pytest.fixture
def shot(tmp_path: Path, worker_says: Says):  # noqa: F811
    worker_says("export", {})
    shot = Shot(InTurn(), tmp_path / "shot.unreel")
    yield shot
    shot.paint.close()


@pytest.fixture
def program(tmp_path: Path) -> str:
    """Writes down what it was started with."""
    script = tmp_path / "paint me.py"
    script.write_text(f"import sys, pathlib; pathlib.Path({str(tmp_path / 'opened')!r}).write_text(sys.argv[1])")
    return f'"{sys.executable}" "{script}"'


def painted(linear: np.ndarray) -> np.ndarray:
    new = linear.copy()
    new[100:140, 200:260] = (0.5, 0.25, 0.125)
    return new


def started(shot: Shot, suffix: str, program: str) -> Outside:
    outside = Outside(shot)
    shot.live.begin()
    outside.start(suffix, program)
    assert shot.loop.run(lambda: outside._original is not None), outside.line
    assert outside.state == "waiting"
    return outside


@pytest.mark.parametrize(
    ("suffix", "kind"), [(".png", "uint8"), (".png", "uint16"), (".tif", "uint16"), (".exr", "exr")]
)
def test_each_save_is_on_the_canvas_within_a_second(shot: Shot, tmp_path: Path, program: str, suffix: str, kind: str):
    if kind == "exr":
        press = Shot.save
        shot.save = lambda file, linear, how: press(shot, file, linear, "exr")
    outside = started(shot, suffix, program)
    file = outside.file
    assert shot.loop.run(lambda: (tmp_path / "opened").exists() and (tmp_path / "opened").read_text())
    assert file is not None and (tmp_path / "opened").read_text() == str(file)
    assert shot.nodes["canonical_export"].knobs["file"] == "mine.exr", "the node's own file is as it was"
    shot.save(file, painted(shot.linear), kind)
    saved = time.monotonic()
    assert shot.loop.run(lambda: outside.state == "seen")
    assert time.monotonic() - saved < 1
    canvas = shot.live.last
    expected = np.zeros((165, 210), np.float32)
    expected[50:70, 100:130] = 1
    assert np.array_equal(canvas[..., 3], expected)
    assert canvas[60, 110, :3] == pytest.approx([0.5, 0.25, 0.125], abs=0.004)
    shot.save(file, shot.linear, kind)
    assert shot.loop.run(lambda: not shot.live.last.any()) and outside.entries() == []


def test_a_half_written_file_is_tried_again(shot: Shot, program: str):
    outside = started(shot, ".png", program)
    assert outside.file is not None
    whole = outside.file.with_suffix(".whole.png")
    shot.save(whole, painted(shot.linear), "uint16")
    content = whole.read_bytes()
    outside.file.write_bytes(content[: len(content) // 2])
    assert shot.loop.run(lambda: outside.state == "unreadable")
    assert outside.file.name in outside.line and all(whole is None for whole in shot.live.wholes)
    outside.file.write_bytes(content)
    assert shot.loop.run(lambda: outside.state == "seen") and shot.live.last.any()


def test_whatever_goes_wrong_with_a_save_it_is_told_and_tried_again(
    shot: Shot, program: str, monkeypatch: pytest.MonkeyPatch
):
    outside = started(shot, ".png", program)
    assert outside.file is not None
    real = outside_module.read_painted_over

    def no_memory(*given):
        raise MemoryError

    monkeypatch.setattr(outside_module, "read_painted_over", no_memory)
    shot.save(outside.file, painted(shot.linear), "uint8")
    assert shot.loop.run(lambda: outside.state == "unreadable")
    assert outside.line == "canonical.png can't be read (MemoryError). It is tried again."
    monkeypatch.setattr(outside_module, "read_painted_over", real)
    assert shot.loop.run(lambda: outside.state == "seen")


def test_it_goes_with_its_shot_though_the_next_one_has_nothing_live(
    trained_session: Session, plate: Path, trained_shot: Path
):
    outside, file = trained_session.outside, place_of(trained_shot) / "canonical.png"
    file.parent.mkdir(parents=True)
    write_note(trained_shot, file, (0, 0), CANONICAL, PLATE)
    outside.look_for()
    assert outside.state == "waiting" and outside.file == file
    opened(trained_session, plate)
    assert (outside.state, outside.file, outside.entries()) == ("none", None, [])
    assert read_note(trained_shot) is not None, "it is there for the next time"


def test_a_picture_of_another_size_is_told(shot: Shot, program: str):
    outside = started(shot, ".png", program)
    assert outside.file is not None
    write_picture(outside.file, np.zeros((100, 100, 3), np.uint8))
    assert shot.loop.run(lambda: outside.state == "unreadable")
    assert outside.line == "canonical.png is 100x100 now, and was 420x330: scale it back to 420x330."
    shot.save(outside.file, painted(shot.linear), "uint8")
    assert shot.loop.run(lambda: outside.state == "seen")


def test_one_without_overscan_lies_on_the_frame(shot: Shot, program: str):
    outside = started(shot, ".png", program)
    assert outside.file is not None
    coded = np.clip(COLOR.from_linear(painted(shot.linear), "texture_paint"), 0, 1)[20:300, 30:390]
    write_picture(outside.file, np.rint(coded * 255).astype(np.uint8))
    assert shot.loop.run(lambda: outside.state == "seen")
    rows, columns = (np.flatnonzero(shot.live.last[:, 20:190, 3].any(axis)) for axis in (1, 0))
    assert (rows.min(), rows.max(), columns.min() + 20, columns.max() + 20) == (50, 69, 100, 129)


def test_it_is_shown_again_when_the_shot_is_opened_again(shot: Shot, program: str):
    outside = started(shot, ".png", program)
    first = outside.file
    assert first is not None
    shot.save(first, painted(shot.linear), "uint16")
    assert shot.loop.run(lambda: outside.state == "seen")
    again = Outside(shot)
    again.look_for()
    assert shot.loop.run(lambda: again.state == "seen") and again.file == first
    again.stop()
    assert again.state == "none" and shot.live.wholes[-1] is None and first.is_file()
    again.look_for()
    assert again.state == "none"
    again.start(".png", program)
    assert shot.loop.run(lambda: again.state == "waiting") and again.file != first, "what was painted stays"


def test_live_that_comes_later_shows_it_too(shot: Shot, program: str):
    outside = Outside(shot)
    outside.start(".png", program)
    assert shot.loop.run(lambda: outside._original is not None)
    assert outside.file is not None
    shot.save(outside.file, painted(shot.linear), "uint16")
    assert shot.loop.run(lambda: outside.state == "seen") and not shot.live.wholes
    shot.live.begin(0.4)
    assert shot.loop.run(lambda: bool(shot.live.wholes)) and shot.live.last[..., 3].sum() == pytest.approx(
        40 * 60 * 0.16, rel=0.01
    )


def test_a_program_that_is_not_there_is_told_and_the_file_watched_all_the_same(shot: Shot):
    outside = started(shot, ".png", "/no/such/program --flag")
    assert "/no/such/program can't be started" in outside.line
    assert outside.file is not None
    shot.save(outside.file, painted(shot.linear), "uint16")
    assert shot.loop.run(lambda: outside.state == "seen")


@pytest.mark.parametrize(("program", "says"), [("paint 'me", "No closing quotation"), (" ", "is empty")])
def test_a_command_that_is_none_is_refused(tmp_path: Path, program: str, says: str):
    with pytest.raises(Refused, match=says):
        open_with(tmp_path / "canonical.png", program)


def test_programs_are_started_as_their_system_does(tmp_path: Path):
    program = tmp_path / "paint me"
    program.touch()
    assert command_of(str(program)) == [str(program)]
    assert command_of("krita --nosplash 'a b'", "linux") == ["krita", "--nosplash", "a b"]
    assert command_of('"C:\\Paint Me\\p.exe" -a', "win32") == ["C:\\Paint Me\\p.exe", "-a"]
    assert command_of("/Applications/Paint Me.app", "darwin") == ["open", "-a", "/Applications/Paint Me.app"]


def test_it_is_brought_in_with_the_layers_below_them(shot: Shot, program: str, worker_says: Says):  # noqa: F811
    outside = started(shot, ".png", program)
    assert outside.file is not None
    shot.save(outside.file, painted(shot.linear), "uint16")
    assert shot.loop.run(lambda: outside.state == "seen")
    worker_says("import", {"texture": "panel_outside"})
    bring, done = BringIn(shot), []
    bring.start(lambda: done.append(True), outside.entries())
    assert shot.loop.run(lambda: not bring.is_running) and done
    assert shot.nodes["texture_import"].knobs["painted"] == "picture"
    assert shot.nodes["propagate"].knobs["texture"] == ("panel_outside",)


def test_a_canonical_that_comes_when_another_shot_is_open_stays_with_its_own(shot: Shot, program: str):
    outside, first, pressed = Outside(shot), shot.nodes["canonical_export"], shot.press

    def press(node: str, button: str) -> None:
        pressed(node, button)
        shot.folder = shot.folder.with_name("two.unreel")
        shot.nodes["canonical_export"] = shot.host.create("canonical_export", folder=str(shot.folder), file="its.exr")
        outside.look_for()

    shot.press = press
    outside.start(".png", program)
    assert shot.loop.run(lambda: first.knobs["file"] == "mine.exr")
    assert shot.nodes["canonical_export"].knobs["file"] == "its.exr"
    assert (outside.state, outside.file) == ("none", None) and not place_of(shot.folder).exists()


def test_looking_never_waits_for_a_file(shot: Shot, program: str, monkeypatch: pytest.MonkeyPatch):
    outside = started(shot, ".png", program)
    assert outside.file is not None
    names: list[str] = []
    real = outside_module.read_painted_over

    def noted(*given):
        names.append(threading.current_thread().name)
        return real(*given)

    monkeypatch.setattr(outside_module, "read_painted_over", noted)
    shot.save(outside.file, painted(shot.linear), "uint16")
    assert shot.loop.run(lambda: outside.state == "seen")
    assert names and threading.main_thread().name not in names


def test_a_program_that_multiplies_by_alpha_and_back_has_changed_nothing(shot: Shot, program: str):
    outside = started(shot, ".png", program)
    assert outside.file is not None
    coded = np.clip(COLOR.from_linear(shot.linear, "texture_paint"), 0, 1)
    alpha = np.rint(shot.alpha * 65535)[..., None]
    thin = np.rint(np.rint(coded * 65535) * alpha / 65535)
    back = np.where(alpha > 0, np.minimum(np.rint(thin * 65535 / np.maximum(alpha, 1)), 65535), 0)
    write_picture(outside.file, np.dstack([back, alpha]).astype(np.uint16))
    assert shot.loop.run(lambda: outside.state == "seen") and outside.entries() == []
    alpha[200:220, 405:415], back[200:220, 405:415] = 65535, (60000, 100, 100)
    write_picture(outside.file, np.dstack([back, alpha]).astype(np.uint16))
    assert shot.loop.run(lambda: outside.shown is not None and outside.shown.box == (375, 180, 10, 20)), "beyond it"
