"""Tiny shots: a textured plane that slides. Solved in under a second, and the truth is known."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
import pytest
from unreel.core.cli import main
from unreel.core.exr_write import write_frame
from unreel.core.frame import Attribute, Frame, Window

FRAMES = (1001, 1002, 1003, 1004, 1005)
KEY = 1003
PICTURE = Window(0, 0, 96, 64)
RED = (0.8, 0.05, 0.05, 1)
SLIDE = (3, 1)
"""Pixels (x, y) that the plane moves by each frame."""


def world(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Scene-linear colour [len(y), len(x), 3] of the plane: noise of several sizes, the same for all shots."""
    rng = np.random.default_rng(7)
    noise = sum(
        cv2.GaussianBlur(rng.standard_normal((256, 256, 3)).astype(np.float32), (0, 0), sigma) * sigma
        for sigma in (1.2, 3.0, 8.0)
    )
    return 0.18 * np.exp(0.9 * noise)[np.ix_((y + 64) % 256, (x + 64) % 256)]


@dataclass(frozen=True)
class TinyShot:
    """A plate on disk. At frame n the plane has moved by `SLIDE` times n - KEY."""

    folder: Path
    data: Window = PICTURE
    display: Window = PICTURE
    dtype: type = np.float16
    metadata: dict[str, Attribute] = field(default_factory=dict)

    @property
    def plate(self) -> str:
        return str(self.folder / "plate.####.exr")

    def path(self, number: int, name: str = "plate") -> Path:
        return self.folder / f"{name}.{number}.exr"

    def colour(self, number: int, window: Window | None = None) -> np.ndarray:
        window = window or self.data
        x = np.arange(window.x, window.right) - SLIDE[0] * (number - KEY)
        y = np.arange(window.y, window.bottom) - SLIDE[1] * (number - KEY)
        return world(x, y)

    def frame(self, number: int) -> Frame:
        planes = dict(zip("RGB", np.moveaxis(self.colour(number).astype(self.dtype), 2, 0), strict=True))
        return Frame(planes, self.data, self.display, self.metadata)

    def write(self, frames: tuple[int, ...] = FRAMES) -> TinyShot:
        for number in frames:
            write_frame(self.path(number), self.frame(number))
        return self

    def write_matte(self, box: Window | None, name: str = "matte", size: tuple[int, int] = (96, 64)) -> str:
        """White where the plane's `box` of the key frame is in each frame; None is black."""
        window = Window(0, 0, *size)
        for number in FRAMES:
            plane = np.zeros(window.shape, np.float16)
            if box is not None:
                x, y = (at + step * (number - KEY) for at, step in zip((box.x, box.y), SLIDE, strict=True))
                plane[max(y, 0) : y + box.height, max(x, 0) : x + box.width] = 1
            write_frame(self.path(number, name), Frame({"Y": plane}, window, window))
        return str(self.folder / f"{name}.####.exr")


def write_paint(path: Path, box: Window, display: Window = PICTURE) -> Path:
    """An RGBA layer: a red box, soft at its rim."""
    alpha = np.zeros(display.shape, np.float32)
    alpha[box.slices_in(display)] = 1
    alpha = cv2.GaussianBlur(alpha, (3, 3), 0)
    planes = {name: (alpha * value).astype(np.float16) for name, value in zip("RGBA", RED, strict=True)}
    write_frame(path, Frame(planes, display, display))
    return path


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """`unreel ARGUMENTS` in this process."""

    def run_here(*arguments: object) -> Ran:
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        return Ran(code, *capsys.readouterr())

    return run_here


@pytest.fixture
def tiny(tmp_path: Path) -> TinyShot:
    """A shot of its own for a test that changes it."""
    return TinyShot(tmp_path / "plate").write()


@pytest.fixture(scope="session")
def tiny_shot(tmp_path_factory: pytest.TempPathFactory) -> TinyShot:
    """A shot to read only."""
    return TinyShot(tmp_path_factory.mktemp("tiny")).write()


@pytest.fixture(scope="session")
def make_shot() -> type[TinyShot]:
    return TinyShot


@pytest.fixture(scope="session")
def make_paint() -> Callable[..., Path]:
    return write_paint


@pytest.fixture(scope="session")
def trained(tiny_shot: TinyShot) -> Path:
    """The unreel folder of `tiny_shot`, to read only."""
    folder = tiny_shot.folder / "tiny.unreel"
    assert main(["train", tiny_shot.plate, "-o", str(folder), "--key", str(KEY), "--progress", "none"]) == 0
    return folder


@pytest.fixture(scope="session")
def painted(trained: Path, tiny_shot: TinyShot, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with one texture, `mark`."""
    folder = tmp_path_factory.mktemp("painted") / "tiny.unreel"
    shutil.copytree(trained, folder)
    paint = write_paint(folder.parent / "mark.exr", Window(40, 24, 16, 12))
    assert main(["import", str(folder), str(paint), "--progress", "none"]) == 0
    return folder
