from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import pytest
from unreel.plugin import protocol
from unreel.qt_panel.model.jobs import JobItem
from unreel.qt_panel.model.loop import InTurn
from unreel.qt_panel.model.movies import newest_movie, version_of
from unreel.qt_panel.model.session import Session


def done(session: Session, item: JobItem | None) -> JobItem:
    assert item is not None, session.notices.shown
    assert isinstance(session.loop, InTurn)
    assert session.loop.run(lambda: item.is_over, 60)
    assert item.state == protocol.DONE, item.line
    return item


def test_the_version_is_the_last_in_the_path():
    assert version_of("/jobs/v2/shot.unreel/renders/v003/shot.####.exr") == "v003"
    assert version_of("/jobs/save12/out_final.####.exr") == "out_final"


def test_without_a_render_a_movie_is_refused_and_says_what_to_do(trained_session: Session):
    assert trained_session.movies.make() is None
    [notice] = trained_session.notices.at("sheet")
    assert "press Render" in notice.text


def test_what_is_no_rate_is_told(trained_session: Session):
    movies = trained_session.movies
    movies.change(source="plate", fps="fast")
    assert movies.make() is None
    assert "fast is no frame rate" in trained_session.notices.at("sheet")[0].text


def test_what_a_movie_is_called(trained_session: Session):
    movies = trained_session.movies
    assert movies.fps == "24" and movies.output is None
    movies.change(source="plate")
    assert movies.output == Path(str(trained_session.folder)) / "movies" / "plate_plate.mp4"
    movies.change(codec="mjpeg")
    assert movies.output is not None and movies.output.suffix == ".mov"
    with pytest.raises(TypeError):
        movies.change(sound="loud")


def test_the_newest_movie_is_found(tmp_path: Path):
    folder = tmp_path / "a.unreel"
    assert newest_movie(None) is None and newest_movie(folder) is None
    (folder / "movies").mkdir(parents=True)
    for name in ("a.mp4", "notes.txt", ".b.123.tmp.mov"):
        (folder / "movies" / name).touch()
    assert newest_movie(folder) == folder / "movies" / "a.mp4"


@pytest.mark.slow
def test_a_movie_of_the_plate_is_made_and_plays_back(trained_session: Session):
    session, movies = trained_session, trained_session.movies
    movies.change(source="plate", fps="23.976")
    item = done(session, movies.make())
    assert item.title == "Movie plate_plate" and movies.last == Path(str(item.result["file"]))
    with av.open(str(movies.last)) as container:
        assert container.streams.video[0].average_rate == Fraction(24000, 1001)
        assert len(list(container.decode(video=0))) == 4


@pytest.mark.slow
def test_the_contact_sheet_is_made_by_trains_own_button(trained_session: Session, monkeypatch: pytest.MonkeyPatch):
    shown: list[str] = []
    monkeypatch.setattr("unreel.plugin.nodes.train.open_path", shown.append)
    assert trained_session.movies.sheet_file is None
    trained_session.movies.sheet()
    assert isinstance(trained_session.loop, InTurn)
    assert trained_session.loop.run(lambda: bool(shown), 60), trained_session.nodes["train"].status
    assert trained_session.movies.sheet_file == Path(shown[0])
