"""What a training would take, asked of a worker a moment after the last change of a knob."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from unreel.plugin import client, protocol
from unreel.plugin.client import Running
from unreel.plugin.face import read_face
from unreel.plugin.job import BadKnob, make_id, write_job
from unreel.plugin.nodes.started import reap
from unreel.plugin.nodes.tell import EXPECTED, spoken
from unreel.plugin.nodes.train import train_job
from unreel.plugin.runtime import find_runtime

from .signal import Signal

if TYPE_CHECKING:
    from .session import Session

QUIET_SECONDS = 0.3
"""Without a change, before it asks."""
LOOK_SECONDS = 0.1
FOLDER = "estimates"
"""Of the user's config folder: the jobs."""


class Estimator:
    """Asks for what the knobs say now; an answer to what they said before is not taken."""

    def __init__(self, session: Session) -> None:
        self.changed: Signal[None] = Signal()
        self.told: Mapping[str, Any] = {}
        """What the job told: `time`, `memory`, `disk`, `surface`; empty where nothing is known."""
        self.problem = ""
        """Why there is no estimate: what training would refuse as well."""
        self.is_asking = False
        self._session = session
        self._turn = 0
        self._running: Running | None = None
        self._settings = {each.name for each in read_face().node("train").knobs if each.owner["kind"] != "own"}
        session.host.knob_changed.connect(self._knob_changed)
        session.closed.connect(lambda _: self.close())
        session.shot_changed.connect(self._another_shot)

    @property
    def text(self) -> str:
        """Such as `About 2 to 5 min, 1.2 GB of memory`."""
        if not self.told:
            return ""
        time, memory, disk = (self.told.get(name, "?") for name in ("time", "memory", "disk"))
        return f"About {time}; {memory} of memory, {disk} on disk"

    def ask_soon(self) -> None:
        """When nothing changes for a moment."""
        self._turn += 1
        turn = self._turn
        self._let_go()
        self.told, self.problem, self.is_asking = {}, "", self._session.shot is not None
        self.changed.emit(None)

        def ask() -> bool:
            if turn == self._turn and self._session.shot is not None:
                self._ask(turn)
            return False

        self._session.loop.later(ask, QUIET_SECONDS)

    def close(self) -> None:
        """Nothing is asked any more, and no answer is waited for."""
        self._session.host.knob_changed.disconnect(self._knob_changed)
        self._session.shot_changed.disconnect(self._another_shot)
        self._turn += 1
        self._let_go()

    def _another_shot(self, _: None) -> None:
        if not self._session.opening:
            self.ask_soon()

    def _knob_changed(self, which: tuple[str, str]) -> None:
        if which[0] == "train" and which[1] in self._settings:
            self.ask_soon()

    def _ask(self, turn: int) -> None:
        if self._session.training() is not None:  # the machine is busy, and the knobs are of the next one
            self._end("")
            return
        try:
            job = replace(train_job(self._session.node("train")), command="estimate", id=make_id("estimate"))
            folder = write_job(job, self._session.settings.folder / FOLDER)
            self._running = running = client.start(folder, find_runtime())
        except (*EXPECTED, BadKnob) as error:
            self._end(spoken(error))
            return
        self._session.loop.later(self._look_at(running, turn), LOOK_SECONDS)

    def _look_at(self, running: Running, turn: int) -> Callable[[], bool]:
        def look() -> bool:
            if turn != self._turn:
                return False
            status = running.poll()
            if not status.ended:
                return True
            for event in running.events():
                if event.get("event") == "result":
                    self.told = dict(event.get("result") or {})
            self._end("" if status.state == protocol.DONE else status.message)
            return False

        return look

    def _end(self, problem: str) -> None:
        self.problem, self.is_asking = problem, False
        self._let_go()
        self.changed.emit(None)

    def _let_go(self) -> None:
        """An attached worker ends when nobody holds it."""
        running, self._running = self._running, None
        if running is not None:
            running.close()
            if running.process is not None:
                reap(running.process)
