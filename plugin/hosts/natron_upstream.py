"""What an input of a node reads in Natron, where a Read is directly there and changes nothing."""

from __future__ import annotations

import html
import os
import re
from typing import Any

from ..nodes.host import PlateFile

PROJECT = re.compile(r"<Name>Project</Name>\s*<Value>(.*?)</Value>", re.DOTALL)
LINEAR = {"linear": "scene_linear"}
"""Names that a reader has for one space; for an EXR it stands at one, and gives the other."""
PRINTF = re.compile(r"%0?(\d*)d")


def project_folder(app: Any) -> str | None:
    """Of the saved project, from Natron's table of project paths."""
    param = app.getProjectParam("projectPaths")
    found = PROJECT.search(str(param.getValue())) if param is not None else None
    folder = html.unescape(found.group(1)).strip() if found else ""
    return folder.rstrip("/\\") or None if os.path.isabs(folder) else None


def plate_file(app: Any, reader: Any) -> PlateFile | None:
    """None where it is no reader, is switched off, or shifts, converts or multiplies what is in its files."""
    if not reader.isReaderNode() or is_on(reader, "disableNode"):
        return None
    first, last = number(reader, "firstFrame"), number(reader, "lastFrame")
    path = text(reader, "filename")
    if first is None or last is None or not path:
        return None
    if is_shifted(reader, first):
        return None
    if (
        len({LINEAR.get(space, space) for space in (text(reader, "ocioInputSpace"), text(reader, "ocioOutputSpace"))})
        > 1
    ):
        return None
    if option(reader, "filePremult") == "unpremult" or option(reader, "outputPremult") == "unpremult":
        return None
    layer = option(reader, "outputLayer")
    if layer and not layer.lower().startswith("color"):
        return None
    whole = expanded(app, path)
    return PlateFile(whole, first, last) if whole is not None else None


def is_shifted(reader: Any, first: int) -> bool:
    """Whether a file's number is not its frame: by the one of the two ways that Frame Mode says."""
    by_offset = number(reader, "frameMode") == 1
    if by_offset:
        return number(reader, "timeOffset") not in (None, 0)
    return number(reader, "startingTime") not in (None, first)


def expanded(app: Any, path: str) -> str | None:
    """Absolute, with # for each digit. None for a project path other than [Project]."""
    folder = project_folder(app)
    path = without_project(app, path)
    if not os.path.isabs(path):
        if path.startswith("[") or folder is None:
            return None
        path = os.path.join(folder, path)
    return PRINTF.sub(lambda found: "#" * int(found.group(1) or 1), os.path.normpath(path))


def without_project(app: Any, path: str) -> str:
    """Natron writes [Project] for the project's folder into paths below it, when it saves."""
    folder = project_folder(app)
    if not path.startswith("[Project]") or folder is None:
        return path
    return os.path.join(folder, path[len("[Project]") :].lstrip("/\\"))


def number(effect: Any, name: str) -> int | None:
    param = effect.getParam(name)
    return None if param is None else int(param.getValue())


def text(effect: Any, name: str) -> str:
    param = effect.getParam(name)
    return "" if param is None else str(param.getValue())


def is_on(effect: Any, name: str) -> bool:
    param = effect.getParam(name)
    return param is not None and bool(param.getValue())


def option(effect: Any, name: str) -> str:
    param = effect.getParam(name)
    return "" if param is None else str(param.getOption(param.getValue()))
