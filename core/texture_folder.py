"""A texture kept in a folder: an EXR with its pixels and a JSON file with the rest."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from pathlib import Path
from typing import Any, get_args

import numpy as np

from .errors import IncompatibleModel, InputError, UnreadableFile
from .exr_read import read_frame
from .exr_write import make_frame, write_frame
from .frame import Window, channel, rgb
from .paint import Mode
from .texture import Texture
from .whole_file import replaced_whole

SCHEMA = 1
SETTINGS = "texture.json"


def write_texture(folder: str | Path, texture: Texture) -> None:
    """Keep `texture` in `folder`, instead of the one that was there. Float32 pixels, bit for bit.

    The picture has a name of its own and the JSON file names it last, so a reader finds the old or the new one whole.
    """
    folder = Path(folder)
    content: dict[str, Any] = {"schema": SCHEMA, "name": texture.name, "on": texture.on, "mode": texture.mode}
    content |= {"opacity": texture.opacity, "notes": list(texture.notes), "key": texture.key, "picture": None}
    if not texture.empty:
        planes = {name: np.ascontiguousarray(texture.layer[..., i]) for i, name in enumerate("RGB")}
        planes["A"] = np.ascontiguousarray(texture.alpha)
        digest = hashlib.sha256(repr(texture.window).encode())
        for plane in planes.values():
            digest.update(plane.tobytes())
        content["picture"] = f"paint-{digest.hexdigest()[:12]}.exr"
        write_frame(folder / content["picture"], make_frame(planes, texture.window, kind="data"))
    with replaced_whole(folder / SETTINGS) as temporary:
        temporary.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    for old in folder.glob("paint-*.exr"):
        if old.name != content["picture"]:
            with suppress(OSError):
                old.unlink()


def read_texture(folder: str | Path) -> Texture:
    """The texture in `folder`. InputError: there is none. IncompatibleModel: a newer Unreel wrote it."""
    path = Path(folder) / SETTINGS
    if not path.exists():
        raise InputError(f"{folder} holds no texture; import one first")
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        schema = int(content["schema"])
        if schema > SCHEMA:
            raise IncompatibleModel(f"{path} was written by a newer Unreel (schema {schema}); update this one")
        return texture_of(path.parent, content)
    except (KeyError, TypeError, ValueError, OSError) as error:
        raise UnreadableFile(f"{path} is damaged ({error}); import the texture again") from error


def texture_of(folder: Path, content: dict[str, Any]) -> Texture:
    """The texture that the JSON file's `content` describes. ValueError, KeyError where it makes no sense."""
    on, mode, key = content["on"], content["mode"], content.get("key")
    if mode not in get_args(Mode) or not (on == "canonical" or type(on) is int) or type(key) not in (int, type(None)):
        raise ValueError(f"mode {mode!r} on {on!r} of key {key!r}")
    rest = (on, mode, float(content["opacity"]), str(content["name"]), tuple(map(str, content["notes"])), key)
    if content["picture"] is None:
        return Texture(np.zeros((0, 0, 3), np.float32), np.zeros((0, 0), np.float32), Window(0, 0, 0, 0), *rest)
    frame = read_frame(folder / Path(content["picture"]).name)
    return Texture(rgb(frame), channel(frame, "A").astype(np.float32), frame.data, *rest)
