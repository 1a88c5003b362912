"""Every key of the panel, as data: the window's actions, the list under `?` and the manual are made from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Context = Literal["everywhere", "paint", "train", "matte", "propagate"]
"""A page's own keys go before those that hold everywhere."""


@dataclass(frozen=True)
class Shortcut:
    id: str
    """What it does, `group.name`."""
    keys: tuple[str, ...]
    """As Qt writes them, the first is shown."""
    text: str
    """In the list of keys."""
    context: Context = "everywhere"
    is_held: bool = False
    """It holds as long as the key is down."""


SHORTCUTS: tuple[Shortcut, ...] = (
    Shortcut("file.open", ("Ctrl+O",), "Open a shot"),
    Shortcut("file.close", ("Ctrl+Q",), "Close the panel"),
    Shortcut("page.shot", ("F1",), "Shot"),
    Shortcut("page.matte", ("F2",), "Matte"),
    Shortcut("page.train", ("F3",), "Train"),
    Shortcut("page.canonical", ("F4",), "Canonical"),
    Shortcut("page.paint", ("F5",), "Paint"),
    Shortcut("page.propagate", ("F6",), "Propagate"),
    Shortcut("page.sheet", ("F7",), "Sheet"),
    Shortcut("page.main", ("Ctrl+Return", "Ctrl+Enter"), "Do what the page's main button says"),
    Shortcut("job.stop", ("Ctrl+.",), "Stop what runs; what it reached is kept"),
    Shortcut("window.keys", ("?", "Ctrl+/"), "This list of keys"),
    Shortcut("window.panels", ("`", "Ctrl+Tab"), "Hide and show all but the picture"),
    Shortcut("window.notice", ("Escape",), "Close the newest notice, or break off a stroke"),
    Shortcut("play.toggle", ("Space",), "Play and stop"),
    Shortcut("play.back", ("J",), "Play backward"),
    Shortcut("play.stop", ("K",), "Stop"),
    Shortcut("play.forward", ("L",), "Play"),
    Shortcut("play.next", ("Right",), "Next frame"),
    Shortcut("play.previous", ("Left",), "Frame before"),
    Shortcut("play.next_ten", ("Shift+Right",), "Ten frames on"),
    Shortcut("play.previous_ten", ("Shift+Left",), "Ten frames back"),
    Shortcut("play.first", ("Home",), "First frame"),
    Shortcut("play.last", ("End",), "Last frame"),
    Shortcut("view.fit", ("F",), "Fit the picture into the viewer"),
    Shortcut("view.one_to_one", ("1",), "One pixel of the picture is one of the screen"),
    Shortcut("view.closer", ("+", "="), "Closer"),
    Shortcut("view.farther", ("-",), "Farther"),
    Shortcut("view.brighter", ("E",), "Half a stop brighter"),
    Shortcut("view.darker", ("Shift+E",), "Half a stop darker"),
    Shortcut("view.reset", ("0",), "Exposure, gamma and channel as at the start"),
    Shortcut("view.colour", ("C",), "Colour"),
    Shortcut("view.red", ("R",), "Red alone"),
    Shortcut("view.green", ("G",), "Green alone"),
    Shortcut("view.blue", ("B",), "Blue alone; while painting only by the viewer's bar"),
    Shortcut("view.alpha", ("A",), "Alpha alone"),
    Shortcut("view.luminance", ("Y",), "Luminance alone"),
    Shortcut("view.windows", ("O",), "Outlines of data and display window"),
    Shortcut("compare.wipe", ("W",), "Wipe between two pictures"),
    Shortcut("compare.flicker", ("Q",), "While held: the other picture", is_held=True),
    Shortcut("compare.difference", ("D",), "Difference of two pictures"),
    Shortcut("tool.look", ("V",), "Look: drag moves the picture"),
    Shortcut("edit.undo", ("Ctrl+Z",), "Undo"),
    Shortcut("edit.redo", ("Ctrl+Shift+Z", "Ctrl+Y"), "Redo"),
    *(
        Shortcut(f"tool.{name}", (key,), text, context)
        for context in ("paint", "matte")
        for name, key, text in (("brush", "B", "Brush"), ("eraser", "X", "Eraser"))
    ),
    Shortcut("tool.picker", ("I",), "Pick a colour from the picture", "paint"),
    Shortcut("tool.line", ("N",), "Line", "paint"),
    Shortcut("tool.text", ("T",), "Text", "paint"),
    Shortcut("tool.image", ("M",), "Place an image", "paint"),
    *(
        Shortcut(f"brush.{name}", (key,), text, context)
        for context in ("paint", "matte")
        for name, key, text in (
            ("smaller", "[", "Smaller brush"),
            ("larger", "]", "Larger brush"),
            ("softer", "{", "Softer brush"),
            ("harder", "}", "Harder brush"),
        )
    ),
    *(Shortcut(f"brush.opacity_{n}", (f"Alt+{n}",), f"Brush at {n or 10}0 % opacity", "paint") for n in range(10)),
)


def in_context(context: str) -> dict[str, tuple[str, ...]]:
    """Id -> keys on a page: its own, and those of everywhere that it does not take itself."""
    own = [each for each in SHORTCUTS if each.context == context and context != "everywhere"]
    taken = {key for each in own for key in each.keys}
    found = {each.id: each.keys for each in own}
    for each in SHORTCUTS:
        if each.context == "everywhere":
            found[each.id] = tuple(key for key in each.keys if key not in taken)
    return found
