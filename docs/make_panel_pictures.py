"""Makes the panel's pictures: the window in use on two shots, every page at two sizes.

    xvfb-run -a -s "-screen 0 1920x1080x24" python docs/make_panel_pictures.py PORTRAIT WALL --all DIR

PORTRAIT and WALL are plates (a pattern such as `plate.####.exr`, or a folder): a person who turns, and a wall behind
something that passes. All pictures go into DIR as they are; the manual's into docs/pictures/panel, made small. Real
workers do all that is seen, in a folder that is thrown away: minutes. Nothing is written beside the plates.
"""

from __future__ import annotations

import os
import signal
import tempfile
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget
from unreel.qt_panel.app import make_app
from unreel.qt_panel.model.session import Session
from unreel.qt_panel.model.user_settings import read_settings
from unreel.qt_panel.views.main_window import MainWindow
from unreel.qt_panel.views.qt_loop import QtLoop

PAGE = Path(__file__).parent / "pictures" / "panel"
SIZES = ((1280, 720), (1920, 1080))
REST = 700
"""Milliseconds until the picture in the viewer is the exact one, at a new size."""
SECONDS = 900
COLOURS = 160
PERSONS_KEY, WALLS_KEY = 25, 13
MANUAL = {
    "shot": "wall_1_shot",
    "train": "wall_3_train_running",
    "canonical": "wall_4_canonical",
    "paint": "wall_5_paint",
    "propagate": "wall_6_propagate_live",
    "error": "wall_3_train_error",
    "sheet": "wall_7_sheet",
}
"""What of them is shown in docs/panel.md: of the rendered shot, since a person's clip may be looked at, not shipped."""
LEFT = Qt.MouseButton.LeftButton


class Studio:
    """A window, and someone who works in it and takes pictures of it."""

    def __init__(self, work: Path, all_pictures: Path) -> None:
        self.work, self.all_pictures = work, all_pictures
        os.environ["UNREEL_CONFIG"] = str(work / "config")
        self.app = make_app("en")
        self.session = Session(QtLoop(self.app), read_settings(work / "config"))
        self.window = MainWindow(self.session, keep_layout=False)
        self.window.show()
        self.window.resize(*SIZES[0])

    # What is seen

    def take(self, name: str) -> None:
        """At each size, when all has come to rest."""
        for width, height in SIZES:
            self.window.resize(width, height)
            QTest.qWait(REST)
            write(self.all_pictures / f"{name}_{width}.png", self.window)
        self.window.resize(*SIZES[0])
        QTest.qWait(50)

    # What is done

    def wait(self, is_so: Callable[[], object], what: str) -> None:
        for _ in range(SECONDS * 20):
            if is_so():
                return
            QTest.qWait(50)
        told = [notice.text for notice in self.session.notices.shown]
        raise SystemExit(f"{what} did not come within {SECONDS} seconds; the panel says {told}")

    def open(self, plate: str, name: str) -> None:
        before = self.session.shot
        self.session.open(plate)
        self.wait(lambda: self.session.shot is not before and not self.session.opening, plate)
        self.session.set_knob("train", "folder", str(self.work / f"{name}.unreel"))
        frames = self.session.playhead.frames
        self.session.playhead.go(frames[len(frames) // 2])
        self.wait(lambda: all(self.session.frames.has("plate", each) for each in frames), "the plate in memory")

    def page(self, id: str) -> Any:
        self.window.go_to(id)
        QTest.qWait(200)
        return self.window.page(id)

    def main(self) -> None:
        """Not by its key: without a window manager no window is the active one, and keys go nowhere."""
        self.window.do("page.main")

    def click(self, text: str) -> None:
        self.wait(lambda: self._buttons(text), f"the button {text}")
        QTest.mouseClick(self._buttons(text)[0], LEFT)

    def _buttons(self, text: str) -> list[QAbstractButton]:
        found = self.window.findChildren(QAbstractButton)
        return [each for each in found if each.text() == text and each.isVisible() and each.isEnabled()]

    def train(self, preset: str) -> None:
        self.page("train")
        self.session.set_knob("train", "preset", preset)
        self.main()
        self.wait(lambda: self.session.training() is not None, "the training")

    def trained(self) -> None:
        self.wait(lambda: self.session.training() is None and self.session.stage() >= 2, "the end of the training")
        QTest.qWait(1500)

    def stroke(self, points: np.ndarray, ends: bool = True) -> None:
        """[n, 2] in pixels of the picture, drawn with the mouse."""
        viewer = self.window.viewers.first
        at = [QPoint(*(round(each) for each in viewer.zoom.to_viewer((float(x), float(y))))) for x, y in points]
        QTest.mousePress(viewer, LEFT, Qt.KeyboardModifier.NoModifier, at[0])
        for each in at[1:]:
            QTest.mouseMove(viewer, each)
            QTest.qWait(8)
        if ends:
            QTest.mouseRelease(viewer, LEFT, Qt.KeyboardModifier.NoModifier, at[-1])
        QTest.qWait(200)

    def release(self) -> None:
        QTest.mouseRelease(self.window.viewers.first, LEFT)
        QTest.qWait(300)

    def easel(self, name: str, colour: tuple[float, float, float], size: float) -> None:
        """The page Paint, with all frames live and a brush in the hand."""
        session, frames = self.session, len(self.session.playhead.frames)
        self.page("paint")
        QTest.qWait(3000)
        self.take(f"{name}_5_making_live")
        self.wait(lambda: len(session.live.frames) == frames, "live maps")
        self.wait(lambda: session.view.beside == "live", "the second viewer")
        self.window.take_tool("brush")
        self.colour(colour, size)
        QTest.qWait(500)

    def colour(self, colour: tuple[float, float, float], size: float) -> None:
        """Scene-linear, and the brush's size in pixels of the picture."""
        self.session.easel.brushes.change(size=size, hardness=0.7, opacity=0.9)
        self.session.easel.brushes.take_colour(colour)

    def kill_worker(self) -> None:
        running = self.session.training()
        assert running is not None
        os.kill(running.poll().pid, signal.SIGKILL)


def write(path: Path, window: QWidget) -> None:
    image = window.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    rgb = pixels[:, : 3 * image.width()].reshape(image.height(), image.width(), 3)
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), rgb[..., ::-1])
    print(path, flush=True)


