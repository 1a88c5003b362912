from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from unreel.plugin.job import read_job
from unreel.plugin.nodes import started
from unreel.qt_panel.model import renders as renders_module
from unreel.qt_panel.model.jobs import JobItem
from unreel.qt_panel.model.paint.brush import Brush
from unreel.qt_panel.model.picture import Broken, Picture
from unreel.qt_panel.model.renders import Version, version_at, versions_in
from unreel.qt_panel.model.session import Session

from ..conftest import opened


def write_empty(folder: Path, *names: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).touch()


def ended(session: Session, item: JobItem | None, state: str = "done") -> JobItem:
    assert item is not None, session.notices.shown
    loop = session.loop
    assert loop.run(lambda: item.state == state, 60), (item.state, item.line)  # type: ignore[attr-defined]
    return item


def picture(session: Session, frame: int) -> Picture | Broken:
    loop = session.loop
    session.frames.get("rendered", frame)
    assert loop.run(lambda: session.frames.get("rendered", frame) is not None, 20)  # type: ignore[attr-defined]
    found = session.frames.get("rendered", frame)
    assert found is not None
    return found


def test_versions_are_found_newest_first_with_their_frames_and_outputs(tmp_path: Path):
    folder = tmp_path / "shot.unreel"
    write_empty(folder / "renders" / "v001", "shot.0001.exr", "shot.0002.exr", "shot_stmap.0001.exr", "other.0001.exr")
    write_empty(folder / "renders" / "v010", "shot.1001.exr", ".shot.1002.123.tmp.exr", "shot_layer.1001.exr")
    write_empty(folder / "renders" / "v002", "shot_layer.0001.exr")
    write_empty(folder / "renders" / "notes", "shot.0001.exr")
    first, second = versions_in(folder)
    assert (first.name, first.frames, first.outputs) == ("v010", (1001,), ("comp", "layer"))
    assert (second.name, second.frames, second.outputs) == ("v001", (1, 2), ("comp", "stmap"))
    assert first.pattern == str(folder / "renders" / "v010" / "shot.####.exr")
    assert list(versions_in(tmp_path / "none.unreel")) == []
    assert version_at(str(tmp_path / "none" / "a.####.exr"), "a") is None


def test_a_new_frame_of_a_version_is_seen(tmp_path: Path):
    write_empty(tmp_path / "v001", "shot.0001.exr")
    pattern = str(tmp_path / "v001" / "shot.####.exr")
    os.utime(tmp_path / "v001", (1, 1))
    found = version_at(pattern, "v001")
    assert found is not None and found.frames == (1,)
    write_empty(tmp_path / "v001", "shot.0002.exr")
    found = version_at(pattern, "v001")
    assert found is not None and found.frames == (1, 2)


def test_outputs_are_chosen_and_the_finished_frames_always_are(trained_session: Session):
    renders = trained_session.renders
    assert renders.outputs == ("comp",)
    renders.choose("stmap", True)
    renders.choose("layer", True)
    renders.choose("comp", False)
    assert renders.outputs == ("comp", "layer", "stmap")
    renders.choose("layer", False)
    assert renders.outputs == ("comp", "stmap")


def test_what_waits_has_its_own_version_and_a_render_is_refused_where_one_only_looks(trained_session: Session):
    trained_session.jobs.pause()
    items = [trained_session.renders.render() for _ in range(2)]
    names = [Path(str(item.job.flags["output"])).parent.name for item in items if item is not None]
    assert names == ["v001", "v002"]
    assert [item.title for item in trained_session.jobs.items] == ["Render v001", "Render v002"]
    trained_session.read_only = True
    assert trained_session.renders.render() is None
    assert trained_session.notices.at("propagate")[0].text == "This shot is open for looking only."


def test_without_any_paint_a_render_says_where_to_paint(trained_session: Session):
    assert trained_session.folder is not None
    shutil.rmtree(trained_session.folder / "textures")
    assert trained_session.renders.render() is None
    assert "on the page Paint" in trained_session.notices.at("propagate")[0].text


