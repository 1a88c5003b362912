"""A shot whose solve is known to the bit: each frame is the key frame, slid by what floats hold exactly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from unreel.core.cli import main
from unreel.core.color import shaped_from_linear
from unreel.core.exr_read import read_frame
from unreel.core.exr_write import make_frame, write_frame
from unreel.core.fields.frame_map import FrameMap
from unreel.core.frame import Attribute, Frame, Window
from unreel.core.model import Model
from unreel.core.settings import make_settings
from unreel.core.unreel_folder import Training, UnreelFolder

KEY = 1
SHIFTS: Mapping[int, tuple[float, float]] = {1: (0, 0), 2: (3, -2), 3: (0.25, -0.375)}
"""Frame number -> by how many pixels to the right, and down, its pixels lie on the key frame from where they are."""
DISPLAY = Window(0, 0, 48, 27)
OVERSCAN = Window(-6, -4, 63, 37)


@dataclass(frozen=True)
class Kind:
    """Of a plate."""

    data: Window = DISPLAY
    display: Window = DISPLAY
    aspect: float = 1.0


KINDS = {
    "plain": Kind(),
    "overscan": Kind(OVERSCAN),
    "a part": Kind(Window(5, 4, 31, 18)),
    "wide pixels": Kind(aspect=2.0),
    "narrow pixels": Kind(aspect=0.5),
    "overscan, wide pixels": Kind(OVERSCAN, aspect=2.0),
    "overscan, narrow pixels": Kind(OVERSCAN, aspect=0.5),
    "display window elsewhere": Kind(Window(-1, -7, 63, 37), Window(5, -3, 48, 27), 2.0),
}


@dataclass(frozen=True)
class Slides:
    """On disk: plate, unreel folder, the exported canonical, paint all over it, and what `propagate` makes of them."""

    folder: Path
    kind: Kind

    def plate(self, number: int) -> Path:
        return self.folder / f"plate.{number:04d}.exr"

    def output(self, name: str, number: int) -> Path:
        return self.folder / f"out{'_' * bool(name)}{name}.{number:04d}.exr"

    @property
    def canonical(self) -> Path:
        return self.folder / "canonical.exr"

    @property
    def paint(self) -> Path:
        return self.folder / "paint.exr"

    @property
    def live(self) -> dict[str, str]:
        """The node's file knobs."""
        maps = {f"live_{name}": str(self.folder / f"out_live_{name}.####.exr") for name in ("st", "gain", "hold")}
        return {**maps, "live_canonical": str(self.folder / "out_live_canonical.exr")}


def make_slides(folder: Path, kind: Kind) -> Slides:
    """Everything by the command line, but the solve."""
    made = Slides(folder, kind)
    header = {"PixelAspectRatio": Attribute("float", kind.aspect)}
    for number, shift in SHIFTS.items():
        planes = dict(zip("RGB", np.moveaxis(waves(kind.data, shift), 2, 0), strict=True))
        write_frame(made.plate(number), make_frame(planes, kind.data, kind.display, metadata=header, kind="data"))
    matte = kind.data.union(kind.display)
    write_frame(folder / "matte.exr", Frame({"Y": np.ones(matte.shape, np.float16)}, matte, kind.display))
    unreel = write_solve(made)
    call("export", unreel, "-o", made.canonical)
    write_paint(made)
    call("import", unreel, made.paint, "--mode", "replace")
    outputs = "comp,layer,stmap,inverse,visibility,confidence,live"
    pattern = folder / "out.####.exr"
    call("propagate", unreel, "-o", pattern, "--outputs", outputs, "--set", "light.strength=0")
    return made


def call(*words: object) -> None:
    assert main([*map(str, words), "--progress", "none"]) == 0


def write_solve(made: Slides) -> Path:
    """What a training that finds the truth would leave."""
    unreel = UnreelFolder(made.folder / "slides.unreel")
    unreel.path.mkdir()
    matte = {"path": str(made.folder / "matte.exr")}
    settings = make_settings({"plate": str(made.folder / "plate.####.exr"), "matte": matte, "key": KEY}, "slides")
    data = made.kind.data
    maps = {
        number: FrameMap(np.array([[1, 0, across], [0, 1, down], [0, 0, 1]], np.float64))
        for number, (across, down) in SHIFTS.items()
    }
    model = Model(KEY, data, (data.width, data.height), "plane", maps)
    unreel.finish(Training(settings, "", finished=True), model, {})
    return unreel.path


