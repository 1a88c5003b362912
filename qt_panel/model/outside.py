"""Edit outside: the canonical in the artist's own painting program; each save shows on all frames."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
from unreel.core.color import Color
from unreel.core.errors import MismatchedPictures, UnreelError
from unreel.core.exr_read import read_frame, read_header
from unreel.core.frame import Window
from unreel.core.whole_file import replaced_whole
from unreel.plugin.nodes.desktop import open_path
from unreel.plugin.nodes.look import layer_folder
from unreel.plugin.nodes.started import reap
from unreel.plugin.nodes.tell import Refused, spoken
from unreel.plugin.runtime import clean_environment

from .canonical import newest
from .paint.bring_in import Entry, Painted
from .paint.brought import PREFIX
from .paint.document import SUFFIX
from .painted_over import Original, PaintedOver, read_painted_over
from .pressing import press
from .signal import Signal

NODE = "canonical_export"
LOOK_SECONDS = 0.2
PATIENCE_SECONDS = 1.0
"""A file that can't be read for so long is told; it is tried again all the same."""
SUFFIXES = (".png", ".tif", ".exr")
State = Literal["none", "exporting", "waiting", "seen", "unreadable", "failed"]
Mark = tuple[int, int]
"""Time of change in ns, and size: another one as soon as a program saves."""


class Live(Protocol):
    """What it needs of `LiveClient`."""

    changed: Signal[None]

    @property
    def layout(self) -> object: ...

    @property
    def canvas_window(self) -> Window: ...

    @property
    def canvas_scale(self) -> float: ...

    def canvas_of(self, mode: Literal["over"]) -> np.ndarray: ...

    def whole(self, picture: np.ndarray | None) -> None: ...


class Shot(Painted, Protocol):
    """A session, as far as it is needed here."""

    @property
    def live(self) -> Live: ...


@dataclass(frozen=True)
class Target:
    """The canvas there is."""

    layout: object
    window: Window
    scale: float
    size: tuple[int, int]


