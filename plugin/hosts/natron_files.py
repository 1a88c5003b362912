"""What a reader and a writer of Natron are set to. Not every decoder and encoder has all of it."""

from __future__ import annotations

from .natron_native import Choice, SameAs, Setting


def read_values(still: bool, raw: bool) -> tuple[dict[str, Setting], dict[str, Setting]]:
    """Of a reader: what must be there, and what not every decoder has. Its file is given when it is made."""
    beyond = Choice(("hold", "Hold")) if still else Choice(("error", "Error"))
    values: dict[str, Setting] = {"onMissingFrame": Choice(("error", "Error")), "before": beyond, "after": beyond}
    if_there: dict[str, Setting] = {"outputComponents": Choice(("RGBA", "rgba"))}
    if raw:
        premult = Choice(("premult", "PreMultiplied"))
        if_there = {  # in this order: a reader that gives RGB takes no outputPremult
            **if_there,
            "ocioInputSpace": SameAs("ocioOutputSpace"),
            "filePremult": premult,
            "outputPremult": premult,
        }
    return values, if_there


UNLIKE_READ: dict[str, Setting] = {"onMissingFrame": Choice(("black", "Black"))}
"""What a reader is made to hold for a moment; not its default, and not what `read_values` has."""
WRITER: dict[str, Setting] = {
    "formatType": Choice(("input", "Input Format")),
    "frameRange": Choice(("manual", "Manual")),
}
WRITER_IF_THERE: dict[str, Setting] = {
    "bitDepth": Choice(("32f",)),
    "compression": Choice(("zips",)),
    "overwrite": True,
    "inputPremult": Choice(("premult", "PreMultiplied")),
    "ocioOutputSpace": SameAs("ocioInputSpace"),
}
"""Of a writer that bakes: float, lossless, the plate's own window, no colour transform."""
