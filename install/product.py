"""What the checkout says of itself: version, and the oldest version of each host."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from failure import InstallFailed
from host_zip import TWIN


@dataclass(frozen=True)
class Product:
    version: str
    least: dict[str, str]
    """Host: its oldest version that works."""


def read_product(root: Path) -> Product:
    try:
        table = json.loads((root / TWIN).read_text(encoding="utf-8"))
        return Product(str(table["version"]), {host: str(its["least"]) for host, its in table["hosts"].items()})
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InstallFailed(
            f"{root / TWIN} can't be used: {error}.",
            "The version of Unreel and of its hosts is read from it.",
            "Make it anew: python -m unreel.core.face",
        ) from None
