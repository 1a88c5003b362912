from __future__ import annotations

from unreel.qt_panel.model.playhead import Playhead


class Clock:
    """A loop and a clock that go on when they are told to."""

    def __init__(self) -> None:
        self.now = 0.0
        self._due: list[tuple[float, float, object]] = []

    def __call__(self) -> float:
        return self.now

    def soon(self, function) -> None:
        function()

    def later(self, function, seconds: float) -> None:
        self._due.append((self.now + seconds, seconds, function))

    def run(self, seconds: float) -> None:
        end = self.now + seconds
        while True:
            due = [each for each in self._due if each[0] <= end + 1e-9]
            if not due:
                break
            each = min(due, key=lambda one: one[0])
            self._due.remove(each)
            self.now = max(self.now, each[0])
            if each[2]():
                self.later(each[2], each[1])
        self.now = max(self.now, end)


def make(frames=range(1001, 1011), **more) -> tuple[Playhead, Clock, list[int]]:
    clock, moved = Clock(), []
    playhead = Playhead(clock, clock)
    playhead.take(frames, **more)
    playhead.moved.connect(moved.append)
    return playhead, clock, moved


def test_a_new_shot_starts_at_its_first_frame():
    playhead, _, _ = make(missing=[1003], fps=25.0)
    assert (playhead.frame, playhead.first, playhead.last, playhead.fps) == (1001, 1001, 1010, 25.0)
    assert playhead.missing == {1003}


def test_steps_stay_on_the_frames_of_the_shot_and_at_its_ends():
    playhead, _, moved = make((2, 4, 6, 8))
    playhead.step(1)
    playhead.step(10)
    playhead.step(1)
    playhead.go(5)
    playhead.home()
    playhead.end()
    assert moved == [4, 8, 4, 2, 8]


def test_playing_goes_by_the_clock_and_around():
    playhead, clock, moved = make(fps=10.0)
    playhead.play(1)
    clock.run(1.05)
    assert moved == [*range(1002, 1011), 1001]


def test_playing_backward_within_a_range():
    playhead, clock, moved = make(fps=10.0)
    playhead.limit(1003, 1005)
    playhead.go(1004)
    playhead.play(-1)
    clock.run(0.45)
    assert moved == [1004, 1003, 1005, 1004, 1003]


def test_without_a_loop_it_stops_at_the_end():
    playhead, clock, moved = make(fps=10.0)
    playhead.loops = False
    playhead.go(1009)
    playhead.play(1)
    clock.run(1.0)
    assert moved == [1009, 1010] and not playhead.playing


def test_it_waits_for_a_picture_that_is_not_there_and_does_not_run_after_it():
    playhead, clock, moved = make(fps=10.0)
    ready = {1001, 1002, 1003}
    playhead.is_ready = lambda frame: frame in ready
    playhead.play(1)
    clock.run(1.0)
    assert moved == [1002, 1003]
    ready.update(range(1001, 1011))
    clock.run(0.08)
    assert moved == [1002, 1003, 1004]


def test_it_leaves_frames_out_where_the_loop_was_late():
    playhead, clock, moved = make(fps=10.0)
    playhead.play(1)
    clock.now += 0.31
    clock.run(0.01)
    assert moved == [1004]


def test_a_step_stops_it():
    playhead, clock, moved = make(fps=10.0)
    playhead.play(1)
    playhead.step(1)
    clock.run(1.0)
    assert moved == [1002] and not playhead.is_moving


def test_dragging_counts_as_moving():
    playhead, _, _ = make()
    changes = []
    playhead.changed.connect(changes.append)
    playhead.drag(True)
    assert playhead.is_moving
    playhead.drag(False)
    assert not playhead.is_moving and len(changes) == 2
