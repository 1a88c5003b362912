import json

import pytest
from unreel.core import job as core_job
from unreel.plugin import protocol


def test_both_sides_speak_the_same_protocol():
    assert (protocol.PROTOCOL, protocol.JOB) == (core_job.PROTOCOL, core_job.FILE)


def test_events_are_read_once_and_a_line_that_is_being_written_waits(tmp_path):
    file = tmp_path / "events.jsonl"
    assert protocol.read_events(file) == ([], 0)
    file.write_bytes(b'{"seq": 0}\n{"seq": 1')
    events, offset = protocol.read_events(file)
    assert events == [{"seq": 0}]
    with open(file, "ab") as more:
        more.write(b'}\n{"cut\n[]\n{"seq": 2}\n')
    events, offset = protocol.read_events(file, offset)
    assert events == [{"seq": 1}, {"seq": 2}] and offset == file.stat().st_size


def test_a_table_is_written_whole_and_a_folder_that_is_gone_stays_gone(tmp_path):
    protocol.write_json(tmp_path / "a.json", {"name": "ü"})
    assert protocol.read_json(tmp_path / "a.json") == {"name": "ü"}
    with pytest.raises(OSError):
        protocol.write_json(tmp_path / "gone" / "a.json", {})
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


@pytest.mark.parametrize("text", ["", "{", "[]", "\xff"])
def test_what_is_no_table_is_none(tmp_path, text):
    (tmp_path / "a.json").write_text(text, encoding="latin-1")
    assert protocol.read_json(tmp_path / "a.json") is None


def test_a_status_of_a_newer_worker_is_read_as_far_as_it_is_known(tmp_path):
    (tmp_path / protocol.STATUS).write_text(json.dumps({"state": "running", "done": 3, "mood": "good"}))
    status = protocol.read_status(tmp_path)
    assert status == protocol.Status("running", done=3) and not status.ended
