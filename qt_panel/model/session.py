"""All that a window shows: one open shot, and what is made of it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from unreel.plugin.face import Value, read_face
from unreel.plugin.job import BadKnob, check, is_empty
from unreel.plugin.nodes import node as node_actions
from unreel.plugin.nodes.node_in_host import NodeInHost, node_in_host
from unreel.plugin.nodes.tell import spoken, told
from unreel.plugin.nodes.train import launch_train
from unreel.plugin.nodes.train import plate_name as name_of_plate
from unreel.plugin.nodes.watch import last_job
from unreel.plugin.stale import made_file

from . import shot_memory
from .host import PanelHost
from .loop import Loop
from .nodes import PAGE_OF, make_node
from .notices import Notice, Notices
from .playhead import Playhead
from .signal import Signal
from .user_settings import UserSettings
from .view_state import KEPT, Kind, ViewState

if TYPE_CHECKING:
    from unreel.plugin.client import Running

NODES = ("train", "canonical_export", "texture_import", "propagate")
KEEP_SECONDS = 1.0
"""Between a change of a knob and its being on disk."""


class Stage(IntEnum):
    """How far a shot is. Painted and rendered are none: they come and go."""

    EMPTY, OPEN, TRAINED, LIVE = range(4)


@dataclass(frozen=True)
class Shown:
    """What the viewer shows."""

    kind: Kind
    frame: int
    second: Kind | None = None
    """What it is compared with; None where it stands alone."""


@dataclass(frozen=True)
class Question:
    """What has to be answered before the window closes: `answers` are what `Session.close` takes, with their words."""

    text: str
    answers: tuple[tuple[Literal["keep", "stop"], str], ...]


class Session:
    """The root of the model. Every method is called in the loop's thread; what goes wrong becomes a notice."""

    def __init__(self, loop: Loop, settings: UserSettings, read_only: bool = False) -> None:
        self.loop, self.settings, self.read_only = loop, settings, read_only
        self.shot_changed: Signal[None] = Signal()
        self.stage_changed: Signal[None] = Signal()
        self.shown_changed: Signal[None] = Signal()
        self.clipboard: Signal[str] = Signal()
        """A text that the artist asked to copy."""
        self.notices = Notices()
        self.playhead = Playhead(loop)
        self.view = ViewState(**{name: value for name, value in settings.view.items() if name in KEPT})
        self.nodes = {id: make_node(id) for id in NODES}
        self.host = PanelHost(self)
        self._stage = Stage.EMPTY
        self._is_keeping = False
        self.playhead.moved.connect(self._moved)
        self.view.changed.connect(self._looked_otherwise)
        self.host.knob_changed.connect(self._knob_changed)
        self.host.told.connect(self._node_told)
        if settings.damaged:
            self.notices.add(Notice(settings.damaged))

    def press(self, node: str, button: str) -> None:
        """A button of a node; what it refuses becomes a notice on its page, or at the knob.

        Training is started detached: it goes on when the window is gone. KeyError for a button there is not.
        """
        self.notices.clear_at(PAGE_OF[node])
        if self._refused_to_read_only(PAGE_OF[node]):
            return
        self.host.pressing(node, button)
        if (node, button) in DETACHED:
            its = self.node(node)
            with told(its):
                launch_train(its, resume=button == "resume", detached=True)
        else:
            node_actions.press(self.host, self.nodes[node], button)

    def set_knob(self, node: str, knob: str, value: Any) -> None:
        """Checked as the job will be; what can't be is told at the knob, and the knob stays as it was."""
        its = read_face().node(node).knob(knob)
        place = f"{node}.{knob}"
        try:
            taken = None if is_empty(value) and its.type != "bool" else check(its, value)
        except BadKnob as error:
            self.notices.add(Notice(str(error), level="wrong", where=PAGE_OF[node], knob=place))
            return
        self.notices.clear_under(place)
        taken = tuple(taken) if isinstance(taken, list) else taken
        if taken is None and not its.optional:
            taken = its.default
        if self.nodes[node].knobs[knob] != taken:
            self.host.set(self.nodes[node], knob, taken)
            node_actions.changed(self.host, self.nodes[node], knob)
            if knob == "folder":
                self._share_folder(taken)

    def node(self, id: str) -> NodeInHost:
        """As the nodes' own actions take it."""
        return node_in_host(self.host, self.nodes[id])

    @property
    def folder(self) -> Path | None:
        """The unreel folder, there or not yet."""
        folder = self.nodes["train"].knobs["folder"]
        return Path(str(folder)) if folder else None

    def stage(self) -> Stage:
        return self._stage

    def shown(self) -> Shown:
        second = None if self.view.compare == "one" else self.view.second
        return Shown(self.view.kind, self.playhead.frame, second)

    def project_folder(self) -> Path | None:
        """Where relative paths begin, and unreel folders go whose knob is empty; None before a shot is open."""
        plate = self.nodes["train"].knobs["plate"]
        if not plate:
            return None
        beside = Path(str(plate)).parent
        if os.access(beside, os.W_OK):
            return beside
        return Path(self.settings.work_folder) if self.settings.work_folder else Path.home() / "unreel"

    def look_again(self) -> None:
        """How far the shot is may have changed: something was made, or thrown away."""
        stage = self._found_stage()
        if stage != self._stage:
            self._stage = stage
            self.stage_changed.emit(None)

    def training(self) -> Running | None:
        """The training that runs, of whoever started it."""
        running = last_job(self.node("train"))
        return None if running is None or running.poll().ended else running

    def close(self, answer: Literal["keep", "stop"] | None = None) -> Question | None:
        """None: all is kept, and the window may go. A training that runs is asked about first."""
        running = self.training()
        if running is not None:
            if answer is None:
                return Question("A training is running.", (("keep", "Keep running"), ("stop", "Stop and keep")))
            if answer == "stop":
                running.cancel()
        self.playhead.stop()
        self._keep_shot()
        self.settings.view = self.view.kept()
        try:
            self.settings.save()
        except OSError as error:
            self.notices.add(Notice(f"the settings were not saved: {spoken(error)}", level="wrong"))
        return None

    def _take(self, plate: str, unreel: Path | None) -> None:
        """Another plate: its knobs as they were last, else as it was trained."""
        self._keep_shot()
        memory = shot_memory.recall(self.settings.folder, plate)
        self.nodes = {id: make_node(id, memory.knobs.get(id)) for id in NODES}
        train = self.nodes["train"]
        if unreel is not None and not memory.knobs:
            train.knobs.update(shot_memory.trained_knobs(unreel))
        train.knobs["plate"] = plate
        if unreel is not None:
            train.knobs["folder"] = str(unreel)
        elif not train.knobs["folder"]:
            project = self.project_folder()
            name = name_of_plate(self.node("train"))
            train.knobs["folder"] = str(project / "unreel" / f"{name}.unreel") if project and name else None
        self._share_folder(train.knobs["folder"])
        if memory.frame is not None:
            self.playhead.go(memory.frame)

    def _share_folder(self, folder: Value) -> None:
        for node in self.nodes.values():
            if node.knobs["folder"] != folder:
                self.host.set(node, "folder", folder)
        self.look_again()

    def _found_stage(self) -> Stage:
        if not self.nodes["train"].knobs["plate"]:
            return Stage.EMPTY
        if self.folder is None or not made_file(self.folder, "train").is_file():
            return Stage.OPEN
        return Stage.TRAINED

    def _refused_to_read_only(self, page: str) -> bool:
        if self.read_only:
            self.notices.add(Notice("This shot is open for looking only.", level="wrong", where=page))
        return self.read_only

    def _moved(self, frame: int) -> None:
        self.shown_changed.emit(None)

    def _looked_otherwise(self, names: frozenset[str]) -> None:
        if names & {"kind", "second", "compare"}:
            self.shown_changed.emit(None)

    def _node_told(self, node: str) -> None:
        if self.nodes[node].fraction is None:
            self.look_again()

    def _knob_changed(self, which: tuple[str, str]) -> None:
        if self._is_keeping:
            return
        self._is_keeping = True

        def keep() -> bool:
            self._is_keeping = False
            self._keep_shot()
            return False

        self.loop.later(keep, KEEP_SECONDS)

    def _keep_shot(self) -> None:
        plate = self.nodes["train"].knobs["plate"]
        if not plate:
            return
        try:
            shot_memory.keep(self.settings.folder, str(plate), self.playhead.frame, self.nodes)
        except OSError as error:
            self.notices.add(Notice(f"the shot's knobs were not kept: {spoken(error)}", level="wrong"))


DETACHED = (("train", "start"), ("train", "resume"), ("train", "detach"))
"""Buttons that start a training."""
