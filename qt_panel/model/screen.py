"""The display transform in use, made and run beside the loop."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
from unreel.core.color import BUILT_IN_CONFIG
from unreel.core.errors import UnreelError

from .display import DisplayTransform, Look, default_view, displays_of, views_of
from .loop import Loop
from .signal import Signal
from .view_state import ViewState

WARM = (Look(), Look(gamma=2.0))
"""Made before they are asked for: the first picture of each takes a while."""


class Screen:
    """Every method is called in the loop's thread."""

    def __init__(self, loop: Loop, view: ViewState) -> None:
        self.changed: Signal[None] = Signal()
        """Pictures have to be made anew."""
        self.offered: Signal[None] = Signal()
        """Displays and views are known, or others than before."""
        self.transform: DisplayTransform | None = None
        """None until it is made."""
        self.look = Look(view.exposure, view.gamma, view.channel)
        self.version = 0
        """Another number, another picture of the same."""
        self.displays: tuple[str, ...] = ()
        self.views: tuple[str, ...] = ()
        self.problem = ""
        """Why the view that was asked for is not shown."""
        self.is_graded = False
        """The plate was made for a screen: the default view is one that shows it as it is."""
        self._loop, self._view = loop, view
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="screen")
        self._asked: dict[object, object] = {}
        self._turn = 0
        self._closed = False
        view.changed.connect(self._view_changed)
        self._make()

    def set_graded(self, is_graded: bool) -> None:
        if is_graded != self.is_graded:
            self.is_graded = is_graded
            if not self._view.view:
                self._make()

    def exact(self, owner: object, make: Callable[[], np.ndarray], then: Callable[[np.ndarray], object]) -> None:
        """Have something made in the thread; `then` is called in the loop's unless the owner asked anew meanwhile."""
        token = object()
        self._asked[owner] = token

        def work() -> None:
            if self._asked.get(owner) is token and not self._closed:
                made = make()
                self._loop.soon(lambda: self._exact_came(owner, token, made, then))

        self._submit(work)

    def give_up(self, owner: object) -> None:
        """What the owner asked for is not wanted any more."""
        self._asked.pop(owner, None)

    def close(self) -> None:
        self._closed = True
        self._asked.clear()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _exact_came(self, owner: object, token: object, made: np.ndarray, then: Callable[[np.ndarray], object]) -> None:
        if self._asked.get(owner) is token:
            del self._asked[owner]
            then(made)

    def _view_changed(self, names: frozenset[str]) -> None:
        if names & {"display", "view"}:
            self._make()
        if names & {"exposure", "gamma", "channel"}:
            self.look = Look(self._view.exposure, self._view.gamma, self._view.channel)
            self._renew()

    def _renew(self) -> None:
        self.version += 1
        self.changed.emit(None)

    def _make(self) -> None:
        self._turn += 1
        turn, wanted, is_graded = self._turn, (self._view.display, self._view.view), self.is_graded

        def work() -> None:
            try:
                made = make_transform(config_in_use(), *wanted, is_graded)
            except UnreelError as error:
                text = str(error)
                self._loop.soon(lambda: self._failed(turn, text))
            else:
                self._loop.soon(lambda: self._made(turn, *made))

        self._submit(work)

    def _submit(self, work: Callable[[], None]) -> None:
        """A fault of our own is raised in the loop, where it is told."""
        if not self._closed:
            self._pool.submit(work).add_done_callback(self._done)

    def _done(self, done: Future[None]) -> None:
        if not done.cancelled() and done.exception() is not None:
            self._loop.soon(done.result)

    def _made(self, turn: int, transform: DisplayTransform, problem: str) -> None:
        if turn != self._turn or self._closed:
            return
        self.transform, self.problem = transform, problem
        self.displays, self.views = transform.displays, transform.views
        self.offered.emit(None)
        self._renew()

    def _failed(self, turn: int, text: str) -> None:
        if turn == self._turn and not self._closed:
            self.problem = text
            self.offered.emit(None)


def config_in_use() -> str:
    return os.environ.get("OCIO") or BUILT_IN_CONFIG


def make_transform(config: str, display: str, view: str, is_graded: bool) -> tuple[DisplayTransform, str]:
    """The view that was asked for, or the default where the config has none such, and why. UnreelError."""
    problem = ""
    if display and display not in displays_of(config):
        problem, display = f"the colour config has no display {display}", ""
    first = DisplayTransform(config, display)
    if view and view not in views_of(config, first.display):
        problem, view = problem or f"the display {first.display} has no view {view}", ""
    transform = DisplayTransform(config, first.display, view or default_view(config, first.display, is_graded))
    pixel = np.zeros((1, 1, 4), np.float16)
    for look in WARM:
        transform.quick(pixel, look)
    return transform, problem
