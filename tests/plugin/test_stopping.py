from __future__ import annotations

import threading
import time

from unreel.plugin import protocol
from unreel.plugin.stopping import Stopping


class Work:
    """Asks as the core does, in a thread of its own; listens without signals."""

    def __init__(self, folder):
        self.told = []
        self.stopping = Stopping(folder, False, self.told.append, self.told.append)
        self.steps = 0
        self.stopped = threading.Event()
        threading.Thread(target=self.stopping.look, args=(lambda: None,), daemon=True).start()
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while not self.stopping.should_stop():
            self.steps += 1
            time.sleep(0.001)
        self.stopped.set()

    def until(self, told):
        end = time.monotonic() + 10
        while self.told != told and time.monotonic() < end:
            time.sleep(0.01)
        assert self.told == told


def test_it_rests_while_the_pause_file_is_there_and_goes_on_after(tmp_path):
    work = Work(tmp_path)
    (tmp_path / protocol.PAUSE).touch()
    work.until([True])
    rested, steps = work.stopping.clock(), work.steps
    time.sleep(0.3)
    assert work.steps == steps
    (tmp_path / protocol.PAUSE).unlink()
    work.until([True, False])
    assert work.stopping.clock() - rested < 0.3  # what it rested is no time of work
    (tmp_path / protocol.CANCEL).touch()
    assert work.stopped.wait(10)
    assert work.told == [True, False, "stopped by the artist"]
    assert work.steps > steps
    work.stopping.over.set()


def test_one_that_rests_can_be_stopped(tmp_path):
    work = Work(tmp_path)
    (tmp_path / protocol.PAUSE).touch()
    work.until([True])
    (tmp_path / protocol.CANCEL).touch()
    assert work.stopped.wait(10)
    assert work.told == [True, "stopped by the artist"]
    work.stopping.over.set()
