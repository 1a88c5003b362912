"""What the artist paints on and with: canonical or frame, brushes, and the way to the render."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from unreel.core.color import Color
from unreel.plugin.nodes.look import layer_folder

from .brushes import Brushes
from .canonical import newest
from .notices import Action, Notice
from .paint.bring_in import Entry, others
from .paint.brought import is_ours, texture_name
from .paint.handles import Object, Thing, grip_at, middle_of, moved, quad_of
from .paint.keeping import SaveState
from .paint.layers import On
from .paint.strokes import Placed, Xy
from .painted import PaintedPicture
from .painted_over import PaintedOver, laid_over
from .picture import Broken, Picture
from .pressing import press
from .signal import Signal

if TYPE_CHECKING:
    from .session import Session

PAGE = "paint"
Surface = Literal["canonical", "frame"]
NAME = 24
"""Letters of a layer that is named after what is on it."""


class Easel:
    """Of a session, from its start to its end."""

    def __init__(self, session: Session) -> None:
        self.changed: Signal[None] = Signal()
        """What is painted on, or what it lacks."""
        self.surface: Surface = "canonical"
        self.making = ""
        """What is being made that painting needs; empty: nothing."""
        self._session, self.paint = session, session.paint
        self.brushes = Brushes(session.settings.brushes)
        self.color = Color()
        self.painted = PaintedPicture(session.loop, session.paint, self._ground)
        self._notice: Notice | None = None
        self._editing: tuple[Picture, PaintedOver] | None = None
        self._edited_canonical: tuple[tuple[Picture, PaintedOver] | None, Picture | None] = (None, None)
        painted = self.painted
        session.frames.direct("painted", lambda frame: painted.picture(), full=lambda frame: painted.full())
        session.shot_changed.connect(self._look)
        session.canonical.changed.connect(self._look)
        session.playhead.moved.connect(self._moved)
        session.frames.came.connect(self._came)
        session.frames.dropped.connect(self._dropped)
        self.painted.changed.connect(self._painted_changed)
        self.paint.opened.connect(self._look)
        self.paint.saved.connect(self._saved)
        session.bring_in.changed.connect(self._bringing)
        session.outside.changed.connect(lambda _: self._show())

    # What is painted on.

    @property
    def on(self) -> On:
        return "canonical" if self.surface == "canonical" else self._session.playhead.frame

    @property
    def is_in_view(self) -> bool:
        """The viewer shows what is painted on, so that a point there is one of it."""
        return self._session.view.kind == "painted"

    def paint_on(self, surface: Surface) -> None:
        """The canonical, or the frame that is shown; the layer in hand is one of it then, if there is any."""
        self.paint.end()
        self.surface = surface
        self._show()
        self.choose_layer()
        self.changed.emit(None)

    def choose_layer(self) -> None:
        """The uppermost layer of what is painted on, where the one in hand is not on it."""
        now = self.paint.layer_now
        if now is None or now.on != self.on:
            found = [at for at, layer in enumerate(self.paint.layers) if layer.on == self.on]
            if found:
                self.paint.choose(found[-1])

    def show_layer(self, at: int) -> None:
        """Takes a layer in hand, and shows what it is on."""
        if at != self.paint.current:
            self.paint.choose(at)
        layer = self.paint.layer_now
        if layer is not None and layer.on != self.on:
            self.surface = "canonical" if layer.on == "canonical" else "frame"
            if layer.on != "canonical":
                self._session.playhead.go(layer.on)
            self._show()
            self.changed.emit(None)

    @property
    def title(self) -> str:
        """What the viewer shows as `painted`."""
        return "painted canonical" if self.on == "canonical" else f"painted frame {self.on}"

    def ready(self, name: str = "") -> str | None:
        """Makes sure that there is a layer to paint on; why there can't be one, None where there is.

        name: of something that can be moved later, which takes a layer of its own.
        """
        if not self.paint.is_open and self._session.shot is not None:
            return "Painting begins as soon as the first live maps are made."
        why = self.paint.why_not(needs_layer=False)
        if why is not None:
            return why
        if self.paint.window(self.on).empty:
            return "The canonical is not made yet." if self.on == "canonical" else "This frame can't be painted on."
        self.choose_layer()
        now = self.paint.layer_now
        if now is None or now.on != self.on or (name and now.ops):
            self.paint.add_layer(self.free_name(name), self.on)
        elif name:
            self.paint.layer(name=self.free_name(name))
        return self.paint.why_not()

    def place(self, file: Path, xy: Xy | None, then: Callable[[str], object]) -> None:
        """A picture on a layer of its own, its middle at a point, or in the middle of all; read in its own time.

        `then` is called with why it can't be placed, or with nothing.
        """
        why = self.paint.why_not(needs_layer=False)
        if why is not None:
            then(why)
            return
        on = self.on

        def lay(placed: Placed) -> None:
            why = self.ready(file.stem) if self.on == on else "Another picture is painted on now: place it again."
            if why is None:
                middle = middle_of(quad_of(placed, self.paint.size_of(placed)))
                by = (0.0, 0.0) if xy is None else (xy[0] - middle[0], xy[1] - middle[1])
                self.paint.add(moved(placed, by))
            then(why or "")

        self.paint.place(file, on, lay)

    def free_name(self, name: str = "") -> str:
        """For a new layer."""
        base = name[:NAME] or ("Paint" if self.on == "canonical" else f"Frame {self.on}")
        used = {layer.name for layer in self.paint.layers}
        return next(name for name in (base, *(f"{base} {at}" for at in range(2, 10_000))) if name not in used)

    def make_canonical(self) -> None:
        """Where there is none yet: there is nothing to look at before."""
        session = self._session
        node = session.node("canonical_export")
        kept = newest(layer_folder(node.path("folder"), node.text("layer")), node.text("key"))
        if session.canonical.picture is None and kept is None and not self.making:
            self._be_making("The canonical is made ...")
            press(session, "canonical_export", "export", self._canonical_made, lambda line: self._be_making(""))

    # Text and pictures.

    def placed_now(self, kind: type[Thing]) -> tuple[int, Thing] | None:
        """The uppermost text, or picture, of the layer in hand, where that is shown, and its number."""
        layer = self.paint.layer_now
        if layer is None or not layer.visible or layer.on != self.on:
            return None
        for at in reversed(range(len(layer.ops))):
            op = layer.ops[at]
            if isinstance(op, kind):
                return at, op
        return None

    def layer_at(self, kind: type[Object], xy: Xy) -> int | None:
        """The uppermost layer with a text, or a picture, at a point."""
        for at in reversed(range(len(self.paint.layers))):
            layer = self.paint.layers[at]
            if layer.visible and not layer.locked and layer.on == self.on:
                if any(self._is_at(op, xy) for op in layer.ops if isinstance(op, kind)):
                    return at
        return None

    def _is_at(self, thing: Object, xy: Xy) -> bool:
        size = self.paint.size_of(thing) if isinstance(thing, Placed) else (1, 1)
        grip = grip_at(quad_of(thing, size), xy, 0)
        return grip is not None and grip[0] == "inside"

    # Rendering.

    def unbrought(self) -> tuple[str, ...]:
        """What a render would not have: names of layers, and of the picture that is edited outside."""
        brought = self.paint.brought
        if brought is None:
            return ()
        edited = [each.says for each in self._edited() if not brought.has(each.name, each.id, each.digest)]
        return (*edited, *self.paint.unbrought())

    def bring(self, then: Callable[[], object] = lambda: None) -> None:
        """All that is painted into the unreel folder; `then` when it is there."""
        self.paint.end()
        self._session.bring_in.start(then, self._edited())

    def name_textures(self) -> bool:
        """Has Propagate take what is shown here and brought in, in the order of the layers; False: nothing is.

        Textures that the artist chose there stay chosen.
        """
        folder, node = self._session.folder, self._session.node("propagate")
        chosen = node.text("texture").split()
        if folder is None or not self.paint.is_open or (chosen and not any(map(is_ours, chosen))):
            return True
        if not any(is_ours(path.parent.name) for path in folder.glob("textures/*/texture.json")):
            return True
        shown = [texture_name(layer) for layer in self.paint.layers if layer.visible and layer.ops]
        names = (*others(folder), *(each.name for each in self._edited()), *shown)
        if names:
            self._session.set_knob("propagate", "texture", names)
        return bool(names)

    def keep(self) -> None:
        """The brushes, for the next start."""
        self._session.settings.brushes = self.brushes.to_json()

    def _edited(self) -> list[Entry]:
        return self._session.outside.entries()

    # What changes.

    def _look(self, _: None) -> None:
        """Another shot, or another picture to paint on."""
        if not self._session.opening:
            self._show()
            self.changed.emit(None)

    def _ground(self, on: On) -> Picture | Broken | None:
        if on == "canonical":
            return self._canonical()
        return self._session.frames.get("plate", on, full=True)

    def _canonical(self) -> Picture | Broken | None:
        """With what was painted on it in another program; that is laid on in its own time."""
        bare, edited = self._session.canonical.picture, self._session.outside.shown
        if not isinstance(bare, Picture) or edited is None or not edited.box[2]:
            return bare
        of, made = self._edited_canonical
        if of == (bare, edited):
            return made
        if self._editing != (bare, edited):
            self._editing = bare, edited

            def lay() -> None:
                laid = laid_over(bare, edited)
                self._session.loop.soon(lambda: self._take_edited((bare, edited), laid))

            threading.Thread(target=lay, daemon=True).start()
        return made if of is not None and of[0] is bare else bare

    def _take_edited(self, of: tuple[Picture, PaintedOver], made: Picture) -> None:
        if self._editing == of:
            self._edited_canonical = of, made
            self._show()

    def _show(self) -> None:
        if self._session.shot is not None:
            self.painted.show(self.on)

    def _moved(self, frame: int) -> None:
        if self.surface == "frame":
            self.paint.end()
            self._show()
            self.choose_layer()
            self.changed.emit(None)

    def _came(self, key: tuple[str, int]) -> None:
        if self.surface == "frame" and key == ("plate", self._session.playhead.frame):
            self._show()

    def _dropped(self, kind: str) -> None:
        if kind == "plate" and self.surface == "frame":
            self._show()

    def _painted_changed(self, _: None) -> None:
        self._session.frames.came.emit(("painted", self._session.playhead.frame))

    def _canonical_made(self) -> None:
        self._be_making("")
        self._session.canonical.look_again()

    def _be_making(self, line: str) -> None:
        self.making = line
        self.changed.emit(None)

    # Notices.

    def _saved(self, saved: SaveState) -> None:
        if self._notice is not None:
            self._session.notices.clear(self._notice)
            self._notice = None
        if saved.state == "recovered":
            answers = (Action("Keep it", self.paint.keep), Action("Throw it away", self.paint.throw_away))
            self._tell(Notice(saved.text, level="ask", actions=answers))
        elif saved.state == "failed":
            self._tell(Notice(saved.text, level="wrong"))
        elif saved.state == "read only":
            self._tell(Notice(saved.text, level="wrong", where=PAGE))

    def _bringing(self, _: None) -> None:
        bring = self._session.bring_in
        if bring.has_failed:
            self._tell(Notice(bring.line, level="wrong", where=PAGE))

    def _tell(self, notice: Notice) -> None:
        self._notice = notice
        self._session.notices.add(notice)
