"""All that a window shows: one open shot, and what is made of it."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from unreel.core.color import Color
from unreel.core.errors import UnreelError
from unreel.core.sequence import sequences_in
from unreel.plugin.death import log_tail
from unreel.plugin.face import Value, read_face
from unreel.plugin.job import BadKnob, check, is_empty, read_job
from unreel.plugin.nodes import node as node_actions
from unreel.plugin.nodes.node_in_host import NodeInHost, node_in_host
from unreel.plugin.nodes.started import find, is_kept
from unreel.plugin.nodes.tell import spoken
from unreel.plugin.nodes.train import plate_name as name_of_plate
from unreel.plugin.nodes.watch import last_job
from unreel.plugin.protocol import FAILED, LOST
from unreel.plugin.runtime import find_runtime
from unreel.plugin.stale import made_file

from ..live.client import LiveClient
from . import shot_memory
from .canonical import CanonicalPicture
from .easel import Easel
from .frames import FrameCache
from .host import PanelHost
from .jobs import JobItem, JobQueue
from .live_paint import LivePaint
from .loop import Loop
from .movies import Movies
from .nodes import PAGE_OF, NodeState, make_node
from .notices import Action, Notice, Notices
from .outside import Outside
from .paint.bring_in import BringIn
from .paint.document import PaintDocument
from .plate import read_picture
from .playhead import Playhead
from .renders import Renders
from .shot import Shot, find_shot
from .signal import Signal
from .stage import Stage
from .training_start import TrainingStart
from .user_settings import UserSettings
from .view_state import KEPT, Kind, ViewState

if TYPE_CHECKING:
    from unreel.plugin.client import Running

NODES = ("train", "canonical_export", "texture_import", "propagate")
OFFERED = 8
"""Sequences of a folder that are offered to be opened."""
KEEP_SECONDS = 1.0
"""Between a change of a knob and its being on disk."""


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
        self.closed: Signal[None] = Signal()
        """The window goes: nothing is asked for any more."""
        self.clipboard: Signal[str] = Signal()
        """A text that the artist asked to copy."""
        self.notices = Notices()
        self.playhead = Playhead(loop)
        self.view = ViewState(**{name: value for name, value in settings.view.items() if name in KEPT})
        self.nodes = {id: make_node(id) for id in NODES}
        self.host = PanelHost(self)
        self.shot: Shot | None = None
        self.frames = FrameCache(loop, settings.frames_megabytes << 20)
        self.jobs = JobQueue(loop)
        self._training_start = TrainingStart(self, self.jobs)
        self.live = LiveClient(loop, find_runtime, self.jobs, settings.live_megabytes << 20)
        self.paint = PaintDocument(loop)
        self.bring_in = BringIn(self)
        self.outside = Outside(self)
        self.live_paint = LivePaint(self)
        self.opening = ""
        """What is being looked for on disk; empty: nothing."""
        self._nodes_of: dict[str, dict[str, NodeState]] = {}
        """By plate: a job that is followed goes on telling the nodes of a shot that is no more shown."""
        self._stage = Stage.EMPTY
        self._turn = 0
        self._wanted: set[Kind] = set()
        self._is_keeping = False
        self._question: Notice | None = None
        """Whether another shot is opened though paint is lost by it."""
        self.playhead.moved.connect(self._moved)
        self.view.changed.connect(self._looked_otherwise)
        self.host.knob_changed.connect(self._knob_changed)
        self.host.told.connect(self._node_told)
        self.jobs.ended.connect(self._job_ended)
        self.canonical = CanonicalPicture(self)
        self.renders = Renders(self, self.jobs)
        self.movies = Movies(self, self.jobs)
        self.easel = Easel(self)
        if settings.damaged:
            self.notices.add(Notice(settings.damaged))

    def open(self, *paths: str) -> None:
        """A plate's pattern, folder or files, NAME.unreel or its shot.yaml: looked for beside the loop.

        The shot that is open stays until the new one was found, or where it can't be: a notice says why.
        """
        if not paths:
            return
        self._turn += 1
        self.opening = paths[0]
        self.notices.clear_at("shot")
        self._clear_question()
        self.shot_changed.emit(None)
        threading.Thread(target=self._find, args=(paths, self._turn), daemon=True).start()

    def press(self, node: str, button: str) -> None:
        """A button of a node; what it refuses becomes a notice on its page, or at the knob.

        Training is started detached: it goes on when the window is gone. KeyError for a button there is not.
        """
        self.notices.clear_at(PAGE_OF[node], "wrong")
        if self._refused_to_read_only(PAGE_OF[node]):
            return
        self.host.pressing(node, button)
        if (node, button) in DETACHED:
            self._training_start.press(self.node(node), resume=button == "resume")
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
        is_alone = self.view.compare == "one" and not self.view.flicker_second
        second = None if is_alone else self.view.second
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
            self.live_paint.follow()
            self.stage_changed.emit(None)

    def training(self) -> Running | None:
        """The training that runs, of whoever started it."""
        running = last_job(self.node("train"))
        return None if running is None or running.poll().ended else running

    def close(self, answer: Literal["keep", "stop"] | None = None) -> Question | None:
        """None: all is kept, and the window may go. A training that runs is asked about first, and paint that the disk
        does not take."""
        running = self.training()
        unkept = self.paint.unkept() if answer is None else None
        if unkept is not None:
            lost = f"{unkept} What was painted since then goes with the window."
            return Question(lost, (("keep", "Close all the same"),))
        if running is not None:
            if answer is None:
                return Question("A training is running.", (("keep", "Keep running"), ("stop", "Stop and keep")))
            if answer == "stop":
                running.cancel()
        self.playhead.stop()
        self.jobs.close()
        self._keep_shot()
        self.settings.view = self.view.kept()
        self.easel.keep()
        self.keep_settings()
        self.live_paint.close()
        self.frames.close()
        self.closed.emit(None)
        return None

    def _find(self, paths: tuple[str, ...], turn: int) -> None:
        """In a thread."""
        try:
            shot = find_shot(paths)
            color = Color()
        except (UnreelError, OSError) as error:
            text, several = spoken(error), sequences_in(Path(paths[0])) if len(paths) == 1 else []
            self.loop.soon(lambda: self._found_none(text, turn, [str(Path(paths[0]) / name) for name in several]))
        else:
            self.loop.soon(lambda: self._take(shot, color, turn))

    def _found_none(self, text: str, turn: int, several: list[str]) -> None:
        """several: what could have been meant, to be opened by a press."""
        if turn == self._turn:
            self.opening = ""
            choices = tuple(Action(Path(each).name, partial(self.open, each)) for each in several[:OFFERED])
            self.notices.add(Notice(text, level="ask" if choices else "wrong", where="shot", actions=choices))
            self.shot_changed.emit(None)

    def _take(self, shot: Shot, color: Color, turn: int) -> None:
        """A shot that was found. The one that is open stays where its paint would be lost, which is asked about."""
        if turn != self._turn:  # another was asked for meanwhile
            return
        unkept = self.paint.unkept()
        if unkept is None:
            self._change_to(shot, color)
            return
        self.opening = ""
        lost = f"{unkept} What was painted since then is lost when another shot is opened."
        anyway = Action("Open all the same", lambda: self._change_to(shot, color))
        self._question = Notice(lost, level="ask", actions=(anyway, Action("Cancel", lambda: None)))
        self.notices.add(self._question)
        self.shot_changed.emit(None)

    def _clear_question(self) -> None:
        if self._question is not None:
            self.notices.clear(self._question)
            self._question = None

    def _change_to(self, shot: Shot, color: Color) -> None:
        """A shot with its knobs as they were last, else as it was trained."""
        self._keep_shot()
        self.live_paint.close()
        self.notices.clear_pages()
        self._stage = Stage.EMPTY
        plate = shot.plate.pattern
        memory = shot_memory.recall(self.settings.folder, plate)
        if plate not in self._nodes_of:
            self._nodes_of[plate] = {id: make_node(id, memory.knobs.get(id)) for id in NODES}
        self.nodes = self._nodes_of[plate]
        train = self.nodes["train"].knobs
        if shot.unreel is not None:
            train.update({} if memory.knobs else shot_memory.trained_knobs(shot.unreel), folder=str(shot.unreel))
        train["plate"] = plate
        train["folder"] = train["folder"] or self._default_folder()
        self.shot, self.opening = shot, ""
        for node in self.nodes.values():
            node.knobs["folder"] = train["folder"]
        self.view.change(kind="plate", beside=None, compare="one")
        self.frames.source(
            "plate", lambda number: read_picture(shot.plate, number, color, str(train["space"] or shot.space))
        )
        self.playhead.take(shot.frames, shot.missing, shot.fps)
        if memory.frame is not None:
            self.playhead.go(memory.frame)
        self.settings.opened(str(shot.unreel or plate))
        self.keep_settings()
        self.shot_changed.emit(None)
        self.look_again()
        self._take_over()
        self._want()
        self.shown_changed.emit(None)

    def _take_over(self) -> None:
        """Jobs of this shot that run, whoever started them, and those that wait."""
        by_command = {read_face().node(id).command: node for id, node in self.nodes.items()}
        for item in self.jobs.adopt(self.folder) if self.folder is not None else ():
            if item.is_active and item.job.command in by_command and not item.is_maps:
                by_command[item.job.command].knobs["job"] = str(item.job_folder)
        for id in NODES:
            self.host.pressing(id, "refresh")
            node_actions.wake(self.host, self.nodes[id])

    def _default_folder(self) -> str | None:
        project, name = self.project_folder(), name_of_plate(self.node("train"))
        return str(project / "unreel" / f"{name}.unreel") if project and name else None

    def _share_folder(self, folder: Value) -> None:
        for node in self.nodes.values():
            if node.knobs["folder"] != folder:
                self.host.set(node, "folder", folder)
        self.look_again()

    def _found_stage(self) -> Stage:
        if self.shot is None:
            return Stage.EMPTY
        if self.folder is None or not made_file(self.folder, "train").is_file():
            return Stage.OPEN
        return Stage.LIVE if self.live.frames else Stage.TRAINED

    def kinds(self) -> set[Kind]:
        """All kinds of pictures that are seen now."""
        shown = self.shown()
        return {kind for kind in (shown.kind, shown.second, self.view.beside) if kind is not None}

    def _refused_to_read_only(self, page: str) -> bool:
        if self.read_only:
            self.notices.add(Notice("This shot is open for looking only.", level="wrong", where=page))
        return self.read_only

    def _moved(self, frame: int) -> None:
        self._want()
        self.shown_changed.emit(None)

    def _want(self) -> None:
        """The frames that come next first, then those before."""
        frames, at = self.playhead.frames, self.playhead.frames.index(self.playhead.frame)
        on = frames[at:] + frames[:at]
        backward = self.playhead.playing < 0
        order = (on[0], *reversed(on[1:])) if backward else on
        kinds = self.kinds()
        for kind in self._wanted - kinds:
            self.frames.want(kind, ())
        for kind in kinds:
            self.frames.want(kind, order)
        self._wanted = kinds

    def _looked_otherwise(self, names: frozenset[str]) -> None:
        if names & {"kind", "beside", "second", "compare", "flicker_second"}:
            self._want()
            self.shown_changed.emit(None)

    def _node_told(self, node: str) -> None:
        if self.nodes[node].fraction is None:
            self.look_again()

    def _job_ended(self, item: JobItem) -> None:
        """A node tells of its own; of the others the window does."""
        self.look_again()
        is_a_nodes = str(item.job_folder) in {node.knobs["job"] for node in self.nodes.values()}
        if item.state in (FAILED, LOST) and not is_a_nodes:
            text = f"{item.title}: {item.line}"
            self.notices.add(Notice(text, details=log_tail(item.job_folder), level="wrong"))

    def _knob_changed(self, which: tuple[str, str]) -> None:
        if which == ("train", "space"):
            self.frames.drop("plate")
        node, knob = which
        folder = self.nodes[node].knobs["job"]
        if knob == "job" and folder and is_kept(Path(str(folder))):
            running = find(Path(str(folder)))
            self.jobs.follow(running, read_job(running.job_folder), read_face().node(node).label)
        if self._is_keeping:
            return
        self._is_keeping = True

        def keep() -> bool:
            self._is_keeping = False
            self._keep_shot()
            return False

        self.loop.later(keep, KEEP_SECONDS)

    def keep_settings(self) -> None:
        """Recents, view and layout to disk."""
        try:
            self.settings.save()
        except OSError as error:
            self.notices.add(Notice(f"the settings were not saved: {spoken(error)}", level="wrong"))

    def _keep_shot(self) -> None:
        if self.shot is None:
            return
        try:
            shot_memory.keep(self.settings.folder, self.shot.plate.pattern, self.playhead.frame, self.nodes)
        except OSError as error:
            self.notices.add(Notice(f"the shot's knobs were not kept: {spoken(error)}", level="wrong"))


DETACHED = (("train", "start"), ("train", "resume"), ("train", "detach"))
"""Buttons that start a training."""
