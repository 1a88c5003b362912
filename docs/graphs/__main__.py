"""Makes the pictures of graphs, where pytest and Graphviz's `dot` are: `python -m docs.graphs [PYTHON_WITH_BPY]`."""

import sys
import tempfile
from functools import partial
from pathlib import Path

from ..in_blender import call
from . import DRAWINGS, FOLDER, IN_BLENDER, source_in_blender, source_now
from .picture import make_picture

sources = {name: source_now(name) for name in DRAWINGS}
if len(sys.argv) > 1:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        ask = partial(call, sys.argv[1], place)
        sources |= {name: source_in_blender(name, ask, place) for name in IN_BLENDER}
for name, source in sources.items():
    (FOLDER / f"{name}.svg").write_text(make_picture(source), encoding="utf-8")
