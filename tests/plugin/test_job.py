from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from unreel.core.job import read_job as core_read_job
from unreel.plugin import job, protocol
from unreel.plugin.job import BadKnob, make_job


@dataclass(frozen=True)
class FakeKnob:
    name: str
    owner: dict[str, str]
    type: str = "text"
    default: Any = None
    range: tuple[Any, Any] | None = None
    choices: tuple[Any, ...] | None = None
    optional: bool = True

    @property
    def label(self) -> str:
        return self.name.capitalize()


def setting(name: str, owner: str, **more: Any) -> FakeKnob:
    return FakeKnob(name, {"kind": "setting", "name": owner}, **more)


@dataclass(frozen=True)
class FakeNode:
    id: str = "train"
    command: str = "train"
    knobs: tuple[FakeKnob, ...] = field(
        default=(
            setting("plate", "plate"),
            setting("frames", "frames", type="frames"),
            setting("matte", "matte.path"),
            setting("matte_invert", "matte.invert", type="bool", default=False),
            setting("key", "key", type="int"),
            setting("further", "further_keys", type="numbers"),
            setting("preset", "preset", type="choice", default="standard", choices=("draft", "standard")),
            setting("proxy", "solve.proxy", type="int", default=960, range=(64, 8192)),
            FakeKnob("folder", {"kind": "option", "name": "--output"}),
            FakeKnob("layers", {"kind": "option", "name": "--layer"}, type="names"),
            FakeKnob("resume", {"kind": "option", "name": "--resume"}, type="bool", default=False),
            FakeKnob("status", {"kind": "own", "name": "status"}, default="nothing yet"),
        )
    )


GIVEN = {"plate": "/p/plate.####.exr", "folder": "/p/a b.unreel"}


def test_knobs_become_settings_and_options_by_their_owners():
    made = make_job(FakeNode(), {**GIVEN, "key": "1003", "proxy": 640, "resume": "on"}, {"host": "nuke"}, "0.1.0")
    assert made.values == {"plate": "/p/plate.####.exr", "key": 1003, "solve.proxy": 640}
    assert made.flags == {"output": "/p/a b.unreel", "resume": True}
    assert made.made_by["host"] == "nuke" and made.made_by["machine"]
    assert (made.command, made.unreel, made.protocol) == ("train", "0.1.0", 1)


def test_empty_knobs_and_settings_at_their_default_leave_it_to_the_preset():
    made = make_job(FakeNode(), {**GIVEN, "preset": "draft", "proxy": 960, "frames": " ", "key": "", "further": []})
    assert made.values == {"plate": "/p/plate.####.exr", "preset": "draft"}


def test_a_matte_s_switches_say_nothing_without_a_matte():
    assert "matte.invert" not in make_job(FakeNode(), {**GIVEN, "matte_invert": True}).values
    assert make_job(FakeNode(), {**GIVEN, "matte_invert": True, "matte": "/m"}).values["matte.invert"] is True


def test_lists_come_as_text_with_blanks_or_commas():
    made = make_job(FakeNode(), {**GIVEN, "further": "1010, 1020 1030", "layers": "car=/m/car.####.exr 'a b=/m x'"})
    assert made.values["further_keys"] == [1010, 1020, 1030]
    assert made.flags["layer"] == ["car=/m/car.####.exr", "a b=/m x"]


@pytest.mark.parametrize(
    ("knob", "value", "told"),
    [
        ("key", "3.5", "Key: '3.5' is no whole number"),
        ("proxy", 20, "Proxy: 20 is out of its range, 64 to 8192"),
        ("preset", "hreo", "Preset: 'hreo' is none of draft, standard"),
        ("frames", "1001-", "Frames: '1001-' is no frame range; write it like 1001-1100"),
        ("further", "1 x", "Further: '1 x' is no list of numbers"),
        ("resume", "maybe", "Resume: 'maybe' is no yes or no"),
        ("size", 3, "train has no knob 'size'"),
    ],
)
def test_a_wrong_value_is_told_with_its_knob(knob, value, told):
    with pytest.raises(BadKnob) as error:
        make_job(FakeNode(), {**GIVEN, knob: value})
    assert str(error.value).startswith(told)


@pytest.mark.parametrize("text", ["1001-1100", "1001-1100x2", "1-5,9 12", "-5--1", "1001 - 1100"])
def test_ranges_are_taken_as_the_core_takes_them(text):
    from unreel.core.sequence import parse_range

    assert parse_range(make_job(FakeNode(), {**GIVEN, "frames": text}).values["frames"])


def test_a_job_is_written_beside_its_unreel_folder_and_both_sides_read_it(tmp_path):
    made = make_job(FakeNode(), {**GIVEN, "folder": str(tmp_path / "a b.unreel")})
    folder = job.write_job(made)
    assert folder.parent == tmp_path / "a b.unreel.jobs"
    assert job.read_job(folder) == made
    core = core_read_job(folder)
    assert (core.values, core.flags, core.id) == (made.values, made.flags, made.id)
    assert job.command_line(folder) == ["unreel", "run", str(folder)]


def test_old_jobs_go_unless_they_run(tmp_path, monkeypatch):
    monkeypatch.setattr(job, "KEPT", 2)
    made = make_job(FakeNode(), GIVEN)
    first, second, *_ = (job.write_job(replace(made, id=f"{n}-train"), tmp_path) for n in range(2))
    protocol.write_json(first / protocol.STATUS, {"state": "running"})
    protocol.write_json(second / protocol.STATUS, {"state": "done"})
    for n in (2, 3):
        job.write_job(replace(made, id=f"{n}-train"), tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0-train", "2-train", "3-train"]


def test_a_job_of_a_newer_version_and_no_job_are_told_apart(tmp_path):
    with pytest.raises(protocol.NotAJob, match="missing or damaged"):
        job.read_job(tmp_path)
    folder = job.write_job(replace(make_job(FakeNode(), GIVEN), protocol=2, unreel="9"), tmp_path)
    with pytest.raises(protocol.JobTooNew, match="a newer Unreel 9 .job protocol 2, this is 1."):
        job.read_job(folder)
