"""What is laid for each host, laid again, refused, and taken back."""

from __future__ import annotations

import errno
import json
import os
import tempfile
import zipfile
from pathlib import Path

import pytest
from action import EditStart, WriteFile
from failure import InstallFailed
from hosts import Wish, find_laid, make_places, plan, plan_removal
from place import Machine, refuse_separator

COMMON = {"unreel_host.zip", "runtime.json", "unreel_installed.json"}


@pytest.fixture
def wish(checkout, home):
    def make(*hosts, folder=None, shared=False, **variables):
        machine = Machine(home, variables, "linux")
        return Wish(checkout, checkout / ".venv" / "bin" / "python", hosts, machine, folder, shared)

    return make


def install(wish):
    """What was changed."""
    actions = plan(make_places(wish), "0.1.0")
    changed = [action for action in actions if not action.is_done()]
    for action in actions:
        action.perform()
    return changed


def uninstall(wish):
    """What was kept."""
    kept = []
    for folder in find_laid(wish):
        actions, left = plan_removal(folder)
        for action in actions:
            action.perform()
        kept += left
    return kept


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_nuke_gets_a_folder_and_two_lines_in_the_users_start_file(wish, home):
    (home / ".nuke").mkdir()
    (home / ".nuke" / "init.py").write_text("print('mine')\n")
    install(wish("nuke"))
    laid = files_in(home / ".nuke" / "Unreel")
    assert set(laid) == {"init.py", "menu.py", "icons/unreel.png", *COMMON}
    text = (home / ".nuke" / "init.py").read_text()
    assert text.startswith("print('mine')\n# >>> Unreel ")
    assert text.isascii()
    told = []
    nuke = type("nuke", (), {"pluginAddPath": staticmethod(told.append)})
    exec(text.replace("import nuke\n", ""), {"nuke": nuke})
    assert told == [str(home / ".nuke" / "Unreel")]
    assert (home / ".nuke" / "init.py.unreel-backup-1").read_text() == "print('mine')\n"


def test_runtime_json_names_the_environments_python(wish, home, checkout):
    install(wish("nuke"))
    table = json.loads((home / ".nuke" / "Unreel" / "runtime.json").read_text())
    assert table == {"python": str(checkout / ".venv" / "bin" / "python"), "path": [], "unreel": "0.1.0"}


@pytest.mark.parametrize("host", ["nuke", "natron", "blender"])
def test_a_second_run_changes_nothing(wish, home, host):
    (home / ".config" / "blender" / "5.0").mkdir(parents=True)
    assert install(wish(host))
    before = files_in(home)
    assert install(wish(host)) == []
    assert files_in(home) == before


@pytest.mark.parametrize("host", ["nuke", "natron", "blender"])
def test_a_plan_changes_nothing(wish, home, host):
    (home / ".config" / "blender" / "5.0").mkdir(parents=True)
    before = sorted(home.rglob("*"))
    assert plan(make_places(wish(host)), "0.1.0")
    assert sorted(home.rglob("*")) == before


@pytest.mark.parametrize("host", ["nuke", "natron", "blender"])
def test_uninstall_leaves_what_was_there_before(wish, home, host):
    (home / ".config" / "blender" / "5.0").mkdir(parents=True)
    before = sorted(home.rglob("*"))
    install(wish(host))
    assert sorted(home.rglob("*")) != before
    assert uninstall(wish(host)) == []
    assert sorted(home.rglob("*")) == before


def test_uninstall_takes_what_python_left_of_our_sources(wish, home):
    cache = home / ".Natron" / "Unreel" / "__pycache__"
    for others in (["Unreel_Train.cpython-310.pyc"], ["Unreel_Train.cpython-310.pyc", "mine.cpython-310.pyc"]):
        install(wish("natron"))
        cache.mkdir()
        for name in others:
            (cache / name).touch()
        uninstall(wish("natron"))
        assert set(files_in(home)) == {f".Natron/Unreel/__pycache__/{name}" for name in others[1:]}


def test_uninstall_leaves_the_users_lines(wish, home):
    (home / ".nuke").mkdir()
    start = home / ".nuke" / "init.py"
    start.write_bytes(b"# caf\xe9 in another encoding\r\nmine()\r\n")
    install(wish("nuke"))
    uninstall(wish("nuke"))
    assert start.read_bytes() == b"# caf\xe9 in another encoding\r\nmine()\r\n"


def test_lines_changed_by_hand_are_left_and_nothing_is_laid(wish, home):
    install(wish("nuke"))
    start = home / ".nuke" / "init.py"
    start.write_text(start.read_text().replace("nuke.pluginAddPath", "print"))
    before = files_in(home)
    with pytest.raises(InstallFailed, match=r"init.py is left as it is[\s\S]*changed by hand"):
        install(wish("nuke"))
    with pytest.raises(InstallFailed, match="changed by hand"):
        uninstall(wish("nuke"))
    assert files_in(home) == before


