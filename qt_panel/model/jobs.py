"""The queue: one job at a time in each unreel folder, the others wait. What runs goes on when the window is gone."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from unreel.plugin import client, protocol
from unreel.plugin.client import Running
from unreel.plugin.job import Job, jobs_folder, make_id, read_job, write_job
from unreel.plugin.nodes import started
from unreel.plugin.nodes.status import ended_line, fraction_of, running_line
from unreel.plugin.nodes.tell import EXPECTED, spoken
from unreel.plugin.protocol import Status
from unreel.plugin.runtime import WORKER, find_runtime

from .loop import Loop
from .signal import Signal

LOOK_SECONDS = 0.25
"""Between two looks at what runs."""
QUEUED = "queued.json"
"""In the folder of a job that waits: its title, and the window that will start it."""
MODULES = {"movie": "unreel.qt_panel.movie.worker"}
"""Who does a command that is not the core's."""
State = Literal["waiting", "starting", "running", "paused", "stopping", "done", "stopped", "failed", "lost"]
"""Of the queue, then of `protocol`."""
Then = Callable[[dict[str, Any]], object]
"""What is to be done with a job's result."""


@dataclass(eq=False)
class JobItem:
    """A job in the queue, as it stands now."""

    job: Job
    title: str
    """Such as `Render v003`."""
    job_folder: Path
    state: State = "waiting"
    status: Status = field(default_factory=lambda: Status(""))
    """What its worker said last."""
    result: dict[str, Any] = field(default_factory=dict)
    then: Then | None = None
    running: Running | None = None
    is_followed: bool = False
    """Who started it looks after it, too."""
    offset: int = 0
    """In its events."""

    @property
    def place(self) -> Path:
        """The same for all jobs of an unreel folder."""
        return self.job_folder.parent

    @property
    def is_over(self) -> bool:
        return self.state in protocol.ENDED

    @property
    def is_maps(self) -> bool:
        """It makes the maps that the window itself shows live: no node's own."""
        return "proxy" in self.job.flags

    @property
    def may_go_again(self) -> bool:
        """It came to no end of its own. What a button started is started by the button."""
        return self.state in (protocol.STOPPED, protocol.FAILED, protocol.LOST) and not self.is_followed

    @property
    def is_active(self) -> bool:
        """It has a worker, which may rest."""
        return self.state != "waiting" and not self.is_over

    @property
    def fraction(self) -> float:
        """Of the stage that runs, 0..1."""
        return 1.0 if self.state == protocol.DONE else fraction_of(self.status)

    @property
    def line(self) -> str:
        """How it stands, in a sentence."""
        if self.state == "waiting":
            return "waiting"
        status = replace(self.status, state=self.state)
        return ended_line(self.job.command, status) if self.is_over else running_line(self.job.command, status)


