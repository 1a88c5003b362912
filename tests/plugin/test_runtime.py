import json
import sys

import pytest
from unreel.plugin.runtime import Runtime, RuntimeMissing, clean_environment, find_runtime, worker_command


def test_the_variable_comes_before_the_files(tmp_path):
    (tmp_path / "runtime.json").write_text(json.dumps({"python": sys.executable, "path": ["/opt/unreel"]}))
    assert find_runtime((tmp_path,), {}) == Runtime(sys.executable, ("/opt/unreel",))
    assert find_runtime((), {"UNREEL_HOME": str(tmp_path)}).path == ("/opt/unreel",)
    assert find_runtime((tmp_path,), {"UNREEL_PYTHON": sys.executable}) == Runtime(sys.executable)


@pytest.mark.parametrize("text", ["", "{}", '{"python": "/none/python"}', "[]"])
def test_a_runtime_that_cannot_be_used_says_what_to_do(tmp_path, text):
    (tmp_path / "runtime.json").write_text(text)
    with pytest.raises(RuntimeMissing, match="python3 install"):
        find_runtime((tmp_path,), {})


def test_no_runtime_names_where_it_was_looked_for(tmp_path):
    with pytest.raises(RuntimeMissing) as error:
        find_runtime((tmp_path / "host",), {})
    assert str(tmp_path / "host") in str(error.value) and "UNREEL_PYTHON" in str(error.value)


def test_the_host_s_own_variables_are_left_out():
    host = {"PYTHONPATH": "a", "PYTHONHOME": "b", "QT_PLUGIN_PATH": "c", "NUKE_PATH": "d", "LD_LIBRARY_PATH": "e"}
    own = {"PATH": "/bin", "HOME": "/home/a", "OCIO": "/show/config.ocio", "LANG": "C"}
    assert clean_environment({**host, **own}) == own
    kept = clean_environment({**host, **own, "UNREEL_KEEP_LIBRARY_PATH": "1"})
    assert kept["LD_LIBRARY_PATH"] == "e" and "PYTHONPATH" not in kept


def test_a_worker_starts_isolated(tmp_path):
    command = worker_command(Runtime("/env/python", ("/a 'b",)), tmp_path, True)
    assert command[:2] == ["/env/python", "-I"] and command[-2:] == [str(tmp_path), "--detached"]
    assert worker_command(Runtime("/p"), tmp_path, False) == ["/p", "-I", "-m", "unreel.plugin.worker", str(tmp_path)]
