"""A farm's job as it is written; tests/core/test_farm_openjd.py runs one."""

import json
import shutil

import pytest
import yaml
from unreel.core.errors import UsageError
from unreel.core.exr_write import write_frame
from unreel.core.farm_paths import Place, input_places, map_of
from unreel.core.farm_template import openjd_range
from unreel.core.frame import Window
from unreel.core.settings import make_settings
from unreel.core.shot import open_shot
from unreel.core.unreel_folder import UnreelFolder

pytestmark = pytest.mark.slow


@pytest.fixture
def own(painted, tmp_path):
    """A trained and painted folder to change."""
    return shutil.copytree(painted, tmp_path / "tiny.unreel")


def read(bundle, name="template"):
    return yaml.safe_load((bundle / f"{name}.yaml").read_text())


def steps(template):
    return {step["name"]: step for step in template["steps"]}


def embedded(step):
    [file] = step["script"]["embeddedFiles"]
    return json.loads(file["data"])


def words(step):
    return step["script"]["actions"]["onRun"]["args"]


def write_job(path, command, values, **flags):
    path.write_text(json.dumps({"protocol": 1, "command": command, "values": values, "flags": flags}))
    return path


def test_a_trained_folder_is_propagated_in_chunks(own, tiny_shot, run, tmp_path):
    told = run("farm", own, "-o", tmp_path / "night", "--frames-per-task", 2, "--progress", "none")
    assert told.code == 0 and "train: left out" in told.out and "frames 1001-1005, 3 tasks" in told.out
    template = read(tmp_path / "night")
    assert (template["specificationVersion"], template["extensions"]) == ("jobtemplate-2023-09", ["TASK_CHUNKING"])
    [propagate] = template["steps"]
    assert "dependencies" not in propagate
    [frame] = propagate["parameterSpace"]["taskParameterDefinitions"]
    assert frame["type"] == "CHUNK[INT]" and frame["chunks"]["rangeConstraint"] == "CONTIGUOUS"
    defaults = {p["name"]: p["default"] for p in template["parameterDefinitions"] if "default" in p}
    assert defaults == {"Frames": "1001-1005", "FramesPerTask": 2, "UnreelCommand": "unreel"}
    assert {"--chunk", "{{Task.Param.Frame}}", "--resume", "openjd"} <= set(words(propagate))
    assert embedded(propagate)["command"] == "propagate"
    assert (own / "renders" / "night").is_dir(), "so that its name is taken"


def test_its_paths_are_parameters_and_the_remembered_ones_are_mapped_to_them(own, tiny_shot, run, tmp_path):
    assert run("farm", own, "-o", tmp_path / "night", "--result", tmp_path / "out" / "r.####.exr").code == 0
    template, values = read(tmp_path / "night"), read(tmp_path / "night", "openjd_values")
    flows = {p["name"]: p["dataFlow"] for p in template["parameterDefinitions"] if p["type"] == "PATH"}
    assert flows == {"PlateFolder": "IN", "UnreelFolder": "IN", "OutputFolder": "OUT"}
    plate, out = str(tiny_shot.folder), str(tmp_path / "out")
    assert values == {"PlateFolder": plate, "UnreelFolder": str(own), "OutputFolder": out}
    listed = read(tmp_path / "night", "parameter_values")["parameterValues"]
    assert {each["name"]: each["value"] for each in listed} == values
    [paths] = template["jobEnvironments"]
    expected = f"{plate}=>{{{{Param.PlateFolder}}}};{out}=>{{{{Param.OutputFolder}}}}"
    assert paths["variables"] == {"UNREEL_PATH_MAP": expected}
    assets = read(tmp_path / "night", "asset_references")["assetReferences"]
    assert assets["inputs"]["filenames"] == [str(tiny_shot.path(n)) for n in (1001, 1002, 1003, 1004, 1005)]
    assert assets["outputs"]["directories"] == [out]


def test_a_job_to_train_is_one_step_that_the_frames_wait_for(own, tiny, run, tmp_path):
    matte = tiny.write_matte(Window(20, 10, 50, 40))
    values = {"plate": tiny.plate, "matte.path": matte, "key": 1003, "solve.steps": 3}
    job = write_job(tmp_path / "job.json", "train", values, output=str(own))
    assert run("farm", job, "-o", tmp_path / "night").code == 0
    template = read(tmp_path / "night")
    assert list(steps(template)) == ["Train", "Propagate"]
    assert steps(template)["Propagate"]["dependencies"] == [{"dependsOn": "Train"}]
    train = steps(template)["Train"]
    assert embedded(train)["values"]["solve"] == {"steps": 3} and "--resume" in words(train)
    cancelation = train["script"]["actions"]["onRun"]["cancelation"]
    assert cancelation == {"mode": "NOTIFY_THEN_TERMINATE", "notifyPeriodInSeconds": 120}
    amounts = {each["name"]: each["min"] for each in train["hostRequirements"]["amounts"]}
    assert set(amounts) == {"amount.worker.vcpu", "amount.worker.memory"}
    assert 100 < amounts["amount.worker.memory"] < 4000
    flows = {p["name"]: p["dataFlow"] for p in template["parameterDefinitions"] if p["type"] == "PATH"}
    assert flows["UnreelFolder"] == "INOUT"
    assert run("farm", job, "-o", tmp_path / "frames", "--no-train").code == 0
    assert list(steps(read(tmp_path / "frames"))) == ["Propagate"]


