"""The mattes of the shot that is open: layers front to back, what of them is seen, a proposal, and fixes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Sequence as Several
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from unreel.core.errors import UnreelError
from unreel.core.frame import Window, on_window
from unreel.core.sequence import Sequence, output_path, pattern_of
from unreel.plugin import protocol
from unreel.plugin.job import Job, jobs_folder, make_id
from unreel.plugin.nodes.tell import EXPECTED, spoken

from .jobs import JobItem
from .matte_files import Look, read_matte
from .matte_fixes import Copying, MatteFixes
from .notices import Notice
from .paint.brush import Brush
from .paint.strokes import Point
from .picture import Picture
from .signal import Signal

if TYPE_CHECKING:
    from .session import Session

FILE = "mattes.json"
KNOBS = ("matte", "layers", "matte_channel", "matte_invert")
COLOURS = ((90, 166, 238), (230, 159, 0), (69, 184, 144), (204, 121, 167), (240, 228, 66))
"""Of the layers over the picture, front to back: kin of Okabe and Ito's. Red, green, blue."""
PROPOSED = "foreground"
OF_THE_PLATE = ("plate", "frames", "missing", "space", "ocio")
"""Settings that a proposal shares with the training."""
VERSION = re.compile(r"_v\d+$")
WRONG = (*EXPECTED, UnreelError)
NO_NAME = re.compile(r"[^A-Za-z0-9_-]+")


@dataclass(frozen=True)
class MatteLayer:
    name: str
    """Letters, digits, `_` and `-`: also the layer's in the unreel folder."""
    pattern: str
    """Its sequence; empty: what the layers before it leave."""
    visible: bool = True
    """Over the picture. Training takes all."""
    locked: bool = False


