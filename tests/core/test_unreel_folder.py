import numpy as np
import pytest
from unreel.core.errors import IncompatibleModel, InputError, UnreelError, UsageError
from unreel.core.fields.frame_map import IDENTITY
from unreel.core.frame import Window
from unreel.core.model import Model
from unreel.core.settings import make_settings
from unreel.core.texture import make_texture
from unreel.core.unreel_folder import Training, UnreelFolder, make_folder, same_solve


def settings(**values):
    return make_settings({"plate": "/shots/plate.####.exr", **values}, "the test")


def model(key=1, **values):
    return Model(key, Window(0, 0, 8, 8), (8, 8), "plane", {key: IDENTITY}, **values)


def trained(path, key=1):
    folder = make_folder(path / "a.unreel")
    training = Training(settings(), "files", finished=False)
    folder.begin(training.settings, training.inputs, resume=False)
    folder.finish(training, model(key), {})
    return folder


def texture(name="mark"):
    alpha = np.zeros((8, 8), np.float32)
    alpha[2:4, 2:4] = 1
    made = make_texture(np.repeat(alpha[..., None], 3, 2), alpha, Window(0, 0, 8, 8))
    return type(made)(made.layer, made.alpha, made.window, name=name)


def test_settings_come_back_as_they_were_whatever_preset_they_began_with(tmp_path):
    folder = make_folder(tmp_path / "a.unreel")
    # 960 is the default of proxy and not draft's: it must not get lost
    given = settings(preset="draft", solve={"proxy": 960}, matte={"path": "/m.####.exr"}, key=7, frames="1-9x2")
    folder.finish(Training(given, "files", finished=False), model(), {})
    assert folder.read_settings() == given


def test_finishing_takes_away_what_was_made_of_an_older_model_but_not_textures(tmp_path):
    folder = trained(tmp_path)
    folder.write_texture(texture())
    for stale in (folder.canonical_file("plate", 1), folder.canonical_file("solved", 1), folder.key_file("7")):
        stale.parent.mkdir(exist_ok=True)
        stale.write_text("old")
    folder.finish(Training(settings(), "files", finished=False), model(2), {})
    left = {str(p.relative_to(folder.path)) for p in folder.path.rglob("*") if p.is_file()}
    picture = next(name for name in left if name.endswith(".exr"))
    assert picture.startswith("textures/mark/paint-")
    assert left - {picture} == {"shot.yaml", "training.yaml", "model.safetensors", "textures/mark/texture.json"}
    assert folder.read_model().key == 2


def test_a_training_that_has_begun_leaves_the_last_one_as_it_is(tmp_path):
    folder = trained(tmp_path)
    folder.begin(settings(seed=5), "files", resume=False)
    folder.write_checkpoint(model(2, complete=False))
    assert (folder.read_model().key, folder.read_settings().seed) == (1, 0)


def test_a_training_that_did_not_end_says_how_to_go_on(tmp_path):
    folder = make_folder(tmp_path / "a.unreel")
    folder.begin(settings(), "files", resume=False)
    with pytest.raises(IncompatibleModel, match=r"not trained to the end; go on with: unreel train -o .* --resume"):
        folder.read_settings()


def test_a_checkpoint_of_the_same_settings_and_files_is_resumed(tmp_path):
    folder = make_folder(tmp_path / "a.unreel")
    folder.begin(settings(), "files", resume=False)
    folder.write_checkpoint(model(2, complete=False))
    faster = settings(solve={"threads": 7}, light={"strength": 0.5})
    assert folder.begin(faster, "files", resume=True).key == 2
    assert folder.checkpoint_file.exists()


@pytest.mark.parametrize(
    ("change", "inputs", "words"),
    [
        ({"seed": 1}, "files", "settings changed"),
        ({}, "others", "plate changed"),
        ({"key": 3}, "files", "settings changed"),
    ],
)
def test_a_checkpoint_of_others_is_not(tmp_path, caplog, change, inputs, words):
    folder = make_folder(tmp_path / "a.unreel")
    folder.begin(settings(), "files", resume=False)
    folder.write_checkpoint(model(2, complete=False))
    assert folder.begin(settings(**change), inputs, resume=True) is None
    assert words in caplog.text and "training starts anew" in caplog.text
    assert not folder.checkpoint_file.exists()


