"""A small host that takes nothing amiss silently: what it does not know, or a real one would refuse, raises."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from unreel.plugin.face import NodeFace, Value, read_face
from unreel.plugin.nodes.graph import Step
from unreel.plugin.nodes.host import VERSION_KNOB, HostFailed, PlateFile
from unreel.plugin.nodes.ops import OPS
from unreel.plugin.nodes.patterns import at_frame


@dataclass
class Picture:
    """Something upstream that is not a Read: its frames, to be had only by a bake."""

    pattern: str


@dataclass
class FakeNode:
    id: str
    name: str
    knobs: dict[str, Value]
    inputs: dict[str, PlateFile | Picture] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    files: dict[str, str] = field(default_factory=dict)
    tint: tuple[float, float, float] | None = None
    is_frozen: bool = False

    @property
    def status(self) -> str:
        return str(self.knobs["status"] or "")


@dataclass
class FakeBar:
    title: str
    host: FakeHost
    fractions: list[float] = field(default_factory=list)
    is_open: bool = True

    def update(self, fraction: float, text: str) -> bool:
        assert self.is_open and 0 <= fraction <= 1 and text
        self.fractions.append(fraction)
        return not self.host.cancels(self)

    def close(self) -> None:
        assert self.is_open, "closed twice"
        self.is_open = False


class FakeHost:
    def __init__(self, is_batch: bool = False, project: Path | None = None) -> None:
        self.is_batch = is_batch
        self.project = project
        self.range = (1001, 1003)
        self.nodes: list[FakeNode] = []
        self.undo: list[str] = []
        self.depth = 0
        self.timers: list[Callable[[], bool]] = []
        self.bars: list[FakeBar] = []
        self.answers: list[bool] = []
        self.questions: list[str] = []
        self.clipboard = ""
        self.changed: list[tuple[str, str]] = []
        self.said: list[str] = []
        self.baked: list[tuple[str, str, list[int]]] = []
        self.cancels: Callable[[FakeBar], bool] = lambda bar: False

    # What a test does.

    def create(self, id: str, **knobs: Value) -> FakeNode:
        face = read_face().node(id)
        node = FakeNode(id, f"{face.label.replace(' ', '')}{len(self.nodes) + 1}", defaults(face))
        unknown = knobs.keys() - node.knobs.keys()
        assert not unknown, unknown
        node.knobs.update(knobs)
        self.nodes.append(node)
        return node

    def run(self, seconds: float = 120) -> None:
        """The host's own time, until no timer is left."""
        end = time.monotonic() + seconds
        while self.timers:
            assert time.monotonic() < end, [node.status for node in self.nodes]
            self.tick()
            time.sleep(0.02)

    def tick(self) -> None:
        """Every timer once."""
        due, self.timers = self.timers, []
        for function in due:
            if function():
                self.timers.append(function)

    # What a node asks.

    def node_id(self, node: FakeNode) -> str:
        assert not node.is_frozen
        return node.id

    def made_by(self, node: FakeNode) -> Mapping[str, str]:
        return {"host": "fake", "version": "1.0", "node": node.name}

    def get(self, node: FakeNode, knob: str) -> Value:
        return node.knobs[knob]

    def get_renamed(self, node: FakeNode, old: str, knob: str) -> Value:
        read_face().node(node.id).knob(knob)
        return node.knobs.get(old)

    def set(self, node: FakeNode, knob: str, value: Value) -> None:
        assert self.depth, f"{knob} is changed outside a step of undo"
        assert knob in node.knobs, f"there is no knob {knob}"
        assert value is None or isinstance(value, (bool, int, float, str, tuple)), value
        node.knobs[knob] = value

    def is_connected(self, node: FakeNode, input: str) -> bool:
        assert input in {port.name for port in read_face().node(node.id).inputs}, input
        return input in node.inputs

    def upstream_file(self, node: FakeNode, input: str) -> PlateFile | None:
        source = node.inputs[input] if self.is_connected(node, input) else None
        return source if isinstance(source, PlateFile) else None

    def bake(self, node: FakeNode, input: str, pattern: str, frames: Sequence[int], progress: Any) -> None:
        assert at_frame(pattern, 1) != at_frame(pattern, 2), f"{pattern} is one file for all frames"
        assert Path(pattern).parent.is_dir(), pattern
        source = node.inputs[input]
        self.baked.append((input, pattern, list(frames)))
        for at, number in enumerate(frames):
            if not progress.update(at / len(frames), f"frame {number}"):
                return
            one = source.pattern if isinstance(source, Picture) else at_frame(source.pattern, number)
            file = Path(at_frame(one, number))
            if not file.is_file():
                raise HostFailed(f"{input}: nothing to render at frame {number}")
            shutil.copyfile(file, at_frame(pattern, number))

    def frame_range(self) -> tuple[int, int]:
        return self.range

    def build(self, node: FakeNode, steps: Sequence[Step], files: Mapping[str, str]) -> None:
        self.check(node, steps, files)
        node.steps, node.files = tuple(steps), dict(files)

    def check(self, node: FakeNode, steps: Sequence[Step], files: Mapping[str, str]) -> None:
        knobs = {knob.name: knob for knob in read_face().node(node.id).knobs}
        before: set[str] = set()
        assert steps
        for step in steps:
            assert step.name not in before and set(step.inputs) <= before, step
            assert set(step.params) == set(OPS[step.op].params), step
            if step.op == "switch":
                assert node.knobs[str(step.params["knob"])] in (knobs[str(step.params["knob"])].choices or ())
            before.add(step.name)
        for knob, path in files.items():
            assert knobs[knob].type == "file" and Path(path).is_absolute(), (knob, path)

    def freeze(self, node: FakeNode, steps: Sequence[Step], files: Mapping[str, str]) -> None:
        self.check(node, steps, files)
        for step in steps:
            assert step.op != "switch", step.name
            assert step.op != "read" or str(step.params["knob"]) in files
        node.steps, node.files = tuple(steps), dict(files)
        node.is_frozen = True

    def renew(self, node: FakeNode) -> None:
        face = read_face().node(node.id)
        held = node.knobs
        node.knobs = {name: held.get(name, value) for name, value in defaults(face).items()}
        node.knobs[VERSION_KNOB] = held[VERSION_KNOB]

    def file_changed(self, node: FakeNode, knob: str) -> None:
        assert node.knobs[knob], f"{knob} holds no file"
        self.changed.append((node.name, knob))

    def say(self, node: FakeNode, text: str) -> None:
        assert text and "\n" not in text
        if node not in self.nodes:
            raise HostFailed(f"{node.name} is gone")
        node.knobs["status"] = text
        self.said.append(text)

    def ask(self, text: str) -> bool:
        self.questions.append(text)
        return True if self.is_batch else self.answers.pop(0)

    def progress(self, title: str) -> FakeBar:
        assert title
        self.bars.append(FakeBar(title, self))
        return self.bars[-1]

    def later(self, function: Callable[[], bool], seconds: float) -> None:
        assert seconds > 0
        if not self.is_batch:
            self.timers.append(function)
            return
        while function():
            time.sleep(0.02)

    @contextmanager
    def undo_step(self, name: str) -> Iterator[None]:
        assert name
        if not self.depth:
            self.undo.append(name)
        self.depth += 1
        try:
            yield
        finally:
            self.depth -= 1

    def colour(self, node: FakeNode, rgb: tuple[float, float, float]) -> None:
        assert len(rgb) == 3 and all(0 <= part <= 1 for part in rgb)
        node.tint = rgb

    def copy(self, text: str) -> None:
        self.clipboard = text

    def project_folder(self) -> str | None:
        return None if self.project is None else str(self.project)


def defaults(face: NodeFace) -> dict[str, Value]:
    """A choice that may not be empty has its first; the rest as the face says."""
    knobs = {knob.name: knob.default for knob in face.knobs}
    return {**knobs, VERSION_KNOB: face.version}
