"""The training of the shot that is open: what runs, how it goes, what came of it, and the way back."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from unreel.core.frame import Window
from unreel.plugin import protocol
from unreel.plugin.job import read_job
from unreel.plugin.nodes.tell import EXPECTED, spoken
from unreel.plugin.protocol import FAILED, LOST, STOPPING

from . import shot_memory
from .advice import Advice, advice_of
from .jobs import JobItem
from .notices import Notice
from .picture import Picture
from .previews import Reconstructions, read_preview, reconstructions
from .signal import Signal
from .versions import Version, discard_job, read_told, restore_job, versions_of

if TYPE_CHECKING:
    from .session import Session

State = Literal["never", "running", "stopping", "stopped", "failed", "done"]
NOT_FINISHED = "finished: false"
"""In `training.yaml`."""
STAGES = {
    "read": "Reading the plate",
    "planes": "Finding the camera's motion",
    "sheets": "Following the surface",
    "steady": "Calming it in time",
    "body": "Looking for a rigid body",
    "deformation": "A first guess of the motion",
    "canonical": "A first guess of the picture",
    "fields": "Training the fields",
    "maps": "Measuring the frames",
}
BY_STEP = ("fields", "deformation", "canonical")
"""Stages whose curves run over steps; the others' over frames."""


@dataclass
class Curve:
    """What one stage told, by frame or step, in the order it came."""

    stage: str
    psnr: dict[int, float] = field(default_factory=dict)
    loss: dict[int, float] = field(default_factory=dict)

    @property
    def is_by_step(self) -> bool:
        return self.stage.rpartition(": ")[2] in BY_STEP

    def take(self, event: Mapping[str, Any]) -> None:
        at = event.get("done") if self.is_by_step else event.get("frame")
        if isinstance(at, int):
            for name, curve in (("psnr", self.psnr), ("loss", self.loss)):
                if isinstance(event.get(name), (int, float)):
                    curve[at] = float(event[name])


@dataclass(frozen=True)
class Shown:
    """A preview that was just written."""

    frame: int
    files: Mapping[str, str]
    """`canonical`, `reconstruction` and `plate`."""


