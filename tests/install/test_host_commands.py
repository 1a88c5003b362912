"""`python3 install --host H`, `plan`, `uninstall`, `doctor --host`, `test --host blender`: what each does and says."""

from __future__ import annotations

import json
import os
from pathlib import Path

import commands
import host_commands
import pytest
from environment import InstallFailed


@pytest.fixture
def prepared(checkout, home, monkeypatch):
    """The environments that would have been made."""
    prepared = []
    monkeypatch.setattr(commands, "ROOT", checkout)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    for name in ("BLENDER_USER_RESOURCES", "BLENDER_USER_EXTENSIONS", "XDG_CONFIG_HOME", "UNREEL_PYTHON"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(host_commands, "prepare", prepared.append)
    monkeypatch.setattr(commands, "prepare", lambda place, extras=(): prepared.append(place))
    return prepared


def test_the_word_install_may_be_left_out(prepared, home, capsys):
    assert commands.main(["--host", "nuke"]) == 0
    assert (home / ".nuke" / "Unreel" / "unreel_host.zip").exists()
    assert [place.folder for place in prepared] == [commands.ROOT / ".venv"]
    assert "install: nuke: " in capsys.readouterr().out
    assert commands.main(["install", "--host", "nuke"]) == 0
    assert "all was in place; nothing was changed" in capsys.readouterr().out


def test_several_hosts_are_installed_at_once(prepared, home):
    assert commands.main(["--host", "nuke", "--host", "natron", "--host", "nuke"]) == 0
    assert (home / ".nuke" / "Unreel").is_dir()
    assert (home / ".Natron" / "Unreel").is_dir()


def test_a_plan_tells_and_does_nothing(prepared, home, capsys):
    assert commands.main(["plan", "--host", "nuke"]) == 0
    told = capsys.readouterr().out
    assert f"make    the environment {commands.ROOT / '.venv'}" in told
    assert f"write   {home / '.nuke' / 'Unreel' / 'menu.py'}" in told
    assert "pluginAddPath" in told
    assert list(home.iterdir()) == []
    assert prepared == []
    commands.main(["--host", "nuke"])
    capsys.readouterr()
    commands.main(["plan", "--host", "nuke"])
    told = capsys.readouterr().out.splitlines()
    assert all(line.startswith("as is ") for line in told[1:-1])


def test_uninstall_without_a_host_takes_all_back(prepared, home, capsys):
    commands.main(["--host", "nuke", "--host", "natron"])
    assert commands.main(["uninstall"]) == 0
    assert list(home.iterdir()) == []
    assert commands.main(["uninstall"]) == 0
    assert "nothing of Unreel was found for nuke, natron, blender" in capsys.readouterr().out


def test_uninstall_of_one_host_leaves_the_other(prepared, home):
    commands.main(["--host", "nuke", "--host", "natron"])
    commands.main(["uninstall", "--host", "natron"])
    assert [path.name for path in home.iterdir()] == [".nuke"]


def test_uninstall_names_what_it_keeps(prepared, home, capsys):
    commands.main(["--host", "natron"])
    changed = home / ".Natron" / "Unreel" / "Unreel_Train.py"
    changed.write_text("mine()\n")
    commands.main(["uninstall"])
    assert f"kept, because it was changed: {changed}" in capsys.readouterr().out
    assert changed.read_text() == "mine()\n"


def test_what_is_in_the_way_is_said_before_anything_is_downloaded(prepared, home, capsys):
    (home / ".nuke" / "Unreel").mkdir(parents=True)
    (home / ".nuke" / "Unreel" / "menu.py").write_text("mine()\n")
    assert commands.main(["--host", "nuke"]) == 3
    assert "was not written by this program" in capsys.readouterr().err
    assert prepared == []


def test_a_chosen_folder_gets_it_and_the_users_own_is_left(prepared, home, tmp_path, capsys):
    folder = tmp_path / "Natron ü plug-ins"
    assert commands.main(["--host", "natron", "--dir", str(folder)]) == 0
    assert (folder / "Unreel_Train.py").exists()
    assert list(home.iterdir()) == []
    assert f"NATRON_PLUGIN_PATH={folder}" in capsys.readouterr().out
    assert commands.main(["uninstall", "--dir", str(folder)]) == 0
    assert not folder.exists()


def test_a_shared_installation_has_its_own_environment(prepared, home, tmp_path, capsys):
    folder = tmp_path / "studio"
    words = ["--host", "nuke", "--host", "natron", "--host", "blender", "--shared", "--dir", str(folder)]
    assert commands.main(words) == 0
    (place,) = prepared
    assert place.folder == folder / "env"
    assert place.is_copy
    runtime = json.loads((folder / "nuke" / "runtime.json").read_text())
    assert Path(runtime["python"]).parents[1] == folder / "env"
    assert (folder / "rez" / "unreel" / "0.1.0" / "package.py").exists()
    assert list(home.iterdir()) == []
    (folder / "env").mkdir()
    (folder / "env" / "pyvenv.cfg").touch()
    assert commands.main(["uninstall", "--dir", str(folder)]) == 0
    assert [path.name for path in folder.iterdir()] == ["env"]
    assert f"the environment is kept: {folder / 'env'}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--host", "flame"], "flame"),
        (["--dir", "x"], "say what to do"),
        (["install"], "install needs --host: nuke, natron, blender"),
        (["plan", "--dir", "x"], "plan needs --host"),
        (["--host", "nuke", "--shared"], "--shared needs --dir"),
        (["demo", "--host", "nuke"], "demo takes no --host"),
        (["test", "--host", "nuke"], "--host blender alone"),
    ],
)
def test_what_does_not_go_together_is_a_usage_error(prepared, words, told, capsys):
    with pytest.raises(SystemExit) as stopped:
        commands.main(words)
    assert stopped.value.code == 2
    assert told in capsys.readouterr().err


