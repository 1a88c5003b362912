from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np
import pytest
from unreel.qt_panel.model.display import AS_IT_IS, Look
from unreel.qt_panel.model.loop import InTurn
from unreel.qt_panel.model.screen import Screen
from unreel.qt_panel.model.view_state import ViewState


@pytest.fixture
def view() -> ViewState:
    return ViewState()


@pytest.fixture
def screen(loop: InTurn, view: ViewState) -> Iterator[Screen]:
    made = Screen(loop, view)
    yield made
    made.close()


def ready(loop: InTurn, screen: Screen) -> None:
    assert loop.run(lambda: screen.transform is not None, 20)


def test_the_transform_comes_from_a_thread_and_offers_its_views(loop: InTurn, screen: Screen):
    changes = []
    screen.changed.connect(lambda _: changes.append(screen.transform))
    assert screen.transform is None
    ready(loop, screen)
    assert changes == [screen.transform]
    assert "sRGB - Display" in screen.displays and AS_IT_IS in screen.views


def test_the_look_follows_the_view_at_once(loop: InTurn, screen: Screen, view: ViewState):
    ready(loop, screen)
    version = screen.version
    view.change(exposure=1.5, gamma=2, channel="R")
    assert screen.look == Look(1.5, 2.0, "R")
    assert screen.version > version
    version = screen.version
    view.change(wipe_at=0.2)
    assert screen.version == version


def test_another_view_is_made_and_one_there_is_not_gives_way_and_is_told(loop: InTurn, screen: Screen, view: ViewState):
    ready(loop, screen)
    view.change(view="Raw")
    assert loop.run(lambda: screen.transform.view == "Raw", 20)
    view.change(view="Film")
    assert loop.run(lambda: screen.transform.view == "ACES 1.0 - SDR Video", 20)
    assert screen.problem == "the display sRGB - Display has no view Film"
    view.change(display="Wall", view="")
    assert loop.run(lambda: "no display Wall" in screen.problem, 20)


def test_a_plate_that_was_made_for_a_screen_is_shown_as_it_was_unless_a_view_was_chosen(
    loop: InTurn, screen: Screen, view: ViewState
):
    ready(loop, screen)
    screen.set_graded(True)
    assert loop.run(lambda: screen.transform.view == AS_IT_IS, 20)
    view.change(view="Raw")
    assert loop.run(lambda: screen.transform.view == "Raw", 20)


def test_a_config_that_cannot_be_read_is_told(loop: InTurn, view: ViewState, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OCIO", "/none/such.ocio")
    screen = Screen(loop, view)
    assert loop.run(lambda: bool(screen.problem), 20)
    assert "/none/such.ocio" in screen.problem and screen.transform is None
    screen.close()


def test_of_what_an_owner_asks_for_only_the_last_comes(loop: InTurn, screen: Screen):
    gate, made, came = threading.Event(), [], []

    def make(number: int) -> np.ndarray:
        assert gate.wait(20)
        made.append(number)
        return np.array(number)

    for number in range(5):
        screen.exact("viewer", lambda number=number: make(number), came.append)
    screen.exact("another", lambda: make(9), came.append)
    gate.set()
    assert loop.run(lambda: len(came) == 2, 20)
    assert [int(each) for each in came] == [4, 9]
    assert set(made) <= {0, 4, 9}


def test_what_was_given_up_does_not_come(loop: InTurn, screen: Screen):
    came = []
    screen.exact("viewer", lambda: np.zeros(1), came.append)
    screen.give_up("viewer")
    done = []
    screen.exact("another", lambda: np.zeros(1), done.append)
    assert loop.run(lambda: bool(done), 20)
    assert came == []


def test_a_fault_of_our_own_is_raised_in_the_loop(loop: InTurn, screen: Screen):
    def faulty() -> np.ndarray:
        raise ZeroDivisionError

    screen.exact("viewer", faulty, lambda _: None)
    with pytest.raises(ZeroDivisionError):
        loop.run(lambda: False, 20)
