"""Pictures by kind and frame, read in threads and kept as long as memory lasts."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import cv2
import numpy as np
from unreel.core.errors import UnreelError

from .loop import Loop
from .picture import Broken, Picture
from .signal import Signal
from .view_state import Kind

THREADS = 2
PROXY = 960
"""Longer side of what is kept of each frame, in pixels."""
FULL_SHARE = 0.5
"""Memory for pictures at full size, as a share of that for proxies: those that are looked at while nothing moves."""
GUESSED = PROXY * PROXY * 9 // 16 * 8
"""Bytes of a proxy before one was seen: 16:9 in half RGBA."""

Key = tuple[Kind, int]
Read = Callable[[int], Picture]
Give = Callable[[int], Picture | Broken | None]


class FrameCache:
    """Every method is called in the loop's thread; only reading itself runs in others.

    A proxy of each frame is kept in one shelf, pictures at full size in a smaller one. Those looked at, or wanted,
    longest ago go first.
    """

    def __init__(self, loop: Loop, most_bytes: int = 512 << 20) -> None:
        self.came: Signal[Key] = Signal()
        """Something of this frame is there, or there anew: a proxy, the full size, or why there is none."""
        self.dropped: Signal[Kind] = Signal()
        self._loop = loop
        self._proxies = Shelf(most_bytes)
        self._full = Shelf(int(most_bytes * FULL_SHARE))
        self._sources: dict[Kind, Read] = {}
        self._direct: dict[Kind, tuple[Give, Give]] = {}
        """As it is shown while something moves, and at full size."""
        self._there: dict[Kind, Callable[[int], bool]] = {}
        self._stills: frozenset[Kind] = frozenset()
        self._wanted: dict[Kind, tuple[int, ...]] = {}
        self._asked: dict[Key, bool] = {}
        """What `get` was asked for and had not, the newest last; True: at full size."""
        self._reading: dict[Key, bool] = {}
        self._turn: dict[Kind, int] = {}
        """Counts what was dropped, so that a picture read before that is not taken for a new one."""
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="frames")
        self._closed = False

    def source(self, kind: Kind, read: Read | None, is_still: bool = False) -> None:
        """Where pictures of a kind come from, called in a thread, at full size; None: there are none any more.

        is_still: one picture stands for every frame; `read` is asked for frame 0, and `came` tells of it.
        """
        self._direct.pop(kind, None)
        self._sources.pop(kind, None)
        self._stills -= {kind}
        if is_still and read is not None:
            self._stills |= {kind}
        if read is not None:
            self._sources[kind] = read
        else:
            self._asked = {key: full for key, full in self._asked.items() if key[0] != kind}
        self.drop(kind)

    def direct(
        self, kind: Kind, give: Give, has: Callable[[int], bool] | None = None, full: Give | None = None
    ) -> None:
        """A kind that someone else keeps: asked each time, at once. Who keeps it emits `came`.

        has: which frames can be shown without much waiting, where that is more than those `give` has now. full: asked
        for what is looked at while nothing moves; None: there is one size.
        """
        self.source(kind, None)
        self._direct[kind] = give, full or give
        self._there[kind] = has or (lambda frame: isinstance(give(frame), Picture))

    def get(self, kind: Kind, frame: int, full: bool = False) -> Picture | Broken | None:
        """At once the best there is; None: not there yet, it is wanted now. A kind without a source gives None.

        `full`: at full size; until that is there, the proxy.
        """
        if kind in self._direct:
            return self._direct[kind][full](frame)
        key = self.key(kind, frame)
        found = self._full.get(key) if full else None
        if found is not None:
            return found
        proxy = self._proxies.get(key)
        if kind in self._sources and (proxy is None or (full and is_reduced(proxy))):
            self._asked.pop(key, None)
            self._asked[key] = full
            self._read_on()
        return proxy

    def full(self, kind: Kind, frame: int) -> Picture | Broken | None:
        """At full size if it is there; nothing is read for it."""
        if kind in self._direct:
            return self._direct[kind][1](frame)
        key = self.key(kind, frame)
        proxy = self._proxies.peek(key)
        return proxy if proxy is not None and not is_reduced(proxy) else self._full.get(key)

    def want(self, kind: Kind, frames: Sequence[int]) -> None:
        """Nearest first; replaces what was wanted of this kind. What memory does not hold is left."""
        self._wanted[kind] = (0,) if kind in self._stills else tuple(frames)
        for frame in reversed(self._wanted[kind][: self.room()]):
            self._proxies.get((kind, frame))
        # What was asked for before was gone past.
        self._asked = {key: full for key, full in self._asked.items() if key[0] != kind or key[1] in frames[:1]}
        self._read_on()

    def drop(self, kind: Kind, frames: Iterable[int] | None = None) -> None:
        """What is on disk is another picture now; None: all of this kind."""
        keys = None if frames is None else {(kind, frame) for frame in frames}
        self._turn[kind] = self._turn.get(kind, 0) + 1
        for shelf in (self._proxies, self._full):
            shelf.drop(lambda key: key[0] == kind if keys is None else key in keys)
        self.dropped.emit(kind)
        self._read_on()

    def has(self, kind: Kind, frame: int) -> bool:
        """A picture is there, for the timeline."""
        if kind in self._direct:
            return self._there[kind](frame)
        return isinstance(self._proxies.peek(self.key(kind, frame)), Picture)

    def is_known(self, kind: Kind, frame: int) -> bool:
        """A picture, or why there is none: what playing need not wait for."""
        is_read = kind in self._sources and kind not in self._direct
        return not is_read or self._proxies.peek(self.key(kind, frame)) is not None

    def is_broken(self, kind: Kind, frame: int) -> bool:
        return isinstance(self._proxies.peek(self.key(kind, frame)), Broken)

    def comes(self, kind: Kind) -> bool:
        """Whether there are pictures of this kind at all."""
        return kind in self._sources or kind in self._direct

    def key(self, kind: Kind, frame: int) -> Key:
        """What `came` tells where this is there."""
        return kind, 0 if kind in self._stills else frame

    def room(self) -> int:
        """How many proxies memory holds, judged by those that are there."""
        each = self._proxies.bytes / len(self._proxies) if len(self._proxies) else GUESSED
        return max(2, int(self._proxies.most_bytes / max(each, 1)))

    def close(self) -> None:
        """What is being read is not waited for."""
        self._closed = True
        self._asked.clear()
        self._wanted.clear()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _read_on(self) -> None:
        while len(self._reading) < THREADS and not self._closed:
            task = self._next()
            if task is None:
                return
            key, full = task
            self._reading[key] = full
            future = self._pool.submit(read_and_reduce, self._sources[key[0]], key[1])
            turn = self._turn.get(key[0], 0)
            future.add_done_callback(partial(self._back_to_loop, key, turn))

    def _back_to_loop(self, key: Key, turn: int, done: Future[tuple[Picture | Broken, Picture | Broken]]) -> None:
        self._loop.soon(lambda: self._came(key, turn, done))

    def _next(self) -> tuple[Key, bool] | None:
        """What is shown and not there, the newest first; then what will be."""
        for key, full in reversed(self._asked.items()):
            if key not in self._reading:
                return key, full
        for kind, frames in self._wanted.items():
            if kind in self._sources:
                for frame in frames[: self.room()]:
                    key = kind, frame
                    if key not in self._reading and self._proxies.peek(key) is None:
                        return key, False
        return None

    def _came(self, key: Key, turn: int, done: Future[tuple[Picture | Broken, Picture | Broken]]) -> None:
        full = self._reading.pop(key, False) or self._asked.get(key, False)
        if self._closed or done.cancelled():
            return
        if turn != self._turn.get(key[0], 0):
            self._read_on()
            return
        self._asked.pop(key, None)
        failure = done.exception()
        if failure is not None:
            self._proxies.put(key, Broken(f"{key[0]} {key[1]}: {type(failure).__name__}: {failure}"))
        else:
            picture, proxy = done.result()
            if not self.has(*key):
                self._proxies.put(key, proxy)
            if full and picture is not proxy:
                self._full.put(key, picture)
        self._read_on()
        self.came.emit(key)
        if failure is not None:
            raise failure


class Shelf:
    """Pictures in the order they were looked at, no more than fit; the two newest always do."""

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self.bytes = 0
        self._kept: OrderedDict[Key, Picture | Broken] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def peek(self, key: Key) -> Picture | Broken | None:
        return self._kept.get(key)

    def get(self, key: Key) -> Picture | Broken | None:
        if key in self._kept:
            self._kept.move_to_end(key)
        return self._kept.get(key)

    def put(self, key: Key, picture: Picture | Broken) -> None:
        self.drop(lambda each: each == key)
        self._kept[key] = picture
        self.bytes += size_of(picture)
        while self.bytes > self.most_bytes and len(self._kept) > 2:
            self.bytes -= size_of(self._kept.popitem(last=False)[1])

    def drop(self, is_dropped: Callable[[Key], bool]) -> None:
        for key in [key for key in self._kept if is_dropped(key)]:
            self.bytes -= size_of(self._kept.pop(key))


def size_of(picture: Picture | Broken) -> int:
    return picture.rgba.nbytes if isinstance(picture, Picture) else 0


def is_reduced(picture: Picture | Broken) -> bool:
    return isinstance(picture, Picture) and picture.scale < 1


def read_and_reduce(read: Read, frame: int) -> tuple[Picture | Broken, Picture | Broken]:
    """A frame at full size, and its proxy; the same twice where it is small, or could not be read."""
    try:
        picture = read(frame)
    except UnreelError as error:
        broken = Broken(str(error))
        return broken, broken
    except OSError as error:
        broken = Broken(f"frame {frame} could not be read: {error.strerror or error}")
        return broken, broken
    return picture, proxy_of(picture)


def proxy_of(picture: Picture, longest: int = PROXY) -> Picture:
    """The mean of the pixels that each of its own covers, at most `longest` long; a smaller one as it is."""
    height, width = picture.rgba.shape[:2]
    if max(height, width) <= longest:
        return picture
    factor = longest / max(height, width)
    size = max(1, round(width * factor)), max(1, round(height * factor))
    reduced = cv2.resize(picture.rgba.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    return replace(picture, rgba=reduced.astype(np.float16), scale=picture.scale * factor)