def test_the_doctor_of_a_host_looks_at_each_place_and_makes_nothing(prepared, home, monkeypatch, capsys):
    looked = []
    monkeypatch.setattr(host_commands, "check_place", lambda folder, variables: looked.append(folder) or True)
    assert commands.main(["doctor", "--host", "nuke"]) == 1
    assert "run python3 install --host nuke" in capsys.readouterr().out
    commands.main(["--host", "nuke"])
    prepared.clear()
    assert commands.main(["doctor", "--host", "nuke"]) == 0
    assert looked == [home / ".nuke" / "Unreel"]
    assert prepared == []


def test_the_tests_in_blender_are_told_of_its_pythons(prepared, checkout, monkeypatch):
    ran = []
    monkeypatch.setattr(commands.blender_environment, "prepare_all", lambda place: {"UNREEL_BLENDER_4_5": Path("/b")})
    monkeypatch.setattr(commands, "run_program", lambda command, cwd: ran.append(command) or 7)
    monkeypatch.setenv("UNREEL_BLENDER_4_5", "")
    monkeypatch.setenv("OMP_WAIT_POLICY", "ACTIVE")
    assert commands.main(["test", "--host", "blender"]) == 3, "there are no such tests in this checkout"
    assert prepared == []
    (checkout / "tests" / "hosts" / "blender").mkdir(parents=True)
    assert commands.main(["test", "--host", "blender", "--", "-x"]) == 7
    assert ran[0][1:] == ["-x", str(checkout / "tests" / "hosts" / "blender")]
    assert os.environ["UNREEL_BLENDER_4_5"] == "/b"


def test_a_failed_environment_lays_nothing(prepared, home, monkeypatch):
    def fail(place):
        raise InstallFailed("what", "why", "do")

    monkeypatch.setattr(host_commands, "prepare", fail)
    assert commands.main(["--host", "nuke"]) == 3
    assert list(home.iterdir()) == []
