from __future__ import annotations

import json
from pathlib import Path

from unreel.qt_panel.model.versions import discard_job, read_told, restore_job, versions_of


def write(folder: Path, **told: object) -> None:
    folder.mkdir(parents=True)
    (folder / "told.json").write_text(json.dumps(told))


def test_versions_are_listed_newest_first_and_said_in_a_line(tmp_path: Path):
    write(tmp_path / "history/001", key=7, preset="draft", psnr=31.25, verdict="split: two things move", time=5.0)
    write(tmp_path / "history/010", key=9, preset="hero", psnr=40, verdict="good: all frames match")
    write(tmp_path / "history/.011.tmp", key=1)
    (tmp_path / "history/012").mkdir()
    found = versions_of(tmp_path)
    assert [each.number for each in found] == [10, 1] and found[1].time == 5.0
    assert found[0].line == "hero, 40.0 dB, key 9: Good"
    assert versions_of(tmp_path / "none") == () and read_told(tmp_path) == {}


def test_the_jobs_are_what_the_core_takes(tmp_path: Path):
    from dataclasses import asdict

    from unreel.core.job import make_job

    for job in (restore_job(tmp_path, 3, {"host": "test"}), discard_job(tmp_path, {})):
        assert make_job(asdict(job), "the panel").flags["folder"] == str(tmp_path)
