"""A node as its actions see it: knobs by the names of its face, and paths that are whole."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace

from ..face import NodeFace, Value, read_face
from ..job import BadKnob, Job, is_empty, make_id, make_job
from .host import Host, Node


@dataclass(frozen=True)
class NodeInHost:
    host: Host
    handle: Node
    face: NodeFace

    def get(self, knob: str) -> Value:
        """KeyError where the face has no such knob."""
        return self.host.get(self.handle, self.face.knob(knob).name)

    def set(self, knob: str, value: Value) -> None:
        """A value that it holds already is no change."""
        if self.get(knob) != value:
            self.host.set(self.handle, knob, value)

    def text(self, knob: str) -> str:
        """Without blanks around it, a list with blanks between; empty where nothing is put in."""
        value = self.get(knob)
        if isinstance(value, tuple):
            return " ".join(map(str, value))
        return "" if value is None else str(value).strip()

    def path(self, knob: str) -> str:
        """Absolute: from the project's folder on; empty where nothing is put in. `ocio://default` is left alone."""
        text = self.text(knob)
        if not text or "://" in text:
            return text
        return os.path.normpath(os.path.join(self.host.project_folder() or os.getcwd(), text))

    def needed(self, knob: str) -> str:
        """A path that must be given. BadKnob says what for."""
        path = self.path(knob)
        if not path:
            its = self.face.knob(knob)
            raise BadKnob(f"{its.label} is empty. {its.tooltip}")
        return path

    def name(self) -> str:
        """What the artist calls it."""
        return self.host.made_by(self.handle)["node"]

    def values(self) -> dict[str, Value]:
        """What the knobs hold that a job knows."""
        return {
            knob.name: (self.path(knob.name) or None) if knob.type == "file" else self.get(knob.name)
            for knob in self.face.knobs
            if knob.owner["kind"] != "own"
        }

    def job(self, **instead: Value) -> Job:
        """What its knobs ask for, some of them otherwise. BadKnob says which is lacking, or can't be sent."""
        values = {**self.values(), **instead}
        for knob in self.face.knobs:
            must = knob.owner["kind"] != "own" and not knob.optional and knob.default is None
            if must and is_empty(values[knob.name]):
                raise BadKnob(f"{knob.label} is empty. {knob.tooltip}")
        return make_job(self.face, values, self.made_by(), read_face().version)

    def asked(self, **instead: Value) -> Job:
        """The same, though something may still be lacking: to compare with what was made."""
        return make_job(self.face, {**self.values(), **instead}, self.made_by(), read_face().version)

    def other_job(self, command: str, **flags: Value) -> Job:
        """A job of a command that is not the node's own, by its options."""
        given = {name: value for name, value in flags.items() if not is_empty(value)}
        return replace(self.asked(), command=command, values={}, flags=given, id=make_id(command))

    def made_by(self) -> Mapping[str, str]:
        return self.host.made_by(self.handle)


def node_in_host(host: Host, handle: Node) -> NodeInHost:
    """FaceUnreadable, or KeyError for a node that is none of ours."""
    return NodeInHost(host, handle, read_face().node(host.node_id(handle)))
