import json
import os

import pytest

from bench.clip import Clip
from bench.panel import Row, format_table, helper_of, keep, measure, memory_mib


def test_a_gate_is_missed_on_its_own_side_alone():
    assert Row("late", 101, "ms", most=100).missed and not Row("soon", 99, "ms", most=100).missed
    assert Row("slow", 11, "frames/s", least=12).missed and not Row("fast", 13, "frames/s", least=12).missed
    assert not Row("told", 1e9, "MiB").missed
    table = format_table([Row("late", 101, "ms", most=100, load=2.5), Row("told", 3, "s", load=1)])
    assert "| late | 101 ms | at most 100 MISSED | 2.5 |" in table and "| told | 3 s |  | 1 |" in table


def test_a_run_takes_the_place_of_its_own_rows(tmp_path, monkeypatch):
    monkeypatch.setattr("bench.panel.RESULT", tmp_path / "panel.json")
    keep([Row("a", 1, "s"), Row("b", 2, "s")], "a machine")
    keep([Row("b", 3, "s", load=0.5)], "a machine")
    rows = json.loads((tmp_path / "panel.json").read_text(encoding="utf-8"))["rows"]
    assert [(row["what"], row["value"]) for row in rows] == [("a", 1), ("b", 3)] and rows[1]["load"] == 0.5


@pytest.mark.skipif(not os.path.exists("/proc/self/smaps_rollup"), reason="only Linux tells what a process shares")
def test_memory_and_helper_are_found_by_the_system():
    assert 10 < memory_mib("self") < 10000
    with pytest.raises((IndexError, FileNotFoundError)):
        helper_of(1 << 22)


@pytest.mark.slow
@pytest.mark.skipif(not os.path.exists("/proc/self/smaps_rollup"), reason="only Linux tells what a process shares")
def test_all_of_it_is_measured(tmp_path):
    rows = {row.what: row for row in measure(Clip(160, 96, 4), tmp_path)}
    assert rows["width of the picture"].value == 160
    assert rows["stroke of 60 px, largest of 60"].most == 100
    assert rows["scrubbing 24 frames there and back"].least == 12
    assert rows["memory of the window's end and the helper"].most == 2048
    assert all(row.value > 0 for row in rows.values())