def test_a_start_file_that_is_a_link_stays_one(wish, home):
    (home / ".nuke").mkdir()
    (home / "settings.py").write_text("mine()\n")
    (home / ".nuke" / "init.py").symlink_to(home / "settings.py")
    install(wish("nuke"))
    assert (home / ".nuke" / "init.py").is_symlink()
    assert "pluginAddPath" in (home / "settings.py").read_text()


def test_a_backup_is_not_written_over(wish, home):
    (home / ".nuke").mkdir()
    start = home / ".nuke" / "init.py"
    for text in ("one()\n", "two()\n"):
        start.write_text(text)
        install(wish("nuke"))
    assert [(home / ".nuke" / f"init.py.unreel-backup-{n}").read_text() for n in (1, 2)] == ["one()\n", "two()\n"]


def test_a_file_of_someone_else_is_never_written_over(wish, tmp_path):
    folder = tmp_path / "tools"
    folder.mkdir()
    (folder / "init.py").write_text("the studio's\n")
    with pytest.raises(InstallFailed, match="was not written by this program"):
        install(wish("nuke", folder=folder))
    assert files_in(folder) == {"init.py": b"the studio's\n"}


def test_a_laid_file_that_was_changed_is_not_written_over_and_not_removed(wish, home):
    install(wish("natron"))
    changed = home / ".Natron" / "Unreel" / "Unreel_Train.py"
    changed.write_text("def createInstance(app, group):\n    mine()\n")
    with pytest.raises(InstallFailed, match="was changed after it was installed"):
        install(wish("natron"))
    assert uninstall(wish("natron")) == [changed]
    assert list(files_in(home / ".Natron" / "Unreel")) == ["Unreel_Train.py"]


def test_a_newer_version_replaces_the_files_and_removes_what_it_has_no_more(wish, home, checkout):
    install(wish("natron"))
    (checkout / "plugin" / "hosts" / "natron_start" / "Unreel_Train.png").unlink()
    (checkout / "plugin" / "face.py").write_text("SCHEMA = 2\n")
    changed = {action.path.name for action in install(wish("natron"))}
    assert changed == {"unreel_host.zip", "Unreel_Train.png", "unreel_installed.json"}
    assert set(files_in(home / ".Natron" / "Unreel")) == {"Unreel_Train.py", *COMMON}


def test_an_installation_that_was_broken_off_is_finished(wish, home):
    actions = plan(make_places(wish("nuke")), "0.1.0")
    for action in actions[:3]:
        action.perform()
    install(wish("nuke"))
    assert uninstall(wish("nuke")) == []
    assert files_in(home) == {}


def test_natron_gets_a_flat_folder_with_nothing_else_that_it_would_run(wish, tmp_path):
    folder = tmp_path / "Natron plug-ins ü"
    (place,) = make_places(wish("natron", folder=folder))
    install(wish("natron", folder=folder))
    assert set(files_in(folder)) == {"Unreel_Train.py", "Unreel_Train.png", *COMMON}
    assert place.next == f"start Natron with NATRON_PLUGIN_PATH={folder}"


@pytest.mark.parametrize("name", ["init.py", "sub/Unreel_Train.py", "parts.py"])
def test_what_natron_would_run_or_drop_is_refused(wish, checkout, name):
    path = checkout / "plugin" / "hosts" / "natron_start" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("def getLabel():\n    return ''\n" + " def createInstance(app, group): pass\n")
    with pytest.raises(InstallFailed, match="is no PyPlug"):
        make_places(wish("natron"))


@pytest.mark.parametrize("host", ["nuke", "natron"])
def test_a_folder_that_a_path_variable_would_split_is_refused(wish, tmp_path, host):
    if os.name == "nt":
        pytest.skip("a colon is no part of a name there")
    with pytest.raises(InstallFailed, match="separates folders by ':'"):
        make_places(wish(host, folder=tmp_path / "a:b"))


def test_windows_has_another_separator_and_a_colon_in_each_path():
    refuse_separator(Path("C:/Unreel"), "NUKE_PATH", "win32")
    with pytest.raises(InstallFailed, match="';'"):
        refuse_separator(Path("C:/Unreel;x"), "NUKE_PATH", "win32")


def test_each_blender_that_is_new_enough_gets_the_extension(wish, home):
    for version in ("3.6", "4.2", "4.5", "4.10", "5.0", "notes"):
        (home / ".config" / "blender" / version).mkdir(parents=True)
    install(wish("blender"))
    laid = {path.parent.relative_to(home / ".config" / "blender") for path in home.rglob("blender_manifest.toml")}
    assert laid == {Path(version, "extensions", "user_default", "unreel") for version in ("4.5", "4.10", "5.0")}