def small(source: Path, target: Path) -> None:
    """Few colours, no noise between them: text stays sharp, and the file small."""
    pixels = cv2.imread(str(source))
    flat = pixels.reshape(-1, 3)
    chosen = np.random.default_rng(1).choice(len(flat), 40000, replace=False)
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 20, 0.5)
    cv2.setRNGSeed(1)
    _, _, palette = cv2.kmeans(flat[chosen].astype(np.float32), COLOURS, None, stop, 1, cv2.KMEANS_PP_CENTERS)
    write_palette(target, pixels, np.rint(palette).astype(np.uint8))


def write_palette(path: Path, pixels: np.ndarray, palette: np.ndarray) -> None:
    """An 8-bit PNG by palette, which Qt writes."""
    cube = np.stack(np.meshgrid(*[np.arange(0, 256, 4)] * 3, indexing="ij"), -1).reshape(-1, 3).astype(np.float32)
    nearest = np.concatenate(
        [np.linalg.norm(part[:, None] - palette[None], axis=2).argmin(1) for part in np.array_split(cube, 64)]
    ).astype(np.uint8)
    key = (pixels.astype(np.int32) >> 2) @ np.array([4096, 64, 1])
    index = np.ascontiguousarray(nearest[key])
    height, width = index.shape
    image = QImage(index.data, width, height, width, QImage.Format.Format_Indexed8)
    image.setColorTable([0xFF000000 | int(r) << 16 | int(g) << 8 | int(b) for b, g, r in palette])
    path.parent.mkdir(parents=True, exist_ok=True)
    if not image.save(str(path), "PNG", 0):
        raise SystemExit(f"{path} can't be written")
    print(path, flush=True)


# What is painted

LETTERS = {
    "U": (((0, 0), (0, 0.7), (0.25, 1), (0.75, 1), (1, 0.7), (1, 0)),),
    "N": (((0, 1), (0, 0), (1, 1), (1, 0)),),
    "R": (((0, 1), (0, 0), (0.8, 0.04), (1, 0.25), (0.8, 0.48), (0, 0.5)), ((0.4, 0.5), (1, 1))),
    "E": (((1, 0), (0, 0), (0, 1), (1, 1)), ((0, 0.5), (0.8, 0.5))),
    "L": (((0, 0), (0, 1), (1, 1)),),
}


def along(corners: Sequence[tuple[float, float]], size: tuple[float, float], at: tuple[float, float]) -> np.ndarray:
    """[n, 2], a point every other pixel or so."""
    points = np.asarray(corners, float) * size + at
    parts = []
    for start, end in pairwise(points):
        steps = max(2, int(np.hypot(*(end - start)) / 2))
        parts.append(start + (end - start) * np.linspace(0, 1, steps)[:, None])
    return np.concatenate(parts)


def heart(middle: tuple[float, float], size: float) -> np.ndarray:
    t = np.linspace(0, 2 * np.pi, 60)
    x = 16 * np.sin(t) ** 3
    y = -(13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t))
    return np.stack([x, y], 1) * size / 32 + middle


# What is done on each shot