@pytest.mark.parametrize(("inputs", "kept"), [("same", True), ("others", False)])
def test_segments_are_gone_on_from_where_settings_and_files_are_the_same_until_the_end(tmp_path, inputs, kept):
    folder = make_folder(tmp_path / "s.unreel")
    folder.begin(settings(key=2), "same", resume=False)
    part = folder.segment_folder / "4.safetensors"
    part.parent.mkdir()
    part.write_bytes(b"")
    assert folder.begin(settings(key=2), inputs, resume=True) is None  # no checkpoint yet
    assert part.exists() == kept
    folder.finish(Training(settings(key=2), inputs, finished=True), model(2), {})
    assert not folder.segment_folder.exists()


def test_a_finished_model_is_resumed_only_if_nothing_was_begun_since(tmp_path):
    folder = trained(tmp_path)
    assert folder.begin(settings(), "files", resume=True).key == 1
    folder.begin(settings(), "files", resume=False)
    assert folder.begin(settings(), "files", resume=True) is None


def test_a_damaged_checkpoint_is_told_and_left_out(tmp_path, caplog):
    folder = make_folder(tmp_path / "a.unreel")
    folder.begin(settings(), "files", resume=False)
    folder.checkpoint_file.write_bytes(b"not a model")
    assert folder.begin(settings(), "files", resume=True) is None
    assert "damaged" in caplog.text and "starts anew" in caplog.text


@pytest.mark.parametrize("text", ["", "settings: 5\n", "a: [", "inputs: x\nfinished: true\nsettings: {seeed: 3}\n"])
def test_a_damaged_note_is_no_note(tmp_path, text):
    folder = make_folder(tmp_path / "a.unreel")
    folder.training_file.write_text(text)
    assert folder.read_training() is None
    assert folder.begin(settings(), "files", resume=True) is None


def test_beginning_clears_away_what_a_killed_run_left(tmp_path):
    folder = make_folder(tmp_path / "a.unreel")
    (folder.path / ".model.0123.tmp.safetensors").touch()
    make_folder(folder.path).begin(settings(), "files", resume=False)
    assert {p.name for p in folder.path.iterdir()} == {"training.yaml"}


def test_a_folder_of_something_else_is_refused(tmp_path):
    (tmp_path / "notes.txt").touch()
    with pytest.raises(UsageError, match="holds other files and is no unreel folder"):
        make_folder(tmp_path)
    with pytest.raises(UsageError, match=r"notes.txt is a file; name a folder such as .*notes.unreel"):
        make_folder(tmp_path / "notes.txt")
    with pytest.raises(UnreelError, match="notes.txt is a file, and a folder is needed there"):
        make_folder(tmp_path / "notes.txt" / "a.unreel")


def test_what_is_no_unreel_folder_is_told(tmp_path):
    for read in (UnreelFolder(tmp_path).read_settings, UnreelFolder(tmp_path / "none").read_model):
        with pytest.raises(InputError, match="is no unreel folder; make it with: unreel train PLATE"):
            read()


def test_textures_come_in_the_order_of_their_import(tmp_path):
    folder = trained(tmp_path)
    for name in ("b", "a", "c"):
        folder.write_texture(texture(name))
    assert folder.textures == ["b", "a", "c"]


@pytest.mark.parametrize("name", ["", "../up", "a/b", ".hidden"])
def test_a_texture_has_a_plain_name(tmp_path, name):
    with pytest.raises(UsageError, match="cannot be named"):
        trained(tmp_path).write_texture(texture(name))


def test_an_unknown_texture_is_answered_with_the_near_one(tmp_path):
    folder = trained(tmp_path)
    with pytest.raises(UsageError, match="has no texture 'logo'; there is none"):
        folder.read_texture("logo")
    folder.write_texture(texture("logo"))
    with pytest.raises(UsageError, match="did you mean logo?"):
        folder.read_texture("logos")
    with pytest.raises(UsageError, match="there is logo"):
        folder.read_texture("beard")


def test_only_what_changes_the_solve_makes_another_solve():
    assert same_solve(settings(), settings(light={"strength": 0.5}, solve={"threads": 3}))
    assert not same_solve(settings(), settings(solve={"steps": 3}))
    assert not same_solve(settings(), settings(space="ACEScct"))
