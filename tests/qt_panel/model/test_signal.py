from __future__ import annotations

from unreel.qt_panel.model.signal import Signal


def test_listeners_are_called_in_turn_until_they_are_disconnected():
    signal: Signal[int] = Signal()
    heard: list[tuple[str, int]] = []

    def one(value: int) -> None:
        heard.append(("one", value))
        signal.disconnect(two)

    def two(value: int) -> None:
        heard.append(("two", value))

    signal.connect(two)
    signal.connect(one)
    signal.emit(1)
    signal.emit(2)
    assert heard == [("two", 1), ("one", 1), ("one", 2)]


def test_a_listener_disconnected_by_one_before_it_is_not_called():
    signal: Signal[None] = Signal()
    heard: list[str] = []

    def second(_: None) -> None:
        heard.append("second")

    signal.connect(lambda _: signal.disconnect(second))
    signal.connect(second)
    signal.emit(None)
    assert heard == []


def test_a_method_goes_with_its_object():
    class View:
        heard = 0

        def show(self, _: None) -> None:
            View.heard += 1

    signal: Signal[None] = Signal()
    view = View()
    signal.connect(view.show)
    signal.emit(None)
    del view
    signal.emit(None)
    assert View.heard == 1
