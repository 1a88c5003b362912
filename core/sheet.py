"""A contact sheet: the canonical, and plate, edit and result of a few frames, for one look."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from .compose import LightSettings
from .errors import UsageError
from .exr_write import write_picture
from .frame import on_window
from .output_plate import Moment, own_plate
from .propagate import composite
from .solved import Solved
from .source import Source, with_grain

CELL = 384
"""Width of one picture, pixels."""
GAP = 6
BACK = 24
"""Grey of the sheet, 0..255."""


def check_sheet(path: Path) -> None:
    """UsageError if a sheet can't be written under that name."""
    if path.suffix.lower() not in (".png", ".tif", ".tiff"):
        raise UsageError(f"{path.name}: a sheet is written as .png or .tif")


def write_sheet(path: Path, solved: Solved, sources: list[Source], frames: list[int], canonical: np.ndarray) -> None:
    """Rows: the canonical alone and painted, then plate, edit layer and result of each frame. 8-bit PNG.

    canonical [H, W, 4] premultiplied, scene-linear.
    """
    own = solved.shot.settings.light
    light, match = LightSettings(strength=own.strength, sigma_pixel=own.sigma), solved.shot.settings.match
    sources = with_grain(sources, match)
    rows = [canonical_row(solved, sources, canonical)]
    for number in frames:
        under = own_plate(solved, number)
        done = composite(under, sources, Moment(number, number), light, match)
        plate = under.linear
        over_grey = done.layer + (1 - done.alpha)[..., None] * 0.18
        cells = [
            labelled(solved, picture, text)
            for picture, text in ((plate, f"{number} plate"), (over_grey, "edit"), (done.linear, "result"))
        ]
        rows.append(np.concatenate(with_gaps(cells, 1), 1))
    width = max(row.shape[1] for row in rows)
    rows = [np.pad(r, ((0, 0), (0, width - r.shape[1]), (0, 0)), constant_values=BACK) for r in rows]
    write_picture(path, np.concatenate(with_gaps(rows, 0), 0))


def canonical_row(solved: Solved, sources: list[Source], canonical: np.ndarray) -> np.ndarray:
    """The canonical, its coverage, and the textures that are painted on it."""
    grey = canonical[..., :3] + (1 - canonical[..., 3:]) * 0.05
    painted = grey.copy()
    for source in sources:
        if source.texture.on != "canonical":
            continue
        layer = on_window(source.texture.layer, source.texture.window, source.window)
        cover = on_window(source.texture.alpha, source.texture.window, source.window)
        painted = layer + (1 - cover)[..., None] * painted
    coverage = np.repeat(canonical[..., 3:], 3, 2)
    cells = [
        labelled(solved, picture, text)
        for picture, text in (
            (grey, f"canonical, key {solved.model.key}"),
            (coverage, "coverage"),
            (painted, "canonical, painted"),
        )
    ]
    return np.concatenate(with_gaps(cells, 1), 1)


def labelled(solved: Solved, linear: np.ndarray, text: str) -> np.ndarray:
    """A picture as it looks, at the sheet's size, with its name [h, w, 3] uint8."""
    height = max(1, round(linear.shape[0] * CELL / linear.shape[1]))
    small = cv2.resize(np.nan_to_num(linear).astype(np.float32), (CELL, height), interpolation=cv2.INTER_AREA)
    shown = np.clip(solved.shot.color.from_linear(np.clip(small, 0, 1), "texture_paint"), 0, 1)
    cell = np.ascontiguousarray((shown * 255 + 0.5).astype(np.uint8))
    for color, thick in ((0, 3), (235, 1)):
        cv2.putText(cell, text, (8, height - 8), cv2.FONT_HERSHEY_SIMPLEX, 0.45, (color,) * 3, thick, cv2.LINE_AA)
    return cell


def with_gaps(parts: list[np.ndarray], axis: int) -> list[np.ndarray]:
    """Parts of one height (axis 1) or width (axis 0), grey between and around them."""
    other = max(p.shape[1 - axis] for p in parts)
    out: list[np.ndarray] = []
    for part in parts:
        missing = other - part.shape[1 - axis]
        pad = [(0, 0), (0, 0), (0, 0)]
        pad[1 - axis] = (0, missing)
        part = np.pad(part, pad, constant_values=BACK)
        shape = list(part.shape)
        shape[axis] = GAP
        out += [np.full(shape, BACK, np.uint8), part]
    out.append(out[0])
    return out