class MatteLayers:
    """What Train's knobs `matte` and `layers` say, as a list; every change goes back there.

    Fixes go to a copy in `NAME.unreel.mattes/`, which takes the matte's place when all its frames are there.
    """

    def __init__(self, session: Session) -> None:
        self.changed: Signal[None] = Signal()
        self.layers: tuple[MatteLayer, ...] = ()
        """Front to back."""
        self.current = 0
        """The layer that is fixed."""
        self.told = ""
        """What is being written."""
        self.fixes = MatteFixes(session.loop)
        self._session = session
        self._copies: dict[str, Copying] = {}
        """By the pattern that is copied; frames that are copied are seen already."""
        self._found: dict[str, Sequence] = {}
        self._proposal: JobItem | None = None
        self._is_putting = False
        session.shot_changed.connect(self._another_shot)
        session.host.knob_changed.connect(self._knob_changed)
        session.jobs.changed.connect(self._jobs_changed)
        session.closed.connect(self._closed)
        self.fixes.written.connect(self._written)
        self.fixes.copied.connect(self._copied)
        self.fixes.failed.connect(self._failed)
        self.fixes.told.connect(self._tell)
        self._another_shot(None)

    # The list

    @property
    def layer(self) -> MatteLayer | None:
        """The one that is fixed."""
        return self.layers[self.current] if self.current < len(self.layers) else None

    @property
    def folder(self) -> Path | None:
        """Where mattes go that the panel makes: beside the unreel folder."""
        unreel = self._session.folder
        return None if unreel is None else unreel.with_name(f"{unreel.name}.mattes")

    def add(self, path: str) -> None:
        """A sequence, or one of its files, behind the others."""
        pattern = pattern_of(path)
        name = free_name(name_of(pattern), (layer.name for layer in self.layers))
        before = self.layers[-1:] if self.layers and not self.layers[-1].pattern else ()  # what is left stays last
        layers = (*self.layers[: len(self.layers) - len(before)], MatteLayer(name, pattern))
        self.current = len(layers) - 1
        self._put((*layers, *before))

    def remove(self, at: int) -> None:
        """Its files stay."""
        if not self.layers[at].locked:
            layers = (*self.layers[:at], *self.layers[at + 1 :])
            self.current = max(0, min(self.current, len(layers) - 1))
            self._put(layers)

    def move(self, at: int, to: int) -> None:
        """0 is the front. What the others leave stays behind them."""
        last = len(self.layers) - 1 - (not self.layers[-1].pattern)
        if self.layers[at].pattern:
            layers = list(self.layers)
            self.current = min(max(to, 0), last)
            layers.insert(self.current, layers.pop(at))
            self._put(tuple(layers))

    def change(self, at: int, **values: Any) -> None:
        """name, visible or locked; a name is made one that a folder can have, and that no other layer has."""
        if "name" in values:
            others = (layer.name for n, layer in enumerate(self.layers) if n != at)
            values["name"] = free_name(plain(values["name"]), others)
        layers = list(self.layers)
        layers[at] = replace(layers[at], **values)
        self._put(tuple(layers))

    def choose(self, at: int) -> None:
        self.current = at
        self.changed.emit(None)

    # A proposal

    @property
    def proposal(self) -> JobItem | None:
        """The job that looks for what moves, while it waits or runs."""
        item = self._proposal
        return None if item is None or item.is_over else item

    def propose(self) -> None:
        """Ask for a matte of what moves on its own; it becomes a layer when it is there."""
        folder = self.folder
        if self.proposal is not None or folder is None:
            return
        output = free_pattern(folder, PROPOSED)

        def take(_: object) -> None:
            if self.folder == folder:
                self.add(output)
            else:
                text = f"The matte that was proposed lies in {folder}: import it when you open that shot again."
                self._session.notices.add(Notice(text))

        try:
            asked = self._session.node("train").asked()
            values = {name: asked.values[name] for name in OF_THE_PLATE if name in asked.values}
            job = Job("matte", values, {"output": output}, asked.made_by, asked.unreel, make_id("matte"))
            place = jobs_folder(Path(str(self._session.folder)))
            self._proposal = self._session.jobs.add(job, "Propose a matte", take, place=place)
        except WRONG as error:
            self._failed(spoken(error))

    def stop_proposal(self) -> None:
        if self.proposal is not None:
            self._session.jobs.cancel(self.proposal)

    # Fixes

    def why_not(self) -> str:
        """Why there is nothing to paint on now; empty where there is."""
        layer = self.layer
        if layer is None:
            return "There is no matte yet: import one, or let Unreel propose one."
        if not layer.pattern:
            return f"{layer.name} is what the other layers leave: fix those."
        return f"{layer.name} is locked." if layer.locked else ""

    def paint(self, frame: int, brush: Brush, points: Several[Point], erase: bool) -> None:
        """A stroke on the current layer, written at once. The first one on a matte begins its copy."""
        layer, shot = self.layer, self._session.shot
        if layer is None or shot is None or self.why_not() or not points:
            return
        copying = self._copies.get(layer.pattern)
        if copying is None:
            copying = self._copying_of(layer, shot.frames, shot.display)
            if copying is None:
                return
            if copying.target != layer.pattern:
                self._copies[layer.pattern] = copying
                self._keep()
                self.fixes.copy(copying)
        self.fixes.paint(copying, frame, brush, points, erase)

    def undo(self) -> int | None:
        """Take the last stroke back; the frame it was on."""
        return self.fixes.undo()

    def _closed(self, _: None) -> None:
        """What was painted is written first."""
        self.fixes.close()

    def _copying_of(self, layer: MatteLayer, frames: tuple[int, ...], display: Window) -> Copying | None:
        """A copy to begin; one that is its own target, where the panel made the matte."""
        folder = self.folder
        assert folder is not None  # there is a shot
        try:
            sequence = self._sequence(layer.pattern)
        except WRONG as error:
            self._failed(spoken(error))
            return None
        own = Path(layer.pattern).parent == folder
        name = layer.name if layer.name.endswith("matte") else f"{layer.name}_matte"
        target = layer.pattern if own else free_pattern(folder, name, first=2)
        return Copying(sequence, target, frames, Look() if own else self._look(), display)

    # What is seen

    def read(self, frame: int) -> Picture:
        """The visible layers in their colours, the front one over the others; in a thread. InputError."""
        shot = self._session.shot
        assert shot is not None  # the source is taken away with it
        display, look = shot.display, self._look()
        total = np.zeros((*display.shape, 4), np.float32)
        for at, layer in reversed(list(enumerate(self.layers))):
            if layer.visible and layer.pattern:
                covered = self._covered(layer.pattern, frame, look, display)[..., None]
                colour = np.array([*COLOURS[at % len(COLOURS)], 255], np.float32) / 255
                total = total * (1 - covered) + covered * colour
        return Picture(total.astype(np.float16), display, display, 1.0, f"matte of frame {frame}")

    def _covered(self, pattern: str, frame: int, look: Look, display: Window) -> np.ndarray:
        """[h, w] on the display, of the copy where that frame is there already; 0 where the matte has a gap."""
        copying = self._copies.get(pattern)
        if copying is not None and output_path(copying.target, frame).exists():
            covered, window = read_matte(output_path(copying.target, frame), Look(), display)
            return on_window(covered, window, display, 0.0)
        sequence = self._sequence(pattern)
        if not sequence.still and frame not in sequence.on_disk:
            return np.zeros(display.shape, np.float32)
        covered, window = read_matte(sequence.path(frame), look, display)
        return on_window(covered, window, display, 0.0)

    def _sequence(self, pattern: str) -> Sequence:
        if pattern not in self._found:
            self._found[pattern] = Sequence.find(pattern)
        return self._found[pattern]

    def _look(self) -> Look:
        """The knobs are of a single matte; those of several layers are read as they are."""
        knobs = self._session.nodes["train"].knobs
        if knobs["layers"]:
            return Look()
        return Look(str(knobs["matte_channel"]) if knobs["matte_channel"] else None, bool(knobs["matte_invert"]))

    # Knobs and files

    def _another_shot(self, _: None) -> None:
        if self._session.opening:
            return
        self.fixes.forget()
        self._copies, self._found, self._proposal, self.current, self.told = {}, {}, None, 0, ""
        self._take_knobs()
        shot, table = self._session.shot, self._kept()
        for source, target in (table.get("copying") or {}).items():
            if shot is not None and any(layer.pattern == source for layer in self.layers):
                try:
                    copying = Copying(self._sequence(source), target, shot.frames, self._look(), shot.display)
                except WRONG:  # the matte is gone: the form says so
                    continue
                self._copies[source] = copying
                self.fixes.copy(copying)

    def _take_knobs(self) -> None:
        knobs = self._session.nodes["train"].knobs
        told = knobs["layers"] or ((f"{PROPOSED}={knobs['matte']}",) if knobs["matte"] else ())
        kept = {str(each.get("pattern")): each for each in self._kept().get("layers") or []}
        layers = []
        for text in told if isinstance(told, tuple) else ():
            name, _, pattern = str(text).partition("=")
            its = kept.get(pattern, {})
            name = str(its.get("name") or name) if len(told) == 1 else name
            layers.append(MatteLayer(name, pattern, its.get("visible", True) is True, its.get("locked") is True))
        self.layers = tuple(layers)
        self.current = max(0, min(self.current, len(layers) - 1))
        self._show_anew()

    def _knob_changed(self, which: tuple[str, str]) -> None:
        if which[0] == "train" and which[1] in KNOBS and not self._is_putting:
            self._take_knobs()

    def _put(self, layers: tuple[MatteLayer, ...]) -> None:
        """Into the knobs, and beside the unreel folder what those do not hold."""
        before, self.layers = self.layers, layers
        with_matte = [layer for layer in layers if layer.pattern]
        single = len(with_matte) == 1 and len(layers) == 1
        named = tuple(f"{layer.name}={layer.pattern}" if layer.pattern else layer.name for layer in layers)
        self._is_putting = True
        self._session.set_knob("train", "matte", with_matte[0].pattern if single else None)
        self._session.set_knob("train", "layers", None if single or not with_matte else named)
        self._is_putting = False
        if not with_matte:
            self.layers = ()
        self._keep()
        if [(each.pattern, each.visible) for each in before] != [(each.pattern, each.visible) for each in layers]:
            self._show_anew()
        else:
            self.changed.emit(None)

    def _show_anew(self) -> None:
        seen = any(layer.visible and layer.pattern for layer in self.layers) and self._session.shot is not None
        self._session.frames.source("matte", self.read if seen else None)
        self.changed.emit(None)

    def _kept(self) -> dict[str, Any]:
        return {} if self.folder is None else protocol.read_json(self.folder / FILE) or {}

    def _keep(self) -> None:
        folder = self.folder
        if folder is None or not (self.layers or folder.is_dir()):
            return
        layers = [vars(layer) for layer in self.layers]
        copying = {source: its.target for source, its in self._copies.items()}
        try:
            folder.mkdir(parents=True, exist_ok=True)
            protocol.write_json(folder / FILE, {"layers": layers, "copying": copying})
        except OSError as error:
            self._failed(spoken(error))

    # What comes back

    def _written(self, frame: int) -> None:
        self._session.frames.drop("matte", [frame])
        self.changed.emit(None)

    def _copied(self, copying: Copying) -> None:
        """The copy takes the matte's place, in the order of its channel."""
        source = next((source for source, its in self._copies.items() if its is copying), None)
        if source is None:  # another shot is open
            return
        del self._copies[source]
        layers = tuple(
            replace(layer, pattern=copying.target) if layer.pattern == source else layer for layer in self.layers
        )
        for knob, plain_value in (("matte_channel", None), ("matte_invert", False)):
            if len(layers) == 1 and self._session.nodes["train"].knobs[knob] != plain_value:
                self._is_putting = True
                self._session.set_knob("train", knob, plain_value)
                self._is_putting = False
        self._put(layers)

    def _failed(self, text: str) -> None:
        self._session.notices.add(Notice(text, level="wrong", where="matte"))

    def _tell(self, text: str) -> None:
        self.told = text
        self.changed.emit(None)

    def _jobs_changed(self, _: None) -> None:
        if self._proposal is not None:
            if self._proposal.state == protocol.FAILED:
                self._failed(self._proposal.status.message)
            self._proposal = None if self._proposal.is_over else self._proposal
            self.changed.emit(None)


def name_of(pattern: str) -> str:
    """`roto` of `roto_v003.####.exr`."""
    return VERSION.sub("", plain(re.split(r"#|%0?\d*d|\$F", Path(pattern).stem)[0])) or "matte"


def plain(name: str) -> str:
    """With what a layer's name may have."""
    return NO_NAME.sub("_", name).strip("_-")


def free_name(name: str, taken: Iterable[str]) -> str:
    """The name, or with the first number that makes it one of its own."""
    others, wanted, number = set(taken), name or "layer", 2
    while wanted in others:
        wanted, number = f"{name or 'layer'}{number}", number + 1
    return wanted


def free_pattern(folder: Path, name: str, first: int = 1) -> str:
    """`NAME_v001.####.exr`, the first version of which no file is there."""
    number = first
    while any(folder.glob(f"{name}_v{number:03d}.*")):
        number += 1
    return str(folder / f"{name}_v{number:03d}.####.exr")
