from __future__ import annotations

import json
import shutil

import pytest
from unreel.core.errors import IncompatibleModel, InputError, OutOfMemory, UsageError
from unreel.core.exr_read import read_frame
from unreel.core.job import make_job, read_job
from unreel.core.job_commands import COMMANDS
from unreel.core.memory import full_memory_told

TRAIN = {"protocol": 1, "command": "train", "values": {"plate": "p.####.exr"}, "flags": {"output": "a.unreel"}}


def write(path, **table):
    path.write_text(json.dumps({"protocol": 1, **table}))
    return path


def test_a_job_is_read_from_its_folder_or_its_file(tmp_path):
    file = write(tmp_path / "job.json", **TRAIN)
    assert read_job(tmp_path) == read_job(file)
    assert read_job(file).values == {"plate": "p.####.exr"}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"comand": "train"}, "a job has no 'comand'; did you mean command?"),
        ({"command": "trian"}, "there is no command 'trian'; did you mean train?"),
        ({"values": {"solve.prxy": 640}}, "train has no setting 'solve.prxy'; did you mean solve.proxy?"),
        ({"flags": {"outptu": "a"}}, "train has no option 'outptu'; did you mean output?"),
        ({"flags": {}}, "job.json: output is missing"),
        ({"flags": {"output": "a", "resume": "perhaps"}}, "resume: input should be a valid boolean"),
        ({"flags": []}, "flags should be a table, not \\[\\]"),
        ({"protocol": "1"}, "is no job; it should begin with"),
        ({"protocol": 0}, "is no job"),
    ],
)
def test_what_is_wrong_with_a_job_is_told_with_the_near_name(change, told):
    with pytest.raises(UsageError, match=told):
        make_job({**TRAIN, **change}, "job.json")


def test_only_light_and_match_can_be_set_where_frames_are_written():
    flags = {"folder": "a.unreel", "output": "o.####.exr"}
    job = {"protocol": 1, "command": "propagate", "flags": flags}
    assert make_job({**job, "values": {"match.grain": 1, "light.sigma": 2}}, "job.json")
    with pytest.raises(UsageError, match="propagate has no setting 'solve.proxy'"):
        make_job({**job, "values": {"solve.proxy": 640}}, "job.json")


def test_a_newer_protocol_is_refused_before_anything_else():
    with pytest.raises(IncompatibleModel, match="a newer Unreel 9.1 .job protocol 2, this is 1.; bring this Unreel up"):
        make_job({"protocol": 2, "unreel": "9.1", "wishes": []}, "job.json")


def test_a_file_that_is_no_job_is_an_input_that_cannot_be_used(tmp_path):
    with pytest.raises(InputError, match="name a job folder, or its job.json"):
        read_job(tmp_path)
    (tmp_path / "job.json").write_text("plate:")
    with pytest.raises(InputError, match="is not JSON"):
        read_job(tmp_path)


def test_every_command_can_be_asked_for_that_is_more_than_a_look(run):
    told = run("--help").out
    solve = {"matte", "estimate", "train", "restore", "discard"}
    assert set(COMMANDS) == solve | {"export", "import", "propagate", "sheet", "farm"}
    assert all(name in told for name in COMMANDS)


@pytest.mark.parametrize(("error", "full"), [(MemoryError(), True), (RuntimeError("odd"), False)])
def test_a_full_memory_is_told_from_other_faults(error, full):
    with pytest.raises(OutOfMemory if full else RuntimeError), full_memory_told():
        raise error


@pytest.mark.slow
def test_run_does_what_the_commands_do(tiny, make_paint, run, tmp_path):
    from unreel.core.frame import Window

    unreel, folder = tmp_path / "a.unreel", {"folder": str(tmp_path / "a.unreel")}
    paint = make_paint(tmp_path / "mark.exr", Window(40, 24, 16, 12))
    out, flags = str(tmp_path / "a.####.exr"), {"output": str(unreel)}
    values = {"plate": tiny.plate, "key": 1003, "frames": "1001-1005"}
    jobs = [
        {"command": "train", "values": values, "flags": flags},
        {"command": "export", "flags": {**folder, "output": str(tmp_path / "c.exr"), "guides": True}},
        {"command": "import", "flags": {**folder, "edit": str(paint), "opacity": 0.5}},
        {
            "command": "propagate",
            "values": {"light.strength": 0},
            "flags": {**folder, "output": out, "texture": "mark"},
        },
        {"command": "sheet", "flags": {**folder, "output": str(tmp_path / "s.png")}},
    ]
    for number, job in enumerate(jobs):
        told = run("run", write(tmp_path / f"{number}.json", **job), "--progress", "json")
        assert told.code == 0 and json.loads(told.out), told.err
    assert all((tmp_path / name).exists() for name in ("c.exr", "a.1005.exr", "s.png"))
    assert run("propagate", unreel, "-o", tmp_path / "b.####.exr", "--no-light").code == 0
    assert (read_frame(tmp_path / "a.1004.exr").planes["R"] == read_frame(tmp_path / "b.1004.exr").planes["R"]).all()


@pytest.mark.slow
def test_a_command_takes_from_a_job_what_is_not_given_to_it(painted, tiny_shot, run, tmp_path):
    own = shutil.copytree(painted, tmp_path / "own.unreel")
    flags = {"folder": str(own), "output": str(tmp_path / "a.####.exr"), "outputs": ["stmap"], "frames": "1002"}
    job = write(tmp_path / "p.json", command="propagate", flags=flags)
    assert run("propagate", "--job", job).code == 0
    assert run("propagate", "--job", job, "--frames", "1003", "--progress", "none").code == 0
    assert sorted(path.name for path in tmp_path.glob("*.exr")) == ["a.1002.exr", "a.1003.exr"]
    values = {"plate": tiny_shot.plate, "key": 1003, "solve.steps": 5}
    job = write(tmp_path / "t.json", command="train", values=values, flags={"output": str(tmp_path / "b.unreel")})
    assert run("train", "--set", "solve.stiffness=plane", "--job", job).code == 0
    told = json.loads(run("info", tmp_path / "b.unreel", "--json").out)
    assert (told["key"], told["surface"], told["plate"]) == (1003, "plane", tiny_shot.plate)
    assert "steps: 5" in (tmp_path / "b.unreel" / "shot.yaml").read_text()
    wrong = run("export", "--job", job)
    assert wrong.code == 2 and "is a job for: unreel train" in wrong.err


def test_a_job_that_cannot_be_used_ends_a_command_with_its_exit_code(run, tmp_path):
    for words in (("run",), ("train", "--job")):
        newer = run(*words, write(tmp_path / "n.json", protocol=2, command="train"))
        assert newer.code == 4 and "a newer Unreel" in newer.err
        assert run(*words, tmp_path / "none.json").code == 3
