"""Trained fields on disk: `fields.safetensors`, and while they are trained a checkpoint with what going on needs."""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from ..errors import IncompatibleModel
from ..shot import Shot
from ..whole_file import replaced_whole
from .neural_build import Fields, make_fields
from .neural_settings import FieldsSettings

log = logging.getLogger(__name__)

SCHEMA = 1
FREE = {"core_seconds", "device", "log"}
"""What may differ between a run and the one that goes on from it."""


@dataclass(frozen=True)
class Saved:
    header: dict[str, Any]
    tensors: dict[str, Tensor]


def write_saved(path: Path, header: dict[str, Any], tensors: dict[str, Tensor]) -> None:
    whole = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    with replaced_whole(path, make_folders=False) as temporary:
        temporary.write_bytes(save(whole, {"unreel": json.dumps({"schema": SCHEMA, **header})}))


def read_saved(path: Path) -> Saved:
    """IncompatibleModel if the file is none of ours, damaged, or of another schema."""
    try:
        with safe_open(str(path), "pt") as file:
            header = json.loads((file.metadata() or {})["unreel"])
            if header["schema"] != SCHEMA:
                raise IncompatibleModel(f"{path} has schema {header['schema']}, this Unreel reads {SCHEMA}")
            return Saved(header, {name: file.get_tensor(name) for name in file.keys()})
    except (SafetensorError, KeyError, ValueError, TypeError) as error:
        raise IncompatibleModel(f"{path} holds no trained fields, or is damaged ({error}); train again") from None
    except OSError as error:
        raise IncompatibleModel(f"{path}: {error.strerror or error}; train with solve.engine=fields") from None


def identity_of(shot: Shot, key: int) -> str:
    """The same while a checkpoint is of this shot, these settings and this key frame."""
    settings = shot.settings
    told = settings.fields.model_dump_json(exclude=FREE)
    mattes = f"{settings.matte} {settings.front}"
    inputs = f"{shot.fingerprint()} {shot.frames} {shot.proxy_size} {key} {settings.seed} {told} {mattes}"
    return hashlib.sha256(inputs.encode()).hexdigest()


def read_checkpoint(path: Path, identity: str) -> Saved | None:
    """None where there is none that fits; a line in the log if there is another."""
    if not path.exists():
        return None
    try:
        saved = read_saved(path)
    except IncompatibleModel as error:
        log.warning("%s; training starts anew", error)
        return None
    if saved.header.get("identity") != identity:
        log.warning("the fields that were reached are of other settings or files; training starts anew")
        return None
    return saved


def write_fields(path: Path, fields: Fields, settings: FieldsSettings, header: dict[str, Any]) -> None:
    """The fields alone, and what is needed to build them again."""
    told = header | {"settings": settings.model_dump(mode="json", exclude=FREE)}
    write_saved(path, told, dict(fields.module.state_dict()))


def read_fields(path: Path) -> tuple[Fields, dict[str, Any]]:
    """The fields, and `frames`, `size`, `key`, `step` they were written with."""
    saved = read_saved(path)
    try:
        settings = FieldsSettings.model_validate(saved.header["settings"])
        width, height = saved.header["size"]
        fields = make_fields(settings, len(saved.header["frames"]), (width, height), 0)
        fields.module.load_state_dict(saved.tensors)
    except (KeyError, ValueError, RuntimeError) as error:
        raise IncompatibleModel(f"{path} does not fit its own settings ({error}); train again") from None
    for parameter in fields.module.parameters():
        parameter.requires_grad_(False)
    return fields, saved.header