def test_a_training_that_is_done_is_left_out_and_one_that_was_stopped_goes_on(own, tiny_shot, run, tmp_path):
    job = write_job(tmp_path / "job.json", "train", {"plate": tiny_shot.plate, "key": 1003}, output=str(own))
    assert "train: left out" in run("farm", job, "-o", tmp_path / "a").out
    folder = UnreelFolder(own)
    folder.training_file.write_text(folder.training_file.read_text().replace("finished: true", "finished: false"))
    assert "train: one task" in run("farm", own, "-o", tmp_path / "b").out
    assert embedded(steps(read(tmp_path / "b"))["Train"])["values"] == {}
    job = write_job(tmp_path / "job.json", "train", {}, output=str(own), resume=True)
    assert "train: one task" in run("farm", job, "-o", tmp_path / "c").out


def test_without_a_texture_it_only_trains_unless_maps_are_asked_for(tiny_shot, run, tmp_path):
    job = write_job(tmp_path / "job.json", "train", {"plate": tiny_shot.plate}, output=str(tmp_path / "new.unreel"))
    told = run("farm", job, "-o", tmp_path / "a")
    assert told.code == 0 and "has no texture: its frames are left out" in told.err
    template = read(tmp_path / "a")
    assert list(steps(template)) == ["Train"] and "extensions" not in template
    assert run("farm", job, "-o", tmp_path / "b", "--outputs", "stmap,inverse").code == 0
    assert embedded(steps(read(tmp_path / "b"))["Propagate"])["flags"]["outputs"] == ["stmap", "inverse"]
    assert not (tmp_path / "new.unreel").exists(), "nothing is trained here"


def test_a_gpu_is_asked_for_where_the_settings_want_one(tiny_shot, run, tmp_path):
    values = {"plate": tiny_shot.plate, "preset": "codef", "fields.device": "cuda:1"}
    job = write_job(tmp_path / "job.json", "train", values, output=str(tmp_path / "new.unreel"))
    assert run("farm", job, "-o", tmp_path / "a").code == 0
    amounts = steps(read(tmp_path / "a"))["Train"]["hostRequirements"]["amounts"]
    assert {"name": "amount.worker.gpu", "min": 1} in amounts


def test_layers_and_all_that_is_read_come_along(tiny, make_shot, make_paint, run, tmp_path):
    other = make_shot(tmp_path / "mattes").write()
    table = {"plate": "plate.####.exr", "layers": [{"name": "car", "matte": {"path": "../mattes/roto.####.exr"}}]}
    table["layers"].append({"name": "street"})
    table["vectors"] = {"forward": "../mattes/plate.####.exr"}
    other.write_matte(Window(20, 10, 40, 40), "roto")
    (tiny.folder / "shot.yaml").write_text(yaml.safe_dump(table))
    values = {"plate": str(tiny.folder / "shot.yaml")}
    job = write_job(tmp_path / "job.json", "train", values, output=str(tmp_path / "new.unreel"))
    assert run("farm", job, "-o", tmp_path / "a", "--progress", "none").code == 0
    asked = embedded(steps(read(tmp_path / "a"))["Train"])["values"]
    assert asked["plate"] == tiny.plate
    assert asked["layers"][0]["matte"]["path"] == str(tmp_path / "mattes" / "roto.####.exr")
    assert read(tmp_path / "a", "openjd_values").keys() == {"PlateFolder", "MatteFolder", "UnreelFolder"}
    files = read(tmp_path / "a", "asset_references")["assetReferences"]["inputs"]["filenames"]
    assert str(tmp_path / "mattes" / "roto.1003.exr") in files and str(other.path(1003)) in files


def test_layers_of_which_one_is_left_to_train_are_trained(tiny, run, tmp_path):
    matte, unreel = tiny.write_matte(Window(20, 10, 40, 40)), tmp_path / "a.unreel"
    words = ("--layer", f"car={matte}", "--layer", "street", "--preset", "draft", "--progress", "none")
    assert run("train", tiny.plate, "-o", unreel, *words).code == 0
    assert "train: left out" in run("farm", unreel, "-o", tmp_path / "a", "--outputs", "stmap", "--layer", "car").out
    whole = UnreelFolder(unreel).training_file  # as a training anew leaves it that was stopped in the first layer
    whole.write_text(whole.read_text().replace("finished: true", "finished: false"))
    assert "train: one task" in run("farm", unreel, "-o", tmp_path / "b", "--outputs", "stmap", "--layer", "car").out


