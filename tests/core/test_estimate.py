"""An estimate: what is said, what it depends on, and that it looks and leaves nothing."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from unreel.core import estimate as its
from unreel.core.estimate import Estimate, estimate, look_at, of_solve, on_clock, spoken_bytes, spoken_range
from unreel.core.frame import Window
from unreel.core.report import never, silent
from unreel.core.settings import make_settings
from unreel.core.shot import open_shot

KEY = 1003


@pytest.fixture
def shot(tiny_shot):
    return open_shot(make_settings({"plate": tiny_shot.plate}, "the test"))


def with_solve(shot, **changes):
    solve = shot.settings.solve.model_copy(update=changes)
    return replace(shot, settings=shot.settings.model_copy(update={"solve": solve}))


@pytest.mark.parametrize(
    ("seconds", "spoken"),
    [
        (1, "5 s"),
        (50, "30 to 80 s"),
        (100, "60 s to 3 min"),
        (600, "6 to 16 min"),
        (5000, "50 min to 2.2 h"),
        (40000, "6.7 to 18 h"),
    ],
)
def test_a_time_is_told_as_a_range_in_two_digits(seconds, spoken):
    assert spoken_range(seconds) == spoken


@pytest.mark.parametrize(
    ("count", "spoken"), [(3e3, "1 MB"), (4.4e6, "4 MB"), (276e6, "280 MB"), (1.23e9, "1.2 GB"), (12e9, "12.0 GB")]
)
def test_bytes_are_told_roughly(count, spoken):
    assert spoken_bytes(count) == spoken


def test_what_costs_more_is_told_to_cost_more(shot):
    usual = of_solve(shot, "soft", 1.0, 1.0)
    frames = replace(shot, frames=tuple(range(1001, 1101)))
    keys = replace(shot, settings=shot.settings.model_copy(update={"key": 1003, "further_keys": (1001, 1003)}))
    for dearer in (
        of_solve(frames, "soft", 1.0, 1.0),
        of_solve(with_solve(shot, segment=3, overlap=1), "soft", 1.0, 1.0),
        of_solve(keys, "soft", 1.0, 1.0),
        of_solve(with_solve(shot, steps=18), "soft", 1.0, 1.0),
        of_solve(shot, "rigid", 1.0, 1.0),
        of_solve(shot, "soft", 1.0, 0.5),
    ):
        assert dearer.core_seconds > usual.core_seconds
    assert of_solve(frames, "soft", 1.0, 1.0).memory > usual.memory
    for cheaper in (of_solve(shot, "soft", 0.3, 1.0), of_solve(shot, "plane", 1.0, 1.0), of_solve(shot, "soft", 1, 2)):
        assert cheaper.core_seconds < usual.core_seconds


def test_memory_is_flat_in_the_frames_beyond_the_budget(shot):
    def memory(frames: int, **solve) -> float:
        long = replace(with_solve(shot, threads=2, **solve), frames=tuple(range(frames)))
        return of_solve(long, "soft", 1.0, 1.0).memory

    assert memory(100) > memory(50)
    assert memory(2000, memory=1e-4) == memory(1000, memory=1e-4) < memory(1000, memory=1)


def test_one_thread_takes_all_the_core_seconds(shot):
    assert on_clock(30, with_solve(shot, threads=2)) == 20
    assert on_clock(30, with_solve(shot, threads=8)) == 20
    assert on_clock(30, with_solve(shot, threads=1)) == 30


def test_layers_come_one_after_the_other(shot):
    one, two = Estimate(10, 5, 3e8, 1e6, "plane"), Estimate(20, 15, 2e8, 2e6, "soft")
    both = one.and_then(two)
    assert (both.core_seconds, both.seconds, both.memory, both.disk) == (30, 20, 3e8, 3e6)


def test_a_slow_machine_is_told_from_a_fast_one(monkeypatch):
    now = [0.0]

    def clock():
        now[0] += 2 * its.TRIAL_SECONDS
        return now[0]

    monkeypatch.setattr(its, "process_time", clock)
    assert its.trial() == pytest.approx(0.5)


@pytest.mark.slow
def test_the_look_tells_the_kind_of_surface_and_how_much_of_the_picture_it_takes(tiny):
    matte = tiny.write_matte(Window(16, 16, 32, 32))
    whole = look_at(open_shot(make_settings({"plate": tiny.plate, "key": 1005}, "the test")), never)
    assert (whole.stiffness, whole.key, whole.share) == ("plane", 1005, 1.0)
    settings = {"plate": tiny.plate, "matte": {"path": matte}, "solve": {"stiffness": "soft"}}
    part = look_at(open_shot(make_settings(settings, "the test")), never)
    assert part.stiffness == "soft" and 1 / 6 <= part.share < 0.8


@pytest.mark.slow
def test_the_command_tells_and_leaves_nothing(tiny, run, tmp_path):
    before = sorted(tiny.folder.iterdir())
    told = run("estimate", tiny.plate, "--preset", "draft", "--progress", "none")
    assert told.code == 0
    assert [line.partition(":")[0] for line in told.out.splitlines()] == ["time", "memory", "disk", "surface"]
    assert sorted(tiny.folder.iterdir()) == before
    low, middle, high = json.loads(run("estimate", tiny.plate, "--progress", "json").out)["seconds"]
    assert low < middle < high
    assert run("estimate", tiny.plate, "--matte", tmp_path / "none.####.exr").code == 3


@pytest.mark.slow
def test_a_job_to_train_is_one_to_estimate(tiny, run, tmp_path):
    values = {"plate": tiny.plate, "solve.stiffness": "soft", "key": KEY}
    job = {"protocol": 1, "command": "estimate", "values": values, "flags": {"output": str(tmp_path / "a.unreel")}}
    (tmp_path / "job.json").write_text(json.dumps(job))
    told = run("run", tmp_path / "job.json")
    assert told.code == 0 and "surface: soft" in told.out
    assert not (tmp_path / "a.unreel").exists()


@pytest.mark.slow
def test_layers_and_trained_fields_are_estimated_too(tiny):
    layers = [{"name": "front", "matte": {"path": tiny.write_matte(Window(16, 16, 32, 32))}}, {"name": "rest"}]
    told = []
    both = estimate(tiny.plate, None, {"layers": layers}, False, told.append, never)
    assert both["surface"] == "several layers" and [report.done for report in told] == [1, 2]
    fields = {"preset": "codef", "solve": {"proxy": 64}}
    few, many = (
        estimate(tiny.plate, None, {**fields, "fields": {"steps": steps}}, False, silent, never)
        for steps in (100, 10000)
    )
    assert many["core_seconds"][1] > 20 * few["core_seconds"][1]
    limited = {**fields, "fields": {"steps": 10000, "core_seconds": 1}}
    assert estimate(tiny.plate, None, limited, False, silent, never)["core_seconds"][1] < 10
