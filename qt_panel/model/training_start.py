"""Starts trainings: one job at a time is in an unreel folder, so the maps of live, soon stale, are stopped first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from unreel.plugin.job import Job, jobs_folder
from unreel.plugin.nodes.node_in_host import NodeInHost
from unreel.plugin.nodes.tell import Refused, told
from unreel.plugin.nodes.train import agreed_job, launch_job

from .jobs import JobItem, JobQueue
from .notices import Notice

if TYPE_CHECKING:
    from .session import Session

WAITS = "The training begins as soon as the live maps have stopped."


class TrainingStart:
    """Detached: a training goes on when the window is gone."""

    def __init__(self, session: Session, jobs: JobQueue) -> None:
        self._session, self._jobs = session, jobs
        self._waiting: dict[str, tuple[NodeInHost, Job]] = {}
        """By unreel folder."""
        self._notice = Notice(WAITS, where="train")
        jobs.ended.connect(self._ended)

    def press(self, node: NodeInHost, resume: bool) -> None:
        """What is refused is told on the node."""
        with told(node):
            job = agreed_job(node, resume)
            if job is None:
                return
            if job.flags["output"] in self._waiting:
                raise Refused(WAITS)
            self._begin(node, job)

    def _begin(self, node: NodeInHost, job: Job) -> None:
        folder = str(job.flags["output"])
        maps = [item for item in self._jobs.active if item.is_maps and item.place == jobs_folder(Path(folder))]
        if not maps:
            launch_job(node, job, detached=True)
            return
        self._waiting[folder] = node, job
        self._session.notices.add(self._notice)
        for item in maps:
            self._jobs.cancel(item)

    def _ended(self, item: JobItem) -> None:
        """Of whatever folder: a training that waits looks at its own."""
        waiting, self._waiting = self._waiting, {}
        self._session.notices.clear(self._notice)
        for node, job in waiting.values():
            with told(node):
                self._begin(node, job)
