"""What a solve leaves: one map a frame, and what is needed to read it again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open

from .errors import IncompatibleModel
from .fields.frame_map import FrameMap
from .frame import Window
from .solve.chain import Stiffness
from .tensor_file import write_tensors
from .whole_file import replaced_whole

SCHEMA = 1
PARTS = ("homography", "knots", "residual", "seen")


@dataclass(frozen=True)
class Model:
    key: int
    """Number of the key frame: the deformation is the identity there."""
    raster: Window
    """The plate's pixels that the maps are about."""
    solve_size: tuple[int, int]
    """Width and height of the pictures the maps were solved between."""
    stiffness: Stiffness
    maps: Mapping[int, FrameMap]
    complete: bool = True
    """False for a checkpoint."""
    figures: dict[str, Any] = field(default_factory=dict)
    """What was measured: per frame and for the shot."""


def write_model(path: Path, model: Model) -> None:
    """One safetensors file, whole or not at all; one map at a time is in memory for it."""
    kinds: dict[str, tuple[np.dtype, tuple[int, ...]]] = {}
    frames: dict[str, Any] = {}
    for number in sorted(model.maps):
        frame_map = model.maps[number]
        frames[str(number)] = {"cell": frame_map.cell, "offset": list(frame_map.offset)}
        for part in PARTS:
            array = getattr(frame_map, part)
            if array is not None:
                kinds[f"{number}.{part}"] = (array.dtype, array.shape)

    def tensor(name: str) -> np.ndarray:
        number, part = name.split(".")
        return getattr(model.maps[int(number)], part)

    header = {
        "schema": SCHEMA,
        "key": model.key,
        "raster": [model.raster.x, model.raster.y, model.raster.width, model.raster.height],
        "solve_size": list(model.solve_size),
        "stiffness": model.stiffness,
        "complete": model.complete,
        "figures": model.figures,
        "frames": frames,
    }
    with replaced_whole(path) as temporary:
        write_tensors(temporary, kinds, tensor, {"unreel": json.dumps(header)})


def read_model(path: Path) -> Model:
    """IncompatibleModel if the file is none of ours, damaged, or of another schema."""
    try:
        with safe_open(str(path), "np") as file:
            header = json.loads((file.metadata() or {})["unreel"])
            if header["schema"] != SCHEMA:
                raise IncompatibleModel(
                    f"{path} has schema {header['schema']}, this Unreel reads {SCHEMA}; train again, or use the "
                    "version that made it"
                )
            names = set(file.keys())
            maps = {}
            for number, entry in header["frames"].items():
                optional = {
                    part: file.get_tensor(f"{number}.{part}") for part in PARTS[1:] if f"{number}.{part}" in names
                }
                left, top = entry["offset"]
                homography = file.get_tensor(f"{number}.homography")
                maps[int(number)] = FrameMap(homography, cell=entry["cell"], offset=(left, top), **optional)
    except (SafetensorError, KeyError, ValueError, TypeError) as error:
        raise IncompatibleModel(f"{path} is not a solved shot, or is damaged ({error}); train again") from None
    except OSError as error:
        raise IncompatibleModel(f"{path}: {error.strerror or error}; train first") from None
    width, height = header["solve_size"]
    return Model(
        header["key"],
        Window(*header["raster"]),
        (width, height),
        header["stiffness"],
        maps,
        header["complete"],
        header["figures"],
    )
