"""A tiny shot that turns and grows, solved at half its size, and its live maps: all that live paint is made from."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from unreel.core.cli import main
from unreel.core.exr_write import write_frame
from unreel.core.frame import Frame, Window
from unreel.plugin.runtime import Runtime
from unreel.qt_panel.live.layout import Layout, read_layout

FRAMES = (1001, 1002, 1003, 1004)
KEY = 1002
WIDTH, HEIGHT = 192, 128
RUNTIME = Runtime(sys.executable, tuple(filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))))
"""The Python that runs the tests, and where it finds us."""


def frame_from_key(number: int) -> np.ndarray:
    """[2, 3]: where a place of the key frame lies in a frame; pixels, centres at whole numbers."""
    step = number - KEY
    matrix = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), 1.5 * step, 1 + 0.015 * step)
    matrix[:, 2] += (4 * step, -3 * step)
    return matrix


def write_plate(folder: Path, offset: tuple[int, int] = (0, 0)) -> str:
    """offset: of the data window's first pixel in a display window that is a little larger."""
    rng = np.random.default_rng(7)
    margin = 64
    size = (HEIGHT + 2 * margin, WIDTH + 2 * margin, 3)
    noise = sum(
        cv2.GaussianBlur(rng.standard_normal(size).astype(np.float32), (0, 0), sigma) * sigma for sigma in (2, 5, 12)
    )
    world = (0.18 * np.exp(0.9 * noise)).astype(np.float32)
    data = Window(*offset, WIDTH, HEIGHT)
    display = Window(0, 0, WIDTH + 2 * offset[0], HEIGHT + 2 * offset[1])
    for number in FRAMES:
        matrix = frame_from_key(number).copy()
        matrix[:, 2] -= matrix[:, :2] @ (margin, margin)
        seen = cv2.warpAffine(world, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_CUBIC).astype(np.float16)
        planes = dict(zip("RGB", np.moveaxis(seen, 2, 0), strict=True))
        write_frame(folder / f"plate.{number}.exr", Frame(planes, data, display))
    return str(folder / "plate.####.exr")


def train(plate: str, unreel: Path, key: int = KEY) -> None:
    words = ("--key", str(key), "--set", "solve.proxy=96", "--progress", "none")
    assert main(["train", plate, "-o", str(unreel), *words]) == 0


def make_maps(unreel: Path, *words: str, proxy: int = 96) -> Path:
    """The proxy folder."""
    place = unreel / "live" / "proxy"
    pattern = str(place / "maps" / "shot.####.exr")
    asked = ("--outputs", "live,inverse", "--proxy", str(proxy), "--progress", "none")
    assert main(["propagate", str(unreel), "-o", pattern, *asked, *words]) == 0
    return place


@pytest.fixture(scope="session")
def solved_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The unreel folder beside its plate, without maps; to copy."""
    folder = tmp_path_factory.mktemp("live_shot")
    train(write_plate(folder / "plate"), folder / "shot.unreel")
    return folder / "shot.unreel"


@pytest.fixture(scope="session")
def unreel(solved_once: Path) -> Path:
    """With maps at half the plate's size, to read only."""
    folder = solved_once.with_name("made.unreel")
    shutil.copytree(solved_once, folder)
    make_maps(folder)
    return folder


@pytest.fixture
def solved(solved_once: Path, tmp_path: Path) -> Path:
    """To change."""
    return Path(shutil.copytree(solved_once, tmp_path / "shot.unreel"))


@pytest.fixture
def made(unreel: Path, tmp_path: Path) -> Path:
    """With maps, to change."""
    return Path(shutil.copytree(unreel, tmp_path / "made.unreel"))


@pytest.fixture(scope="session")
def layout(unreel: Path) -> Layout:
    found = read_layout(unreel / "live" / "proxy")
    assert found is not None
    return found


@pytest.fixture(scope="session")
def python() -> Runtime:
    return RUNTIME