class Outside:
    """One picture at a time. It is kept beside the paint, and watched again when the shot is opened again."""

    def __init__(self, shot: Shot) -> None:
        self.changed: Signal[None] = Signal()
        self.state: State = "none"
        self.line = ""
        """What it does, or what is wrong, in a sentence."""
        self.file: Path | None = None
        """The picture that is edited."""
        self.seen_at: float | None = None
        """When the last save was shown, in seconds since 1970."""
        self._shot = shot
        self._color: Color | None = None
        self._layout: object = None
        self._forget()
        shot.live.changed.connect(self._live_changed)

    def _forget(self) -> None:
        self._watch = object()
        self._original: Original | None = None
        self.shown: PaintedOver | None = None
        self._known: Mark | None = None
        self._last: Mark | None = None
        self._failed_since: float | None = None
        self._is_reading = False
        self.file = self.seen_at = None

    # What the artist does.

    def start(self, suffix: str = ".png", program: str = "") -> None:
        """Exports the canonical and opens it. suffix: one of `SUFFIXES`; program: a command, or the desktop's own."""
        folder = self._shot.folder
        if folder is None or self.state == "exporting":
            return
        self.stop()
        file = unused(place_of(folder), suffix)
        watch, node = self._watch, self._shot.node(NODE)
        before = {knob: node.get(knob) for knob in ("file", "kind", "guides")}
        for knob, value in (("file", str(file)), ("kind", "plate"), ("guides", False)):
            self._shot.set_knob(NODE, knob, value)

        def ended() -> None:
            if self._shot.node(NODE).handle is node.handle:
                for knob, value in before.items():
                    self._shot.set_knob(NODE, knob, value)
                return
            with node.host.undo_step("Edit outside"):  # another shot is open
                for knob, value in before.items():
                    node.set(knob, value)

        def done() -> None:
            ended()
            self._begin(file, program)

        def failed(line: str) -> None:
            ended()
            if watch is self._watch:
                self._be("failed", line)

        self._be("exporting", "The canonical is exported.")
        press(self._shot, NODE, "export", done, failed)

    def open_again(self, program: str = "") -> None:
        """The picture, in the painting program."""
        if self.file is not None:
            try:
                open_with(self.file, program)
            except Refused as error:
                self._be(self.state, str(error))

    def stop(self) -> None:
        """Nothing of it is shown any more, nor rendered; the picture stays where it is."""
        folder, was = self._shot.folder, self.file
        self._forget()
        if folder is not None and was is not None:
            note_of(folder).unlink(missing_ok=True)
        self._show()
        self._be("none", "")

    def close(self) -> None:
        """The shot goes: its picture is watched no more, until `look_for` finds it again."""
        self._forget()
        self._show()
        self._be("none", "")

    def look_for(self) -> None:
        """A shot was opened: what was edited outside is shown again."""
        self._forget()
        folder = self._shot.folder
        note = None if folder is None else read_note(folder)
        if folder is None or note is None:
            self._show()
            self._be("none", "")
            return
        file = place_of(folder) / note["file"]
        self._watch_from(file, tuple(note["exported"]), Window(*note["canonical"]), Window(*note["plate"]))

    def entries(self) -> list[Entry]:
        """What is to be brought in before frames are rendered."""
        if self.file is None or self._known is None or self.shown is None or not self.shown.box[2]:
            return []
        knobs = {"painted": "picture", "on": "canonical", "mode": "over", "opacity": 1.0}
        digest = f"{self.file.name} {self._known[0]} {self._known[1]}"
        return [Entry(f"{PREFIX}outside", self.file.name, self.file, knobs, "outside", digest)]

    # Watching.

    def _begin(self, file: Path, program: str) -> None:
        """It is exported: it is kept as it is, to compare with, and opened."""
        folder = self._shot.folder
        mark = mark_of(file)
        if folder is None or mark is None:
            return
        canonical, plate = self._canonical_window(folder), self._shot.paint.plate
        try:
            shutil.copyfile(file, original_of(file))
            write_note(folder, file, mark, canonical, plate)
        except (OSError, UnreelError) as error:
            self._be("failed", str(error))
            return
        self._watch_from(file, mark, canonical, plate)
        self.open_again(program)

    def _canonical_window(self, folder: Path) -> Window:
        """Of the picture that was exported: a PNG or TIFF holds none."""
        node = self._shot.node(NODE)
        found = newest(layer_folder(str(folder), node.text("layer")), node.text("key"))
        return self._shot.paint.window("canonical") if found is None else read_header(found[0]).data

    def _watch_from(self, file: Path, known: Mark, canonical: Window, plate: Window) -> None:
        self.file, self._known, self._last = file, known, known
        watch = self._watch = object()

        def read() -> None:
            try:
                original = Original(read_frame(original_of(file)), canonical, plate)
            except Exception as error:  # nobody above a thread hears it: the state says it
                text = spoken(error) or type(error).__name__
                self._shot.loop.soon(lambda: self._be("failed", text) if watch is self._watch else None)
            else:
                self._shot.loop.soon(lambda: begin(original))

        def begin(original: Original) -> None:
            if watch is self._watch:
                self._original = original
                self._shot.loop.later(lambda: self._look(watch), LOOK_SECONDS)

        self._be("waiting", f"Save {file.name} in your program: each save shows here.")
        threading.Thread(target=read, daemon=True).start()

    def _look(self, watch: object) -> bool:
        """At the file, five times a second; it is read when two looks find the same."""
        if watch is not self._watch or self.file is None:
            return False
        mark = mark_of(self.file)
        if mark is None or mark == self._known or self._is_reading:
            return True
        if mark == self._last:
            self._is_reading = True
            read = (watch, self.file, mark, self._target())
            threading.Thread(target=self._read, args=read, daemon=True).start()
        self._last = mark
        return True

    def _read(self, watch: object, file: Path, mark: Mark, target: Target | None) -> None:
        """In a thread of its own."""
        original = self._original
        assert original is not None
        ended: Callable[[], None]
        try:
            self._color = self._color or Color()
            found = read_painted_over(file, original, self._color)
            canvas = on_canvas(found, target)
        except Exception as error:  # whatever a half-written file brings about: it is read again
            text, is_final = reason_of(error, file), isinstance(error, MismatchedPictures)
            ended = lambda: self._not_read(mark, text, is_final)  # noqa: E731
        else:
            ended = lambda: self._take(mark, found, target, canvas)  # noqa: E731
        self._shot.loop.soon(lambda: ended() if watch is self._watch else None)

    def _take(self, mark: Mark, found: PaintedOver, target: Target | None, canvas: np.ndarray | None) -> None:
        self._is_reading, self._failed_since = False, None
        self._known, self.shown, self.seen_at = mark, found, time.time()
        self._put(target, canvas)
        changes = "shows what you have changed" if found.box[2] else "is as it was exported"
        self._be("seen", f"{self.file.name if self.file else ''} {changes}.")

    def _not_read(self, mark: Mark, text: str, is_final: bool) -> None:
        """Half written, most likely: it is tried again as long as it stays so."""
        self._is_reading = False
        if is_final:
            self._known = mark
        self._failed_since = self._failed_since or time.monotonic()
        if is_final or time.monotonic() - self._failed_since > PATIENCE_SECONDS:
            self._be("unreadable", text)

    # Showing.

    def _live_changed(self, _: None) -> None:
        if self._shot.live.layout is not self._layout:
            self._layout = self._shot.live.layout
            self._show()

    def _show(self) -> None:
        """On the canvas that there is now."""
        shown, watch = self.shown, self._watch
        if shown is None:
            if self._shot.live.layout is not None:
                self._shot.live.whole(None)
            return

        target = self._target()

        def make() -> None:
            canvas = on_canvas(shown, target)
            self._shot.loop.soon(lambda: self._put(target, canvas) if watch is self._watch else None)

        threading.Thread(target=make, daemon=True).start()

    def _target(self) -> Target | None:
        live = self._shot.live
        if live.layout is None:
            return None
        height, width = live.canvas_of("over").shape[:2]
        return Target(live.layout, live.canvas_window, live.canvas_scale, (width, height))

    def _put(self, target: Target | None, canvas: np.ndarray | None) -> None:
        """On another canvas, that has come meanwhile, it is put by itself."""
        if target is not None and target.layout is self._shot.live.layout:
            self._shot.live.whole(canvas)

    def _be(self, state: State, line: str) -> None:
        self.state, self.line = state, line
        self.changed.emit(None)


