"""How the model tells those who show it that something changed."""

from __future__ import annotations

from collections.abc import Callable
from inspect import ismethod
from typing import Generic, TypeVar
from weakref import WeakMethod

T = TypeVar("T")


class Signal(Generic[T]):
    """Calls its listeners in the order they came. A bound method is held weakly: it goes with its object."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[], Callable[[T], object] | None]] = []

    def connect(self, listener: Callable[[T], object]) -> None:
        self._listeners.append(WeakMethod(listener) if ismethod(listener) else lambda: listener)

    def disconnect(self, listener: Callable[[T], object]) -> None:
        """Nothing happens where it was not connected."""
        self._listeners = [each for each in self._listeners if each() not in (None, listener)]

    def emit(self, value: T) -> None:
        """A listener that was dropped, or disconnected meanwhile by another, is not called."""
        for each in tuple(self._listeners):
            listener = each()
            if listener is None:
                self._listeners.remove(each)
            elif each in self._listeners:
                listener(value)
