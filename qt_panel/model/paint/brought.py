"""What of the paint is in the unreel folder already, as textures."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from unreel.core.frame import Window
from unreel.core.whole_file import replaced_whole

from .layers import Layer
from .strokes import Op, op_to_json

NAME = "brought_in.json"
PREFIX = "panel_"
"""Of the panel's textures."""


class Brought:
    """A note beside the journal: for each layer what it was like when it was brought in."""

    def __init__(self, folder: Path, unreel: Path) -> None:
        self._file, self._unreel = folder / NAME, unreel
        self._noted = _read(self._file)
        self._digests: dict[int, tuple[Op, bytes]] = {}
        """Of each op, by its id in memory: a long layer changes by one op at a time."""

    def has_layer(self, layer: Layer, window: Window) -> bool:
        """Whether a layer is there as it is now."""
        return self.has(texture_name(layer), str(layer.id), self.digest(layer, window))

    def digest(self, layer: Layer, window: Window) -> str:
        """The same for the same paint, mode and opacity in the same place."""
        place = [layer.on, layer.mode, layer.opacity, window.x, window.y, window.width, window.height]
        total = hashlib.sha256(json.dumps(place).encode())
        for op in layer.ops:
            total.update(self._digest(op))
        return total.hexdigest()

    def _digest(self, op: Op) -> bytes:
        known = self._digests.get(id(op))
        if known is None or known[0] is not op:
            known = op, hashlib.sha256(json.dumps(op_to_json(op)).encode()).digest()
            self._digests[id(op)] = known
        return known[1]

    def has(self, texture: str, id: str, digest: str) -> bool:
        """Whether a texture is there that was made of just that."""
        is_there = (self._unreel / "textures" / texture / "texture.json").is_file()
        return is_there and self._noted.get(id) == digest

    def note(self, id: str, digest: str) -> None:
        """It is in now; `digest`: as it was when it was written. UnreelError where that can't be noted."""
        self._noted[id] = digest
        with replaced_whole(self._file) as temporary:
            temporary.write_text(json.dumps(self._noted, indent=1) + "\n", encoding="utf-8")


def is_ours(texture: str) -> bool:
    """Whether it was painted in the panel."""
    return texture.startswith(PREFIX)


def texture_name(layer: Layer) -> str:
    """In the unreel folder; the same however the layer is called."""
    return f"{PREFIX}{layer.id}"


def _read(file: Path) -> dict[str, str]:
    """Nothing where it is missing or damaged: then all is brought in again."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        return {str(id): str(digest) for id, digest in content.items()}
    except (OSError, ValueError, AttributeError):
        return {}
