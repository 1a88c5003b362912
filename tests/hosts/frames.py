"""What a host rendered of the demo's sample, live and as the core did it, against the command line's frames."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import OpenImageIO as oiio

SAMPLE = Path(__file__).resolve().parents[2] / "core" / "sample"
LEAST_DB, MOST_MEAN = 75.0, 0.0005
"""Live against rendered, inside the edit: sRGB, and scene-linear. Measured were 83 dB and 0.0001."""
REACH = 4
"""Pixels around the edit that a filter of 4 by 4 pixels and the core's soft rim may touch."""


def agree_with_the_command_line(place: Path, folder: Path, numbers: Sequence[int]) -> None:
    """`rendered.####.exr` to the bit, `live.####.exr` within the edit, and the plate's bits beyond it."""
    unreel("import", folder, SAMPLE / "edit.exr", "--name", "by_hand")
    unreel("propagate", folder, "-o", place / "cli.####.exr", "--texture", "by_hand", "--progress", "none")
    for number in numbers:
        plate, wanted, rendered, live = (
            pixels(where / f"{name}.{number:04d}.exr")[..., :3]
            for where, name in ((SAMPLE, "beauty"), (place, "cli"), (place, "rendered"), (place, "live"))
        )
        assert (rendered == wanted).all(), number
        edit = (wanted != plate).any(2)
        assert 0.005 < edit.mean() < 0.2
        beyond = ~grown(edit, REACH)
        assert (live[beyond] == plate[beyond]).all(), number
        error = (encoded(live) - encoded(wanted))[edit]
        assert -10 * np.log10((error**2).mean()) > LEAST_DB, number
        assert np.abs(live - wanted)[edit].mean() < MOST_MEAN, number


def pixels(path: Path) -> np.ndarray:
    """[h, w, c], float32."""
    file = oiio.ImageInput.open(str(path))
    assert file is not None, oiio.geterror()
    read = np.asarray(file.read_image("float"))
    file.close()
    return read


def encoded(linear: np.ndarray) -> np.ndarray:
    """sRGB."""
    clipped = np.clip(linear, 0, None)
    return np.where(clipped <= 0.0031308, 12.92 * clipped, 1.055 * np.maximum(clipped, 1e-8) ** (1 / 2.4) - 0.055)


def grown(mask: np.ndarray, by: int) -> np.ndarray:
    padded = np.pad(mask, by)
    height, width = mask.shape
    shifts = [padded[y : y + height, x : x + width] for y in range(2 * by + 1) for x in range(2 * by + 1)]
    return np.any(shifts, axis=0)


def unreel(*arguments: object) -> None:
    command = [sys.executable, "-m", "unreel.core.cli", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
