from __future__ import annotations

import pytest
from unreel.qt_panel.model.view_state import ViewState


def test_it_tells_what_changed_and_only_that():
    view, told = ViewState(), []
    view.changed.connect(told.append)
    view.change(exposure=1.0, gamma=1.0)
    view.change(exposure=1.0)
    assert told == [{"exposure"}] and view.exposure == 1.0


def test_numbers_stay_in_their_range():
    view = ViewState()
    view.change(exposure=99, gamma=0, wipe_at=-1)
    assert (view.exposure, view.gamma, view.wipe_at) == (10.0, 0.1, 0.0)


def test_an_unknown_name_is_our_own_mistake():
    with pytest.raises(TypeError, match="no 'brightness'"):
        ViewState().change(brightness=1.0)


def test_reset_leaves_the_colour_view_alone():
    view = ViewState()
    view.change(exposure=2.0, channel="R", view="Un-tone-mapped")
    view.reset()
    assert (view.exposure, view.channel, view.view) == (0.0, "C", "Un-tone-mapped")
    assert view.kept()["view"] == "Un-tone-mapped"