def test_a_render_of_a_node_is_taken_as_it_is(own, tiny_shot, run, tmp_path, monkeypatch):
    times, slow = tmp_path / "curves" / "slow.txt", tmp_path / "slow"
    times.parent.mkdir()
    times.write_text("1 1001\n2 1001.5\n3 1002\n")
    for number in (1, 2, 3):
        write_frame(slow / f"s.{number:04d}.exr", tiny_shot.frame(1001))
    flags = {"folder": str(own), "output": str(tmp_path / "r.####.exr"), "texture": ["mark"], "times": str(times)}
    flags["onto"] = str(slow / "s.####.exr")
    job = write_job(tmp_path / "job.json", "propagate", {"light.strength": 0.5}, **flags)
    assert run("farm", job, "-o", tmp_path / "a").code == 0
    template = read(tmp_path / "a")
    asked = embedded(steps(template)["Propagate"])
    assert asked["values"] == {"light": {"strength": 0.5}} and asked["flags"]["texture"] == ["mark"]
    assert [p["default"] for p in template["parameterDefinitions"] if p["name"] == "Frames"] == ["1-3"]
    values = read(tmp_path / "a", "openjd_values")
    assert (values["RetimedFolder"], values["TimesFolder"]) == (str(slow), str(times.parent))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("UNREEL_PATH_MAP", f"/of/another=>{tmp_path}")
    flags |= {"times": "curves/slow.txt", "onto": "slow/s.####.exr"}
    assert run("farm", write_job(job, "propagate", {}, **flags), "-o", tmp_path / "b").code == 0
    asked = embedded(steps(read(tmp_path / "b"))["Propagate"])["flags"]
    assert (asked["times"], asked["onto"]) == ("/of/another/curves/slow.txt", "/of/another/slow/s.####.exr")


def test_a_node_asks_for_it_with_a_job(own, run, tmp_path):
    flags = {"folder": str(own), "output": str(tmp_path / "r.####.exr")}
    render = write_job(tmp_path / "render.json", "propagate", {}, **flags)
    flags = {"folder": str(own), "job": str(render), "output": str(tmp_path / "a"), "frames_per_task": 3}
    told = run("run", write_job(tmp_path / "job.json", "farm", {}, **flags))
    assert told.code == 0 and "frames 1001-1005, 2 tasks" in told.out
    assert read(tmp_path / "a", "openjd_values")["OutputFolder"] == str(tmp_path)


def test_a_step_between_frames_is_in_the_farm_s_words(own, run, tmp_path):
    told = run("farm", own, "-o", tmp_path / "a", "--frames", "1001-1005x2")
    assert told.code == 0 and "3 tasks" in told.out, "a chunk is of frames that follow one another"
    [frames] = [p for p in read(tmp_path / "a")["parameterDefinitions"] if p["name"] == "Frames"]
    assert frames["default"] == "1001-1005:2"


def test_frames_in_too_many_pieces_are_refused():
    assert openjd_range("1-9x2,12") == "1-9:2,12"
    with pytest.raises(UsageError, match="too many pieces"):
        openjd_range(",".join(f"{number},{number + 1}" for number in range(1, 1000, 4)))


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("--outputs", "live"), "live maps belong to the machine that shows them"),
        (("--result", "one.exr"), "one file for 2 frames"),
        (("--texture", "marc"), "did you mean mark"),
        (("--outputs", "comb"), "there is no output comb"),
        (("--frames", "1001-1010"), "1006-1010 are not in the shot"),
    ],
)
def test_what_no_task_could_do_is_refused_at_once(own, run, tmp_path, options, why):
    told = run("farm", own, "-o", tmp_path / "a", *options)
    assert told.code == 2 and why in told.err
    assert not (tmp_path / "a").exists()


def test_another_s_folder_is_no_bundle_and_its_own_is_written_anew(own, run, tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "thesis.txt").write_text("")
    told = run("farm", own, "-o", tmp_path / "a")
    assert told.code == 2 and "is there and is no job bundle" in told.err
    assert run("farm", own, "-o", tmp_path / "b").code == 0
    assert run("farm", own, "-o", tmp_path / "b", "--frames", 1002).code == 0


@pytest.mark.parametrize(
    ("source", "code", "why"),
    [
        ("nothing", 3, "no unreel folder, and no job"),
        ("sheet.json", 2, "is a job to sheet; a farm is given those to"),
        ("bare.json", 2, "names no plate"),
    ],
)
def test_a_source_that_is_none_is_refused(own, run, tmp_path, source, code, why):
    write_job(tmp_path / "sheet.json", "sheet", {}, folder=str(own), output="s.png")
    write_job(tmp_path / "bare.json", "train", {"key": 1003}, output=str(own))
    told = run("farm", tmp_path / source, "-o", tmp_path / "a")
    assert told.code == code and why in told.err


def test_a_folder_s_name_that_no_map_can_hold_is_refused(make_shot, tmp_path):
    shot = make_shot(tmp_path / "a;b").write()
    places = input_places([open_shot(make_settings({"plate": shot.plate}, "here"))], None, None)
    with pytest.raises(UsageError, match="can't be given a folder with ;"):
        map_of(places)
    deep = [Place(f"MatteFolder{at}", "Matte", tmp_path / ("x" * 200) / str(at), "IN") for at in range(10)]
    with pytest.raises(UsageError, match="too long for one job"):
        map_of(deep)
