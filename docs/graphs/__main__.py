"""Makes the pictures of graphs: `python -m docs.graphs` in the repository, where pytest and Graphviz's `dot` are."""

from . import PICTURES, source_now
from .picture import make_picture

for path in PICTURES:
    path.write_text(make_picture(source_now(path.stem)), encoding="utf-8")
