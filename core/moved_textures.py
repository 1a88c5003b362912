"""What was painted on a canonical that another one takes the place of."""

from __future__ import annotations

import logging

from .errors import UnreelError
from .unreel_folder import UnreelFolder

log = logging.getLogger(__name__)


def warn_of_moved_textures(folder: UnreelFolder, key: int, further: tuple[int, ...]) -> None:
    """A line in the log where other key frames take the canonical away from what was painted on it."""
    try:
        before = folder.read_model().key
    except UnreelError:
        return
    for texture in map(folder.read_texture, folder.textures):
        if texture.on != "canonical":
            continue
        was = before if texture.key is None else texture.key
        if texture.key is None and was != key:
            change = f"which is {key} now"
        elif texture.key is not None and was not in (key, *further):
            change = "which is no key now"
        else:
            continue
        log.warning(
            "%s: painted on the canonical of key frame %d, %s; export, paint and import again, or train with --key %d",
            texture.name,
            was,
            change,
            was,
        )