def test_the_command_that_does_the_same_is_copied(trained_session: Session):
    copied: list[str] = []
    trained_session.clipboard.connect(copied.append)
    trained_session.renders.copy_command()
    [command] = copied
    words = command.split()
    assert words[:2] == ["unreel", "run"]
    assert read_job(Path(words[2])).command == "propagate"


def test_a_farm_job_is_written_beside_the_folder_and_shown(trained_session: Session, monkeypatch: pytest.MonkeyPatch):
    opened: list[str] = []
    monkeypatch.setattr("unreel.qt_panel.model.renders.open_path", opened.append)
    trained_session.renders.write_farm_job()
    shown = trained_session.notices.at
    assert trained_session.loop.run(lambda: bool(shown("propagate")), 60)  # type: ignore[attr-defined]
    [notice] = shown("propagate")
    assert trained_session.folder is not None
    bundle = trained_session.folder.with_name(f"{trained_session.folder.name}.farm") / "v001"
    assert notice.text == f"The farm job is written: {bundle}"
    assert "CHUNK[INT]" in (bundle / "template.yaml").read_text()
    notice.actions[0].do()
    assert opened == [str(bundle)]


def test_without_any_paint_no_farm_job_is_written(trained_session: Session):
    assert trained_session.folder is not None
    shutil.rmtree(trained_session.folder / "textures")
    trained_session.renders.write_farm_job()
    assert "on the page Paint" in trained_session.notices.at("propagate")[0].text


def test_the_folder_of_a_version_is_opened(trained_session: Session, monkeypatch: pytest.MonkeyPatch):
    opened: list[str] = []
    monkeypatch.setattr("unreel.qt_panel.model.renders.open_path", opened.append)
    folder = trained_session.folder
    assert folder is not None
    write_empty(folder / "renders" / "v001", "plate.1001.exr")
    trained_session.renders.look_again()
    trained_session.renders.reveal(trained_session.renders.versions[0])
    assert opened == [str(folder / "renders" / "v001")]


def test_the_disk_is_looked_at_once_for_many_frames(trained_session: Session, monkeypatch: pytest.MonkeyPatch):
    session, looked = trained_session, list[Path]()
    session.jobs.pause()
    item = session.renders.render()
    assert item is not None

    def none_in(folder: Path) -> list[Version]:
        looked.append(folder)
        return []

    monkeypatch.setattr(renders_module, "versions_in", none_in)
    for turn in (1, 2):
        for frame in (1001, 1002, 1003):
            session.jobs.event.emit((item, {"event": "progress", "frame": frame}))
        assert len(looked) == turn - 1
        assert session.loop.run(lambda turn=turn: len(looked) == turn, 20)  # type: ignore[attr-defined]


@pytest.mark.slow
def test_a_render_is_written_and_shown_with_its_outputs(trained_session: Session):
    session, renders = trained_session, trained_session.renders
    renders.choose("layer", True)
    item = ended(session, renders.render())
    assert item.title == "Render v001" and session.nodes["propagate"].knobs["way"] == "rendered"
    [version] = renders.versions
    assert (version.name, version.frames, version.outputs) == ("v001", (1001, 1002, 1003, 1004), ("comp", "layer"))
    assert renders.shown == version.pattern
    for frame in (1001, 1004):
        found = picture(session, frame)
        assert isinstance(found, Picture)
        x = 25 - 2 * (frame - 1001)
        assert np.allclose(found.value_at(x, 24), (1, 0, 0, 1), atol=0.05)
    again = ended(session, renders.render())
    assert again.title == "Render v002" and renders.shown == renders.versions[0].pattern
    renders.show(renders.versions[1])
    assert renders.shown == version.pattern


@pytest.mark.slow
def test_a_render_that_rests_when_the_window_goes_is_there_at_the_next_start_and_goes_on(trained_session: Session):
    session = trained_session
    item = session.renders.render()
    waits = session.renders.render()
    session.jobs.pause()
    ended(session, item, "paused")
    assert waits is not None and waits.state == "waiting" and session.close() is None
    assert item is not None and item.running is not None
    started.forget(item.running)  # the next window is another process
    again = opened(Session(session.loop, session.settings), session.folder)
    rests, next_one = again.jobs.items
    assert again.jobs.is_paused and (rests.state, next_one.state) == ("paused", "waiting")
    assert rests.line == item.line and "paused" in rests.line
    assert again.nodes["propagate"].knobs["job"] == str(rests.job_folder)
    assert "paused" in again.nodes["propagate"].status
    again.jobs.resume()
    ended(again, rests)
    ended(again, next_one)
    assert {version.name for version in again.renders.versions} == {"v001", "v002"}