def write_paint(made: Slides) -> None:
    """Opaque noise on the whole canonical, so that a place that is missed by a little is seen."""
    canonical = read_frame(made.canonical)
    noise = np.random.default_rng(1).uniform(1, 2, (*canonical.data.shape, 3))
    planes = {**dict(zip("RGB", np.moveaxis(noise, 2, 0), strict=True)), "A": np.ones(canonical.data.shape)}
    write_frame(made.paint, make_frame(planes, canonical.data, like=canonical, kind="data"))


def waves(window: Window, shift: tuple[float, float]) -> np.ndarray:
    """A smooth picture [h, w, 3] of 0.1 to 0.7, known between its pixels too."""
    x, y = np.meshgrid(np.arange(window.x, window.right) + shift[0], np.arange(window.y, window.bottom) + shift[1])
    return np.stack([0.4 + 0.3 * np.sin(x / a + 1) * np.cos(y / b) for a, b in ((5, 7), (9, 4), (6, 6))], -1)


def own_places(window: Window, display: Window, shift: tuple[float, float]) -> np.ndarray:
    """u, v [h, w, 2] float64 by the formula of docs/files.md, `shift` pixels to the right and below."""
    x, y = np.meshgrid(np.arange(window.width) + window.x + shift[0], np.arange(window.height) + window.y + shift[1])
    u, v = (x - display.x + 0.5) / display.width, 1 - (y - display.y + 0.5) / display.height
    return np.stack([u, v], -1)


def slid(picture: np.ndarray, from_window: Window, window: Window, shift: tuple[float, float]) -> np.ndarray:
    """The answer in float64: a picture [H, W, c] over `from_window`, Catmull-Rom, as `window` shows it; 0 beyond."""
    padded = np.pad(picture.astype(np.float64), ((99, 99), (99, 99), (0, 0)))
    whole = np.floor(shift).astype(int)
    total = np.zeros((*window.shape, picture.shape[2]))
    for j, down in enumerate(catmull_rom(shift[1] - whole[1]), -1):
        for i, across in enumerate(catmull_rom(shift[0] - whole[0]), -1):
            top = window.y - from_window.y + 99 + whole[1] + j
            left = window.x - from_window.x + 99 + whole[0] + i
            total += down * across * padded[top : top + window.height, left : left + window.width]
    return total


def catmull_rom(t: float) -> list[float]:
    """Weights of the pixels at -1, 0, 1, 2 for a place t in 0..1: (1, t, t^2, t^3) by the spline's matrix."""
    matrix = np.array([[0, 1, 0, 0], [-0.5, 0, 0.5, 0], [1, -2.5, 2, -0.5], [-0.5, 1.5, -1.5, 0.5]])
    return list(np.array([1, t, t * t, t**3]) @ matrix)


def reached(window: Window, source: Window, shift: tuple[float, float]) -> np.ndarray:
    """[h, w] bool: pixels of `window` all of whose 4 x 4 taps lie on `source`."""
    x, y = np.meshgrid(np.arange(window.x, window.right) + shift[0], np.arange(window.y, window.bottom) + shift[1])
    first, last = np.floor([x, y]) - 1, np.floor([x, y]) + 2
    inside = (first >= np.array([source.x, source.y])[:, None, None]).all(0)
    return inside & (last < np.array([source.right, source.bottom])[:, None, None]).all(0)


EPSILON = float(np.finfo(np.float32).eps)
TAPS = 16


def place_error(window: Window, display: Window) -> float:
    """Pixels by which a host may miss the place that a map of `window` says.

    u or v in the file, 1 - v, u W - 0.5 and the sum with the window's corner, each rounded to half an ulp of no more
    than the farthest pixel's number.
    """
    far = max(abs(window.x), abs(window.y), window.right, window.bottom, display.width, display.height)
    return 4 * 0.5 * EPSILON * far


def colour_error(picture: np.ndarray, window: Window, display: Window) -> float:
    """What that comes to in a picture [h, w, c], and the rounding of a sum of 16 taps.

    Between pixels a Catmull-Rom spline rises by no more than 1.5 times the steepest step of its pixels in one
    direction, and 1.25 is the most that its weights' sizes add up to in the other.
    """
    steepest = max(float(np.abs(np.diff(picture, axis=axis)).max()) for axis in (0, 1))
    across_and_down = 2 * 1.5 * 1.25 * steepest * place_error(window, display)
    return across_and_down + TAPS * EPSILON * float(np.abs(picture).max())


def shaped_error(picture: np.ndarray, window: Window, display: Window) -> float:
    """The same of a picture that is resampled as the shaper's logarithm, on its way there and back.

    There an error is that of the logarithm times x + knee, by which its inverse rises.
    """
    shaped = shaped_from_linear(picture.astype(np.float32))
    rises = float(np.abs(picture).max()) + 0.02
    return rises * (colour_error(shaped, window, display) + 4 * EPSILON * float(np.abs(shaped).max()))
