"""What holds for every test: quiet threads, no studio's settings, and shapes that are checked."""

from __future__ import annotations

import os
from pathlib import Path

# Before torch or numba start their threads: idle ones that spin take a core from the ones that work.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
# A studio's colour config would change what the known answers are.
os.environ.pop("OCIO", None)

import jaxtyping
from hypothesis import settings

ROOT = Path(__file__).resolve().parents[1]

# Compiling takes longer than hypothesis' patience the first time; CI sees the same examples every time.
settings.register_profile("unreel", deadline=None, database=None, derandomize="CI" in os.environ)
settings.load_profile("unreel")


def modules_with_shapes() -> list[str]:
    """The field modules that write shapes in their signatures. Compiled ones can't: numba does not take the wrapper."""
    folder = ROOT / "core" / "fields"
    texts = {path: path.read_text(encoding="utf-8") for path in folder.rglob("*.py")}
    return [
        ".".join(("unreel", *path.relative_to(ROOT).with_suffix("").parts))
        for path, text in sorted(texts.items())
        if "from jaxtyping import" in text and path.name != "__init__.py"
    ]


if modules_with_shapes():
    jaxtyping.install_import_hook(modules_with_shapes(), "beartype.beartype")
