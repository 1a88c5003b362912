"""A tiny rendered shot: a plane slides by whole pixels past a bar that stands before it."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
from unreel.core.exr_write import make_frame, write_frame
from unreel.core.frame import Window

from bench.shots import Shot

WIDTH, HEIGHT, FRAMES, REFERENCE = 128, 96, 4, 2
SLIDE = (3, 1)
"""Pixels right and down from frame to frame."""
BAR = slice(78, 86)
"""Columns that the bar hides."""
WHOLE = Window(0, 0, WIDTH, HEIGHT)


def write_shot(folder: Path) -> Shot:
    """All files of a rendered shot, 4 frames from 1, the second one painted."""
    folder.mkdir(parents=True)
    (folder / "shot.json").write_text(json.dumps({"reference_frame": REFERENCE}))
    rng = np.random.default_rng(3)
    texture = 0.2 + 0.5 * cv2.resize(rng.random((60, 80, 3)), (WIDTH + 40, HEIGHT + 40), interpolation=cv2.INTER_CUBIC)
    ink = cv2.resize(rng.random((22, 30, 3)), (60, 44), interpolation=cv2.INTER_CUBIC).clip(0, 1)
    paint, cover = np.zeros_like(texture), np.zeros(texture.shape[:2])
    paint[40:84, 50:110], cover[40:84, 50:110] = ink, 1
    for number in range(1, FRAMES + 1):
        write_rendered(folder, number, texture, paint, cover)
    planes = dict(zip("RGB", np.moveaxis(seen(paint, REFERENCE) * in_front()[..., None], 2, 0), strict=True))
    write(folder / "edit_ref.exr", planes | {"A": seen(cover, REFERENCE) * in_front()})
    return Shot(folder)


def seen(texture: np.ndarray, number: int) -> np.ndarray:
    """The plane's texture as the frame shows it, without the bar."""
    left, top = (20 - step * (number - REFERENCE) for step in SLIDE)
    return texture[top : top + HEIGHT, left : left + WIDTH]


def in_front() -> np.ndarray:
    """[h, w]: 1 where the plane shows, 0 where the bar does."""
    plane = np.ones((HEIGHT, WIDTH))
    plane[:, BAR] = 0
    return plane


def write_rendered(folder: Path, number: int, texture: np.ndarray, paint: np.ndarray, cover: np.ndarray) -> None:
    """One frame of all passes."""
    plane = in_front()
    plate = np.where(plane[..., None] > 0, seen(texture, number), 0.1).astype(np.float16)
    alpha = seen(cover, number) * plane
    edited = np.where(alpha[..., None] > 0, seen(paint, number), plate)
    rows, columns = np.where(alpha > 0)
    box = Window(columns.min(), rows.min(), columns.max() + 1 - columns.min(), rows.max() + 1 - rows.min())
    inside = box.slices_in(WHOLE)
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    u, v = ((place - step * (number - REFERENCE)) / 1000 for place, step in zip((x, y), SLIDE, strict=True))
    motion = plane[..., None] * SLIDE
    names = f"{number:04d}.exr"
    write(folder / f"beauty.{names}", dict(zip("RGB", np.moveaxis(plate, 2, 0), strict=True)))
    layer = np.concatenate([edited, alpha[..., None]], 2)[inside]
    write(folder / f"edited.{names}", dict(zip("RGBA", np.moveaxis(layer, 2, 0), strict=True)), box)
    write(folder / f"matte.{names}", {"Y": plane})
    write(folder / f"uv.{names}", {"R": u * plane, "G": v * plane, "B": plane}, kind="data")
    write(folder / f"flow_fwd.{names}", {"R": motion[..., 0], "G": motion[..., 1]}, kind="data")
    write(folder / f"flow_bwd.{names}", {"R": -motion[..., 0], "G": -motion[..., 1]}, kind="data")


def write(path: Path, planes: dict[str, np.ndarray], window: Window = WHOLE, kind: str = "picture") -> None:
    planes = {name: np.ascontiguousarray(plane) for name, plane in planes.items()}
    write_frame(path, make_frame(planes, window, WHOLE, kind=kind))