class TrainingView:
    """Reads the queue and the unreel folder; nothing is kept that these don't say."""

    def __init__(self, session: Session) -> None:
        self.changed: Signal[None] = Signal()
        """State, progress, curves, verdict, versions: any of them."""
        self.previewed: Signal[Shown] = Signal()
        self.state: State = "never"
        self.curves: dict[str, Curve] = {}
        """By stage, in their order."""
        self.preview: Shown | None = None
        self.latest: Mapping[str, Any] = {}
        """The last progress: `stage`, `done`, `total`, `psnr`, `eta_seconds`."""
        self.early: Mapping[str, Any] = {}
        """What was told before the long part: `verdict`, `reason`, `frames`, `keys`."""
        self.told: Mapping[str, Any] = {}
        """What the last finished training told."""
        self.layers_told: Mapping[str, Mapping[str, Any]] = {}
        """The same by layer, of a shot that has several."""
        self.versions: tuple[Version, ...] = ()
        self.can_resume = False
        self._session = session
        self._item: JobItem | None = None
        self.reconstructions = Reconstructions(session.loop, session.frames)
        self._seq = -1
        """Of the last event that was taken."""
        self._tells = False
        self._discarded: JobItem | None = None
        """What it reaches is thrown away when it has stopped, though another shot be open by then."""
        session.jobs.event.connect(self._event)
        session.jobs.changed.connect(self._jobs_changed)
        session.jobs.ended.connect(self._ended)
        session.shot_changed.connect(self._another_shot)
        session.stage_changed.connect(lambda _: self.look_again())
        self._another_shot(None)

    # What stands there

    @property
    def is_running(self) -> bool:
        return self.state in ("running", "stopping")

    @property
    def status(self) -> protocol.Status:
        return self._item.status if self._item is not None else protocol.Status("")

    @property
    def stage(self) -> str:
        """In plain words, one of `STAGES`; empty before the first."""
        name = str(self.latest.get("stage") or "").rpartition(": ")[2]
        return STAGES.get(name, name)

    @property
    def whose(self) -> str:
        """The layer or further key that the stage is about; empty where there is one only."""
        return str(self.latest.get("stage") or "").rpartition(": ")[0]

    @property
    def fraction(self) -> float:
        """Of the stage, 0..1."""
        done, total = self.latest.get("done"), self.latest.get("total")
        return done / total if self.is_running and isinstance(done, int) and total else 0.0

    @property
    def elapsed(self) -> float:
        """Seconds since the training that runs was started."""
        return max(0.0, time.time() - self.status.started) if self.is_running and self.status.started else 0.0

    @property
    def message(self) -> str:
        """What is kept, or why it failed."""
        text = self.status.message
        if self.state == "stopped":
            text = text.rpartition("; ")[2]
        return f"{text[:1].upper()}{text[1:]}"

    @property
    def advice(self) -> tuple[Advice, ...]:
        knobs = self._session.nodes["train"].knobs
        return advice_of(self.told, bool(knobs["matte"] or knobs["layers"]))

    def read(self, shown: Shown, name: Literal["canonical", "reconstruction"]) -> Picture:
        """In a thread. InputError, UnreadableFile where a newer one has taken its place."""
        return read_preview(Path(shown.files[name]), self._display(), f"{name} so far")

    # What can be done

    def start(self) -> None:
        self._session.press("train", "start")

    def resume(self) -> None:
        self._session.press("train", "resume")

    def stop(self) -> None:
        """What it reached is kept, and can be gone on with."""
        self._session.press("train", "stop")

    def cancel(self) -> None:
        """Stop, and throw away what it reached: now, or as soon as it has stopped."""
        if self.is_running:
            self._discarded = self._item
            self.stop()
        elif self.can_resume and self._session.folder is not None:
            self._discard(self._session.folder)

    def restore(self, version: Version) -> None:
        """Go back to an earlier training; the knobs go with it."""
        folder, node = self._session.folder, self._session.nodes["train"]
        if folder is None:
            return

        def then(_: object) -> None:
            for name, value in shot_memory.trained_knobs(folder).items():
                if node.knobs[name] != value:
                    self._session.host.set(node, name, value)
            if node is self._session.nodes["train"]:  # else another shot is open
                self._session.press("train", "refresh")
                self.look_again()

        made_by = self._session.host.made_by(node)
        self._add(restore_job(folder, version.number, made_by), "Go back", then)

    def follow(self, advice: Advice) -> None:
        """Do what the verdict advises. Where to look for it is the page's to show."""
        session = self._session
        if advice.frames:
            session.playhead.go(advice.frames[0])
        if advice.kind == "keys":
            own, *more = advice.keys
            session.set_knob("train", "key", own)
            session.set_knob("train", "further_keys", tuple(more))
            self.start()
        elif advice.kind == "look":
            session.view.change(kind="plate", compare="one")

    def look_again(self) -> None:
        """At the unreel folder."""
        folder = self._session.folder
        self.told = read_told(folder) if folder is not None else {}
        layers = sorted((folder / "layers").glob("*/told.json")) if folder is not None and not self.told else []
        self.layers_told = {path.parent.name: read_told(path.parent) for path in layers}
        self.versions = versions_of(folder) if folder is not None else ()
        is_over = self._item is None or self._item.is_over
        self.can_resume = folder is not None and is_over and is_stopped(folder)
        self._show_state()

    # What comes in

    def _another_shot(self, _: None) -> None:
        if self._session.opening:
            return
        self._take_item(None)
        folder = self._session.folder
        self.reconstructions.clear()
        if folder is not None:
            self.reconstructions.read(reconstructions([folder, *folder.glob("layers/*")]), self._display())
        self._find_job()
        self.look_again()

    def _jobs_changed(self, _: None) -> None:
        own = [item for item in self._session.jobs.items if self._is_ours(item)]
        newest = own[-1] if own else None
        if newest is not None and newest is not self._item:
            self._take_item(newest)
            self._read_events(newest.job_folder)
        if self._item is not None:
            self._show_state()

    def _is_ours(self, item: JobItem) -> bool:
        return item.job.command == "train" and str(self._session.folder) == item.job.flags.get("output")

    def _take_item(self, item: JobItem | None) -> None:
        self._item, self._seq = item, -1
        self.curves, self.latest, self.early, self.preview = {}, {}, {}, None

    def _find_job(self) -> None:
        """The curves of the last training, though it be over."""
        self._jobs_changed(None)
        folder = self._session.nodes["train"].knobs["job"]
        if self._item is None and folder:
            try:
                is_training = read_job(Path(str(folder))).command == "train"
            except EXPECTED:
                return
            if is_training:
                self._read_events(Path(str(folder)))

    def _read_events(self, job_folder: Path) -> None:
        """What was said before anybody listened: much, where it is a long training."""
        item = self._item

        def read() -> None:
            events, _ = protocol.read_events(job_folder / protocol.EVENTS)
            self._session.loop.soon(lambda: self._take_all(item, events))

        threading.Thread(target=read, daemon=True).start()

    def _take_all(self, item: JobItem | None, events: list[dict[str, Any]]) -> None:
        if item is self._item:
            for event in events:
                self._take(event)
            self.changed.emit(None)

    def _event(self, said: tuple[JobItem, dict[str, Any]]) -> None:
        item, event = said
        if not self._is_ours(item):
            return
        if item is not self._item:
            self._take_item(item)
            self._read_events(item.job_folder)
        self._take(event)
        if not self._tells:  # once for all events of a look
            self._tells = True
            self._session.loop.soon(self._tell)

    def _tell(self) -> None:
        self._tells = False
        self._show_state()

    def _take(self, event: Mapping[str, Any]) -> None:
        """One event; those read before are known by their number."""
        kind, seq = event.get("event"), event.get("seq", 0)
        if kind == "progress":
            stage, self.latest = str(event.get("stage")), event
            self.curves.setdefault(stage, Curve(stage)).take(event)
        elif kind == "early":
            self.early = dict(event)
        elif kind == "preview" and seq > self._seq:
            self.preview = Shown(int(event["frame"]), dict(event["files"]))
            files = {self.preview.frame: Path(self.preview.files["reconstruction"])}
            self.reconstructions.read(files, self._display())
            self.previewed.emit(self.preview)
        self._seq = max(self._seq, int(seq))

    def _ended(self, item: JobItem) -> None:
        if self._is_ours(item):
            self.look_again()
        if item is self._discarded:
            self._discarded = None
            folder = Path(str(item.job.flags["output"]))
            if is_stopped(folder):
                self._discard(folder)

    def _discard(self, folder: Path) -> None:
        if folder == self._session.folder:
            self._take_item(None)
        made_by = self._session.host.made_by(self._session.nodes["train"])
        self._add(discard_job(folder, made_by), "Throw away", lambda _: self.look_again())

    def _add(self, job: Any, title: str, then: Any) -> None:
        try:
            self._session.jobs.add(job, title, then)
        except EXPECTED as error:
            self._session.notices.add(Notice(f"{title}: {spoken(error)}", level="wrong", where="train"))

    def _show_state(self) -> None:
        self.state = self._found_state()
        self.changed.emit(None)

    def _found_state(self) -> State:
        item = self._item
        if item is not None and not item.is_over:
            return "stopping" if item.state == STOPPING else "running"
        if item is not None and item.state in (FAILED, LOST):
            return "failed"
        if self.can_resume:
            return "stopped"
        return "done" if self.told or self.layers_told else "never"

    def _display(self) -> Window:
        shot = self._session.shot
        return shot.display if shot is not None else Window(0, 0, 1, 1)


def is_stopped(folder: Path) -> bool:
    """Whether a training was begun there that has not come to its end."""
    try:
        return NOT_FINISHED in (folder / "training.yaml").read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return False
