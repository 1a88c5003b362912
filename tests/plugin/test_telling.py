import json
from types import SimpleNamespace

from unreel.plugin import protocol
from unreel.plugin.telling import Telling


def test_progress_writes_the_status_no_more_than_twice_a_second(tmp_path, capsys):
    now = [100.0]
    telling = Telling(tmp_path, lambda: now[0])
    telling.state(protocol.RUNNING)
    told = []
    for done in range(1, 5):
        now[0] += 0.2
        telling.progress("sheets", done, 9, psnr=40.0 + done)
        told.append(protocol.read_status(tmp_path).done)
    assert told == [0, 0, 3, 3]
    assert len(protocol.read_events(tmp_path / protocol.EVENTS)[0]) == 5
    now[0] += protocol.BEAT_SECONDS
    telling.beat()
    status = protocol.read_status(tmp_path)
    assert (status.done, status.psnr, status.beat) == (4, 44.0, now[0])
    assert [json.loads(line)["seq"] for line in capsys.readouterr().out.splitlines()] == list(range(5))


def test_a_job_folder_that_is_gone_is_no_end(tmp_path, capsys):
    telling = Telling(tmp_path / "gone")
    telling.state(protocol.RUNNING)
    assert json.loads(capsys.readouterr().out)["state"] == "running" and not (tmp_path / "gone").exists()


def test_nothing_comes_after_the_end(tmp_path):
    telling = Telling(tmp_path)
    telling.state(protocol.DONE, exit_code=0)
    telling.state(protocol.STOPPING, "stopped by the system")
    assert protocol.read_status(tmp_path).state == protocol.DONE


def test_a_preview_is_an_event_of_its_own(tmp_path, capsys):
    from unreel.plugin.worker import Progress

    said = {"stage": "sheets", "done": 2, "total": 9, "frame": None, "psnr": None, "loss": None, "early": None}
    files = {"plate": "previews/plate.7.exr"}
    Progress(Telling(tmp_path))(SimpleNamespace(**said, preview=SimpleNamespace(frame=7, files=files)))
    Progress(Telling(tmp_path))(SimpleNamespace(**{**said, "loss": 0.2}, preview=None))
    preview, progress = map(json.loads, capsys.readouterr().out.splitlines())
    assert (preview["event"], preview["stage"], preview["frame"], preview["files"]) == ("preview", "sheets", 7, files)
    assert (progress["event"], progress["loss"]) == ("progress", 0.2)
