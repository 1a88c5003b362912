from __future__ import annotations

from itertools import product

import pytest
from unreel.qt_panel.views import icons
from unreel.qt_panel.views.theme import COLOURS, style_sheet

READ_ON = [
    *product(("text", "strong", "dim", "accent", "attention", "wrong", "good"), ("window", "panel")),
    *product(("text", "strong", "dim"), ("field", "control", "viewer")),
    ("on_accent", "accent"),
    ("on_accent", "accent_hover"),
    ("strong", "selection"),
]
"""Text, and what it stands on."""
GREYS = ("window", "panel", "field", "viewer", "line", "control", "control_hover", "control_line", "text", "dim", "off")


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.1."""
    codes = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in codes)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_as_it_is_defined():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(("text", "ground"), READ_ON)
def test_text_is_readable(text: str, ground: str):
    assert contrast(COLOURS[text], COLOURS[ground]) >= 4.5


def test_what_is_off_can_still_be_made_out():
    assert min(contrast(COLOURS["off"], COLOURS[ground]) for ground in ("window", "panel", "field")) >= 3


@pytest.mark.parametrize("name", GREYS)
def test_greys_have_no_tint(name: str):
    assert len({COLOURS[name][at : at + 2] for at in (1, 3, 5)}) == 1


def test_every_colour_of_the_style_sheet_is_the_themes():
    assert "$" not in style_sheet() and "#2b2b2b" in style_sheet()


def test_every_picture_is_drawn(qapp):
    names = sorted(path.stem for path in icons.FOLDER.glob("*.svg"))
    assert len(names) > 24
    for name in names:
        image = icons.icon(name).pixmap(16, 16).toImage()
        assert any(image.pixelColor(x, y).alpha() for x in range(image.width()) for y in range(image.height())), name