class JobQueue:
    """All jobs of the panel, oldest first. Those that wait are started in their order."""

    def __init__(self, loop: Loop) -> None:
        self.changed: Signal[None] = Signal()
        self.ended: Signal[JobItem] = Signal()
        self.event: Signal[tuple[JobItem, dict[str, Any]]] = Signal()
        """What a worker says, one event after the other."""
        self.is_paused = False
        self._items: list[JobItem] = []
        self._loop = loop
        self._looks = self._is_closed = False

    @property
    def items(self) -> tuple[JobItem, ...]:
        return tuple(self._items)

    @property
    def active(self) -> tuple[JobItem, ...]:
        """Those with a worker."""
        return tuple(item for item in self._items if item.is_active)

    @property
    def waiting(self) -> tuple[JobItem, ...]:
        return tuple(item for item in self._items if item.state == "waiting")

    def add(
        self, job: Job, title: str, then: Then | None = None, first: bool = False, place: Path | None = None
    ) -> JobItem:
        """Put it at the end, or before all that wait. OSError where its job folder can't be made.

        place: where job folders go, for a job that names no unreel folder.
        """
        item = JobItem(job, title, write_job(job, place), then=then)
        _claim(item)
        at = next((at for at, other in enumerate(self._items) if other.state == "waiting"), None)
        self._items.insert(at if first and at is not None else len(self._items), item)
        self._go_on()
        return item

    def again(self, item: JobItem) -> JobItem:
        """The same once more, after it failed or was stopped. OSError where its job folder can't be made."""
        job = replace(item.job, id=make_id(item.job.command))
        self.forget(item)
        return self.add(job, item.title, item.then, place=item.place)

    def follow(self, running: Running, job: Job, title: str) -> JobItem:
        """Show a job that someone else started and looks after. One that is shown already stays the same."""
        for item in self._items:
            if item.job_folder == running.job_folder:
                return item
        item = JobItem(job, title, running.job_folder, running=running, is_followed=True)
        self._items.append(item)
        self._read(item)
        self._go_on()
        return item

    def adopt(self, folder: Path) -> tuple[JobItem, ...]:
        """Take over what runs in an unreel folder, and what waited there when a window went away.

        The queue rests where something waited or rested: the artist who opens a shot says when it goes on.
        """
        found = []
        known = {item.job_folder for item in self._items}
        for path in sorted((path.parent for path in jobs_folder(folder).glob("*/" + protocol.JOB)), key=_order):
            item = None if path in known else _left(path)
            if item is not None:
                self._items.append(item)
                found.append(item)
        if any(item.state in ("waiting", protocol.PAUSED) for item in found):
            self.is_paused = True
        if found:
            self._go_on()
        return tuple(found)

    def pause(self) -> None:
        """Nothing more is started; what runs rests after the frame that is begun. What asks nobody runs on."""
        self.is_paused = True
        self._ask_each(Running.pause)
        self.changed.emit(None)

    def resume(self) -> None:
        """What rests goes on, and what waits is started in its turn."""
        self.is_paused = False
        self._ask_each(Running.resume)
        self._go_on()

    def _ask_each(self, ask: Callable[[Running], None]) -> None:
        """All that have a worker; where a job folder is gone or read-only, the others are asked all the same."""
        for item in self.active:
            try:
                if item.running is not None:
                    ask(item.running)
            except OSError as error:
                item.status = replace(item.status, message=spoken(error))

    def move(self, item: JobItem, to: int) -> None:
        """Among those that wait: 0 is the next one. Nothing happens to others."""
        waiting = [each for each in self._items if each.state == "waiting"]
        if item not in waiting:
            return
        waiting.remove(item)
        waiting.insert(min(max(to, 0), len(waiting)), item)
        places = iter(waiting)
        self._items = [next(places) if each.state == "waiting" else each for each in self._items]
        self.changed.emit(None)

    def cancel(self, item: JobItem) -> None:
        """Ask what runs to stop, with what it reached kept; take one that waits out of the queue."""
        if item.is_active and item.running is not None:
            item.running.cancel()
        elif not item.is_over:
            _let_go(item)
            self._end(item, Status(protocol.STOPPED, message="taken out of the queue"))
        self._go_on()

    def forget(self, item: JobItem) -> None:
        """Take what is over off the list; its job folder stays."""
        if item.is_over and item in self._items:
            self._items.remove(item)
            self.changed.emit(None)

    def close(self) -> None:
        """The window goes: what runs goes on, what waits is there for the next one. Nothing is told any more."""
        self.is_paused = self._is_closed = True
        for order, item in enumerate(self.waiting):
            try:
                _write_claim(item, None, order)
            except OSError:  # its job folder was deleted: nothing is left to hand on
                pass

    def _go_on(self) -> None:
        """Start what can be started, and look at what runs."""
        for item in tuple(self._items):
            busy = {each.place for each in self._items if each.is_active}
            if item.state == "waiting" and not self.is_paused and item.place not in busy:
                self._start(item)
        self.changed.emit(None)
        self._look_later()

    def _look_later(self) -> None:
        if not self._looks and self.active:
            self._looks = True
            self._loop.later(self._look, LOOK_SECONDS)

    def _start(self, item: JobItem) -> None:
        try:
            module = MODULES.get(item.job.command, WORKER)
            item.running = client.start(item.job_folder, find_runtime(), detached=True, module=module)
        except EXPECTED as error:
            self._end(item, Status(protocol.FAILED, message=spoken(error)))
            return
        finally:
            _let_go(item)
        started.keep(item.running)  # so that a node's own look at its job is at this process
        item.state, item.offset = protocol.STARTING, 0

    def _look(self) -> bool:
        if self._is_closed:
            return False
        before = [(item.state, item.status) for item in self._items]
        self._looks = False
        try:
            for item in self.active:
                self._read(item)
        finally:  # the fault of one that listens does not hold up the queue
            if [(item.state, item.status) for item in self._items] != before:
                self._go_on()
            self._look_later()
        return False

    def _read(self, item: JobItem) -> None:
        assert item.running is not None
        status = item.running.poll()  # before its events: all are there when it has ended
        events, item.offset = protocol.read_events(item.job_folder / protocol.EVENTS, item.offset)
        for event in events:
            if event.get("event") == "result":
                item.result = dict(event.get("result") or {})
            self.event.emit((item, event))
        item.status = status
        if not status.ended:
            item.state = status.state
        else:
            self._end(item, status)

    def _end(self, item: JobItem, status: Status) -> None:
        if item.running is not None and not item.is_followed:
            started.forget(item.running)
        item.status, item.state = status, status.state
        try:
            if item.state == protocol.DONE and item.then is not None:
                item.then(item.result)
        finally:
            self.ended.emit(item)


def _order(job_folder: Path) -> float:
    """What runs comes before what waits."""
    return float((protocol.read_json(job_folder / QUEUED) or {}).get("order", -1))


def _left(job_folder: Path) -> JobItem | None:
    """What runs, or waits for a window that is gone; None for what is over, and for other windows' own."""
    try:
        job = read_job(job_folder)
    except (protocol.NotAJob, protocol.JobTooNew, TypeError):
        return None
    queued = protocol.read_json(job_folder / QUEUED)
    if queued is not None:
        if _is_there(queued):
            return None
        item = JobItem(job, str(queued.get("title") or job.command), job_folder)
        _claim(item)
        return item
    if protocol.read_status(job_folder) is None:  # written for a terminal
        return None
    running = started.find(job_folder)
    status = running.poll()
    if status.ended:
        return None
    node = str(job.made_by.get("node") or job.command)
    return JobItem(job, node, job_folder, status.state, status, running=running)


def _claim(item: JobItem) -> None:
    """This window will start it. OSError where the job folder can't be written to."""
    _write_claim(item, os.getpid(), time.time())


def _write_claim(item: JobItem, pid: int | None, order: float) -> None:
    told = {"title": item.title, "machine": platform.node(), "pid": pid, "order": order}
    protocol.write_json(item.job_folder / QUEUED, told)


def _let_go(item: JobItem) -> None:
    try:
        (item.job_folder / QUEUED).unlink()
    except OSError:
        pass


def _is_there(queued: dict[str, Any]) -> bool:
    """Whether the window that put it into its queue is still open, as far as can be told."""
    pid = queued.get("pid")
    machine = str(queued.get("machine"))
    if pid is None or (pid, machine) == (os.getpid(), platform.node()):
        return False
    owner = Status(protocol.RUNNING, pid=pid, machine=machine, beat=time.time())
    return not client.is_gone(owner, readable=True)
