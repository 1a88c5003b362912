"""What a node's line says."""

from __future__ import annotations

import pytest
from unreel.plugin import protocol
from unreel.plugin.nodes import status
from unreel.plugin.protocol import Status


@pytest.mark.parametrize(
    ("told", "line"),
    [
        (Status(protocol.STARTING), "training: starting"),
        (Status(protocol.RUNNING), "training"),
        (Status(protocol.RUNNING, "solve", 12, 40, 95.0, 38.21), "training: solve, 12 of 40, 38.2 dB, 2 min left"),
        (Status(protocol.RUNNING, "solve", 40, 40, 0.0), "training: solve, 40 of 40"),
        (Status(protocol.STOPPING, message="stopped by the artist"), "training: stopping, stopped by the artist"),
    ],
)
def test_a_job_that_runs(told: Status, line: str):
    assert status.running_line("train", told) == line


@pytest.mark.parametrize(
    ("told", "line"),
    [
        (Status(protocol.DONE, psnr=38.21, verdict="good: matches"), "trained, 38.2 dB; good: matches"),
        (Status(protocol.STOPPED, message="the host went away"), "stopped: the host went away"),
        (Status(protocol.STOPPED), "stopped"),
        (Status(protocol.FAILED, message="the disk is full"), "failed: the disk is full"),
        (Status(protocol.LOST, message="nothing was heard"), "lost: nothing was heard"),
    ],
)
def test_a_job_that_ended(told: Status, line: str):
    assert status.ended_line("train", told) == line


def test_figures_are_the_solve_s_alone():
    assert status.ended_line("import", Status(protocol.DONE, psnr=99.0)) == "brought in"


def test_the_most_telling_reasons_come_first():
    assert status.stale_line([]) == ""
    assert status.stale_line(["a"]) == "out of date: a"
    assert status.stale_line(["a", "b", "c", "d"]) == "out of date: a; b; and 2 more"


def test_every_command_has_its_words():
    from unreel.core.job import COMMANDS

    assert set(status.DOING) == set(status.DONE) == set(COMMANDS) | {"movie"}  # the panel's own


@pytest.mark.parametrize(("seconds", "spoken"), [(0.2, "1 s"), (59, "59 s"), (600, "10 min"), (7200, "2.0 h")])
def test_durations(seconds: float, spoken: str):
    assert status.duration(seconds) == spoken


def test_every_state_has_a_colour():
    colours = {state: status.colour_of(Status(state)) for state in (*protocol.ENDED, protocol.RUNNING)}
    assert colours[protocol.DONE] == status.GOOD and colours[protocol.RUNNING] == status.BUSY
    assert colours[protocol.FAILED] == colours[protocol.LOST] == status.WRONG