def person(studio: Studio, plate: str) -> None:
    session = studio.session
    studio.open(plate, "portrait")
    studio.page("shot")
    studio.take("portrait_1_shot")
    studio.page("matte")
    studio.main()
    studio.wait(lambda: session.jobs.active, "the proposal of a matte")
    studio.wait(lambda: not session.jobs.active, "the end of the proposal")
    studio.take("portrait_2_matte")
    page = studio.page("train")
    session.set_knob("train", "preset", "draft")
    session.set_knob("train", "key", PERSONS_KEY)
    studio.wait(lambda: page.estimator.text, "the estimate")
    studio.take("portrait_3_train")
    studio.train("draft")
    studio.wait(lambda: page.training.preview is not None or not page.training.is_running, "a preview")
    QTest.qWait(4000)
    studio.take("portrait_3_train_running")
    studio.trained()
    studio.take("portrait_3_train_done")
    canonical(studio, "portrait")
    session.playhead.go(PERSONS_KEY + 12)
    studio.easel("portrait", (0.75, 0.03, 0.06), 7.0)
    studio.stroke(heart((466, 204), 30.0))
    studio.colour((0.02, 0.10, 0.55), 5.0)
    studio.stroke(heart((536, 206), 20.0)[:44], ends=False)
    studio.take("portrait_5_paint")
    studio.release()
    propagated(studio, "portrait")


def wall(studio: Studio, plate: str) -> None:
    session = studio.session
    studio.open(plate, "wall")
    studio.page("shot")
    studio.take("wall_1_shot")
    session.set_knob("train", "key", WALLS_KEY)
    session.set_knob("train", "stiffness", "soft")
    studio.train("hero")
    page = studio.page("train")
    studio.wait(lambda: page.training.preview is not None or not page.training.is_running, "a preview")
    QTest.qWait(1500)
    studio.take("wall_3_train_running")
    studio.click("Cancel")
    studio.wait(lambda: page.training.state == "never", "the end of what was thrown away")
    session.set_knob("train", "stiffness", "auto")
    studio.train("standard")
    studio.wait(lambda: session.training() is None or session.training().poll().done, "the training's first step")
    studio.kill_worker()
    studio.wait(lambda: session.notices.shown, "the notice")
    studio.take("wall_3_train_error")
    studio.click("Resume")
    studio.wait(lambda: session.training() is not None, "the training")
    studio.trained()
    studio.take("wall_3_train_done")
    canonical(studio, "wall")
    session.playhead.go(WALLS_KEY - 8)
    studio.easel("wall", (0.85, 0.62, 0.04), 8.0)
    for at, letter in enumerate("UNREE"):
        for corners in LETTERS[letter]:
            studio.stroke(along(corners, (17.0, 34.0), (166.0 + 25 * at, 118.0)))
    studio.stroke(along(LETTERS["L"][0], (17.0, 34.0), (166.0 + 25 * 5, 118.0)), ends=False)
    studio.take("wall_5_paint")
    studio.release()
    propagated(studio, "wall")


def canonical(studio: Studio, name: str) -> None:
    session = studio.session
    studio.page("canonical")
    session.set_knob("canonical_export", "guides", True)
    studio.main()
    studio.wait(lambda: session.canonical.guides, "the canonical's guides")
    session.view.change(guide="coverage")
    studio.take(f"{name}_4_canonical")
    session.view.change(guide="")


def propagated(studio: Studio, name: str) -> None:
    session = studio.session
    studio.main()
    studio.wait(lambda: not session.bring_in.is_running and not session.easel.unbrought(), "the paint in the folder")
    studio.page("propagate")
    session.view.change(kind="live", second="plate", compare="wipe", wipe_at=0.6)
    studio.take(f"{name}_6_propagate_live")
    session.view.change(compare="one")
    studio.main()
    QTest.qWait(3000)
    studio.take(f"{name}_6_rendering")
    studio.wait(lambda: session.renders.shown and not session.jobs.active, "the rendered frames")
    session.view.change(kind="rendered")
    studio.take(f"{name}_6_propagate")
    session.view.change(compare="difference")
    studio.take(f"{name}_6_difference")
    session.view.change(compare="one")
    studio.page("sheet")
    studio.click("Make the contact sheet")
    studio.wait(lambda: session.movies.sheet_file is not None and not session.jobs.active, "the contact sheet")
    studio.main()
    studio.wait(lambda: session.movies.last is not None and not session.jobs.active, "the movie")
    studio.take(f"{name}_7_sheet")


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("portrait")
    parser.add_argument("wall")
    parser.add_argument("--all", type=Path, required=True, help="where all pictures go, at both sizes")
    parser.add_argument("--shots", nargs="+", default=["wall", "portrait"])
    given = parser.parse_args()
    if not (os.environ.get("DISPLAY") or os.environ.get("QT_QPA_PLATFORM")):
        raise SystemExit("there is no screen here: xvfb-run -a -s '-screen 0 1920x1080x24' python docs/...")
    with tempfile.TemporaryDirectory() as work:
        studio = Studio(Path(work), given.all)
        for name, work_on, plate in (("wall", wall, given.wall), ("portrait", person, given.portrait)):
            if name in given.shots:
                work_on(studio, plate)
        studio.window.close()
    for name, wanted in MANUAL.items():
        source = given.all / f"{wanted}_{SIZES[0][0]}.png"
        if source.exists():
            small(source, PAGE / f"{name}.png")


if __name__ == "__main__":
    main()
