"""Makes the keys of docs/panel.md from the panel's list of them: `python docs/make_panel.py`."""

from __future__ import annotations

from pathlib import Path

from unreel.qt_panel.model.shortcuts import SHORTCUTS, Shortcut

PAGE = Path(__file__).parent / "panel.md"
MARK = "## Keys\n"

HEAD = """
Made by `docs/make_panel.py` from `qt_panel/model/shortcuts.py`. Where text is typed, keys write. On macOS `Ctrl` is ⌘.
"""
WHERE = {
    "everywhere": "Everywhere",
    "matte": "On the page Matte",
    "train": "On the page Train",
    "paint": "On the page Paint",
    "propagate": "On the page Propagate",
}
"""In the order of the pages."""


def make_keys() -> str:
    """The section, with its head; a table for each context that has keys of its own."""
    parts = [MARK, HEAD]
    for context, title in WHERE.items():
        rows = [make_row(each) for each in SHORTCUTS if each.context == context]
        if rows:
            parts.append("\n".join([f"\n{title}:\n", "| key | what it does |", "|---|---|", *rows, ""]))
    return "".join(parts)


def make_row(shortcut: Shortcut) -> str:
    """A key that is a backtick stands between two of them."""
    keys = ", ".join(f"`` {key} ``" if "`" in key else f"`{key}`" for key in shortcut.keys)
    return f"| {keys} | {shortcut.text} |"


def make_page(page: str) -> str:
    """The page with the keys as they are now; its own words stay."""
    return page.partition(MARK)[0] + make_keys()


if __name__ == "__main__":
    PAGE.write_text(make_page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    print(PAGE)