def test_blenders_own_variables_say_where_it_looks(wish, tmp_path):
    for variables, wanted in (
        ({"BLENDER_USER_RESOURCES": str(tmp_path / "a")}, tmp_path / "a" / "extensions"),
        ({"BLENDER_USER_EXTENSIONS": str(tmp_path / "b"), "BLENDER_USER_RESOURCES": "/c"}, tmp_path / "b"),
    ):
        (place,) = make_places(wish("blender", **variables))
        assert place.folder == wanted / "user_default" / "unreel"


def test_without_a_blender_it_says_what_to_do(wish):
    with pytest.raises(InstallFailed, match=r"No Blender 4.5 or later[\s\S]*--dir DIR"):
        make_places(wish("blender"))


def test_blenders_zip_is_the_extension(wish, tmp_path):
    install(wish("blender", folder=tmp_path / "out"))
    assert set(files_in(tmp_path / "out")) == {"unreel-0.1.0.zip", "unreel_installed.json"}
    with zipfile.ZipFile(tmp_path / "out" / "unreel-0.1.0.zip") as archive:
        assert set(archive.namelist()) == {"__init__.py", "blender_manifest.toml", "unreel_host.zip", "runtime.json"}


def test_several_hosts_get_a_folder_each(wish, tmp_path):
    install(wish("nuke", "natron", folder=tmp_path / "out"))
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["natron", "nuke"]
    assert uninstall(wish("nuke", "natron", "blender", folder=tmp_path / "out")) == []
    assert not (tmp_path / "out").exists()


def test_a_folder_of_one_host_is_not_given_to_another(wish, tmp_path):
    install(wish("nuke", folder=tmp_path / "out"))
    with pytest.raises(InstallFailed, match="holds what was installed for Nuke"):
        install(wish("natron", folder=tmp_path / "out"))


@pytest.mark.parametrize("host", ["nuke", "natron", "blender"])
def test_a_host_whose_part_is_not_there_is_said_so(wish, checkout, host):
    for path in (checkout / "plugin" / "hosts" / f"{host}_start").rglob("*.py"):
        path.unlink()
    with pytest.raises(InstallFailed, match=f"no part for {host.capitalize()} yet"):
        make_places(wish(host))


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS, errno.ENOSPC])
def test_what_cannot_be_written_is_said_and_the_next_run_goes_on(wish, home, monkeypatch, number):
    (home / ".nuke").mkdir()
    (home / ".nuke" / "init.py").write_text("mine()\n")
    make, made = tempfile.mkstemp, []

    def make_some(**where):
        made.append(where)
        if len(made) > 3:
            raise OSError(number, os.strerror(number))
        return make(**where)

    monkeypatch.setattr("action.tempfile.mkstemp", make_some)
    with pytest.raises(InstallFailed, match=rf"can't be written[\s\S]*{os.strerror(number)}[\s\S]*--dir DIR"):
        install(wish("nuke"))
    assert (home / ".nuke" / "init.py").read_text() == "mine()\n"
    monkeypatch.undo()
    install(wish("nuke"))
    assert list(home.rglob("*.tmp")) == []
    uninstall(wish("nuke"))
    assert set(files_in(home)) == {".nuke/init.py", ".nuke/init.py.unreel-backup-1"}


def test_a_file_where_a_folder_must_be_is_said_so(wish, tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(InstallFailed, match=r"can't be (written|read)"):
        install(wish("nuke", folder=tmp_path / "file"))


@pytest.mark.parametrize("text", ["", "{", "[]", '{"host": "nuke", "version": "1", "more": 1}', '{"host": 1}'])
def test_a_damaged_record_is_said_so(wish, home, text):
    install(wish("nuke"))
    (home / ".nuke" / "Unreel" / "unreel_installed.json").write_text(text)
    with pytest.raises(InstallFailed, match="can't be used"):
        install(wish("nuke"))


def test_the_actions_say_what_they_do(wish, home):
    told = [action.describe() for action in plan(make_places(wish("nuke")), "0.1.0")]
    assert f"write   {home / '.nuke' / 'Unreel' / 'menu.py'}" in told
    assert any(
        line.startswith(f"edit    {home / '.nuke' / 'init.py'}: between two marks, import nuke") for line in told
    )
    kinds = {type(action) for action in plan(make_places(wish("nuke")), "0.1.0")}
    assert kinds == {WriteFile, EditStart}


def test_no_folder_that_may_stand_on_a_path_is_taken_for_our_package(wish, home):
    """Nuke and Natron put the folder above on `sys.path` too."""
    for host in ("nuke", "natron"):
        (place,) = make_places(wish(host))
        assert place.folder.name != "unreel"
        assert "__init__.py" not in place.files
