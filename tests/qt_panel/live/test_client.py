"""The window's end of live paint, with a real helper: what an artist sees of it, and what it survives."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from unreel.plugin import client as jobs_client
from unreel.plugin.client import Running
from unreel.plugin.job import Job, write_job
from unreel.plugin.runtime import Runtime, RuntimeMissing
from unreel.qt_panel.live.client import LiveClient, Trouble
from unreel.qt_panel.live.layout import Layout
from unreel.qt_panel.live.making import all_frames, trained_id
from unreel.qt_panel.live.messages import Place
from unreel.qt_panel.model.loop import InTurn
from unreel.qt_panel.model.signal import Signal

from .conftest import FRAMES, KEY, RUNTIME, frame_from_key, make_maps, train

pytestmark = pytest.mark.slow


@dataclass
class Item:
    job: Job
    running: Running

    @property
    def is_over(self) -> bool:
        return self.running.poll().ended


class OneJob:
    """A queue of one: starts it at once, by a real worker, and says when it has ended."""

    def __init__(self, loop: InTurn) -> None:
        self.ended: Signal[Any] = Signal()
        self.items: list[Item] = []
        self.jobs: list[Job] = []
        self.running: Running | None = None
        self._loop = loop

    def add(self, job: Job, title: str, then: Callable[..., None] | None = None, first: bool = False) -> Item:
        self.jobs.append(job)
        running = self.running = jobs_client.start(write_job(job), RUNTIME)
        item = Item(job, running)
        self.items.append(item)

        def look() -> bool:
            if not running.poll().ended:
                return True
            self.ended.emit(item)
            return False

        self._loop.later(look, 0.05)
        return item


class Artist:
    """Opens a shot, and sees what a window would show."""

    def __init__(self, runtime: Callable[[], Runtime] = lambda: RUNTIME) -> None:
        self.loop = InTurn()
        self.jobs = OneJob(self.loop)
        self.live = LiveClient(self.loop, runtime, self.jobs)
        self.shown: list[tuple[int, tuple[int, int, int, int]]] = []
        self.troubles: list[Trouble] = []
        self.places: list[Place] = []
        self.states: list[tuple[str, frozenset[int]]] = []
        self.live.shown.connect(lambda told: self.shown.append(told))
        self.live.failed.connect(lambda told: self.troubles.append(told))
        self.live.placed.connect(lambda told: self.places.append(told))
        self.live.changed.connect(lambda _: self.states.append((self.live.state, self.live.frames)))

    def see(self, frame: int, moving: bool = False) -> np.ndarray:
        count = len(self.shown)
        self.live.show(frame, moving)
        assert self.loop.run(lambda: len(self.shown) > count and self.shown[-1][0] == frame)
        return self.picture(frame)

    def picture(self, frame: int) -> np.ndarray:
        picture = self.live.picture(frame)
        assert picture is not None
        return picture.rgba.astype(np.float32)

    def paint(self, box: tuple[int, int, int, int], colour=(0.4, 0.05, 0.02, 0.8)) -> None:
        x, y, width, height = box
        count, frame = len(self.shown), self.shown[-1][0]
        before = self.picture(frame)
        self.live.canvas[y : y + height, x : x + width] = colour
        self.live.painted(box, "over")
        assert self.loop.run(lambda: len(self.shown) > count and not np.array_equal(self.picture(frame), before))

    def helper_pid(self) -> int:
        assert self.live._helper is not None
        return self.live._helper.process.pid


@pytest.fixture
def artist() -> Iterator[Artist]:
    artist = Artist()
    yield artist
    helper = artist.live._helper
    artist.live.close()
    if helper is not None:
        helper.process.wait(20)
    if artist.jobs.running is not None:
        artist.jobs.running.cancel()
        artist.jobs.running.wait(60)


def test_a_stroke_is_seen_on_the_frame_that_is_shown_and_on_the_next(artist: Artist, made: Path):
    artist.live.open(made)
    assert (artist.live.state, artist.live.frames) == ("ready", frozenset(FRAMES))
    before = artist.see(1004)
    artist.paint((40, 30, 12, 8))
    after = artist.picture(1004)
    changed = np.abs(after - before)[..., :3].max(2) > 0
    x, y, width, height = artist.shown[-1][1]
    assert changed.any() and not np.delete(changed, np.s_[y : y + height], 0).any()
    assert not np.delete(changed, np.s_[x : x + width], 1).any()
    other = artist.see(1001)
    assert (other[..., 3] > 0.5).any()
    assert artist.live.picture(1004) is None
    layout = artist.live.layout
    assert isinstance(layout, Layout)
    assert (artist.live.canvas_window, artist.live.canvas_scale) == (layout.canvas, 0.5)
    assert artist.live.canvas.shape == (*layout.canvas_size[::-1], 4)
    picture = artist.live.picture(1001)
    assert picture is not None and picture.scale == 0.5 and picture.window == layout.raster


def test_of_many_frames_asked_for_the_last_is_shown_exactly(artist: Artist, made: Path):
    artist.live.open(made)
    artist.see(KEY)
    artist.paint((40, 30, 12, 8))
    exact = artist.see(1004)
    for frame in (1001, 1002, 1003, 1004):
        artist.live.show(frame, moving=True)
    assert artist.loop.run(lambda: np.array_equal(artist.picture(1004), exact) if artist.live.picture(1004) else False)


def test_a_helper_that_is_killed_comes_back_with_all_it_had(artist: Artist, made: Path):
    artist.live.open(made)
    artist.see(1004)
    artist.paint((40, 30, 12, 8))
    wanted, first = artist.see(1004), artist.helper_pid()
    count = len(artist.shown)
    os.kill(first, signal.SIGKILL)
    assert artist.loop.run(lambda: artist.helper_pid() != first and len(artist.shown) > count)
    np.testing.assert_array_equal(artist.picture(1004), wanted)
    assert artist.helper_pid() != first and artist.live.state == "ready" and not artist.troubles
    canvas = artist.live.canvas.copy()
    os.kill(artist.helper_pid(), signal.SIGKILL)
    assert artist.loop.run(lambda: bool(artist.troubles))
    assert "your paint is kept" in artist.troubles[0].text and artist.troubles[0].is_off
    assert artist.live.state == "failed" and artist.states[-1][0] == "failed"
    np.testing.assert_array_equal(artist.live.canvas, canvas)  # what shows it goes on
    artist.live.painted((0, 0, 4, 4))
    count = len(artist.shown)
    artist.live.restart()
    assert artist.live.state == "ready" and not artist.live.canvas.any()
    assert artist.loop.run(lambda: len(artist.shown) > count) and artist.shown[-1][0] == 1004


def test_strokes_while_the_helper_is_down_are_not_lost(artist: Artist, made: Path):
    artist.live.open(made)
    plain = artist.see(1004)
    artist.paint((40, 30, 12, 8))
    count = len(artist.shown)
    os.kill(artist.helper_pid(), signal.SIGKILL)
    artist.live.canvas[50:58, 60:70] = (0, 0.5, 0, 1)
    artist.live.painted((60, 50, 10, 8))
    assert artist.loop.run(lambda: len(artist.shown) > count)
    green = (artist.picture(1004) - plain)[..., 1] > 0.05
    assert green.sum() > 30


def test_frames_come_one_by_one_and_the_current_one_first(artist: Artist, solved: Path):
    artist.live.open(solved)
    assert (artist.live.state, artist.live.frames, artist.live.canvas.size) == ("none", frozenset(), 0)
    artist.live.show(1003, False)
    artist.live.make(1003)
    artist.live.make(1003)  # once is enough
    assert artist.live.state == "making" and len(artist.jobs.jobs) == 1
    assert artist.jobs.jobs[0].flags["frames"] == "1003,1002,1004,1001"
    assert artist.loop.run(lambda: bool(artist.shown))
    assert artist.shown[0][0] == 1003
    assert artist.loop.run(lambda: artist.live.state == "ready")
    assert artist.live.frames == frozenset(FRAMES)
    grown = [frames for _, frames in artist.states]
    assert all(before <= after for before, after in itertools.pairwise(grown))
    artist.see(1001)


def test_only_what_lacks_is_made(artist: Artist, solved: Path):
    make_maps(solved, "--frames", "1002,1003")
    artist.live.open(solved)
    assert artist.live.frames == {1002, 1003}
    artist.live.show(1004, False)
    artist.live.make(1004)
    assert artist.jobs.jobs[0].flags["frames"] == "1004,1001"


def test_maps_that_are_being_made_are_awaited(artist: Artist, solved: Path):
    artist.live.open(solved)
    artist.live.make(1003)
    other = LiveClient(artist.loop, lambda: RUNTIME, artist.jobs)
    other.open(solved)
    assert other.state == "making"
    other.make(1001)
    assert len(artist.jobs.jobs) == 1
    assert artist.loop.run(lambda: other.state == "ready")
    assert other.frames == frozenset(FRAMES)
    other.close()


def test_where_no_job_can_be_written_it_says_so(artist: Artist, solved: Path, monkeypatch: pytest.MonkeyPatch):
    def refused(*_: object) -> None:
        raise OSError(13, "Permission denied", "shot.unreel.jobs")

    monkeypatch.setattr(artist.jobs, "add", refused)
    artist.live.open(solved)
    artist.live.make(1003)
    assert "shot.unreel.jobs: Permission denied" in artist.troubles[0].text and artist.live.state == "none"


def test_after_a_training_the_maps_are_stale_until_they_are_made_anew(artist: Artist, made: Path):
    artist.live.open(made)
    artist.see(1004)
    old = trained_id(made)
    train(str(made_plate(made)), made, key=1003)
    assert trained_id(made) != old
    assert artist.loop.run(lambda: artist.live.state == "stale")
    assert artist.live.picture(1004) is not None  # they stay until then
    canvas, number = artist.live.canvas, len(artist.shown)
    artist.live.make(1004)
    assert artist.jobs.jobs[0].flags["frames"] == "1004,1003,1002,1001"
    assert artist.loop.run(lambda: artist.live.state == "ready")
    assert artist.live.frames == frozenset(FRAMES)
    assert artist.live.canvas is not canvas and artist.live.layout is not None
    assert artist.live.layout.trained == trained_id(made)
    assert artist.loop.run(lambda: len(artist.shown) > number)


def made_plate(unreel: Path) -> Path:
    settings = json.loads((unreel / "made" / "train.json").read_text(encoding="utf-8"))["settings"]
    return Path(settings["plate"])


def test_maps_with_other_light_are_shown_as_they_come(artist: Artist, made: Path):
    artist.live.open(made)
    artist.see(1004)
    artist.paint((40, 30, 12, 8))
    before = artist.see(1004)
    make_maps(made, "--set", "light.strength=0")
    assert artist.loop.run(lambda: not np.array_equal(artist.picture(1004), before))


def test_hovering_finds_the_place_and_back(artist: Artist, made: Path):
    artist.live.open(made)
    artist.see(1004)
    for step in range(20):
        artist.live.where((80.0 + step, 60.0), 1004, "to canonical")
    assert artist.loop.run(lambda: bool(artist.places) and artist.places[-1].of == (99.0, 60.0))
    assert len(artist.places) < 20
    there = artist.places[-1]
    artist.live.where(there.xy, 1004, "to frame")
    assert artist.loop.run(lambda: artist.places[-1].way == "to frame")
    assert np.abs(np.array(artist.places[-1].xy) - (99, 60)).max() < 0.1


def test_paint_on_a_frame_shows_at_its_place(artist: Artist, made: Path):
    """Painted on frame 1004, brought to the canvas by the frame's inverse: on frame 1004 it lies where it was painted,
    on 1001 where the surface went."""
    artist.live.open(made)
    artist.see(1004)
    assert artist.live.inverse(1004) is None
    assert artist.loop.run(lambda: artist.live.inverse(1004) is not None)
    inverse = artist.live.inverse(1004)
    assert inverse is not None
    painted = np.zeros((64, 96, 4), np.float32)
    cv2.circle(painted, (50, 30), 5, (0.5, 0.05, 0.05, 1), -1, cv2.LINE_AA)
    canvas = cv2.remap(painted, np.nan_to_num(inverse, nan=-100), None, cv2.INTER_LINEAR)
    artist.live.canvas[:] = canvas
    artist.live.painted((0, 0, canvas.shape[1], canvas.shape[0]))
    assert artist.loop.run(lambda: bool((artist.picture(1004)[..., 3] > 0.5).any()))
    here = centre(artist.picture(1004)[..., 3])
    assert np.abs(here - (50, 30)).max() < 0.05  # pixels of the picture
    back = np.linalg.inv(np.vstack([frame_from_key(1004), (0, 0, 1)]))
    full = artist.live.layout.full_from_picture((50, 30))
    expected = artist.live.layout.picture_from_full(tuple(frame_from_key(1001) @ back @ (*full, 1)))
    assert np.abs(centre(artist.see(1001)[..., 3]) - expected).max() < 0.15


def centre(cover: np.ndarray) -> np.ndarray:
    y, x = np.mgrid[: cover.shape[0], : cover.shape[1]]
    return np.array([(cover * x).sum(), (cover * y).sum()]) / cover.sum()


def test_where_it_cannot_start_it_says_so(made: Path):
    def missing() -> Runtime:
        raise RuntimeMissing("Unreel's own Python is not known; run python3 install")

    artist = Artist(missing)
    artist.live.open(made)
    assert artist.live.state == "failed" and "run python3 install" in artist.troubles[0].text
    artist.live.show(1004, False)
    artist.live.close()
    assert artist.live.state == "none"


def test_an_unreadable_frame_is_told_and_painting_goes_on(artist: Artist, made: Path):
    artist.live.open(made)
    artist.see(1004)
    (made / "live" / "proxy" / "maps" / "shot_live_gain.1003.exr").write_bytes(b"no picture")
    artist.live.show(1003, False)
    assert artist.loop.run(lambda: bool(artist.troubles))
    assert "frame 1003 can't be shown live" in artist.troubles[0].text
    artist.paint((40, 30, 12, 8))
    artist.see(1002)


def test_a_whole_picture_from_outside_is_laid_and_taken_away(artist: Artist, made: Path):
    artist.live.open(made)
    plain = artist.see(1004)
    picture = np.zeros(artist.live.canvas.shape, np.float32)
    picture[20:50, 30:70] = (0.1, 0.6, 0.1, 1)
    artist.live.whole(None)
    artist.live.whole(picture)
    assert artist.loop.run(lambda: bool((artist.picture(1004)[..., 3] > 0.5).any()))
    artist.live.whole(None)
    assert artist.loop.run(lambda: not artist.picture(1004)[..., 3].any())
    np.testing.assert_array_equal(artist.picture(1004), plain)


def test_the_frames_of_a_shot_are_those_that_were_trained(solved: Path, tmp_path: Path):
    assert all_frames(solved) == list(FRAMES)
    assert all_frames(tmp_path) == []
    shutil.rmtree(solved / "made")
    assert all_frames(solved) == [] and trained_id(solved) is None
