"""What a training is asked for: a plate and values, or a `shot.yaml`, made into settings."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from .errors import UsageError
from .path_map import here, remembered
from .settings import ShotSettings, make_settings, merged, read_settings_file
from .unreel_folder import UnreelFolder

log = logging.getLogger(__name__)

PATHS = (("plate",), ("vectors", "forward"), ("vectors", "backward"), ("fields", "log"), ("ocio",))
BACKGROUND = "background"
MATTES = (("matte",), ("front",), ("layers", "matte"))


def settings_for(plate: str | None, folder: UnreelFolder, values: dict[str, Any], resume: bool) -> ShotSettings:
    """From a plate and values, from a `shot.yaml` with values over it, or those of the run that is resumed."""
    if plate is None:
        values = absolute(values, Path.cwd())
        before = folder.read_training() if resume else None
        if before is None:
            raise UsageError("name the plate, such as plate.####.exr")
        return make_settings(merged(before.settings.model_dump(), values), "the command line")
    return make_settings(*asked_for(plate, values))


def asked_for(plate: str, values: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """What a plate and values, or a `shot.yaml` with values over it, ask for; and where they do, for an error."""
    values = absolute(values, Path.cwd())
    if not plate.endswith((".yaml", ".yml")):
        return merged(absolute({"plate": plate}, Path.cwd()), values), "the command line"
    file = Path(here(plate))
    table = absolute(read_settings_file(file), file.parent)
    if "preset" in values and "solve" in table:
        log.warning("%s sets solve.* itself; the preset changes only what it leaves out", plate)
    return merged(table, values), plate


def absolute(values: dict[str, Any], base: Path) -> dict[str, Any]:
    """Paths made absolute, as all machines remember them, so that an unreel folder can be used from anywhere."""
    for place in (*PATHS, *((*matte, "path") for matte in MATTES)):
        values = with_absolute(values, place, base)
    return values


def with_absolute(table: Any, place: tuple[str, ...], base: Path) -> Any:
    """`table` with the path at `place` made absolute, in each part of a list on the way."""
    if isinstance(table, (list, tuple)):
        return [with_absolute(part, place, base) for part in table]
    if not place:
        return remembered(table, base) if isinstance(table, str) and "://" not in table else table
    if not isinstance(table, dict) or place[0] not in table:
        return table
    return {**table, place[0]: with_absolute(table[place[0]], place[1:], base)}


def parse_layers(texts: list[str]) -> list[dict[str, Any]]:
    """`NAME=MATTE` words, front to back; a background of what they leave is added where all have mattes."""
    layers: list[dict[str, Any]] = []
    for text in texts:
        name, _, path = text.partition("=")
        layers.append({"name": name.strip(), **({"matte": {"path": path.strip()}} if path.strip() else {})})
    if layers and all("matte" in layer for layer in layers):
        layers.append({"name": BACKGROUND})
    return layers
