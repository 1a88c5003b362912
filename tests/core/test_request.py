from pathlib import Path

import pytest
from unreel.core.errors import UsageError
from unreel.core.request import absolute, parse_layers, settings_for
from unreel.core.unreel_folder import UnreelFolder

SHOT = """
plate: plate.####.exr
frames: 1001-1004
matte: {path: sub/../matte.####.exr}
vectors: {forward: /abs/forward.####.exr}
solve: {steps: 3}
"""


def test_paths_become_absolute_and_nothing_else():
    values = {"plate": "a/../b/p.####.exr", "matte": {"path": "m.exr", "channel": "A"}, "ocio": "ocio://default"}
    assert absolute(values, Path("/shots")) == {
        "plate": "/shots/b/p.####.exr",
        "matte": {"path": "/shots/m.exr", "channel": "A"},
        "ocio": "ocio://default",
    }


def test_paths_in_a_shot_yaml_are_relative_to_it_and_flags_to_where_we_are(tmp_path, monkeypatch):
    (tmp_path / "shots").mkdir()
    (tmp_path / "shots" / "shot.yaml").write_text(SHOT)
    monkeypatch.chdir(tmp_path)
    folder = UnreelFolder(Path("a.unreel"))
    settings = settings_for("shots/shot.yaml", folder, {"vectors": {"backward": "back.####.exr"}, "seed": 3}, False)
    assert settings.plate == str(tmp_path / "shots" / "plate.####.exr")
    assert settings.matte.path == str(tmp_path / "shots" / "matte.####.exr")
    assert settings.vectors.forward == "/abs/forward.####.exr"
    assert settings.vectors.backward == str(tmp_path / "back.####.exr")
    assert (settings.frames, settings.solve.steps, settings.seed) == ("1001-1004", 3, 3)


def test_a_preset_over_a_shot_yaml_with_a_solve_of_its_own_is_told(tmp_path, caplog):
    (tmp_path / "shot.yaml").write_text(SHOT)
    folder = UnreelFolder(tmp_path / "a.unreel")
    settings = settings_for(str(tmp_path / "shot.yaml"), folder, {"preset": "draft"}, False)
    assert (settings.solve.steps, settings.solve.proxy) == (3, 480)
    assert "sets solve.* itself" in caplog.text


def test_the_plate_may_be_left_out_only_to_resume(tmp_path):
    folder = UnreelFolder(tmp_path / "a.unreel")
    for resume in (False, True):
        with pytest.raises(UsageError, match="name the plate"):
            settings_for(None, folder, {}, resume)


def test_paths_of_the_mattes_of_layers_become_absolute():
    layers = [{"name": "car", "matte": {"path": "car.#.exr"}}, {"name": "rest"}]
    made = absolute({"layers": layers, "front": [{"path": "f.#.exr"}]}, Path("/shots"))
    assert made["layers"] == [{"name": "car", "matte": {"path": "/shots/car.#.exr"}}, {"name": "rest"}]
    assert made["front"] == [{"path": "/shots/f.#.exr"}]


def test_layers_in_words():
    assert parse_layers([]) == []
    assert parse_layers(["a=x.exr", "b"]) == [{"name": "a", "matte": {"path": "x.exr"}}, {"name": "b"}]
    assert parse_layers(["a=x.exr"]) == [{"name": "a", "matte": {"path": "x.exr"}}, {"name": "background"}]
