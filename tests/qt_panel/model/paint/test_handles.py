"""Things that are taken hold of go where they are put."""

from __future__ import annotations

import numpy as np
import pytest
from unreel.qt_panel.model.paint.handles import (
    angle_of,
    grip_at,
    middle_of,
    moved,
    pulled,
    quad_of,
    scale_of,
    scaled,
    turned,
)
from unreel.qt_panel.model.paint.placed import usual_font
from unreel.qt_panel.model.paint.strokes import Placed, Text

SIZE = (60, 40)
IMAGE = Placed("a.png", (1, 0, 100, 0, 1, 50, 0, 0, 1))


def text() -> Text:
    return Text("Hello", usual_font() or "", 30, (1, 1, 1), (100, 80))


@pytest.mark.parametrize("thing", [IMAGE, text()], ids=["image", "text"])
def test_move_scale_and_turn_do_with_the_corners_what_they_say(thing):
    quad = quad_of(thing, SIZE)
    assert np.allclose(quad_of(moved(thing, (5, -7)), SIZE), quad + np.array([5, -7]))
    about = middle_of(quad)
    # A font has whole pixels, and each letter its own.
    near = 0.01 if isinstance(thing, Placed) else 3.0
    assert np.allclose(quad_of(scaled(thing, about, 2), SIZE), 2 * (quad - about) + about, atol=near)
    right = (quad - about)[:, ::-1] * [-1, 1] + about
    assert np.allclose(quad_of(turned(thing, about, 90), SIZE), right, atol=1e-6)
    assert angle_of(turned(thing, about, 90), SIZE) == pytest.approx(90)


def test_a_corner_that_is_pulled_leaves_the_others():
    quad = quad_of(IMAGE, SIZE)
    made = quad_of(pulled(IMAGE, SIZE, 2, (190, 120)), SIZE)
    assert np.allclose(made[[0, 1, 3]], quad[[0, 1, 3]], atol=1e-4) and made[2] == pytest.approx([190, 120], abs=1e-4)
    assert pulled(IMAGE, SIZE, 2, (90, 40)) == IMAGE, "it would be folded"


def test_what_is_taken_hold_of():
    quad = quad_of(IMAGE, SIZE)
    assert grip_at(quad, (101, 51), 4) == ("corner", 0) and grip_at(quad, (159, 88), 4) == ("corner", 2)
    assert grip_at(quad, (130, 70), 4) is not None and grip_at(quad, (130, 70), 4)[0] == "inside"
    assert grip_at(quad, (168, 95), 4) == ("turn", 2) and grip_at(quad, (300, 300), 4) is None


def test_the_numbers_of_a_picture():
    made = turned(scaled(IMAGE, (0, 0), 1.5), (10, 10), 30)
    assert isinstance(made, Placed)
    assert scale_of(made, SIZE) == pytest.approx(1.5) and angle_of(made, SIZE) == pytest.approx(30)
