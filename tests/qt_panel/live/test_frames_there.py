"""What is there is known at once, and the folder is not listed for it each time."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from unreel.qt_panel.live import frames_there
from unreel.qt_panel.live.frames_there import LIST_SECONDS, FramesThere


def test_a_folder_is_listed_where_it_has_changed_else_seldom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    listed: list[Path] = []
    real, now = frames_there.frames_in, [100.0]

    def noted(place: Path) -> dict[int, int]:
        listed.append(place)
        return real(place)

    monkeypatch.setattr(frames_there, "frames_in", noted)
    there = FramesThere(lambda: now[0])
    assert there.look(tmp_path) == {} and not listed
    maps = tmp_path / "maps"
    maps.mkdir()
    (maps / "shot_live_hold.1001.exr").touch()
    os.utime(maps, (1, 1))
    assert set(there.look(tmp_path)) == {1001}
    now[0] += LIST_SECONDS
    for _ in range(9):
        assert set(there.look(tmp_path)) == {1001}
    assert len(listed) == 2, "nothing has changed"
    (maps / "shot_live_hold.1002.exr").touch()
    (maps / "shot_live_st.1003.exr").touch()
    os.utime(maps, (2, 2))
    assert set(there.look(tmp_path)) == {1001, 1002} and len(listed) == 3
    now[0] += LIST_SECONDS
    there.look(tmp_path)
    assert len(listed) == 4, "a disk that keeps no time of a folder is listed all the same"