def on_canvas(found: PaintedOver, target: Target | None) -> np.ndarray | None:
    return None if target is None else found.on_canvas(target.window, target.scale, target.size)


def reason_of(error: Exception, file: Path) -> str:
    """In few words, for beside the button."""
    if not isinstance(error, UnreelError):
        return f"{file.name} can't be read ({spoken(error) or type(error).__name__}). It is tried again."
    text = str(error).replace(str(file), file.name)
    return text if isinstance(error, MismatchedPictures) else f"{text}. It is tried again."


def open_with(file: Path, program: str) -> None:
    """With a command, or with what the desktop has for it; it is not waited for. Refused says why not."""
    if not program:
        open_path(str(file))
        return
    command = command_of(program)
    quiet: Any = subprocess.DEVNULL
    try:
        process = subprocess.Popen(
            [*command, str(file)],
            stdin=quiet,
            stdout=quiet,
            stderr=quiet,
            env=clean_environment(os.environ),
            start_new_session=True,
        )
    except OSError as error:
        raise Refused(f"{command[0]} can't be started ({error.strerror}): choose another program") from None
    reap(process)


def command_of(program: str, system: str = sys.platform) -> list[str]:
    """A program's file, a command with its options, or a Mac's application, as it is started. Refused: it is none."""
    if Path(program).is_file():
        return [program]
    if system == "darwin" and program.endswith(".app"):
        return ["open", "-a", program]
    try:
        parts = shlex.split(program, posix=system != "win32")
    except ValueError as error:
        raise Refused(f"{program} is no command ({error}): choose another program") from None
    if not parts:
        raise Refused("the command is empty: choose a program")
    return [part.strip('"') for part in parts] if system == "win32" else parts


def mark_of(file: Path) -> Mark | None:
    """None while it is not there: many programs write another file and give it the name."""
    try:
        found = os.stat(file)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def place_of(folder: Path) -> Path:
    return folder.with_name(folder.name + SUFFIX) / "outside"


def note_of(folder: Path) -> Path:
    return place_of(folder) / "outside.json"


def original_of(file: Path) -> Path:
    """A copy of a picture as it was exported."""
    return file.with_name(f".{file.stem}.original{file.suffix}")


def unused(place: Path, suffix: str) -> Path:
    """A name that no picture has: what was painted before is never written over."""
    names = (f"canonical{at or ''}{suffix}" for at in range(0, 10_000))
    return next(place / name for name in names if not (place / name).exists())


def write_note(folder: Path, file: Path, exported: Mark, canonical: Window, plate: Window) -> None:
    windows = {"canonical": canonical, "plate": plate}
    content: dict[str, Any] = {"file": file.name, "exported": list(exported)}
    content |= {name: [each.x, each.y, each.width, each.height] for name, each in windows.items()}
    with replaced_whole(note_of(folder)) as temporary:
        temporary.write_text(json.dumps(content) + "\n", encoding="utf-8")


def read_note(folder: Path) -> dict[str, Any] | None:
    """None where there is none, or it is damaged."""
    try:
        note = json.loads(note_of(folder).read_text(encoding="utf-8"))
        whole = {"file": str(note["file"]), "exported": [int(part) for part in note["exported"]]}
        return whole | {name: [int(part) for part in note[name]] for name in ("canonical", "plate")}
    except (OSError, ValueError, KeyError, TypeError):
        return None