@pytest.mark.slow
def test_a_render_rests_and_one_that_was_killed_is_told_with_its_log(trained_session: Session):
    session = trained_session
    waits = session.renders.render()
    later = session.renders.render()
    session.jobs.pause()
    ended(session, waits, "paused")
    assert later is not None and later.state == "waiting"
    assert waits is not None
    os.kill(waits.status.pid or 0, 9)
    ended(session, waits, "failed")
    assert "the system killed the worker" in waits.line
    [notice] = session.notices.at("")
    assert notice.text.startswith("Render v001: failed: ") and notice.level == "wrong"
    session.jobs.resume()
    ended(session, later)


def test_a_frame_that_is_not_there_yet_says_so(trained_session: Session, trained_once: Path):
    folder = trained_session.folder
    assert folder is not None
    write_empty(folder / "renders" / "v001")
    shutil.copy(trained_once.parent / "plate.1001.exr", folder / "renders" / "v001" / "plate.1001.exr")
    trained_session.renders.look_again()
    assert isinstance(picture(trained_session, 1001), Picture)
    broken = picture(trained_session, 1002)
    assert isinstance(broken, Broken) and "1002" in broken.text


@pytest.mark.slow
def test_what_is_painted_is_brought_in_before_it_is_rendered(trained_session: Session):
    session, loop = trained_session, trained_session.loop
    session.live_paint.make()
    assert loop.run(lambda: session.live.state == "ready" and session.paint.brought is not None, 120)  # type: ignore[attr-defined]
    paint, before = session.paint, session.renders.render()
    assert before is not None  # nothing is painted yet: it is queued at once
    paint.add_layer("Green", "canonical")
    paint.begin(Brush(size=12, hardness=1), (0, 1, 0), (60.5, 40.5), 1.0)
    paint.extend((64.5, 40.5), 1.0)
    paint.end()
    assert session.easel.unbrought() == ("Green",)
    assert session.renders.render() is None and session.renders.waits
    if not before.is_over:
        assert "as soon as the queue is through" in session.notices.at("propagate")[0].text
    assert loop.run(lambda: not session.renders.waits, 90), session.notices.shown  # type: ignore[attr-defined]
    assert session.notices.at("propagate") == () and session.easel.unbrought() == ()
    ended(session, session.jobs.items[-1])
    assert [version.name for version in session.renders.versions] == ["v002", "v001"]
    found = picture(session, 1003)
    assert isinstance(found, Picture)
    assert np.allclose(found.value_at(62 - 4, 40), (0, 1, 0, 1), atol=0.06)
    session.renders.show(session.renders.versions[1])
    former = picture(session, 1003)
    assert isinstance(former, Picture) and not np.allclose(former.value_at(62 - 4, 40), (0, 1, 0, 1), atol=0.06)


@pytest.mark.slow
def test_paint_that_cannot_be_brought_in_is_told_and_nothing_is_rendered(
    trained_session: Session, monkeypatch: pytest.MonkeyPatch
):
    session, loop = trained_session, trained_session.loop
    monkeypatch.setattr(session.easel, "unbrought", lambda: ("Paint",))

    def bring(then: object) -> None:
        session.bring_in.has_failed, session.bring_in.line = True, "The disk is full."
        session.bring_in.changed.emit(None)

    monkeypatch.setattr(session.easel, "bring", bring)
    assert session.renders.render() is None
    [notice] = session.notices.at("propagate")
    assert notice.text.endswith("could not be brought in. The disk is full.") and not session.renders.waits
    assert not loop.run(lambda: bool(session.jobs.items), 0.3)  # type: ignore[attr-defined]
